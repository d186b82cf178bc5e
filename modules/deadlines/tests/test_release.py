# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a release corrects in a database, and what it only proposes."""
import datetime as dt
import unittest

from hypothesis import given
from hypothesis import strategies as st

from ..counting import DayOff
from ..release import TAKEN_BACK, compare, windows

D = dt.date
TET = D(2028, 1, 26)
EVE = D(2028, 1, 25)
MAY = D(2028, 5, 1)


def day(date, kind='holiday', state='announced', name='', source='s'):
    return DayOff(date, kind, name, source, state)


def provisional(date, **values):
    return day(date, state='provisional', **values)


# known, shipped, own, what is corrected, what is proposed
CASES = {
    'the same': (
        [day(TET)], [day(TET)], [], [], []),
    'a name or a source': (
        [day(TET, name="29 Tết", source="a")],
        [day(TET, name="28 Chạp", source="b")], [],
        [day(TET, name="28 Chạp", source="b")], []),
    'a name that somebody gave': (
        [day(TET, name="29 Tết")], [day(TET, name="28 Chạp")], [TET],
        [], []),
    'a year that was announced as computed': (
        [provisional(TET), provisional(MAY)], [day(TET), day(MAY)], [],
        [day(TET), day(MAY)], []),
    'the same, where somebody entered it': (
        [provisional(TET), provisional(MAY)], [day(TET), day(MAY)],
        [TET, MAY],
        [], [day(TET), day(MAY)]),
    'a year that was announced otherwise is proposed whole': (
        [provisional(TET), provisional(EVE)], [day(TET), day(MAY)], [],
        [], [day(EVE, 'ordinary', name=TAKEN_BACK), day(TET), day(MAY)]),
    'a new day': (
        [], [day(TET)], [], [], [day(TET)]),
    'a new year that is computed': (
        [], [provisional(TET)], [], [], [provisional(TET)]),
    'what is computed, beside a year that is settled': (
        [day(TET)], [provisional(TET), provisional(EVE)], [], [], []),
    'what is computed, beside a swap alone': (
        [day(MAY, 'worked')], [provisional(TET), provisional(MAY)], [],
        [], [provisional(TET)]),
    'another kind': (
        [day(MAY, 'worked')], [day(MAY)], [], [], [day(MAY)]),
    'what was taken back': (
        [day(MAY, 'ordinary')], [day(MAY)], [], [], []),
    'what somebody added': (
        [day(TET), day(MAY, 'swapped off')], [day(TET)], [MAY], [], []),
    }


class ReleaseTestCase(unittest.TestCase):
    "Test the calendar of a release against that of a database"

    def test_compare(self):
        for name, (known, shipped, own, *expected) in CASES.items():
            with self.subTest(name):
                self.assertEqual(list(compare(
                            {d.date: d for d in known},
                            {d.date: d for d in shipped}, own)), expected)

    @given(st.lists(st.dates(D(2000, 1, 1), D(2100, 1, 1))))
    def test_windows(self, dates):
        "Test each date is in one window, and there are not too many"
        found = windows(dates)
        self.assertLessEqual(len(found), 20)
        for date in dates:
            self.assertEqual(
                len([w for w in found if w[0] <= date <= w[1]]), 1)
        self.assertEqual(
            [d for window in found for d in window],
            sorted(d for window in found for d in window))
        for first, last in found:
            self.assertLessEqual({first, last}, set(dates))
