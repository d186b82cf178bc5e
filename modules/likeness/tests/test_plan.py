# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""When others that look like a letter are looked for, without a database."""
from dataclasses import replace
from unittest import TestCase

from trytond.modules.complaints.plan import Act, plan
from trytond.modules.complaints.tests import test_plan as plans
from trytond.modules.likeness import plan as own       # noqa: F401

ROOMS = frozenset(['complaints', 'likeness'])


class PlanTestCase(TestCase):

    def looks(self, *acts, rooms=ROOMS, **who):
        result = plan(
            replace(plans.BOOK, rooms=rooms), plans.letter(),
            list(map(Act, acts)), plans.by('clerk', **who))
        return result.more.get('likeness')

    def test_steps(self):
        "Test who registers or classifies is shown what looks alike"
        for acts in [['register'], ['register', 'classify']]:
            self.assertEqual(self.looks(*acts), {'marks', 'similar'})

    def test_old_register(self):
        "Test what an old register tells of is marked, and shown to nobody"
        for acts in [['register'], ['historical']]:
            self.assertEqual(
                self.looks(*acts, server=True, register=True), {'marks'})

    def test_not_installed(self):
        "Test without the module nothing is looked for"
        self.assertIsNone(
            self.looks('register', rooms=frozenset(['complaints'])))
