# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What `donthu doctor` says of what was read: each check, well and not."""
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donthu import facts, health
from donthu.health import WARNING, WELL, WRONG

NOW = dt.datetime(2026, 11, 27, 3, 0)
MIN, HOUR, DAY = (
    dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1))
GB = 2**30
SEAL = {'now': NOW, 'within': HOUR, 'last_at': NOW - MIN}
RELEASE = {'unfinished': False, 'missing': [], 'release': 'a', 'installed': 'a'}
KEYS = {'file': '/k', 'mode': 0o600, 'lacking': None}
QUEUE = {'now': NOW, 'waiting': 0, 'oldest': None, 'stuck': 0}
ESCALATION = {'now': NOW, 'due': 0, 'oldest': None, 'failed': 0}
FILES = {'path': '/f', 'present': True, 'writable': True,
    'owners': {'/f': 'donthu', '/k': 'donthu'}}
ANCHORS = {'file': '/a', 'writable': True, 'last': 7, 'sealed': 7}
CALENDAR = {'year': 2026, 'years': {2026, 2027}, 'open': set()}


def jobs(*rows):
    return {'now': NOW, 'jobs': [
            (f'm|{n}', minutely, following, NOW - 30 * DAY)
            for n, (minutely, following) in enumerate(rows)]}


# The fact, the state it is judged to be, and a word that has to be said
CASES = [
    ('configuration', {'file': '/c'}, WELL, '/c'),
    ('configuration', {'error': "/c: not there"}, WRONG, 'not there'),
    ('database', {'name': 'd', 'kind': 'sqlite', 'version': None}, WELL, 'd'),
    ('database', {'name': 'd', 'kind': 'postgresql', 'version': 150_018},
        WELL, 'PostgreSQL 15'),
    ('database', {'name': 'd', 'kind': 'postgresql', 'version': 140_021},
        WRONG, 'too old'),
    ('role', {'fault': None}, WELL, 'can not touch'),
    ('role', {'fault': "the role o owns the tables"}, WRONG, 'owns'),
    ('schema', RELEASE, WELL, 'installed here'),
    ('schema', {**RELEASE, 'release': 'b'}, WRONG, 'another release'),
    ('schema', {**RELEASE, 'release': None}, WARNING, 'nothing says'),
    ('schema', {**RELEASE, 'unfinished': True}, WRONG, 'interrupted'),
    ('schema', {**RELEASE, 'missing': ['routing']}, WRONG, 'routing'),
    ('keys', KEYS, WELL, '/k'),
    ('keys', {**KEYS, 'mode': 0o640}, WRONG, 'mode 640'),
    ('keys', {**KEYS, 'lacking': ('sign', 2)}, WRONG, 'sign 2'),
    ('files', FILES, WELL, '/f'),
    ('files', {**FILES, 'present': False}, WRONG, 'missing'),
    ('files', {**FILES, 'writable': False}, WRONG, 'written'),
    ('files', {**FILES, 'owners': {'/f': 'donthu', '/k': 'root'}}, WRONG,
        '/k belongs to root'),
    ('anchors', ANCHORS, WELL, 'last seal'),
    ('anchors', {'file': None}, WARNING, 'database alone'),
    ('anchors', {**ANCHORS, 'writable': False}, WRONG, 'nothing is sealed'),
    ('anchors', {**ANCHORS, 'last': 5}, WRONG, 'ends with seal 5'),
    ('anchors', {**ANCHORS, 'last': 9}, WRONG, 'something is gone'),
    ('anchors', {**ANCHORS, 'last': None, 'sealed': None}, WELL, ''),
    ('seals', {**SEAL, 'unsealed': 0, 'oldest': None}, WELL, '0 entries'),
    ('seals', {**SEAL, 'unsealed': 3, 'oldest': NOW - 59 * MIN}, WELL, '3'),
    ('seals', {**SEAL, 'unsealed': 3_758, 'oldest': NOW - 3 * DAY}, WRONG,
        '3758 entries are not sealed, the oldest for 3 d'),
    ('scheduler', jobs((True, NOW + MIN), (False, NOW + DAY)), WELL, 'has run'),
    ('scheduler', jobs((True, NOW - 9 * MIN)), WELL, ''),
    ('scheduler', jobs((True, NOW - 11 * MIN)), WRONG, '11 min'),
    ('scheduler', jobs((False, NOW - 5 * HOUR)), WELL, ''),
    ('scheduler', jobs((False, NOW - 7 * HOUR)), WRONG, '7 h'),
    # never run: a job of the day waits for its day, one of the minute is late
    ('scheduler', jobs((False, None)), WELL, ''),
    ('scheduler', jobs((True, None), (True, None)), WRONG, 'nothing escalates'),
    ('escalation', ESCALATION, WELL, '0 escalations'),
    ('escalation', {**ESCALATION, 'due': 9, 'oldest': NOW - MIN}, WELL, '9'),
    ('escalation', {**ESCALATION, 'due': 9, 'oldest': NOW - DAY}, WRONG, '9'),
    ('escalation', {**ESCALATION, 'failed': 2}, WARNING, '2 escalations'),
    ('queue', QUEUE, WELL, '0 tasks'),
    ('queue', {**QUEUE, 'waiting': 4, 'oldest': NOW - DAY}, WRONG, '4 tasks'),
    ('queue', {**QUEUE, 'stuck': 5}, WARNING, '5 tasks'),
    ('errors', {'open': 0}, WELL, ''),
    ('errors', {'open': 2}, WARNING, '2 errors'),
    ('disk', [('/a', 400 * GB, 1000 * GB)], WELL, '400 GB'),
    # a tenth of a large disk is much
    ('disk', [('/a', 100 * GB, 1000 * GB)], WELL, ''),
    ('disk', [('/a', 10 * GB, 100 * GB)], WARNING, '10.0 GB left'),
    ('disk', [('/b', 400 * GB, 1000 * GB), ('/a', GB, 100 * GB)], WRONG, '/a'),
    ('disk', [('/a', 0, 0)], WRONG, '0.0 GB'),
    ('mail', {'uri': 'smtp://h', 'sender': 'a@b'}, WELL, 'a@b'),
    ('mail', {'uri': None, 'sender': 'a@b'}, WARNING, 'uri'),
    ('mail', {'uri': 'smtp://h', 'sender': None}, WARNING, 'from'),
    ('calendar', CALENDAR, WELL, '2026 and 2027'),
    ('calendar', {**CALENDAR, 'years': {2026}}, WARNING, '2027'),
    ('calendar', {**CALENDAR, 'years': {2027}}, WRONG, '2026'),
    ('calendar', {**CALENDAR, 'open': {2027, 2030}}, WARNING, '2027'),
    ('web_client', {'root': '/w', 'present': True}, WELL, '/w'),
    ('web_client', {'root': '/w', 'present': False}, WRONG, '/w'),
    ('web_client', {'root': None, 'present': False}, WARNING, ''),
    ('clock', {'skew': dt.timedelta(seconds=-2)}, WELL, ''),
    ('clock', {'skew': dt.timedelta(seconds=-90)}, WRONG, '90 s'),
    ]


