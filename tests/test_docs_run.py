# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The commands of the documents, run one after the other as they stand there.

What a reader fills in (CONF, FILE …) is filled in, paths of the machine are
moved below a directory of the test, and one province is loaded instead of all.
"""
import csv
import io
import os
import re
import shutil
import sqlite3
import subprocess
import sys

import pytest
from documents import ROOT, blocks, commands
from helpers import REGISTERS
from stage import Stage, free_port

from conftest import first_config

POSTGRESQL = os.environ.get('DONTHU_TEST_POSTGRESQL')
REGISTER = 'so-tiep-cong-dan.xlsx'
POSTGRESQL_PLAY = 'test_postgresql'
# What is not run here, and why.  Everything else has to be run by the test
# that PLAYS names.
NOT_RUN = {
    './demo': "tests/test_demo.py, tests/test_browser.py",
    './demo --reset': "tests/test_demo.py",
    './demo --travel 7': "tests/test_demo.py",
    './demo --port 9000': "tests/test_demo.py, on other ports",
    './check': "it is what runs this test",
    './check -k escalation': "it is what runs this test",
    './check --quick': "it runs a part of what runs this test",
    '.venv/bin/python -m pytest modules/deadlines -k tet':
    "tests/test_docs.py looks for it",
    '.venv/bin/python -m pytest tests/test_docs.py':
    "tests/test_docs.py looks for it",
    '.venv/bin/python -m pytest tests/test_procedures.py '
    'modules/complaints/tests/test_procedures.py':
    "tests/test_docs.py looks for it",
    '.venv/bin/python -m pytest modules/routing/tests/test_module.py '
    'modules/routing/tests/test_visit.py':
    "one of them is yet to be written; tests/test_docs.py",
    '.venv/bin/python -m pytest tests/test_access.py tests/test_glossary.py '
    'tests/test_configuration_audited.py tests/test_language.py':
    "tests/test_docs.py looks for it",
    '.venv/bin/python -m pytest modules/documents/tests/test_paper.py':
    "tests/test_docs.py looks for it",
    '.venv/bin/python tests/run.py [--quick] [PYTEST ARGUMENTS]':
    "it is what runs this test",
    'pip install -e .': "./check has done it, else nothing ran here",
    'pip install .': "tests/test_package.py installs it",
    "pip install 'donthu[second-factor]'":
    "./check has installed what it names (setup.py)",
    'umask 022': "tests/test_site_files.py, under one that hides all",
    'python3 -m venv /opt/donthu': "tests/test_package.py makes one",
    "pip install 'donthu-8.0.0-py3-none-any.whl[postgresql]'":
    "tests/test_package.py installs it",
    'systemd-sysusers': "it changes the machine",
    'systemd-tmpfiles --create': "it changes the machine",
    'systemctl daemon-reload': "tests/test_site_files.py looks at the units",
    'systemctl enable --now donthu donthu-worker donthu-cron '
    'donthu-doctor.timer': "tests/test_site_files.py looks at the units",
    'systemctl reload nginx': "tests/test_hardening.py looks at its file",
    'donthu install /': "in a sentence: the whole call is run",
    'donthu doctor --start': "tests/test_site_postgresql.py",
    "pip install 'donthu[supply-chain]'":
    "it asks the network; tests/attacks/test_supply_chain.py",
    'tools/supply_chain.py faults':
    "it asks the network; tests/attacks/test_supply_chain.py",
    '/opt/donthu/bin/pip install --require-hashes -r '
    'config/requirements-site.lock':
    "it asks the network; tests/attacks/test_supply_chain.py",
    '/opt/donthu/bin/pip install --no-deps --no-build-isolation .':
    "tests/test_package.py installs it",
    'donthu people --confirm LOGIN':
    "tests/test_people.py",
    'donthu people --confirm LOGIN -c trytond.conf -d donthu':
    "tests/test_people.py",
    'trytond-admin -c CONF -d DB -u MODULE -l vi --export-translations':
    "it writes into the sources",
    '.venv/bin/python -m bench [--letters N] [--only NAME] [--write]':
    "tests/test_bench.py, with fewer letters",
    '.venv/bin/python -m bench --only escalations --letters 200000 '
    '--kills 100': "tests/test_bench.py, with fewer letters",
    'donthu simulate': "tests/test_naive.py, with fewer letters",
    'donthu silence': "tests/test_silence.py, with fewer letters",
    'donthu simulate --letters 900 --seed 7':
    "tests/test_naive.py, with fewer letters",
    'python tryton-vi/tryton/make_wheel.py .':
    "tests/test_language_clients.py makes one",
    'pip install tryton_vi_client-8.0.0-py3-none-any.whl':
    "tests/test_language_clients.py looks into it",
    'python tryton-vi/update.py --sao SAO --tryton CLIENT':
    "it writes into the sources; tests/test_language.py compares them",
    'trytond-admin -u language_vi -l vi':
    "tests/test_language.py, tests/test_package.py by donthu init",
    'donthu import letters so-2026.xlsx --scans bản-quét -c CONF -d DB '
    '--user LOGIN': "tests/test_import_scans.py",
    'donthu import letters FILE': "in a sentence: the whole call is run",
    'donthu keys destroy master N': "in a sentence: the whole call is run",
    'donthu keys rotate master': "in a sentence: the whole call is run",
    }
# which test runs the commands of which document
PLAYS = {
    'docs/first-steps.md': 'test_first_steps',
    'README.vi.md': 'test_readme_vi',
    'docs/importing.md': 'test_importing',
    'docs/audit.md': 'test_audit_and_keys',
    'docs/secrets.md': 'test_audit_and_keys',
    'docs/postgresql.md': POSTGRESQL_PLAY,
    'docs/hardening.md': POSTGRESQL_PLAY,
    'docs/watching.md': POSTGRESQL_PLAY,
    'tools/verify_audit.py': 'test_audit_and_keys',
    'donthu deadline': 'test_deadline',
    'donthu procedures': 'test_procedures',
    }


def place(command):
    "Return the name of the test that runs a command, None if it is not run"
    if command.text in NOT_RUN or len(command.words) < 3 and is_name(command):
        return None
    for start, name in PLAYS.items():
        if (command.text.startswith(start)
                or command.document.startswith(start)):
            if command.fenced or 'donthu deadline' in command.text or (
                    'donthu procedures' in command.text):
                return name
    return None


def is_name(command):
    "Tell if a sentence only names a program or a command of donthu"
    words = command.words
    return not command.fenced and not any(
        word.startswith('-') or '/' in word for word in words[1:])


def test_each_command_has_its_place():
    "Test no command of a document is passed over without a reason"
    run = {c.text for c in commands() if place(c) in globals()}
    for command in commands():
        assert (command.text in NOT_RUN or command.text in run
            or is_name(command)), f"run it or say why not: {command}"
    texts = {command.text for command in commands()}
    assert not NOT_RUN.keys() - texts
    for reason in NOT_RUN.values():
        for name in [w.strip(',;') for w in reason.split() if '/test_' in w]:
            assert (ROOT / name).exists(), name


def of(test, document=''):
    "Return the commands that a test has to run, in their order"
    found = [
        c for c in commands()
        if place(c) == test and c.document.startswith(document)]
    assert found
    return found


def test_first_steps(tmp_path, client_root):
    "Test docs/first-steps.md from the first word to the last"
    port = free_port()
    table = [
        text for kind, text, _ in blocks('docs/first-steps.md')
        if text.startswith('login,')]
    assert table == [(ROOT / 'docs' / 'people.csv').read_text()]
    settings, = [
        text for kind, text, _ in blocks('docs/first-steps.md')
        if kind == 'ini']
    (tmp_path / 'trytond.conf').write_text(
        settings.replace('[web]\n', f'[web]\nlisten = localhost:{port}\n'
            ).replace('/srv/donthu', str(tmp_path)))
    (tmp_path / 'people.csv').write_text(table[0])
    shutil.copy(REGISTERS / REGISTER, tmp_path)
    logins = [row['login'] for row in csv.DictReader(io.StringIO(table[0]))]
    fill = {'localhost:8000': f'localhost:{port}', 'REGISTER': REGISTER}
    said = []
    with Stage(tmp_path, fill) as stage:
        for command in of('test_first_steps'):
            program = command.words[0]
            if command.text.startswith('donthu client'):
                # it has made this one
                assert command.words[-1] == '/srv/donthu/sao'
                shutil.copytree(client_root, tmp_path / 'sao')
            elif program.startswith('trytond'):
                stage.start(command.text)
                stage.wait_for(f'http://localhost:{port}/')
            else:
                if 'import' in command.words:
                    stage.fill['FILE'] = stage.password('dulieu.daklak')
                said.append(stage.run(command.text))
    assert 'Nobody' not in said[0] and '3 added' in said[0]
    assert '3 known already' in said[1]
    assert 'dry run' in said[2] and '300 accepted' in said[2]
    assert '300 accepted' in said[3]
    assert all(stage.password(login) for login in logins)
    with sqlite3.connect(tmp_path / 'data' / 'donthu.sqlite') as connection:
        assert connection.execute(
            'SELECT count(*) FROM complaints_letter').fetchone() == (300,)


def test_readme_vi(first_site, tmp_path):
    "Test the blocks of README.vi.md, on a server"
    port = free_port()
    directory = tmp_path / 'house'
    directory.mkdir()
    for name in ['docs', 'tools']:
        (directory / name).symlink_to(ROOT / name)
    shutil.copy(REGISTERS / REGISTER, directory / 'SO.xlsx')
    config = first_config(first_site[0].parent)
    config.write_text(
        config.read_text().replace('localhost:8300', f'localhost:{port}'))
    fill = {
        'CAU-HINH': config, 'CSDL': 'donthu', 'THU-MUC': tmp_path / 'out',
        'https://MAY-CHU': f'http://localhost:{port}',
        '--passwords MK': '--passwords passwords.txt'}
    said = {}
    with Stage(directory, fill) as stage:
        for command in of('test_readme_vi', 'README.vi.md'):
            if 'import' in command.words:
                stage.start(f'trytond -c {config} -d donthu')
                stage.wait_for(f'http://localhost:{port}/')
                stage.fill['--password-file MK'] = (
                    f'--password-file {stage.password("dulieu.daklak")}')
            said[command.text] = stage.run(command.text)
    text = '\n'.join(said.values())
    assert '3 added' in text and '3 known already' in text
    assert '300 accepted' in text
    assert 'as it was sealed' in text and 'NOT' not in text


def test_importing(first_site, tmp_path):
    "Test docs/importing.md, and its script as it stands there"
    port = free_port()
    directory = tmp_path / 'house'
    directory.mkdir()
    (directory / 'docs').symlink_to(ROOT / 'docs')
    shutil.copy(REGISTERS / REGISTER, directory)
    config = first_config(first_site[0].parent)
    config.write_text(
        config.read_text().replace('localhost:8300', f'localhost:{port}'))
    fill = {
        'REGISTER': REGISTER, 'LOGIN': 'dulieu.daklak', 'CONF': config,
        'DB': 'donthu'}
    where = f'--user LOGIN -c {config} -d donthu'
    (directory / 'letters.csv').write_text(
        'kind,content,received_on,name,address,scan\n'
        'petition,Làm đường,2026-10-05,Lê Mận,thôn 3,scan.pdf\n'
        'petition,Không ai gửi,1026-10-05,Lê Mận,thôn 3,\n'
        'denunciation,Tố cáo,2026-10-06,Trần Ổi,thôn 1,\n', encoding='utf-8')
    (directory / 'scan.pdf').write_bytes(b'%PDF-1.7 x')
    with Stage(directory, fill) as stage:
        stage.run(
            f'donthu people docs/people.csv -c {config} -d donthu '
            '--passwords passwords.txt')
        assert '300 accepted' in stage.run(
            f'donthu import letters REGISTER --yes {where}')
        said = [stage.run(c.text) for c in of('test_importing')]
        assert 'received_on = "Ngày tiếp"' in said[0]
        assert '300 letters are gone, 0 stay' in said[1]
        stage.start(f'trytond -c {config} -d donthu')
        stage.wait_for(f'http://localhost:{port}/')
        clerk = stage.password('vanthu.sonthanh')
        script = (
            f'{sys.executable} docs/lodge.py letters.csv . '
            f'http://localhost:{port}/donthu vanthu.sonthanh {clerk}')
        said = stage.run(script, status=1)
        assert 'line 3: ' in said and said.count('-D-2026-') == 2
        # again: what is done is done
        assert '-D-2026-' not in stage.run(script, status=1)


def test_audit_and_keys(first_site, tmp_path):
    "Test docs/audit.md and docs/secrets.md, in this order"
    directory = first_site[0].parent
    (directory / 'tools').symlink_to(ROOT / 'tools')
    fill = {
        'CONF': first_site[0], 'DB': 'donthu', 'FILE': 'anchors.txt',
        'python3 ': f'{sys.executable} '}
    with Stage(directory, fill) as stage:
        stage.run('donthu audit seal -c CONF -d DB')
        shown = stage.run('donthu keys show -c CONF -d DB')
        stage.fill['HEX'] = shown.rpartition('public key of sign 1: ')[
            2].strip()
        assert len(stage.fill['HEX']) == 64
        stage.fill['DIRECTORY'] = 'first'
        stage.run('donthu audit export -c CONF -d DB DIRECTORY')
        for command in [
                *of('test_audit_and_keys', 'tools/'),
                *of('test_audit_and_keys', 'docs/audit.md'),
                *of('test_audit_and_keys', 'docs/secrets.md')]:
            if 'audit export' in command.text:
                stage.fill['DIRECTORY'] = 'second'
            # with and without what may be left out
            for text in sorted({
                        command.text.replace('[', '').replace(']', ''),
                        command.text.partition('[')[0]}):
                said = stage.run(text)
                assert 'NOT as it was' not in said
        assert 'master    2' in stage.run('donthu keys show -c CONF -d DB')
        stage.run('donthu audit verify -c CONF -d DB')


@pytest.mark.parametrize('command', of('test_deadline'), ids=str)
def test_deadline(command, tmp_path):
    "Test each time limit that a document computes"
    with Stage(tmp_path) as stage:
        said = stage.run(command.text)
    if '--sheet' in command.words:
        said = (tmp_path / command.words[-1]).read_text()
    assert re.search(r'\d\d/\d\d/20\d\d', said)


def test_procedures(tmp_path):
    (tmp_path / 'docs').mkdir()
    with Stage(tmp_path) as stage:
        for command in of('test_procedures'):
            stage.run(command.text)
    name = 'docs/procedures.md'
    assert (tmp_path / name).read_text() == (ROOT / name).read_text()


@pytest.mark.postgresql
@pytest.mark.skipif(not POSTGRESQL, reason="there is no PostgreSQL cluster")
def test_postgresql(tmp_path):
    "Test docs/postgresql.md step by step, and serve letters at its end"
    import psycopg
    server = POSTGRESQL.partition('://')[2].partition('@')[2].strip('/')
    host, _, pg_port = server.partition(':')
    port = free_port()
    shutil.copytree(ROOT / 'config', tmp_path / 'config')
    # what systemd-tmpfiles makes
    for name in ['etc/donthu/keys', 'var/lib/donthu/files', 'var/log/donthu']:
        (tmp_path / name).mkdir(parents=True)
    shutil.copy(ROOT / 'docs' / 'people.csv', tmp_path)
    import cluster
    binaries = str(cluster.binaries())
    environment = {
        'PGHOST': host, 'PGPORT': pg_port, 'PGUSER': 'tryton',
        'GUNICORN_CMD_ARGS': f'--bind localhost:{port}'}
    fill = {
        '/etc/donthu': f'{tmp_path}/etc/donthu',
        'donthu install /': f'donthu install {tmp_path}'}

    def change():
        "Change what the reader changes: his server, his directories"
        for name in ['trytond.conf', 'owner.conf']:
            config = tmp_path / 'etc/donthu' / name
            text = config.read_text().replace('localhost:5432', server)
            for path in ['/var/lib/donthu', '/var/log/donthu',
                    '/usr/share/donthu', '/etc/donthu']:
                assert path in text
                text = text.replace(path, f'{tmp_path}{path}')
            config.write_text(
                text.replace('localhost:8000', f'localhost:{port}'))
    with psycopg.connect(POSTGRESQL + 'postgres', autocommit=True) as base:
        base.execute('DROP DATABASE IF EXISTS donthu')
        for role in ['donthu', 'donthu_owner']:
            base.execute(f'DROP ROLE IF EXISTS {role}')
        with Stage(tmp_path, fill, environment) as stage:
            stage.environment['PATH'] += os.pathsep + binaries
            try:
                follow_postgresql(stage, port, change)
            finally:
                stage.__exit__()
                stage.running.clear()
                base.execute('DROP DATABASE donthu WITH (FORCE)')


def follow_postgresql(stage, port, change):
    for command in [
            *of(POSTGRESQL_PLAY, 'docs/postgresql.md'),
            *of(POSTGRESQL_PLAY, 'docs/hardening.md')]:
        program = command.words[0]
        if command.text.startswith('donthu client'):
            # test_first_steps makes one; here nobody looks at it
            continue
        if command.text.startswith('donthu doctor'):
            said = stage.run(command.text, status=2)
            # all is well but what there can not be here
            wrong = [
                line.partition(':')[0].split()[-1] for line in said.splitlines()
                if line.startswith('WRONG')]
            assert set(wrong) <= {'web_client', 'disk', 'scheduler'}, said
            assert 'well    role' in said and 'well    schema' in said
        elif program == 'gunicorn' or program.startswith('trytond'):
            stage.start(command.text)
        else:
            stage.run(command.text)
            if 'install' in command.words:
                change()
    url = f'http://localhost:{port}'
    stage.wait_for(url)
    result = stage.run(
        f'donthu import letters {REGISTERS / REGISTER} --url {url}/donthu '
        '--user dulieu.daklak --report report.csv --password-file '
        f'{stage.password("dulieu.daklak")}')
    assert '300 accepted' in result
    refused_as_owner(stage)


def refused_as_owner(stage):
    "Test nothing serves as who owns the tables of the audit"
    environment = (
        'TRYTOND_CONFIG=/etc/donthu/owner.conf TRYTOND_DATABASE_NAMES=donthu ')
    said = stage.run(environment + 'donthu doctor --start', status=2)
    assert 'owns the tables of the audit' in said
    assert 'WARNING' not in said
    result = subprocess.run(
        ['bash', '-c', stage.words(
                environment + 'gunicorn -w 1 trytond.application:app '
                f'--bind localhost:{free_port()}')],
        cwd=stage.directory, env=stage.environment, text=True,
        capture_output=True, timeout=300)
    assert result.returncode and 'donthu roles' in result.stderr
