# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The demonstration: starts, answers, travels and ends."""
import os
import sqlite3
import subprocess
import sys
import time
import urllib.request

from helpers import REGISTERS, donthu


def count(demo, query):
    database = demo.home / 'demo' / 'data' / 'donthu.sqlite'
    with sqlite3.connect(f'file:{database}?mode=ro', uri=True) as connection:
        return connection.execute(query).fetchone()[0]


def test_start_and_end(run_demo):
    "Test it serves the client, runs once, and leaves no process behind"
    demo = run_demo()
    with urllib.request.urlopen(demo.url.split('#')[0]) as page:
        assert b'tryton-sao' in page.read()
    assert len(demo.children()) >= 2
    # each role of a commune, a province and the centre; and admin
    assert len(demo.passwords) == 25
    assert len(set(demo.passwords.values())) == 25

    again = donthu('demo', '--home', demo.home)
    assert demo.url in again.stdout

    assert demo.end() == 0
    assert demo.children() == []
    # it can be started again, with the same people
    again = run_demo()
    assert again.passwords == demo.passwords
    assert again.end() == 0


ROLLED_BACK = """
import sys
from donthu.site import Site

def add(pool):
    from trytond.cache import Cache
    from trytond.transaction import Transaction
    Group = pool.get('res.group')
    Cache.clear_all()
    Transaction().commit()
    Group(name="Test").save()
    Transaction().rollback()
    print(Group.search([('name', '=', "Test")], count=True))

site = Site(*sys.argv[1:])
site.call(add)
"""


def test_rolled_back(site):
    "Test what is rolled back is gone, whatever the caches do meanwhile"
    result = subprocess.run(
        [sys.executable, '-W', 'ignore', '-c', ROLLED_BACK, *map(str, site)],
        env={**os.environ, 'TRYTOND_CACHE__CLEAN_TIMEOUT': '-1'},
        capture_output=True, text=True)
    assert result.stdout == '0\n', result.stderr


def test_secrets_are_private(home):
    for name in ['users.json', 'donthu.keys']:
        mode = os.stat(home / 'demo' / name).st_mode
        assert mode & 0o077 == 0, name


def test_simulated_week(run_demo):
    "Test a week later something has become late and was escalated"
    demo = run_demo()
    demo.end()
    before = count(demo, 'SELECT count(*) FROM escalation_escalation')
    late = run_demo('--travel', '10')
    deadline = time.monotonic() + 150
    while (count(late, 'SELECT count(*) FROM escalation_escalation') == before
            and time.monotonic() < deadline):
        time.sleep(2)
    assert count(late, 'SELECT count(*) FROM escalation_escalation') > before
    late.end()
    # each step of each rule once
    assert count(late, (
            'SELECT count(*) FROM (SELECT 1 FROM escalation_escalation '
            'WHERE clock IS NOT NULL GROUP BY clock, rule, level '
            'HAVING count(*) > 1)')) == 0


def test_import_over_the_network(run_demo, tmp_path):
    demo = run_demo()
    password = tmp_path / 'password'
    password.write_text(demo.passwords['dulieu.xa'])
    url = demo.url.split('#')[0] + 'donthu'
    result = donthu(
        'import', 'letters', REGISTERS / 'so-tiep-cong-dan.xlsx',
        '--url', url, '--user', 'dulieu.xa', '--password-file', password,
        '--report', tmp_path / 'report.csv')
    assert '300 accepted' in result.stdout
    password.write_text("wrong")
    result = donthu(
        'import', 'letters', REGISTERS / 'so-tiep-cong-dan.xlsx',
        '--url', url, '--user', 'dulieu.xa', '--password-file', password,
        check=False)
    assert result.returncode == 1
    assert 'Traceback' not in result.stderr
    demo.end()
