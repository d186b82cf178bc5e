# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Urging, watching, telling."""
import datetime as dt

from trytond.model.exceptions import AccessError
from trytond.modules.agencies.tests import work_as
from trytond.modules.complaints.tests.tools import (
    clocks, open_case, receive, take)
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import with_transaction
from trytond.transaction import Transaction

from ..exceptions import DemandError, WatchError
from .tools import EscalationTest, create_country_of_two, rule, run_jobs

D = dt.date


def at(day, hour):
    return dt.datetime(2026, 8, day, hour, tzinfo=clock.TIMEZONE)


class SupervisionTestCase(EscalationTest):
    "Test supervision and notices"

    # Urging

    def demand(self, office, case, kind='urge'):
        pool = Pool()
        Make = pool.get('escalation.demand.make', type='wizard')
        Demand = pool.get('escalation.demand')
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
        Document = Pool().get('escalation.demand.document', type='report')
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office)
            demand = self.demand(office, case)
            take(office.supervisor, demand, 'send', number='5/CV')
            with work_as(office.supervisor):
                extension, page, _, _ = Document.execute(
                    [demand.id], {'model': 'escalation.demand', 'id': demand.id,
                        'ids': [demand.id], 'action_id': None})
        self.assertEqual(extension, 'html')
        for text in [case.number, "12/08/2026", "Ủy ban nhân dân tỉnh",
                "5/CV"]:
            self.assertIn(text.upper(), page.upper())
        self.assertNotIn("Nguyễn Văn An", page)

    # Watch lists

    @with_transaction()
    def test_watch(self):
        "What stands on a watch list says so, to who sees the matter"
        pool = Pool()
        Watch = pool.get('escalation.watch')
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
        Notice = pool.get('escalation.notice')
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
        Notice = pool.get('escalation.notice')
        Configuration = pool.get('escalation.configuration')
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
                'trytond.modules.escalation.notice.sendmail_transactional',
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

    @with_transaction()
    def test_could_not_escalate(self):
        "The list of what could not be escalated, as the manager sees it"
        pool = Pool()
        Escalation = pool.get('escalation.escalation')
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
