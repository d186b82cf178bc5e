# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

import datetime as dt

from trytond.model.exceptions import AccessError
from trytond.modules.agencies.exceptions import RoleError
from trytond.modules.agencies.tests import (
    AgencyTestMixin, create_agency, create_user, work_as)
from trytond.modules.complaints.identity import MASK
from trytond.modules.complaints.plan import Act
from trytond.modules.complaints.tests.tools import (
    act, clocks, create_office, create_superior, open_case, open_identity,
    propose, receive, take)
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import ModuleTestCase, with_transaction
from trytond.transaction import Transaction

from ..exceptions import (
    AnswerMissingError, AssignError, EscalationAccessError, TransferError)

D = dt.date


class RoutingTestCase(AgencyTestMixin, ModuleTestCase):
    "Test Routing module"
    module = 'routing'
    _skip_agency_rule = AgencyTestMixin._skip_agency_rule | {
        'routing.jurisdiction', 'routing.dispute-agencies.agency'}

    @with_transaction()
    def test_jurisdiction(self):
        "Test who settles, by kind, instance and post of the respondent"
        pool = Pool()
        Letter = pool.get('complaints.letter')
        Jurisdiction = pool.get('routing.jurisdiction')
        government = create_agency('CP', kind='government')
        ministry = create_agency('BTC', kind='ministry', parent=government)
        field = pool.get('complaints.field')(
            code='T', name="Tài chính", ministry=ministry)
        field.save()
        province = create_agency('66', kind='province', parent=government)
        department = create_agency(
            '66.XD', kind='department', parent=province)
        commune = create_agency('22250', parent=province)
        for kind, instance, role, respondent, expected in [
                ('complaint', '1', 'head', commune, commune),
                ('complaint', '1', 'staff', commune, commune),
                ('complaint', '1', None, department, department),
                ('complaint', '1', 'head', province, province),
                ('complaint', '1', 'body', ministry, ministry),
                ('complaint', '2', 'head', commune, province),
                ('complaint', '2', 'head', department, province),
                ('complaint', '2', 'head', province, ministry),
                ('denunciation', '1', 'head', commune, province),
                ('denunciation', '1', 'staff', commune, commune),
                ('denunciation', '1', 'body', department, province),
                ('denunciation', '1', 'head', province, government),
                ('denunciation', '1', None, commune, None),
                ('complaint', '1', None, None, None),
                ('petition', '1', None, None, commune),
                ('reflection', '1', None, department, department),
                ]:
            for day in [D(2025, 9, 1), D(2026, 9, 1)]:
                letter = Letter(
                    agency=commune, kind=kind, instance=instance,
                    respondent_role=role, respondent_agency=respondent,
                    received_on=day, field=field)
                with self.subTest(
                        kind=kind, instance=instance, role=role,
                        respondent=respondent and respondent.code, day=day):
                    agency, reason = Jurisdiction.find(letter)
                    self.assertEqual(agency, expected)
                    self.assertTrue(reason)
                    if agency:
                        self.assertIn("Điều", reason)

    @with_transaction()
    def test_who_has_moved(self):
        "Test who settles about who moved, left, or whose body is no more"
        pool = Pool()
        Letter = pool.get('complaints.letter')
        Jurisdiction = pool.get('routing.jurisdiction')
        Succession = pool.get('agencies.succession')
        government = create_agency('CP', kind='government')
        home = create_agency('BNV', kind='ministry', parent=government)
        ministry = create_agency('BTC', kind='ministry', parent=government)
        tax = create_agency('BTC.T', kind='other', parent=ministry)
        school = create_agency('HV', kind='other', parent=government)
        field = pool.get('complaints.field')(
            code='T', name="Tài chính", ministry=ministry)
        field.save()
        p1, p2 = (
            create_agency(code, kind='province', parent=government)
            for code in ['66', '68'])
        c1 = create_agency('22250', parent=p1)
        c2 = create_agency('22251', parent=p2)
        gone = create_agency(
            '22252', parent=p1, valid_to=D(2026, 3, 31))
        Succession.create([{
                    'predecessor': gone.id, 'successor': c1.id,
                    'since': D(2026, 4, 1)}])
        day = D(2026, 9, 1)
        for number, (kind, instance, role, respondent, later, now, role_now,
                expected) in enumerate([
                ('denunciation', '1', 'head', c1, 'equal', c2, 'head', p1),
                ('denunciation', '1', 'staff', c1, 'equal', c2, 'staff', c1),
                ('denunciation', '1', 'head', c1, 'higher', p2, 'staff', p2),
                ('denunciation', '1', 'head', c1, 'higher', p2, 'head',
                    government),
                ('denunciation', '1', 'head', c1, 'lower', c2, 'staff', c1),
                ('denunciation', '1', 'staff', c1, 'left', None, None, c1),
                ('denunciation', '1', 'head', c1, 'left', None, None, p1),
                # the body was merged
                ('denunciation', '1', 'staff', gone, None, None, None, c1),
                ('denunciation', '1', 'staff', gone, None, c2, 'staff', c2),
                ('denunciation', '1', 'head', gone, None, c2, 'head', p2),
                ('denunciation', '1', 'body', gone, None, None, None, p1),
                ('complaint', '1', 'head', gone, None, None, None, c1),
                ('complaint', '2', 'head', gone, None, None, None, p1),
                # again, and not in time: above who had to settle
                ('denunciation', '2', 'head', c1, None, None, None,
                    government),
                ('denunciation', 'overdue', 'body', c1, None, None, None,
                    government),
                ('denunciation', 'overdue', 'staff', c1, None, None, None,
                    p1),
                # ministries, vertical sectors, public units
                ('complaint', '2', 'head', p1, None, None, None, ministry),
                ('complaint', '2', 'head', tax, None, None, None, ministry),
                ('complaint', '2', 'head', school, None, None, None,
                    ministry),
                ('disciplinary', '1', 'head', c1, None, None, None, c1),
                ('disciplinary', '2', 'head', c1, None, None, None, p1),
                ('disciplinary', '2', 'head', p1, None, None, None, home),
                ('disciplinary', '2', 'head', ministry, None, None, None,
                    home),
                ]):
            letter = Letter(
                agency=c1, kind=kind, instance=instance, received_on=day,
                field=field, respondent_agency=respondent,
                respondent_role=role, respondent_later=later,
                respondent_agency_now=now, respondent_role_now=role_now)
            with self.subTest(number=number, kind=kind, later=later), \
                    clock.travel(day):
                agency, reason = Jurisdiction.find(letter)
                self.assertEqual(
                    agency and agency.code, expected and expected.code,
                    reason)
                self.assertIn("Điều", reason)

    @with_transaction()
    def test_jurisdiction_in_time(self):
        "Test each day has a rule: before July 2025, since then, since 2026"
        pool = Pool()
        Letter = pool.get('complaints.letter')
        Jurisdiction = pool.get('routing.jurisdiction')
        province = create_agency('66', kind='province')
        commune = create_agency('22250', parent=province)
        cited = set()
        for day in [D(2024, 5, 1), D(2025, 6, 30), D(2025, 7, 1),
                D(2026, 6, 30), D(2026, 7, 1), D(2027, 1, 4)]:
            for kind, instance, role, expected in [
                    ('complaint', '1', 'head', commune),
                    ('complaint', '2', 'head', province),
                    ('denunciation', '1', 'head', province),
                    ('denunciation', '1', 'staff', commune),
                    ('petition', '1', None, commune)]:
                letter = Letter(
                    agency=commune, kind=kind, instance=instance,
                    received_on=day, respondent_agency=commune,
                    respondent_role=role)
                with self.subTest(day=day, kind=kind, role=role), \
                        clock.travel(D(2027, 2, 1)):
                    agency, reason = Jurisdiction.find(letter)
                    self.assertEqual(agency, expected)
                    if (kind, instance) == ('complaint', '2'):
                        cited.add(reason)
        # each time its own article
        self.assertEqual(len(cited), 3)

    @with_transaction()
    def test_try_the_rules(self):
        "Test the rules answer for a case that does not exist"
        pool = Pool()
        Try = pool.get('routing.jurisdiction.try', type='wizard')
        office = create_office()
        with clock.travel(D(2026, 8, 5)), work_as(office.clerk):
            session_id, _, _ = Try.create()
            wizard = Try(session_id)
            start = wizard.start
            start.day, start.kind, start.instance = (
                D(2026, 8, 5), 'denunciation', '1')
            start.agency, start.role = office.agency, 'head'
            for name in ['field', 'later', 'agency_now', 'role_now']:
                setattr(start, name, None)
            result = wizard.default_result([])
        self.assertEqual(result['agency'], office.parent.id)
        self.assertIn("Điều 12", result['reason'])
        self.assertTrue(result['asked'])

    @with_transaction()
    def test_proposal(self):
        "Test the router proposes and a person decides"
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(
                office, D(2026, 8, 3), kind='denunciation',
                respondent_agency=office.agency.id, respondent_role='head')
            letter = take(office.clerk, letter, 'register', 'classify')
            self.assertEqual(letter.proposal, 'transfer')
            self.assertEqual(letter.proposed_to, office.parent)
            self.assertIn("Điều 12", letter.proposal_note)
            letter = take(office.clerk, letter, proposal='guide')
            self.assertEqual(letter.proposal, 'guide')

    def transfer(self, kind='complaint', codes=('22250', '22251'), act_=None,
            **values):
        """Return two offices, the letter sent and its twin

        act_ -- the name of an act of the leader before it is sent"""
        office = create_office(codes[0])
        other = create_office(codes[1], office.parent)
        letter = receive(office, D(2026, 8, 3), kind=kind, **values)
        propose(
            office, letter, 'transfer', proposed_to=other.agency.id)
        if act_:
            act(office.leader, letter, act_, number='1/YC')
        letter = take(
            office.clerk, letter, 'transfer', outcome_number='15/PC')
        return office, other, letter, letter.transferred_to

    @with_transaction()
    def test_transfer(self):
        "Test a transferred letter is born in the register of the receiver"
        pool = Pool()
        Letter = pool.get('complaints.letter')
        Person = pool.get('complaints.person')
        with clock.travel(D(2026, 8, 6)):
            office, other, letter, twin = self.transfer()
            self.assertEqual(letter.state, 'transferred')
            self.assertEqual(
                {s for s, _ in clocks(letter).values()}, {'met'})
            self.assertEqual(twin.agency, other.agency)
            self.assertEqual(twin.state, 'received')
            self.assertEqual(twin.transferred_from, letter)
            self.assertEqual(twin.received_on, D(2026, 8, 6))
            # nothing is ever between two agencies: its clock runs already
            self.assertEqual(
                clocks(twin), {'XLD-02': ('running', D(2026, 8, 17))})
            with work_as(office.clerk):
                with self.assertRaises(AccessError):
                    Letter.read([twin.id], ['subject'])
                values, = Letter.read([letter.id], ['transfer_story'])
                self.assertIn("UBND xã Sơn Thành", values['transfer_story'])
                self.assertIn("Received", values['transfer_story'])
            with work_as(other.clerk):
                self.assertEqual(
                    Person(twin.persons[0].id).name, "Nguyễn Văn An")
            twin = take(other.clerk, twin, 'register')
            self.assertTrue(twin.number.startswith('22251-D-2026-000001'))
            self.assertEqual(len(twin.clocks), 1)

    @with_transaction()
    def test_transferred_denunciation(self):
        "Test the receiver's keeper opens the denouncer, nobody else"
        pool = Pool()
        Person = pool.get('complaints.person')
        with clock.travel(D(2026, 8, 6)):
            office, other, letter, twin = self.transfer('denunciation')
            person, = twin.persons
            with work_as(other.clerk):
                self.assertEqual(Person(person.id).name, MASK)
            take(other.clerk, twin, 'register')
            self.assertEqual(
                open_identity(other.clerk, twin).state, 'granted')
            with work_as(other.clerk):
                self.assertEqual(Person(person.id).name, "Nguyễn Văn An")
            with work_as(other.leader):
                self.assertEqual(Person(person.id).name, MASK)
            take(other.clerk, twin, 'classify')
            with work_as(other.leader):
                twin.__class__.give_to([twin], other.handler)
            self.assertEqual(
                open_identity(other.handler, twin).state, 'granted')
            with work_as(other.handler):
                self.assertEqual(Person(person.id).name, "Nguyễn Văn An")
            # who gave it away opens it no more
            self.assertEqual(
                open_identity(other.clerk, twin).state, 'refused')
            with work_as(other.clerk):
                self.assertEqual(Person(person.id).name, MASK)

    @with_transaction()
    def test_send_back(self):
        "Test a letter sent back is open again where it came from"
        with clock.travel(D(2026, 8, 6)):
            office, other, letter, twin = self.transfer()
            with self.assertRaises(TransferError):
                take(other.clerk, twin, 'send_back')
            twin = take(
                other.clerk, twin, 'send_back',
                return_reason="Không thuộc thẩm quyền")
            letter = letter.__class__(letter.id)
            self.assertEqual(twin.state, 'returned')
            self.assertEqual(letter.state, 'classified')
            self.assertIsNone(twin.due_on)
            self.assertEqual(letter.due_on, D(2026, 8, 17))

    @with_transaction()
    def test_send_back_starts_the_clocks_again(self):
        "Test each time limit that a transfer ended runs again, and no other"
        for number, (kind, instance, code, due_on) in enumerate([
                ('complaint', '1', 'KN-01', D(2026, 8, 19)),
                ('complaint', '2', 'KN-09', D(2026, 8, 19)),
                ('denunciation', '1', 'TC-01', D(2026, 8, 19)),
                ('petition', '1', None, None),
                ]):
            with self.subTest(kind=kind, instance=instance):
                with clock.travel(D(2026, 8, 6)):
                    office, other, letter, twin = self.transfer(
                        kind, (f'1{number}', f'2{number}'),
                        instance=instance)
                ended = clocks(letter)
                self.assertEqual(
                    {state for state, _ in ended.values()}, {'met'})
                with clock.travel(D(2026, 8, 10)):
                    take(
                        other.clerk, twin, 'send_back',
                        return_reason="Không thuộc thẩm quyền")
                running = {
                    c.rule.code: (c.started_on, c.due_on)
                    for c in letter.__class__(letter.id).clocks
                    if c.state == 'running'}
                self.assertEqual(running, {
                        'XLD-02': (D(2026, 8, 10), D(2026, 8, 20)),
                        **({code: (D(2026, 8, 10), due_on)} if code else {}),
                        })

    @with_transaction()
    def test_send_back_leaves_the_others(self):
        "Test what another act has met is not asked for again"
        with clock.travel(D(2026, 8, 6)):
            office, other, letter, twin = self.transfer(
                'denunciation', act_='demand_report', instance='overdue')
            # who has it now asks for the report
            self.assertEqual(clocks(letter)['TC-15'][0], 'met')
            self.assertEqual(clocks(letter)['TC-14'][0], 'met')
        with clock.travel(D(2026, 8, 7)):
            take(
                other.clerk, twin, 'send_back',
                return_reason="Không thuộc thẩm quyền")
            self.assertEqual(
                sorted(
                    c.rule.code for c in letter.__class__(letter.id).clocks
                    if c.state == 'running'),
                ['TC-15', 'XLD-02'])

    @with_transaction()
    def test_assign(self):
        "Test a leader gives a letter and its case to a handler"
        pool = Pool()
        Case = pool.get('complaints.case')
        office, other = create_office(), create_office('22251')
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office)
            with work_as(office.leader):
                Case.give_to([Case(case.id)], office.handler)
            case = Case(case.id)
            self.assertEqual(case.handler, office.handler)
            self.assertEqual(case.letters[0].handler, office.handler)
            with work_as(office.leader), self.assertRaises(AssignError):
                Case.give_to([Case(case.id)], other.handler)
            with work_as(office.clerk), self.assertRaises(RoleError):
                Case.give_to([Case(case.id)], office.handler)

    # Escalation

    def escalate(self, day):
        "Run the job on a day; return how many escalations came of it"
        pool = Pool()
        Schedule = pool.get('routing.escalation.schedule')
        Escalation = pool.get('routing.escalation')
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
        Escalation = pool.get('routing.escalation')
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
        Escalation = pool.get('routing.escalation')
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
    def test_alarm(self):
        "Test urgent danger is told to the leader at once, without the name"
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            letter = take(office.clerk, letter, 'register')
            act(office.clerk, letter, 'alarm', text="Sắp sập nhà")
        told, = Transaction().user_notifications
        self.assertEqual(told.user, office.leader)
        self.assertIn(letter.number, told.label)
        self.assertNotIn("sập", told.label)

    @with_transaction()
    def test_alarm_by_any_door(self):
        "Test who takes several steps at once tells of each of them"
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = take(
                office.clerk, receive(office, D(2026, 8, 3)), 'register')
            with work_as(office.handler):
                type(letter).take_steps(
                    [letter], Act('alarm', None, {'text': "Sắp sập nhà"}),
                    Act('crime', None, {'number': '3/BB', 'text': "Hồ sơ"}))
        told = Transaction().user_notifications
        self.assertEqual(
            [n.user for n in told], [office.leader, office.leader])
        self.assertEqual(len({n.label for n in told}), 2)
        for notification in told:
            self.assertIn(letter.number, notification.label)

    @with_transaction()
    def test_escalation_goes_higher(self):
        "Test an overdue case reaches the next level when it stays so"
        pool = Pool()
        Escalation = pool.get('routing.escalation')
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
        Escalation = pool.get('routing.escalation')
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
        Escalation = pool.get('routing.escalation')
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
