# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Turn the cells of a register into plain rows (see register_rows).

Nothing is invented: what is not understood stands under `unreadable`, as it
was written, and the row is refused for it where it has legal effect; what is
understood otherwise than it was written stands under `as_written` too.
"""
import hashlib
import json
import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path

from trytond.modules.foundation.text import clean, clean_lines, fold

from donthu.importing import legacy
from donthu.importing.doubts import settle
from donthu.importing.letterhead import find_year
from donthu.importing.lines import as_text, is_blank
from donthu.importing.mapping import HEADER
from donthu.importing.people import (
    is_anonymous, read_people, read_phone, title_case)
from donthu.importing.values import (
    Unreadable, read_count, read_date, read_identity_number, read_mark)

WORDS = Path(__file__).parent / 'words.toml'
_DATES = {'received_on', 'accepted_on', 'decided_on'}
_CHOICES = {'kind', 'channel', 'field', 'handling', 'result', 'instance',
    'answered'}
# On these nothing depends: what is not understood is kept as text
_LENIENT = {'channel': 'other', 'field': 'other', 'answered': None}
_PARTS = re.compile(r'\s*[/;\n]\s*')


@cache
def words():
    "Return {field: {folded text: value}} of words.toml"
    with WORDS.open('rb') as file:
        return {
            field: {fold(text): value for text, value in table.items()}
            for field, table in tomllib.load(file).items()}


def convert(line, mapping, turned=None, facts=None):
    """Return the plain row of a lines.Line.

    turned -- whether the days that may be one of two are turned round
    facts -- of the file: file_agency, file_year

    What can not be understood stands under 'unreadable', as it was written.
    """
    row = {'row': line.number, **mapping.constants}
    if line.sheet:
        row['sheet'] = line.sheet
    unreadable, written, legacies = {}, {}, set()
    for name, value in line.cells.items():
        if name == HEADER or is_blank(value):
            continue
        value = settle(value, turned)
        if isinstance(value, str):
            value, legacy_name = legacy.repair(value)
            legacies.add(legacy_name)
            if part := mapping.parts.get(name):
                value = _part(value, part)
            if not value:
                continue
        try:
            row[name] = _convert(name, value, mapping)
        except Unreadable:
            unreadable[name] = as_text(value)
        else:
            if name == 'result':
                row['result_text'] = as_text(value)
            if _differs(name, row[name], value):
                written[name] = as_text(value)
    row['unreadable'], row['as_written'] = unreadable, written
    _names(row, mapping)
    _place(row)
    _handling(row)
    row['key'] = _key(row, line, mapping, facts or {})
    row['digest'] = digest(line)
    row['remarks'] = [
        *line.remarks, *(
            f'{name} was turned into Unicode' for name in sorted(legacies)
            if name)]
    return {k: v for k, v in row.items() if v not in (None, '', [], {})}


def digest(line):
    "Return a hash of what a line says, whatever is understood of it"
    cells = {
        name: as_text(value) for name, value in line.cells.items()
        if not is_blank(value)}
    return hashlib.sha256(json.dumps(
            cells, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _part(value, number):
    parts = _PARTS.split(clean_lines(value))
    return parts[number - 1] if number <= len(parts) else ''


class _Empty(dict):

    def __missing__(self, key):
        return ''


def _key(row, line, mapping, facts):
    "Return what tells the row from all others of its register, ever"
    if not row.get('key'):
        return ''
    year = facts.get('file_year') or (row.get('received_on') or '')[:4]
    return mapping.key.format_map(_Empty({
                **row, 'file_agency': facts.get('file_agency') or '',
                'file_year': year, 'file_sheet': line.sheet}))


def _convert(name, value, mapping):
    if name in _DATES:
        return read_date(value).isoformat()
    if name == 'people_count':
        return read_count(value)
    if name in {'complex', 'remote'}:
        return read_mark(value)
    if name == 'identity_number':
        return read_identity_number(value)
    if name == 'phone':
        return read_phone(as_text(value))
    if name in {'content', 'name_address'}:
        return clean_lines(str(value))
    if name in _CHOICES:
        return _choose(name, as_text(value), mapping)
    return as_text(value)


def _choose(name, text, mapping):
    key = _folded(text)
    for known in [mapping.words.get(name, {}), words().get(name, {})]:
        if key in known:
            return known[key]
    if name in _LENIENT:
        return _LENIENT[name]
    raise Unreadable(text)


# the same few words in every row
_folded = lru_cache(4096)(fold)


def _differs(name, value, written):
    "Tell if what was understood says less than what was written"
    if name in _DATES or name in {'people_count', 'complex', 'remote'}:
        return False
    if name in _LENIENT:
        return name != 'answered' and value == _LENIENT[name] and (
            _folded(as_text(written)) not in words().get(name, {}))
    if name == 'identity_number':
        return value != re.sub(r'[\s.\-]', '', as_text(written)).upper()
    return False


def _names(row, mapping):
    if 'name_address' in row:
        text = row.pop('name_address')
        if is_anonymous(text, mapping.anonymous):
            row['anonymous'] = True
            return
        person = read_people(text)
        row['name'], row['address'] = person.name, person.address
        for name in ['identity_number', 'phone']:
            row[name] = row.get(name) or getattr(person, name)
        row['others'] = [{
                'name': other.name, 'address': other.address,
                'identity_number': other.identity_number,
                'phone': other.phone} for other in person.others]
        if clean(f"{row['name']}, {row['address']}").strip(' ,') != clean(
                text):
            row['as_written']['name'] = clean_lines(text)
    elif row.get('name'):
        written, row['name'] = row['name'], title_case(row['name'])
        if is_anonymous(written, mapping.anonymous):
            row['anonymous'], row['name'] = True, ''
        elif (people := read_people(written)).others and not people.address:
            row['name'], row['as_written']['name'] = people.name, written
            row['others'] = [{
                    'name': other.name, 'address': row.get('address') or '',
                    'identity_number': '', 'phone': ''}
                for other in people.others]
        elif written != row['name']:
            row['as_written']['name'] = written


def _place(row):
    old = [row.pop(n, '') for n in [
            'old_commune', 'old_district', 'old_province']]
    if any(old):
        row['old_place'] = old
        if not row.get('address'):
            row['address'] = ', '.join(filter(None, old))


def _handling(row):
    "Read off what became of a letter of a register of reception"
    answered = row.pop('answered', None)
    handled_by = row.get('handled_by')
    if row.get('handling'):
        return
    if answered:
        # what was done is known, when is not
        row['handling'] = 'historical'
    elif handled_by:
        row['handling'] = 'guide'


def facts_of(facts, agency, year=None):
    "Return what convert asks for, of what a reader said of a file"
    return {
        'file_agency': agency or '',
        'file_year': str(year) if year else find_year(facts.get('lines', []))}
