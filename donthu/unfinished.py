# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What an interrupted `donthu init` has left to do.

It stands in the database itself, in a table of its own that the last
transaction of `donthu init` drops: so it can be killed at any moment and run
again, and nobody takes a database for ready that is not.
"""
import sqlite3
from contextlib import closing
from urllib.parse import quote

from donthu.errors import CommandError

TABLE = 'donthu_unfinished'
RELEASE = 'donthu_release'  # what made the database what it is
NEW = 'new'                 # it has no administrator yet
UNSEALED = 'unsealed'       # what stood in clear is still in its files
# A table of the time when receptions were of `complaints`.  Models and tables
# have moved with their modules, before anybody had installed Donthu.
FORMER = 'complaints_reception'


class FormerError(CommandError):
    "A database of the time before the modules were divided"


def connect(site, readonly=True):
    """Return a plain connection to the database of a site.

    Tryton's own would wait half a minute for a server that is not there.
    Raises CommandError if there is no such database."""
    from trytond import backend
    if backend.name == 'sqlite':
        path = site.sqlite_file()
        if not path.is_file():
            raise CommandError(
                f"there is no database {site.database} ({path}): "
                "`donthu init` makes one")
        mode = 'ro' if readonly else 'rw'
        return closing(sqlite3.connect(
                f'file:{quote(str(path))}?mode={mode}', uri=True,
                isolation_level='IMMEDIATE'))
    import psycopg
    return closing(psycopg.connect(**{
                'connect_timeout': 10, **site.postgresql_params(),
                'dbname': site.database}))


def _values(connection, statement):
    cursor = connection.cursor()
    cursor.execute(statement)
    return {value for value, in cursor.fetchall()}


def tables(connection):
    "Return the names of the tables of a database"
    if isinstance(connection, sqlite3.Connection):
        return _values(connection,
            "SELECT name FROM sqlite_master WHERE type = 'table' "
            "AND name NOT LIKE 'sqlite_%'")
    return _values(connection,
        'SELECT tablename FROM pg_tables '
        'WHERE schemaname = ANY (current_schemas(false))')


def _notes(connection, found):
    return _values(
        connection, f'SELECT what FROM {TABLE}'         # noqa: S608
        ) if TABLE in found else set()


def _lacks_administrator(connection, found):
    return (
        found <= {TABLE} or NEW in _notes(connection, found)
        # an earlier release was interrupted
        or not _values(connection, 'SELECT id FROM ir_configuration'))


def is_new(site):
    """Tell if a database has no administrator yet: empty, or interrupted

    Raises CommandError where it is another's, FormerError where it can not be
    brought up to date: nothing is written to it."""
    with connect(site) as connection:
        found = tables(connection)
        if not found <= {TABLE} and not {
                'ir_configuration', 'ir_module'} <= found:
            raise CommandError(
                f"the database {site.database} holds the tables of something "
                "else: name another")
        if FORMER in found:
            raise FormerError(
                f"the database {site.database} is of the time before the "
                "modules were divided, and can not be brought up to date: "
                "make another one, and import the registers")
        return _lacks_administrator(connection, found)


def is_noted(site, what):
    "Tell if something is left to do"
    with connect(site) as connection:
        return what in _notes(connection, tables(connection))


def note(site, what):
    "Note what is to be done, before it is begun"
    with connect(site, readonly=False) as connection:
        cursor = connection.cursor()
        cursor.execute(f'CREATE TABLE IF NOT EXISTS {TABLE} (what VARCHAR)')
        if what not in _values(
                connection, f'SELECT what FROM {TABLE}'):   # noqa: S608
            cursor.execute(
                f"INSERT INTO {TABLE} VALUES ('{what}')")   # noqa: S608
        connection.commit()


def forget(connection):
    "Note, in a transaction, that nothing is left to do"
    connection.cursor().execute(f'DROP TABLE IF EXISTS {TABLE}')


def note_release(connection, release):
    "Note, in a transaction, of which release a database is now"
    cursor = connection.cursor()
    cursor.execute(f'CREATE TABLE IF NOT EXISTS {RELEASE} (what VARCHAR)')
    cursor.execute(f'DELETE FROM {RELEASE}')        # noqa: S608
    cursor.execute(
        f"INSERT INTO {RELEASE} VALUES ('{release}')")      # noqa: S608


def noted_release(connection, found):
    """Return of which release a database is, or None

    found -- the names of its tables"""
    if RELEASE not in found:
        return None
    return next(iter(_values(
                connection, f'SELECT what FROM {RELEASE}')), None)  # noqa: S608


def begin(site):
    """Write what Tryton starts from into a new database.

    Return whether an earlier run had done so."""
    from trytond import backend
    with connect(site) as connection:
        if 'ir_module' in tables(connection):
            note(site, NEW)
            return True
    note(site, NEW)
    database = backend.Database(site.database).connect()
    if backend.name == 'sqlite':
        # all of it or nothing: SQLite begins with the first row only
        database.get_connection().execute('BEGIN IMMEDIATE')
    database.init()
    return False


def check(site):
    "Raise CommandError if a database is not one that `donthu init` has made"
    from donthu.site import MODULES
    with connect(site) as connection:
        found = tables(connection)
        if not {'ir_configuration', 'ir_module'} <= found:
            raise CommandError(
                f"{site.database} is no database of Donthu: `donthu init` "
                "makes one")
        if _lacks_administrator(connection, found):
            raise CommandError(
                f"{site.database} is not finished: run `donthu init` again")
        active = _values(connection,
            "SELECT name FROM ir_module WHERE state = 'activated'")
    if missing := set(MODULES) - active:
        raise CommandError(
            f"{site.database} lacks {', '.join(sorted(missing))}: run "
            "`donthu init`")
