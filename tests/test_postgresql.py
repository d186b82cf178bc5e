# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What PostgreSQL does: init and upgrade, import, numbers under a crowd,
escalations by two jobs of which one is killed."""
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections import Counter

import pytest
from helpers import REGISTERS, donthu

URI = os.environ.get('DONTHU_TEST_POSTGRESQL')
pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(not URI, reason="there is no PostgreSQL cluster")]


@pytest.fixture(scope='module')
def site(tmp_path_factory):
    "Return the configuration of a database made by `donthu init`"
    directory = tmp_path_factory.mktemp('postgresql')
    config = directory / 'trytond.conf'
    config.write_text(textwrap.dedent(f"""\
            [database]
            uri = {URI}
            path = {directory / 'files'}
            unaccent_function = f_unaccent
            [secrets]
            key_file = {directory / 'donthu.keys'}
            """))
    (directory / 'password').write_text('a-password-of-the-test')
    for _ in range(2):
        donthu('init', '-c', config, '-d', 'donthu_init', '--province', '66',
            '--password-file', directory / 'password')
    run(config, """
        from trytond.modules.agencies.tests.tools import create_user
        Agency = pool.get('agencies.agency')
        commune = Agency.by_code('22250')
        for role in ['clerk', 'leader', 'data_officer']:
            create_user(role, commune, role)
        create_user('boss', Agency.by_code('66'), 'supervisor')
        """)
    return config


def query(statement, *params):
    import psycopg
    with psycopg.connect(URI + 'donthu_init', autocommit=True) as connection:
        return connection.execute(statement, params).fetchall()


PROLOGUE = """
from donthu.site import Site
site = Site({config!r}, 'donthu_init')
"""
CALL = """
def work(pool):
{body}
site.call(work)
"""


def run(config, body, wait=True, call=True):
    "Run a piece of code in a process, in a transaction if call is true"
    body = textwrap.dedent(body)
    if call:
        body = CALL.format(body=textwrap.indent(body, '    '))
    process = subprocess.Popen(
        [sys.executable, '-W', 'ignore', '-c',
            PROLOGUE.format(config=str(config)) + body],
        stderr=subprocess.PIPE, text=True)
    if wait:
        _, errors = process.communicate()
        assert process.returncode == 0, errors
    return process


def test_init(site):
    assert query('SELECT count(*) FROM agencies_agency')[0][0] > 100
    assert query("SELECT count(*) FROM ir_lang WHERE code = 'vi' "
        'AND translatable') == [(1,)]
    extensions = {row[0] for row in query('SELECT extname FROM pg_extension')}
    assert {'unaccent', 'pg_trgm'} <= extensions


def test_import(site, tmp_path):
    for accepted in ['300 accepted', '300 known already']:
        result = donthu(
            'import', 'letters', REGISTERS / 'so-tiep-cong-dan.xlsx',
            '-c', site, '-d', 'donthu_init', '--user', 'data_officer',
            '--report', tmp_path / 'report.csv')
        assert accepted in result.stdout
    assert query(
        'SELECT count(*) FROM complaints_letter WHERE import_source = %s',
        'so-tiep-cong-dan') == [(300,)]


def test_audit_trigger(site):
    import psycopg
    for statement in [
            "UPDATE audit_entry SET summary = 'x'",
            'DELETE FROM audit_entry', 'TRUNCATE audit_entry']:
        with pytest.raises(psycopg.Error, match='append-only'):
            query(statement)


CROWD = """
def find(pool):
    User = pool.get('res.user')
    clerk, = User.search([('login', '=', 'clerk')])
    return clerk.id, clerk.memberships[0].agency.id

def register(pool, number):
    Letter = pool.get('complaints.letter')
    letter, = Letter.create([{
        'agency': agency, 'kind': 'petition', 'anonymous': True,
        'content': f'crowd {number}'}])
    Letter.register([letter])

clerk, agency = site.call(find)
from trytond import backend
for number in range(15):
    # a server tries again as often when the database says so
    for tries in range(6):
        try:
            site.call(register, number, user=clerk)
            break
        except backend.DatabaseOperationalError:
            if tries == 5:
                raise
"""


def test_numbers_under_a_crowd(site):
    "Test four clerks at once get numbers without gaps and repeats"
    before = len(query(
            "SELECT id FROM complaints_letter WHERE content LIKE 'crowd%%'"))
    processes = [
        run(site, CROWD, wait=False, call=False) for _ in range(4)]
    for process in processes:
        _, errors = process.communicate()
        assert process.returncode == 0, errors
    assert len(query(
            "SELECT id FROM complaints_letter WHERE content LIKE 'crowd%%'"
            )) - before == 60
    serials = sorted(
        int(number.split('-')[3]) for number, in query(
            "SELECT number FROM complaints_letter WHERE number LIKE %s",
            '22250-D-2026-%'))
    assert serials == list(range(1, len(serials) + 1))


ESCALATE = """
    import os
    os.environ['DONTHU_CLOCK_OFFSET'] = str(60 * 24 * 3600)
    pool.get('routing.escalation.schedule').run_due()
    """


def test_escalation_killed(site):
    "Test jobs that run at once and are killed escalate each clock once"
    due = query(
        'SELECT count(*) FROM routing_escalation_schedule '
        'WHERE done_at IS NULL')[0][0]
    assert due > 50
    for delay in [2.0, 2.5, 3.0, 3.5]:
        process = run(site, ESCALATE, wait=False)
        other = run(site, ESCALATE, wait=False)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if delay < 3:
            other.send_signal(signal.SIGKILL)
        other.communicate()
    run(site, ESCALATE)
    rows = query('SELECT clock, level FROM routing_escalation')
    assert len(rows) >= due
    assert set(Counter(rows).values()) == {1}
    assert query(
        'SELECT count(*) FROM routing_escalation_schedule AS s '
        "WHERE done_at IS NULL AND run_at <= now() AT TIME ZONE 'UTC'"
        ) == [(0,)]
