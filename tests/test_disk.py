# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A disk that is full, a database that goes away, keys that are garbled."""
import csv
import os
import re
import shutil
import sqlite3
import subprocess
import sys

import pytest
from callers import Callers
from helpers import REGISTERS, donthu
from test_command_line import DATABASE, flaw, prepared

__all__ = ['prepared']
NAME = 'don-thu-cu.xml'
OFFICER = """
import sys
from donthu.site import Site

def make(pool):
    from trytond.modules.agencies.tests.tools import create_user
    create_user('officer', pool.get('agencies.agency').by_code('CP'),
        'data_officer')
Site(*sys.argv[1:3]).call(make)
"""


@pytest.fixture(scope='module')
def call():
    callers = Callers(1)
    yield lambda *args, **how: callers(args, **how).result()
    callers.end()


def copied(source, target):
    shutil.copytree(source, target, dirs_exist_ok=True)
    config = target / 'trytond.conf'
    config.write_text(config.read_text().replace(str(source), str(target)))
    return config


@pytest.fixture(scope='module')
def with_officer(prepared, tmp_path_factory):
    target = tmp_path_factory.mktemp('officer')
    config = copied(prepared, target)
    subprocess.run(
        [sys.executable, '-W', 'ignore', '-c', OFFICER, config, DATABASE],
        check=True)
    return target


@pytest.fixture(scope='module')
def letters(with_officer):
    "How many letters of the register there is a place for"
    result = donthu(*words(
            with_officer / 'trytond.conf', '--dry-run', '--report',
            with_officer / 'report.csv'))
    return int(re.search(r'(\d+) accepted', result.stdout)[1])


@pytest.fixture
def config(with_officer, tmp_path):
    return copied(with_officer, tmp_path / 'site')


def words(config, *more):
    return [
        'import', 'letters', REGISTERS / NAME, '-c', config, '-d', DATABASE,
        '--user', 'officer', '--batch', '40', *more]


def count(config):
    path = config.parent / 'data' / f'{DATABASE}.sqlite'
    with sqlite3.connect(path) as connection:
        found, = connection.execute(
            'SELECT count(*) FROM complaints_letter').fetchone()
    connection.close()
    return found


def check_stopped(result, config):
    "Test it stopped in a sentence that says how far it came"
    assert flaw(result) is None, result.stderr
    assert result.status == 1
    assert 'goes on after them' in result.stderr
    taken = int(re.search(r'(\d+) of them taken in', result.stderr)[1])
    assert taken == count(config)
    return taken


def check_rest(config, report, taken, letters):
    "Test the same command does the rest, and no row was refused meanwhile"
    donthu(*words(config, '--report', report))
    with open(report, encoding='utf-8-sig', newline='') as file:
        states = [row['status'] for row in csv.DictReader(file)]
    assert states.count('known') == taken
    assert states.count('accepted') == letters - taken
    assert count(config) == letters


def test_file_too_long(config, call, tmp_path, letters):
    "Test the journal of the database can not grow any more"
    report = tmp_path / 'report.csv'
    report.write_text("of an earlier run")
    result = call(*words(config, '--report', report), limit=1_500_000)
    taken = check_stopped(result, config)
    # what was there is not lost for half a report
    assert report.read_text() == "of an earlier run"
    assert not list(tmp_path.glob('*.part'))
    check_rest(config, report, taken, letters)


@pytest.mark.skipif(
    sys.platform != 'linux' or os.getuid(), reason="only root can mount")
