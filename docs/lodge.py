#!/usr/bin/env python3
# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Register the letters of a table by a script of one's own.

    python docs/lodge.py LETTERS.csv SCANS URL LOGIN PASSWORD-FILE

LETTERS.csv has the columns kind, content, received_on, name, address and
scan: the name of a file in the directory SCANS, or nothing.  URL is
https://host/database.  What was registered stands in LETTERS.csv.done, so
that the script can be run again after it was interrupted.

A model to start from: connect, register many in one call, attach files, tell
what is refused from what has failed.  `donthu import letters` does the same
for registers as people keep them, with mappings and without a script.
"""
import csv
import datetime as dt
import sys
import xmlrpc.client
from pathlib import Path

from proteus import Model, config

BATCH = 200


def values(row):
    "Return what a row of the table says, as the model wants it"
    person = {'name': row['name'], 'address': row['address']}
    return {
        'kind': row['kind'],
        'content': row['content'],
        'received_on': dt.date.fromisoformat(row['received_on']),
        'anonymous': not row['name'],
        # who denounces is protected without being told
        'persons': [person] if row['name'] else [],
        }


def lodge(rows, settings):
    """Return (row, result, error) of each row

    A batch that is refused is sent row by row, so that one wrong row holds up
    no other; what has failed, and was not refused, ends the script."""
    Letter = Model.get('complaints.letter', config=settings)
    try:
        results = Letter._proxy.lodge(
            [values(row) for row in rows], settings.context)
        return [(row, result, None)
            for row, result in zip(rows, results, strict=True)]
    except (ValueError, xmlrpc.client.Fault) as error:
        if len(rows) == 1:
            return [(rows[0], None, said(error))]
    return [found for row in rows for found in lodge([row], settings)]


def said(error):
    "Return what the server says of a refused row; raise what is no refusal"
    if isinstance(error, xmlrpc.client.Fault) and error.faultCode == 255:
        raise error
    return ' '.join(str(getattr(error, 'faultString', error)).split())


def attach(letter, path, settings):
    "Attach a scan; what it holds is looked at, and kept sealed if secret"
    Attachment = Model.get('ir.attachment', config=settings)
    Attachment._proxy.create([{
                'resource': f"complaints.letter,{letter['id']}",
                'name': path.name,
                'data': path.read_bytes(),
                }], settings.context)


def main(table, scans, settings):
    "Register the rows of a table that are not done yet; return the refused"
    table, scans, refused = Path(table), Path(scans), 0
    log = table.with_name(table.name + '.done')
    done = set(log.read_text().split('\n')) if log.exists() else set()
    with open(table, encoding='utf-8-sig', newline='') as file:
        rows = [
            {**row, 'line': str(line)}
            for line, row in enumerate(csv.DictReader(file), 2)
            if str(line) not in done]
    for start in range(0, len(rows), BATCH):
        for row, letter, error in lodge(rows[start:start + BATCH], settings):
            if error:
                refused += 1
                print(f"line {row['line']}: {error}", file=sys.stderr)
                continue
            if row['scan']:
                attach(letter, scans / row['scan'], settings)
            with open(log, 'a') as file:
                file.write(row['line'] + '\n')
            print(row['line'], letter['number'], letter['due_on'])
    return refused


if __name__ == '__main__':
    *paths, url, login, password = sys.argv[1:]
    with config.set_xmlrpc_session(
            url.rstrip('/') + '/rpc/', login,
            Path(password).read_text().strip()) as settings:
        sys.exit(bool(main(*paths, settings)))
