# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Tryton's cache, which leaves a transaction on SQLite what it is.

A configuration names it: `class = donthu.cache.Cache` in the section [cache].

To hear of what other processes have changed (each `clean_timeout` seconds),
and to tell them (at each commit that touched a cache), Tryton asks its
database for a second connection, that commits each statement at once.  A
database in SQLite has only one connection: it gave that of the transaction,
which then committed each statement at once, too, until its end.  What failed
or was rolled back after that stayed there by half.
"""
from contextlib import contextmanager

from trytond import backend
from trytond.cache import MemoryCache


class _OneConnection:
    "A database that lends the connection of a transaction as it is"

    def __init__(self, database, connection):
        self._database = database
        self._connection = connection

    def __getattr__(self, name):
        return getattr(self._database, name)

    def get_connection(self, **options):
        return self._connection

    def put_connection(self, connection=None):
        pass


@contextmanager
def _as_it_is(transaction):
    database = transaction.database
    if backend.name == 'sqlite':
        transaction.database = _OneConnection(
            database, transaction.connection)
    try:
        yield
    finally:
        transaction.database = database


class Cache(MemoryCache):
    """The cache of a process: see the module

    Both call by the name of the class, which keeps the time of the last
    synchronisation for caches of either class."""

    @classmethod
    def sync(cls, transaction):
        with _as_it_is(transaction):
            MemoryCache.sync(transaction)

    @classmethod
    def commit(cls, transaction):
        with _as_it_is(transaction):
            MemoryCache.commit(transaction)
