# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The first people of a site, and the way of one of them to an old register."""
import contextlib
import os
import pty
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from helpers import REGISTERS, donthu
from proteus import Model
from proteus import config as proteus_config
from sao import Sao, chromium

from conftest import first_config
from donthu.site import script

HEADER = 'login,name,agency,roles,post,email,document,password\n'
GOOD = "an,Nguyễn Văn An,22250,clerk|Người thụ lý,Văn thư,an@example.vn,1/QĐ,\n"


def held(site):
    "Return who holds what: login, agency, role, post"
    with sqlite3.connect(site[0].parent / 'data/donthu.sqlite') as connection:
        return sorted(connection.execute(
            "SELECT u.login, a.code, m.role, NULLIF(m.post, '') "
            'FROM res_user AS u '
            'JOIN agencies_membership AS m ON m."user" = u.id '
            'JOIN agencies_agency AS a ON a.id = m.agency '
            "WHERE m.state = 'held'"))


def logins(site):
    with sqlite3.connect(site[0].parent / 'data/donthu.sqlite') as connection:
        return {row[0] for row in connection.execute(
                'SELECT login FROM res_user WHERE active')}


def people(site, text, *arguments, encoding='utf-8', **kwargs):
    table = site[0].parent / 'people.csv'
    table.write_bytes(text.encode(encoding))
    return donthu(
        'people', table, '-c', site[0], '-d', site[1], *arguments, **kwargs)


def test_table(first_site):
    "Test the good rows go in, once, and each bad one is named with its reason"
    rows = [
        (GOOD, None),
        (GOOD, 'login: stands in row 2'),
        ("AN,Hai,22250,clerk,,,,\n", 'but for capitals'),
        ("a b,Hai,22250,clerk,,,,\n", 'login: has to be'),
        (",Hai,22250,clerk,,,,\n", 'login: is missing'),
        ("hai,,22250,clerk,,,,\n", 'name: is missing'),
        ("hai,Hai,,clerk,,,,\n", 'agency: is missing'),
        ("hai2,Hai,99999,clerk,,,,\n", "agency: there is none"),
        ("hai3,Hai,22250,,,,,\n", 'roles: is missing'),
        ("hai4,Hai,22250,clerk|boss,,,,\n", "roles: 'boss' is none of"),
        ("hai5,Hai,22250,clerk,,nowhere,,\n", "email: 'nowhere'"),
        ("hai6,Hai,22250,clerk,,,,short\n", 'password: '),
        ("hai7777777,Hai,22250,clerk,,,,hai7777777\n", 'password: '),
        ("hai8,Hai,22250,clerk,,,,,more\n", 'row: has more cells'),
        ("hai9,H\x01i,22250,clerk,,,,\n", 'name: holds what is no text'),
        (",,,,,,,\n", None),
        ("ba,Ba,66,data_officer,,,,a-good-password\n", None),
        ]
    secrets = first_site[0].parent / 'passwords'
    result = people(
        first_site, HEADER + ''.join(row for row, _ in rows), '--passwords',
        secrets, check=False)
    assert result.returncode == 1
    assert 'Traceback' not in result.stderr
    for number, (_, reason) in enumerate(rows, 2):
        said = re.findall(rf'^row {number}, .*$', result.stderr, re.M)
        assert bool(said) == bool(reason), (number, said)
        assert not reason or reason in said[0]
    assert '2 added, 0 known already, 14 refused' in result.stderr
    expected = [
        ('an', '22250', 'clerk', "Văn thư"),
        ('an', '22250', 'handler', "Văn thư"),
        ('ba', '66', 'data_officer', None)]
    assert held(first_site) == expected
    # the password that was given is not written anywhere
    assert re.fullmatch(r'an: \w{14}\n', secrets.read_text())
    assert secrets.stat().st_mode & 0o777 == 0o600

    before = secrets.read_text()
    again = people(first_site, HEADER + GOOD, '--passwords', secrets)
    assert '0 added, 1 known already, 0 refused' in again.stderr
    assert held(first_site) == expected
    assert secrets.read_text() == before


@pytest.mark.parametrize('text, encoding', [
        (HEADER + GOOD, 'utf-8-sig'),
        ((HEADER + GOOD).replace(',', ';'), 'utf-8'),
        ((HEADER + GOOD).replace(',', '\t').replace('\n', '\r\n'), 'utf-8'),
        ])
def test_what_spreadsheets_write(first_site, text, encoding):
    result = people(first_site, text, encoding=encoding)
    assert len(held(first_site)) == 2
    assert re.match(r'an: \w{14}  \(Nguyễn Văn An, UBND', result.stdout)


@pytest.mark.parametrize('text, reason', [
        ('', 'is empty'),
        ('login,name\nan,An\n', 'no column agency, roles'),
        ])
