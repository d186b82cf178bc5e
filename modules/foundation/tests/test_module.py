# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

import datetime as dt
import sys
import unicodedata

from trytond.tests.test_tryton import ModuleTestCase

from .. import clock
from ..text import clean, fold
from .mixin import AgencyTestMixin


class FoundationTestCase(AgencyTestMixin, ModuleTestCase):
    "Test Foundation module"
    module = 'foundation'

    def test_clock(self):
        "Test the day is the one of Viet Nam"
        moment = dt.datetime(2026, 6, 30, 17, 30, tzinfo=dt.UTC)
        with clock.travel(moment):
            self.assertEqual(clock.today(), dt.date(2026, 7, 1))
            self.assertEqual(clock.now(), moment)
        self.assertEqual(
            clock.start_of(dt.date(2026, 7, 1)),
            dt.datetime(2026, 6, 30, 17))
        with self.assertRaises(ValueError):
            with clock.travel(dt.datetime(2026, 1, 1)):
                pass

    def test_text(self):
        "Test text is compared without accents, case and form"
        for left, right in [
                ("Tố  cáo", "TỐ CÁO"),
                ("Hoà", "Hòa"),
                ("Đắk Lắk", "dak lak"),
                ("xã Ea Kpam", "xã Ea Kpam"),
                ]:
            self.assertEqual(fold(left), fold(right))
        self.assertEqual(clean(" Tố  cáo\u00a0"), "Tố cáo")
        # a mark parts no word, of whatever script
        for char in map(chr, range(sys.maxunicode + 1)):
            if unicodedata.combining(char) and fold(f'a{char}b') != 'ab':
                self.fail(f'U+{ord(char):04X}')


del ModuleTestCase
