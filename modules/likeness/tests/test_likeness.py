# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Letters that look like another, and what may be said of them."""
import datetime as dt
from unittest import TestCase

from trytond.model.exceptions import AccessError
from trytond.modules.agencies.exceptions import RoleError
from trytond.modules.agencies.tests.tools import create_user, work_as
from trytond.modules.complaints.exceptions import LockedError, StepError
from trytond.modules.complaints.tests.tools import (
    create_office, open_case, receive, take)
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)
from trytond.transaction import Transaction

MAY = dt.date(2026, 8, 3)
TEXT = (
    "Gia đình tôi canh tác thửa đất số 214 tờ bản đồ 17 từ năm 1993, nay bị "
    "xã lấy làm bãi tập kết vật liệu mà không có quyết định thu hồi")
OTHER = (
    "Đề nghị thay bóng đèn chiếu sáng đoạn từ trường tiểu học đến chợ vì "
    "ban đêm tối, xe máy đã hai lần đâm vào cột")


class LikenessTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('likeness')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    def register(self, office, content, kind='petition', **values):
        letter = receive(office, MAY, kind=kind, content=content, **values)
        take(office.clerk, letter, 'register')
        return Pool().get('complaints.letter')(letter.id)

    @with_transaction()
    def test_call_is_on_record(self):
        "Test a call that exports likenesses only reads"
        self.assertTrue(Pool().get(
                'likeness.likeness').__rpc__['export_data'].readonly)

    def shown(self, user, letter):
        "Return what a user reads of the likenesses of a letter"
        Likeness = Pool().get('likeness.likeness')
        with work_as(user):
            return [
                (like['other'], like['agency'], like['reasons'])
                for like in Likeness.search_read(
                    [('letter', '=', letter.id)],
                    fields_names=['other', 'agency', 'reasons', 'score'])]

    def draft(self, user, office, **values):
        "Return what the form of a draft says"
        pool = Pool()
        Letter = pool.get('complaints.letter')
        Person = pool.get('complaints.person')
        person = values.pop('person', None)
        with work_as(user):
            letter = Letter(
                state='received', kind='petition', agency=office.agency,
                contested_number=None, contested_on=None,
                respondent_agency=None, persons=(
                    [Person(role='sender', **person)] if person else []),
                **{'content': None, **values})
            return letter.on_change_with_similar() or ''

    @with_transaction()
    def test_reasons(self):
        office = create_office()
        first = self.register(office, TEXT)
        second = self.register(office, TEXT + ", kính mong xem xét")
        (other, agency, why), = self.shown(office.clerk, second)
        self.assertEqual((other, agency), (first.id, office.agency.id))
        self.assertIn("the same identity number", why)
        self.assertIn("phrases are the same", why)
        self.assertFalse(self.shown(office.clerk, first))

    @with_transaction()
    def test_other_matter(self):
        office = create_office()
        self.register(office, TEXT)
        other = self.register(office, OTHER, persons=[('create', [{
                            'name': "Lê Thị Hoa",
                            'address': "Xã Sơn Thành"}])])
        self.assertFalse(self.shown(office.clerk, other))

    @with_transaction()
    def test_decision(self):
        office = create_office()
        person = {'persons': [('create', [{'name': "Lê Thị Hoa"}])]}
        first = self.register(
            office, TEXT, kind='complaint',
            contested_number="Quyết định số 12/QĐ-UBND")
        second = self.register(
            office, OTHER, kind='complaint', contested_number="12/qd-ubnd",
            **person)
        (other, _, why), = self.shown(office.clerk, second)
        self.assertEqual(
            (other, why), (first.id, "the same decision is contested"))

    @with_transaction()
    def test_foreign(self):
        "Of a letter elsewhere nobody learns more than whom to ask"
        here, there = create_office(), create_office('22255')
        first = self.register(there, TEXT)
        second = self.register(here, TEXT)
        (other, agency, why), = self.shown(here.clerk, second)
        self.assertIsNone(other)
        self.assertEqual(agency, there.agency.id)
        self.assertEqual(
            why, f"A restricted match exists: ask {there.agency.rec_name}.")
        # who may read both letters sees both
        both = create_user('both', here.agency, 'leader')
        Pool().get('agencies.membership')(
            user=both, agency=there.agency, role='handler',
            valid_from=dt.date(2011, 1, 1)).save()
        (other, *_), = self.shown(both, second)
        self.assertEqual(other, first.id)
        # who may read neither sees nothing
        self.assertFalse(self.shown(there.clerk, second))
        with work_as(here.clerk):
            Likeness = Pool().get('likeness.likeness')
            self.assertFalse(
                {'match', 'evidence'} & Likeness.fields_get().keys())
            like, = Likeness.search([('letter', '=', second.id)])
            for read in [
                    lambda: Likeness.read([like.id], ['match']),
                    lambda: Likeness.read([like.id], ['evidence']),
                    lambda: Likeness.read([like.id], ['match.number']),
                    lambda: Likeness.search([('match', '=', first.id)]),
                    lambda: Likeness.search([('evidence', 'like', '%nam%')]),
                    lambda: Likeness.search(
                        [('match.number', '=', first.number)]),
                    lambda: Likeness.search([], order=[('match', 'ASC')]),
                    lambda: Likeness.export_data([like], ['match/number']),
                    ]:
                with self.assertRaises(AccessError):
                    read()

    @with_transaction()
    def test_denouncer(self):
        "No reason tells who sent a denunciation"
        office = create_office()
        colleague = create_user('colleague', office.agency, 'clerk')
        self.register(office, TEXT, kind='denunciation')
        for kind in ['complaint', 'denunciation']:
            with self.subTest(kind=kind):
                same_person = self.register(office, OTHER, kind=kind)
                shown = self.shown(office.clerk, same_person)
                shown += self.shown(colleague, same_person)
                self.assertFalse([s for s in shown if 'identity' in s[2]])
                if kind == 'complaint':
                    self.assertFalse(shown)

    @with_transaction()
    def test_becomes_a_denunciation(self):
        "What was found for the sender goes when the letter is protected"
        office = create_office()
        first = self.register(office, TEXT)
        second = self.register(office, OTHER)
        third = self.register(office, OTHER)
        self.assertEqual(len(self.shown(office.clerk, second)), 1)
        self.assertEqual(len(self.shown(office.clerk, third)), 2)
        take(office.clerk, second, kind='denunciation')
        self.assertFalse(self.shown(office.clerk, second))
        shown = {s[0]: s[2] for s in self.shown(office.clerk, third)}
        self.assertIn("identity", shown[first.id])
        self.assertNotIn("identity", shown[second.id])
        Entry = Pool().get('audit.entry')
        self.assertFalse([
                e for e in Entry.search([
                        ('resource', 'like', 'likeness.likeness,%')])
                if '"number"' in (e.changes or '')])

    @with_transaction()
    def test_crowd(self):
        "Letters elsewhere do not crowd out those that may be read"
        office, there = create_office(), create_office('22255')
        own = self.register(office, TEXT)
        for _ in range(25):
            self.register(there, TEXT)
        text = self.draft(office.clerk, office, content=TEXT)
        self.assertEqual(text.splitlines()[0].split()[0], own.number)
        self.assertEqual(len(text.splitlines()), 1)

    @with_transaction()
    def test_denunciation_copied(self):
        "The keeper sees it, a colleague is sent to the agency"
        office = create_office()
        colleague = create_user('colleague', office.agency, 'clerk')
        first = self.register(office, TEXT, kind='denunciation')
        second = self.register(office, TEXT, kind='denunciation')
        (other, _, why), = self.shown(office.clerk, second)
        self.assertEqual(other, first.id)
        self.assertNotIn('identity', why)
        (other, _, why), = self.shown(colleague, second)
        self.assertIsNone(other)
        self.assertIn('restricted', why)

    @with_transaction()
    def test_draft(self):
        office = create_office()
        first = self.register(office, TEXT)
        text = self.draft(
            office.clerk, office, person={'identity_number': "066150123456"})
        self.assertIn(first.number, text)
        self.assertIn("the same identity number", text)
        text = self.draft(office.clerk, office, content=TEXT.upper())
        self.assertIn(first.number, text)
        self.assertFalse(self.draft(office.clerk, office, content=OTHER))

    @with_transaction()
    def test_draft_tries_out_names(self):
        "Typing the name of a suspect says nothing about what they sent"
        office, there = create_office(), create_office('22255')
        colleague = create_user('colleague', office.agency, 'leader')
        self.register(office, TEXT, kind='denunciation')
        self.register(there, OTHER)
        suspect = {
            'name': "Nguyễn Văn An", 'identity_number': "066150123456",
            'address': "Thôn 3, xã Sơn Thành"}
        for user in [colleague, office.supervisor, there.leader]:
            text = self.draft(user, office, person=suspect)
            if user == there.leader:
                self.assertIn("the same identity number", text)
            else:
                self.assertFalse(text)
        # the keeper knows the name already
        self.assertIn(
            "the same identity number",
            self.draft(office.clerk, office, person=suspect))

    @with_transaction()
    def test_corrected(self):
        "What was corrected before the classification is compared anew"
        office = create_office()
        first = self.register(office, TEXT, kind='complaint')
        take(office.clerk, first, 'classify', contested_number="77/QĐ-UBND",
            respondent_agency=office.agency.id)
        second = self.register(
            office, OTHER, kind='complaint', contested_number="77/QĐ-UBND",
            persons=[('create', [{'name': "Lê Thị Hoa"}])])
        (other, *_), = self.shown(office.clerk, second)
        self.assertEqual(other, first.id)
        take(office.clerk, second, 'compare')
        self.assertEqual(len(self.shown(office.clerk, second)), 1)

    @with_transaction()
    def test_settle(self):
        pool = Pool()
        Letter = pool.get('complaints.letter')
        Likeness = pool.get('likeness.likeness')
        office = create_office()
        case = open_case(office, MAY)
        letter, = case.letters
        second = self.register(office, letter.content, kind='complaint')
        with work_as(office.clerk):
            like, = Likeness.search([('letter', '=', second.id)])
            with self.assertRaises(StepError):
                like.settle('ignored')
            with self.assertRaises((LockedError, AccessError)):
                Likeness.write([like], {'decision': 'ignored'})
            like.settle('repeated')
            like = Likeness(like.id)
            self.assertEqual(
                (like.decision, like.decided_by.id),
                ('repeated', office.clerk.id))
            self.assertEqual(Letter(second.id).repeat_of, letter)
        with work_as(office.handler):
            Likeness(like.id).settle('joined')
            self.assertEqual(Letter(second.id).state, 'joined')
            self.assertEqual(Letter(second.id).case, case)
        with work_as(office.auditor), self.assertRaises(RoleError):
            like.settle('linked')

    @with_transaction()
    def test_parts_are_no_repeats(self):
        office = create_office()
        letter = self.register(office, TEXT)
        with work_as(office.clerk):
            Letter = Pool().get('complaints.letter')
            Letter.split_([Letter(letter.id)], [[
                        {'kind': 'petition', 'content': TEXT},
                        {'kind': 'complaint', 'content': TEXT + OTHER}]])
            parts = Letter.search([('part_of', '=', letter.id)])
        for part in parts:
            self.assertFalse(self.shown(office.clerk, part))

    @with_transaction()
    def test_marks_are_opaque(self):
        "Nothing of a letter stands in its marks"
        office = create_office()
        letter = self.register(office, TEXT)
        table = Pool().get('likeness.fingerprint').__table__()
        cursor = Transaction().connection.cursor()
        cursor.execute(*table.select(
                table.letter, table.mark, where=table.letter == letter.id))
        rows = cursor.fetchall()
        self.assertGreater(len(rows), 20)
        self.assertTrue(all(isinstance(mark, int) for _, mark in rows))

    @with_transaction()
    def test_older_release(self):
        "Letters that came before there were marks are marked in batches"
        Letter = Pool().get('complaints.letter')
        office = create_office()
        letters = [self.register(office, text) for text in [TEXT, OTHER]]
        table = Pool().get('likeness.fingerprint').__table__()
        cursor = Transaction().connection.cursor()
        cursor.execute(*table.delete())
        self.assertFalse(self.draft(office.clerk, office, content=TEXT))
        last = Letter.mark_unmarked(limit=1)
        self.assertEqual(last, letters[0].id)
        self.assertIn(
            letters[0].number,
            self.draft(office.clerk, office, content=TEXT))
        self.assertEqual(Letter.mark_unmarked(last), letters[1].id)
        self.assertIsNone(Letter.mark_unmarked(letters[1].id))
        self.assertIsNone(Letter.mark_unmarked())
