# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Every method that the server offers, called with what is not one's own.

The models and their methods are those that the server tells of.  Each role
calls each method on letters, cases, persons of other agencies, in each form in
which a method may take a record; nothing of what those hold comes back.  Then
calls that ask for too much, files, links, formulas, errors.
"""
import base64
import gzip
import json
import urllib.error
import urllib.request

import pytest
from attacks.attacker import ROLES, Disk, Registry, is_refused, own, result
from test_doors import clients, server  # noqa: F401

SERVER = "\n[guards]\nrest = True\n"
# what changes the base for all, or ends the session of who asks
_LEAVE = {
    'delete', 'create', 'write', 'import_data', 'import_rows', 'search',
    'search_count', 'search_read', 'export_data_domain', 'fields_get',
    'fields_view_get', 'view_toolbar_get', 'reset_password', 'set_preferences'}


@pytest.fixture(scope='module')
def disk(server):  # noqa: F811
    return Disk(server[2])


@pytest.fixture(scope='module')
def registry(clients):  # noqa: F811
    return Registry(clients['admin'])


@pytest.fixture(scope='module')
def clerk(clients):  # noqa: F811
    return clients['vanthu.xa']


def foreign(client, disk, model='complaints.letter'):
    "Return a record that a client may not read"
    mine = set(own(client, model) or [])
    return next((i for i in sorted(disk.ids(model)) if i not in mine), None)


def telling(disk, letter):
    "Return what only a reader of a letter knows"
    (number, content, case), = disk(
        'SELECT number, content, "case" FROM complaints_letter WHERE id = ?',
        letter)
    words = [number, content[:60]]
    if case:
        words += [n for n, in disk(
                'SELECT number FROM complaints_case WHERE id = ?', case)]
    return [form for w in words if w and len(w) > 9
        for form in (w, json.dumps(w)[1:-1])]


def forms(model, id_):
    "Yield the arguments with which a method may take a record"
    yield [[id_]]
    yield [id_]
    yield [model, id_]
    yield [f'{model},{id_}']
    yield [[id_], ['rec_name', 'number', 'content']]
    yield [{'id': id_}]


@pytest.mark.parametrize('login', ROLES[::3])
def test_foreign_records(login, clients, disk, registry):  # noqa: F811
    "Test no method of the matters answers about a record of others"
    client = clients[login]
    letter = foreign(client, disk)
    if letter is None:
        # who supervises reads all of them
        assert login.startswith('giamsat')
        return
    words = telling(disk, letter)
    tried = 0
    for model, methods in sorted(registry.methods.items()):
        # what every model has is tried on one
        common = methods & registry.methods['ir.note']
        every = model in {'complaints.letter', 'ir.note', 'ir.attachment'}
        for method in sorted(
                methods - _LEAVE - (set() if every else common)):
            if method.startswith(('on_change', 'default_')) and not every:
                continue
            for arguments in forms('complaints.letter', letter):
                answer = client.model(model, method, *arguments)
                tried += 1
                for word in words:
                    assert word not in answer, (
                        login, model, method, arguments, word)
    assert tried > 300


def test_default_names(clerk, disk):
    "Test no default value gives a name of what one may not read"
    letter = foreign(clerk, disk)
    words = telling(disk, letter)
    for model, name in [
            ('complaints.letter', 'part_of'), ('complaints.person', 'letter'),
            ('ir.note', 'resource'), ('ir.attachment', 'resource'),
            ('complaints.opening', 'letter')]:
        for value in [letter, f'complaints.letter,{letter}']:
            answer = clerk.model(
                model, 'default_get', [name], True,
                **{f'default_{name}': value, 'resource': value})
            for word in words:
                assert word not in answer, (model, name)


def test_administrators_configuration(clerk, clients, disk):  # noqa: F811
    "Test each model of which there is one record is kept by who may write it"
    admin = clients['admin']
    tried = 0
    for model in Registry(admin).stored:
        if not model.endswith(('configuration', 'limits')):
            continue
        admin.model(model, 'create', [{}])
        for id_ in disk.ids(model):
            tried += 1
            assert is_refused(clerk.model(model, 'delete', [id_])), model
            assert id_ in disk.ids(model)
    assert tried


# Asking for too much

def test_clauses(clerk):
    "Test a domain of too many or too deep conditions is refused in words"
    many = ['OR', *(['number', '=', str(i)] for i in range(10_000))]
    deep = ['id', '=', 1]
    for _ in range(100):
        deep = [deep]
    for method in ['search', 'search_count', 'search_read']:
        for domain in [many, deep, [['case', 'where', many]]]:
            answer = clerk.model('complaints.letter', method, domain)
            assert is_refused(answer) and 'UserError' in answer
    assert not is_refused(clerk.model(
            'complaints.letter', 'search_count', many[:200]))


def test_long_texts(clerk):
    "Test a line of ten megabytes does not travel in the lists of others"
    letter, *_ = own(clerk, 'complaints.letter', [['state', '=', 'registered']])
    for name in ['subject', 'note', 'content']:
        answer = clerk.model(
            'complaints.letter', 'write', [letter], {name: 'x' * 10**7})
        assert is_refused(answer) and 'UserError' in answer, name
    assert is_refused(clerk.model('complaints.letter', 'create', [{
                    'kind': 'petition', 'channel': 'post',
                    'content': 'x', 'subject': 'x' * 10**6}]))


def test_long_texts_through_other_doors(clerk, clients, disk):  # noqa: F811
    """Test the same where the server stores what it was given

    Lodged, imported, in a part of a letter; and in each text of each wizard."""
    before = disk.ids('complaints.letter')
    row = {'kind': 'petition', 'channel': 'post', 'content': "Xin hỏi",
        'persons': [{'name': "A B", 'address': "Thôn 3"}]}
    for values in [
            {'subject': 'x' * 20_000}, {'content': 'x' * 2 * 10**6},
            {'note': 'x' * 10**7}, {'respondent': ' javascript:alert(1)'},
            {'persons': [{'name': 'x' * 20_000}]},
            {'persons': [{'name': "A", 'address': 'x' * 20_000}]},
            {'respondents': [{'name': 'x' * 20_000}]}]:
        answer = clerk.model('complaints.letter', 'lodge', [
                {**row, **values}])
        assert is_refused(answer) and 'UserError' in answer, values.keys()
        children = {
            name: [['create', value]] for name, value in values.items()
            if isinstance(value, list)}
        answer = clerk.model('complaints.letter', 'create', [{
                    **row, 'persons': [['create', row['persons']]],
                    **values, **children}])
        assert is_refused(answer) and 'UserError' in answer, values.keys()
    for name in ['content', 'name', 'nothing']:
        answer = clients['dulieu.xa'].model(
            'complaints.letter', 'import_rows', [{
                    'row': 1, 'key': 'L', name: 'x' * 2 * 10**6}], 'sổ')
        assert is_refused(answer) and 'UserError' in answer, name
    assert disk.ids('complaints.letter') == before
    tried = set()
    for login in ['vanthu.xa', 'lanhdao.xa']:
        client = clients[login]
        for model in ['complaints.letter', 'complaints.case']:
            for id_ in own(client, model, limit=5):
                tried |= set(long_texts_in_wizards(client, model, id_))
    assert len(tried) > 3, tried


def long_texts_in_wizards(client, model, id_):
    "Yield the wizards whose first view has texts, after they were refused"
    wizards = {
        name.partition('.')[2].rpartition('.')[0]
        for name in client.call('system.listMethods')
        if name.startswith('wizard.')}
    context = {
        **client.context, 'active_model': model, 'active_id': id_,
        'active_ids': [id_]}
    for wizard in sorted(wizards):
        answer = result(client.raw(f'wizard.{wizard}.create', context))
        if not isinstance(answer, list):
            continue
        session, state, _ = answer
        shown = result(client.raw(
                f'wizard.{wizard}.execute', session, {}, state, context))
        view = shown.get('view') if isinstance(shown, dict) else None
        if not view:
            continue
        for name, field in view['fields_view']['fields'].items():
            if field['type'] not in {'char', 'text'}:
                continue
            for button in view['buttons']:
                answer = client.raw(
                    f'wizard.{wizard}.execute', session,
                    {view['state']: {
                            **view.get('defaults', {}),
                            name: 'x' * 2 * 10**6}}, button['state'], context)
                assert is_refused(answer) and 'UserError' in answer, (
                    wizard, name)
                yield wizard
        client.raw(f'wizard.{wizard}.delete', session, context)


def test_programs_as_links(clerk):
    "Test a link that runs a program is refused"
    letter, *_ = own(clerk, 'complaints.letter', [['kind', '=', 'petition']])
    for link in ['javascript:alert(1)', ' JavaScript:alert(1)',
            'java\tscript:alert(1)', '\x01javascript:x', 'vbscript:x',
            'data:text/html,<script>']:
        assert is_refused(clerk.model('ir.attachment', 'create', [{
                        'name': 'a', 'type': 'link', 'link': link,
                        'resource': f'complaints.letter,{letter}'}])), link
    assert not is_refused(clerk.model('ir.attachment', 'create', [{
                    'name': 'a', 'type': 'link',
                    'link': 'https://thuvienphapluat.vn',
                    'resource': f'complaints.letter,{letter}'}]))


def test_formulas(clerk):
    "Test no cell of an export begins as a formula, whatever the model"
    letter, *_ = own(clerk, 'complaints.letter', [['kind', '=', 'petition']])
    note = result(clerk.model('ir.note', 'create', [{
                    'resource': f'complaints.letter,{letter}',
                    'message': "=HYPERLINK(1)"}]))
    assert result(clerk.model('ir.note', 'export_data', note, ['message'])
        ) == [["'=HYPERLINK(1)"]]
    name = result(clerk.model(
            'res.user', 'read', [clerk.user], ['name']))[0]['name']
    clerk.model('res.user', 'set_preferences', {'name': "@SUM(1)"})
    rows = result(clerk.model(
            'res.user', 'export_data', [clerk.user], ['name']))
    clerk.model('res.user', 'set_preferences', {'name': name})
    assert rows in (None, [["'@SUM(1)"]])


def post(url, client, body, **headers):
    request = urllib.request.Request(url + '/donthu/rpc/', body, {
            'Content-Type': 'application/json',
            'Authorization': f'Session {client.session}', **headers})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_bomb(clerk, server):  # noqa: F811
    "Test what grows a thousandfold when it is unpacked is not unpacked"
    call = (b'{"id":1,"method":"model.res.user.get_preferences",'
        b'"params":[false,{"x":"%s"}]}')
    bomb = gzip.compress(call % (b'0' * (80 * 2**20)))
    assert len(bomb) < 200_000
    packed = {'Content-Encoding': 'gzip'}
    assert post(server[0], clerk, bomb, **packed) == 413
    half = gzip.compress(b'0' * 40 * 2**20)
    assert post(server[0], clerk, half + half, **packed) == 413
    assert post(server[0], clerk, gzip.compress(call % b'0'), **packed) == 200


def test_errors_say_little(clerk, server):  # noqa: F811
    "Test no error tells of SQL, of paths, of values"
    for method, arguments in [
            ('search', [[['nothing', '=', 1]], 0, None, None]),
            ('search', [[['received_on', '=', 'x']], 0, None, None]),
            ('search', [[['number', '=', {'a': 1}]], 0, None, None]),
            ('search', [[], 0, None, [['id', 'ASC; DROP']]]),
            ('search', [[], 'x', None, None]),
            ('read', [['x'], ['id']]), ('read', [[2**80], ['id']]),
            ('search', [[['number', 'ilike', '\x00']], 0, None, None])]:
        answer = clerk.model('complaints.letter', method, *arguments)
        for word in ['SELECT', 'sqlite', 'psycopg', '/home', 'site-packages',
                'Traceback', 'DROP', str(server[2])]:
            assert word not in answer, (method, arguments, answer)


# Keys and files

def test_rest_is_one_s_own(clients, disk, server):  # noqa: F811
    "Test a key of REST reads no more, whatever it says of itself"
    clerk = clients['vanthu.xa']
    answer = json.loads(clerk.post(
            '/donthu/user/application/',
            {'user': clerk.login, 'application': 'rest'}, {}))
    key = answer['key'] if isinstance(answer, dict) else answer
    mine = result(clerk.model(
            'res.user.application', 'search', [], 0, None, None))
    clerk.model('res.user.application', 'validate_', mine)
    letter = foreign(clerk, disk)
    words = telling(disk, letter)
    everything = base64.urlsafe_b64encode(json.dumps({
                '_groups': list(range(50)), '_check_access': False,
                '_identities': True, '_import': True, 'user': 1,
                }).encode()).decode()
    domain = base64.urlsafe_b64encode(json.dumps(
            [['id', '=', letter]]).encode()).decode()
    for path in [f'model/complaints.letter/{letter}?f=content&f=number',
            f'model/complaints.letter?d={domain}&f=content',
            'model/complaints.identity', 'model/complaints.original',
            'model/ir.session', 'model/complaints.user.name',
            f'model/complaints.letter/{letter}/resources']:
        request = urllib.request.Request(
            f'{server[0]}/donthu/rest/{path}', headers={
                'Authorization': f'bearer {key}',
                'X-Tryton-Context': everything})
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                text = reply.read().decode()
        except urllib.error.HTTPError as error:
            assert error.code in {400, 401, 403, 404, 405, 500}, path
            text = error.read().decode()
        for word in words:
            assert word not in text, path
