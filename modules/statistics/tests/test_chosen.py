# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Whoever chooses several records knows what is done to which of them."""
import inspect
import re
import unittest

from trytond.modules.foundation.exceptions import ChosenError
from trytond.modules.foundation.one_record import OneRecord
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)
from trytond.transaction import Transaction
from trytond.wizard import Wizard

# What works on each of the records that are chosen, and how one knows
_EACH = {
    'routing.assign': "gives each of them, or none",
    'escalation.demand.make': "drafts one for each",
    'statistics.figure.letters': "opens the list of all",
    'statistics.figure.cases': "opens the list of all",
    'statistics.figure.late': "opens the list of all",
    'statistics.figure.escalations': "opens the list of all",
    'statistics.workload.letters': "opens the list of all",
    }


class ChosenTestCase(unittest.TestCase):
    "Test no wizard works on the first of several records alone"

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('statistics')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    @staticmethod
    def wizards():
        "Yield (name, class) of the wizards of the modules of Donthu"
        for name, Class in Pool().iterobject(type='wizard'):
            if any(map(_is_own, Class.__mro__)):
                yield name, Class

    @with_transaction()
    def test_several(self):
        "Test each wizard refuses several records, takes all, or asks none"
        names = set()
        for name, Class in self.wizards():
            names.add(name)
            if name in _EACH:
                self.assertFalse(issubclass(Class, OneRecord), msg=name)
                self.assertRegex(_source(Class), r'self\.records\b')
            elif re.search(r'self\.records?\b', _source(Class)):
                self.assertTrue(issubclass(Class, OneRecord), msg=name)
        self.assertLessEqual(set(_EACH), names)
        self.assertIn('complaints.opening.open', names)

    @with_transaction()
    def test_refused(self):
        "Test it is said before anything is done, from the first call on"
        session, = Pool().get('ir.session.wizard').create([{}])
        for name, Class in self.wizards():
            if not issubclass(Class, OneRecord):
                continue
            with self.subTest(name), Transaction().set_context(
                    active_model='complaints.letter', active_id=1,
                    active_ids=[1, 2]):
                with self.assertRaisesRegex(ChosenError, '2'):
                    Class.create()
                with self.assertRaises(ChosenError):
                    Class.execute(session.id, {}, Class.start_state)


def _is_own(Class):
    return issubclass(Class, Wizard) and re.match(
        r'trytond\.modules\.\w+\.',
        Class.__module__)


def _source(Class):
    "Return the source of a wizard, with what it has from its bases"
    return '\n'.join(
        inspect.getsource(base) for base in Class.__mro__ if _is_own(base))
