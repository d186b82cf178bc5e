# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What is told beside the letters: boards, schedules, notices, the audit.

Nobody asks for a letter of others here.  Somebody reads all that he may read,
every text of every model, and looks for the number of a letter that he may
not.  What is born tomorrow is read tomorrow.
"""
import json

import pytest
from attacks.attacker import ROLES, Disk, Registry, own, result
from test_doors import clients, server  # noqa: F401

MOST = 400
# By whom a letter was sent on, and to whom, both are told what became of it;
# who is told of something once may read that he was
LAWFUL = {
    ('complaints.letter', 'transfer_story'), ('routing.transfer', 'result'),
    ('routing.transfer', 'number'), ('routing.transfer', 'rec_name'),
    ('res.notification', 'label')}
# and what is on record of the sending itself
OTHERS = {'audit.entry': ['OR', ['resource', '=', None], [
            'resource', 'not like', 'routing.transfer,%']]}


@pytest.fixture(scope='module')
def disk(server):  # noqa: F811
    return Disk(server[2])


@pytest.fixture(scope='module')
def registry(clients):  # noqa: F811
    return Registry(clients['admin'])


def hidden_numbers(client, disk):
    """Return the numbers of letters and cases that are not for a client

    Who reads none of his own agency, since he watches over the reading or
    keeps the house, may know their numbers."""
    agencies = {a for a, in disk(
            'SELECT agency FROM agencies_membership WHERE "user" = ?',
            client.user)}
    numbers = []
    for model in ['letter', 'case']:
        readable = own(client, f'complaints.{model}')
        numbers += [
            number for id_, number, agency in disk(
                f'SELECT id, number, agency FROM complaints_{model} '
                'WHERE number IS NOT NULL')
            if id_ not in (readable or ())
            and (readable or agency not in agencies)]
    return numbers


@pytest.mark.parametrize('login', [r for r in ROLES if r != 'admin'])
def test_no_number_of_others(login, clients, disk, registry):  # noqa: F811
    "Test no text that one may read tells of a letter that one may not"
    client = clients[login]
    numbers = hidden_numbers(client, disk)
    assert numbers or login.startswith('giamsat')
    told, read, mine = [], 0, Registry(client)
    for model in registry.stored:
        ids = result(client.model(
                model, 'search', OTHERS.get(model, []), 0, MOST,
                [['id', 'DESC']]))
        if not ids:
            continue
        for name, field in mine.fields(model).items():
            if field['type'] not in {'char', 'text', 'fulltext'} or (
                    (model, name) in LAWFUL):
                continue
            rows = result(client.model(model, 'read', ids, [name]))
            text = json.dumps(rows, ensure_ascii=False)
            read += bool(rows)
            told += [
                (model, name, number) for number in numbers if number in text]
    assert read > 50
    assert not told, told[:10]


def test_what_waits_is_for_the_site(clients, disk):  # noqa: F811
    """Test who administers a commune does not ask which letter denounces whom

    The schedule names letters by their ids, and what is to be done by what
    happened: `resource = complaints.letter,7`, `event = head_accused`."""
    assert disk('SELECT COUNT(*) FROM escalation_schedule')[0][0]
    for login in ['quantri.xa', 'quantri.tinh']:
        for model in ['escalation.schedule', 'escalation.notice']:
            assert own(clients[login], model) == [], (login, model)
    assert own(clients['admin'], 'escalation.schedule')
