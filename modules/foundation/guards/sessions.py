# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a call of a client costs before it does anything.

Tryton 8.0 opens three transactions for each: one asks for the session, one
does what is asked, one writes that the session is in use.  Here they ask the
same of the database with fewer questions:

* The sessions of the user are read by one statement, not as records.
* That a session is in use is written once in a while; where it is not due, no
  transaction is opened to find that out.
* A connection is tried before it is lent; not again if it just was.
"""
import datetime as dt
import time
from secrets import compare_digest

import trytond.config as config
from trytond import backend, security
from trytond.pool import PoolMeta
from trytond.tools import sqlite_apply_types
from trytond.transaction import Transaction

# Seconds for which a connection that was tried need not be tried again
TRIED = .1
_MOST = 10_000


class Session(metaclass=PoolMeta):
    __name__ = 'ir.session'

    @classmethod
    def check(cls, user, key, domain=None):
        "As Tryton's own, which reads each session as a record"
        if domain:
            return super().check(user, key, domain=domain)
        transaction = Transaction()
        address, _ = transaction.remote_address()
        table = cls.__table__()
        query = table.select(
            table.id, table.key, table.create_date.as_('made'),
            table.write_date.as_('written'),
            where=(table.create_uid == user) & (
                table.ip_address == (str(address) if address else None)))
        if backend.name == 'sqlite':
            sqlite_apply_types(query, [None, None, 'TIMESTAMP', 'TIMESTAMP'])
        cursor = transaction.connection.cursor()
        cursor.execute(*query)
        now = dt.datetime.now()
        most = dt.timedelta(seconds=config.getint('session', 'max_age'))
        found, old = None, []
        for id_, known, created, written in cursor.fetchall():
            # one of the future, too: the clock has been put back
            if abs(now - created) >= most:
                old.append(id_)
                if found is None and compare_digest(known, key):
                    found = False
            elif compare_digest(known, key):
                found = True
                cls._session_reset_cache.set(key, written or created)
        if old:
            cls.delete(cls.browse(old))
        return found


class Resets:
    """In the place of security.reset: writes that a session is in use

    Tryton writes it once in a tenth of the time after which one is asked
    again; here it is asked to look twice in that time, in each process."""

    def __init__(self, reset):
        self.reset = reset
        self._next = {}

    def __call__(self, dbname, session, context):
        now = time.monotonic()
        if now < self._next.get((dbname, session), 0):
            return
        self.reset(dbname, session, context)
        if len(self._next) >= _MOST:
            self._next.clear()
        self._next[dbname, session] = now + config.getint(
            'session', 'timeout') / 20


def _make_pool(ConnectionPool):
    class TriedPool(ConnectionPool):
        "Tries a connection before it is lent, unless it just did"

        @classmethod
        def check_connection(cls, connection):
            now = time.monotonic()
            if now - getattr(connection, '_tried_at', -TRIED) < TRIED:
                return
            ConnectionPool.check_connection(connection)
            connection._tried_at = now
    return TriedPool


def install():
    "Let calls ask fewer questions; once, before a database is opened"
    if isinstance(security.reset, Resets):
        return
    security.reset = Resets(security.reset)
    if backend.name == 'postgresql':
        from trytond.backend.postgresql import database
        database.ConnectionPool = _make_pool(database.ConnectionPool)
