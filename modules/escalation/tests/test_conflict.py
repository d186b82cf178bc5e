# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Whom a matter is about, and who is not there: nobody, and never silence."""
import datetime as dt

from trytond.model.exceptions import AccessError
from trytond.modules.agencies.exceptions import AbsenceError
from trytond.modules.agencies.tests import create_user, work_as
from trytond.modules.complaints.tests.tools import (
    begin, clocks, open_case, open_identity, receive, take)
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import with_transaction
from trytond.transaction import Transaction

from .tools import EscalationTest, create_country_of_two, rule, run_jobs

D = dt.date


def vacate(*users):
    Membership = Pool().get('agencies.membership')
    Membership.delete(Membership.search(
            [('user', 'in', [u.id for u in users])]))


def be_away(office, delegate=None):
    "Let the supervisor of the province be away in September"
    Pool().get('agencies.absence').create([{
                'user': office.supervisor.id, 'agency': office.parent.id,
                'valid_from': D(2026, 9, 1), 'valid_to': D(2026, 9, 30),
                'delegate': delegate and delegate.id}])


class ConflictTestCase(EscalationTest):
    "Test conflicts of interest and fallbacks"

    def denounce_head(self, office, **values):
        letter = receive(
            office, D(2026, 8, 3), kind='denunciation',
            respondent="Chủ tịch xã", respondent_agency=office.agency.id,
            respondent_role='head', **values)
        return take(office.clerk, letter, 'register')

    def seen(self, user, *models):
        "Return what a user finds, counts and reads of models"
        found = {}
        with work_as(user):
            for name in models:
                Model = Pool().get(name)
                records = Model.search([])
                self.assertEqual(
                    len(records), Model.search([], count=True))
                found[name] = {r.id for r in records}
        return found

    @with_transaction()
    def test_head_denounced(self):
        "It goes up at once; the head finds no trace of it"
        pool = Pool()
        Transfer = pool.get('routing.transfer')
        office, _ = create_country_of_two()
        models = ['complaints.letter', 'complaints.act',
            'complaints.opening', 'audit.entry', 'deadlines.clock',
            'routing.transfer', 'escalation.escalation', 'ir.attachment']
        with clock.travel(D(2026, 8, 5)):
            before = self.seen(office.leader, *models)
            letter = self.denounce_head(office)
            open_identity(office.clerk, letter)
            self.assertEqual(self.seen(office.leader, *models), before)
        Transaction().user_notifications.clear()
        self.assertEqual(run_jobs(D(2026, 8, 5)), [])
        letter = letter.__class__(letter.id)
        self.assertEqual(letter.state, 'transferred')
        twin = letter.transferred_to
        self.assertEqual(twin.agency, office.parent)
        transfer, = Transfer.search([])
        self.assertTrue(transfer.automatic)
        with clock.travel(D(2026, 8, 6)):
            self.assertEqual(self.seen(office.leader, *models), before)
            with work_as(office.leader):
                for record in [letter, twin, transfer]:
                    with self.assertRaises(AccessError):
                        record.__class__.read([record.id], ['agency'])
            # who works there does
            self.assertIn(
                letter.id,
                self.seen(office.clerk, 'complaints.letter')[
                    'complaints.letter'])
        self.assertNotIn(office.leader, {
                n.user for n in Transaction().user_notifications})

    @with_transaction()
    def test_went_up_and_sent_back(self):
        "What nobody had classified has its time limits when it comes back"
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            letter = self.denounce_head(office)
        run_jobs(D(2026, 8, 5))
        letter = letter.__class__(letter.id)
        self.assertEqual(set(clocks(letter)), {'XLD-02'})
        with clock.travel(D(2026, 8, 7)):
            take(
                office.superior.clerk, letter.transferred_to, 'send_back',
                return_reason="Không phải tố cáo người đứng đầu")
            letter = letter.__class__(letter.id)
            self.assertEqual(letter.state, 'classified')
            self.assertEqual(
                {(c.rule.code, c.started_on) for c in letter.clocks
                    if c.state == 'running'},
                {('XLD-02', D(2026, 8, 7)), ('TC-01', D(2026, 8, 7))})

    @with_transaction()
    def test_chain_is_cut_above(self):
        "A late matter about the head of a superior goes past that superior"
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(
                office, kind='denunciation', respondent="Ông B",
                respondent_agency=office.agency.id, respondent_role='staff',
                respondents=[('create', [{
                                'name': "Chủ tịch tỉnh", 'role': 'head',
                                'agency': office.parent.id}])])
            begin(office, case)
        raised = run_jobs(D(2026, 9, 7))
        self.assertTrue(raised)
        for escalation in raised:
            self.assertEqual(escalation.superior, office.government)
            self.assertIn(office.central, escalation.recipients)
            for user in [office.supervisor, office.superior.leader]:
                self.assertNotIn(user, escalation.recipients)
        with clock.travel(D(2026, 9, 7)):
            seen = self.seen(
                office.superior.leader, 'escalation.escalation',
                'complaints.case', 'escalation.demand')
        self.assertEqual(set().union(*seen.values()), set())

    @with_transaction()
    def test_accused_by_name(self):
        "A supervisor denounced by name neither sees nor receives"
        office, other = create_country_of_two()
        vacate(other.supervisor)
        with clock.travel(D(2026, 8, 5)):
            case = open_case(
                office, kind='denunciation',
                respondent=f"Ông {office.supervisor.name}")
            begin(office, case)
        raised = run_jobs(D(2026, 9, 7))
        self.assertTrue(raised)
        for escalation in raised:
            self.assertNotIn(office.supervisor, escalation.recipients)
        # past him to who is above, and it says that nobody was there
        self.assertIn('no_supervisor', {e.undelivered for e in raised})
        with clock.travel(D(2026, 9, 7)):
            seen = self.seen(
                office.supervisor, 'complaints.case', 'complaints.letter',
                'escalation.escalation', 'escalation.demand')
        self.assertEqual(set().union(*seen.values()), set())

    @with_transaction()
    def test_leader_accused_by_name(self):
        "A leader denounced by name finds it in no figure and no list"
        office, _ = create_country_of_two()
        models = ['complaints.case', 'complaints.letter',
            'escalation.escalation', 'escalation.demand', 'audit.entry',
            'deadlines.clock']
        with clock.travel(D(2026, 8, 5)):
            case = open_case(
                office, kind='denunciation', respondent="Ông B")
            begin(office, case)
            with work_as(office.leader):
                case.__class__.give_to([case], office.handler)
            letter, = case.letters
            # it turns out to be about the leader himself
            letter.__class__.write(
                [letter], {'respondent': f"Bà {office.leader.name}"})
        raised = run_jobs(D(2026, 9, 7))
        self.assertTrue(raised)
        for escalation in raised:
            self.assertNotIn(office.leader, escalation.recipients)
        with clock.travel(D(2026, 9, 7)):
            seen = self.seen(office.leader, *models)
            entries = Pool().get('audit.entry').browse(
                sorted(seen.pop('audit.entry')))
            self.assertEqual(set().union(*seen.values()), set())
            self.assertFalse([
                    e for e in entries if e.about
                    or e.resource and e.resource.__name__.startswith(
                        ('escalation.', 'routing.', 'complaints.'))])
            # others see it
            self.assertTrue(self.seen(
                    office.supervisor, 'escalation.escalation')[
                        'escalation.escalation'])

    @with_transaction()
    def test_renamed_or_appointed(self):
        "Who becomes head, or is renamed, loses sight of it then"
        pool = Pool()
        User = pool.get('res.user')
        Membership = pool.get('agencies.membership')
        office, _ = create_country_of_two()
        new = create_user('new', office.agency, 'handler')
        with clock.travel(D(2026, 8, 5)):
            letter = self.denounce_head(office)
            own = receive(
                office, D(2026, 8, 3), kind='denunciation',
                respondent="Lê Văn Mới")
            letters = self.seen(new, 'complaints.letter')
            self.assertEqual(
                letters['complaints.letter'], {letter.id, own.id})
            Membership.create([{
                        'user': new.id, 'agency': office.agency.id,
                        'role': 'leader', 'valid_from': D(2026, 8, 1)}])
            letters = self.seen(new, 'complaints.letter')
            self.assertEqual(letters['complaints.letter'], {own.id})
            User.write([new], {'name': "LÊ VĂN MỚI"})
            letters = self.seen(new, 'complaints.letter')
            self.assertEqual(letters['complaints.letter'], set())

    @with_transaction()
    def test_first_complaint_stays(self):
        "Who decided settles the first complaint about it, and sees it"
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(
                office, respondent="Chủ tịch xã",
                respondent_agency=office.agency.id, respondent_role='head')
            self.assertIn(
                case.id,
                self.seen(office.leader, 'complaints.case')[
                    'complaints.case'])

    # Nobody is there

    def check_fallback(self, change, superior, gap):
        "Whatever lacks, somebody gets it and the list says what lacked"
        office, other = create_country_of_two()
        vacate(other.supervisor)
        with clock.travel(D(2026, 8, 5)):
            open_case(office, respondent_agency=office.agency.id)
        change(office)
        raised = run_jobs(D(2026, 9, 7))
        generic, = [e for e in raised if e.rule == rule('overdue')]
        self.assertEqual(generic.superior, getattr(office, superior))
        self.assertEqual(generic.undelivered, gap)
        self.assertTrue(generic.recipients)
        if superior == 'government':
            self.assertIn(office.central, generic.recipients)

    @with_transaction()
    def test_all_there(self):
        self.check_fallback(lambda office: None, 'parent', None)

    @with_transaction()
    def test_vacant_post(self):
        self.check_fallback(
            lambda office: vacate(office.supervisor), 'government',
            'no_supervisor')

    @with_transaction()
    def test_absent(self):
        self.check_fallback(
            lambda office: be_away(office), 'government', 'absent')

    @with_transaction()
    def test_absent_with_delegate(self):
        self.check_fallback(
            lambda office: be_away(office, office.superior.handler),
            'parent', None)

    @with_transaction()
    def test_inactive_user(self):
        self.check_fallback(
            lambda office: Pool().get('res.user').write(
                [office.supervisor], {'active': False}),
            'government', 'no_supervisor')

    @with_transaction()
    def test_no_leader(self):
        self.check_fallback(
            lambda office: vacate(office.leader), 'parent', 'no_leader')

    @with_transaction()
    def test_nobody_oversees(self):
        self.check_fallback(
            lambda office: vacate(office.supervisor, office.central),
            'parent', 'no_supervisor')

    @with_transaction()
    def test_no_superior(self):
        "What has nobody above is listed, and the administrator is told"
        office, _ = create_country_of_two()
        administrator = create_user(
            'admin1', office.government, 'administrator')
        clerk = create_user('clerk0', office.government, 'clerk')
        office.agency, office.clerk = office.government, clerk
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            take(clerk, letter, 'register')
        escalation, = run_jobs(D(2026, 8, 14))
        self.assertEqual(escalation.undelivered, 'no_superior')
        self.assertTrue(escalation.recipients)
        self.assertIn(
            escalation.recipients[0], {office.central, administrator})

    @with_transaction()
    def test_delegate(self):
        "Who acts for a leader does what he does, for these days"
        pool = Pool()
        Absence = pool.get('agencies.absence')
        User = pool.get('res.user')
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)), work_as(office.leader):
            Absence.create([{
                        'user': office.leader.id,
                        'agency': office.agency.id,
                        'valid_from': D(2026, 8, 10),
                        'valid_to': D(2026, 8, 14),
                        'delegate': office.handler.id}])
        for day, expected in [(7, False), (10, True), (14, True),
                (17, False)]:
            with clock.travel(D(2026, 8, day)):
                self.assertEqual(
                    User.has_role(
                        office.agency, 'leader', user=office.handler.id),
                    expected)
        with clock.travel(D(2026, 8, 11)):
            self.assertEqual(
                office.agency.users_present('leader'), [office.handler])
            # nobody but a leader delegates, and not to himself
            with work_as(office.superior.leader), \
                    self.assertRaises(AbsenceError):
                Absence.create([{
                            'user': office.supervisor.id,
                            'agency': office.parent.id,
                            'valid_from': D(2026, 9, 1),
                            'valid_to': D(2026, 9, 2),
                            'delegate': office.superior.leader.id}])
            with work_as(office.clerk), self.assertRaises(AccessError):
                Absence.create([{
                            'user': office.leader.id,
                            'agency': office.agency.id,
                            'valid_from': D(2026, 9, 1),
                            'valid_to': D(2026, 9, 2),
                            'delegate': office.clerk.id}])
