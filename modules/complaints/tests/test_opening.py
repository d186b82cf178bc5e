# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Who learns who denounces: asked for, consented to, shown, on record."""
import datetime as dt
import tempfile
from pathlib import Path
from unittest import TestCase
from unittest.mock import patch

from trytond.model.exceptions import AccessButtonError, AccessError
from trytond.modules.agencies.exceptions import MembershipError
from trytond.modules.agencies.tests import create_user, work_as
from trytond.modules.audit import key, keyring
from trytond.modules.audit.period import Period
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)
from trytond.transaction import Transaction

from ..envelope import EnvelopeError
from ..exceptions import MaskedError, OpeningError, StepError
from ..identity import ERASED, MASK
from .tools import (
    CanNotWrite, act, appoint, create_office, create_superior, only_reading,
    open_case, open_identity, receive, take)

D = dt.date
DAY = D(2026, 8, 5)
NAME = "Nguyễn Văn An"


def seen_by(user, letter):
    "Return the name that a user sees on the letter"
    Person = Pool().get('complaints.person')
    with work_as(user):
        values, = Person.read([letter.persons[0].id], ['name'])
    return values['name']


def entries(action):
    Entry = Pool().get('audit.entry')
    return Entry.search([
            ('action', '=', action),
            ('resource', 'like', 'complaints.letter,%')])


class _TestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('complaints')

    @classmethod
    def tearDownClass(cls):
        drop_db()


