# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""`donthu init` killed at any moment, and run again: as if it never was."""
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter

import pytest
from test_command_line import DATABASE, init, make_config, prepared

from donthu import unfinished
from donthu.errors import CommandError
from donthu.site import Site

__all__ = ['prepared']
URI = os.environ.get('DONTHU_TEST_POSTGRESQL')
# what is another each time: keys, passwords, moments, and who stands for whom
OTHER = {'ir_cache', 'audit_key', 'ir_session', 'ir_session_wizard'}
# and what only holds numbers of records, which PostgreSQL does not give twice;
# the name of an avatar is drawn
UNLIKE = {'password_hash', 'login_hash', 'path', 'uuid'}
TEXTS = {'varchar', 'text', 'character varying'}
# The stages, and within how many seconds each is not over on any machine
STAGES = [("Modules", 2), ("Modules", 4), ("Country", .2)]


def columns(query, table):
    "Return the columns of a table that hold texts"
    if URI and query.__name__ == 'postgresql':
        rows = query(
            'SELECT column_name, data_type FROM information_schema.columns '
            f"WHERE table_name = '{table}' AND table_schema = 'public'")
    else:
        rows = [
            row[1:3] for row in query(f'PRAGMA table_info("{table}")')]
    return sorted(
        name for name, kind in rows
        if kind.lower().partition('(')[0] in TEXTS and name not in UNLIKE)


def content(query, tables):
    "Return {table: Counter of its texts}: numbers of records do not count"
    result = {}
    for table in tables - OTHER:
        names = ', '.join(f'"{name}"' for name in columns(query, table))
        result[table] = Counter(
            # the texts name other records by their number
            re.sub(r'\d+' if table in {'audit_entry', 'ir_model_data'}
                else r"(?<=[a-z],)\d+(?=')", '0', repr(row))
            for row in query(
                f'SELECT {names or "count(*)"} FROM "{table}"'))
    return result


def of_sqlite(path):
    with sqlite3.connect(path) as connection:
        def sqlite(statement):
            return connection.execute(statement).fetchall()
        tables = unfinished.tables(connection)
        result = content(sqlite, tables)
    connection.close()
    return result


def of_postgresql(name):
    import psycopg
    with psycopg.connect(URI + name, autocommit=True) as connection:
        def postgresql(statement):
            return connection.execute(statement).fetchall()
        return content(postgresql, unfinished.tables(connection))


def same(found, expected):
    assert found.keys() == expected.keys()
    for table, rows in expected.items():
        if table == 'audit_entry':
            # a step that was repeated may be on record twice, none is missing
            assert not rows - found[table], table
        else:
            assert found[table] == rows, table


def interrupt(directory, stage, number, delay, database=DATABASE):
    "Run init and send it a signal a while after a stage has begun"
    process = subprocess.Popen(
        [sys.executable, '-W', 'ignore', '-m', 'donthu', 'init', '-c',
            str(directory / 'trytond.conf'), '-d', database,
            '--province', '66'],
        stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, 'PYTHONUNBUFFERED': '1'})
    said = ''
    for line in process.stderr:
        said += line
        if line.startswith(stage):
            break
    time.sleep(delay)
    process.send_signal(number)
    out, rest = process.communicate(timeout=120)
    return process.returncode, out, said + rest


def kill_often(directory, rnd, database=DATABASE):
    "Kill it in each stage, then let it end; return what the last one said"
    before = ''
    for stage, length in STAGES:
        number = rnd.choice([signal.SIGKILL, signal.SIGINT])
        delay = rnd.random() * length
        status, out, said = interrupt(
            directory, stage, number, delay, database)
        how = stage, number, delay, said
        assert 'Traceback' not in said, how
        # it was not ready yet, and gave no password that does not hold
        # the interruption may reach us as a connection that was broken by it
        assert status in {-number, 130} or (
            number == signal.SIGINT and status == 1), how
        assert 'admin:' not in out, how
        if number == signal.SIGINT:
            assert 'run the same command again' in said, how
        assert ('interrupted: going on' in said) == bool(before), how
        before = said
    last = init(directory, database)
    assert 'interrupted: going on' in last.stderr
    assert 'keep a copy of' in last.stderr
    assert last.stdout.startswith('admin: ')
    return last


