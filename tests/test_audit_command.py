# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""`donthu audit` and `donthu keys`, and the verifier that stands alone."""
import json
import random
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import donthu

VERIFIER = Path(__file__).parents[1] / 'tools' / 'verify_audit.py'


def verify(directory, *arguments):
    return subprocess.run(
        [sys.executable, '-I', VERIFIER, directory, *map(str, arguments)],
        capture_output=True, text=True)


def database(config):
    return config.parent / 'data' / 'donthu.sqlite'


def tamper(config, *statements):
    "Change the file of the database as who owns the machine can"
    connection = sqlite3.connect(database(config))
    for trigger in ['audit_entry_update', 'audit_entry_delete']:
        connection.execute(f'DROP TRIGGER IF EXISTS {trigger}')
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def add_entry(config, number):
    "Let something happen, and seal it"
    connection = sqlite3.connect(database(config))
    connection.execute(
        'INSERT INTO audit_entry (at, action, summary, period) VALUES '
        f"('2030-01-0{number} 00:00:00', 'write', 'test', "
        '(SELECT MAX(number) + 1 FROM audit_seal))')
    connection.commit()
    connection.close()
    donthu('audit', 'seal', '-c', config, '-d', 'donthu')


def copied(home, target):
    "Return the configuration of a copy of a demonstration"
    shutil.copytree(home, target)
    config = target / 'demo' / 'trytond.conf'
    config.write_text(config.read_text().replace(str(home), str(target)))
    return config


@pytest.fixture(scope='module')
def sealed_home(home, tmp_path_factory):
    "A demonstration with three seals"
    target = tmp_path_factory.mktemp('sealed') / 'home'
    config = copied(home, target)
    donthu('audit', 'seal', '-c', config, '-d', 'donthu')
    for number in [1, 2]:
        add_entry(config, number)
    return target


@pytest.fixture
def sealed(sealed_home, tmp_path):
    return copied(sealed_home, tmp_path / 'home')


def check(config, *arguments):
    return donthu(
        'audit', 'verify', '-c', config, '-d', 'donthu', *arguments,
        check=False)


def test_verify(sealed):
    "Test what nobody touched is in order, and the last hash is said"
    result = check(sealed)
    assert result.returncode == 0, result.stdout + result.stderr
    anchor = donthu(
        'audit', 'anchor', '-c', sealed, '-d', 'donthu', '--holder', "Tỉnh")
    number, hash_, _ = anchor.stdout.splitlines()[1].split()
    assert number == '3'
    assert hash_ in result.stdout
    # it was written outside of the database too, at each seal
    anchors = (sealed.parent / 'anchors.txt').read_text().splitlines()
    assert [line.split()[0] for line in anchors] == ['1', '2', '3']


@pytest.mark.parametrize('statement', [
        "UPDATE audit_entry SET summary = 'x' WHERE id = 5",
        'UPDATE audit_entry SET "user" = 2 WHERE id = 7',
        'DELETE FROM audit_entry WHERE id = 9',
        "INSERT INTO audit_entry (at, action, period) "
        "VALUES ('2026-01-01 00:00:00', 'write', 1)",
        "INSERT INTO audit_entry (at, action, period) "
        "VALUES ('2026-01-01 00:00:00', 'write', NULL)",
        "INSERT INTO audit_entry (at, action, period) "
        "VALUES ('2026-01-01 00:00:00', 'write', 4)",
        "UPDATE audit_seal SET root = 'x' WHERE number = 2",
        'DELETE FROM audit_seal WHERE number = 2',
        ])
def test_tampering_by_a_superuser(sealed, statement):
    tamper(sealed, statement)
    result = check(sealed)
    assert result.returncode == 1, statement
    assert 'Traceback' not in result.stderr


def test_cut_tail(sealed, tmp_path):
    "Test a cut tail is found by what is kept outside of the database"
    kept = tmp_path / 'kept'
    anchor = donthu('audit', 'anchor', '-c', sealed, '-d', 'donthu').stdout
    kept.write_text(anchor)
    tamper(
        sealed, 'DELETE FROM audit_seal WHERE number = 3',
        'DELETE FROM audit_entry WHERE period = 3')
    assert check(sealed).returncode == 1
    # also when the file of the server is cut with it
    file = sealed.parent / 'anchors.txt'
    file.write_text(''.join(
            file.read_text().splitlines(keepends=True)[:2]))
    assert check(sealed).returncode == 0
    assert check(sealed, '--anchors', kept).returncode == 1


