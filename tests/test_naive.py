# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Each rule and variant on hard dates, against the naive counter."""
import datetime as dt
import json
from pathlib import Path

import pytest
from helpers import donthu
from hypothesis import given
from hypothesis import strategies as st
from trytond.modules.deadlines import counting, lawbook

from donthu.naive import NaiveLaw

D = dt.date
PEERS = (Path(__file__).parents[1] / 'modules' / 'deadlines' / 'tests'
    / 'peer_cases.jsonl')
HARD = [
    # the last days before Tết, and within
    D(2024, 2, 7), D(2025, 1, 24), D(2026, 2, 13), D(2026, 2, 18),
    # 29 February, and the day after
    D(2024, 2, 28), D(2024, 2, 29), D(2024, 3, 1),
    # Giỗ Tổ, the end of April, a swapped Saturday
    D(2025, 4, 4), D(2025, 4, 25), D(2025, 4, 26), D(2026, 4, 24),
    D(2026, 4, 29),
    # the night between the two laws, and a week around it
    D(2026, 6, 19), D(2026, 6, 30), D(2026, 7, 1), D(2026, 7, 2),
    # early September
    D(2025, 8, 29), D(2026, 8, 20), D(2026, 8, 28), D(2026, 9, 1),
    # 24 November, a day of rest from 2026 on
    D(2025, 11, 21), D(2026, 11, 20), D(2026, 11, 23), D(2026, 11, 24),
    # the New Year and its swap
    D(2025, 12, 30), D(2025, 12, 31), D(2026, 1, 1), D(2026, 1, 9),
    ]
VERSIONS = [
    version for rule in lawbook.rules().values()
    for version in rule.versions
    if version.counts and not version.by_decision]


def test_every_version_on_hard_dates():
    law, dates = NaiveLaw(), 0
    for version in VERSIONS:
        for day in HARD:
            if not version.valid_on(day):
                continue
            dates += 1
            found = lawbook.select(
                lawbook.rules()[version.rule].versions, day,
                version.variants, by_decision=False)
            assert lawbook.period(
                found, day, lawbook.calendar()).due_on == law.last_day(
                    version.rule, day, version.variants), (version, day)
    assert dates > 1000


DAYS = st.dates(D(2022, 1, 1), D(2026, 10, 1))


@given(
    st.sampled_from([v for v in VERSIONS
            if v.unit in {'day', 'working_day'} and not v.before]),
    DAYS,
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 25)), max_size=3),
    st.lists(st.integers(1, 30), max_size=2))
def test_pauses_and_extensions(version, day, pauses, extensions):
    "Test any suspensions and extensions"
    if not version.valid_on(day):
        return
    law, decisions, start = NaiveLaw(), [], day
    for gap, length in pauses:
        start += dt.timedelta(days=gap)
        end = start + dt.timedelta(days=length)
        decisions.append((start, end))
        start = end
    found = lawbook.select(
        lawbook.rules()[version.rule].versions, day, version.variants,
        by_decision=False)
    result = lawbook.period(
        found, day, lawbook.calendar(),
        [counting.Pause(*decision) for decision in decisions],
        [counting.Extension(length) for length in extensions])
    assert result.due_on == law.last_day(
        version.rule, day, version.variants, decisions, sum(extensions))
    # the trace sums to the length
    assert sum(s.days for s in result.spans if s.counted) == (
        found.length + sum(extensions))


def test_peer():
    """Test the figures of a peer's tests of its calendar

    Business::Hours 0.13, the calendar of Request Tracker, t/2-holidays.t:
    with a holiday on 1 January, what begins at the end of 31 December 2008
    ends on 2 January 2009."""
    calendar = counting.Calendar([
            counting.DayOff(D(2009, 1, 1), 'holiday')])
    assert counting.count(
        D(2008, 12, 31), 1, 'working_day', calendar).due_on == D(2009, 1, 2)


def test_peer_cases():
    "Test the naive counter reproduces the tables of peers' tests, too"
    cases = [json.loads(line) for line in PEERS.read_text().splitlines()]
    assert len(cases) == 150
    for case in cases:
        due_on = NaiveLaw(map(D.fromisoformat, case['holidays'])).count(
            D.fromisoformat(case['start']), abs(case['days']),
            {'working': 'working_day', 'calendar': 'day'}[case['kind']],
            case['days'] < 0)
        assert due_on.isoformat() == case['expect'], case


@pytest.mark.parametrize('choice', ['no', 'yes'])
def test_years_to_come(choice):
    "Test both count the computed years alike, however 24 November is read"
    law = NaiveLaw(readings=['culture_day'] if choice == 'yes' else [])
    calendar = counting.Calendar(
        lawbook.days_off(), choices={'culture_day': choice})
    day = D(2027, 12, 1)
    while day < D(2036, 1, 1):
        assert law.works(day) == calendar.is_working(day), day
        day += dt.timedelta(days=1)
    assert law.works(D(2029, 11, 26)) == (choice == 'no')


@pytest.mark.parametrize('needs', [
        [], ['complex'], ['especially_complex'], ['complex', 'remote'],
        ['remote']])
@pytest.mark.parametrize('variants', [
        [], ['complex'], ['especially_complex'],
        ['especially_complex', 'remote'], ['remote'],
        ['complex', 'especially_complex']])
def test_especially_complex_is_complex(needs, variants):
    "Test the narrowest version is the same one for both"
    day = D(2026, 8, 3)
    law = NaiveLaw()
    for named in [[], needs, ['especially_complex']]:
        law.rules['X'] = {'version': [
                {'valid_from': day, 'length': length, 'unit': 'day',
                    'variants': those}
                for length, those in enumerate([[], needs, named])]}
        found = lawbook.select([
                lawbook.Version(
                    'X', day, v['length'], 'day', '', '', '',
                    variants=frozenset(v['variants']))
                for v in law.rules['X']['version']], day, variants)
        assert law.version('X', day, variants)['length'] == found.length


def test_simulation():
    "Test a simulated year: no date is wrong, and much was tried"
    result = donthu('simulate', '--letters', '40', '--seed', '3')
    assert ', 0 wrong' in result.stdout
    for act in ['suspend', 'resume', 'terminate', 'reassess', 'correct',
            'decree']:
        assert f' {act} ' in result.stdout, act


@pytest.mark.parametrize('day', [D(2026, 3, 3), D(2026, 9, 15)])
def test_naive_counter_can_disagree(day):
    "Test a day that one of the two does not know makes a difference"
    law = NaiveLaw()
    version = lawbook.select(lawbook.rules()['TC-01'].versions, day)
    due_on = lawbook.period(version, day, lawbook.calendar()).due_on
    law.off(due_on)
    assert law.last_day('TC-01', day) > due_on
