# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Numbers where people type them: found, asked back about, and no more told.
"""
import datetime as dt
from unittest import TestCase

from trytond.modules.agencies.tests import work_as
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)

from ..exceptions import NumberError
from ..numbers import format_number
from .tools import create_office, open_case, receive, take

DAY = dt.date(2026, 8, 5)


def mistyped(number):
    "Return texts that somebody may type who means a number"
    agency, kind, year, serial, check = number.rsplit('-', 4)
    return [
        f'{agency}-{kind}-{year}-{serial}-{check[::-1]}',
        f'{agency}-{kind}-{year}-00100{serial[-1]}-{check}',
        f'{agency}-{kind}-{year}-{serial}',
        f'{agency}-{kind}-{year}-{int(serial)}',
        f'{agency} {kind} {year} {int(serial)}-{check}',
        f'{agency}{kind}{year}{serial}{check}'.lower(),
        f'{agency[:-1]}O-{kind}-{year}-{serial}-{check}',
        f'{agency[1:]}-{kind}-{year}-{serial}-{check}',
        ]


class NumberSearchTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('complaints')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    def assert_found(self, user, record, text, found=True):
        Model = Pool().get(record.__name__)
        expected = [record.id] if found else []
        with work_as(user), self.subTest(text=text, user=user.login):
            for domain in [
                    [('rec_name', 'ilike', f'%{text}%')],
                    [('number', 'ilike', f'%{text}%')],
                    [('number', 'ilike', text)]]:
                self.assertEqual(
                    [r.id for r in Model.search(domain)], expected)
                self.assertEqual(
                    Model.search(domain, count=True), len(expected))
            self.assertEqual(
                [c['id'] for c in Model.autocomplete(text)], expected)

    @with_transaction()
    def test_search(self):
        "Test the search box finds what was meant, and for no one else"
        office, other = create_office(), create_office('22251')
        with clock.travel(DAY):
            case = open_case(office)
            letter, = case.letters
            twin = take(other.clerk, receive(other, DAY), 'register')
            for record in [letter, case]:
                for text in [record.number, *mistyped(record.number)]:
                    self.assert_found(office.clerk, record, text)
                    self.assert_found(other.clerk, record, text, found=False)
            self.assert_found(other.clerk, twin, mistyped(twin.number)[0])
            with work_as(office.clerk):
                Letter = Pool().get('complaints.letter')
                # a word, a part, a pattern: as before
                for text, count in [
                        ('22250-D-2026', 1), ('000001', 1), ('%-D-%', 1),
                        ("thu hồi đất", 1), ('KN', 0)]:
                    self.assertEqual(Letter.search(
                            [('rec_name', 'ilike', f'%{text}%')], count=True),
                        count, text)
                # other operators mean what they say
                wrong = mistyped(letter.number)[0]
                for operator, operand, count in [
                        ('=', wrong, 0), ('in', [wrong], 0),
                        ('=', letter.number, 1), ('in', [letter.number], 1),
                        ('!=', wrong, 1), ('not ilike', f'%{wrong}%', 1),
                        ('not ilike', f'%{letter.number}%', 0),
                        ('in', [], 0), ('=', None, 0), ('!=', None, 1),
                        ('in', [None, letter.number], 1)]:
                    self.assertEqual(Letter.search(
                            [('number', operator, operand)], count=True),
                        count, (operator, operand))

    @with_transaction()
    def test_join(self):
        "Test the matter that a letter joins is found as it is typed"
        Case = Pool().get('complaints.case')
        office, other = create_office(), create_office('22251')
        with clock.travel(DAY):
            case, foreign = open_case(office), open_case(other)
            with work_as(office.clerk):
                for typed, found in [(case, [case.id]), (foreign, [])]:
                    for text in mistyped(typed.number)[:3]:
                        self.assertEqual([
                                c['id'] for c in Case.autocomplete(text, [
                                        ('agency', '=', office.agency.id),
                                        ('kind', '=', 'complaint')])], found)

    def refused(self, user, text):
        "Return the reason for which an earlier number is refused"
        Letter = Pool().get('complaints.letter')
        with work_as(user), self.assertRaises(NumberError) as caught:
            Letter.create([{
                        'kind': 'complaint', 'instance': '2',
                        'content': "x", 'earlier_number': text}])
        return str(caught.exception)

    def accepted(self, user, text):
        "Return the earlier number that is kept"
        Letter = Pool().get('complaints.letter')
        with work_as(user):
            letter, = Letter.create([{
                        'kind': 'complaint', 'instance': '2',
                        'content': "x", 'earlier_number': text}])
            Letter.write([letter], {'earlier_number': letter.earlier_number})
            return letter.earlier_number

    @with_transaction()
    def test_earlier_number(self):
        "Test a mistyped number of the earlier case is asked back about"
        office = create_office()
        with clock.travel(DAY):
            case = open_case(office)
            for text in mistyped(case.number):
                with self.subTest(text=text):
                    if text[-2:] == case.number[-2:] and '00100' not in text \
                            and not text.startswith('2250'):
                        # all there, in another way of writing
                        self.assertEqual(
                            self.accepted(office.clerk, text), case.number)
                        continue
                    reason = self.refused(office.clerk, text)
                    self.assertIn("did you mean", reason)
                    self.assertIn(case.number, reason)
                    self.assertIn(text, reason)
                    self.assertIn("Earlier Case", reason)
            self.assertEqual(
                self.accepted(office.clerk, case.number), case.number)
            # of an older release, with its check character
            self.assertEqual(
                self.accepted(office.clerk, '22250-d-2026-000017-j'),
                '22250-D-2026-000017-J')

    @with_transaction()
    def test_foreign_number(self):
        "Test the number of another register stays as it was typed"
        office = create_office()
        with clock.travel(DAY):
            open_case(office)
            for text in [
                    '12/QĐ-UBND', '15/2026/TB-TTr', 'H29.12-250101-0001',
                    'KN-2026-00017', 'UBND-KN-2026-17', '2026',
                    'UBND-KN-2026-000017', '99999 KN 2026 17']:
                self.assertEqual(self.accepted(office.clerk, text), text)

    @with_transaction()
    def test_tells_nothing(self):
        "Test nobody learns by asking which numbers there are"
        office, other = create_office(), create_office('22251')
        with clock.travel(DAY):
            case = open_case(office)
            missing = format_number('22250', 'KN', 2026, 7)
            self.assertEqual(
                self.accepted(other.clerk, case.number), case.number)
            self.assertEqual(
                self.accepted(other.clerk, missing), missing)
            for real, unreal in zip(
                    mistyped(case.number), mistyped(missing), strict=True):
                answers = []
                for text in [real, unreal]:
                    try:
                        answer = self.accepted(other.clerk, text)
                    except NumberError as error:
                        answer = str(error)
                    self.assertNotIn("did you mean", answer)
                    for number in [case.number, missing]:
                        answer = answer.replace(number, 'NUMBER')
                    answers.append(answer.replace(text, 'TEXT'))
                self.assertEqual(*answers)

    @with_transaction()
    def test_index(self):
        "Test a number is compared as it is, for the index to serve"
        Letter = Pool().get('complaints.letter')
        for domain in [
                [('number', '=', 'X')], [('number', 'in', ['X', 'Y'])],
                [('number', 'ilike', '%22250-D-2026-000017-14%')]]:
            query = str(Letter.search(domain, query=True))
            self.assertNotIn('COALESCE', query.upper())
            self.assertNotIn('LIKE', query.upper())
