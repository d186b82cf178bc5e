# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The ladders of the law, the events, and what nobody would notice."""
import datetime as dt
from unittest.mock import patch

from trytond.model.exceptions import AccessButtonError
from trytond.modules.agencies.exceptions import RoleError
from trytond.modules.agencies.tests import create_user, work_as
from trytond.modules.complaints.tests.tools import (
    act, begin, clocks, open_case, propose, receive, take)
from trytond.modules.foundation import clock
from trytond.modules.routing.exceptions import AssignError, DisputeError
from trytond.pool import Pool
from trytond.tests.test_tryton import with_transaction
from trytond.transaction import Transaction

from ..exceptions import AnswerMissingError, TakeOverError
from .tools import EscalationTest, create_country_of_two, rule, run_jobs

D = dt.date


def told():
    "Return {login: labels} of the notifications of the transaction"
    result = {}
    for notification in Transaction().user_notifications:
        result.setdefault(notification.user.login, []).append(
            notification.label)
    return result


class LaddersTestCase(EscalationTest):
    "Test what moves up, by time and by event"

    @with_transaction()
    def test_warning(self):
        "Three working days before the end the handler is told, once"
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            take(office.clerk, letter, 'register')     # due on 13 August
        Transaction().user_notifications.clear()
        self.assertEqual(run_jobs(D(2026, 8, 7)), [])
        self.assertEqual(told(), {})
        self.assertEqual(run_jobs(D(2026, 8, 10)), [])
        self.assertEqual(list(told()), [office.handler.login])
        self.assertEqual(run_jobs(D(2026, 8, 11)), [])
        self.assertEqual(len(told()[office.handler.login]), 1)

    @with_transaction()
    def test_overdue_complaint(self):
        "Who settles at the second instance is told of a late first one"
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            open_case(
                office, respondent_agency=office.agency.id,
                respondent_role='head')
        Transaction().user_notifications.clear()
        escalation, = run_jobs(D(2026, 9, 7))
        self.assertEqual(escalation.superior, office.parent)
        self.assertIsNone(escalation.undelivered)
        self.assertIn(office.superior.leader.login, told())

    @with_transaction()
    def test_overdue_denunciation(self):
        "The superior asks for a report in 5 working days, then takes it over"
        pool = Pool()
        Demand = pool.get('escalation.demand')
        office, _ = create_country_of_two()
        superior = office.superior
        with clock.travel(D(2026, 8, 5)):
            case = open_case(
                office, kind='denunciation',
                respondent_agency=office.agency.id, respondent_role='staff')
            begin(office, case)
        late, = run_jobs(D(2026, 9, 7))
        self.assertEqual(late.case, case)
        demand, = Demand.search([])
        self.assertEqual(
            (demand.kind, demand.state, demand.sender, demand.agency),
            ('report', 'draft', office.parent, office.agency))
        self.assertEqual(demand.responsible, office.parent)
        # five working days to demand it (Điều 38.2)
        self.assertEqual(
            clocks(demand), {'TC-14': ('running', D(2026, 9, 14))})
        with clock.travel(D(2026, 9, 8)):
            with self.assertRaises(RoleError):
                take(office.leader, demand, number='1/CV')
            demand = take(
                superior.leader, demand, 'send', number='9/UBND-TD')
        self.assertEqual(
            clocks(demand)['TC-15'], ('running', D(2026, 9, 15)))
        self.assertEqual(demand.responsible, office.agency)
        raised = run_jobs(D(2026, 9, 16))
        offered, = [e for e in raised if e.offered]
        self.assertEqual(offered.demand, demand)
        self.assertIn(superior.leader, offered.recipients)
        with clock.travel(D(2026, 9, 16)):
            with self.assertRaises(AccessButtonError):
                take(office.leader, offered, 'take_over')
            offered = take(superior.leader, offered, 'take_over')
            letter = offered.taken_as
            self.assertEqual(letter.agency, office.parent)
            self.assertEqual(
                (letter.instance, letter.earlier_number),
                ('overdue', case.number))
            # once
            with self.assertRaises(TakeOverError):
                take(superior.leader, offered, 'take_over')
            letter = take(superior.clerk, letter, 'register', 'classify')
            act(superior.leader, letter, 'demand_report', number='1/YC')
            act(superior.clerk, letter, 'reported', text="Chưa xong")
            act(superior.clerk, letter, 'check_identity', text="Đúng người")
            letter = take(
                superior.clerk, letter, 'propose', proposal='accept')
            letter = take(superior.leader, letter, 'approve', 'accept')
            self.assertEqual(case.__class__(case.id).state, 'taken')

    @with_transaction()
    def test_unprocessed_letter(self):
        "A letter that nobody processes for 45 days goes up once more"
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            take(office.clerk, letter, 'register')
        run_jobs(D(2026, 8, 14))
        run_jobs(D(2026, 9, 16))
        raised = run_jobs(D(2026, 9, 18))
        self.assertEqual(
            [e.rule for e in raised], [rule('unprocessed')])

    @with_transaction()
    def test_promise(self):
        "What is promised for a day does not go higher before"
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            open_case(office, respondent_agency=office.agency.id)
        escalation, = run_jobs(D(2026, 9, 7))
        with clock.travel(D(2026, 9, 8)):
            take(
                office.leader, escalation, 'send_answer',
                answer="Chờ giám định", promised_on=D(2026, 9, 22))
        self.assertEqual(run_jobs(D(2026, 9, 15)), [])
        self.assertEqual(run_jobs(D(2026, 9, 22)), [])
        higher, = run_jobs(D(2026, 9, 23))
        self.assertEqual(higher.level, 2)
        self.assertEqual(higher.superior, office.government)

    @with_transaction()
    def test_promise_for_ever(self):
        "Nobody keeps a late case quiet by a promise for ever"
        Rule = Pool().get('escalation.rule')
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            open_case(office, respondent_agency=office.agency.id)
        escalation, = run_jobs(D(2026, 9, 7))
        with clock.travel(D(2026, 9, 8)):
            for day in [D(2099, 1, 1), D(2026, 9, 24), D(2026, 9, 7)]:
                with self.assertRaises(AnswerMissingError):
                    take(office.leader, escalation, promised_on=day)
            take(office.leader, escalation, promised_on=D(2026, 9, 23))
        # a rule that knows no promise goes on
        Rule.write([rule('overdue')], {'promise': None})
        with clock.travel(D(2026, 9, 8)):
            take(office.leader, escalation, 'send_answer', answer="Sẽ xong")
        self.assertEqual(len(run_jobs(D(2026, 9, 15))), 1)

    @with_transaction()
    def test_date_moved_after_it_went_up(self):
        "What went up, and got a later date, goes up again when that is over"
        Clock = Pool().get('deadlines.clock')
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office, respondent_agency=office.agency.id)
        self.assertEqual(len(run_jobs(D(2026, 9, 7))), 1)
        with clock.travel(D(2026, 9, 8)):
            limit, = Clock.open_of([case], ['KN-02'])
            # it is counted from another day
            limit.started_on = D(2026, 8, 24)
            limit.compute()
            limit.save()
            moved = Clock(limit.id).due_on
        self.assertEqual(moved, D(2026, 9, 23))
        # the next level of then is not taken: it is not late
        self.assertEqual(run_jobs(D(2026, 9, 15)), [])
        self.assertEqual(run_jobs(moved), [])
        self.assertEqual(
            [e.clock for e in run_jobs(D(2026, 9, 24))], [limit])

    # Transfers

    def transfer(self, office, other):
        letter = receive(office, D(2026, 8, 3))
        propose(office, letter, 'transfer', proposed_to=other.agency.id)
        return take(office.clerk, letter, 'transfer', outcome_number='1/PC')

    @with_transaction()
    def test_transfer_not_received(self):
        "A transfer that nobody receives goes up, and its sender is told"
        Transfer = Pool().get('routing.transfer')
        office, other = create_country_of_two()
        with clock.travel(D(2026, 8, 6)):
            letter = self.transfer(office, other)
        transfer, = Transfer.search([])
        self.assertEqual(transfer.letter, letter)
        self.assertEqual(transfer.state, 'sent')
        self.assertEqual(
            clocks(transfer), {'DV-01': ('running', D(2026, 8, 11))})
        Transaction().user_notifications.clear()
        escalation, = run_jobs(D(2026, 8, 12))
        self.assertEqual(escalation.transfer, transfer)
        self.assertEqual(escalation.agency, other.agency)
        self.assertIn(other.leader, escalation.recipients)
        self.assertIn(office.clerk.login, told())

    @with_transaction()
    def test_transfer_result(self):
        "The sender sees what became of it, and the chair that nothing did"
        Transfer = Pool().get('routing.transfer')
        office, other = create_country_of_two()
        with clock.travel(D(2026, 8, 6)):
            letter = self.transfer(office, other)
            with work_as(other.clerk):
                Transfer.receive(Transfer.search([]))
        transfer, = Transfer.search([])
        self.assertEqual(
            (transfer.state, transfer.received_by),
            ('received', other.clerk))
        self.assertEqual(
            clocks(transfer)['DV-02'], ('running', D(2026, 9, 7)))
        raised = run_jobs(D(2026, 9, 8))
        chair, = [e for e in raised if e.rule == rule('transfer_result')]
        self.assertEqual(chair.superior, office.agency)
        self.assertIn(office.leader, chair.recipients)
        with clock.travel(D(2026, 9, 9)):
            twin = letter.transferred_to
            take(other.clerk, twin, 'classify')
            take(other.clerk, twin, 'propose', proposal='guide')
            take(other.leader, twin, 'approve')
            take(other.clerk, twin, 'guide')
            with work_as(office.clerk):
                values, = Transfer.read(
                    [transfer.id], ['result', 'result_on'])
        self.assertEqual(values['result_on'], D(2026, 9, 9))
        self.assertIn("Sender Guided", values['result'])
        self.assertEqual(clocks(Transfer(transfer.id))['DV-02'][0], 'missed')

    @with_transaction()
    def test_transfer_of_old(self):
        "A transfer without a time limit, as of older releases, gets one"
        pool = Pool()
        Transfer = pool.get('routing.transfer')
        Clock = pool.get('deadlines.clock')
        office, other = create_country_of_two()
        with clock.travel(D(2026, 8, 6)):
            self.transfer(office, other)
        with Transaction().set_user(0):
            Clock.delete(Transfer.search([])[0].clocks)
            Transfer.write(Transfer.search([]), {'due_on': None})
        with clock.travel(D(2026, 8, 12)):
            escalation, = run_jobs(D(2026, 8, 12))
        self.assertEqual(escalation.transfer.due_on, D(2026, 8, 11))

    @with_transaction()
    def test_sent_back_twice(self):
        "What was sent back twice is decided by the common superior"
        pool = Pool()
        Transfer = pool.get('routing.transfer')
        Dispute = pool.get('routing.dispute')
        office, other = create_country_of_two()
        with clock.travel(D(2026, 8, 6)):
            letter = self.transfer(office, other)
            for number, steps in enumerate([[], ['register', 'classify']]):
                if number:
                    take(office.clerk, letter, 'propose',
                        proposal='transfer', proposed_to=other.agency.id)
                    take(office.leader, letter, 'approve')
                    letter = take(office.clerk, letter, 'transfer')
                twin = letter.transferred_to
                take(other.clerk, twin, *steps)
                take(
                    other.clerk, twin, 'send_back',
                    return_reason="Không thuộc thẩm quyền")
                letter = letter.__class__(letter.id)
                self.assertEqual(letter.state, 'classified')
            self.assertEqual(
                [t.state for t in Transfer.search(
                        [], order=[('id', 'ASC')])],
                ['refused', 'returned'])
        run_jobs(D(2026, 8, 7))
        dispute, = Dispute.search([])
        self.assertEqual(dispute.agency, office.parent)
        self.assertEqual(
            clocks(dispute), {'DV-03': ('running', D(2026, 8, 14))})
        with clock.travel(D(2026, 8, 10)):
            with self.assertRaises(RoleError):
                take(office.leader, dispute, 'decide')
            with self.assertRaises(DisputeError):
                take(office.supervisor, dispute, 'decide')
            take(
                office.supervisor, dispute, 'decide',
                decision=other.agency.id, decision_number='12/UBND')
        letter = letter.__class__(letter.id)
        self.assertEqual(
            (letter.proposal, letter.proposed_to),
            ('transfer', other.agency))

    @with_transaction()
    def test_dispute_past_the_denounced(self):
        "A dispute goes past a superior whose head is denounced"
        pool = Pool()
        Dispute = pool.get('routing.dispute')
        office, other = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(
                office, D(2026, 8, 3), kind='denunciation',
                respondent="Ông A", respondent_agency=office.agency.id,
                respondent_role='staff',
                respondents=[('create', [{
                                'name': "Chủ tịch tỉnh", 'role': 'head',
                                'agency': office.parent.id}])])
            take(office.clerk, letter, 'register', 'classify')
        run_jobs(D(2026, 8, 5))
        dispute, = Dispute.search([])
        self.assertEqual(dispute.agency, office.government)
        # and is decided by those who oversee from an inspectorate
        with clock.travel(D(2026, 8, 6)):
            dispute = take(
                office.central, dispute, 'decide',
                decision=office.government.id, decision_number='1/TTCP')
        self.assertEqual(dispute.state, 'decided')

    # Events

    @with_transaction()
    def test_fifth_signatory(self):
        "A letter of five people is told to the leader, one of four is not"
        office, _ = create_country_of_two()
        for count, expected in [(4, False), (5, True)]:
            with clock.travel(D(2026, 8, 5)):
                letter = receive(
                    office, D(2026, 8, 3), people_count=count,
                    name=f"Người {count}", content=f"Việc {count}")
                take(office.clerk, letter, 'register')
            Transaction().user_notifications.clear()
            run_jobs(D(2026, 8, 5))
            self.assertEqual(office.leader.login in told(), expected)

    @with_transaction()
    def test_third_letter(self):
        "The third letter on the same matter is escalated, once"
        office, _ = create_country_of_two()
        for day, expected in [(3, 0), (4, 0), (5, 1)]:
            with clock.travel(D(2026, 8, day)):
                letter = receive(office, D(2026, 8, day))
                letter = take(office.clerk, letter, 'register')
            raised = run_jobs(D(2026, 8, day))
            self.assertEqual(len(raised), expected)
            self.assertEqual(run_jobs(D(2026, 8, day)), [])
        self.assertEqual(raised[0].letter, letter)

    @with_transaction()
    def test_unclear_jurisdiction(self):
        "Accused of two agencies: the common superior decides"
        pool = Pool()
        Dispute = pool.get('routing.dispute')
        office, other = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(
                office, D(2026, 8, 3), kind='denunciation',
                respondent="Ông A", respondent_agency=office.agency.id,
                respondent_role='staff',
                respondents=[('create', [{
                                'name': "Ông B", 'role': 'staff',
                                'agency': other.agency.id}])])
            letter = take(office.clerk, letter, 'register', 'classify')
            self.assertIsNone(letter.proposal)
            self.assertIn("Several", letter.suggestion)
        run_jobs(D(2026, 8, 5))
        dispute, = Dispute.search([])
        self.assertEqual(
            set(dispute.candidates), {office.agency, other.agency})
        self.assertEqual(dispute.agency, office.parent)

    @with_transaction()
    def test_handler_gone(self):
        "Work whose handler has left, or is away, is not forgotten"
        pool = Pool()
        Absence = pool.get('agencies.absence')
        Membership = pool.get('agencies.membership')
        office, _ = create_country_of_two()
        second = create_user('second', office.agency, 'handler')
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office)
            with work_as(office.leader):
                case.__class__.give_to([case], office.handler)
            self.assertEqual(run_jobs(D(2026, 8, 5)), [])
            with work_as(office.leader):
                absence, = Absence.create([{
                            'user': office.handler.id,
                            'agency': office.agency.id,
                            'valid_from': D(2026, 8, 6),
                            'valid_to': D(2026, 8, 20),
                            'delegate': second.id}])
        # somebody acts for him
        self.assertEqual(run_jobs(D(2026, 8, 6)), [])
        with clock.travel(D(2026, 8, 7)), work_as(office.leader):
            Absence.write([absence], {'delegate': None})
        raised = run_jobs(D(2026, 8, 7))
        # the case and its letter
        self.assertEqual({e.rule for e in raised}, {rule('handler_gone')})
        self.assertEqual({e.case for e in raised}, {case})
        self.assertIn(office.leader, raised[0].recipients)
        self.assertEqual(run_jobs(D(2026, 8, 8)), [])
        # he comes back, and leaves for good
        Membership.write(Membership.search(
                [('user', '=', office.handler.id)]),
            {'valid_to': D(2026, 8, 21)})
        with clock.travel(D(2026, 8, 22)), work_as(office.leader):
            from trytond.modules.routing.assignment import reassign
            # the case goes with its letter
            self.assertEqual(reassign(office.agency, office.handler), 1)
        case = case.__class__(case.id)
        self.assertEqual(case.handler, second)
        self.assertEqual(case.letters[0].handler, second)

    @with_transaction()
    def test_nobody_handles_himself(self):
        "Who is complained of by name is not made handler, and nobody else"
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(
                office, D(2026, 8, 3),
                respondent=f"Bà {office.handler.name}, công chức")
            letter = take(office.clerk, letter, 'register')
            with work_as(office.leader):
                with self.assertRaises(AssignError):
                    letter.__class__.give_to([letter], office.handler)
                letter.__class__.give_to([letter], office.leader)

    @with_transaction()
    def test_handler_turns_out_accused(self):
        "What turns out to be about its handler goes to another one"
        office, _ = create_country_of_two()
        second = create_user('second', office.agency, 'handler')
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            letter = take(office.clerk, letter, 'register')
            with work_as(office.leader):
                letter.__class__.give_to([letter], office.handler)
            letter = take(
                office.clerk, letter, 'classify',
                respondent=f"Ông {office.handler.name}")
        self.assertEqual(run_jobs(D(2026, 8, 5)), [])
        self.assertEqual(
            letter.__class__(letter.id).handler, second)

    # Rules as data

    @with_transaction()
    def test_new_rule_reaches_what_runs(self):
        "A rule that is switched on applies to what runs already"
        Rule = Pool().get('escalation.rule')
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            open_case(office, respondent_agency=office.agency.id)
        new, = Rule.create([{
                    'name': "Sau nửa thời hạn", 'base': 'start', 'delay': 15,
                    'unit': 'day', 'matter': 'complaints.case',
                    'valid_from': D(2020, 1, 1), 'active': False}])
        self.assertEqual(run_jobs(D(2026, 8, 21)), [])
        Rule.write([new], {'active': True})
        escalation, = run_jobs(D(2026, 8, 21))
        self.assertEqual(escalation.rule, new)
        self.assertEqual(run_jobs(D(2026, 8, 22)), [])

    @with_transaction()
    def test_dry_run(self):
        "A rule says what it would do before it is switched on"
        pool = Pool()
        Rule = pool.get('escalation.rule')
        Escalation = pool.get('escalation.escalation')
        Try = pool.get('escalation.try', type='wizard')
        office, other = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office, respondent_agency=office.agency.id)
            open_case(other, respondent_agency=other.agency.id)
        new, = Rule.create([{
                    'name': "Thử", 'delay': 0, 'active': False,
                    'matter': 'complaints.case',
                    'valid_from': D(2020, 1, 1)}])
        with clock.travel(D(2026, 9, 7)), work_as(office.supervisor):
            session_id, _, _ = Try.create()
            wizard = Try(session_id)
            wizard.start.rule, wizard.start.days = new, 30
            result = wizard.default_result([])
        self.assertEqual(len(result['lines']), 2)
        line, = [x for x in result['lines']
            if x['number'] == case.number]
        self.assertEqual(line['reached'], office.parent.id)
        self.assertIn(office.supervisor.rec_name, line['people'])
        self.assertEqual(Escalation.search([]), [])

    @with_transaction()
    def test_dry_run_of_events(self):
        "Each rule on an event says what it would do, and does nothing"
        pool = Pool()
        Rule = pool.get('escalation.rule')
        Escalation = pool.get('escalation.escalation')
        from ..dry_run import foresee
        office, other = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            many = receive(office, D(2026, 8, 3), people_count=6)
            accused = receive(
                office, D(2026, 8, 3), kind='denunciation', content="Tố",
                respondent_agency=office.agency.id, respondent_role='head')
            handled = receive(other, D(2026, 8, 3), content="Giao")
            handled.__class__.write([handled], {'handler': office.clerk.id})
            expected = {
                'signatories': {many}, 'head_accused': {accused},
                'handler_gone': {handled}, 'handler_accused': set(),
                'agency_ended': set(), 'sent_back': set(),
                'letters': set(), 'unclear': set(), 'draft': set(),
                'unclocked': set(), 'unsupplemented': set(),
                'receipt_corrected': set(), 'excluded_late': set()}
            for found in Rule.search([('trigger', '=', 'event')]):
                steps, looked = foresee(found, 30)
                self.assertEqual(
                    {s.record for s in steps}, expected[found.event],
                    found.name)
                self.assertEqual(looked, 3)
        self.assertEqual(Escalation.search([]), [])

    @with_transaction()
    def test_asked_by_hand(self):
        "A clerk asks who settles; once"
        Dispute = Pool().get('routing.dispute')
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            with self.assertRaises(AccessButtonError):
                take(office.clerk, letter, 'dispute')
            take(office.clerk, letter, 'register', 'dispute', 'dispute')
        dispute, = Dispute.search([])
        self.assertEqual(dispute.agency, office.parent)

    @with_transaction()
    def test_failing_step(self):
        "A step that fails stands on the list, and holds up no other"
        pool = Pool()
        Escalation = pool.get('escalation.escalation')
        Schedule = pool.get('escalation.schedule')
        office, other = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            bad = open_case(office, respondent_agency=office.agency.id)
            good = open_case(other, respondent_agency=other.agency.id)
        raise_ = Escalation.raise_

        def failing(pairs, people):
            if bad in [row.record for row, _ in pairs]:
                raise ValueError("broken")
            return raise_(pairs, people)
        with patch.object(Escalation, 'raise_', failing), \
                self.assertLogs('trytond.modules.escalation', 'ERROR'):
            raised = run_jobs(D(2026, 9, 7))
        self.assertEqual(
            {(e.case, e.undelivered) for e in raised},
            {(bad, 'error'), (good, None)})
        failed, = Schedule.search([('error', '!=', None)])
        self.assertIn("broken", failed.error)
