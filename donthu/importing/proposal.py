# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Propose a mapping for a file, by the titles that registers have.

It is a proposal: a person reads it, and the rows as it understands them,
before anything is imported with it.
"""
import json
import tomllib
from collections import Counter
from itertools import islice
from pathlib import Path

from lxml import etree
from trytond.modules.foundation.text import fold

from donthu.errors import CommandError
from donthu.files import writing
from donthu.importing import header
from donthu.importing import mapping as mappings
from donthu.importing.delimited import DELIMITERS, split_line
from donthu.importing.readers import read
from donthu.importing.recognise import recognise
from donthu.importing.rows import convert, facts_of, words
from donthu.importing.sheets import read_page, read_workbook

TITLES = Path(__file__).parent / 'titles.toml'
SHOWN, ROWS = 10, 1000
# The words of these have a meaning, so those not understood are listed
_WORDED = ['kind', 'instance', 'result', 'handling', 'channel', 'field']


def known_titles():
    "Return {field: the titles that it has in registers}"
    with TITLES.open('rb') as file:
        return tomllib.load(file)


def propose(path, output=None):
    """Write a mapping for a file, and print its first rows

    output -- where to write it; None to print it

    Raises CommandError where no table is found, or too little of it is
    understood."""
    found = recognise(path)
    if found.kind == 'xml':
        values = _of_records(path)
    else:
        values = _of_table(path, found)
    text = _written(path, values)
    if output:
        with writing(output) as file:
            file.write(text)
        print(f"Written: {output}")
    else:
        print(text)
    mapping = mappings.Mapping(name=Path(path).stem, **values)
    _show(path, mapping)


def _of_table(path, found):
    wanted = known_titles()
    best = None
    for delimiter, rows in _grids(path, found):
        table = header.find(rows, wanted, ['content'])
        if table and (best is None or len(table[2]) > len(best[1][2])):
            best = delimiter, table, rows
    if not best or len(best[1][2]) < 3:
        raise CommandError(
            f"{path} has no row of titles that is understood: write the "
            "mapping by hand, see the shipped ones", 2)
    delimiter, (start, after, columns), rows = best
    titles = header.levels(rows[start:after])
    names = {}
    for field, place in columns.items():
        names[field] = _title(rows[start:after], place) or titles[place][0]
    if 'name_address' in names:
        names.pop('name', None)
    values = {'format': 'table', 'columns': names}
    if delimiter:
        values['delimiter'] = delimiter
    if any(a and a.isdigit() for a in [
                str(row[columns['key']]).split('.')[0]
                for row in rows[after:after + 5]
                if 'key' in columns and columns['key'] < len(row)]):
        # serial numbers begin anew, in each agency and each year
        values['key'] = '{file_agency}/{file_year}/{key}'
        values['agency_line'] = 'agency' not in names
    return values


def _title(rows, place):
    "Return the innermost title of a column as it is written"
    for row in reversed(rows):
        if place < len(row) and str(row[place]).strip():
            return ' '.join(str(row[place]).split())


def _grids(path, found):
    "Yield (delimiter or None, first rows) of each table of a file"
    if found.kind == 'sheet':
        for _, _, rows in read_workbook(path):
            yield None, rows[:ROWS]
    elif found.kind == 'html':
        for _, _, rows in read_page(path, found.encoding):
            yield None, rows[:ROWS]
    else:
        lines = found.start.splitlines()[:ROWS]
        for delimiter in DELIMITERS:
            yield delimiter, [split_line(line, delimiter) for line in lines]


def _of_records(path):
    "Propose the element that comes most often and says most"
    count, places = Counter(), {}
    try:
        for _, element in islice(etree.iterparse(
                    str(path), events=('end',), resolve_entities=False,
                    no_network=True, load_dtd=False), 20_000):
            if not isinstance(element.tag, str):
                continue
            name = etree.QName(element).localname
            count[name] += 1
            for place, text in _places(element):
                if (text or '').strip():
                    places.setdefault(name, {}).setdefault(place, text)
    except etree.XMLSyntaxError as error:
        raise CommandError(f"{path} is not XML: {error}", 2)
    best = max(
        (name for name in count if _understood(places.get(name, {}))),
        key=lambda name: (
            len(_understood(places[name])), count[name]), default=None)
    if not best:
        raise CommandError(
            f"{path} has no element that is understood: write the mapping "
            "by hand, see the shipped ones", 2)
    return {
        'format': 'xml', 'element': best,
        'columns': _understood(places[best])}


def _places(element, path=''):
    for name in element.attrib:
        yield f'{path}@{etree.QName(name).localname}', element.get(name)
    for child in element:
        if not isinstance(child.tag, str):
            continue
        place = f'{path}/' if path else ''
        place += etree.QName(child).localname
        yield place, child.text
        yield from _places(child, place)


def _understood(places):
    found = {}
    for field, titles in known_titles().items():
        folded = {fold(t).replace(' ', '') for t in titles}
        for place in places:
            name = place.replace('@', '/').split('/')[-1]
            if fold(name).replace(' ', '').replace('_', '') in folded:
                found.setdefault(field, place)
    return found if 'content' in found else {}


def _written(path, values):
    "Return a mapping as TOML"
    lines = [
        f"# Proposed for {Path(path).name}: read it, and correct it.",
        *(f'{name} = {_toml(value)}' for name, value in values.items()
            if name != 'columns' and value not in (False, '')),
        '', '[columns]', *(
            f'{field} = {_toml(title)}'
            for field, title in values['columns'].items())]
    return '\n'.join(lines) + '\n'


def _toml(value):
    return json.dumps(value, ensure_ascii=False)


def _show(path, mapping):
    "Print the first rows as they are understood, and what is not"
    facts, lines = read(path, mapping)
    understood = Counter()
    shown = 0
    for line in islice(lines, ROWS):
        if line.skipped:
            continue
        row = convert(line, mapping, None, facts_of(facts, ''))
        if shown < SHOWN:
            print(f"# row {line.number}: " + ', '.join(
                    f'{name}={value!r}' for name, value in row.items()
                    if name not in {'row', 'digest'}))
        shown += 1
        for name in _WORDED:
            for kind in ['unreadable', 'as_written']:
                if text := row.get(kind, {}).get(name):
                    understood[name, text] += 1
    print(f"# {shown} rows were looked at")
    for (name, text), count in understood.most_common():
        print(f"# not understood, {count} times: {name} {text!r}; say what "
            f"it means under [values.{name}]: "
            f"{', '.join(sorted(set(words().get(name, {}).values())))}")
