# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What must hold in a row of an old register before it can be taken in.

Pure functions, without Tryton.  A row is a dictionary of plain values, as
donthu.importing makes them of a sheet, a dump or an XML file:

key, received_on, channel, kind, instance, field, people_count, anonymous,
name, identity_number, address, agency, old_place, content, handling,
handled_by, accepted_on, complex, remote, result, decision_number, decided_on,
note -- dates as ISO text; `unreadable` maps a field to the text that could not
be understood.
"""
import datetime as dt
import hashlib
import json

from .numbers import identity_number_flaw

KINDS = {'complaint', 'disciplinary', 'denunciation', 'petition', 'reflection'}
HANDLINGS = {'', 'accept', 'transfer', 'guide', 'file', 'historical'}
DATES = ['received_on', 'accepted_on', 'decided_on']


def row_hash(row):
    "Return a hash of what a row says, without its place in the file"
    content = {
        k: v for k, v in row.items()
        if k not in {'row', 'key'} and v not in (None, '', False)}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode('utf-8')).hexdigest()


def date(row, name):
    text = row.get(name)
    return dt.date.fromisoformat(text) if text else None


def flaw(row, today):
    """Return why a row can not be taken in: (field, reason), or None.

    The reason is the end of the identifier of a message (msg_import_…).
    """
    unreadable = row.get('unreadable') or {}
    for name in DATES:
        if name in unreadable:
            return name, 'date_impossible'
    received_on, accepted_on, decided_on = (
        date(row, name) for name in DATES)
    if not received_on:
        return 'received_on', 'date_missing'
    # A decision may be dated ahead by those who prepared it; no letter has
    # been received that is not here yet.
    if received_on > today:
        return 'received_on', 'date_future'
    if 'kind' in unreadable or row.get('kind') not in KINDS:
        return 'kind', 'kind_unknown'
    if not row.get('content'):
        return 'content', 'content_missing'
    number = row.get('identity_number')
    if number and (found := identity_number_flaw(number)):
        return 'identity_number', (
            'identity_digits' if found[0] == 'digits' else 'identity_letter')
    if 'people_count' in unreadable or (row.get('people_count') or 1) < 1:
        return 'people_count', 'people_count'
    if 'handling' in unreadable or (
            (row.get('handling') or '') not in HANDLINGS):
        return 'handling', 'handling_unknown'
    if (decided_on or row.get('decision_number')) and not accepted_on:
        return 'accepted_on', 'decided_not_accepted'
    if accepted_on and accepted_on < received_on:
        return 'accepted_on', 'accepted_before_received'
    if decided_on and decided_on < accepted_on:
        return 'decided_on', 'decided_before_accepted'
    if row.get('handling') == 'accept' and not accepted_on:
        return 'accepted_on', 'acceptance_date_missing'
    return None
