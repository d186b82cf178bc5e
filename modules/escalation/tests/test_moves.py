# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Tables and properties of what decides when something moves up."""
import datetime as dt
import unittest

from hypothesis import given
from hypothesis import strategies as st
from trytond.modules.deadlines.counting import Calendar, DayOff
from trytond.modules.foundation.clock import local_day, start_of

from .. import moves
from ..moves import Limit, Matter, Row, Rule

D = dt.date
# Wednesday 2 September is a holiday, Saturday 22 August is worked
CALENDAR = Calendar([
        DayOff(D(2026, 9, 2), 'holiday', "Quốc khánh"),
        DayOff(D(2026, 8, 22), 'worked', "Làm bù")])
LETTER = Matter('complaints.letter', 'complaint', '1', 'commune')
days = st.dates(D(2026, 1, 1), D(2027, 12, 31))
rules = st.builds(
    Rule, id=st.integers(1, 4),
    trigger=st.sampled_from(['time', 'time', 'event']), base=st.sampled_from(['due', 'start']),
    delay=st.integers(-8, 8), unit=st.sampled_from(['working_day', 'day']),
    clock_rule=st.sampled_from([None, 1, 2]),
    matter=st.sampled_from([None, 'complaints.letter', 'complaints.case']),
    kind=st.sampled_from([None, 'complaint', 'petition']),
    repeat=st.sampled_from([None, 1, 3]), levels=st.integers(1, 4))
ladders = st.lists(rules, max_size=4, unique_by=lambda r: r.id)
limits = st.builds(
    Limit, rule=st.integers(1, 2), started_on=days,
    due_on=st.none() | days, open=st.booleans())


def stored(rows, changes):
    "Return the rows after changes, as the table would have them"
    gone = {r.id for r in [*changes.forget, *changes.move]}
    kept = [r for r in rows if r.id not in gone]
    last = max([r.id for r in rows], default=0)
    return kept + list(changes.move) + [
        r._replace(id=last + n) for n, r in enumerate(changes.create, 1)]


