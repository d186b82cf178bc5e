# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A letter is born of another: what it is given."""
import datetime as dt
import unittest
from unittest.mock import patch

from trytond.modules.agencies.tests import create_user, work_as
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)

from ..identity import MASK
from . import births
from .tools import CONTENT, create_office, open_identity, receive, take

D = dt.date
PDF = b'%PDF-1.4\n%%EOF\n'


def attach(office, record, name='Đơn.pdf', **values):
    with work_as(office.clerk):
        Pool().get('ir.attachment').create([{
                    'resource': str(record), 'name': name, 'data': PDF,
                    **values}])


def files(record):
    return Pool().get('ir.attachment').search(
        [('resource', '=', str(record))], order=[('id', 'ASC')])


def divide(user, letter, *kinds):
    "Let the user divide a registered letter, and return the parts"
    Letter = Pool().get('complaints.letter')
    with work_as(user):
        Letter.split_([Letter(letter.id)], [[
                    {'kind': kind, 'content': f'{CONTENT}. Phần {i}'}
                    for i, kind in enumerate(kinds, 1)]])
    return Letter.search(
        [('part_of', '=', letter.id)], order=[('id', 'ASC')])


class BirthTestCase(unittest.TestCase):
    "Test how letters are born"

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('complaints')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    @with_transaction()
    def test_declared(self):
        "Test something is said of each field and model that could be given"
        births.check_declared(self, 'complaints.letter')

    @with_transaction()
    def test_given_once(self):
        "Test nothing is given and kept at once"
        births.check_once(self, 'complaints.letter')

    @with_transaction()
    def test_part(self):
        "Test a part has what its whole has: forwarder, respondents, scans"
        Ground = Pool().get('deadlines.ground')
        office = create_office()
        ground, = Ground.search([('kind', '=', 'obstacle')], limit=1)
        facts = {
            'channel': 'forwarded', 'forwarded_by': "Đại biểu Quốc hội",
            'forwarder': 'deputy', 'respondent': "Chủ tịch xã",
            'respondent_role': 'head', 'contested_number': '12/QĐ-UBND',
            'contested_on': D(2026, 7, 1), 'known_on': D(2026, 7, 2),
            'complex': True, 'remote': True, 'pages': 3}
        with clock.travel(D(2026, 8, 5)):
            letter = receive(
                office, D(2026, 8, 4),
                respondent_agency=office.agency.id,
                respondents=[('create', [{'name': "Lê Văn Sáu"}])],
                obstacles=[('create', [{
                                'ground': ground.id, 'start': D(2026, 7, 10),
                                'end': D(2026, 7, 20)}])],
                **facts)
            attach(office, letter)
            take(office.clerk, letter, 'register')
            complaint, petition = divide(
                office.clerk, letter, 'complaint', 'petition')
        for part in [complaint, petition]:
            self.assertEqual(part.received_on, letter.received_on)
            self.assertEqual(part.forwarder, 'deputy')
            self.assertEqual(part.forwarded_by, "Đại biểu Quốc hội")
            self.assertEqual(part.respondent_agency, office.agency)
            self.assertEqual(
                [r.name for r in part.respondents], ["Lê Văn Sáu"])
            self.assertEqual(
                [(f.name, bytes(f.data)) for f in files(part)],
                [('Đơn.pdf', PDF)])
            self.assertNotEqual(part.subject, letter.subject)
        for name, value in facts.items():
            self.assertEqual(getattr(complaint, name), value, name)
        self.assertEqual(
            [(o.start, o.end) for o in complaint.obstacles],
            [(D(2026, 7, 10), D(2026, 7, 20))])
        # of a decision only a complaint complains
        self.assertIsNone(petition.contested_number)
        self.assertFalse(petition.obstacles)

    @with_transaction()
    def test_in_sets(self):
        "Test all parts are written at once, as what is lodged"
        Letter = Pool().get('complaints.letter')
        office = create_office()
        written = []
        insert = Letter.insert.__func__

        def insert_(cls, rows, check=True):
            written.append((cls.__name__, len(rows)))
            return insert(cls, rows, check=check)
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 4))
            take(office.clerk, letter, 'register')
            with patch.object(Letter, 'insert', classmethod(insert_)), \
                    patch.object(Letter, 'create') as create:
                parts = divide(
                    office.clerk, letter, 'complaint', 'petition',
                    'reflection')
        create.assert_not_called()
        self.assertEqual(
            [(name, count) for name, count in written if count],
            [('complaints.letter', 3)])
        for part in parts:
            self.assertEqual(part.state, 'registered')
            self.assertTrue(part.number)
            self.assertTrue(part.due_on)
            # nobody has written it down; who keeps the whole keeps it
            self.assertFalse(part.create_uid and part.create_uid.id)
            self.assertEqual(part.registered_by, office.clerk)
            created, = [e for e in part.entries if e.action == 'create']
            self.assertIn('part_of', created.changes)

    @with_transaction()
    def test_second_instance_stays(self):
        "Test a part of a second complaint is one as well"
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 4), instance='2')
            take(office.clerk, letter, 'register')
            same, other = divide(
                office.clerk, letter, 'complaint', 'reflection')
        self.assertEqual(same.instance, '2')
        self.assertEqual(other.instance, '1')

    @with_transaction()
    def test_part_that_denounces(self):
        "Test who sent the whole is secret where a part of it denounces"
        Original = Pool().get('complaints.original')
        office = create_office()
        colleague = create_user('colleague', office.agency, 'handler')
        with clock.travel(D(2026, 8, 5)):
            letter = receive(
                office, D(2026, 8, 4),
                content="Tôi là Nguyễn Văn An. Đòi đất; tố cáo ông Sáu")
            attach(office, letter)
            take(office.clerk, letter, 'register')
            parts = divide(
                office.clerk, letter, 'complaint', 'denunciation')
            letter = letter.__class__(letter.id)
            with work_as(colleague):
                for record in [letter, *parts]:
                    record = record.__class__(record.id)
                    self.assertTrue(record.is_secret)
                    self.assertEqual(
                        {p.name for p in record.persons}, {MASK})
                    self.assertNotIn('Nguyễn', record.content)
                    self.assertNotIn('Nguyễn', record.sender)
                    for file in files(record):
                        self.assertIsNone(file.data)
        self.assertIn('Nguyễn Văn An', Original.read_texts(
                [str(letter)])[str(letter)]['content'])

    @with_transaction()
    def test_part_of_what_denounces(self):
        "Test the head who is denounced sees no part of it, nor a whole"
        Letter = Pool().get('complaints.letter')
        office = create_office()
        about = {
            'respondent': "Chủ tịch xã", 'respondent_role': 'head',
            'respondent_agency': office.agency.id}

        def seen():
            with work_as(office.leader):
                return {le.id for le in Letter.search([])}
        with clock.travel(D(2026, 8, 5)):
            letter = receive(
                office, D(2026, 8, 4), kind='denunciation', **about)
            take(office.clerk, letter, 'register')
            self.assertEqual(seen(), set())
            parts = divide(
                office.clerk, letter, 'denunciation', 'petition')
            self.assertEqual(len(parts), 2)
            self.assertEqual(seen(), set())
            # a complaint about his decision he settles himself by law
            mixed = receive(office, D(2026, 8, 4), **about)
            take(office.clerk, mixed, 'register')
            complaint, denunciation = divide(
                office.clerk, mixed, 'complaint', 'denunciation')
            self.assertEqual(seen(), {complaint.id})

    @with_transaction()
    def test_accused_opens_no_part(self):
        "Test whom a part denounces never learns who sent the other part"
        Opening = Pool().get('complaints.opening')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(
                office, D(2026, 8, 4), respondent="Chủ tịch xã",
                respondent_role='staff',
                respondent_agency=office.agency.id)
            take(office.clerk, letter, 'register')
            complaint, denunciation = divide(
                office.clerk, letter, 'complaint', 'denunciation')
            with work_as(office.clerk):
                type(letter).write([type(letter)(denunciation.id)], {
                        'respondent_role': 'head'})
            self.assertEqual(
                Opening.rules_for(complaint, office.leader.id), [])

    @with_transaction()
    def test_sealed_stays_sealed(self):
        "Test the parts of a denunciation keep what was cut out under seal"
        pool = Pool()
        Attachment = pool.get('ir.attachment')
        office = create_office()
        colleague = create_user('colleague', office.agency, 'clerk')
        with clock.travel(D(2026, 8, 5)):
            letter = receive(
                office, D(2026, 8, 4), kind='denunciation',
                content="Tôi là Nguyễn Văn An. Tố cáo ông Sáu")
            attach(office, letter, 'Nguyễn Văn An.pdf')
            attach(office, letter, 'Trích.pdf', working_copy=True)
            take(office.clerk, letter, 'register')
            part, _ = divide(
                colleague, letter, 'denunciation', 'denunciation')
            with work_as(colleague):
                found = {
                    row['working_copy']: row for row in Attachment.read(
                        [f.id for f in files(part)],
                        ['name', 'data', 'working_copy'])}
                sealed, copy = found[False], found[True]
                self.assertNotIn('Nguyễn', sealed['name'])
                self.assertIsNone(sealed['data'])
                self.assertEqual(bytes(copy['data']), PDF)
            whole = files(letter)[0]
            self.assertNotEqual(whole.token, files(part)[0].token)
            open_identity(office.clerk, part)
            with work_as(office.clerk):
                row, = Attachment.read(
                    [files(part)[0].id], ['name', 'data'])
                self.assertEqual(row['name'], 'Nguyễn Văn An.pdf')
                self.assertEqual(bytes(row['data']), PDF)
