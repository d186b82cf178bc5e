# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""How long personal data are kept, how they go, and who is told of his."""
import datetime as dt
import io
import json
import zipfile
from unittest import TestCase
from unittest.mock import patch

from trytond.model.exceptions import AccessButtonError, AccessError
from trytond.modules.agencies.exceptions import RoleError
from trytond.modules.agencies.tests import work_as
from trytond.modules.complaints.exceptions import PersonError
from trytond.modules.complaints.identity import ERASED
from trytond.modules.complaints.tests.tools import (
    CONTENT, create_office, open_identity, propose, receive, take)
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)
from trytond.transaction import Transaction

from ..exceptions import RetentionError

D = dt.date
NAME = "Nguyễn Văn An"


class PrivacyTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('retention')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    def filed(self, office, kind='complaint', note=f"Đơn của {NAME}",
            **values):
        "Return a letter that was filed"
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3), kind=kind, **values)
            letter = propose(
                office, letter, 'file', proposal_note=note)
            return take(office.clerk, letter, 'file')

    def erasure(self, user, retention='filed', **values):
        pool = Pool()
        Erasure = pool.get('retention.erasure')
        Retention = pool.get('retention.retention')
        period = Retention(pool.get('ir.model.data').get_id(
                'retention', f'retention_{retention}'))
        with work_as(user):
            erasure = Erasure(
                retention=period, mode=period.mode, reason="Hết thời hạn",
                **values)
            erasure.save()
        return Erasure(erasure.id)

    def everywhere(self):
        "Return all text of all tables of the letters and of the audit"
        cursor = Transaction().connection.cursor()
        texts = []
        for name, Model in Pool().iterobject():
            if name.startswith(
                    ('complaints.', 'reception.', 'retention.')) and hasattr(
                    Model, '__table__') and not callable(
                    getattr(Model, 'table_query', None)):
                cursor.execute(*Model.__table__().select())
                texts.append(str(cursor.fetchall()))
        for name in ['audit.entry', 'ir.attachment', 'ir.note']:
            cursor.execute(*Pool().get(name).__table__().select())
            texts.append(str(cursor.fetchall()))
        return '\n'.join(texts)

    @with_transaction()
    def test_erasure(self):
        "When the time is over, and a leader orders it, the person is gone"
        pool = Pool()
        Attachment = pool.get('ir.attachment')
        Entry = pool.get('audit.entry')
        Letter = pool.get('complaints.letter')
        office = create_office()
        content = f"Tôi là {NAME}, ở Thôn 3, khiếu nại việc thu hồi đất"
        letter = self.filed(
            office, content=content, respondent="Ông Trần Bị Tố")
        secret = self.filed(office, 'denunciation', content=content + " nữa")
        kept = self.filed(office, content="Đơn khác", name="Trần Thị Bình",
            note="Đơn nặc danh")
        with work_as(office.clerk):
            pool.get('ir.note').create([{
                        'message': f"Đã gọi {NAME}",
                        'resource': str(letter)}])
            Attachment.create([{
                        'name': "đơn.txt", 'data': NAME.encode(),
                        'resource': str(letter)}])
        with clock.travel(D(2027, 8, 1)):
            # one day too early
            early = self.erasure(office.leader)
            take(office.leader, early, 'fill')
            self.assertEqual(early.count, 0)
        Letter.write([kept], {'kept_until': D(2030, 1, 1)})
        with clock.travel(D(2027, 8, 20)):
            erasure = self.erasure(office.leader)
            take(office.leader, erasure, 'fill')
            erasure = erasure.__class__(erasure.id)
            self.assertEqual(
                {line.letter for line in erasure.letters}, {letter, secret})
            # nothing has happened yet
            self.assertEqual(Letter(letter.id).sender, NAME)
            with self.assertRaises(RetentionError):
                take(office.leader, erasure, 'apply')
            with self.assertRaises((
                        AccessError, AccessButtonError, RoleError)):
                take(office.clerk, erasure, 'apply')
            with patch.object(Letter, 'forget_traces') as forget:
                take(office.leader, erasure, 'apply', document="12/QĐ-UBND")
            # what rooms above have made of them goes, too
            (forgotten,), _ = forget.call_args
            self.assertEqual(set(forgotten), {letter, secret})
            for one in [letter, secret]:
                one = Letter(one.id)
                self.assertEqual(one.persons[0].name, ERASED)
                self.assertEqual(one.sender, ERASED)
                self.assertEqual(one.content, ERASED)
                self.assertEqual(one.anonymised_on, D(2027, 8, 20))
                self.assertTrue(one.number)
                self.assertIsNone(one.repeat_key)
                self.assertIsNone(one.respondent)
            self.assertEqual(
                Attachment.search([('resource', '=', str(letter))]), [])
            # the other one is as it was
            self.assertEqual(Letter(kept.id).sender, "Trần Thị Bình")
            text = self.everywhere()
            # the other letter has the number and the place too, but sealed
            for word in [NAME, "nguyen van an", "066150123456", "Thôn 3",
                    "Trần Bị Tố"]:
                if word in text:
                    at = text.index(word)
                    self.fail(text[max(0, at - 300):at + 100])
            erased = Entry.search([
                    ('action', '=', 'erase'),
                    ('resource', 'like', 'complaints.letter,%')])
            self.assertEqual(len(erased), 2)
            self.assertIn("12/QĐ-UBND", erased[0].summary)
            # what was done stays
            for attempt in [
                    lambda: take(office.leader, erasure, reason="Khác"),
                    lambda: erasure.__class__.delete([erasure])]:
                with self.assertRaises(RetentionError):
                    attempt()

    @with_transaction()
    def test_anonymise(self):
        "What is anonymised keeps its text, without the person"
        Letter = Pool().get('complaints.letter')
        office = create_office()
        letter = self.filed(
            office, content=f"Tôi là {NAME}, khiếu nại việc thu hồi đất")
        with clock.travel(D(2027, 8, 20)):
            erasure = self.erasure(office.leader)
            take(office.leader, erasure, 'fill')
            take(
                office.leader, erasure, 'apply', mode='anonymise',
                document="12/QĐ-UBND")
            letter = Letter(letter.id)
            self.assertEqual(
                letter.content, "Tôi là […], khiếu nại việc thu hồi đất")
            self.assertEqual(letter.proposal_note, "Đơn của […]")

    @with_transaction()
    def test_open_letters_stay(self):
        "No open, foreign or late letter vanishes by an erasure"
        office, other = create_office(), create_office('22251')
        with clock.travel(D(2026, 8, 5)):
            still = receive(office, D(2026, 8, 3))
            take(office.clerk, still, 'register')
        foreign = self.filed(other)
        with clock.travel(D(2027, 8, 20)):
            for letter in [still, foreign]:
                erasure = self.erasure(
                    office.leader, letters=[{'letter': letter.id}]
                    if letter is still else None)
                if letter is foreign:
                    Pool().get('retention.erasure.letter').create([{
                                'erasure': erasure.id,
                                'letter': letter.id}])
                with self.assertRaises(RetentionError):
                    take(
                        office.leader, erasure, 'apply', document="1/QĐ")

    def export(self, user, **data):
        Archive = Pool().get(
            'retention.personal_data.archive', type='report')
        with work_as(user):
            _, content, _, _ = Archive.execute(
                [], {'reason': "Đơn số 5", **data})
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            return json.loads(file.read('data.json'))

    @with_transaction()
    def test_held_on_a_person(self):
        "A person is told what is held, and nobody learns more than he may"
        Entry = Pool().get('audit.entry')
        office, other = create_office(), create_office('22251')
        with clock.travel(D(2026, 8, 5)):
            mine = receive(office, D(2026, 8, 3))
            secret = receive(office, D(2026, 8, 3), kind='denunciation')
            take(office.clerk, mine, 'register')
            secret = take(office.clerk, secret, 'register')
            rows = self.export(
                office.clerk, identity_number='066150123456')
            self.assertEqual([r['number'] for r in rows], [
                    mine.__class__(mine.id).number])
            self.assertEqual(rows[0]['person']['name'], NAME)
            self.assertEqual(rows[0]['content'], CONTENT)
            exported = Entry.search([('action', '=', 'export')])
            self.assertEqual([e.resource for e in exported], [mine])
            self.assertIn("Đơn số 5", exported[0].summary)
            # with the identity open, also what is secret
            open_identity(office.clerk, secret)
            rows = self.export(
                office.clerk, identity_number='066150123456')
            self.assertEqual(len(rows), 2)
            for user, number in [
                    (other.clerk, '066150123456'),
                    (office.clerk, '066150999999')]:
                with self.assertRaises(PersonError):
                    self.export(user, identity_number=number)
