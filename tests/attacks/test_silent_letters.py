# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Somebody wants a letter to lie, and nobody to notice.

He dates it before the oldest law, so that no time limit starts; he never
registers it; he moves its receipt to a later day when it is late.  Each morning
the sweep looks for what is silent, whatever made it so.  What is not tried
here: who switches the job off (test_administrators.py), or stops the service.
"""
import datetime as dt

from helpers import ROOMS
from trytond.exceptions import UserError
from trytond.modules.agencies.tests.tools import create_user, work_as
from trytond.modules.complaints.tests.tools import (
    create_office, create_superior, open_case, propose, receive, take)
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)
from trytond.transaction import Transaction

D = dt.date
MONDAY = D(2026, 8, 3)


def office_with_superior():
    office = create_office()
    office.supervisor = create_user('above', office.parent, 'supervisor')
    return office


def sweep(day):
    "Run the jobs of a morning; return the escalations by now"
    pool = Pool()
    with clock.travel(day):
        pool.get('escalation.sweep').run()
        pool.get('escalation.schedule').run_due()
    return pool.get('escalation.escalation').search([], order=[('id', 'ASC')])


def of_rule(escalations, event):
    return [e for e in escalations if e.rule and e.rule.event == event]


def end_clocks(record):
    "End the time limits of a record, as only the database can"
    table = Pool().get('deadlines.clock').__table__()
    Transaction().connection.cursor().execute(*table.update(
            [table.state], ['cancelled'],
            where=table.resource == str(record)))
    for cache in Transaction().cache.values():
        cache.clear()


def setup_module():
    drop_db()
    activate_module(ROOMS)


def teardown_module():
    drop_db()


@with_transaction()
def test_no_day_before_the_oldest_rule():
    office = office_with_superior()
    Rule = Pool().get('deadlines.rule')
    oldest = Rule.oldest_day()
    assert oldest
    with clock.travel(MONDAY):
        receive(office, oldest)
        try:
            receive(office, oldest - dt.timedelta(days=1))
        except UserError as error:
            assert oldest.strftime('%d/%m/%Y') in error.message
        else:
            raise AssertionError("a letter nothing watches over was taken in")


@with_transaction()
def test_open_without_a_time_limit():
    "Whatever ended its clocks: it is listed as what could not be escalated"
    office = office_with_superior()
    with clock.travel(MONDAY):
        letter = receive(office, MONDAY)
        take(office.clerk, letter, 'register', 'classify')
        watched = receive(office, MONDAY, content="Có thời hạn")
        take(office.clerk, watched, 'register', 'classify')
    end_clocks(letter)
    found = of_rule(sweep(D(2026, 8, 4)), 'unclocked')
    assert [e.letter for e in found] == [letter]
    assert [e.undelivered for e in found] == ['no_clock']
    assert office.supervisor in found[0].recipients
    # once, not each morning
    assert len(of_rule(sweep(D(2026, 8, 5)), 'unclocked')) == 1


@with_transaction()
def test_nobody_supplements():
    "Who was asked has time; then it goes up, and again if asked again"
    office = office_with_superior()
    asked = MONDAY + dt.timedelta(days=2)
    with clock.travel(MONDAY):
        letter = receive(office, MONDAY)
    with clock.travel(asked):
        propose(office, letter, 'supplement')
        take(office.clerk, letter, 'supplement')

    def found(days, event='unsupplemented'):
        return of_rule(sweep(asked + dt.timedelta(days=days)), event)
    for days in [1, 29]:
        assert not found(days)
        assert not found(days, 'unclocked')
    first, = found(31)
    assert (first.letter, first.recipients) == (letter, (office.leader,))
    assert len(found(44)) == 1
    assert office.supervisor in found(46)[1].recipients
    again = asked + dt.timedelta(days=47)
    with clock.travel(again):
        take(office.clerk, letter, 'supplemented')
        take(office.clerk, letter, 'propose', proposal='supplement')
        take(office.leader, letter, 'approve')
        take(office.clerk, letter, 'supplement')
    assert len(found(47 + 29)) == 2
    assert len(found(47 + 31)) == 3


@with_transaction()
def test_drafts_go_up():
    office = office_with_superior()
    with clock.travel(MONDAY):
        letter = receive(office, MONDAY)
    assert not of_rule(sweep(D(2026, 8, 5)), 'draft')
    found = of_rule(sweep(D(2026, 8, 6)), 'draft')
    assert [e.letter for e in found] == [letter]
    assert office.leader in found[0].recipients
    found = of_rule(sweep(D(2026, 8, 14)), 'draft')
    assert [e.letter for e in found] == [letter, letter]
    assert office.supervisor in found[1].recipients


@with_transaction()
def test_a_draft_that_is_made_younger():
    "Each morning the clerk writes today's date: it goes up all the same"
    office = office_with_superior()
    Letter = Pool().get('complaints.letter')
    with clock.travel(MONDAY):
        letter = receive(office, MONDAY)
    for number in range(1, 3):
        day = MONDAY + dt.timedelta(days=number)
        with clock.travel(day), work_as(office.clerk):
            Letter.write([Letter(letter.id)], {'received_on': day})
        assert not of_rule(sweep(day), 'draft')
    day = D(2026, 8, 6)
    with clock.travel(day), work_as(office.clerk):
        Letter.write([Letter(letter.id)], {'received_on': day})
    found = of_rule(sweep(day), 'draft')
    assert [e.letter for e in found] == [letter]
    with clock.travel(D(2026, 8, 14)), work_as(office.clerk):
        Letter.write([Letter(letter.id)], {'received_on': D(2026, 8, 14)})
    found = of_rule(sweep(D(2026, 8, 14)), 'draft')
    assert office.supervisor in found[1].recipients


@with_transaction()
def test_a_later_receipt_is_told():
    "A leader moves the receipt: whoever is above is told, by himself he can"
    office = office_with_superior()
    Letter = Pool().get('complaints.letter')
    with clock.travel(MONDAY):
        letter = receive(office, MONDAY)
        take(office.clerk, letter, 'register', 'classify')
    with clock.travel(D(2026, 8, 20)):
        with work_as(office.leader):
            Letter.correct_(
                [Letter(letter.id)], D(2026, 8, 18), "Ghi nhầm")
        Schedule = Pool().get('escalation.schedule')
        planned = Schedule.search([('event', '=', 'receipt_corrected')])
        assert [row.record for row in planned] == [letter]
        Transaction().user_notifications.clear()
        Schedule.run_due()
        told = {n.user for n in Transaction().user_notifications}
        Notice = Pool().get('escalation.notice')
        told |= {n.user for n in Notice.search([])}
    assert office.supervisor in told


def _exclude(office, case, start, end):
    "Leave out days by the wizard's method, as the leader"
    Ground = Pool().get('deadlines.ground')
    ground, = Ground.search([('kind', '=', 'exclusion')], limit=1)
    with work_as(office.leader):
        case.__class__.exclude_(
            [case.__class__(case.id)], start, end, ground,
            document='12/QĐ', reason="Trưng cầu giám định")


@with_transaction()
def test_days_left_out_long_afterwards_are_told():
    "Two months later, on record: and whoever is above is told"
    office = office_with_superior()
    with clock.travel(MONDAY):
        case = open_case(office, kind='denunciation', respondents=[
                ('create', [{
                            'name': "Ông Khác", 'role': 'staff',
                            'agency': office.agency.id}])])
    Schedule = Pool().get('escalation.schedule')
    with clock.travel(D(2026, 8, 7)):
        _exclude(office, case, D(2026, 8, 5), D(2026, 8, 6))
        assert not Schedule.search([('event', '=', 'excluded_late')])
    with clock.travel(D(2026, 10, 5)):
        _exclude(office, case, D(2026, 8, 10), D(2026, 8, 28))
        planned = Schedule.search([('event', '=', 'excluded_late')])
        assert [row.record for row in planned] == [case]


@with_transaction()
def test_a_case_that_nothing_is_done_about():
    "The law has no limit for a petition: 45 quiet days are enough"
    office = office_with_superior()
    with clock.travel(MONDAY):
        case = open_case(office, kind='petition')
    Clock = Pool().get('deadlines.clock')
    with clock.travel(MONDAY):
        assert not Clock.open_of([case])
    assert not of_rule(sweep(MONDAY + dt.timedelta(days=44)), 'unclocked')
    found = of_rule(sweep(MONDAY + dt.timedelta(days=46)), 'unclocked')
    assert [e.case for e in found] == [case]


@with_transaction()
def test_a_case_that_went_on_above():
    "What the superior has taken up lies there, and has its time limits there"
    office = office_with_superior()
    superior = create_superior(office)
    with clock.travel(MONDAY):
        case = open_case(office)
    with clock.travel(D(2026, 9, 10)):
        letter = receive(
            superior, D(2026, 9, 10), instance='2',
            earlier_number=case.number)
        propose(superior, letter, 'accept')
        letter = take(superior.leader, letter, 'accept')
    assert case.__class__(case.id).state == 'contested'
    assert not of_rule(sweep(D(2026, 12, 1)), 'unclocked')
    # what above has no time limit is found there
    end_clocks(letter.case)
    found = of_rule(sweep(D(2026, 12, 2)), 'unclocked')
    assert [e.case for e in found] == [letter.case]