class OpeningTestCase(_TestCase):
    "Test opening identities"

    def denunciation(self, office, **values):
        letter = receive(office, D(2026, 8, 3), kind='denunciation', **values)
        return take(office.clerk, letter, 'register')

    @with_transaction()
    def test_draft(self):
        "Who writes it down sees it, until it is registered"
        office = create_office()
        with clock.travel(DAY):
            letter = receive(office, D(2026, 8, 3), kind='denunciation')
            self.assertEqual(seen_by(office.clerk, letter), NAME)
            self.assertEqual(seen_by(office.leader, letter), MASK)
            take(office.clerk, letter, 'register')
            self.assertEqual(seen_by(office.clerk, letter), MASK)

    @with_transaction()
    def test_keeper(self):
        "Who handles it needs no consent, but says why; each view is on record"
        office = create_office()
        with clock.travel(DAY):
            letter = self.denunciation(office)
            opening = open_identity(office.clerk, letter)
            self.assertEqual(opening.state, 'granted')
            self.assertFalse(entries('reveal'))
            # a form that is read anew within a minute is one look
            self.assertEqual(seen_by(office.clerk, letter), NAME)
            self.assertEqual(seen_by(office.clerk, letter), NAME)
            self.assertEqual(len(entries('reveal')), 1)
        with clock.travel(dt.datetime(
                    2026, 8, 5, 9, 2, tzinfo=clock.TIMEZONE)):
            self.assertEqual(seen_by(office.clerk, letter), NAME)
            revealed = entries('reveal')
            self.assertEqual(len(revealed), 2)
            for entry in revealed:
                self.assertEqual(entry.user, office.clerk)
                self.assertEqual(entry.agency, office.agency)
                self.assertTrue(entry.summary.startswith(f'#{opening.id} '))
                self.assertNotIn(NAME, entry.summary)
            self.assertEqual(opening.shown, 2)
        later = dt.datetime(
            2026, 8, 5, 9 + opening.rule.hours, 1, tzinfo=clock.TIMEZONE)
        with clock.travel(later):
            self.assertEqual(seen_by(office.clerk, letter), MASK)

    @with_transaction()
    def test_each_thing_is_a_look(self):
        "A scan that is opened right after the name is on record as well"
        Attachment = Pool().get('ir.attachment')
        office = create_office()
        with clock.travel(DAY):
            letter = self.denunciation(office)
            with work_as(office.clerk):
                scans = Attachment.create([{
                            'name': f'{n}.txt', 'data': b'hand',
                            'resource': str(letter)} for n in range(2)])
            open_identity(office.clerk, letter)
            self.assertEqual(seen_by(office.clerk, letter), NAME)
            with work_as(office.clerk):
                for scan in scans:
                    for _ in range(2):
                        Attachment.read([scan.id], ['data'])
            self.assertEqual(len(entries('reveal')), 3)

    @with_transaction()
    def test_only_looking(self):
        "Where it can not be put on record nothing is shown"
        Person = Pool().get('complaints.person')
        self.assertTrue(Person.__rpc__['read'].readonly)
        self.assertTrue(Person.__rpc__['search_read'].readonly)
        office = create_office()
        with clock.travel(DAY):
            letter = self.denunciation(office)
            open_identity(office.clerk, letter)
            with only_reading(), self.assertRaises(CanNotWrite):
                seen_by(office.clerk, letter)
            # who has opened nothing sees the mask, and leaves no entry
            with only_reading() as apart:
                self.assertEqual(seen_by(office.leader, letter), MASK)
            self.assertFalse(apart.called)

    @with_transaction()
    def test_lists_stay_masked(self):
        "Also who opened it sees a mask in lists, searches and exports"
        Letter = Pool().get('complaints.letter')
        office = create_office()
        with clock.travel(DAY):
            letter = self.denunciation(office)
            open_identity(office.clerk, letter)
            with work_as(office.clerk):
                self.assertEqual(
                    Letter.search([('sender', 'ilike', '%An%')]), [])
                values, = Letter.read([letter.id], ['sender'])
                rows = Letter.export_data(
                    [Letter(letter.id)], ['sender', 'persons/name'])
                self.assertEqual(values['sender'], MASK)
                self.assertEqual(rows, [[MASK, MASK]])

    @with_transaction()
    def test_refused_by_rule(self):
        "Whom no rule lets ask is refused, and that he tried is on record"
        office = create_office()
        colleague = create_user('colleague', office.agency, 'clerk')
        with clock.travel(DAY):
            letter = self.denunciation(office)
            for user, purpose in [
                    (colleague, 'handling'), (colleague, 'settling'),
                    (office.auditor, 'handling'), (colleague, 'verifying'),
                    (office.handler, 'reviewing')]:
                opening = open_identity(user, letter, purpose)
                self.assertEqual(opening.state, 'refused')
                self.assertEqual(seen_by(user, letter), MASK)
            self.assertEqual(
                [e.user for e in entries('refuse')],
                [office.handler, colleague, office.auditor, colleague,
                    colleague])

    @with_transaction()
    def test_consent(self):
        "Another consents: not who asks, nor whom it is about"
        Opening = Pool().get('complaints.opening')
        office = create_office()
        custodian = create_user('custodian', office.agency, 'custodian')
        colleague = create_user('colleague', office.agency, 'clerk')
        with clock.travel(DAY):
            letter = self.denunciation(office)
            opening = open_identity(colleague, letter, 'protecting')
            self.assertEqual(opening.state, 'requested')
            self.assertEqual(seen_by(colleague, letter), MASK)
            for user in [colleague, office.leader, office.auditor]:
                with self.assertRaises((AccessError, AccessButtonError)):
                    take(user, opening, 'grant')
            take(custodian, opening, 'grant')
            self.assertEqual(seen_by(colleague, letter), NAME)
            take(custodian, opening, 'close')
            self.assertEqual(seen_by(colleague, letter), MASK)
            # every round stays
            again = open_identity(colleague, letter, 'protecting')
            with self.assertRaises(OpeningError):
                take(custodian, again, 'refuse')
            take(custodian, again, 'refuse', decision_note="Không cần")
            self.assertEqual(seen_by(colleague, letter), MASK)
            self.assertEqual(
                [o.state for o in Opening.search(
                        [], order=[('id', 'ASC')])],
                ['closed', 'refused'])

    @with_transaction()
    def test_team(self):
        "A member of the team asks, a leader consents; off the team, no more"
        pool = Pool()
        Opening = pool.get('complaints.opening')
        Verifier = pool.get('complaints.verifier')
        office = create_office()
        member = create_user('member', office.agency, 'handler')
        with clock.travel(DAY):
            case = open_case(office, kind='denunciation')
            appoint(office, case, "Phạm Thị Dung", "Lê Văn Em")
            letter, = case.letters
            self.assertEqual(
                open_identity(member, letter, 'verifying').state, 'refused')
            verifier = case.__class__(case.id).team[1]
            verifier.user = member
            verifier.save()
            opening = open_identity(member, letter, 'verifying')
            self.assertEqual(opening.state, 'requested')
            take(office.leader, opening, 'grant')
            self.assertEqual(seen_by(member, letter), NAME)
            Verifier.write([Verifier(verifier.id)], {'user': None})
            self.assertEqual(seen_by(member, letter), MASK)
        self.assertTrue(Opening.search([]))

    @with_transaction()
    def test_accused_leader(self):
        "Whom the denunciation is about learns nothing and consents to nothing"
        office = create_office()
        superior = create_superior(office)
        accused = office.leader
        with clock.travel(DAY):
            for values in [
                    {'respondent': f"Ông {accused.name}, Chủ tịch UBND xã"},
                    {'respondent_agency': office.agency.id,
                        'respondent_role': 'head'}]:
                letter = self.denunciation(office, **values)
                opening = open_identity(accused, letter, 'settling')
                self.assertEqual(opening.state, 'refused')
                with self.assertRaises(AccessError):
                    seen_by(accused, letter)
                # the consent goes to the agency above
                opening = open_identity(office.handler, letter, 'crime')
                self.assertEqual(opening.state, 'requested')
                self.assertEqual(opening.decided_in, superior.agency)
                with self.assertRaises(AccessError):
                    take(accused, opening, 'grant')
                take(superior.leader, opening, 'grant')
                self.assertEqual(seen_by(office.handler, letter), NAME)

    @with_transaction()
    def test_accused_reads_no_act(self):
        "An accused leader does not read what was said in the acts either"
        Act = Pool().get('complaints.act')
        office = create_office()
        with clock.travel(DAY):
            letter = self.denunciation(
                office, respondent=f"Ông {office.leader.name}")
            take(office.clerk, letter, 'classify')
            act(office.clerk, letter, 'check_identity',
                text=f"Đã gặp ông {NAME}")
            one, = Act.search([('letter', '=', letter.id)])
            with work_as(office.leader):
                self.assertEqual(Act.search([]), [])
                with self.assertRaises(AccessError):
                    Act.read([one.id], ['text'])
            with work_as(office.clerk):
                self.assertIn(NAME, Act(one.id).text)

    @with_transaction()
    def test_nothing_written_by_hand(self):
        "No client makes, opens, prolongs or removes an opening"
        Opening = Pool().get('complaints.opening')
        office = create_office()
        with clock.travel(DAY):
            letter = self.denunciation(office)
            opening = open_identity(office.clerk, letter)
            for user in [office.clerk, office.leader]:
                with work_as(user):
                    for attempt in [
                            lambda: Opening.create([{
                                        'agency': office.agency.id,
                                        'letter': letter.id,
                                        'requested_by': office.leader.id,
                                        'requested_at': clock.utcnow(),
                                        'open_until': dt.datetime(2030, 1, 1),
                                        'state': 'granted'}]),
                            lambda: Opening.write([Opening(opening.id)], {
                                    'open_until': dt.datetime(2030, 1, 1)}),
                            lambda: Opening.write([Opening(opening.id)], {
                                    'state': 'closed'}),
                            lambda: Opening.delete([Opening(opening.id)]),
                            lambda: Opening.copy([Opening(opening.id)]),
                            ]:
                        with self.assertRaises(AccessError):
                            attempt()
            with self.assertRaises(OpeningError):
                Opening.delete([Opening(opening.id)])

    @with_transaction()
    def test_wizard(self):
        "The wizard shows who it is, or says that it was asked or refused"
        Open = Pool().get('complaints.opening.open', type='wizard')
        Letter = Pool().get('complaints.letter')
        office = create_office()
        colleague = create_user('colleague', office.agency, 'clerk')
        with clock.travel(DAY):
            letter = self.denunciation(
                office, content=f"Tôi là {NAME}, tố cáo ông B nhận tiền")
            self.assertNotIn(NAME, letter.content)

            def run(user, **values):
                with work_as(user):
                    context = {
                        'active_model': 'complaints.letter',
                        'active_id': letter.id, 'active_ids': [letter.id]}
                    with Transaction().set_context(context):
                        session, start, _ = Open.create()
                        data = {}
                        result = Open.execute(session, data, start)
                        if values:
                            data = {'start': values}
                            result = Open.execute(session, data, 'ask')
                        Open.delete(session)
                return result['view']['state'], result['view']['defaults']
            state, defaults = run(office.clerk)
            self.assertEqual(state, 'start')
            state, defaults = run(
                office.clerk, rule=defaults['rules'][0],
                reason="Kiểm tra họ tên")
            self.assertEqual(state, 'shown')
            self.assertIn(NAME, defaults['text'])
            self.assertIn("066150123456", defaults['text'])
            self.assertIn(NAME, defaults['original'])
            state, _ = run(office.clerk)
            self.assertEqual(state, 'shown')
            self.assertEqual(len(entries('reveal')), 1)
            state, _ = run(office.auditor)
            self.assertEqual(state, 'said')
            self.assertEqual(len(entries('refuse')), 1)
            # an urgent matter: a colleague asks
            state, defaults = run(colleague)
            self.assertEqual(state, 'start')
        self.assertTrue(Letter(letter.id))


