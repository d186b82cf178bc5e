# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The player who plays the people of agencies, and who may only say what."""
import ast
import datetime as dt

import pytest
from helpers import ROOMS, ROOT
from trytond import backend
from trytond.model.exceptions import AccessError
from trytond.tests.test_tryton import activate_module, drop_db
from trytond.transaction import Transaction

from donthu.naive import NaiveLaw
from donthu.play import answers
from donthu.play.ledger import Matter
from donthu.play.player import Player, fresh

D = dt.date
DAY = D(2026, 8, 3)
# What is tried on a case, the first that is lawful
CASE_STEPS = ['verify', 'decide', 'send', 'take_effect', 'publish', 'handle',
    'enforce', 'close']
PROCEDURES = [
    ('complaint', '1'), ('complaint', '2'), ('disciplinary', '1'),
    ('disciplinary', '2'), ('denunciation', '1'), ('denunciation', '2'),
    ('denunciation', 'overdue'), ('petition', '1'), ('reflection', '1')]

on_sqlite = pytest.mark.skipif(
    backend.name != 'sqlite', reason="the same on PostgreSQL")


@pytest.fixture(scope='module')
def database():
    drop_db()
    activate_module(ROOMS)
    yield
    drop_db()


@pytest.fixture
def office(database):
    "An office with its people, on a day; its superior has a supervisor only"
    from trytond.modules.complaints.tests.tools import create_office
    from trytond.modules.foundation import clock
    with Transaction().start(':memory:', 0, context={'language': 'en'}):
        with clock.travel(DAY):
            yield create_office()
        Transaction().rollback()


@pytest.fixture
def player():
    return Player()


def receive(player, agency, kind='complaint', **values):
    return player.receive(
        agency, received_on=DAY, kind=kind, channel='post',
        content="Không đồng ý với Quyết định thu hồi đất",
        persons=[('create', [{'name': "Nguyễn Văn An"}])], **values)


def accept(player, letter):
    "Play a letter up to its case; return that"
    for step in ['register', 'classify']:
        letter = player.take(letter, step)
    letter = player.take(letter, 'propose', fields={'proposal': 'accept'})
    return player.take(player.take(letter, 'approve'), 'accept').case


@on_sqlite
@pytest.mark.parametrize('kind, instance', PROCEDURES)
def test_every_procedure_is_played_to_its_end(office, player, kind, instance):
    "Test what comes before a step is done, and nothing is refused"
    from trytond.modules.foundation import clock
    case = accept(
        player, receive(player, office.agency, kind, instance=instance))
    day, done = DAY, set()
    while fresh(case).state != 'closed':
        assert day < D(2027, 8, 3), done
        with clock.travel(day):
            for step in CASE_STEPS:
                if (step not in done and player.may(case, step)
                        and not player.must_wait(case, step)):
                    case = player.take(case, step)
                    done.add(step)
                    break
            else:
                day += dt.timedelta(days=3)
    assert not [c for c in case.clocks if c.state in {'running', 'paused'}]
    assert {'verify', 'decide', 'send', 'close'} <= done
    takers = {act.name: act.taken_by for act in case.acts}
    assert takers['decide'] == takers['close'] == office.leader
    assert takers['send'] == office.clerk
    assert takers.get('report', office.handler) == office.handler


@on_sqlite
def test_what_is_required_comes_first(office, player):
    letter = receive(player, office.agency, 'denunciation')
    for step in ['register', 'classify']:
        letter = player.take(letter, step)
    letter = player.take(letter, 'propose', fields={'proposal': 'accept'})
    letter = player.take(letter, 'approve')
    assert player.lacking(letter, 'accept') == ['check_identity']
    letter = player.take(letter, 'accept')
    act, = letter.acts
    assert act.name == 'check_identity'
    case = letter.case
    assert player.lacking(case, 'verify') == ['notify_accused']
    case = player.take(case, 'verify')
    assert [v.name for v in case.team] == answers.TEAM
    assert [a.name for a in case.acts] == [
        'notify_denouncer', 'notify_accused', 'verify']


@on_sqlite
def test_nobody_is_there(office, player):
    "Test the server does what nobody has the role for"
    letter = player.take(receive(player, office.parent), 'register')
    assert letter.state == 'registered'
    assert letter.registered_by is None
    letter = player.take(receive(player, office.agency), 'register')
    assert letter.registered_by == office.clerk