def test_full_disk(with_officer, call, tmp_path, letters):
    disk = tmp_path / 'disk'
    disk.mkdir()
    # what is there fits, what is taken in does not
    size = 700_000 + sum(
        p.stat().st_size for p in with_officer.rglob('*') if p.is_file())
    mount = [
        'mount', '-t', 'tmpfs', '-o', f'size={size}', 'tmpfs', str(disk)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        config = copied(with_officer, disk / 'site')
        report = disk / 'report.csv'
        taken = check_stopped(
            call(*words(config, '--report', report)), config)
        assert not report.exists()
        subprocess.run(
            ['mount', '-o', 'remount,size=200m', str(disk)], check=True)
        check_rest(config, report, taken, letters)
    finally:
        subprocess.run(['umount', str(disk)])


def test_report_on_a_full_disk(config, call):
    "Test the rows are in when only their report can not be written"
    result = call(*words(config, '--report', '/dev/full'))
    assert check_stopped(result, config)
    assert '/dev/full: No space left' in result.stderr


def test_init_on_a_full_disk(prepared, tmp_path, call):
    "Test init says that it goes on when there is room"
    target = tmp_path / 'site'
    target.mkdir()
    (target / 'trytond.conf').write_text(
        (prepared / 'trytond.conf').read_text().replace(
            str(prepared), str(target)))
    arguments = ['init', '-c', target / 'trytond.conf', '-d', DATABASE,
        '--province', '66']
    result = call(*arguments, limit=2_000_000)
    assert flaw(result) is None, result.stderr
    assert 'run the same command again' in result.stderr
    assert 'admin:' not in result.stdout
    # until then it is not taken for ready
    result = call('audit', 'seal', *arguments[1:5])
    assert flaw(result) is None and 'donthu init' in result.stderr


def test_refused_all(config, tmp_path):
    "Test an import that takes in nothing does not end with 0"
    register = tmp_path / 'don-thu-tinh.csv'
    lines = (REGISTERS / register.name).read_text().splitlines(True)
    column = lines[0].split(';').index('ma_xa')
    cells = [line.split(';') for line in lines[1:4]]
    register.write_text(lines[0] + ''.join(
            ';'.join([*c[:column], '99999', *c[column + 1:]]) for c in cells))
    arguments = ['-c', config, '-d', DATABASE, '--user', 'officer']
    for more in [[], ['--dry-run']]:
        result = donthu(
            'import', 'letters', register, *arguments, *more, check=False)
        assert result.returncode == 1
        assert '3 refused' in result.stdout
        assert 'every row was refused' in result.stderr
    register.write_text(lines[0])
    result = donthu('import', 'letters', register, *arguments, check=False)
    assert result.returncode == 2 and 'has no rows' in result.stderr


def test_report_is_not_the_register(config, tmp_path):
    register = tmp_path / NAME
    shutil.copy(REGISTERS / NAME, register)
    (tmp_path / 'link.csv').symlink_to(register)
    result = donthu(
        'import', 'letters', register, '-c', config, '-d', DATABASE,
        '--user', 'officer', '--report', tmp_path / 'link.csv', check=False)
    assert result.returncode == 2
    assert register.read_bytes() == (REGISTERS / NAME).read_bytes()


@pytest.mark.parametrize('content', [
        b'', b'\xff\xfe', b'hash 1 zz\n',
        b'hash 1 ' + b'00' * 32 + b'\n', b'\0' * 4096])
def test_keys_are_garbled(prepared, tmp_path, call, content):
    "Test keys that are not the database's are refused, and left as they are"
    config = copied(prepared, tmp_path / 'site')
    keys = config.parent / 'donthu.keys'
    secret = keys.read_text().split()[-1]
    keys.write_bytes(content)
    for command in [['keys', 'rotate'], ['keys', 'destroy'], ['init']]:
        more = {'rotate': ['sign'], 'destroy': ['sign', '1']}.get(
            command[-1], [])
        result = call(*command, '-c', config, '-d', DATABASE, *more)
        assert flaw(result) is None, (command, result)
        assert secret not in result.stderr
        if command == ['init']:
            assert str(keys) in result.stderr
        assert keys.read_bytes() == content, command


@pytest.mark.parametrize('where', ['/dev/full', '/dev/null'])
def test_output(call, where, tmp_path):
    "Test output that can not be written is not taken for written"
    batch = tmp_path / 'batch.jsonl'
    batch.write_text('{"rule": "KN-01", "event_on": "2026-07-01"}\n')
    for arguments in [
            ['--help'], ['deadline', '--list'], ['deadline', '--help'],
            ['deadline', 'KN-01', '2026-07-01', '--json'],
            ['deadline', '--batch', str(batch)]]:
        result = call(*arguments, stdout=where)
        if where == '/dev/full':
            assert flaw(result) is None, (arguments, result)
            assert 'No space left' in result.stderr
        else:
            assert result.status == 0


@pytest.mark.parametrize('encoding', ['ascii', 'latin-1', 'cp1258', 'utf-8'])
def test_other_encodings(encoding, tmp_path):
    "Test everything is written, in whatever the terminal understands"
    import json
    straight = None
    for arguments in [
            ['--help'], ['deadline', '--list'],
            ['deadline', 'KN-01', '2026-07-01'],
            ['deadline', 'KN-01', '2026-07-01', '--json']]:
        result = subprocess.run(
            [sys.executable, '-W', 'ignore', '-m', 'donthu', *arguments],
            capture_output=True, env={
                **os.environ, 'PYTHONIOENCODING': encoding, 'LC_ALL': 'C'})
        assert result.returncode == 0, result.stderr
        assert not result.stderr
        text = result.stdout.decode(encoding)
        assert '?' not in text.replace('?)', '')
    straight = json.loads(text)
    assert straight['name'] == 'Thụ lý khiếu nại'


def test_batch_goes_on(tmp_path):
    "Test each bad line of a batch is said, and the good ones are answered"
    import json
    good = b'{"rule": "KN-01", "event_on": "2026-07-01"}'
    bad = [b'\xff', b'{', b'[]', b'"x"', b'null', b'7', b'[' * 100_000,
        b'{"rule": 1, "event_on": 2}', b'{"rule": "KN-01"}',
        b'{"rule": "KN-01", "event_on": "9999-12-31"}',
        b'{"rule": "KN-01", "event_on": "0001-01-01"}',
        b'{"rule": "KN-01", "event_on": "2026-07-01", "variants": 1}',
        b'{"rule": "KN-01", "event_on": "2026-07-01", "variants": [1]}',
        b'{"rule": "\\ud800", "event_on": "2026-07-01"}',
        b'{"rule": "KN-01", "event_on": "2026\\u0000"}']
    file = tmp_path / 'batch.jsonl'
    file.write_bytes(b''.join(line + b'\n' + good + b'\n' for line in bad))
    result = donthu('deadline', '--batch', file, check=False)
    assert result.returncode == 1 and 'Traceback' not in result.stderr
    answers = list(map(json.loads, result.stdout.splitlines()))
    assert len(answers) == 2 * len(bad)
    assert {a['due_on'] for a in answers[1::2]} == {'2026-07-10'}
    assert all(a['error'] and not a['due_on'] for a in answers[::2])
    places = re.findall(r'batch.jsonl:(\d+): ', result.stderr)
    assert list(map(int, places)) == list(range(1, 2 * len(bad), 2))


def test_fault(tmp_path):
    "Test a fault of the program is not made to look like anything else"
    code = (
        "from donthu import cli, procedures\n"
        "procedures.text = lambda: {}['x']\n"
        f"cli.main(['procedures', {str(tmp_path / 'x')!r}])\n")
    result = subprocess.run(
        [sys.executable, '-W', 'ignore', '-c', code], text=True,
        capture_output=True, env={**os.environ, 'TMPDIR': str(tmp_path)})
    assert result.returncode == 70
    assert 'Traceback' not in result.stderr
    trace, = tmp_path.glob('donthu-fault-*')
    assert str(trace) in result.stderr
    assert "KeyError: 'x'" in trace.read_text()
    assert trace.stat().st_mode & 0o077 == 0
    result = subprocess.run(
        [sys.executable, '-W', 'ignore', '-c', code], text=True,
        capture_output=True, env={**os.environ, 'DONTHU_DEBUG': '1'})
    assert result.returncode == 70 and 'Traceback' in result.stderr


def test_destroy_again(prepared, tmp_path):
    "Test a key is destroyed to the end after it was removed from the file"
    config = copied(prepared, tmp_path / 'site')
    keys = config.parent / 'donthu.keys'
    arguments = ['-c', config, '-d', DATABASE]
    donthu('keys', 'rotate', *arguments, 'master')
    lines = keys.read_text().splitlines(True)
    keys.write_text(''.join(
            line for line in lines if not line.startswith('master 1 ')))
    # of who was killed while writing the file
    (config.parent / 'donthu.keys.1.new').write_text(''.join(lines))
    donthu('keys', 'destroy', *arguments, 'master', '1')
    assert not list(config.parent.glob('*.new'))
    again = donthu(
        'keys', 'destroy', *arguments, 'master', '1', check=False)
    assert again.returncode == 1 and 'there is no key' in again.stderr
    donthu('keys', 'rotate', *arguments, 'sign')
