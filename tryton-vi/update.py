#!/usr/bin/env python3
# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Bring the catalogues up to the messages of a release of Tryton.

update.py [--check] [--sao DIRECTORY] [--tryton DIRECTORY]

The server's messages come from the trytond that is installed; those of the
clients from their unpacked packages (npm's tryton-sao, PyPI's tryton).  What
is translated stays, what is new takes over the translation that the same
words have elsewhere, what is gone goes.  What is left empty is printed, and
the program ends with 1, as it does with --check when a file would change.
"""
import argparse
import importlib
import sys
from pathlib import Path

import polib
import tryton_vi as pack

HEADER = {
    'Content-Type': 'text/plain; charset=utf-8',
    'Language': pack.LANGUAGE,
    'Plural-Forms': 'nplurals=1; plural=0;',
    }


def server_messages(module):
    """Return the messages of an installed module, as all languages have them

    None if the module is not installed."""
    name = f'trytond.{module}'
    if module not in {'ir', 'res'}:
        name = f'trytond.modules.{module}'
    try:
        directory = Path(importlib.import_module(name).__file__).parent
    except ImportError:
        return None
    entries = {}
    for path in sorted((directory / 'locale').glob('*.po')):
        for entry in polib.pofile(str(path)):
            if not entry.obsolete:
                entries.setdefault(key(entry), entry)
    return list(entries.values())


def client_messages(template):
    "Return the messages of a template, a .pot file"
    return [e for e in polib.pofile(str(template)) if not e.obsolete]


def key(entry):
    return entry.msgctxt, entry.msgid, entry.msgid_plural


def translation(entry):
    return entry.msgstr_plural.get(0, '') if entry.msgid_plural \
        else entry.msgstr


def memory():
    "Return the most frequent translation of each message, in any context"
    counts = {}
    for path in pack.CATALOGUES.values():
        if path.exists():
            for entry in polib.pofile(str(path)):
                found = counts.setdefault(entry.msgid, {})
                text = translation(entry)
                found[text] = found.get(text, 0) + 1
    return {
        msgid: max(found, key=found.get) for msgid, found in counts.items()}


def renew(path, messages, known):
    """Return the catalogue at path with the messages, and no others

    known -- translations of messages that it does not have yet"""
    former = {}
    if path.exists():
        former = {key(e): translation(e) for e in polib.pofile(str(path))}
    result = polib.POFile(wrapwidth=78)
    result.metadata = dict(HEADER)
    for message in messages:
        text = former.get(key(message)) or known.get(message.msgid, '')
        entry = polib.POEntry(
            msgctxt=message.msgctxt, msgid=message.msgid,
            flags=[f for f in message.flags if f.endswith('-format')])
        if message.msgid_plural:
            entry.msgid_plural = message.msgid_plural
            entry.msgstr_plural = {0: text}
        else:
            entry.msgstr = text
        result.append(entry)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--check', action='store_true')
    parser.add_argument('--sao', type=Path)
    parser.add_argument('--tryton', type=Path)
    options = parser.parse_args()
    sources = {m: server_messages(m) for m in pack.MODULES}
    if options.sao:
        sources['sao'] = client_messages(
            options.sao / 'locale/messages.pot')
    if options.tryton:
        sources['tryton'] = client_messages(
            options.tryton / 'tryton/data/locale/tryton.pot')
    known, status = memory(), 0
    for name, messages in sources.items():
        if messages is None:
            print(f"{name}: not installed", file=sys.stderr)
            continue
        path = pack.CATALOGUES[name]
        catalogue = renew(path, messages, known)
        for entry in catalogue:
            if not translation(entry):
                print(f"{name}: {entry.msgctxt or ''} {entry.msgid!r}")
                status = 1
        text = str(catalogue) + '\n'
        if path.exists() and path.read_text(encoding='utf-8') == text:
            continue
        if options.check:
            print(f"{path}: is to be renewed")
            status = 1
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding='utf-8')
    return status


if __name__ == '__main__':
    sys.exit(main())
