# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What `donthu install` writes, what a configuration may say, and what stands
before the server."""
import os
import shutil
import stat
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest
from helpers import ROOT

from donthu import cli, install, middleware, rights, webclient
from donthu.errors import CommandError
from donthu.files import shipped
from donthu.site import check_uri, postgresql_params


def call(*words):
    with pytest.raises(SystemExit) as end:
        cli.main([str(word) for word in words])
    return end.value.code


@pytest.fixture
def written(tmp_path):
    "The files of a site, written under a umask that hides all"
    before = os.umask(0o077)
    try:
        assert call('install', tmp_path, '--name', 'don.thu.vn', '--port',
            8443, '-d', 'tinh') == 0
    finally:
        os.umask(before)
    return tmp_path


def read(path):
    parser = RawConfigParser()
    parser.read(path, encoding='utf-8')
    return parser


def test_each_shipped_file_is_installed():
    known = {source for source, *_ in install.FILES} | {
        # for who builds, and for who checks
        'environment.sh', 'requirements-site.lock', 'sbom.cdx.json',
        # read by donthu.rights
        'roles.sql'}
    config = ROOT / 'config'
    assert known == {
        str(path.relative_to(config)) for path in config.rglob('*')
        if path.is_file() and '__pycache__' not in path.parts}
    assert shipped('docs', 'postgresql.md').exists()
    with pytest.raises(CommandError):
        shipped('config', 'nothing.conf')


def test_modes(written):
    "Test passwords are for who needs them, and the rest for everybody"
    for _, target, mode in install.FILES:
        assert stat.S_IMODE((written / target).stat().st_mode) == mode
    assert stat.S_IMODE(
        (written / 'etc/donthu/owner.conf').stat().st_mode) == 0o600


def test_the_two_configurations(written):
    "Test they differ in role and password alone, and agree on the roles"
    service, owner = (
        read(written / 'etc/donthu' / name)
        for name in ['trytond.conf', 'owner.conf'])
    mine, others = (
        postgresql_params(parser['database']['uri'])
        for parser in [service, owner])
    assert mine['user'] == service['donthu']['service_role'] == 'donthu'
    assert owner['donthu']['service_role'] == mine['user']
    assert others['user'] == 'donthu_owner'
    assert len(mine['password']) > 20 < len(others['password'])
    assert mine['password'] != others['password']
    for parser in [service, owner]:
        parser.remove_option('database', 'uri')
    assert service == owner


def test_what_a_site_changes(written):
    nginx = (written / 'etc/nginx/conf.d/donthu.conf').read_text()
    assert nginx.count('server_name don.thu.vn;') == 2
    assert 'listen 8443 ssl' in nginx and '$host:8443$request_uri' in nginx
    assert 'example' not in nginx
    assert 'NAMES=tinh\n' in (written / 'etc/donthu/environment').read_text()
    for unit in (written / 'etc/systemd/system').glob('*.service'):
        text = unit.read_text()
        assert '/opt/donthu' not in text and 'User=donthu' in text
        if unit.name != 'donthu-doctor.service':
            # none of them runs as a role that could rewrite the audit
            assert 'doctor --start' in text and 'UMask=0077' in text


def test_again(written):
    "Test what a site has changed is never touched"
    before = {
        path: path.read_bytes() for path in written.rglob('*')
        if path.is_file()}
    changed = written / 'etc/nginx/conf.d/donthu.conf'
    changed.write_text('# mine\n')
    for _ in range(2):
        assert call('install', written, '--name', 'don.thu.vn', '--port',
            8443, '-d', 'tinh') == 0
    new = changed.with_name('donthu.conf.new')
    assert new.read_bytes() == before.pop(changed)
    assert changed.read_text() == '# mine\n'
    assert all(path.read_bytes() == text for path, text in before.items())
    assert {p for p in written.rglob('*') if p.is_file()} == {
        *before, changed, new}


@pytest.mark.parametrize('name', ['a b', 'x;}', 'A.vn', ''])
def test_no_host(tmp_path, name):
    assert call('install', tmp_path, '--name', name) == 2
    assert not list(tmp_path.iterdir())


def test_no_directory(tmp_path, monkeypatch):
    "Test a variable that is not set writes nothing where one happens to be"
    monkeypatch.chdir(tmp_path)
    assert call('install', '') == 2
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(
    not shutil.which('systemd-analyze'), reason="systemd is not here")
def test_units(written):
    units = written / 'etc/systemd/system'
    result = subprocess.run(
        ['systemd-analyze', 'verify', '--man=no', *units.glob('*.*')],
        capture_output=True, text=True, env={
            **os.environ, 'SYSTEMD_UNIT_PATH': f'{units}:'})
    wrong = [
        line for line in result.stderr.splitlines()
        if 'donthu' in line and 'not executable' not in line]
    assert not wrong


@pytest.mark.parametrize('uri, expected', [
        ('postgresql://d@localhost:5432/',
            {'user': 'd', 'host': 'localhost', 'port': '5432'}),
        ('postgresql://d:a%40b%2Fc%25@h/',
            {'user': 'd', 'password': 'a@b/c%', 'host': 'h'}),
        ('postgresql://d@/', {'user': 'd'}),
        ('postgresql://d@a:1,b:2/?target_session_attrs=read-write', {
            'user': 'd', 'host': 'a,b', 'port': '1,2',
            'target_session_attrs': 'read-write'}),
        ])
def test_uri(uri, expected):
    "Test an address means to the commands what it means to the server"
    check_uri(uri)
    assert postgresql_params(uri) == expected


@pytest.mark.parametrize('uri', [
        'postgresql://d:a@b@h:1/', 'postgresql://d@h:x/', 'mysql://d@h/',
        'postgresql://d@h:70000/', 'postgresql://d:%zz@h/', ''])
def test_no_uri(uri):
    with pytest.raises(CommandError) as said:
        check_uri(uri)
    assert 'a@b' not in str(said.value) and '%40' in str(said.value)


def test_rights_are_what_psql_would_send():
    text = rights.statements('own"er', 'serve')
    assert ':' not in text and '\\' not in text and '--' not in text
    assert 'FOR ROLE "own""er"' in text and 'FROM "serve"' in text
    for word in ['GRANT', 'REVOKE', 'ALTER']:
        assert text.count(word) == (
            ROOT / 'config' / 'roles.sql').read_text().count(word)


@pytest.mark.parametrize('row, word', [
        (None, None), (('d', False, False, False), None),
        (('d', True, True, True), 'superuser'),
        (('d', False, True, True), 'owns'),
        (('d', False, False, True), 'may change')])
def test_fault_of_a_role(row, word):
    said = rights.fault(row)
    assert word in said if word else said is None


# What stands before the server

@pytest.fixture
def client(tmp_path):
    "A web client as `donthu client` leaves it, in small"
    (tmp_path / 'dist').mkdir()
    (tmp_path / 'locale').mkdir()
    (tmp_path / 'index.html').write_text(
        '<html lang="en"><script src="dist/tryton-sao.js"></script>'
        + '<!-- -->' * 300 + '<script type="text/javascript" '
        'src="custom.js"></script>')
    (tmp_path / 'dist/tryton-sao.js').write_text('var a;\n' * 500)
    (tmp_path / 'dist/small.css').write_text('a {}')
    (tmp_path / 'custom.js').write_text('var b;\n' * 500)
    webclient.localise(tmp_path)
    return tmp_path


def asked(root, path, accept='gzip, deflate, br', query='', method='GET'):
    "Ask as a browser does; return status, headers and the path served"
    from werkzeug.middleware.shared_data import SharedDataMiddleware
    from werkzeug.test import Client

    def nothing(environ, start_response):
        start_response('200 OK', [('Content-Type', 'text/plain')])
        return [environ['PATH_INFO'].encode()]

    def index(environ, start_response):
        if environ['PATH_INFO'] == '/':
            environ['PATH_INFO'] = '/index.html'
        return SharedDataMiddleware(nothing, {'/': str(root)})(
            environ, start_response)
    return Client(middleware.FreshPage(index, root)).open(
        path, method=method, query_string=query,
        headers={'Accept-Encoding': accept})


def test_texts_go_out_small(client):
    import gzip
    name = 'dist/tryton-sao.js'
    small, whole = (
        asked(client, f'/{name}', accept) for accept in ['gzip', 'identity'])
    assert small.headers['Content-Encoding'] == 'gzip'
    assert small.content_type.startswith(whole.content_type.split(';')[0])
    assert gzip.decompress(small.data) == whole.data == (
        client / name).read_bytes()
    assert len(small.data) < len(whole.data) / 10
    assert small.headers['Vary'] == whole.headers['Vary'] == 'Accept-Encoding'
    # what a site adds of its own it changes when it likes
    for path in ['/custom.js', '/dist/small.css']:
        assert 'Content-Encoding' not in asked(client, path).headers
    assert asked(client, f'/{name}', method='POST').headers.get(
        'Content-Encoding') is None


def test_what_was_changed_is_not_sent_as_it_was(client):
    path = client / 'dist/tryton-sao.js'
    path.write_text('var c;\n' * 500)
    os.utime(path.with_name(f'{path.name}.gz'), (0, 0))
    assert asked(client, '/dist/tryton-sao.js').data == path.read_bytes()
    assert webclient.localise(client)
    assert asked(client, '/dist/tryton-sao.js').headers[
        'Content-Encoding'] == 'gzip'
    assert not webclient.localise(client)


def test_what_browsers_keep(client):
    for path in ['/', '/index.html']:
        page = asked(client, path)
        assert page.headers['Cache-Control'] == 'no-cache'
        assert page.headers['Content-Encoding'] == 'gzip'
        assert page.content_type.startswith('text/html')
    kept = asked(client, '/dist/tryton-sao.js', query='v=abc')
    assert kept.headers.getlist('Cache-Control') == [middleware.FOREVER]
    assert kept.headers['Content-Encoding'] == 'gzip'
    assert 'immutable' not in asked(
        client, '/dist/tryton-sao.js').headers['Cache-Control']


@pytest.mark.parametrize('path', [
        '/../secret', '/dist/../../secret', '/dist/', '//etc/passwd',
        '/donthu/', '/dist/tryton-sao.js.gz'])
def test_no_other_file(client, path):
    (client.parent / 'secret').write_text('x' * 2000)
    (client.parent / 'secret.gz').write_text('x')
    assert asked(client, path).headers.get('Content-Encoding') is None


def test_every_file_can_be_read(client):
    for path in Path(client).rglob('*.gz'):
        assert stat.S_IMODE(path.stat().st_mode) == 0o644