def test_export(sealed, tmp_path):
    "Test the verifier that stands alone agrees, and finds each change"
    out = tmp_path / 'export'
    donthu('audit', 'export', '-c', sealed, '-d', 'donthu', out)
    result = verify(out)
    assert result.returncode == 0, result.stdout + result.stderr
    anchors = sealed.parent / 'anchors.txt'
    assert verify(out, '--anchors', anchors).returncode == 0
    key = json.loads((out / 'keys.jsonl').read_text())['public']
    assert verify(out, '--public-key', key).returncode == 0
    assert verify(out, '--public-key', '00' * 32).returncode == 1
    # not twice into the same place
    again = donthu(
        'audit', 'export', '-c', sealed, '-d', 'donthu', out, check=False)
    assert again.returncode == 2
    rnd = random.Random(6)
    for serial in range(25):
        copy = tmp_path / str(serial)
        shutil.copytree(out, copy)
        how = change_export(copy, rnd)
        result = verify(copy, '--anchors', anchors)
        assert result.returncode in {1, 2}, how
        assert 'Traceback' not in result.stderr
        shutil.rmtree(copy)


def change_export(directory, rnd):
    "Change something in exported files, and say what"
    files = [directory / 'seals.jsonl', *sorted(
            (directory / 'entries').iterdir())]
    file = rnd.choice(files)
    lines = file.read_bytes().splitlines(keepends=True)
    how = rnd.choice(['byte', 'remove', 'double', 'swap', 'file', 'tail'])
    index = rnd.randrange(len(lines))
    if how == 'byte':
        line = bytearray(lines[index])
        # a digit or a letter becomes another
        places = [i for i, c in enumerate(line) if chr(c).isalnum()]
        place = rnd.choice(places)
        line[place] = ord('7') if line[place] != ord('7') else ord('8')
        lines[index] = bytes(line)
    elif how == 'remove' or how == 'swap' and len(lines) == 1:
        del lines[index]
    elif how == 'double':
        lines.insert(index, lines[index])
    elif how == 'swap':
        other = (index + 1) % len(lines)
        lines[index], lines[other] = lines[other], lines[index]
    elif how == 'file':
        file.unlink()
        return how, file.name
    else:
        del lines[-1]
    file.write_bytes(b''.join(lines))
    return how, file.name, index


# One of each model, changed in one place; the demonstration has them
CHANGED = """
import json, sys
from donthu.site import Site
site = Site(sys.argv[1], 'donthu')

def one_of_each(pool):
    from trytond.modules.audit.rows import audited_models
    from trytond.transaction import Transaction
    cursor = Transaction().connection.cursor()
    for Model in audited_models():
        if not Model._audit_made:
            continue
        cursor.execute(
            f'SELECT MAX(id) FROM "{Model._table}"')
        id_, = cursor.fetchone()
        if id_ is None:
            continue
        values = Model._audit_read([id_], Model._audit_fields())[id_]
        # texts, and what a foreign key or a check would refuse to the client
        name = next((
                n for n, v in values.items() if v not in (None, '')
                and Model._fields[n]._type in {
                    'char', 'text', 'date', 'integer', 'selection',
                    'boolean'}), None)
        if name:
            print(json.dumps([Model.__name__, Model._table, id_, name,
                        Model._fields[name]._type]))
site.call(one_of_each)
"""
OTHER = {
    'date': "'1999-12-31'", 'integer': '987654', 'boolean': 'NOT {name}',
    'char': "'other'", 'text': "'other'", 'selection': "'other'"}


def test_rows_as_they_were(sealed):
    "Test nothing is said of records that nobody touched behind the audit"
    result = check(sealed, '--rows')
    assert result.returncode == 0, result.stdout + result.stderr


