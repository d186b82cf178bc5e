# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Properties of the counting of days, on any day."""
import datetime as dt
import unittest

from hypothesis import given
from hypothesis import strategies as st

from .. import counting, lawbook
from ..counting import Calendar, DayOff, Pause, count

D = dt.date

days = st.dates(D(2020, 2, 1), D(2026, 12, 31))
lengths = st.integers(0, 120)
units = st.sampled_from(['day', 'working_day'])


class CountingPropertiesTestCase(unittest.TestCase):
    "Test counting on any day"

    @given(days, lengths, units)
    def test_never_ends_on_rest(self, day, length, unit):
        calendar = lawbook.calendar()
        due_on = count(day, length, unit, calendar).due_on
        if length or unit == 'day':
            self.assertTrue(calendar.is_working(due_on))

    @given(days, lengths, units)
    def test_monotone(self, day, length, unit):
        calendar = lawbook.calendar()
        self.assertLessEqual(
            count(day, length, unit, calendar).due_on,
            count(day + counting.ONE, length, unit, calendar).due_on)

    @given(days, lengths, units)
    def test_trace_sums_to_length(self, day, length, unit):
        result = count(day, length, unit, lawbook.calendar())
        self.assertEqual(
            sum(s.days for s in result.spans if s.counted), length)
        position = day
        for span in result.spans:
            self.assertEqual(span.first, position + counting.ONE)
            position = span.last
        self.assertEqual(position, result.due_on)

    @given(days, st.integers(1, 60), st.integers(0, 59), st.integers(1, 40))
    def test_pauses_add_up(self, day, length, after, pause):
        "Test on a calendar without rest a pause adds its days"
        calendar = Calendar([
                DayOff(D(2020, 1, 1) + dt.timedelta(days=n), 'worked')
                for n in range(3000)])
        start = day + dt.timedelta(days=min(after, length - 1))
        paused = count(
            day, length, 'day', calendar,
            [Pause(start, start + dt.timedelta(days=pause))])
        plain = count(day, length, 'day', calendar)
        self.assertEqual((paused.due_on - plain.due_on).days, pause)

    @given(days, lengths, units)
    def test_naive_counter(self, day, length, unit):
        "Test against a second, deliberately naive counter"
        rest = {
            d.date for d in lawbook.calendar().days.values()
            if d.kind != 'worked'}
        worked = {
            d.date for d in lawbook.calendar().days.values()
            if d.kind == 'worked'}

        def works(date):
            return date in worked or (
                date.weekday() not in {5, 6} and date not in rest)
        date, left = day, length
        while left:
            date += dt.timedelta(days=1)
            if unit == 'day' or works(date):
                left -= 1
        while not works(date):
            date += dt.timedelta(days=1)
        self.assertEqual(
            count(day, length, unit, lawbook.calendar()).due_on, date)

    @given(days, st.integers(2, 90))
    def test_warning_before_end(self, day, length):
        calendar = lawbook.calendar()
        due_on = count(day, length, 'day', calendar).due_on
        warn_on = counting.warning_date(
            day, due_on, calendar, **lawbook.warning())
        self.assertLess(day, warn_on)
        self.assertLessEqual(warn_on, due_on)
