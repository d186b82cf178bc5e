# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

import datetime as dt

from trytond.model.exceptions import (
    AccessButtonError, AccessError, ValidationError)
from trytond.modules.agencies.exceptions import RoleError
from trytond.modules.agencies.tests import AgencyTestMixin, work_as
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import ModuleTestCase, with_transaction
from trytond.transaction import Transaction

from ..exceptions import (
    DateError, LockedError, MaskedError, PersonError,
    StepError)
from ..identity import MASK
from ..numbers import check_number
from .tools import (
    CONTENT, act, clocks, create_office, hold_dialogue, open_case,
    open_identity, propose, receive, take)

D = dt.date


class ComplaintsTestCase(AgencyTestMixin, ModuleTestCase):
    "Test Complaints module"
    module = 'complaints'

    @with_transaction()
    def test_complaint(self):
        "Test a complaint from the counter to its closing"
        office = create_office()
        with clock.travel(D(2026, 8, 4)):
            letter = receive(office, D(2026, 8, 3))
            self.assertEqual(letter.state, 'received')
            self.assertIsNone(letter.number)

            letter = take(office.clerk, letter, 'register')
            self.assertEqual(letter.state, 'registered')
            self.assertTrue(check_number(letter.number))
            self.assertTrue(letter.number.startswith('22250-D-2026-000001-'))
            self.assertEqual(
                clocks(letter), {'XLD-02': ('running', D(2026, 8, 13))})
            self.assertEqual(letter.due_on, D(2026, 8, 13))

            letter = take(office.clerk, letter, 'classify')
            self.assertEqual(
                clocks(letter)['KN-01'], ('running', D(2026, 8, 12)))
            self.assertEqual(letter.due_on, D(2026, 8, 12))
            take(office.clerk, letter, 'propose', proposal='accept')
        with clock.travel(D(2026, 8, 10)):
            take(office.leader, letter, 'approve', 'accept')
            letter = type(letter)(letter.id)
            self.assertEqual(letter.state, 'accepted')
            self.assertIsNone(letter.due_on)
            self.assertEqual(
                {s for s, _ in clocks(letter).values()}, {'met'})
            case = letter.case
            self.assertTrue(case.number.startswith('22250-KN-2026-000001-'))
            self.assertEqual(
                clocks(case), {'KN-02': ('running', D(2026, 9, 9))})
        with clock.travel(D(2026, 9, 7)):
            case = take(office.leader, case, 'verify')
            take(
                office.leader, case, result='partly',
                decision_number='118/QĐ-UBND', decided_on=D(2026, 9, 4))
            with self.assertRaisesRegex(StepError, "Báo cáo.*Đối thoại"):
                take(office.leader, case, 'decide')
            act(
                office.handler, case, 'report', D(2026, 8, 20),
                number='3/BC', text="Đúng một phần")
            hold_dialogue(office, case, D(2026, 9, 3))
            case = take(office.leader, case, 'decide')
            self.assertEqual(case.state, 'decided')
            self.assertEqual(clocks(case), {
                    'KN-02': ('met', D(2026, 9, 9)),
                    'KN-07': ('running', D(2026, 9, 9)),
                    'KN-12': ('running', D(2026, 9, 21))})
            self.assertEqual(case.effective_from, D(2026, 10, 6))
        with clock.travel(D(2026, 9, 11)):
            case = take(office.clerk, case, 'send')
            self.assertEqual(
                clocks(case)['KN-07'], ('missed', D(2026, 9, 9)))
            act(office.clerk, case, 'publish', text="Niêm yết tại trụ sở")
            self.assertEqual(
                clocks(case)['KN-12'], ('met', D(2026, 9, 21)))
            with self.assertRaisesRegex(StepError, "06/10/2026.*Điều 44"):
                take(office.clerk, case, 'take_effect')
        with clock.travel(D(2026, 10, 7)):
            case = take(office.clerk, case, 'take_effect')
            self.assertEqual(case.effective_on, D(2026, 10, 6))
            self.assertEqual(
                clocks(case)['KN-15'], ('running', D(2026, 10, 13)))
            with self.assertRaisesRegex(StepError, "Chỉ đạo thi hành"):
                take(office.leader, case, 'close')
            act(office.leader, case, 'enforce', number='9', text="Trả đất")
            case = take(office.leader, case, 'close')
            self.assertEqual(case.state, 'closed')
            self.assertEqual(case.closed_on, D(2026, 10, 7))

    @with_transaction()
    def test_petition(self):
        "Test a petition has no settlement clock of its own"
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office, kind='petition')
            self.assertTrue(case.number.startswith('22250-KT-2026-'))
            self.assertEqual(clocks(case), {})
            take(office.leader, case, 'verify')
            case = take(
                office.leader, case, 'decide', result='answered',
                decision_number='15/UBND-VP')
            case = take(office.clerk, case, 'send')
            case = take(office.leader, case, 'close')
            self.assertEqual(case.state, 'closed')

    @with_transaction()
    def test_guide_and_file(self):
        "Test a letter that is not accepted ends with its clocks"
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            for proposal, state in [('guide', 'guided'), ('file', 'filed')]:
                letter = receive(office, D(2026, 8, 3))
                propose(
                    office, letter, proposal, proposal_note="Điều 11 khoản 5")
                letter = take(office.clerk, letter, proposal)
                self.assertEqual(letter.state, state)
                self.assertIsNone(letter.due_on)
                self.assertEqual(
                    {s for s, _ in clocks(letter).values()}, {'met'})

    @with_transaction()
    def test_only_what_was_approved(self):
        "Test nothing else can be done than what the leader approved"
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            propose(office, letter, 'guide')
            with self.assertRaises(AccessButtonError):
                take(office.leader, letter, 'accept')

    @with_transaction()
    def test_wrong_step(self):
        "Test a step out of order is refused and names the article"
        pool = Pool()
        Letter = pool.get('complaints.letter')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            # also without the client's check on buttons
            with work_as(office.clerk, check_access=False), \
                    self.assertRaisesRegex(StepError, "Điều 6"):
                Letter.classify([Letter(letter.id)])

    @with_transaction()
    def test_wrong_role(self):
        "Test a clerk can not sign for the leader"
        pool = Pool()
        Letter = pool.get('complaints.letter')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            take(office.clerk, letter, 'register', 'classify')
            take(office.clerk, letter, 'propose', proposal='accept')
            with self.assertRaises(RoleError):
                take(office.clerk, letter, 'approve')
            with work_as(office.clerk, check_access=False), \
                    self.assertRaises(RoleError):
                Letter.approve([Letter(letter.id)])

    @with_transaction()
    def test_leader_elsewhere(self):
        "Test the leader of another agency can not sign"
        office, other = create_office(), create_office('22251')
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            take(office.clerk, letter, 'register', 'classify')
            take(office.clerk, letter, 'propose', proposal='accept')
            with self.assertRaises(AccessError):
                take(other.leader, letter, 'approve')

    @with_transaction()
    def test_locks(self):
        "Test a client can not write states, numbers, dates and clocks"
        pool = Pool()
        Letter = pool.get('complaints.letter')
        Case = pool.get('complaints.case')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            for values in [
                    {'state': 'filed'}, {'number': 'X'},
                    {'due_on': D(2030, 1, 1)}, {'warn_on': D(2030, 1, 1)},
                    {'handler': office.clerk.id}, {'clocks': []},
                    {'registered_by': office.leader.id},
                    ]:
                with self.subTest(values=values), \
                        self.assertRaises(LockedError):
                    take(office.clerk, letter, **values)
            with work_as(office.clerk), self.assertRaises(LockedError):
                Letter.create([{
                            'agency': office.agency.id, 'kind': 'complaint',
                            'content': CONTENT, 'state': 'filed'}])
            take(office.clerk, letter, subject="Other")
            take(office.clerk, letter, 'register', 'classify')
            for values in [
                    {'received_on': D(2026, 8, 5)}, {'content': "Other"},
                    {'kind': 'petition'}, {'agency': office.parent.id}]:
                with self.subTest(values=values), \
                        self.assertRaises(AccessError):
                    take(office.clerk, letter, **values)
            with work_as(office.clerk), self.assertRaises(AccessError):
                Case.create([{
                            'agency': office.agency.id, 'kind': 'complaint',
                            'subject': "Case", 'accepted_on': D(2026, 8, 3)}])

    @with_transaction()
    def test_delete(self):
        "Test a registered letter can not be deleted"
        pool = Pool()
        Letter = pool.get('complaints.letter')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            with work_as(office.clerk):
                Letter.delete([Letter(letter.id)])
            letter = receive(office, D(2026, 8, 3))
            take(office.clerk, letter, 'register')
            with self.assertRaises(LockedError):
                Letter.delete([letter])

    @with_transaction()
    def test_rows(self):
        "Test nobody sees letters of agencies where they hold no role"
        pool = Pool()
        Letter = pool.get('complaints.letter')
        office = create_office()
        other = create_office('22251')
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            for user, sees in [
                    (office.clerk, True), (office.leader, True),
                    (office.supervisor, True), (office.auditor, True),
                    (other.clerk, False), (other.leader, False),
                    (other.supervisor, False)]:
                with self.subTest(user=user.login), work_as(user):
                    self.assertEqual(Letter.search([
                                ('id', '=', letter.id)], count=True), sees)
                    if not sees:
                        with self.assertRaises(AccessError):
                            Letter.read([letter.id], ['subject'])
                        with self.assertRaises(AccessError):
                            Pool().get('complaints.person').read(
                                [letter.persons[0].id], ['name'])
            for user in [office.supervisor, office.auditor, other.clerk]:
                with self.subTest(user=user.login), \
                        self.assertRaises(AccessError):
                    take(user, letter, note="Hello")

    @with_transaction()
    def test_administrator_reads_nothing(self):
        "Test who administers can not read letters"
        from trytond.modules.agencies.tests import create_user
        pool = Pool()
        Letter = pool.get('complaints.letter')
        office = create_office()
        user = create_user('it', office.agency, 'administrator')
        with clock.travel(D(2026, 8, 5)):
            receive(office, D(2026, 8, 3))
            with work_as(user), self.assertRaises(AccessError):
                Letter.search([])
                Letter.read([1], ['subject'])

    @with_transaction()
    def test_dates(self):
        "Test dates do not contradict each other"
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            with self.assertRaises(DateError):
                receive(office, D(2026, 8, 6))
            letter = receive(office, D(2026, 8, 3))
            propose(office, letter, 'accept')
            for day in [D(2026, 8, 1), D(2026, 8, 6)]:
                with self.assertRaises(DateError):
                    take(office.leader, letter, accepted_on=day)
            case = take(
                office.leader, letter, 'accept',
                accepted_on=D(2026, 8, 4)).case
            take(office.leader, case, 'verify')
            with self.assertRaises(DateError):
                take(office.leader, case, decided_on=D(2026, 8, 3))

    @with_transaction()
    def test_sender_missing(self):
        "Test a letter has a sender or is anonymous"
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3), persons=[])
            with self.assertRaises(PersonError):
                take(office.clerk, letter, 'register')
            nameless = receive(office, D(2026, 8, 3), name=" ")
            with self.assertRaises(PersonError):
                take(office.clerk, nameless, 'register')
            letter = take(office.clerk, letter, 'register', anonymous=True)
            self.assertEqual(letter.state, 'registered')

    @with_transaction()
    def test_identity_number(self):
        "Test an identity number is checked"
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            with self.assertRaises(ValidationError):
                receive(office, D(2026, 8, 3), persons=[('create', [{
                                    'name': "An", 'identity_number': '123'}])])

    @with_transaction()
    def test_numbers_without_gaps(self):
        "Test numbers follow each other for each agency and year"
        office, other = create_office(), create_office('22251')
        with clock.travel(D(2026, 8, 5)):
            numbers = []
            for place, day in [
                    (office, D(2026, 8, 3)), (office, D(2026, 8, 4)),
                    (other, D(2026, 8, 4)), (office, D(2025, 12, 31)),
                    (office, D(2026, 8, 5))]:
                letter = receive(place, day)
                letter = take(place.clerk, letter, 'register')
                numbers.append(letter.number.rsplit('-', 1)[0])
            self.assertEqual(numbers, [
                    '22250-D-2026-000001', '22250-D-2026-000002',
                    '22251-D-2026-000001', '22250-D-2025-000001',
                    '22250-D-2026-000003'])

    @with_transaction()
    def test_repeat(self):
        "Test the same letter again is shown as a likely repeat"
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            first = receive(office, D(2026, 8, 3))
            take(office.clerk, first, 'register')
            second = receive(
                office, D(2026, 8, 4), name="NGUYỄN VĂN AN",
                content=CONTENT.upper())
            second = take(office.clerk, second, 'register')
            third = receive(office, D(2026, 8, 4), name="Trần Thị Bình")
            third = take(office.clerk, third, 'register')
            self.assertEqual(second.repeat_of, first)
            self.assertIsNone(third.repeat_of)

    @with_transaction()
    def test_urgency(self):
        "Test a letter becomes urgent and late by its stored dates"
        pool = Pool()
        Letter = pool.get('complaints.letter')
        office = create_office()
        with clock.travel(D(2026, 8, 3)):
            letter = receive(office, D(2026, 8, 3))
            take(office.clerk, letter, 'register')
        for day, expected in [
                (D(2026, 8, 3), 'calm'), (D(2026, 8, 7), 'calm'),
                (D(2026, 8, 10), 'soon'), (D(2026, 8, 12), 'soon'),
                (D(2026, 8, 13), 'last'),
                (D(2026, 8, 14), 'silent')]:
            with self.subTest(day=day), clock.travel(day):
                self.assertEqual(Letter(letter.id).urgency, expected)
                for value in [
                        'calm', 'soon', 'last', 'overdue', 'silent', None]:
                    self.assertEqual(
                        Letter.search(
                            [('urgency', '=', value)], count=True),
                        value == expected)

    # Secrets

    @with_transaction()
    def test_denunciation_is_masked(self):
        "Test only to whom it was opened sees who denounces"
        pool = Pool()
        Letter = pool.get('complaints.letter')
        Person = pool.get('complaints.person')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3), kind='denunciation')
            take(office.clerk, letter, 'register')
            person, = letter.persons
            fields = ['name', 'identity_number', 'address', 'rec_name']
            with work_as(office.clerk):
                values, = Person.read([person.id], fields)
                self.assertEqual(values['name'], MASK)
            open_identity(office.clerk, letter)
            with work_as(office.clerk):
                values, = Person.read([person.id], fields)
                self.assertEqual(values['name'], "Nguyễn Văn An")
            for user in [office.leader, office.handler, office.supervisor,
                    office.auditor]:
                with self.subTest(user=user.login), work_as(user):
                    values, = Person.read([person.id], fields)
                    self.assertEqual(
                        {values[f] for f in fields}, {MASK})
                    values, = Letter.read([letter.id], ['sender'])
                    self.assertEqual(values['sender'], MASK)
                    rows = Letter.export_data(
                        [Letter(letter.id)], ['sender', 'persons/name'])
                    self.assertEqual(rows, [[MASK, MASK]])
            for name in ["Nguyễn Văn An", "%An%", "nguyen%"]:
                with work_as(office.leader):
                    self.assertEqual(
                        Letter.search([('sender', 'ilike', name)]), [])
                    self.assertEqual(
                        Person.search([('name', 'ilike', name)]), [])
            with work_as(office.leader):
                self.assertEqual(Person.search([
                            ('identity_number', '=', '066150123456')]), [])

    @with_transaction()
    def test_reclassified_denunciation(self):
        "Test a letter that turns out to be a denunciation is masked too"
        pool = Pool()
        Person = pool.get('complaints.person')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            take(office.clerk, letter, 'register')
            person, = letter.persons
            with work_as(office.leader):
                self.assertEqual(Person(person.id).name, "Nguyễn Văn An")
                self.assertEqual(
                    len(Person.search([('name', 'ilike', 'nguyen van%')])), 1)
            take(office.clerk, letter, kind='denunciation')
            with work_as(office.leader):
                self.assertEqual(Person(person.id).name, MASK)
                self.assertEqual(
                    Person.search([('name', 'ilike', 'nguyen van%')]), [])
            # back again: what was protected stays so
            take(office.clerk, letter, kind='complaint')
            with work_as(office.leader):
                self.assertEqual(Person(person.id).name, MASK)

    @with_transaction()
    def test_mask_written_back(self):
        "Test a mask that a client sends back changes nothing"
        pool = Pool()
        Person = pool.get('complaints.person')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3), kind='denunciation')
            take(office.clerk, letter, 'register')
            person, = letter.persons
            with work_as(office.leader):
                Person.write([Person(person.id)], {'name': MASK})
                with self.assertRaises(MaskedError):
                    Person.write([Person(person.id)], {'name': "Khác"})
            open_identity(office.clerk, letter)
            with work_as(office.clerk):
                Person.write([Person(person.id)], {'address': MASK})
                self.assertEqual(Person(person.id).name, "Nguyễn Văn An")

    @with_transaction()
    def test_identity_not_borrowed(self):
        "Test nobody reads an identity through a letter of their own"
        pool = Pool()
        Letter = pool.get('complaints.letter')
        Person = pool.get('complaints.person')
        office, other = create_office(), create_office('22251')
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3), kind='denunciation')
            take(office.clerk, letter, 'register')
            person, = letter.persons
            mine = receive(other, D(2026, 8, 3))
            with work_as(other.clerk):
                for act in [
                        lambda: Person.create([{
                                    'letter': mine.id,
                                    'identity': person.identity.id}]),
                        lambda: Letter.write([Letter(mine.id)], {
                                'persons': [('create', [{
                                                'identity':
                                                person.identity.id}])]}),
                        lambda: Letter.write([Letter(mine.id)], {
                                'persons': [('write', [mine.persons[0].id], {
                                            'identity':
                                            person.identity.id})]}),
                        lambda: Person.write(
                            [Person(mine.persons[0].id)],
                            {'identity': person.identity.id}),
                        lambda: Letter.create([{
                                    'agency': other.agency.id,
                                    'kind': 'petition', 'content': CONTENT,
                                    'persons': [('create', [{
                                                    'identity':
                                                    person.identity.id}])],
                                    }]),
                        lambda: Person.copy([Person(mine.persons[0].id)]),
                        ]:
                    with self.assertRaises(AccessError):
                        act()
            with work_as(office.clerk):
                copy, = Letter.copy([Letter(letter.id)])
                self.assertEqual(copy.persons, ())
                self.assertIsNone(copy.number)
                self.assertEqual(copy.state, 'received')

    @with_transaction()
    def test_protection_not_lifted(self):
        "Test a protected person stays so, whoever writes"
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3), kind='denunciation')
            person, = letter.persons
            with self.assertRaises(AccessError):
                take(office.clerk, person, protected=False)
            with self.assertRaises(AccessError):
                person.protected = False
                person.save()

    @with_transaction()
    def test_identity_not_in_audit(self):
        "Test the audit keeps identities as hashes only"
        pool = Pool()
        Entry = pool.get('audit.entry')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3), kind='denunciation')
            take(office.clerk, letter, 'register')
        for entry in Entry.search([]):
            for secret in ["Nguyễn Văn An", "nguyen van an", "066150123456",
                    "Thôn 3"]:
                self.assertNotIn(secret, entry.changes or '')
                self.assertNotIn(secret, entry.summary or '')

    @with_transaction()
    def test_identity_not_callable(self):
        "Test no client can call the model of the identities"
        Identity = Pool().get('complaints.identity')
        self.assertFalse(Identity.__rpc__.keys() & {
                'read', 'search', 'search_read', 'write', 'create',
                'export_data'})

    @with_transaction()
    def test_attachment(self):
        "Test the scan of a denunciation is sealed"
        pool = Pool()
        Attachment = pool.get('ir.attachment')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3), kind='denunciation')
            with work_as(office.clerk):
                attachment, = Attachment.create([{
                            'name': "scan.pdf", 'data': b'%PDF-1.4 scan',
                            'resource': str(letter)}])
            take(office.clerk, letter, 'register')
            for user in [office.clerk, office.leader]:
                with work_as(user):
                    values, = Attachment.read(
                        [attachment.id], ['data', 'name', 'rec_name'])
                    self.assertIsNone(values['data'])
                    self.assertNotIn("scan", values['name'])
                    self.assertNotIn("scan", values['rec_name'])
                    self.assertEqual(
                        Attachment.search([('name', 'like', 'scan%')]), [])
                    for act in [
                            lambda: Attachment.write(
                                [Attachment(attachment.id)], {'data': b'x'}),
                            lambda: Attachment.delete(
                                [Attachment(attachment.id)]),
                            ]:
                        with self.assertRaises(MaskedError):
                            act()
            open_identity(office.clerk, letter)
            with work_as(office.clerk):
                values, = Attachment.read([attachment.id], ['data', 'name'])
                self.assertEqual(bytes(values['data']), b'%PDF-1.4 scan')
                self.assertEqual(values['name'], "scan.pdf")
            # the database knows neither what it is nor what it is called
            table = Attachment.__table__()
            cursor = Transaction().connection.cursor()
            cursor.execute(*table.select(table.name, table.data))
            self.assertNotIn('scan', str(cursor.fetchall()))

    # Audit

    @with_transaction()
    def test_each_step_once(self):
        "Test each step is on record once, with who and where"
        pool = Pool()
        Entry = pool.get('audit.entry')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office)
            letter, = case.letters
        entries = Entry.search(
            [('resource', '=', str(letter)), ('action', '=', 'transition')],
            order=[('id', 'ASC')])
        self.assertEqual([(e.summary, e.user) for e in entries], [
                ('state:registered', office.clerk),
                ('state:classified', office.clerk),
                ('state:proposed', office.clerk),
                ('state:approved', office.leader),
                ('state:accepted', office.leader),
                ])
        self.assertEqual({e.agency for e in entries}, {office.agency})
        self.assertEqual(
            clock.local_day(entries[0].at), D(2026, 8, 5))
        created, = Entry.search([
                ('resource', '=', str(letter)), ('action', '=', 'create')])
        self.assertIn("Kind: – → complaint", created.changes_text)
        # of what may name somebody a hash, which proves what it was
        Key = pool.get('audit.key')
        self.assertIn(
            Key.hash(letter.content), created.changes)
        self.assertNotIn("Không đồng ý", created.changes)
        self.assertIn(
            "Content: – → #" + Key.hash(letter.content)[:8],
            created.changes_text)

    @with_transaction()
    def test_audit_rows(self):
        "Test the trail is seen by who sees the record"
        pool = Pool()
        Entry = pool.get('audit.entry')
        office, other = create_office(), create_office('22251')
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            for user, sees in [
                    (office.clerk, 1), (office.supervisor, 1),
                    (other.clerk, 0)]:
                with self.subTest(user=user.login), work_as(user):
                    self.assertEqual(Entry.search([
                                ('resource', '=', str(letter))], count=True),
                        sees)


del ModuleTestCase
