# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A letter is born of another: it is no heir of what became of its data."""
from unittest import TestCase

from trytond.modules.complaints.tests import births
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)


class BirthTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('retention')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    @with_transaction()
    def test_declared(self):
        "Test something is said of each field and model that could be given"
        births.check_declared(self, 'complaints.letter')
        births.check_once(self, 'complaints.letter')