def test_kill_sqlite(tmp_path, prepared):
    seed = random.randrange(10**6)
    make_config(tmp_path)
    last = kill_often(tmp_path, random.Random(seed))
    database = tmp_path / 'data' / f'{DATABASE}.sqlite'
    same(of_sqlite(database), of_sqlite(
            prepared / 'data' / f'{DATABASE}.sqlite'))
    assert log_in(tmp_path, last.stdout.split()[1]) == 0, seed
    # and it is ready: nothing is asked or made anew
    again = init(tmp_path)
    assert not again.stdout and 'interrupted' not in again.stderr
    assert not list(tmp_path.glob('*.new'))


LOG_IN = """
import sys
from donthu.site import Site
site = Site(*sys.argv[1:3])
user = site.call(lambda pool: pool.get('res.user').get_login(
    'admin', {'password': sys.argv[3]}))
sys.exit(0 if user else 3)
"""


def log_in(directory, password, database=DATABASE):
    return subprocess.run(
        [sys.executable, '-W', 'ignore', '-c', LOG_IN,
            str(directory / 'trytond.conf'), database, password]).returncode


@pytest.mark.postgresql
@pytest.mark.skipif(not URI, reason="there is no PostgreSQL cluster")
def test_kill_postgresql(tmp_path):
    seed = random.randrange(10**6)
    for name in ['killed', 'straight']:
        (tmp_path / name).mkdir()
        make_config(tmp_path / name, URI)
    init(tmp_path / 'straight', 'donthu_straight')
    last = kill_often(
        tmp_path / 'killed', random.Random(seed), 'donthu_killed')
    same(of_postgresql('donthu_killed'), of_postgresql('donthu_straight'))
    assert log_in(
        tmp_path / 'killed', last.stdout.split()[1], 'donthu_killed') == 0


@pytest.fixture
def empty(tmp_path):
    "A site of which only the file of the database is there"
    make_config(tmp_path)
    site = Site(tmp_path / 'trytond.conf', DATABASE)
    return site


def begin(site, statement=None):
    """Do in a fork what writes the first tables; return its status

    statement -- the number of the one that the process dies at"""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = 3
    try:
        count = 0

        def die(event, *_):
            nonlocal count
            if event == 'sqlite3.connect/handle':
                return
            count += 1
            if count == statement:
                os._exit(9)
        site.create()
        real = sqlite3.connect

        def connect(*args, **kwargs):
            connection = real(*args, **kwargs)
            connection.set_trace_callback(die)
            return connection
        sqlite3.connect = connect
        unfinished.begin(site)
        status = 0
    finally:
        os._exit(status)


def test_each_first_statement(empty):
    "Test the first tables are there with all of the rest, or not at all"
    file = None
    number, died = 0, 9
    while died == 9:
        number += 1
        file = empty_database(empty)
        died = begin(empty, number)
        assert unfinished.is_new(empty)
        with pytest.raises(CommandError):
            unfinished.check(empty)
        assert begin(empty) == 0
        found = of_sqlite(file)
        if number == 1:
            expected = found
        assert found == expected, number
    assert died == 0
    # init.sql alone has some fifteen statements
    assert number > 20


def empty_database(site):
    site.load()
    file = site.sqlite_file()
    for suffix in ['', '-journal', '-wal', '-shm']:
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    site.create()
    return file


def test_other_tables(empty):
    "Test the database of something else is left as it is"
    file = empty_database(empty)
    with sqlite3.connect(file) as connection:
        connection.execute('CREATE TABLE accounts (id INTEGER)')
    connection.close()
    before = file.read_bytes()
    result = init(file.parents[1], check=False)
    assert result.returncode == 1
    assert 'tables of something else' in result.stderr
    assert file.read_bytes() == before
