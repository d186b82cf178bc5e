# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Urging, watching, telling, and the manager's board."""
import datetime as dt

from trytond.model.exceptions import AccessError
from trytond.modules.agencies import clock
from trytond.modules.agencies.exceptions import RoleError
from trytond.modules.agencies.tests import create_user, work_as
from trytond.modules.complaints.tests.tools import (
    clocks, open_case, propose, receive, take)
from trytond.pool import Pool
from trytond.tests.test_tryton import with_transaction
from trytond.transaction import Transaction

from ..escalation_exceptions import DemandError, WatchError
from ..exceptions import AssignError
from .tools import RoutingTest, create_country_of_two, rule, run_jobs

D = dt.date


def at(day, hour):
    return dt.datetime(2026, 8, day, hour, tzinfo=clock.TIMEZONE)


class SupervisionTestCase(RoutingTest):
    "Test supervision, notices and the board"

    # Urging

    def demand(self, office, case, kind='urge'):
        pool = Pool()
        Make = pool.get('routing.demand.make', type='wizard')
        Demand = pool.get('routing.demand')
        with work_as(office.supervisor), Transaction().set_context(
                active_model='complaints.case', active_id=case.id,
                active_ids=[case.id]):
            session_id, _, _ = Make.create()
            Make.execute(session_id, {
                    'start': {'kind': kind, 'sender': office.parent.id},
                    }, 'make')
        demand, = Demand.search([('case', '=', case.id)])
        return demand

    @with_transaction()
    def test_urging(self):
        "An urging letter is sent, answered in time, and closed"
        office, other = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office)
            demand = self.demand(office, case)
            self.assertIn(case.number, demand.text)
            with self.assertRaises(DemandError):
                take(office.supervisor, demand, 'send')
            demand = take(office.supervisor, demand, 'send', number='5/CV')
            self.assertEqual(
                clocks(demand)['DV-04'], ('running', D(2026, 8, 12)))
            for user, values in [
                    (office.supervisor, {'answer': "Hộ"}),
                    (office.leader, {'text': "Khác"}),
                    (office.leader, {'state': 'closed'})]:
                with self.assertRaises((AccessError, DemandError)):
                    take(user, demand, **values)
            with self.assertRaises(AccessError):
                take(other.leader, demand, answer="Hộ")
        # nobody answers
        raised = run_jobs(D(2026, 8, 13))
        self.assertEqual([e.demand for e in raised], [demand])
        self.assertEqual(raised[0].agency, office.agency)
        with clock.travel(D(2026, 8, 13)):
            demand = take(
                office.handler, demand, 'send_answer', answer="Sắp xong")
            demand = take(office.supervisor, demand, 'close')
            self.assertEqual(demand.state, 'closed')
            self.assertIn("5/CV", case.__class__(case.id).story)

    @with_transaction()
    def test_draft_nobody_sends(self):
        "A draft that the superior does not send goes up from the superior"
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            self.demand(office, open_case(office))
        raised = run_jobs(D(2026, 8, 13))
        self.assertEqual([e.agency for e in raised], [office.parent])
        self.assertEqual(raised[0].superior, office.government)

    @with_transaction()
    def test_document(self):
        "The urging letter as a page"
        Document = Pool().get('routing.demand.document', type='report')
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office)
            demand = self.demand(office, case)
            take(office.supervisor, demand, 'send', number='5/CV')
            with work_as(office.supervisor):
                extension, page, _, _ = Document.execute(
                    [demand.id], {'model': 'routing.demand', 'id': demand.id,
                        'ids': [demand.id], 'action_id': None})
        self.assertEqual(extension, 'html')
        for text in [case.number, "12/08/2026", "Ủy ban nhân dân tỉnh",
                "5/CV"]:
            self.assertIn(text.upper(), page.upper())
        self.assertNotIn("Nguyễn Văn An", page)

    # Assignment

    @with_transaction()
    def test_unit_and_team(self):
        "To a unit, a handler and a team, without whom it is about"
        pool = Pool()
        Assign = pool.get('routing.assign', type='wizard')
        Unit = pool.get('agencies.unit')
        Case = pool.get('complaints.case')
        office, other = create_country_of_two()
        second = create_user('second', office.agency, 'handler')
        unit, foreign = Unit.create([{
                    'name': "Tổ địa chính", 'agency': agency.id,
                    'valid_from': D(2020, 1, 1)}
                for agency in [office.agency, other.agency]])
        second.memberships[0].unit = unit
        second.memberships[0].save()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(
                office, respondent=f"Ông {second.name}")
            with work_as(office.leader), Transaction().set_context(
                    active_model='complaints.case', active_id=case.id,
                    active_ids=[case.id]):
                session_id, _, _ = Assign.create()
                view = Assign.execute(session_id, {}, 'start')['view']
                self.assertIn("0 letters, 0 cases", view['defaults'][
                        'workload'])
                Assign.execute(session_id, {'start': {
                            'unit': unit.id, 'handler': office.handler.id,
                            'team': [office.handler.id, office.leader.id],
                            'team_head': office.leader.id}}, 'assign')
                with self.assertRaises(AssignError):
                    Case.give_to_unit([case], foreign)
                with self.assertRaises(AssignError):
                    case.appoint([second], None)
            case = Case(case.id)
            self.assertEqual((case.unit, case.handler),
                (unit, office.handler))
            self.assertEqual(
                {(v.user, v.head) for v in case.team},
                {(office.handler, False), (office.leader, True)})
            with work_as(office.clerk), self.assertRaises(RoleError):
                Case.give_to_unit([case], unit)

    # Watch lists

    @with_transaction()
    def test_watch(self):
        "What stands on a watch list says so, to who sees the matter"
        pool = Pool()
        Watch = pool.get('routing.watch')
        Case = pool.get('complaints.case')
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            case, calm = open_case(office), open_case(office, content="K")
            with work_as(office.supervisor):
                watch, = Watch.create([{
                            'name': "226 vụ việc", 'agency':
                            office.parent.id,
                            'items': [('create', [{
                                            'case': case.id,
                                            'level': 'special'}])]}])
                with self.assertRaises(WatchError):
                    Watch.write([watch], {'items': [('create', [{}])]})
                found = Case.search([('attention', '=', 'special')])
                self.assertEqual(found, [case])
                self.assertEqual(
                    Case.search([('attention', '=', None)]), [calm])
            with work_as(office.leader):
                values = Case.read([case.id, calm.id], ['attention'])
            self.assertEqual(
                {v['id']: v['attention'] for v in values},
                {case.id: 'special', calm.id: None})

    # Notices

    @with_transaction()
    def test_night_and_rest_days(self):
        "Nobody is told in the night or on a rest day, unless it is urgent"
        pool = Pool()
        Notice = pool.get('routing.notice')
        office, _ = create_country_of_two()
        letter = receive(office, D(2026, 8, 3))
        notifications = Transaction().user_notifications
        for moment, urgent, now in [
                (at(5, 9), False, True), (at(5, 22), False, False),
                (at(8, 10), False, False), (at(8, 10), True, True),
                (at(5, 6), False, False)]:
            with self.subTest(moment=moment, urgent=urgent), \
                    clock.travel(moment):
                notifications.clear()
                Notice.post(
                    [office.leader], letter, 'routing.msg_assign_notice',
                    urgent=urgent, number="N-1")
                self.assertEqual(bool(notifications), now)
        notifications.clear()
        with clock.travel(at(10, 6)):
            Notice.deliver_due()
            # those of the Wednesday morning and of the Thursday morning
            self.assertEqual(len(notifications), 2)
        with clock.travel(at(10, 8)):
            Notice.deliver_due()
            self.assertEqual(len(notifications), 3)
            self.assertEqual(Notice.deliver_due(), 0)

    @with_transaction()
    def test_mail(self):
        "By e-mail where the user wants; the others in one digest a day"
        from unittest.mock import patch
        pool = Pool()
        Notice = pool.get('routing.notice')
        Configuration = pool.get('routing.configuration')
        User = pool.get('res.user')
        office, _ = create_country_of_two()
        configuration = Configuration(1)
        configuration.mail = True
        configuration.save()
        User.write([office.leader], {'email': 'l@example.org'})
        User.write([office.handler], {
                'email': 'h@example.org', 'notice_mail': 'digest'})
        User.write([office.clerk], {
                'email': 'c@example.org', 'notice_mail': 'none'})
        letter = receive(office, D(2026, 8, 3), kind='denunciation')
        sent = []
        with patch(
                'trytond.modules.routing.notice.sendmail_transactional',
                lambda source, to, message, **kw: sent.append(
                    (to, message['Subject'], message.get_content()))):
            with clock.travel(at(5, 9)):
                for number in ['A-1', 'A-2']:
                    Notice.post(
                        [office.leader, office.handler, office.clerk],
                        letter, 'routing.msg_assign_notice', number=number)
                Notice.deliver_due()
            self.assertEqual(
                [to for to, _, _ in sent], [['l@example.org']] * 2)
            with clock.travel(at(6, 7)):
                Notice.deliver_due()
            to, subject, content = sent[-1]
            self.assertEqual((len(sent), to), (3, ['h@example.org']))
            self.assertIn('2', subject)
            self.assertIn('A-1', content)
            self.assertIn('A-2', content)
        for _, subject, content in sent:
            for secret in ["Nguyễn", "Quyết định", "đất"]:
                self.assertNotIn(secret, subject + content)

    # The board

    def settle(self, office, day):
        letter = receive(office, day, content=f"Đơn {day}")
        propose(office, letter, 'guide')
        return take(office.clerk, letter, 'guide')

    @with_transaction()
    def test_board(self):
        "Each figure is what its list holds; each sees his own branch"
        pool = Pool()
        Figure = pool.get('routing.figure')
        Trend = pool.get('routing.trend')
        Workload = pool.get('routing.workload')
        office, other = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office, respondent_agency=office.agency.id)
            with work_as(office.leader):
                case.__class__.give_to([case], office.handler)
            take(other.clerk, receive(other, D(2026, 8, 3)), 'register')
            self.settle(office, D(2026, 8, 3))
        run_jobs(D(2026, 9, 7))
        for user, agencies in [
                (office.leader, {office.agency}),
                (office.supervisor, {office.agency, other.agency}),
                (office.central, {office.agency, other.agency})]:
            with self.subTest(user=user.login), \
                    clock.travel(D(2026, 9, 7)), work_as(user):
                figures = Figure.search([])
                self.assertEqual({f.agency for f in figures}, agencies)
                for figure in figures:
                    self.check_lists(figure)
                self.assertEqual(
                    {t.agency for t in Trend.search([])}, agencies)
        with clock.travel(D(2026, 9, 7)), work_as(office.supervisor):
            figure, = Figure.search([('agency', '=', office.agency.id)])
            self.assertEqual(
                (figure.cases, figure.overdue, figure.silent,
                    figure.letters), (1, 1, 1, 0))
            self.assertEqual(figure.escalations, 1)
            self.assertEqual(figure.rate, 1)
            load, = Workload.search([])
            self.assertEqual(
                (load.user, load.cases, load.overdue),
                (office.handler, 1, 1))
            months = {
                t.month: (t.received, t.escalated) for t in Trend.search(
                    [('agency', '=', office.agency.id)])}
            self.assertEqual(months, {
                    D(2026, 8, 1): (2, 0), D(2026, 9, 1): (0, 1)})

    def check_lists(self, figure):
        "The list behind each figure holds as many"
        pool = Pool()
        for name, wizard_name, state in [
                ('letters', 'routing.figure.letters', 'open_'),
                ('cases', 'routing.figure.cases', 'open_'),
                ('escalations', 'routing.figure.escalations', 'open_')]:
            Wizard = pool.get(wizard_name, type='wizard')
            with Transaction().set_context(
                    active_model='routing.figure', active_id=figure.id,
                    active_ids=[figure.id]):
                session_id, _, _ = Wizard.create()
                result = Wizard.execute(session_id, {}, state)
            action, _ = result['actions'][0]
            from trytond.pyson import PYSONDecoder
            domain = PYSONDecoder().decode(action['pyson_domain'])
            Model = pool.get(action['res_model'])
            self.assertEqual(
                Model.search(domain, count=True), getattr(figure, name),
                (name, domain))

    @with_transaction()
    def test_could_not_escalate(self):
        "The list of what could not be escalated, as the manager sees it"
        pool = Pool()
        Escalation = pool.get('routing.escalation')
        Membership = pool.get('agencies.membership')
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            open_case(office, respondent_agency=office.agency.id)
        Membership.delete(Membership.search([
                    ('user', '=', office.leader.id)]))
        run_jobs(D(2026, 9, 7))
        with clock.travel(D(2026, 9, 7)), work_as(office.supervisor):
            escalation, = Escalation.search([('undelivered', '!=', None)])
            self.assertEqual(escalation.rule, rule('overdue'))
            self.assertEqual(escalation.undelivered, 'no_leader')