class DutiesTestCase(_TestCase):
    "Test who does one thing can not do the other"

    @with_transaction()
    def test_not_alone(self):
        "Who registers does not decide, whatever roles he has"
        Membership = Pool().get('agencies.membership')
        office = create_office()
        Membership(
            user=office.clerk, agency=office.agency, role='leader',
            valid_from=D(2020, 1, 1)).save()
        with clock.travel(DAY):
            letter = receive(office, D(2026, 8, 3))
            take(office.clerk, letter, 'register', 'classify')
            take(office.clerk, letter, 'propose', proposal='accept')
            with self.assertRaises(StepError):
                take(office.clerk, letter, 'approve')
            take(office.leader, letter, 'approve')
            case = take(office.leader, letter, 'accept').case
            take(office.leader, case, 'verify')
            act(office.handler, case, 'report', number='1', text="Đúng")
            take(office.handler, case, result='right', decision_number='1')
            with self.assertRaisesRegex(StepError, "alone"):
                take(office.clerk, case, 'decide')

    @with_transaction()
    def test_administrator(self):
        "Who administers gives himself no role, and leaves a trace"
        pool = Pool()
        Entry = pool.get('audit.entry')
        Membership = pool.get('agencies.membership')
        User = pool.get('res.user')
        office = create_office()
        admin = create_user('admin2', office.agency, 'administrator')
        values = {'agency': office.agency.id, 'role': 'leader'}
        with clock.travel(DAY), work_as(admin):
            with self.assertRaises(MembershipError):
                Membership.create([{**values, 'user': admin.id}])
            other, = Membership.create([{**values, 'user': office.clerk.id}])
            with self.assertRaises(MembershipError):
                Membership.write(
                    [Membership(other.id)], {'user': admin.id})
        with clock.travel(DAY), Transaction().set_user(admin.id):
            User.write([User(office.clerk.id)], {
                    'password': "bốn con ngựa đi chợ"})
        entries = Entry.search([
                ('resource', '=', str(office.clerk)),
                ('action', '=', 'write'), ('user', '=', admin.id)])
        self.assertTrue(entries)
        for entry in entries:
            self.assertIn('password', entry.summary)
            self.assertNotIn('ngựa', str(entry.changes))


