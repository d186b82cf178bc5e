# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Every model on record is compared with its entries, whatever it is made of."""
import unittest

from trytond.modules.audit.audited import AuditedMixin
from trytond.modules.audit.rows import audited_models, verify_rows
from trytond.modules.deadlines.clocked import ClockedMixin
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)


class RowsTestCase(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('statistics')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    @with_transaction()
    def test_models(self):
        "Test none is left out, nor the due day of one that has clocks"
        models = audited_models()
        self.assertGreater(len(models), 20)
        for Model in models:
            with self.subTest(model=Model.__name__):
                # every column can be read, and put on record again
                self.assertTrue(Model._audit_fields())
                Model._audit_read([1], Model._audit_fields())
                clocked = issubclass(Model, ClockedMixin)
                self.assertEqual(clocked, (
                        Model._audit_follows.__func__
                        is not AuditedMixin._audit_follows.__func__))
                Model._audit_follows([1])
        self.assertIn(Pool().get('complaints.letter'), models)

    @with_transaction()
    def test_nothing_touched(self):
        "Test nothing is said of what the modules bring with them"
        self.assertEqual(list(verify_rows()), [])

    @with_transaction()
    def test_removed(self):
        "Test what is gone is a flaw, unless it went with its matter"
        pool = Pool()
        Entry, Person = pool.get('audit.entry'), pool.get('complaints.person')
        for matter in [98, 99]:
            Entry.append([{
                        'action': 'create', 'about': f'complaints.case,{matter}',
                        'resource': f'{Person.__name__},{matter}'}])
        Entry.append(
            [{'action': 'delete', 'resource': 'complaints.case,99'}])
        self.assertEqual(
            [(flaw.kind, flaw.detail) for flaw in verify_rows()],
            [('row_removed', 'complaints.person,98')])
