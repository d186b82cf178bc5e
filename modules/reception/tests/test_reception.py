# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Citizens who come in person."""
import datetime as dt
import io
import unittest

import openpyxl
from trytond.model.exceptions import AccessError
from trytond.modules.agencies.exceptions import RoleError
from trytond.modules.agencies.tests import work_as
from trytond.modules.complaints.exceptions import (
    DateError, LockedError, MaskedError, PersonError, StepError)
from trytond.modules.complaints.identity import MASK
from trytond.modules.complaints.tests.test_number_search import mistyped
from trytond.modules.complaints.tests.tools import clocks, create_office, take
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)

from ..reception_register import COLUMNS
from .tools import receive

D = dt.date


class ReceptionTestCase(unittest.TestCase):
    "Test the reception of citizens"

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('reception')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    @with_transaction()
    def test_letter(self):
        "Test a session leads to a letter, with the person and its clock"
        office = create_office()
        with clock.travel(D(2026, 8, 3)):
            reception = take(office.clerk, receive(office), 'finish')
            self.assertEqual(reception.state, 'done')
            self.assertIn('-T-2026-000001', reception.number)
            self.assertEqual(
                clocks(reception), {'TCD-01': ('running', D(2026, 8, 17))})
            letter = reception.letter
            self.assertEqual(
                (letter.channel, letter.received_on, letter.sender),
                ('reception', D(2026, 8, 3), "Nguyễn Văn An"))
            reception = take(office.clerk, reception, 'answer')
            self.assertEqual(clocks(reception)['TCD-01'][0], 'met')

    @with_transaction()
    def test_about_the_head(self):
        "Test whom it is about finds nothing of it on record either"
        Entry = Pool().get('audit.entry')
        office = create_office()

        def found(user, reception):
            with work_as(user):
                return [e for e in Entry.search([]) if str(reception) in {
                            str(e.about), str(e.resource)}]
        with clock.travel(D(2026, 8, 3)):
            reception = receive(office, kind='denunciation')
            take(office.clerk, reception, 'finish')
            self.assertTrue(found(office.leader, reception))
            take(office.clerk, reception.letter,
                respondent="Chủ tịch xã", respondent_role='head',
                respondent_agency=office.agency.id)
            self.assertEqual(found(office.leader, reception), [])
            self.assertTrue(found(office.clerk, reception))

    @with_transaction()
    def test_incomplete(self):
        "Test what is missing is said, and nothing is entered"
        office = create_office()
        with clock.travel(D(2026, 8, 3)):
            for values, error in [
                    ({'persons': []}, PersonError),
                    ({'result': None}, StepError),
                    ({'people_count': 6}, PersonError),
                    ({'day': D(2026, 8, 4)}, DateError),
                    ]:
                reception = receive(office, **values)
                with self.assertRaises(error):
                    take(office.clerk, reception, 'finish')

    @with_transaction()
    def test_refusal(self):
        "Test who was answered already is refused in writing in three days"
        Ground = Pool().get('deadlines.ground')
        office = create_office()
        with clock.travel(D(2026, 8, 3)):
            ground, = Ground.search([('code', '=', 'TCD-9.3')])
            reception = receive(
                office, refusal=ground.id, document_number='1/TB')
            reception = take(office.clerk, reception, 'refuse')
            self.assertEqual(
                clocks(reception), {'TCD-06': ('running', D(2026, 8, 6))})
            self.assertFalse(reception.letter)
            reception = take(office.clerk, reception, 'answer')
            self.assertEqual(clocks(reception)['TCD-06'][0], 'met')

    @with_transaction()
    def test_only_who_received(self):
        "Test nobody else enters a denunciation, and so reads who made it"
        office = create_office()
        with clock.travel(D(2026, 8, 3)):
            reception = receive(office, kind='denunciation')
            for user in [office.leader, office.handler]:
                with self.assertRaises(MaskedError):
                    take(user, reception, 'finish')
            reception = take(office.clerk, reception, 'finish')
            with work_as(office.leader):
                letter = type(reception.letter)(reception.letter.id)
                self.assertEqual(letter.persons[0].name, MASK)

    @with_transaction()
    def test_locked(self):
        "Test the register can not be changed, removed or forged"
        Reception = Pool().get('reception.reception')
        office, other = create_office(), create_office('66001')
        with clock.travel(D(2026, 8, 3)):
            reception = take(office.clerk, receive(office), 'finish')
            with work_as(office.clerk):
                for values in [{'content': "x"}, {'state': 'draft'},
                        {'number': 'x'}]:
                    with self.assertRaises(LockedError):
                        Reception.write([Reception(reception.id)], values)
                with self.assertRaises(AccessError):
                    Reception.delete([Reception(reception.id)])
            with work_as(other.clerk):
                with self.assertRaises((AccessError, RoleError)):
                    Reception.finish([Reception(receive(office).id)])
                self.assertFalse(Reception.search([]))

    @with_transaction()
    def test_register(self):
        "Test the register of 13 columns masks who denounces"
        pool = Pool()
        Page = pool.get('reception.register', type='report')
        Sheet = pool.get('reception.register.sheet', type='report')
        office = create_office()
        with clock.travel(D(2026, 8, 3)):
            ids = [
                take(office.clerk, receive(office, kind=kind), 'finish').id
                for kind in ['complaint', 'denunciation']]
            with work_as(office.leader):
                extension, data, _, _ = Sheet.execute(ids, {})
                _, page, _, _ = Page.execute(ids, {})
        self.assertEqual(extension, 'xlsx')
        sheet = openpyxl.load_workbook(io.BytesIO(data)).active
        rows = list(sheet.iter_rows(values_only=True))
        self.assertEqual({len(row) for row in rows}, {COLUMNS})
        self.assertIn("Nguyễn Văn An", rows[1][2])
        self.assertEqual(rows[2][2], MASK)
        self.assertEqual(rows[2][3], MASK)
        # no spreadsheet runs what a citizen wrote
        self.assertTrue(rows[1][4].startswith("'="))
        self.assertEqual(page.count("Nguyễn Văn An"), 1)

    @with_transaction()
    def test_schedule(self):
        "Test the schedule is posted five working days before"
        Day = Pool().get('reception.day')
        office = create_office()
        with clock.travel(D(2026, 8, 3)), work_as(office.clerk):
            values = {
                'agency': office.agency.id, 'day': D(2026, 8, 17),
                'form': 'head', 'host': "Chủ tịch"}
            with self.assertRaisesRegex(DateError, "10/08/2026"):
                Day.create([{**values, 'posted_on': D(2026, 8, 11)}])
            Day.create([{
                        **values, 'form': 'delegated',
                        'posted_on': D(2026, 8, 10)}])

    @with_transaction()
    def test_number(self):
        "Test a session at the counter is found by its number too"
        Reception = Pool().get('reception.reception')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            with work_as(office.clerk):
                reception, = Reception.create([{
                            'agency': office.agency.id, 'day': D(2026, 8, 5),
                            'kind': 'petition', 'content': "Hỏi thủ tục",
                            'host': "Lan", 'result': 'guided',
                            'directed_to': "Phòng Kinh tế",
                            'persons': [('create', [{'name': "An"}])]}])
            reception = take(office.clerk, reception, 'finish')
            self.assertIn('-T-2026-', reception.number)
            for text in mistyped(reception.number):
                with self.subTest(text=text), work_as(office.clerk):
                    self.assertEqual(
                        Reception.search([('number', 'ilike', text)]),
                        [reception])
