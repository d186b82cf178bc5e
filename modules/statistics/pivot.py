# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""From groups to columns: what was counted once is put where it belongs.

Pure functions, without Tryton.  A Group is what facts.py has counted together
of a source; its dimensions are put into the words of the circular here, so
that the figure of a column and the list behind it come from one place.
"""
from decimal import Decimal
from typing import NamedTuple

KINDS = {
    'complaint': 'complaint', 'disciplinary': 'complaint',
    'denunciation': 'denunciation',
    'petition': 'petition', 'reflection': 'petition'}
FIELDS = frozenset([
    'land', 'policy', 'administration', 'justice', 'corruption'])
COMPETENT = frozenset(['accept', 'refuse', 'join'])
ELSEWHERE = frozenset(['guide', 'transfer'])


class Group(NamedTuple):
    """What is the same of many records

    agency -- its id; raw -- {dimension: value} as the tables have it
    sums -- {name: amount}; count -- of how many records"""
    agency: int
    raw: dict
    count: int
    sums: dict


def further(kind, instance):
    "Tell if a matter is of a second instance, or denounced again"
    # as complaints.procedure.Procedure.get: only denunciations are overdue
    return 'further' if instance == '2' or (
        instance == 'overdue' and kind == 'denunciation') else 'first'


def _letter(raw, readings):
    handled = bool(raw['handled'])
    outcome = raw['outcome'] if handled else ''
    competent = outcome in COMPETENT
    elsewhere = outcome in ELSEWHERE or (
        outcome == 'return' and readings.get('returned') == 'transfer')
    field = raw['field']
    return {
        'kind': KINDS[raw['kind']],
        'instance': further(raw['kind'], raw['instance']),
        'field': field if field in FIELDS else 'other',
        'handled': handled, 'competent': competent,
        'eligible': competent or elsewhere, 'outcome': outcome}


def _matter(raw, readings):
    return {
        'kind': KINDS[raw['kind']], 'status': raw['status'],
        'carried': bool(raw['carried'])}


def _decision(raw, readings):
    kind = KINDS[raw['kind']]
    instance = further(raw['kind'], raw['instance'])
    verdict = raw['result'] or 'unknown'
    if verdict == 'knowingly_false':
        verdict = 'wrong'
    if kind == 'complaint' and instance == 'further':
        upholds = {'wrong'} | (
            {'partly'} if readings.get('second') == 'upholds' else set())
        if verdict != 'unknown':
            verdict = 'upheld' if verdict in upholds else 'changed'
    return {'kind': kind, 'instance': instance, 'verdict': verdict}


def _of_case(raw, readings):
    return {
        **{name: value for name, value in raw.items() if name != 'kind'},
        'kind': KINDS[raw['kind']],
        **({'done': bool(raw['done'])} if 'done' in raw else {})}


def _reception(raw, readings):
    return {
        **raw, **({'crowd': bool(raw['crowd'])} if 'crowd' in raw else {})}


_WORDS = {
    'letter': _letter,
    'matter': _matter,
    'decision': _decision,
    'award': _of_case,
    'duty': _of_case,
    'enforcement': _of_case,
    'reception': _reception,
    'visit': _reception,
    'day': _reception,
    }
SOURCES = frozenset(_WORDS)


def words(source, raw, readings):
    "Return the dimensions of a group in the words of the circular"
    return _WORDS[source](raw, readings)


def counts(column, raw, readings):
    "Tell if a group of its source counts for a Column"
    said = words(column.of, raw, readings)
    return all(said[name] in wanted for name, wanted in column.where.items())


def number(column, groups, readings):
    """Return what stands in a Column, and how many records stand behind it

    groups -- the Groups of its source, of a unit"""
    own = [g for g in groups if counts(column, g.raw, readings)]
    behind = sum(g.count for g in own)
    if not column.sum:
        return behind, behind
    total = sum(
        (Decimal(str(g.sums[column.sum] or 0)) for g in own), Decimal())
    total /= column.per
    if not column.digits and total == total.to_integral_value():
        total = int(total)
    return total, behind