def test_rows_of_each_model(sealed):
    "Test a changed record of any model on record is found, and named"
    models = [
        json.loads(line) for line in subprocess.check_output(
            [sys.executable, '-W', 'ignore', '-c', CHANGED, sealed],
            text=True).splitlines()]
    assert {'complaints.letter', 'complaints.act', 'complaints.person',
        'agencies.membership', 'agencies.agency', 'escalation.rule',
        } <= {model for model, *_ in models}
    tamper(sealed, *(
            f'UPDATE "{table}" SET "{name}" = '
            + OTHER[kind].format(name=name) + f' WHERE id = {id_}'
            for _, table, id_, name, kind in models))
    result = check(sealed, '--rows')
    assert result.returncode == 1
    for model, _, id_, name, _ in models:
        assert f'{model},{id_}: {name}' in result.stdout, model
    # the entries are as they were
    assert check(sealed).returncode == 0


@pytest.mark.parametrize('statement, said', [
        ("UPDATE complaints_letter SET received_on = '2020-01-01' "
            'WHERE id = {letter}', 'complaints.letter,{letter}: received_on'),
        ("UPDATE complaints_letter SET due_on = '2031-01-01' "
            'WHERE id = {letter}', 'complaints.letter,{letter}: due_on'),
        ("UPDATE complaints_letter SET state = 'filed' WHERE id = {letter}",
            'complaints.letter,{letter}: state'),
        *((f"UPDATE deadlines_clock SET {name} = {value} WHERE id = {{clock}}",
                'deadlines.clock,{clock}: started_on') for name, value in [
                    ('started_on', "'2026-01-05'"), ('due_on', "'2031-01-01'"),
                    ('ended_on', "'2026-01-06'"), ('state', "'cancelled'"),
                    ('resource', "'complaints.letter,1'"),
                    ('rule', "(SELECT MAX(id) FROM deadlines_rule)"),
                    ('proof', 'NULL'), ('proof', "'1:AAAA'"),
                    ('proof', "(SELECT proof FROM deadlines_clock "
                        "WHERE id <> {clock} LIMIT 1)")]),
        ('INSERT INTO deadlines_clock (resource, rule, version, calendar, '
            'started_on, state) SELECT resource, rule, version, calendar, '
            "started_on, 'met' FROM deadlines_clock WHERE id = {clock}",
            'deadlines.clock,{next_clock}: started_on'),
        ("UPDATE agencies_membership SET role = 'auditor' WHERE id = "
            '{membership}', 'agencies.membership,{membership}: role'),
        ('DELETE FROM complaints_letter WHERE id = {letter}',
            'complaints.letter,{letter}'),
        ('INSERT INTO agencies_membership ("user", agency, role) '
            'SELECT "user", agency, \'leader\' FROM agencies_membership '
            'WHERE id = {membership}', 'agencies.membership,{next}'),
        ])
def test_rows(sealed, statement, said):
    "Test what is changed, slipped in or taken out by SQL is found"
    connection = sqlite3.connect(database(sealed))
    (letter,), (membership,) = (
        connection.execute(query).fetchone() for query in [
            "SELECT MAX(id) FROM complaints_letter "
            "WHERE state = 'registered' OR due_on IS NOT NULL",
            "SELECT MIN(id) FROM agencies_membership WHERE role = 'clerk'"])
    last, = connection.execute(
        'SELECT MAX(id) FROM agencies_membership').fetchone()
    (clock,), (last_clock,) = (
        connection.execute(query).fetchone() for query in [
            "SELECT MIN(id) FROM deadlines_clock "
            "WHERE resource <> 'complaints.letter,1' AND rule <> "
            "(SELECT MAX(id) FROM deadlines_rule) "
            "AND state IN ('running', 'met')",
            'SELECT MAX(id) FROM deadlines_clock'])
    names = {
        'letter': letter, 'membership': membership, 'next': last + 1,
        'clock': clock, 'next_clock': last_clock + 1}
    tamper(sealed, statement.format(**names))
    assert check(sealed).returncode == 0
    result = check(sealed, '--rows')
    assert result.returncode == 1
    assert said.format(**names) in result.stdout


def test_late_sealing(sealed):
    "Test who stops the sealing is found by the entries that wait"
    connection = sqlite3.connect(database(sealed))
    number, = connection.execute(
        'SELECT MAX(number) FROM audit_seal').fetchone()
    tamper(sealed, 'INSERT INTO audit_entry (at, action, period) VALUES '
        f"(datetime('now', '-90 minutes'), 'write', {number + 1})")
    result = check(sealed)
    assert result.returncode == 1
    assert "1 mục sau dấu số 3" in result.stdout
    # and where nothing was ever sealed
    tamper(sealed, 'DELETE FROM audit_seal')
    result = check(sealed)
    assert result.returncode == 1
    assert "sau dấu số 0" in result.stdout


