# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

import random
import time
from functools import wraps

from sql import For

from trytond import backend
from trytond.cache import Cache
from trytond.model import ModelSQL, Unique, fields
from trytond.model.exceptions import SQLConstraintError
from trytond.transaction import Transaction, TransactionError

from .numbers import format_number


_TAKE = (
    'INSERT INTO "%s" AS known '
    '(create_uid, create_date, agency, kind, year, last) VALUES %s '
    'ON CONFLICT (agency, kind, year) DO UPDATE '
    'SET last = known.last + excluded.last '
    'RETURNING agency, kind, year, last')


class CounterBusy(TransactionError):
    """Start the transaction anew, as often as it takes

    Each time somebody else has got a number, so it comes to an end."""

    def fix(self, extras):
        time.sleep(random.uniform(0, .02))      # noqa: S311


def waits_for_numbers(func):
    """Let what a client calls wait for its numbers, and not begin anew.

    For the decorator of an RPC alone: its transaction has just begun and has
    written nothing.  Tryton begins it as REPEATABLE READ: who has waited for
    another's number sees the counter of before, and does all his work again,
    two or three times where a commune registers in parallel.  What takes its
    number in one statement (take_all), and reads nothing twice, needs no
    more than READ COMMITTED."""
    @wraps(func)
    def wrapper(*args, **kwargs):
        transaction = Transaction()
        if backend.name == 'postgresql' and not (
                transaction._locked_tables or transaction._locked_records):
            connection = transaction.connection
            # until it is back in the pool: who takes it sets it again
            connection.rollback()
            connection.isolation_level = IsolationLevel.READ_COMMITTED
        return func(*args, **kwargs)
    if backend.name == 'postgresql':
        from psycopg import IsolationLevel
    return wrapper


class Counter(ModelSQL):
    "The last serial number of an agency, kind and year, without gaps"
    __name__ = 'complaints.counter'
    _no_rpc = True
    _log = False

    agency = fields.Many2One(
        'agencies.agency', "Agency", required=True, ondelete='RESTRICT')
    kind = fields.Char("Kind", required=True)
    year = fields.Integer("Year", required=True)
    last = fields.Integer("Last", required=True)
    _kinds_cache = Cache('complaints.counter.kinds', context=False)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints += [
            ('agency_kind_year_unique',
                Unique(table, table.agency, table.kind, table.year),
                'complaints.msg_counter_unique'),
            ]

    @classmethod
    def kinds(cls):
        "Return the kinds of which numbers were given"
        kinds = cls._kinds_cache.get(None)
        if kinds is None:
            table = cls.__table__()
            cursor = Transaction().connection.cursor()
            cursor.execute(*table.select(table.kind, distinct=True))
            kinds = frozenset(kind for kind, in cursor)
            cls._kinds_cache.set(None, kinds)
        return kinds

    @classmethod
    def on_modification(cls, mode, counters, field_names=None):
        super().on_modification(mode, counters, field_names=field_names)
        cls._kinds_cache.clear()

    @classmethod
    def take(cls, agency, kind, year, count=1):
        """Return the next `count` numbers of an agency.

        The counter stays locked until the transaction ends: that is the price
        of numbers without gaps.
        """
        transaction = Transaction()
        table = cls.__table__()
        cursor = transaction.connection.cursor()
        key = ((table.agency == agency.id) & (table.kind == kind)
            & (table.year == year))
        cursor.execute(*table.select(table.id, where=key))
        row = cursor.fetchone()
        if row:
            cls._lock_row(row[0])
        else:
            try:
                cls.create([{
                            'agency': agency.id, 'kind': kind, 'year': year,
                            'last': 0}])
            except SQLConstraintError:
                # somebody else made it meanwhile
                raise CounterBusy
        cursor.execute(*table.update(
                [table.last], [table.last + count], where=key))
        cursor.execute(*table.select(table.last, where=key))
        last, = cursor.fetchone()
        return [
            format_number(agency.code, kind, year, serial)
            for serial in range(last - count + 1, last + 1)]

    @classmethod
    def take_all(cls, counts, codes):
        """Return iterators over the next numbers of many counters.

        counts -- how many, {(agency id, kind, year): count}
        codes -- the codes of the agencies, by id

        One statement takes and locks all of them, always in the same order,
        until the transaction ends: call it as late as possible."""
        if not counts:
            return {}
        transaction = Transaction()
        keys = sorted(counts)
        cursor = transaction.connection.cursor()
        mark = transaction.database.flavor.paramstyle
        mark = '?' if mark == 'qmark' else '%s'
        line = f'({mark}, CURRENT_TIMESTAMP, {mark}, {mark}, {mark}, {mark})'
        try:
            cursor.execute(
                _TAKE % (cls._table, ', '.join([line] * len(keys))),
                [value for key in keys for value in (
                        transaction.user, *key, counts[key])])
            rows = cursor.fetchall()
        except backend.DatabaseOperationalError:
            # somebody else took one meanwhile
            raise CounterBusy
        if any(last == counts[tuple(key)] for *key, last in rows):
            # the first of their kind
            cls._kinds_cache.clear()
        return {
            (agency, kind, year): iter([
                    format_number(codes[agency], kind, year, serial)
                    for serial in range(
                        last - counts[agency, kind, year] + 1, last + 1)])
            for agency, kind, year, last in rows}

    @classmethod
    def _lock_row(cls, id_):
        """Lock a counter until the end of the transaction.

        It waits for who holds it.  Where that one took a number, our snapshot
        of the database is too old to take the next: CounterBusy starts the
        transaction anew.
        """
        transaction = Transaction()
        if not transaction.database.has_select_for():
            return      # SQLite: one writer at a time
        table = cls.__table__()
        cursor = transaction.connection.cursor()
        try:
            cursor.execute(*table.select(
                    table.id, where=table.id == id_, for_=For('UPDATE')))
        except backend.DatabaseOperationalError:
            raise CounterBusy
