# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A site on PostgreSQL, and what is run beside it in processes."""
import os
import subprocess
import sys
import textwrap

import pytest
from helpers import donthu

URI = os.environ.get('DONTHU_TEST_POSTGRESQL')


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
        create_user('officer66', Agency.by_code('66'), 'data_officer')
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
