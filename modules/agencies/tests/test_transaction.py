# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What is rolled back is gone, whatever the caches do meanwhile."""
from unittest.mock import patch

from trytond import config
from trytond.cache import Cache, MemoryCache
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    DB_NAME, TestCase, activate_module, drop_db)
from trytond.transaction import Transaction


class TransactionTestCase(TestCase):
    "Test transactions and caches"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        drop_db()
        activate_module('agencies')

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        drop_db()

    def setUp(self):
        super().setUp()
        # as if the last time was long ago, each time
        timeout = config.get('cache', 'clean_timeout')
        config.set('cache', 'clean_timeout', '-1')
        self.addCleanup(config.set, 'cache', 'clean_timeout', timeout)
        with Transaction().start(DB_NAME, 1):
            pass

    def groups(self):
        with Transaction().start(DB_NAME, 1, readonly=True):
            return Pool().get('res.group').search([
                    ('name', 'like', 'Test%')], count=True)

    def add(self, name="Test"):
        Pool().get('res.group')(name=name).save()

    def test_synced_at_the_start(self):
        "Test a transaction that begins by bringing the caches up to date"
        with patch.object(
                MemoryCache, 'sync', wraps=MemoryCache.sync) as sync:
            with Transaction().start(DB_NAME, 1) as transaction:
                self.assertTrue(sync.called)
                self.add()
                transaction.rollback()
        self.assertEqual(self.groups(), 0)

    def test_synced_meanwhile(self):
        "Test a transaction in the middle of which another one begins"
        with Transaction().start(DB_NAME, 1) as transaction:
            self.add()
            with transaction.new_transaction(readonly=True):
                pass
            self.add("Test again")
            transaction.rollback()
        self.assertEqual(self.groups(), 0)

    def test_committed(self):
        "Test a transaction that has told of changed caches, and goes on"
        with Transaction().start(DB_NAME, 1) as transaction:
            Cache.clear_all()
            transaction.commit()
            self.add()
            transaction.rollback()
        self.assertEqual(self.groups(), 0)

    def test_told(self):
        "Test of a changed cache others are told with the change, or not"
        name = 'res.user.agency_roles'
        for action, told in [('rollback', 0), ('commit', 1)]:
            with Transaction().start(DB_NAME, 1) as transaction:
                transaction.connection.cursor().execute(
                    f"DELETE FROM ir_cache WHERE name = '{name}'")
                transaction.commit()
                Pool().get('res.user')._roles_cache.clear()
                getattr(transaction, action)()
            with Transaction().start(DB_NAME, 1) as transaction:
                cursor = transaction.connection.cursor()
                cursor.execute(
                    f"SELECT count(*) FROM ir_cache WHERE name = '{name}'")
                self.assertEqual(cursor.fetchone(), (told,), msg=action)
