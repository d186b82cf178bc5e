# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Notices go out through a mail server, and say nothing of what is in a letter;
what could not be sent is sent later."""
import email
import email.policy
import json
import subprocess
import sys
import textwrap

import pytest
from aiosmtpd.controller import Controller

PORT = 8125
WORK = """
import sys, json, datetime as dt
from donthu.site import Site
import trytond.config as config
site = Site({config!r}, 'donthu')
site.load()
config.set('email', 'uri', 'smtp://127.0.0.1:{port}')
config.set('email', 'from', 'donthu@example.org')
from trytond.modules.foundation import clock

def prepare(pool):
    settings = pool.get('escalation.configuration')(1)
    settings.mail = True
    settings.save()
    User = pool.get('res.user')
    for user in User.search([('login', 'in', ['lanhdao.xa', 'giamsat.tinh'])]):
        user.email = user.login + '@example.org'
        user.notice_mail = 'digest' if user.login == 'giamsat.tinh' else 'rule'
        user.save()
    Letter = pool.get('complaints.letter')
    letter, = Letter.create([{{
        'agency': pool.get('agencies.agency').by_code('22250').id,
        'kind': 'denunciation', 'content': 'Bí mật về đất', 'received_on':
        clock.today(), 'persons': [('create', [{{'name': 'Lò Thị Kín'}}])]}}])
    Letter.register([letter])
    return letter.number

def escalate(pool):
    return pool.get('escalation.schedule').run_due()

def deliver(pool):
    return pool.get('escalation.notice').deliver_due()

def waiting(pool):
    return pool.get('escalation.notice').search(
        [('mail', '=', True), ('done_at', '=', None)], count=True)

moment = dt.datetime(2027, 3, 1, 9, tzinfo=clock.TIMEZONE)
result = {{}}
with clock.travel(moment):
    result['number'] = site.call(prepare)
with clock.travel(moment + dt.timedelta(days=21)):
    site.call(escalate)
    result['waiting'] = site.call(waiting)
    if {working}:
        site.call(deliver)
    else:
        try:
            site.call(deliver)
        except Exception as error:
            result['error'] = type(error).__name__
    result['left'] = site.call(waiting)
with clock.travel(moment + dt.timedelta(days=22)):
    if {working}:
        site.call(deliver)
    result['digest'] = site.call(waiting)
print(json.dumps(result))
"""


class Sink:
    "Keeps the mails that a server gets"

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):
        self.mails.append((
                envelope.rcpt_tos,
                email.message_from_bytes(
                    envelope.content, policy=email.policy.default)))
        return '250 OK'


def work(site, working=True):
    result = subprocess.run(
        [sys.executable, '-W', 'ignore', '-c', textwrap.dedent(WORK).format(
                config=str(site[0]), port=PORT, working=working)],
        capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])


@pytest.fixture
def sink():
    sink = Sink()
    controller = Controller(sink, hostname='127.0.0.1', port=PORT)
    controller.start()
    yield sink
    controller.stop()


def test_mails(site, sink):
    result = work(site)
    assert result['waiting'] > 0
    assert result['digest'] == 0
    to_leader = [
        m for to, m in sink.mails if to == ['lanhdao.xa@example.org']]
    digests = [
        m for to, m in sink.mails if to == ['giamsat.tinh@example.org']]
    assert any(result['number'] in m.get_content() for m in to_leader)
    # all of the day in one
    assert len(digests) == 1
    assert digests[0].get_content().count('–') > 1
    assert result['number'] in digests[0].get_content()
    for _, mail in sink.mails:
        text = mail['Subject'] + mail.get_content()
        for secret in ["Lò Thị Kín", "Bí mật", "đất", "tố cáo ông"]:
            assert secret not in text


def test_server_is_down(site):
    "Test what can not be sent is not lost"
    result = work(site, working=False)
    assert result['error']
    assert result['left'] == result['waiting'] > 0
