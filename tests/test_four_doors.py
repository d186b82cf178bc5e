# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Four doors of Tryton, tried on a server that runs, with the demonstration.

A clerk of a commune, with a script: the leader's password, the persons of
another agency, the files of the server, a key of REST.  What of each is shut
is in modules/foundation/guards; the ways around in its tests.
"""
import base64
import json
import sqlite3
import string
import urllib.error
import urllib.request

import pytest
from test_doors import Client, clients, server  # noqa: F401

ALPHABET = sorted(string.ascii_letters + string.digits)


@pytest.fixture(scope='module')
def clerk(clients):  # noqa: F811
    return next(
        c for login, c in clients.items() if login.startswith('vanthu.xa'))


@pytest.fixture(scope='module')
def leader(clients):  # noqa: F811
    return next(
        c for login, c in clients.items() if login.startswith('lanhdao.xa'))


@pytest.fixture(scope='module')
def database(server):  # noqa: F811
    "Return a function that asks the database itself"
    _, _, target = server

    def ask(query, *values):
        connection = sqlite3.connect(
            target / 'demo' / 'data' / 'donthu.sqlite')
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()
    return ask


def result(answer):
    "Return the result of an answer, None of a refusal"
    return (json.loads(answer).get('result')
        if answer.startswith('{') else None)


def test_takeover(clerk, leader, server, database):  # noqa: F811
    "Test sixty questions do not make a clerk the leader"
    url, _, _ = server
    Client.post(clerk, '/donthu/rpc/', {
            'id': 1, 'method': 'common.db.reset_password',
            'params': [leader.login, 'vi']}, {})
    assert database(
        'SELECT password_reset FROM res_user WHERE id = ?', leader.user
        ) == [(None,)]
    guess, calls, told = '', 0, 0
    for _ in range(10):
        low, high = 0, len(ALPHABET) - 1
        while low < high:
            middle = (low + high + 1) // 2
            calls += 1
            found = result(clerk.model('res.user', 'search_count', [
                        ['id', '=', leader.user],
                        ['password_reset', '>=', guess + ALPHABET[middle]]]))
            told += found is not None
            low, high = (middle, high) if found else (low, middle - 1)
        guess += ALPHABET[low]
    assert calls <= 60
    assert not told
    with pytest.raises(AssertionError):
        Client(url, leader.login, guess)


def test_persons_of_others(clients, database):  # noqa: F811
    "Test nobody exports a person of a letter that he does not read"
    tried = 0
    every = [i for i, in database('SELECT id FROM complaints_person')]
    names = ['name', 'identity_number', 'address', 'phone', 'rec_name',
        'letter/number']
    for login, client in clients.items():
        own = set(result(client.model(
                    'complaints.person', 'search', [], 0, 1000, None)) or [])
        for person in [i for i in every if i not in own][:20]:
            for name in names:
                tried += 1
                assert result(client.model(
                        'complaints.person', 'export_data', [person], [name])
                    ) is None, (login, person, name)
        if own:
            rows = result(client.model(
                    'complaints.person', 'export_data', sorted(own),
                    ['name', 'letter/number']))
            assert len(rows) == len(own) and all(row[1] for row in rows)
    assert tried > 500


def test_own_letters_go_out(clerk):
    "Test a clerk exports each field of the own letters"
    # those that lead to no letter of another agency, which he may not read
    own = result(clerk.model(
            'complaints.letter', 'search', [
                ['transferred_to', '=', None],
                ['transferred_from', '=', None]], 0, 10, None))
    fields = result(clerk.model('complaints.letter', 'fields_get'))
    assert own and len(fields) > 50
    for name in fields:
        answer = clerk.model('complaints.letter', 'export_data', own, [name])
        assert result(answer) is not None, (name, answer)


def test_files_of_the_server(clerk, server):  # noqa: F811
    "Test no attachment shows a file that was not attached"
    _, _, target = server
    letter, *_ = result(clerk.model(
            'complaints.letter', 'search', [['kind', '=', 'petition']], 0, 1,
            None))
    resource = f'complaints.letter,{letter}'
    mine, = result(clerk.model('ir.attachment', 'create', [{
                    'name': 'don.txt', 'type': 'data', 'resource': resource,
                    'data': {'__class__': 'bytes', 'base64':
                        base64.b64encode("Đơn của tôi".encode()).decode()}}]))
    for file_id in [
            '/etc/passwd', str(target / 'demo' / 'donthu.keys'),
            str(target / 'demo' / 'data' / 'donthu.sqlite'),
            'abcd/../../../../donthu.sqlite', '../../../donthu.keys']:
        for method, arguments in [
                ('create', [[{'name': 'x.txt', 'type': 'data',
                                'file_id': file_id, 'resource': resource}]]),
                ('write', [[mine], {'file_id': file_id}]),
                ('copy', [[mine], {'file_id': file_id}]),
                ('import_data', [
                        ['name', 'type', 'file_id', 'resource'],
                        [['x.txt', 'data', file_id, resource]]])]:
            assert result(clerk.model(
                    'ir.attachment', method, *arguments)) is None, (
                method, file_id)
    row, = result(clerk.model('ir.attachment', 'read', [mine], ['data']))
    assert base64.b64decode(
        row['data']['base64']).decode() == "Đơn của tôi"
    assert result(clerk.model(
            'ir.attachment', 'read', [mine], ['file_id'])) is None


def test_key_of_rest(clerk, leader, server, database):  # noqa: F811
    "Test a key that is in the database opens nothing"
    url, _, _ = server
    made = result(clerk.model('res.user', 'set_preferences', {
                'applications': [['create', [{'application': 'rest'}]]]}))
    assert made is None
    rows = database(
        "SELECT key FROM res_user_application WHERE user = ? "
        "AND state = 'validated'", clerk.user)
    assert rows
    groups = [i for i, in database('SELECT id FROM res_group')]
    context = base64.urlsafe_b64encode(json.dumps({
                '_groups': groups, '_check_access': False}).encode()).decode()
    for method, path, data in [
            ('GET', 'model/complaints.letter', None),
            ('PUT', f'model/res.user/{leader.user}', {'password': 'x' * 20}),
            ('POST', 'model/res.user-res.group', {
                    'user': clerk.user, 'group': groups[0]})]:
        request = urllib.request.Request(
            f'{url}/donthu/rest/{path}', method=method,
            data=json.dumps(data).encode() if data else None,
            headers={
                'Authorization': f'bearer {rows[0][0]}',
                'Content-Type': 'application/json',
                'X-Tryton-Context': context})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=30)
        assert refused.value.code == 404
