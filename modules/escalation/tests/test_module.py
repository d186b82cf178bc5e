# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

import datetime as dt

from trytond.model.exceptions import AccessError
from trytond.modules.agencies.exceptions import RoleError
from trytond.modules.agencies.tests import (
    AgencyTestMixin, create_agency, create_user, work_as)
from trytond.modules.complaints.tests.tools import (
    create_office, create_superior, open_case, propose, receive, take)
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import ModuleTestCase, with_transaction
from trytond.transaction import Transaction

from ..exceptions import AnswerMissingError, EscalationAccessError

D = dt.date


class EscalationTestCase(AgencyTestMixin, ModuleTestCase):
    "Test Escalation module"
    module = 'escalation'

    def escalate(self, day):
        "Run the job on a day; return how many escalations came of it"
        pool = Pool()
        Schedule = pool.get('escalation.schedule')
        Escalation = pool.get('escalation.escalation')
        before = Escalation.search([], count=True)
        with clock.travel(day):
            Schedule.run_due()
            # nothing is done twice
            self.assertEqual(Schedule.run_due(), 0)
        return Escalation.search([], count=True) - before

    @with_transaction()
    def test_escalation(self):
        "Test an overdue case is escalated once and until it is answered"
        pool = Pool()
        Escalation = pool.get('escalation.escalation')
        office = create_office()
        create_superior(office)
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office)    # due on Friday 4 September
        # the last day itself, and the weekend that follows
        for day in [D(2026, 8, 5), D(2026, 9, 4), D(2026, 9, 5)]:
            self.assertEqual(self.escalate(day), 0)
        self.assertEqual(self.escalate(D(2026, 9, 7)), 1)
        self.assertEqual(self.escalate(D(2026, 9, 7)), 0)

        escalation, = Escalation.search([])
        self.assertEqual(escalation.case, case)
        with clock.travel(D(2026, 9, 9)):
            self.assertIn(
                escalation.superior.rec_name, type(case)(case.id).story)
        self.assertEqual(escalation.agency, office.agency)
        self.assertEqual(escalation.superior, office.parent)
        self.assertEqual(
            set(escalation.recipients), {office.leader, office.supervisor})
        self.assertIsNone(escalation.undelivered)
        with clock.travel(D(2026, 9, 9)):
            self.assertEqual(escalation.days_late, 5)
            with work_as(office.supervisor):
                found = Escalation.search([
                        ('state', 'in', ['open', 'acknowledged'])])
                self.assertEqual(found, [escalation])
            take(office.supervisor, escalation, 'acknowledge')
            with self.assertRaises(AnswerMissingError):
                take(office.leader, escalation, 'send_answer')
            escalation = take(
                office.leader, escalation, 'send_answer',
                answer="Chờ kết quả giám định")
            self.assertEqual(escalation.state, 'answered')
            self.assertEqual(escalation.answered_by, office.leader)
            escalation = take(office.supervisor, escalation, 'close')
            self.assertEqual(escalation.state, 'closed')

    @with_transaction()
    def test_reception_is_escalated(self):
        "Test an answer that a citizen waits for goes up, and stops nothing"
        pool = Pool()
        Escalation = pool.get('escalation.escalation')
        Reception = pool.get('reception.reception')
        office = create_office()
        with clock.travel(D(2026, 8, 3)):
            open_case(office)
            with work_as(office.clerk):
                reception, = Reception.create([{
                            'agency': office.agency.id, 'kind': 'petition',
                            'host': "Lê Thị Tiếp", 'content': "Làm đường",
                            'result': 'explained',
                            'persons': [('create', [{'name': "An"}])]}])
                Reception.finish([reception])
        self.assertEqual(self.escalate(D(2026, 8, 18)), 1)
        escalation, = Escalation.search([])
        self.assertEqual(escalation.reception.id, reception.id)
        self.assertEqual(escalation.subject, "Làm đường")
        self.assertTrue(escalation.rec_name)

    @with_transaction()
    def test_escalation_goes_higher(self):
        "Test an overdue case reaches the next level when it stays so"
        pool = Pool()
        Escalation = pool.get('escalation.escalation')
        government = create_agency('CP', kind='government')
        inspectorate = create_agency(
            'TTCP', kind='inspectorate', parent=government)
        central = create_user('central', inspectorate, 'supervisor')
        office = create_office(parent=create_agency(
                '66', kind='province', parent=government))
        create_superior(office)
        with clock.travel(D(2026, 8, 5)):
            open_case(office)
        self.escalate(D(2026, 9, 7))
        # five working days later
        self.assertEqual(self.escalate(D(2026, 9, 14)), 0)
        self.assertEqual(self.escalate(D(2026, 9, 15)), 1)
        second, first = Escalation.search([])
        self.assertEqual((first.level, second.level), (1, 2))
        self.assertEqual(second.superior, government)
        self.assertIn(central, second.recipients)
        # there is no third level
        self.assertEqual(self.escalate(D(2027, 3, 1)), 0)

    @with_transaction()
    def test_met_in_time(self):
        "Test what was done in time is not escalated"
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            propose(office, letter, 'guide')
            take(office.clerk, letter, 'guide')
        self.assertEqual(self.escalate(D(2026, 12, 1)), 0)

    @with_transaction()
    def test_moved_due_date(self):
        "Test the schedule follows the due date"
        office = create_office()
        create_superior(office)
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office)
            with work_as(office.leader):     # until 21 September
                type(case).reassess_(
                    [case], D(2026, 8, 5), True, False, False, '01/BB')
        self.assertEqual(self.escalate(D(2026, 9, 21)), 0)
        self.assertEqual(self.escalate(D(2026, 9, 22)), 1)

    @with_transaction()
    def test_suspension_does_not_silence(self):
        "Test a case that is suspended when it is late goes up all the same"
        Ground = Pool().get('deadlines.ground')
        ground, = Ground.search([('code', '=', 'KN-11A-1')])
        office = create_office()
        create_superior(office)
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office)
            in_time = open_case(office)
        with clock.travel(D(2026, 8, 20)), work_as(office.leader):
            in_time.suspend_([in_time], D(2026, 8, 20), ground, '1/QĐ')
        with clock.travel(D(2026, 9, 7)), work_as(office.leader):
            case.suspend_([case], D(2026, 9, 7), ground, '2/QĐ')
        # the late one, and two decisions to suspend that nobody has sent
        self.assertEqual(self.escalate(D(2026, 9, 18)), 3)

    @with_transaction()
    def test_never_silent(self):
        "Test a delay that reaches nobody stands on a list"
        pool = Pool()
        Escalation = pool.get('escalation.escalation')
        Membership = pool.get('agencies.membership')
        office = create_office()
        Membership.delete(Membership.search([
                    ('role', 'in', ['supervisor', 'leader'])]))
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            take(office.clerk, letter, 'register')
        self.assertEqual(self.escalate(D(2026, 8, 14)), 1)
        escalation, = Escalation.search([('undelivered', '!=', None)])
        self.assertEqual(escalation.letter, letter)
        self.assertEqual(escalation.recipients, ())

    @with_transaction()
    def test_escalation_locked(self):
        "Test nobody can make, remove or rewrite an escalation"
        pool = Pool()
        Escalation = pool.get('escalation.escalation')
        office = create_office()
        create_superior(office)
        with clock.travel(D(2026, 8, 5)):
            open_case(office)
        self.escalate(D(2026, 9, 7))
        escalation, = Escalation.search([])
        with clock.travel(D(2026, 9, 7)):
            for user in [office.leader, office.supervisor]:
                for values in [
                        {'state': 'closed'}, {'undelivered': "No"},
                        {'level': 3}, {'agency': office.parent.id}]:
                    with self.subTest(user=user.login, values=values), \
                            self.assertRaises(EscalationAccessError):
                        take(user, escalation, **values)
            with self.assertRaises(RoleError):
                take(office.supervisor, escalation, answer="Hello")
            with work_as(office.leader), self.assertRaises(AccessError):
                Escalation.delete([Escalation(escalation.id)])

    @with_transaction()
    def test_notice_says_nothing_secret(self):
        "Test notifications name a letter by its number only"
        pool = Pool()
        Notification = pool.get('res.notification')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3), kind='denunciation')
            letter = take(office.clerk, letter, 'register')
        self.escalate(D(2026, 8, 14))
        notifications = Transaction().user_notifications
        Notification.save(notifications)
        self.assertEqual(
            {n.user for n in notifications},
            {office.leader, office.supervisor})
        for notification in notifications:
            self.assertIn(letter.number, notification.label)
            self.assertNotIn("Nguyễn", notification.label)
            self.assertNotIn("Quyết định", notification.label)


del ModuleTestCase