class MovesTest(unittest.TestCase):

    def test_moment(self):
        "Test the morning of the first step"
        for delay, unit, day, expected in [
                # Friday: the next working morning is Monday
                (0, 'working_day', D(2026, 8, 14), D(2026, 8, 17)),
                # the Saturday after this one is worked
                (0, 'working_day', D(2026, 8, 21), D(2026, 8, 22)),
                (0, 'working_day', D(2026, 9, 1), D(2026, 9, 3)),
                (1, 'working_day', D(2026, 8, 31), D(2026, 9, 3)),
                (5, 'working_day', D(2026, 8, 10), D(2026, 8, 18)),
                (5, 'day', D(2026, 8, 10), D(2026, 8, 17)),
                (1, 'day', D(2026, 8, 31), D(2026, 9, 3)),
                (-1, 'working_day', D(2026, 9, 3), D(2026, 9, 1)),
                (-3, 'working_day', D(2026, 8, 24), D(2026, 8, 20)),
                (-1, 'day', D(2026, 8, 17), D(2026, 8, 14)),
                (-3, 'day', D(2026, 8, 14), D(2026, 8, 11)),
                ]:
            with self.subTest(delay=delay, unit=unit, day=day):
                moment = moves.moment(
                    Rule(1, delay=delay, unit=unit), day, CALENDAR)
                self.assertEqual(moment, start_of(expected, 7))

    def test_fits(self):
        "Test what a rule asks of a matter"
        case = LETTER._replace(model='complaints.case')
        for values, matter, expected in [
                ({}, LETTER, True),
                ({'matter': 'complaints.letter'}, LETTER, True),
                ({'matter': 'complaints.letter'}, case, False),
                ({'kind': 'complaint'}, LETTER, True),
                ({'kind': 'petition'}, LETTER, False),
                ({'kind': 'petition'}, Matter('routing.transfer'), False),
                ({'instance': '2'}, LETTER, False),
                ({'agency_kind': 'commune'}, LETTER, True),
                ({'agency_kind': 'province'}, LETTER, False),
                ]:
            with self.subTest(values=values, matter=matter):
                self.assertIs(moves.fits(Rule(1, **values), matter), expected)

    def test_in_force(self):
        "Test a rule holds for what ends between its days, both included"
        rule = Rule(1, valid_from=D(2026, 7, 1), valid_to=D(2026, 7, 31))
        for day, expected in [
                (D(2026, 6, 30), False), (D(2026, 7, 1), True),
                (D(2026, 7, 31), True), (D(2026, 8, 1), False)]:
            limit = Limit(1, D(2026, 6, 1), day)
            self.assertEqual(
                bool(moves.planned([rule], LETTER, limit, CALENDAR)),
                expected)

    def test_happened(self):
        "Test an event is planned once for each rule and time"
        ladder = [
            Rule(1, 'event', event='signatories', count=5),
            Rule(2, 'event', event='signatories'),
            Rule(3, 'event', event='unclear'),
            Rule(4),
            ]
        now = dt.datetime(2026, 8, 10, 3)

        def happened(times=None, mark=None, known=()):
            return [(r.rule, r.step) for r in moves.happened(
                    ladder, 'signatories', LETTER, D(2026, 8, 10), now,
                    times, mark, known)]
        self.assertEqual(happened(), [(2, 1)])
        self.assertEqual(happened(5), [(1, 1), (2, 1)])
        self.assertEqual(happened(5, known=[(1, None)]), [(2, 1)])
        self.assertEqual(
            happened(5, 'b', [(1, 'a'), (2, 'a'), (2, 'b')]), [(1, 2)])

    def test_following(self):
        "Test a step is followed by the next one, up to the last level"
        rule = Rule(1, repeat=3, levels=2)
        row = Row(1, 1, D(2026, 8, 7), start_of(D(2026, 8, 10), 7))
        self.assertEqual(
            moves.following(rule, row, D(2026, 8, 10), CALENDAR),
            Row(1, 2, D(2026, 8, 7), start_of(D(2026, 8, 14), 7)))
        for other, taken in [
                (rule, row._replace(step=2)), (Rule(1, levels=2), row)]:
            self.assertIsNone(moves.following(
                    other, taken, D(2026, 8, 10), CALENDAR))

    def test_comes_too_late(self):
        "Test a warning is none once the last day is over"
        limit = Limit(1, D(2026, 8, 3), D(2026, 8, 14))
        for delay, today, expected in [
                (-1, D(2026, 8, 14), False), (-1, D(2026, 8, 15), True),
                (0, D(2026, 8, 20), False)]:
            self.assertIs(
                moves.comes_too_late(Rule(1, delay=delay), limit, today),
                expected)

    @given(rules, days)
    def test_in_the_morning(self, rule, day):
        "Test each step is taken on a working morning, on its side of the day"
        moment = moves.moment(rule, day, CALENDAR)
        taken_on = local_day(moment)
        self.assertEqual(moment, start_of(taken_on, 7))
        self.assertTrue(CALENDAR.is_working(taken_on))
        if rule.delay < 0:
            self.assertLess(taken_on, day)
        else:
            self.assertGreater(taken_on, day)
            self.assertGreater((taken_on - day).days, rule.delay)

    @given(rules, days, days)
    def test_earlier_is_not_later(self, rule, first, second):
        first, second = sorted([first, second])
        self.assertLessEqual(
            moves.moment(rule, first, CALENDAR),
            moves.moment(rule, second, CALENDAR))

    @given(ladders, limits)
    def test_new_is_planned_as_replanned(self, ladder, limit):
        changes = moves.replanned(ladder, LETTER, limit, CALENDAR, [])
        self.assertEqual(
            list(changes.create),
            moves.planned(ladder, LETTER, limit, CALENDAR))
        self.assertFalse(changes.move or changes.forget)

    @given(ladders, st.lists(limits, max_size=4), st.data())
    def test_whatever_happened(self, ladder, course, data):
        """Test what waits is what a new time limit would wait for

        whatever its days were before, and which steps were taken, but for
        what was taken already as counted from that day."""
        rows = []
        for limit in course:
            rows = stored(rows, moves.replanned(
                    ladder, LETTER, limit, CALENDAR, rows))
            self.assertEqual(
                moves.replanned(ladder, LETTER, limit, CALENDAR, rows),
                moves.Changes())
            known = [(r.rule, r.step) for r in rows]
            self.assertEqual(len(known), len(set(known)))
            last = {}
            for row in sorted(rows, key=lambda r: r.step):
                if row.done:
                    last[row.rule] = row.counted_from
            self.assertEqual(
                {(r.rule, r.counted_from, r.run_at)
                    for r in rows if not r.done},
                {(r.rule, r.counted_from, r.run_at)
                    for r in moves.planned(ladder, LETTER, limit, CALENDAR)
                    if last.get(r.rule) != r.counted_from})
            rows = [
                r._replace(done=r.done or data.draw(st.booleans()))
                for r in rows]

    @given(ladders, limits, limits, st.sets(st.integers(1, 4)))
    def test_only_some_rules(self, ladder, before, limit, only):
        "Test rows of other rules are left as they are"
        rows = stored([], moves.replanned(
                ladder, LETTER, before, CALENDAR, []))
        changes = moves.replanned(
            ladder, LETTER, limit, CALENDAR, rows, only)
        touched = {r.rule for part in changes for r in part}
        self.assertLessEqual(touched, only)
        if limit.open and limit.due_on:
            whole = moves.replanned(ladder, LETTER, limit, CALENDAR, rows)
            self.assertEqual(changes, moves.Changes(*(
                        tuple(r for r in part if r.rule in only)
                        for part in whole)))