def test_export_of_a_backdated_entry(sealed, tmp_path):
    "Test the verifier that stands alone finds what was sealed with an old day"
    tamper(sealed, 'INSERT INTO audit_entry (at, action, period) VALUES '
        "('2001-01-01 00:00:00', 'write', "
        '(SELECT MAX(number) + 1 FROM audit_seal))')
    donthu('audit', 'seal', '-c', sealed, '-d', 'donthu')
    out = tmp_path / 'export'
    donthu('audit', 'export', '-c', sealed, '-d', 'donthu', out)
    result = verify(out)
    assert result.returncode == 1
    assert 'back-dated' in result.stdout
    assert check(sealed).returncode == 1


def test_keys(sealed):
    "Test keys are changed and destroyed, and everything still opens"
    keys = sealed.parent / 'donthu.keys'
    arguments = ['-c', sealed, '-d', 'donthu']
    donthu('keys', 'rotate', *arguments, 'master')
    destroyed = donthu('keys', 'destroy', *arguments, 'master', '1')
    assert destroyed.returncode == 0
    shown = donthu('keys', 'show', *arguments).stdout
    assert 'master    2' in shown and 'master    1' not in shown
    for line in keys.read_text().splitlines():
        if not line.startswith('#'):
            assert line.split()[2] not in shown
    # the old key signs who comes after it
    donthu('keys', 'rotate', *arguments, 'sign')
    refused = donthu(
        'keys', 'destroy', *arguments, 'sign', '1', check=False)
    assert refused.returncode == 1 and 'needed' in refused.stderr
    # with one seal the old key is done: the newest one is never without a key
    add_entry(sealed, 3)
    donthu('keys', 'destroy', *arguments, 'sign', '1')
    result = check(sealed)
    assert result.returncode == 0, result.stdout
    add_entry(sealed, 4)
    result = check(sealed)
    assert result.returncode == 0, result.stdout
    # without its keys the database is not brought up: nothing is made anew
    keys.rename(keys.with_suffix('.gone'))
    lost = donthu('init', *arguments, check=False)
    assert lost.returncode == 1 and 'Traceback' not in lost.stderr
    assert not keys.exists()


# Between the first entry that a seal reads and its commit others go on
CROWD = """
import random, sys, time
from donthu.site import Site
site = Site(sys.argv[1], 'donthu')
from trytond import backend
site.init_pool()

def patiently(work):
    while True:
        try:
            return site.call(work)
        except backend.DatabaseOperationalError:
            time.sleep(random.random() / 50)

def write(pool):
    pool.get('audit.entry').append(
        [{'action': 'write', 'summary': 'crowded'}] * 3)

def seal(pool):
    return pool.get('audit.seal').seal_due()

print('ready', flush=True)
sys.stdin.readline()
for _ in range(int(sys.argv[3])):
    patiently({'write': write, 'seal': seal}[sys.argv[2]])
"""


def test_sealed_under_a_crowd(sealed):
    "Test a seal covers all that was committed while it was made"
    connection = sqlite3.connect(database(sealed))
    # each is there for several seals: what came between is in its period
    processes = [
        subprocess.Popen(
            [sys.executable, '-W', 'ignore', '-c', CROWD, sealed, what,
                str(times)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        for what, times in [*[('write', 150)] * 3, ('seal', 40), ('seal', 40)]]
    for process in processes:
        assert process.stdout.readline() == 'ready\n'
    for process in processes:
        process.stdin.write('\n')
        process.stdin.flush()
    for process in processes:
        _, errors = process.communicate()
        assert process.returncode == 0, errors
    donthu('audit', 'seal', '-c', sealed, '-d', 'donthu')
    assert connection.execute(
        "SELECT count(*) FROM audit_entry WHERE summary = 'crowded'"
        ).fetchone() == (1350,)
    seals, = connection.execute('SELECT count(*) FROM audit_seal').fetchone()
    assert seals > 10
    result = check(sealed)
    assert result.returncode == 0, result.stdout + result.stderr
    anchors = (sealed.parent / 'anchors.txt').read_text().splitlines()
    # two that seal may write theirs in any order
    assert sorted(int(line.split()[0]) for line in anchors) == list(
        range(1, seals + 1))