def test_no_table(first_site, text, reason):
    result = people(first_site, text, check=False)
    assert result.returncode == 2
    assert reason in result.stderr and 'Traceback' not in result.stderr
    assert not held(first_site)


def test_before_the_long_work(tmp_path):
    "Test what is wrong with the files is said before a database is made"
    config = first_config(tmp_path)
    table = tmp_path / 'people.csv'
    for arguments in [
            ['--people', table], ['--people', tmp_path],
            ['--passwords', tmp_path / 'nowhere' / 'file']]:
        result = donthu(
            'init', '-c', config, '-d', 'donthu', *arguments, check=False)
        assert result.returncode == 2
        assert 'Traceback' not in result.stderr
        assert not (tmp_path / 'data').exists()


def test_full_disk(first_site):
    "Test nobody is added whose password could not be kept"
    result = people(
        first_site, HEADER + GOOD, '--passwords', '/dev/full', check=False)
    assert result.returncode == 1
    assert 'No space left' in result.stderr
    assert 'Traceback' not in result.stderr
    assert not held(first_site) and 'an' not in logins(first_site)
    # printed, too, it is printed first
    with open('/dev/full', 'w') as full:
        result = subprocess.run(
            [sys.executable, '-m', 'donthu', 'people',
                first_site[0].parent / 'people.csv', '-c', first_site[0],
                '-d', first_site[1]],
            stdout=full, stderr=subprocess.PIPE, text=True)
    assert result.returncode
    assert 'Traceback' not in result.stderr
    assert not held(first_site) and 'an' not in logins(first_site)


def test_nobody(first_site):
    "Test init says in a sentence what to do where nobody works"
    result = donthu('init', '-c', first_site[0], '-d', first_site[1])
    line, = re.findall(r'^Nobody works here yet: .*$', result.stderr, re.M)
    assert 'donthu people FILE' in line and 'Cơ quan / Người dùng' in line
    assert not held(first_site)
    people(first_site, HEADER + GOOD)
    result = donthu('init', '-c', first_site[0], '-d', first_site[1])
    assert re.search(
        r'^Nobody may import yet \(the role data_officer\)', result.stderr,
        re.M)


def test_asked(first_site):
    "Test init asks who can answer, and asks again what is wrong"
    answers = [
        'b b', 'binh', "Lê Thị Bình", '1', '66', 'boss', 'data_officer', '',
        'no', 'binh@example.vn', 'binh', '']
    main, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, '-W', 'ignore', '-m', 'donthu', 'init', '-c',
            str(first_site[0]), '-d', first_site[1]],
        stdin=terminal, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True)
    os.close(terminal)
    os.write(main, '\n'.join([*answers, '']).encode())
    output, errors = process.communicate(timeout=300)
    os.close(main)
    assert process.returncode == 0, errors
    assert held(first_site) == [('binh', '66', 'data_officer', None)]
    assert re.search(r'binh: \w{14}  \(Lê Thị Bình, UBND', output)
    for said in ['login: has to be', 'agency: there is none', "'boss'",
            "'no' is no address", 'binh is known already']:
        assert said in errors
    assert 'Nobody' not in errors


@contextlib.contextmanager
def server(site):
    "Start the server as docs/first-steps.md does; give its address"
    with open(site[0].parent / 'server.log', 'w') as log:
        process = subprocess.Popen(
            [script('trytond'), '-c', str(site[0]), '-d', site[1]],
            stdout=log, stderr=log,
            env={**os.environ, 'PYTHONWARNINGS': 'ignore'})
        try:
            url = 'http://localhost:8300'
            deadline = time.monotonic() + 120
            while time.monotonic() < deadline:
                assert process.poll() is None
                try:
                    urllib.request.urlopen(url, timeout=5).close()
                    break
                except urllib.error.HTTPError:
                    break
                except OSError:
                    time.sleep(.2)
            yield url
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


def import_letters(url, user, password, file, *arguments, **kwargs):
    return donthu(
        'import', 'letters', file, '--url', f'{url}/donthu', '--user', user,
        *arguments, DONTHU_PASSWORD=password, **kwargs)