class SecretTestCase(_TestCase):
    "Test what is sealed, and when"

    def texts(self):
        "Return all text of the tables of the letters, as one string"
        pool = Pool()
        cursor = Transaction().connection.cursor()
        result = []
        for name in ['letter', 'person', 'identity', 'original', 'act',
                'case', 'opening']:
            cursor.execute(*pool.get(f'complaints.{name}').__table__(
                    ).select())
            result.append(str(cursor.fetchall()))
        for name in ['audit.entry', 'ir.attachment', 'ir.note']:
            cursor.execute(*pool.get(name).__table__().select())
            result.append(str(cursor.fetchall()))
        return '\n'.join(result)

    def check_nothing(self, *secrets):
        text = self.texts()
        for secret in secrets:
            self.assertNotIn(secret, text)

    @with_transaction()
    def test_from_the_first_keystroke(self):
        "Nothing of a denouncer is ever written in clear"
        pool = Pool()
        Identity = pool.get('complaints.identity')
        Letter = pool.get('complaints.letter')
        office = create_office()
        written = []
        insert, write = Identity.insert.__func__, Letter.write.__func__

        def spy(cls, rows, **options):
            written.extend(rows)
            return insert(cls, rows, **options)
        Identity.insert = classmethod(spy)
        try:
            with clock.travel(DAY):
                letter = receive(
                    office, D(2026, 8, 3), kind='denunciation',
                    content=f"Tôi tên {NAME}, số 066150123456, ở Thôn 3, xã "
                    "Sơn Thành, tố cáo cán bộ địa chính.",
                    note=f"Bà con của {NAME.upper()}")
                secrets = [
                    NAME, NAME.upper(), "nguyen van an", "066150123456",
                    "Thôn 3, xã Sơn Thành"]
                self.check_nothing(*secrets)
                take(office.clerk, letter, 'register', 'classify')
                act(office.clerk, letter, 'check_identity',
                    text=f"Đã gặp ông {NAME}", people=NAME)
                self.check_nothing(*secrets)
        finally:
            Identity.insert = classmethod(insert)
        self.assertTrue(written)
        self.assertTrue(all(not v['name_fold'] for v in written))
        self.assertTrue(all(not v['number_key'] for v in written))
        self.assertTrue(write)

    @with_transaction()
    def test_who_asks(self):
        "Any sender who asks is as secret as a denouncer"
        office = create_office()
        with clock.travel(DAY):
            letter = receive(
                office, D(2026, 8, 3), secrecy=True,
                content=f"Tôi là {NAME}, khiếu nại việc thu hồi đất")
            self.check_nothing(NAME, "066150123456")
            take(office.clerk, letter, 'register')
            self.assertEqual(seen_by(office.clerk, letter), MASK)
            with self.assertRaises(MaskedError):
                take(office.clerk, letter, secrecy=False)

    @with_transaction()
    def test_asked_later(self):
        "Who asks for it later is secret from then on"
        pool = Pool()
        Attachment = pool.get('ir.attachment')
        office = create_office()
        with clock.travel(DAY):
            letter = receive(
                office, D(2026, 8, 3),
                content=f"Tôi là {NAME}, khiếu nại việc thu hồi đất")
            with work_as(office.clerk):
                attachment, = Attachment.create([{
                            'name': f"{NAME}.pdf", 'data': b'%PDF-1.4 hand',
                            'resource': str(letter)}])
            take(office.clerk, letter, 'register')
            self.assertEqual(seen_by(office.leader, letter), NAME)
            take(office.clerk, letter, secrecy=True)
            self.assertEqual(seen_by(office.leader, letter), MASK)
            with work_as(office.leader):
                values, = Attachment.read([attachment.id], ['data', 'name'])
            self.assertIsNone(values['data'])
            self.assertNotIn(NAME, values['name'])
            self.assertNotIn(
                NAME, pool.get('complaints.letter')(letter.id).content)

    @with_transaction()
    def test_no_oracle(self):
        "From what is cut out nobody learns whether a guess was right"
        Letter = Pool().get('complaints.letter')
        office = create_office()
        colleague = create_user('colleague', office.agency, 'clerk')
        with clock.travel(DAY):
            letter = receive(office, D(2026, 8, 3), kind='denunciation')
            take(office.clerk, letter, 'register')
            guess = f"Có phải {NAME} không?"
            take(colleague, letter, note=guess)
            self.assertEqual(Letter(letter.id).note, guess)
            # who knows it does not spread it by a slip
            open_identity(office.clerk, letter)
            take(office.clerk, letter, note=f"Đã gọi cho {NAME}")
            self.assertNotIn(NAME, Letter(letter.id).note)

    @with_transaction()
    def test_entries_of_older_releases(self):
        "What older releases put on record in clear is not shown or searched"
        Entry = Pool().get('audit.entry')
        office = create_office()
        with clock.travel(DAY):
            secret = receive(office, D(2026, 8, 3), kind='denunciation')
            plain = receive(office, D(2026, 8, 3))
            for letter in [secret, plain]:
                Entry.append([{
                            'action': 'write', 'resource': letter,
                            'changes': {'content': [
                                    None, f"Tôi là {NAME}"]}}])
            with work_as(office.leader):
                for letter, seen in [(secret, False), (plain, True)]:
                    entry, = Entry.search(
                        [('resource', '=', str(letter))],
                        order=[('id', 'DESC')], limit=1)
                    self.assertEqual(NAME in entry.changes_text, seen)
                for attempt in [
                        lambda: Entry.search([('changes', 'like', '%An%')]),
                        lambda: Entry.read([entry.id], ['changes'])]:
                    with self.assertRaises(AccessError):
                        attempt()

    @with_transaction()
    def test_transferred_words(self):
        "The words as they were written go with the letter"
        Original = Pool().get('complaints.original')
        office = create_office()
        with clock.travel(DAY):
            letter = receive(
                office, D(2026, 8, 3), kind='denunciation',
                content=f"Tôi là {NAME}, tố cáo")
            texts = Original.read_texts([str(letter)])
            self.assertIn(NAME, texts[str(letter)]['content'])

    @with_transaction()
    def test_swapped(self):
        "What is sealed for one does not open as another's"
        Identity = Pool().get('complaints.identity')
        office = create_office()
        with clock.travel(DAY):
            one = receive(office, D(2026, 8, 3), kind='denunciation')
            other = receive(
                office, D(2026, 8, 3), kind='denunciation', name="Trần B")
        table = Identity.__table__()
        cursor = Transaction().connection.cursor()
        first, second = (
            le.persons[0].identity for le in [one, other])
        cursor.execute(*table.update(
                [table.sealed], [Identity.sealed.sql_format(second.sealed)],
                where=table.id == first.id))
        with self.assertRaises(EnvelopeError):
            Identity(first.id).open_values()

    @with_transaction()
    def test_erased(self):
        "Without the key nobody reads it any more, and the audit stays"
        pool = Pool()
        Identity = pool.get('complaints.identity')
        Seal = pool.get('audit.seal')
        office = create_office()
        with clock.travel(DAY):
            letter = self._seal_and_open(office)
            Seal.seal_period(Period.current())
            Period.end()
            Identity.erase([letter.persons[0].identity.id])
            self.assertEqual(seen_by(office.clerk, letter), ERASED)
            identity = Identity(letter.persons[0].identity.id)
            self.assertIsNone(identity.wrapped)
            self.assertEqual(identity.open_values(), {})
            self.assertEqual(Seal.verify().flaws, [])

    def _seal_and_open(self, office):
        letter = receive(office, D(2026, 8, 3), kind='denunciation')
        take(office.clerk, letter, 'register')
        open_identity(office.clerk, letter)
        self.assertEqual(seen_by(office.clerk, letter), NAME)
        return letter

    @with_transaction()
    def test_rotation(self):
        "Another master key opens what the former one wrapped, and replaces it"
        pool = Pool()
        Identity = pool.get('complaints.identity')
        Key = pool.get('audit.key')
        office = create_office()
        with tempfile.TemporaryDirectory() as directory, \
                clock.travel(DAY):
            file = Path(directory) / 'keys'
            keyring.save(file, Key.keyring())
            with patch.object(key, 'key_file', lambda: file):
                letter = self._seal_and_open(office)
                with keyring.changing(file) as keys:
                    keys.add('master')
                self.assertEqual(seen_by(office.clerk, letter), NAME)
                self.assertTrue(Identity.uses_master(1))
                while Identity.rewrap(limit=1):
                    pass
                self.assertFalse(Identity.uses_master(1))
                with keyring.changing(file) as keys:
                    keys.remove('master', 1)
                self.assertEqual(seen_by(office.clerk, letter), NAME)

