# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The configuration that is shipped does what docs/hardening.md says."""
import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest
import trytond.config as config
from trytond.exceptions import LoginException
from trytond.pool import Pool
from trytond.tests.test_tryton import activate_module, drop_db
from trytond.transaction import Transaction

CONFIG = Path(__file__).parents[1] / 'config'
sent = []


def send(text, to, from_):
    "What a site names in [authentication_sms] function"
    sent.append((text, to))


@pytest.fixture
def shipped():
    "The configuration of a site, in force"
    parser = ConfigParser(interpolation=None)
    parser.read(CONFIG / 'trytond.conf', encoding='utf-8')
    return parser


@pytest.fixture
def setting():
    "Return a function that sets an option, and puts it back"
    before = []

    def put(section, option, value):
        if not config.has_section(section):
            config.add_section(section)
        before.append(
            (section, option, config.get(section, option, default=None)))
        config.set(section, option, value)
    yield put
    for section, option, value in reversed(before):
        config.set(section, option, '' if value is None else value)


def test_password_policy(shipped, setting):
    "Test short and common passwords are refused, long ones are taken"
    from trytond.res.exceptions import PasswordError
    drop_db()
    activate_module('agencies')
    setting('password', 'length', shipped['password']['length'])
    setting('password', 'forbidden', str(
            CONFIG / Path(shipped['password']['forbidden']).name))
    with Transaction().start(':memory:', 1):
        User = Pool().get('res.user')
        user = User(name="Lý Thanh Hạnh", login='lanhdao.xa')
        for password in ['short', '1234567890', 'khieunai', 'lanhdao.xa',
                "Lý Thanh Hạnh"]:
            with pytest.raises(PasswordError):
                User.validate_password(password, [user])
        User.validate_password("bốn con ngựa đi chợ", [user])
    drop_db()
    assert int(shipped['session']['max_attempt']) <= 5
    assert int(shipped['session']['timeout']) <= 900
    assert int(shipped['session']['max_age']) <= 43200
    assert int(shipped['request']['max_size']) <= 2 * 2**20
    assert int(shipped['attachment']['max_size']) <= 50


def test_keys_are_outside(shipped):
    "Test the keys and the anchors are not among what is backed up"
    kept = Path(shipped['database']['path'])
    for section, option in [('secrets', 'key_file'), ('audit', 'anchor_file')]:
        assert not Path(shipped[section][option]).is_relative_to(kept)


def test_second_factor(setting):
    "Test with the official module a password alone opens nothing"
    drop_db()
    activate_module(['agencies', 'authentication_sms'])
    setting('session', 'authentications', 'password+sms')
    setting('authentication_sms', 'function', f'{__name__}.send')
    with Transaction().start(':memory:', 1) as transaction:
        User = Pool().get('res.user')
        user, = User.create([{
                    'name': "Lý Thanh Hạnh", 'login': 'lanhdao.xa',
                    'password': "bốn con ngựa đi chợ",
                    'mobile': '0912345678'}])
        transaction.commit()
        password = {'password': "bốn con ngựa đi chợ"}
        with pytest.raises(LoginException) as asked:
            User.get_login('lanhdao.xa', password)
        assert asked.value.name == 'sms_code'
        text, to = sent[-1]
        assert to == '0912345678'
        code = re.search(r'\d{6}', text).group()
        with pytest.raises(LoginException):
            User.get_login('lanhdao.xa', {
                    **password, 'sms_code': '000000'
                    if code != '000000' else '111111'})
        assert User.get_login(
            'lanhdao.xa', {**password, 'sms_code': code}) == user.id
    drop_db()


def test_proxy():
    "Test the proxy says what browsers need to hear, and logs no address"
    text = (CONFIG / 'nginx.conf').read_text()
    for header in ['Strict-Transport-Security', 'X-Content-Type-Options',
            'X-Frame-Options', 'Content-Security-Policy', 'Referrer-Policy']:
        assert f'add_header {header}' in text
    assert "frame-ancestors 'none'" in text
    # what was asked for may name somebody
    assert '$request_uri' not in text.split('log_format')[1].split(';')[0]


@pytest.mark.skipif(not shutil.which('nginx'), reason="nginx is not here")
def test_proxy_starts(tmp_path):
    key, certificate = tmp_path / 'key.pem', tmp_path / 'cert.pem'
    subprocess.run(
        ['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days',
            '1', '-subj', '/CN=localhost', '-keyout', key, '-out',
            certificate], check=True, capture_output=True)
    text = (CONFIG / 'nginx.conf').read_text()
    text = text.replace('/etc/ssl/donthu/fullchain.pem', str(certificate))
    text = text.replace('/etc/ssl/donthu/key.pem', str(key))
    text = text.replace('/var/log/nginx/donthu.log', str(tmp_path / 'log'))
    (tmp_path / 'donthu.conf').write_text(text)
    main = tmp_path / 'nginx.conf'
    main.write_text(
        f'pid {tmp_path}/pid; events {{}} http {{ '
        f'include {tmp_path}/donthu.conf; }}')
    result = subprocess.run(
        ['nginx', '-t', '-c', str(main)], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
