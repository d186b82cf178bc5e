# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What must hold in a row of an old register before it can be taken in.

Pure functions, without Tryton.  A row is a dictionary of plain values, as
donthu.importing makes them of a sheet, a dump or an XML file:

key, received_on, channel, kind, instance, field, people_count, anonymous,
name, identity_number, address, phone, others, agency, old_place, content,
handling, handled_by, accepted_on, complex, remote, result, decision_number,
decided_on, note -- dates as ISO text; `others` is a list of more senders;
`unreadable` maps a field to the text that could not be understood,
`as_written` one that was understood otherwise than it was written to how it
was written, `result_text` is the result as written, `digest` is a hash of the
cells, and `seen` the digest of the row that had the same key before, in a dry
run of several batches.
"""
import datetime as dt
import hashlib
import json

from trytond.modules.complaints.numbers import identity_number_flaw
from trytond.modules.complaints.plan.case import RESULTS as CASE_RESULTS

# The kinds that have more than one instance
INSTANCED = {'complaint', 'disciplinary', 'denunciation'}
KINDS = {'complaint', 'disciplinary', 'denunciation', 'petition', 'reflection'}
HANDLINGS = {'', 'accept', 'transfer', 'guide', 'file', 'historical'}
INSTANCES = {'', '1', '2'}
RESULTS = {'', 'right', 'partly', 'wrong', 'knowingly_false', 'answered'}
# What everybody may read of a denunciation
_OPEN = [
    'kind', 'received_on', 'instance', 'agency', 'old_place', 'channel',
    'field', 'people_count', 'handling', 'accepted_on', 'complex', 'remote',
    'result', 'decision_number', 'decided_on']
DATES = ['received_on', 'accepted_on', 'decided_on']


def row_hash(row):
    """Return a hash of what a row says, without its place in the file

    Where the reader tells it of the cells, a better understanding of them
    makes no other row.  Of a denunciation it is only of what says nothing of
    who denounces: who may import could else try out names."""
    if row.get('kind') == 'denunciation':
        row = {name: row.get(name) for name in _OPEN}
    if row.get('digest'):
        return row['digest']
    content = {
        k: v for k, v in row.items()
        if k not in {'row', 'sheet', 'key', 'remarks', 'seen'}
        and v not in (None, '', False, [], {})}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode('utf-8')).hexdigest()


def date(row, name):
    text = row.get(name)
    return dt.date.fromisoformat(text) if text else None


def flaw(row, today, oldest=None):
    """Return why a row can not be taken in: (field, reason), or None.

    oldest -- the first day that any date may have

    The reason is the end of the identifier of a message (msg_import_…).
    """
    return (
        _flaw_of_dates(row, today, oldest)
        or _flaw_of_words(row)
        or _flaw_of_people(row)
        or _flaw_of_order(row))


def _flaw_of_dates(row, today, oldest):
    unreadable = row.get('unreadable') or {}
    for name in DATES:
        if name in unreadable:
            # of two days that it may be, none is taken
            return name, (
                'date_doubtful' if '?' in unreadable[name]
                else 'date_impossible')
    if not row.get('received_on'):
        return 'received_on', 'date_missing'
    for name in DATES:
        day = date(row, name)
        if day and day > today:
            return name, 'date_future'
        if day and oldest and day < oldest:
            return name, 'date_old'


def _flaw_of_words(row):
    "Return what is wrong with a word on which something depends"
    unreadable = row.get('unreadable') or {}
    if 'kind' in unreadable or row.get('kind') not in KINDS:
        return 'kind', 'kind_unknown'
    if not row.get('content'):
        return 'content', 'content_missing'
    for name, known in [
            ('instance', INSTANCES), ('result', RESULTS),
            ('handling', HANDLINGS)]:
        # an instance or a result may stay open: see open_values
        if (name == 'handling' and name in unreadable
                or str(row.get(name) or '') not in known):
            return name, f'{name}_unknown'


def is_decided(row):
    "Tell if a row tells of a decision"
    return row.get('handling') == 'accept' and bool(row.get('decided_on'))


def result_of(row):
    "Return the result of a decision, None where it stays open"
    results = CASE_RESULTS.get(row['kind'], CASE_RESULTS[None])
    if len(results) == 1:
        # there is one way to end such a matter
        return results[0]
    return row.get('result') if row.get('result') in results else None


def open_values(row):
    """Return {name: words} of what stays open, for somebody to settle

    Of legal effect nothing is invented: neither the instance of a complaint
    that was not understood, nor the result of a decision."""
    unreadable = row.get('unreadable') or {}
    found = {}
    if row['kind'] in INSTANCED and 'instance' in unreadable:
        found['instance'] = unreadable['instance']
    if is_decided(row) and not result_of(row):
        found['result'] = (
            unreadable.get('result') or row.get('result_text')
            or row.get('result') or '')
    return found


def kept_words(row):
    """Return {name: words} of what has no place of its own in a letter

    What was not understood and stays open has one: see open_values."""
    unreadable = row.get('unreadable') or {}
    kept, open_ = {}, open_values(row)
    for name in ['instance', 'result']:
        if name in unreadable and name not in open_:
            kept[name] = unreadable[name]
    if not is_decided(row):
        # a case that is not decided has neither result nor number
        for name in ['result', 'decision_number', 'decided_on']:
            if row.get(name):
                kept[name] = (
                    date(row, name).strftime('%d/%m/%Y')
                    if name in DATES else row[name])
    elif (row.get('result') and 'result' not in open_
            and row['result'] != result_of(row)):
        kept['result'] = row['result']
    if 'result' in kept and row.get('result_text'):
        kept['result'] = row['result_text']
    return kept


def _flaw_of_people(row):
    unreadable = row.get('unreadable') or {}
    if 'identity_number' in unreadable:
        return 'identity_number', 'identity_lost'
    for person in [row, *(row.get('others') or [])]:
        number = person.get('identity_number')
        if number and (found := identity_number_flaw(number)):
            return 'identity_number', (
                'identity_digits' if found[0] == 'digits'
                else 'identity_letter')
    if not row.get('name') and not row.get('anonymous'):
        # that nobody is named makes no letter anonymous
        return 'name', 'name_missing'
    count = row.get('people_count')
    if 'people_count' in unreadable or count is not None and count < 1:
        return 'people_count', 'people_count'


def _flaw_of_order(row):
    received_on, accepted_on, decided_on = (
        date(row, name) for name in DATES)
    if (decided_on or row.get('decision_number')) and not accepted_on:
        return 'accepted_on', 'decided_not_accepted'
    if accepted_on and accepted_on < received_on:
        return 'accepted_on', 'accepted_before_received'
    if decided_on and decided_on < accepted_on:
        return 'decided_on', 'decided_before_accepted'
    if row.get('handling') == 'accept' and not accepted_on:
        return 'accepted_on', 'acceptance_date_missing'