@on_sqlite
def test_who_acts_has_the_rights_of_a_client(office, player):
    "Test the leader finds no trace of what denounces him"
    letter = player.take(receive(
            player, office.agency, 'denunciation', respondent="Chủ tịch",
            respondent_role='head', respondent_agency=office.agency.id),
        'register')
    with player.acting(office.agency, 'leader') as user:
        assert user == office.leader
        with pytest.raises(AccessError):
            letter.__class__.read([letter.id], ['content'])
    # nor is he asked to work on it, as he would be on another
    assert not player.sees(letter, 'leader')
    assert player.sees(letter, 'clerk')
    for record, may in [(letter, False), (player.take(
                    receive(player, office.agency), 'register'), True)]:
        assert player.may(record, 'classify')
        assert player.may(record, 'correct') is may
    assert not Transaction().user
    assert not Transaction().check_access


@on_sqlite
def test_refused_is_undone_and_said(office, player):
    letter = player.take(receive(player, office.agency), 'register')
    with player.attempt("a proposal"):
        player.take(letter, 'classify')
        player.take(letter, 'approve')
    assert fresh(letter).state == 'registered'
    refusal, = player.refusals
    assert refusal.startswith("a proposal: ")
    # what the law does not know at all is refused, too
    assert not player.may(letter, 'dance')
    with player.attempt("nonsense"):
        player.take(letter, 'dance')
    assert len(player.refusals) == 2
    with pytest.raises(ZeroDivisionError):
        with player.attempt("a fault is none of the law"):
            player.take(letter, 1 / 0)


@on_sqlite
def test_the_law_lets_wait(office, player):
    "Test a dialogue is announced in time, and a decision in force waits"
    from trytond.modules.foundation import clock
    case = player.take(accept(player, receive(player, office.agency)), 'verify')
    assert player.must_wait(case, 'decide')
    with clock.travel(DAY + dt.timedelta(days=30)):
        assert not player.must_wait(case, 'decide')
        case = player.take(case, 'decide')
        invite, dialogue = (
            next(a for a in case.acts if a.name == name)
            for name in ['invite', 'dialogue'])
        assert invite.day < invite.meeting_on == dialogue.day
        case = player.take(case, 'send')
        assert player.must_wait(case, 'take_effect')
        assert not player.must_wait(case, 'publish')
    with clock.travel(case.effective_from):
        assert not player.must_wait(case, 'take_effect')


def calls(path):
    "Return the names of what a file calls, reads of an object or writes out"
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
        match node:
            case ast.Attribute(attr=name) | ast.keyword(arg=name):
                found.add(name)
            case ast.Constant(value=str(name)):
                found.add(name)
    return found


def test_only_the_player_knows_how():
    "Test who says what is done, and when, takes no step and is nobody"
    play = ROOT / 'donthu' / 'play'
    how = {'take_steps', 'take_act', 'set_user', 'as_user', '_check_access',
        'give_to', 'send_answer', 'lawful'}
    assert {'take_steps', '_check_access'} <= calls(play / 'player.py')
    drivers = [
        *(p for p in play.glob('*.py') if p.name != 'player.py'),
        *(ROOT / 'donthu' / f'{name}.py' for name in [
                'demo', 'simulate', 'silence'])]
    assert len(drivers) > 8
    assert {
        p.name: found for p in drivers if (found := calls(p) & how)} == {}


# The ledger

def test_the_ledger_knows_nothing_of_the_application():
    tree = ast.parse(
        (ROOT / 'donthu' / 'play' / 'ledger.py').read_text('utf-8'))
    assert [
        (getattr(node, 'module', None) or node.names[0].name)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)] == ['datetime']


def test_the_ledger():
    "Test what it expects of a complaint, day by day"
    matter = Matter(NaiveLaw(), 'complaint', '1', DAY)
    matter.enter('register', DAY)
    matter.enter('classify', DAY)
    assert set(matter.last_days('letter')) == {'XLD-02', 'KN-01'}
    matter.enter('outcome', DAY)
    assert matter.last_days('letter') == {}
    matter.enter('accept', D(2026, 8, 5))
    assert matter.last_days('case') == {'KN-02': D(2026, 9, 4)}
    matter.enter('suspend', D(2026, 8, 10))
    assert matter.last_days('case') == {
        'KN-02': None, 'KN-05': D(2026, 8, 13)}
    matter.enter('notify', D(2026, 8, 11))
    matter.enter('resume', D(2026, 8, 20))
    assert matter.last_days('case') == {'KN-02': D(2026, 9, 14)}
    matter.enter('decide', D(2026, 8, 24))
    assert set(matter.last_days('case')) == {'KN-07', 'KN-12'}
    assert matter.effective > D(2026, 9, 20)
    matter.enter('close', D(2026, 8, 25))
    assert matter.last_days('case') == {}
