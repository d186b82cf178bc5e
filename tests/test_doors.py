# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Every door to who denounces, from the side of the attacker, over the wire.

A server with the most talkative logs; a clerk registers a denunciation; then a
colleague, a leader, another agency, and the administrator try what clients and
scripts can call.
"""
import base64
import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

import pytest
from helpers import donthu

from donthu.site import script

# REST is off by default: here it is on, to look through it
SERVER = "\n[guards]\nrest = True\n"
NAME = "Lò Thị Kín Đáo"
SECRETS = [
    NAME, NAME.upper(), "lo thi kin dao", "066155667788", "0987654321",
    "Buôn Hố Sâu", "kindao@example.com", "Kín Đáo"]
# what JSON makes of it
SECRETS += [json.dumps(secret)[1:-1] for secret in SECRETS]


class Client:
    "What a script can send"

    def __init__(self, url, login, password):
        self.url, self.login = url, login
        self.session = None
        user, token, _ = self.call(
            'common.db.login', login, {'password': password}, 'en')
        self.session = base64.b64encode(
            f'{login}:{user}:{token}'.encode()).decode()
        self.user = user
        self.context = self.call(
            'model.res.user.get_preferences', True, {})

    def post(self, path, body, headers):
        request = urllib.request.Request(
            self.url + path, json.dumps(body).encode(),
            {'Content-Type': 'application/json', **headers})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            return f'{error.code} {error.read().decode()}'

    def raw(self, method, *params):
        "Return the answer as it comes over the wire"
        headers = {}
        if self.session:
            headers['Authorization'] = f'Session {self.session}'
        return self.post('/donthu/rpc/', {
                'id': 1, 'method': method, 'params': list(params)}, headers)

    def call(self, method, *params):
        answer = self.raw(method, *params)
        assert answer.startswith('{'), answer
        answer = json.loads(answer)
        assert 'error' not in answer, answer
        return answer['result']

    def model(self, name, method, *params, **context):
        return self.raw(
            f'model.{name}.{method}', *params, {**self.context, **context})


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


@pytest.fixture(scope='module')
def server(home, tmp_path_factory, request):
    "A server on a copy of the demonstration; its log holds all it can say"
    import shutil
    target = tmp_path_factory.mktemp('doors') / 'home'
    shutil.copytree(home, target)
    config = target / 'demo' / 'trytond.conf'
    port = free_port()
    text = config.read_text().replace(str(home), str(target))
    config.write_text(re.sub(
            r'listen = .*', f'listen = 127.0.0.1:{port}', text)
        + getattr(request.module, 'SERVER', ''))
    log = open(target / 'server.log', 'w')
    process = subprocess.Popen(
        [script('trytond'), '-c', str(config), '-d', 'donthu', '-vvv'],
        stdout=log, stderr=log, env={
            **os.environ, 'TRYTOND_DATABASE_NAMES': 'donthu',
            'PYTHONWARNINGS': 'ignore'})
    url = f'http://127.0.0.1:{port}'
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=2)
            break
        except urllib.error.HTTPError:
            break
        except OSError:
            time.sleep(.2)
    with open(target / 'demo' / 'users.json') as file:
        passwords = {row[0]: row[3] for row in json.load(file)}
    yield url, passwords, target
    process.send_signal(signal.SIGTERM)
    process.wait(30)


@pytest.fixture(scope='module')
def clients(server):
    url, passwords, _ = server
    return {
        login: Client(url, login, password)
        for login, password in passwords.items()}


@pytest.fixture(scope='module')
def letter(clients):
    "The ids of a registered denunciation and of what belongs to it"
    clerk = next(
        c for login, c in clients.items() if login.startswith('vanthu.xa'))
    ids = json.loads(clerk.model('complaints.letter', 'create', [{
                    'kind': 'denunciation', 'channel': 'post',
                    'content': f"Tôi là {NAME}, điện thoại 0987654321, tố cáo "
                    "ông B",
                    'persons': [['create', [{
                                    'name': NAME,
                                    'identity_number': '066155667788',
                                    'address': "Buôn Hố Sâu 7",
                                    'phone': '0987654321',
                                    'email': 'kindao@example.com'}]]]}]))
    letter, = ids['result']
    answer = clerk.model('complaints.letter', 'register', [letter])
    assert 'error' not in answer, answer
    person, = json.loads(clerk.model(
            'complaints.letter', 'read', [letter],
            ['persons']))['result'][0]['persons']
    data = base64.b64encode(NAME.encode()).decode()
    attachment, = json.loads(clerk.model('ir.attachment', 'create', [{
                    'name': f'{NAME}.txt', 'type': 'data',
                    'data': {'__class__': 'bytes', 'base64': data},
                    'resource': f'complaints.letter,{letter}'}]))['result']
    return {'letter': letter, 'person': person, 'attachment': attachment}


def attackers(clients):
    return {
        login: client for login, client in clients.items()}


def tries(ids):
    "Yield (model, method, arguments) of what may tell something"
    letter, person = ids['letter'], ids['person']
    fields = ['name', 'identity_number', 'address', 'phone', 'email',
        'subdivision', 'rec_name', 'identity', 'letter.content']
    for names in [fields[:-1], ['rec_name'], ['identity.name'],
            ['letter.sender', 'letter.rec_name']]:
        yield 'complaints.person', 'read', [[person], names]
    for clause in [
            ['name', 'ilike', '%'], ['rec_name', 'ilike', '%Kín%'],
            ['identity_number', '=', '066155667788'],
            ['letter', '=', letter]]:
        yield 'complaints.person', 'search_read', [
            [clause], 0, 10, None, ['name', 'address', 'rec_name']]
    yield 'complaints.letter', 'read', [
        [letter], ['sender', 'content', 'subject', 'rec_name', 'similar',
            'due_explanation', 'next_steps', 'repeat_key']]
    yield 'complaints.letter', 'search_read', [
        [['id', '=', letter]], 0, 10, [['sender', 'ASC']],
        ['sender', 'content']]
    yield 'complaints.letter', 'export_data', [
        [letter], ['sender', 'content', 'persons/name',
            'persons/identity_number', 'persons/letter/persons/phone']]
    yield 'complaints.person', 'export_data', [[person], ['name', 'phone']]
    yield 'complaints.letter', 'copy', [[letter]]
    yield 'complaints.letter', 'resources', [[letter]]
    yield 'complaints.letter', 'on_change_with_similar', [{
            'id': -1, 'state': 'received', 'kind': 'petition',
            'agency': 1, 'content': "x", 'persons': [{'id': -2,
                    'name': NAME}]}]
    yield 'ir.attachment', 'read', [
        [ids['attachment']], ['name', 'data', 'description', 'rec_name',
            'file_id', 'sealed', 'wrapped']]
    yield 'ir.attachment', 'search_read', [
        [['resource', '=', f'complaints.letter,{letter}']], 0, 10, None,
        ['name', 'rec_name', 'data']]
    for name in ['audit.entry', 'complaints.opening', 'res.notification',
            'ir.model.log', 'ir.note', 'complaints.reading',
            'likeness.likeness', 'complaints.act']:
        yield name, 'search_read', [
            [], 0, 500, None, ['rec_name']]
    yield 'audit.entry', 'search_read', [
        [], 0, 500, [['id', 'DESC']],
        ['summary', 'changes', 'changes_text', 'resource', 'rec_name']]
    for name in ['complaints.identity', 'complaints.original',
            'likeness.fingerprint', 'audit.key', 'ir.session',
            'ir.session.wizard', 'ir.chat.channel', 'ir.chat.message']:
        for method, arguments in [
                ('search', [[], 0, 10, None]),
                ('read', [[1], ['name']]),
                ('search_read', [[], 0, 10, None, ['rec_name']])]:
            yield name, method, arguments
    for report in ['complaints.letter.document', 'complaints.letter.privacy']:
        yield 'report', report, [[letter], {
                'model': 'complaints.letter', 'ids': [letter]}]


def test_no_answer_tells(clients, letter):
    "Test no answer to anybody holds a word of who denounces"
    tried = 0
    for login, client in attackers(clients).items():
        for name, method, arguments in tries(letter):
            if name == 'report':
                answer = client.raw(
                    f'report.{method}.execute', *arguments, client.context)
            else:
                answer = client.model(name, method, *arguments)
            tried += 1
            for secret in SECRETS:
                # what one has typed oneself may be in an error about it
                assert secret not in answer, (login, name, method, answer)
            assert '"Traceback' not in answer
    assert tried > 100


def test_counts_and_order(clients, letter):
    "Test neither counts nor the order of a list betray a guess"
    for login, client in attackers(clients).items():
        for model, field in [
                ('complaints.person', 'name'),
                ('complaints.person', 'rec_name'),
                ('complaints.person', 'phone'),
                ('complaints.letter', 'sender')]:
            for operator, value in [
                    ('=', NAME), ('ilike', '%Kín Đáo%'),
                    ('in', [NAME]), ('like', 'L%')]:
                right = client.model(
                    model, 'search_count', [
                        [field, operator, value],
                        ['id', '=', letter[
                                'person' if model.endswith('person')
                                else 'letter']]])
                if '"result"' in right:
                    assert json.loads(right)['result'] == 0, (
                        login, field, operator)
        ordered = client.model(
            'complaints.person', 'search', [], 0, 10, [['name', 'ASC']])
        again = client.model(
            'complaints.person', 'search', [], 0, 10, [['name', 'DESC']])
        if '"result"' in ordered:
            # the name is nothing that can be sorted by
            assert json.loads(ordered).get('result') == json.loads(
                again).get('result') or 'error' in ordered


def test_masks_written_back(clients, letter):
    "Test masks that clients send back, and forged values, change nothing"
    clerk = next(
        c for login, c in clients.items() if login.startswith('vanthu.xa'))
    mask = "••••••"
    answer = clerk.model('complaints.person', 'write', [letter['person']], {
            'name': mask, 'phone': mask, 'address': mask})
    assert 'error' not in answer
    for client in clients.values():
        for values in [
                {'protected': False}, {'identity': 1},
                {'letter': 1}]:
            client.model(
                'complaints.person', 'write', [letter['person']], values)
        client.model('complaints.letter', 'write', [letter['letter']], {
                'kind': 'petition', 'secrecy': False})
        answer = client.model(
            'complaints.person', 'read', [letter['person']],
            ['name', 'phone', 'address', 'protected'])
        if '"result"' in answer:
            values, = json.loads(answer)['result']
            assert values['name'] == values['phone'] == mask
            assert values['protected']


def test_opened_over_the_wire(clients, letter, server):
    "Test the wizard opens it to who handles it, and nothing of it stays"
    import sqlite3
    _, _, target = server
    clerk = next(
        c for login, c in clients.items() if login.startswith('vanthu.xa'))
    context = {
        **clerk.context, 'active_model': 'complaints.letter',
        'active_id': letter['letter'], 'active_ids': [letter['letter']]}
    wizard = 'wizard.complaints.opening.open'
    session, state, _ = clerk.call(f'{wizard}.create', context)
    result = clerk.call(f'{wizard}.execute', session, {}, state, context)
    rule = result['view']['defaults']['rules'][0]
    result = clerk.call(f'{wizard}.execute', session, {
            'start': {'rule': rule, 'reason': "Hỏi lại chữ ký"}}, 'ask', context)
    assert NAME in result['view']['defaults']['text']
    assert NAME in result['view']['defaults']['original']
    clerk.call(f'{wizard}.delete', session, context)
    answer = clerk.model(
        'complaints.person', 'read', [letter['person']], ['name'])
    assert NAME in json.loads(answer)['result'][0]['name']
    # lists and exports still hold a mask
    for answer in [
            clerk.model(
                'complaints.letter', 'read', [letter['letter']], ['sender']),
            clerk.model(
                'complaints.letter', 'export_data', [letter['letter']],
                ['sender', 'persons/name', 'persons/rec_name']),
            clerk.model(
                'complaints.person', 'export_data', [letter['person']],
                ['name'])]:
        assert NAME not in str(json.loads(answer))
    connection = sqlite3.connect(
        target / 'demo' / 'data' / 'donthu.sqlite')
    revealed = connection.execute(
        "SELECT count(*) FROM audit_entry WHERE action = 'reveal' "
        'AND resource = ?', [f"complaints.letter,{letter['letter']}"]
        ).fetchone()[0]
    assert revealed >= 1
    dump = '\n'.join(connection.iterdump())
    connection.close()
    for secret in SECRETS:
        assert secret not in dump, secret


def test_rest(clients, letter, server):
    "Test REST shows no more than the rest"
    url, passwords, _ = server
    for path in ['complaints.person', 'complaints.letter',
            'complaints.identity']:
        number = letter[
            'person' if path.endswith('person') else 'letter']
        request = urllib.request.Request(
            f'{url}/donthu/rest/model/{path}/{number}')
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=30)
        assert refused.value.code in {401, 403, 404}
    leader = next(
        c for login, c in clients.items() if 'lanhdao' in login)
    answer = json.loads(leader.post(
            '/donthu/user/application/',
            {'user': leader.login, 'application': 'rest'}, {}))
    key = answer['key'] if isinstance(answer, dict) else answer
    application = json.loads(leader.model(
            'res.user.application', 'search',
            [['user', '=', leader.user]], 0, 1, None))
    if application.get('result'):
        leader.model(
            'res.user.application', 'validate_', application['result'])
    for path in ['complaints.person', 'complaints.letter']:
        number = letter[
            'person' if path.endswith('person') else 'letter']
        request = urllib.request.Request(
            f'{url}/donthu/rest/model/{path}/{number}'
            '?f=rec_name&f=sender&f=name&f=content',
            headers={'Authorization': f'bearer {key}'})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read().decode()
        except urllib.error.HTTPError as error:
            text = error.read().decode()
        for secret in SECRETS:
            assert secret not in text


def test_logs(clients, letter, server):
    "Test the logs of all that was done here hold no personal data"
    _, _, target = server
    text = (target / 'server.log').read_text()
    assert 'complaints.letter.create' in text
    assert 'complaints.person.read' in text
    for secret in [*SECRETS, "tố cáo ông B", "Hỏi lại chữ ký"]:
        assert secret not in text, secret


def test_administrator_reads_no_case(clients, letter):
    "Test who administers Tryton reads no letter, no case, no trail"
    admin = clients['admin']
    for name in ['complaints.letter', 'complaints.case',
            'complaints.person', 'audit.entry', 'complaints.opening',
            'reception.reception', 'complaints.act']:
        answer = admin.model(
            name, 'search_read', [], 0, 10, None, ['rec_name'])
        result = json.loads(answer)
        assert result.get('result', []) == [], name


def test_command_line_help():
    for command in ['audit', 'keys']:
        assert 'usage' in donthu(command, '--help').stdout


def test_mistyped_number(clients, letter):
    "Test a mistyped number finds what was meant for whom may read it alone"
    clerk = next(
        c for login, c in clients.items() if login.startswith('vanthu.xa'))
    row, = json.loads(clerk.model(
            'complaints.letter', 'read', [letter['letter']],
            ['number']))['result']
    number = row['number']
    agency, kind, year, serial, check = number.rsplit('-', 4)
    wrong = [
        f'{agency}-{kind}-{year}-{serial}-{check[::-1]}',
        f'{agency}-{kind}-{year}-{serial}',
        f'{agency} {kind} {year} {int(serial)}'.lower(),
        f'{agency}{kind}{year}{serial}{check}']
    found, blind = set(), set()
    for login, client in clients.items():
        reads = json.loads(client.model(
                'complaints.letter', 'search',
                [['id', '=', letter['letter']]], 0, None, None)).get('result')
        for text in wrong:
            for method, arguments in [
                    ('search', [[['rec_name', 'ilike', f'%{text}%']], 0, None,
                            None]),
                    ('search', [[['number', 'ilike', f'%{text}%']], 0, None,
                            None]),
                    ('search_read', [[['number', 'ilike', f'%{text}%']], 0,
                            None, None, ['id']]),
                    ('search_count', [[['number', 'ilike', f'%{text}%']]]),
                    ('autocomplete', [text])]:
                answer = client.model(
                    'complaints.letter', method, *arguments)
                result = json.loads(answer).get('result')
                if reads:
                    found.add(login)
                    ids = [r['id'] if isinstance(r, dict) else r
                        for r in result] if method != 'search_count' else []
                    assert letter['letter'] in ids or (
                        method == 'search_count' and result), (
                            login, text, method, answer)
                else:
                    blind.add(login)
                    assert not result, (login, text, method, answer)
                    assert number not in answer.replace(text, '')
    assert clerk.login in found
    assert len(blind) > 5
    # the number of an earlier case is asked back about, or not a word of it
    case = json.loads(clerk.model(
            'complaints.case', 'search_read', [], 0, 1, None,
            ['number']))['result'][0]['number']
    typed = case[:-2] + f'{(int(case[-2:]) + 1) % 97:02}'
    others = [
        c for login, c in clients.items()
        if login.startswith('vanthu') and not json.loads(c.model(
                'complaints.case', 'search_count',
                [['number', '=', case]])).get('result')]
    assert others
    for client in [clerk, *others]:
        answer = client.model('complaints.letter', 'create', [{
                    'kind': 'complaint', 'instance': '2', 'channel': 'post',
                    'content': "Khiếu nại lần hai", 'earlier_number': typed}])
        assert '"error"' in answer and typed in answer, (client.login, answer)
        assert (case in answer) == (client is clerk), (client.login, answer)
