# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A clerk reads a transfer, and asks about the letter at its other end.

He may not read that letter.  But whether `letter.content` begins with "T" is
one question, with "Tô" the next.  Tried for every relation of every model, by
every role: no domain and no order reaches a record that one may not read.
"""
import json

import pytest
from attacks.attacker import ROLES, Disk, Registry, own, result
from test_doors import clients, server  # noqa: F401

# what is the same for everybody, or for whoever asks
_OPEN = ('ir.', 'res.')


@pytest.fixture(scope='module')
def disk(server):  # noqa: F811
    return Disk(server[2])


@pytest.fixture(scope='module')
def registry(clients):  # noqa: F811
    return Registry(clients['admin'])


def hidden(client, disk, registry, model):
    "Return the ids of a model that the client does not find"
    if not disk.has_table(model) or model not in registry.methods:
        return []
    found = own(client, model)
    if found is None and model == 'deadlines.clock':
        # refused for one that belongs to what he may not ask for
        return []
    return sorted(disk.ids(model) - set(found or []))[:200]


def clauses(name, kind, ids, target):
    "Yield clauses that hold where a relation leads to one of the ids"
    rest = [target] if kind == 'reference' else []
    yield [f'{name}.id', 'in', ids, *rest]
    if kind != 'reference':
        yield [name, 'where', [['id', 'in', ids]]]
    if kind.endswith('2many'):
        yield [name, 'in', ids]


@pytest.mark.parametrize('login', ROLES)
def test_no_relation_leads_further(login, clients, disk, registry):  # noqa: F811
    "Test no path of any model ends at a record that is hidden"
    client = clients[login]
    cache = {}
    for model in registry.stored:
        if not own(client, model, limit=1):
            continue
        asked = []
        for name, kind, target in registry.relations(model):
            if target.startswith(_OPEN):
                continue
            if target not in cache:
                cache[target] = hidden(client, disk, registry, target)
            if cache[target]:
                asked += clauses(name, kind, cache[target], target)

        def count(asked, model=model):
            return result(client.model(
                    model, 'search_count', ['OR', *asked], 0, None))
        # one that is refused must not hide the others
        total = count(asked) if asked else 0
        if total or total is None:
            for clause in asked:
                assert not count([clause]), (login, model, clause[:2])


@pytest.fixture(scope='module')
def ends(clients, disk):  # noqa: F811
    "A client, his letter, the relation and the letter that is hidden from him"
    for client in clients.values():
        for name in ['transferred_to', 'transferred_from']:
            rows = result(client.model(
                    'complaints.letter', 'search_read', [[name, '!=', None]],
                    0, None, None, [name])) or []
            readable = set(own(client, 'complaints.letter') or [])
            for row in rows:
                if row[name] not in readable:
                    return client, row['id'], name, row[name]
    raise AssertionError("No letter leads to one of another agency")


def test_not_spelt_out(ends, disk, registry):
    "Test a right guess of any field is answered like a wrong one"
    client, mine, name, other = ends
    columns = [row[1] for row in disk(
            'SELECT * FROM pragma_table_info(?)', 'complaints_letter')]
    tried = 0
    for field, definition in registry.fields('complaints.letter').items():
        if field not in columns or definition['type'] not in {
                'char', 'text', 'selection', 'integer'}:
            continue
        (right,), = disk(
            f'SELECT "{field}" FROM complaints_letter WHERE id = ?', other)
        if right is None:
            continue
        wrong = (
            right + 1 if isinstance(right, int) else 'Không phải' + right)
        for operator in ['=', '!=', '>=', '<', 'in']:
            answers = []
            for guess in [right, wrong]:
                guess = [guess] if operator == 'in' else guess
                answers.append([
                    client.model(
                        'complaints.letter', 'search_count',
                        [['id', '=', mine], clause])
                    for clause in [
                        [f'{name}.{field}', operator, guess],
                        [name, 'where', [[field, operator, guess]]],
                        [name, 'not where', [[field, operator, guess]]]]])
            assert answers[0] == answers[1], (field, operator)
            tried += 1
    assert tried > 40


def test_not_by_name(ends, disk):
    "Test the names of hidden records are not guessed either"
    client, mine, name, other = ends
    (number,), = disk(
        'SELECT number FROM complaints_letter WHERE id = ?', other)
    for clause in [
            lambda guess: [name, 'ilike', guess],
            lambda guess: [name, 'not ilike', guess],
            lambda guess: [f'{name}.rec_name', 'ilike', guess],
            lambda guess: [name, 'child_of', guess, 'part_of'],
            lambda guess: ['OR', [name, 'ilike', guess], ['id', '=', -1]]]:
        answers = {
            client.model('complaints.letter', 'search_count', [
                    ['id', '=', mine], clause(guess)])
            for guess in [number, number[:-1] + '%', 'Không phải']}
        assert len(answers) == 1, answers


def test_not_ordered(clients, ends, registry):  # noqa: F811
    "Test an order through a hidden letter is by its id, whatever it holds"
    client, _, name, _ = ends
    domain = [[name, '!=', None]]

    def search(order):
        return client.model('complaints.letter', 'search', domain, 0, None,
            order)
    for field, definition in registry.fields('complaints.letter').items():
        if definition['type'] in {'char', 'text', 'date', 'integer'}:
            for direction in ['ASC', 'DESC']:
                answer = search([[f'{name}.{field}', direction]])
                assert 'error' in answer or answer == search(
                    [[f'{name}.id', direction]]), field


def test_what_is_lawful(clients, registry):  # noqa: F811
    "Test paths through what one reads answer as they always did"
    client = clients['vanthu.xa']
    every = own(client, 'complaints.letter')
    cases = result(client.model(
            'complaints.case', 'search_read', [], 0, None, None, ['number']))
    assert every and cases
    number = cases[0]['number']
    letters = result(client.model('complaints.letter', 'search_read', [
                ['case', '!=', None]], 0, None, None, ['case']))
    expected = {r['id'] for r in letters if r['case'] == cases[0]['id']}
    for clause in [
            ['case.number', '=', number], ['case', 'ilike', number],
            ['case', 'where', [['number', '=', number]]]]:
        assert set(own(client, 'complaints.letter', [clause])) == expected
    rest = set(every) - expected
    assert set(own(client, 'complaints.letter', [
                ['case.number', '!=', number]])) == rest
    ordered = json.loads(client.model(
            'complaints.letter', 'search', [['case', '!=', None]], 0, None,
            [['case.number', 'ASC']]))['result']
    assert set(ordered) == {r['id'] for r in letters}