def test_from_nothing_to_a_register(first_site, tmp_path):
    "Test the way of docs/first-steps.md, as each of the people"
    table = Path(__file__).parents[1] / 'docs' / 'people.csv'
    secrets = tmp_path / 'passwords'
    donthu('init', '-c', first_site[0], '-d', first_site[1], '--people',
        table, '--passwords', secrets)
    passwords = dict(
        line.split(': ') for line in secrets.read_text().splitlines())
    passwords['admin'] = 'a-password-of-the-test'
    register = tmp_path / 'so-tiep-cong-dan.xlsx'
    shutil.copy(REGISTERS / register.name, register)
    with server(first_site) as url:
        refused = import_letters(
            url, 'admin', passwords['admin'], register, check=False)
        assert refused.returncode == 1
        assert 'Cơ quan / Phân vai trò' in refused.stderr
        for more, said in [
                (['--dry-run'], '300 accepted'), ([], '300 accepted'),
                ([], '0 accepted, 300 known')]:
            result = import_letters(
                url, 'dulieu.daklak', passwords['dulieu.daklak'], register,
                *more)
            assert said in result.stdout
        # an agency is found in one call, not in one for each
        log = (first_site[0].parent / 'server.log').read_text()
        assert log.count('POST') < 100
        with proteus_config.set_xmlrpc_session(
                f'{url}/donthu/rpc/', 'vanthu.sonthanh',
                passwords['vanthu.sonthanh']) as config:
            letters = Model.get('complaints.letter', config=config).find([])
            assert len(letters) == 300
            assert letters[0].agency.code == '22250'
            assert letters[0].import_source == 'so-tiep-cong-dan'


def propose(site, login, agency, role):
    "Give a role as the user admin does in the client"
    code = f"""
from donthu.site import Site
def give(pool):
    User = pool.get('res.user')
    Membership = pool.get('agencies.membership')
    user = User.search([('login', '=', {login!r})])
    user = user[0] if user else User.create([
        {{'login': {login!r}, 'name': {login!r}}}])[0]
    Membership.create([{{
        'user': user.id, 'role': {role!r},
        'agency': pool.get('agencies.agency').by_code({agency!r}).id}}])
Site({str(site[0])!r}, {site[1]!r}).call(give, user=1, _check_access=True)
"""
    subprocess.run([sys.executable, '-W', 'ignore', '-c', code], check=True)


def test_confirmed_where_nobody_can(first_site):
    "Test the machine confirms the first role, and leaves the next to people"
    propose(first_site, 'an', '22250', 'leader')
    assert not held(first_site)

    def confirm(login):
        return donthu(
            'people', '--confirm', login, '-c', first_site[0],
            '-d', first_site[1], check=False)
    result = confirm('an')
    assert result.returncode == 0 and 'an: Lãnh đạo' in result.stderr
    assert [row[:3] for row in held(first_site)] == [('an', '22250', 'leader')]
    result = confirm('an')
    assert result.returncode == 1 and 'nothing waits' in result.stderr
    propose(first_site, 'bình', '22250', 'custodian')
    result = confirm('bình')
    assert result.returncode == 1 and 'left to an' in result.stderr
    assert len(held(first_site)) == 1
    result = donthu(
        'people', '-c', first_site[0], '-d', first_site[1], check=False)
    assert result.returncode == 2 and '--confirm' in result.stderr


@pytest.mark.browser
@pytest.mark.skipif(not chromium(), reason="Chromium is not installed")
def test_administrator_gives_the_role(first_site, client_root, tmp_path):
    "Test the administrator adds a person and gives roles in the web client"
    first_config(first_site[0].parent, client_root)
    password = 'mat-khau-cua-binh'
    with server(first_site) as url:
        with Sao(f'{url}/#donthu') as sao:
            sao.login('admin', 'a-password-of-the-test')
            sao.open_menu('Cơ quan', 'Người dùng')
            sao.new()
            sao.set('name', "Lê Thị Bình")
            sao.set('login', 'binh')
            sao.set('password', password)
            sao.save()
            assert sao.record('login')['login'] == 'binh', sao.dialog()
            assert 'binh' in logins(first_site)
            give(sao, "Phụ trách dữ liệu", user="Lê Thị Bình")
            # it waits for a second person; nobody works here yet, so for who
            # administers the machine
            assert not held(first_site), sao.dialog()
            confirmed = donthu(
                'people', '--confirm', 'binh', '-c', first_site[0],
                '-d', first_site[1])
            assert 'Phụ trách dữ liệu' in confirmed.stderr
            assert held(first_site) == [
                ('binh', '22250', 'data_officer', None)]
            # but not to himself
            give(sao, "Phụ trách dữ liệu", user="Administrator")
            assert "Không ai tự" in sao.dialog()
            assert len(held(first_site)) == 1
        result = import_letters(
            url, 'binh', password, REGISTERS / 'so-tiep-cong-dan.xlsx',
            '--report', tmp_path / 'report.csv')
        assert '300 accepted' in result.stdout


def give(sao, role, user):
    "Give a role under Cơ quan / Phân vai trò"
    sao.open_menu('Cơ quan', 'Phân vai trò')
    sao.new()
    sao.set('user', user)
    sao.set('agency', "22250")
    sao.set('role', role)
    sao.save()
