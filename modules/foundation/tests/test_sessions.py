# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A call asks fewer questions, and gets the same answers."""
import datetime as dt
from unittest import TestCase
from unittest.mock import Mock

from trytond import security
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)
from trytond.transaction import Transaction

from ..guards import sessions


class SessionsTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('foundation')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    @staticmethod
    def _new(age=0, address=None):
        "Return the key of a session that was made days ago"
        Session = Pool().get('ir.session')
        transaction = Transaction()
        with transaction.set_user(1), transaction.set_context(
                _request={'remote_addr': address}):
            session, = Session.create([{}])
        table = Session.__table__()
        transaction.connection.cursor().execute(*table.update(
                [table.create_date],
                [dt.datetime.now() - dt.timedelta(days=age)],
                where=table.id == session.id))
        return session.key

    @with_transaction()
    def test_check(self):
        "Test a session is valid for its user, from its address, for a time"
        Session = Pool().get('ir.session')
        key = self._new()
        self.assertIs(Session.check(1, key), True)
        self.assertIs(Session.check(1, 'another'), None)
        self.assertIs(Session.check(0, key), None)
        with Transaction().set_context(
                _request={'remote_addr': '10.0.0.1'}):
            self.assertIs(Session.check(1, key), None)
        there = self._new(address='10.0.0.1')
        self.assertIs(Session.check(1, there), None)
        with Transaction().set_context(
                _request={'remote_addr': '10.0.0.1'}):
            self.assertIs(Session.check(1, there), True)

    @with_transaction()
    def test_old(self):
        "Test what is too old is said to be, and goes"
        Session = Pool().get('ir.session')
        old, new = self._new(age=400), self._new()
        self.assertIs(Session.check(1, old), False)
        self.assertIs(Session.check(1, old), None)
        self.assertIs(Session.check(1, new), True)
        self.assertEqual([s.key for s in Session.search([])], [new])

    @with_transaction()
    def test_same_answer(self):
        "Test Tryton, which reads the records, says the same"
        Session = Pool().get('ir.session')
        key = self._new()
        for asked in [key, key[:-1], '']:
            with self.subTest(key=asked):
                self.assertIs(
                    Session.check(1, asked),
                    Session.check(1, asked, domain=[('id', '>', 0)]))

    def test_reset(self):
        "Test that a session is in use is not asked at each call"
        reset = Mock()
        resets = sessions.Resets(reset)
        for _ in range(5):
            resets('base', 'key', None)
        self.assertEqual(reset.call_count, 1)
        resets('base', 'other', None)
        resets('another', 'key', None)
        self.assertEqual(reset.call_count, 3)
        resets._next['base', 'key'] = 0
        resets('base', 'key', None)
        self.assertEqual(reset.call_count, 4)

    def test_installed(self):
        "Test the calls of clients go through it"
        self.assertIsInstance(security.reset, sessions.Resets)

    def test_tried(self):
        "Test a connection is tried again when some time has passed"
        tried = []

        class ConnectionPool:
            check_connection = staticmethod(tried.append)

        class Connection:
            pass
        check = sessions._make_pool(ConnectionPool).check_connection
        one, other = Connection(), Connection()
        for connection in [one, one, other, one]:
            check(connection)
        self.assertEqual(tried, [one, other])
        one._tried_at -= 1
        check(one)
        self.assertEqual(tried, [one, other, one])
