# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Who denounced?  Asked by guessing, by making oneself a knower, by notes.

A clerk has registered a denunciation.  A colleague of hers may read it, not
know who sent it.  He guesses: each guess is tried twice, the right name and a
wrong one, and everything that the server answers must be the same.  Then he
makes himself one of those who may know; the accused takes another name; and
what those who know write down must not name anybody to the others.
"""
import json

import pytest
from attacks.attacker import Disk, Registry, is_refused, own, result
from test_doors import clients, server  # noqa: F401

RIGHT = ("Lò Thị Kín Đáo", "0987654321", "Buôn Hố Sâu")
WRONG = ("Hà Văn Sai Bét", "0912345678", "Thôn Mặt Trời")


@pytest.fixture(scope='module')
def disk(server):  # noqa: F811
    return Disk(server[2])


@pytest.fixture(scope='module')
def clerk(clients):  # noqa: F811
    return clients['vanthu.xa']


@pytest.fixture(scope='module')
def colleague(clients):  # noqa: F811
    return clients['xuly.xa']


@pytest.fixture(scope='module')
def leader(clients):  # noqa: F811
    return clients['lanhdao.xa']


def lodge(client, who, content, kind='denunciation', **values):
    name, phone, address = who
    answer = client.model('complaints.letter', 'create', [{
                'kind': kind, 'channel': 'post', 'content': content,
                'persons': [['create', [{
                                'name': name, 'phone': phone,
                                'address': address}]]], **values}])
    letter, = result(answer)
    return letter


@pytest.fixture(scope='module')
def letter(clerk):
    letter = lodge(
        clerk, RIGHT, f"Tôi là {RIGHT[0]}, tố cáo ông B nhận tiền của dân")
    assert not is_refused(clerk.model(
            'complaints.letter', 'register', [letter]))
    return letter


def twins(ask):
    "Return the answers to the right and to a wrong guess, without the guess"
    answers = []
    for name, phone, address in [RIGHT, WRONG]:
        answer = json.dumps(ask(name, phone, address), ensure_ascii=False)
        for i, said in enumerate([name, phone, address]):
            for form in [said, said.lower(), json.dumps(said)[1:-1]]:
                answer = answer.replace(form, f'<{i}>')
        answers.append(answer)
    return answers


def assert_same(ask):
    right, wrong = twins(ask)
    assert right == wrong


# Guessing

def test_guess_in_a_text(colleague, letter, disk):
    "Test what is cut out of one's own words is nothing, right or wrong"
    def write(name, phone, address):
        text = f"Có phải {name}, {phone}, ở {address} không?"
        colleague.model(
            'complaints.letter', 'write', [letter], {'note': text})
        # what makes the server cut texts again
        for values in [
                {'secrecy': True}, {'kind': 'denunciation'},
                {'subject': f"Đơn của {name}"}]:
            colleague.model('complaints.letter', 'write', [letter], values)
        note = result(colleague.model('ir.note', 'create', [{
                        'resource': f'complaints.letter,{letter}',
                        'message': text}]))
        return [
            result(colleague.model('complaints.letter', 'read', [letter], [
                        'note', 'subject', 'content'])),
            [row['message'] for row in result(colleague.model(
                        'ir.note', 'read', note, ['message']))]]
    assert_same(write)


def test_guess_in_a_draft(colleague, clerk, letter):
    "Test a draft that is typed finds and ranks nothing by a protected person"
    for kind in ['petition', 'complaint', 'denunciation']:
        for client in [colleague, clerk]:
            def draft(name, phone, address, client=client, kind=kind):
                return [
                    client.model(
                        'complaints.letter', method, {
                            'id': -1, 'state': 'received', 'kind': kind,
                            'agency': None,
                            'content': f"Tôi là {name}, tố cáo ông B nhận "
                            "tiền của dân",
                            'persons': [{
                                    'id': -2, 'name': name, 'phone': phone,
                                    'address': address}]})
                    for method in ['on_change_with_similar']]
            if client is colleague:
                assert_same(draft)


def test_guess_by_a_letter(clients, letter, disk):  # noqa: F811
    "Test no letter with a guessed sender is linked to the secret one"
    data_entry = clients['vanthu.xa']

    def register(name, phone, address):
        seen = []
        for kind in ['denunciation', 'petition']:
            mine = lodge(
                data_entry, (name, phone, address),
                f"Tôi là {name}, tố cáo ông B nhận tiền của dân", kind)
            data_entry.model('complaints.letter', 'register', [mine])
            row, = disk(
                'SELECT repeat_of FROM complaints_letter WHERE id = ?', mine)
            seen.append(row[0] is not None)
            found = disk(
                'SELECT count(*) FROM likeness_likeness WHERE letter = ? '
                'AND match = ?', mine, letter)
            seen.append(found)
        return seen
    # the second one repeats the first one of itself: of what others read
    first, second = twins(register)
    kinds = [json.loads(a)[2] for a in (first, second)]
    assert kinds[0] == kinds[1] is False
    assert [json.loads(a)[0] for a in (first, second)] == [True, True]


def test_guess_by_a_search(clients, letter):  # noqa: F811
    "Test searching, counting and sorting by a person is the same for all"
    for login in ['xuly.xa', 'lanhdao.xa', 'dulieu.xa', 'giamsat.xa']:
        client = clients[login]

        def ask(name, phone, address, client=client):
            return [
                client.model('complaints.letter', 'search_count', [
                        ['id', '=', letter], clause])
                for clause in [
                    ['sender', 'ilike', f'%{name}%'],
                    ['persons.name', '=', name],
                    ['persons.phone', '=', phone],
                    ['persons', 'where', [['address', 'ilike', address]]],
                    ['content', 'ilike', f'%{name}%']]]
        assert_same(ask)


def test_guess_by_an_import(clients, clerk, disk):  # noqa: F811
    "Test a row with a guessed name is as known as one with the right name"
    officer = clients['dulieu.xa']
    agency = result(officer.model(
            'res.user', 'get_preferences', False))
    assert agency is not None
    (code,), = disk(
        'SELECT a.code FROM agencies_agency a JOIN agencies_membership m '
        'ON m.agency = a.id WHERE m.user = ? LIMIT 1', officer.user)

    def row(name, address):
        return {
            'row': 1, 'key': 'A-1', 'kind': 'denunciation', 'name': name,
            'address': address, 'content': "Tố cáo ông C",
            'received_on': '2026-01-05', 'agency': code}
    first = officer.model(
        'complaints.letter', 'import_rows', [row(RIGHT[0], RIGHT[2])], 'sổ')
    assert not is_refused(first), first
    if result(first)[0]['status'] != 'accepted':
        pytest.fail(str(result(first)))

    def again(name, phone, address):
        return result(officer.model(
                'complaints.letter', 'import_rows', [row(name, address)],
                'sổ'))
    assert_same(again)


# Making oneself a knower

def test_into_the_team(clerk, leader, disk):
    "Test who writes himself into the team of a case knows no more"
    case, *_ = own(clerk, 'complaints.case', [
            ['state', 'in', ['accepted', 'verifying']]])
    made = result(clerk.model('complaints.verifier', 'create', [{
                    'case': case, 'user': clerk.user, 'name': "Tôi",
                    'granted': True}]))
    assert made
    assert disk(
        'SELECT granted FROM complaints_verifier WHERE id = ?', made[0]
        )[0][0] in (0, None)
    clerk.model('complaints.verifier', 'write', made, {'granted': True})
    clerk.model('complaints.verifier', 'write', made, {'user': clerk.user})
    assert disk(
        'SELECT granted FROM complaints_verifier WHERE id = ?', made[0]
        )[0][0] in (0, None)
    assert not is_refused(leader.model(
            'complaints.verifier', 'write', made, {'user': clerk.user}))
    assert disk(
        'SELECT granted FROM complaints_verifier WHERE id = ?', made[0]
        )[0][0] == 1
    clerk.model('complaints.verifier', 'delete', made)


def opened(client, letter):
    "Return what the wizard shows to a client who asks by the first rule"
    context = {
        **client.context, 'active_model': 'complaints.letter',
        'active_id': letter, 'active_ids': [letter]}
    wizard = 'wizard.complaints.opening.open'
    session, state, _ = client.call(f'{wizard}.create', context)
    answer = client.call(f'{wizard}.execute', session, {}, state, context)
    view = answer.get('view', {})
    for rule in view.get('defaults', {}).get('rules', [None])[:1]:
        answer = client.call(f'{wizard}.execute', session, {
                'start': {'rule': rule, 'reason': "Muốn biết"}}, 'ask',
            context) if view.get('state') == 'start' else answer
    client.call(f'{wizard}.delete', session, context)
    return json.dumps(answer, ensure_ascii=False)


def test_register_another_s_draft(clients, clerk, colleague):  # noqa: F811
    "Test who registers what another wrote down does not learn who it is"
    draft = lodge(clerk, RIGHT, "Tố cáo ông D")
    assert not is_refused(colleague.model(
            'complaints.letter', 'register', [draft]))
    assert RIGHT[0] not in opened(colleague, draft)
    person, = result(clerk.model(
            'complaints.letter', 'read', [draft], ['persons']))[0]['persons']
    assert RIGHT[0] not in colleague.model(
        'complaints.person', 'read', [person], ['name', 'rec_name'])


def test_delete_who_denounced(clients, letter, disk):  # noqa: F811
    "Test nobody who does not know him makes a denouncer disappear"
    (person,), *_ = disk(
        'SELECT id FROM complaints_person WHERE letter = ? ORDER BY id',
        letter)
    for login, client in clients.items():
        if login == 'vanthu.xa':
            continue
        client.model('complaints.person', 'delete', [person])
        for command in ['delete', 'remove']:
            client.model('complaints.letter', 'write', [letter], {
                    'persons': [[command, [person]]]})
        assert disk(
            'SELECT letter FROM complaints_person WHERE id = ?', person) == [
                (letter,)], login


# Whom it is about

def test_the_accused_takes_another_name(clients, clerk, disk):  # noqa: F811
    "Test who is denounced sees nothing of it, however he calls himself"
    accused = clients['giamsat.xa']
    (name,), = disk('SELECT name FROM res_user WHERE id = ?', accused.user)
    mine = lodge(
        clerk, RIGHT, "Tố cáo nhận tiền", respondent=f"Ông {name}, công chức")
    clerk.model('complaints.letter', 'register', [mine])
    before = own(accused, 'complaints.letter', [['id', '=', mine]])
    accused.model('res.user', 'set_preferences', {'name': "Ai Đó Khác"})
    after = own(accused, 'complaints.letter', [['id', '=', mine]])
    accused.model('res.user', 'set_preferences', {'name': name})
    assert before == after == []
    assert own(clerk, 'complaints.letter', [['id', '=', mine]]) == [mine]


# What those who know write down

def test_every_text_beside_it(clerk, letter, disk):
    """Test each text that who knows him may write beside the letter is cut

    Of every model that leads to it by a field of its own."""
    registry = Registry(clerk)
    text = f"Hỏi {RIGHT[0]} ({RIGHT[1]})"
    tried = set()
    for model in registry.stored:
        fields = registry.fields(model)
        leads = {
            name: f'complaints.letter,{letter}' if kind == 'reference'
            else letter for name, kind, target in registry.relations(model)
            if target == 'complaints.letter'
            and kind in {'many2one', 'reference'}}
        texts = [
            name for name, field in fields.items()
            if field['type'] in {'char', 'text'} and name != 'number'
            and (model, name) != ('complaints.respondent', 'name')]
        for lead, value in leads.items():
            for name in texts:
                made = result(clerk.model(
                        model, 'create', [{lead: value, name: text}]))
                if made:
                    tried.add(model)
    for name, field in registry.fields('complaints.letter').items():
        # by the respondent those are found from whom it is hidden
        if field['type'] in {'char', 'text'} and name != 'respondent':
            if not is_refused(clerk.model(
                        'complaints.letter', 'write', [letter],
                        {name: text})):
                tried.add('complaints.letter')
    assert {'ir.note', 'complaints.letter'} <= tried
    assert f"Hỏi {RIGHT[0]}" not in disk.dump()


def test_mail(clerk, letter, disk):
    "Test what is mailed of a secret letter is kept sealed, and on record"
    before = len(disk('SELECT id FROM ir_email'))
    answer = clerk.model(
        'ir.email', 'send', 'kindao@example.com', '', '', f"Gửi {RIGHT[0]}",
        f"<p>Chào {RIGHT[0]}</p>", [], ['complaints.letter', letter], [], [])
    if is_refused(answer):
        # no mail server: nothing is kept either
        assert len(disk('SELECT id FROM ir_email')) == before
    dump = disk.dump()
    for secret in [f"Gửi {RIGHT[0]}", 'kindao@example.com']:
        assert secret not in dump
