# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Turn the cells of a register into plain rows (see register_rows)."""
from donthu.importing.values import (
    Unreadable, read_count, read_date, read_identity_number, read_mark,
    split_name_address, title_case)
from trytond.modules.agencies.text import clean, clean_lines, fold

_DATES = {'received_on', 'accepted_on', 'decided_on'}
_CHOICES = {'kind', 'channel', 'field', 'handling', 'result', 'instance',
    'answered'}
# A choice that is not known is kept as text where nothing depends on it.
_LENIENT = {'channel': 'other', 'field': 'other', 'result': None,
    'answered': None}


def convert(number, cells, mapping):
    """Return the plain row of a register's row.

    What can not be understood stands under 'unreadable', as it was written.
    """
    row = {'row': number, **mapping.constants}
    unreadable = {}
    for name, column in mapping.columns.items():
        value = cells.get(column)
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        try:
            row[name] = _convert(name, value, mapping)
        except Unreadable:
            unreadable[name] = clean(str(value))
    if unreadable:
        row['unreadable'] = unreadable
    _names(row, mapping)
    _place(row)
    _handling(row)
    row['key'] = mapping.key.format_map(_Empty(row)) if row.get('key') else ''
    return {k: v for k, v in row.items() if v not in (None, '')}


class _Empty(dict):

    def __missing__(self, key):
        return ''


def _convert(name, value, mapping):
    if name in _DATES:
        return read_date(value).isoformat()
    if name == 'people_count':
        return read_count(value)
    if name in {'complex', 'remote'}:
        return read_mark(value)
    if name == 'identity_number':
        return read_identity_number(value)
    if name == 'content':
        return clean_lines(str(value))
    if name in _CHOICES:
        choices = mapping.values.get(name, {})
        text = fold(_text(value))
        for written, meaning in choices.items():
            if fold(written) == text:
                return meaning
        if name in _LENIENT:
            return _LENIENT[name]
        raise Unreadable(text)
    return clean(_text(value))


def _text(value):
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)


def _names(row, mapping):
    if 'name_address' in row:
        row['name'], row['address'] = split_name_address(
            row.pop('name_address'))
    elif row.get('name'):
        row['name'] = title_case(row['name'])
    if fold(row.get('name') or '') in map(fold, mapping.anonymous):
        row['anonymous'] = True
        row['name'] = ''


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
