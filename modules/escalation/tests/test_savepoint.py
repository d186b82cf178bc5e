# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What is undone is not on record; what came before it is, once."""
import unittest

from trytond.modules.agencies.tests.tools import create_agency
from trytond.modules.audit.savepoint import savepoint
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)


class SavepointTestCase(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('escalation')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    @with_transaction()
    def test_undone(self):
        "Test what is undone, looked at before or not, leaves no entry"
        pool = Pool()
        Entry, Watch = pool.get('audit.entry'), pool.get('escalation.watch')
        agency = create_agency('98', "UBND tỉnh", 'province').id
        first, = Watch.create([{'name': "First", 'agency': agency}])
        for looking in [False, True]:
            with self.subTest(looking=looking):
                Watch.write([first], {'name': f"Renamed {looking}"})
                with self.assertRaises(ZeroDivisionError), savepoint():
                    Watch.write([first], {'name': "Undone"})
                    Watch.create(
                        [{'name': "Undone too", 'agency': agency}])
                    if looking:
                        self.assertEqual(Entry.search([
                                    ('resource', 'like', 'escalation.watch,%'),
                                    ('changes', 'like', '%Undone%'),
                                    ], count=True), 2)
                    1 / 0   # noqa: B018
                with savepoint():
                    Watch.create([{'name': "Done", 'agency': agency}])
        entries = Entry.search(
            [('resource', 'like', 'escalation.watch,%')], order=[('id', 'ASC')])
        text = ' '.join(e.changes for e in entries)
        self.assertNotIn("Undone", text)
        self.assertEqual(text.count('"Done"'), 2)
        self.assertEqual(text.count('"Renamed True"'), 1)
