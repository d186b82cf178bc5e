# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Which seal covers an entry: decided when it is written.

The number of the current period is that of the seal which will close it.  On
PostgreSQL each transaction that writes entries holds a shared lock on its
period; a period that has ended can be sealed when nobody holds it any more.
So a seal never misses what was still being written, and nobody waits for one.
The number comes from a sequence: it is seen at once by every transaction,
whatever its snapshot.

On SQLite there is one writer at a time: the period is the one after the last
seal, and who seals is the writer from before the first entry is read.
"""
from sql import Expression
from sql.functions import Function

from trytond import backend
from trytond.transaction import Transaction

# The first of the two numbers of the advisory locks
LOCK = 1146047572
_SCRIPT = """
CREATE OR REPLACE FUNCTION audit_period() RETURNS integer AS $$
DECLARE
    before bigint;
    after bigint;
BEGIN
    LOOP
        SELECT last_value INTO before FROM audit_period_seq;
        PERFORM pg_advisory_xact_lock_shared(1146047572, before::integer);
        -- it may have ended while we waited
        SELECT last_value INTO after FROM audit_period_seq;
        IF before = after THEN
            RETURN before;
        END IF;
    END LOOP;
END
$$ LANGUAGE plpgsql VOLATILE;
"""


class _Current(Function):
    __slots__ = ()
    _function = 'audit_period'


class _AfterLast(Expression):
    "In the statement itself: before it another might have written"
    __slots__ = ()
    params = ()

    def __str__(self):
        return '(SELECT COALESCE(MAX("number"), 0) + 1 FROM "audit_seal")'


class Period:
    "The periods of the database of the transaction"

    @staticmethod
    def prepare(cursor):
        "Make what PostgreSQL needs, if it is not there"
        cursor.execute(
            "SELECT 1 FROM pg_class WHERE relname = 'audit_period_seq' "
            "AND relkind = 'S'")
        if not cursor.fetchone():
            cursor.execute('CREATE SEQUENCE audit_period_seq')
            cursor.execute("SELECT nextval('audit_period_seq')")
        cursor.execute(_SCRIPT)

    @staticmethod
    def expression():
        "Return the current period as an SQL expression"
        if backend.name == 'postgresql':
            return _Current()
        return _AfterLast()

    @staticmethod
    def of_many():
        """Return the current period for entries that are written together

        On PostgreSQL it is asked for once, not for each row."""
        if backend.name != 'postgresql':
            return _AfterLast()
        cursor = Transaction().connection.cursor()
        cursor.execute('SELECT audit_period()')
        number, = cursor.fetchone()
        return number

    @staticmethod
    def current():
        "Return the number of the current period"
        cursor = Transaction().connection.cursor()
        if backend.name == 'postgresql':
            cursor.execute('SELECT last_value FROM audit_period_seq')
        else:
            cursor.execute(f'SELECT {_AfterLast()}')
        number, = cursor.fetchone()
        return number

    @staticmethod
    def end():
        "Begin the next period"
        if backend.name == 'postgresql':
            cursor = Transaction().connection.cursor()
            cursor.execute("SELECT nextval('audit_period_seq')")

    @staticmethod
    def lock_sealing():
        """Tell if nobody else seals, and keep it so until the transaction ends

        On SQLite nobody writes either: Tryton begins to lock with the first
        change only, and what another commits while the entries are read would
        belong to the period, and not be covered by its seal."""
        connection = Transaction().connection
        cursor = connection.cursor()
        if backend.name != 'postgresql':
            try:
                Period.hold()
            except backend.DatabaseOperationalError:
                # somebody writes: the next run comes soon
                return False
            return True
        # no period has the number zero
        cursor.execute('SELECT pg_try_advisory_xact_lock(%s, 0)', (LOCK,))
        locked, = cursor.fetchone()
        return locked

    @staticmethod
    def hold():
        """Begin to write, where that may have to be waited for

        On SQLite: a client's call is tried again where it can not, what fails
        in the commit is not."""
        connection = Transaction().connection
        if backend.name != 'postgresql' and not connection.in_transaction:
            connection.cursor().execute('BEGIN IMMEDIATE')

    @staticmethod
    def look():
        """See the same until the transaction ends, whatever others write

        On PostgreSQL it does so anyway."""
        connection = Transaction().connection
        if backend.name != 'postgresql' and not connection.in_transaction:
            connection.cursor().execute('BEGIN')

    @staticmethod
    def is_over(number):
        """Tell if nobody writes into a period that has ended

        The transaction must not be used to read its entries: what it sees
        was decided before."""
        if backend.name != 'postgresql':
            return True
        cursor = Transaction().connection.cursor()
        cursor.execute(
            'SELECT pg_try_advisory_xact_lock(%s, %s)', (LOCK, number))
        over, = cursor.fetchone()
        return over
