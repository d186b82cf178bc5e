# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Who came in person is as secret as who wrote."""
import datetime as dt
import unittest

from trytond.modules.agencies.tests import create_user, work_as
from trytond.modules.complaints.exceptions import MaskedError, UploadRefused
from trytond.modules.complaints.identity import MASK
from trytond.modules.complaints.tests import births
from trytond.modules.complaints.tests.test_birth import PDF, attach, files
from trytond.modules.complaints.tests.test_hostile import check_texts
from trytond.modules.complaints.tests.tools import (
    create_office, open_identity, take)
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)
from trytond.transaction import Transaction

from .tools import receive

D = dt.date
NAME = "Nguyễn Văn An"


class SecretsTestCase(unittest.TestCase):
    "Test who came to a reception stays secret through every door"

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('reception')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    def denounce(self, office, **values):
        "Return the reception of somebody who denounces, and says his name"
        return receive(
            office, kind='denunciation', content=f"{NAME} tố cáo ông Sáu",
            **values)

    @with_transaction()
    def test_declared(self):
        "Test something is said of each field and model that could be given"
        for name in ['complaints.letter', 'reception.reception']:
            with self.subTest(name=name):
                births.check_declared(self, name)
                births.check_once(self, name)

    @with_transaction()
    def test_birth_sealed(self):
        "Test a letter that a citizen brings has the scans of the session"
        pool = Pool()
        Reception = pool.get('reception.reception')
        Original = pool.get('complaints.original')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            with work_as(office.clerk):
                reception, = Reception.create([{
                            'agency': office.agency.id,
                            'day': D(2026, 8, 5), 'host': "Lê Thị Tiếp",
                            'kind': 'denunciation', 'result': 'letter',
                            'content': "Nguyễn Văn An tố cáo ông Sáu",
                            'note': "Nguyễn Văn An hẹn quay lại",
                            'persons': [('create', [{
                                            'name': "Nguyễn Văn An"}])]}])
            attach(office, reception)
            take(office.clerk, reception, 'finish')
        letter = Reception(reception.id).letter
        self.assertEqual(letter.received_on, D(2026, 8, 5))
        self.assertEqual(letter.channel, 'reception')
        self.assertNotIn('Nguyễn', letter.content)
        self.assertEqual(len(files(letter)), 1)
        # the note of the session is none of the letter
        self.assertEqual(
            set(Original.read_texts([str(letter)])[str(letter)]),
            {'content'})

    @with_transaction()
    def test_sealed(self):
        "Test neither the tables nor the trail hold who came, nor the words"
        pool = Pool()
        office = create_office()
        with clock.travel(D(2026, 8, 3)):
            reception = self.denounce(office, note=f"{NAME} hẹn quay lại")
            attach(office, reception, f'{NAME}.pdf')
            with work_as(office.clerk):
                pool.get('ir.note').create([{
                            'resource': str(reception),
                            'message': f"{NAME} gọi điện"}])
            take(office.clerk, reception, 'finish')
        cursor = Transaction().connection.cursor()
        for name in [
                'reception.reception', 'reception.visitor',
                'complaints.letter', 'complaints.person',
                'complaints.identity', 'complaints.original', 'audit.entry',
                'ir.attachment', 'ir.note']:
            cursor.execute(*pool.get(name).__table__().select())
            rows = str(cursor.fetchall())
            for secret in ["Nguyễn", '066150123456']:
                self.assertNotIn(secret, rows, name)

    @with_transaction()
    def test_opened(self):
        "Test a mask comes off by an opening that names the reception"
        pool = Pool()
        Attachment = pool.get('ir.attachment')
        Entry = pool.get('audit.entry')
        Opening = pool.get('complaints.opening')
        Visitor = pool.get('reception.visitor')
        office = create_office()

        def seen(user):
            with work_as(user):
                visitor, = Visitor.search([('reception', '=', reception.id)])
                file, = Attachment.read(
                    [f.id for f in files(reception)], ['name', 'data'])
                return visitor.name, file['name'], file['data']
        with clock.travel(D(2026, 8, 3)):
            reception = self.denounce(office)
            attach(office, reception, f'{NAME}.pdf')
            reception = take(office.clerk, reception, 'finish')
            for user in [office.leader, office.handler]:
                name, file, data = seen(user)
                self.assertEqual(name, MASK)
                self.assertNotIn("Nguyễn", file)
                self.assertIsNone(data)
            refused = open_identity(office.handler, reception, 'settling')
            self.assertEqual(refused.state, 'refused')
            self.assertEqual(seen(office.handler)[0], MASK)
            opening = open_identity(office.leader, reception, 'settling')
            self.assertEqual(opening.state, 'granted')
            self.assertEqual(opening.record, reception)
            name, file, data = seen(office.leader)
            self.assertEqual((name, file), (NAME, f'{NAME}.pdf'))
            self.assertEqual(bytes(data), PDF)
            self.assertEqual(
                Opening.get_shown([opening], 'shown'), {opening.id: len(
                        Entry.search([
                                ('action', '=', 'reveal'),
                                ('resource', '=', str(reception))]))})
            self.assertGreater(Opening(opening.id).shown, 0)
            entry, = Entry.search([
                    ('resource', '=', str(opening)),
                    ('action', '=', 'create')])
            self.assertEqual(entry.about, reception)
            self.assertEqual(entry.agency, office.agency)

    @with_transaction()
    def test_part_on_record(self):
        "Test what is on record of a visitor is about the reception"
        Entry = Pool().get('audit.entry')
        office = create_office()
        with clock.travel(D(2026, 8, 3)):
            reception = self.denounce(office)
        visitor, = reception.persons
        entry, = Entry.search([
                ('resource', '=', str(visitor)), ('action', '=', 'create')])
        self.assertEqual(entry.about, reception)
        self.assertEqual(entry.agency, office.agency)

    @with_transaction()
    def test_linked_by_nobody(self):
        "Test no client links a visitor to the identity of somebody else"
        Visitor = Pool().get('reception.visitor')
        office = create_office()
        with clock.travel(D(2026, 8, 3)):
            visitor, = self.denounce(office).persons
            other = receive(office)
            with work_as(office.clerk), self.assertRaises(MaskedError):
                Visitor.create([{
                            'reception': other.id,
                            'identity': visitor.identity.id}])

    @with_transaction()
    def test_needed_identity(self):
        "Test the identity of a letter stays when its visitor is parted with"
        pool = Pool()
        Identity = pool.get('complaints.identity')
        office = create_office()
        with clock.travel(D(2026, 8, 3)):
            reception = take(office.clerk, receive(office), 'finish')
            visitor, = reception.persons
            Identity.part_with([visitor])
            person, = reception.letter.persons
            self.assertEqual(person.__class__(person.id).name, NAME)
            visitor = visitor.__class__(visitor.id)
            self.assertNotEqual(visitor.identity, person.identity)

    @with_transaction()
    def test_secret_words(self):
        "Test what the clerk writes beside it is cut, who knows nobody is not"
        Note = Pool().get('ir.note')
        office = create_office()
        colleague = create_user('colleague', office.agency, 'clerk')
        with clock.travel(D(2026, 8, 3)):
            reception = self.denounce(office)
            for user, kept in [(office.clerk, False), (colleague, True)]:
                with work_as(user):
                    note, = Note.create([{
                                'resource': str(reception),
                                'message': f"{NAME} gọi"}])
                    self.assertEqual(
                        NAME in Note(note.id).message, kept)

    @with_transaction()
    def test_uploads(self):
        "Test what is attached to a reception, visitor, day is looked into"
        office = create_office()
        with clock.travel(D(2026, 8, 3)):
            reception = receive(office)
            visitor, = reception.persons
            with work_as(office.clerk):
                day, = Pool().get('reception.day').create([{
                            'agency': office.agency.id, 'form': 'head',
                            'host': "Chủ tịch", 'day': D(2026, 8, 17)}])
            for record in [reception, visitor, day]:
                for name in ['a.exe', 'a.html']:
                    with self.assertRaises(UploadRefused):
                        attach(office, record, name)
                attach(office, record)

    @with_transaction()
    def test_every_text_field(self):
        "Test each text of a reception refuses what is no character"
        office = create_office()
        with clock.travel(D(2026, 8, 3)):
            reception = receive(office)
            self.assertGreater(
                check_texts(self, office.clerk, reception), 10)

    @with_transaction()
    def test_calls_are_on_record(self):
        "Test a call that shows or exports only reads: a replica answers it"
        for name in ['reception.reception', 'reception.visitor']:
            Model = Pool().get(name)
            self.assertTrue(Model.__rpc__['export_data'].readonly, name)
        for method in ['read', 'search_read']:
            self.assertTrue(Pool().get(
                    'reception.reception').__rpc__[method].readonly)