@pytest.mark.parametrize('name, fact, state, word', CASES)
def test_judge(name, fact, state, word):
    found, = health.judge({name: fact})
    assert (found.name, found.state) == (name, state)
    assert word in found.said
    # what is not well says what to do
    assert found.state == WELL or found.todo or 'error' in fact


def test_each_check_is_tried_both_ways():
    tried = {(name, state == WELL) for name, _, state, _ in CASES}
    for function in health.CHECKS:
        for well in [True, False]:
            assert (function.__name__, well) in tried, function.__name__


def test_each_fact_is_judged():
    judged = {function.__name__ for function in health.CHECKS}
    read = {function.__name__ for function in facts.READERS}
    assert read | {'configuration', 'database'} == judged


@given(st.lists(st.sampled_from(
            [case[:3] for case in CASES]), unique_by=lambda case: case[0]))
def test_the_worst_counts(cases):
    "Test the whole is as bad as its worst part, in whatever order"
    found = health.judge({name: fact for name, fact, _ in cases})
    assert len(found) == len(cases)
    states = [state for *_, state in cases]
    for state in [WRONG, WARNING, WELL]:
        if state in states or state == WELL:
            assert health.worst(found) == state
            break


def test_an_error_of_one_hides_no_other():
    found = health.judge({
            'keys': {'error': "/k: Permission denied"},
            'errors': {'open': 0}})
    assert [f.state for f in found] == [WRONG, WELL]
    assert 'Permission denied' in found[0].said


@pytest.mark.parametrize('minutes, said', [
        (0, '0 min'), (119, '119 min'), (120, '2 h'), (2879, '47 h'),
        (2880, '2 d')])
def test_span(minutes, said):
    assert health.span(minutes * MIN) == said
