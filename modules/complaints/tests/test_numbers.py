# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Numbers: no typing error goes unnoticed, and what was meant is found."""
import csv
import random
import re
from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st

from trytond.modules.agencies.loader import DATA

from ..mistyped import agencies_of, did_you_mean, read_number, resembles
from ..numbers import ALPHABET, check_number, format_number

KINDS = frozenset(['D', 'T', 'KN', 'KT', 'KL', 'TC', 'PA'])
CODES = [
    '22250', '01', '66', 'TTCP', 'BNNMT', 'CP', '66.NV', '66.NNMT', '01-TT',
    'CU.22250', 'P22250', '22250.1', 'A', 'BQP-QK5', 'B.C-D.1']
# what foreign registers and papers write
FOREIGN = [
    '12/QĐ-UBND', '1234/QĐ-UBND', '15/2026/TB-TTr', '15/KN-2026',
    'H29.12-250101-0001', '000.00.12.H29-260101-0017', 'KN-2026-00017',
    '22-CV/TU', '3456/UBND-NC', '2026-000017', '17', '0987654321',
    '066150123456', "Nguyễn Văn An", "Đơn ngày 20/10/2026", '20/10/2026',
    '01/2024/HSST', '', '-', "Quyết định 2026"]


def loaded_codes():
    "Return the code of each agency that is shipped"
    def read(name):
        with open(DATA / name, encoding='utf-8', newline='') as file:
            return list(csv.DictReader(
                    line for line in file if not line.startswith('#')))
    units = {row['code'] for row in read('units.csv')}
    return sorted(units) + [row['code'] for row in read('central.csv')] + [
        f"{unit}.{row['code']}" for unit in sorted(units) if len(unit) == 2
        for row in read('departments.csv')]


def substitutions(number):
    "Yield each text with one other character"
    for i, old in enumerate(number):
        for new in ALPHABET:
            if new != old:
                yield number[:i] + new + number[i + 1:]


def transpositions(number):
    "Yield each text with neighbours, or those beside a joint, changed over"
    for i in range(len(number)):
        for j in (i + 1, i + 2):
            if j < len(number) and number[i] != number[j] and (
                    j == i + 1 or number[i + 1] in '-.'):
                yield (number[:i] + number[j] + number[i + 1:j] + number[i]
                    + number[j + 1:])


codes = st.one_of(
    st.sampled_from(CODES),
    st.from_regex(r'\A[0-9A-Z]{1,6}([.-][0-9A-Z]{1,4}){0,2}\Z'))
numbers = st.builds(
    format_number, codes, st.sampled_from(sorted(KINDS)),
    st.integers(2000, 2099), st.one_of(
        st.integers(1, 999), st.integers(1, 9_999_999)))


class NumbersTestCase(TestCase):

    def assert_caught(self, number):
        "Count the errors in a number: no one slips through"
        self.assertTrue(check_number(number))
        errors = {*substitutions(number), *transpositions(number)}
        slips = [text for text in errors if check_number(text)]
        self.assertEqual(slips, [], number)
        return len(errors)

    @settings(deadline=None, max_examples=60)
    @given(numbers)
    def test_every_error(self, number):
        "Test each wrong character and each transposition is caught"
        self.assertGreater(self.assert_caught(number), 500)

    def test_every_shape(self):
        "Test each kind of code with each kind of letter and case"
        count = 0
        for code in CODES:
            for kind in KINDS:
                count += self.assert_caught(
                    format_number(code, kind, 2026, 100 * len(code) + 17))
        self.assertGreater(count, 60_000)

    def test_every_agency(self):
        "Test the transpositions in a number of each agency that is shipped"
        generator = random.Random(14)
        count, slips = 0, []
        for code in loaded_codes():
            for _ in range(3):
                number = format_number(
                    code, generator.choice(sorted(KINDS)),
                    generator.choice([2025, 2026, 2027, 2031]),
                    generator.randrange(1, 30_000))
                self.assertTrue(check_number(number))
                for text in set(transpositions(number)):
                    count += 1
                    if check_number(text):
                        slips.append((number, text))
        self.assertEqual(slips, [])
        self.assertGreater(count, 150_000)

    def test_form(self):
        "Test a number is what stands there and nothing else"
        number = format_number('22250', 'D', 2026, 17)
        self.assertEqual(number, '22250-D-2026-000017-14')
        for text in [
                '', number.lower(), f' {number}', f'{number}\n', number[:-3],
                number.replace('-', ''), '22250-D-2026-17-14',
                '22250-D-2026-0000017-14', '٢2250-D-2026-000017-14']:
            self.assertFalse(check_number(text), text)
        self.assertEqual(
            format_number('cu.22250', 'D', 2026, 17)[:8], 'CU.22250')
        for code in ['Sở NV', '66/NV', 'ĐN']:
            with self.assertRaises(ValueError):
                format_number(code, 'D', 2026, 17)


class MistypedTestCase(TestCase):

    @given(numbers)
    def test_right(self, number):
        "Test a right number stands for itself alone"
        self.assertEqual(read_number(number), [number])
        self.assertEqual(did_you_mean(number), [number])

    @settings(deadline=None)
    @given(numbers, st.data())
    def test_typed_otherwise(self, number, data):
        "Test case, separators, zeros and look-alikes do not matter"
        agency, kind, year, serial, check = number.rsplit('-', 4)
        serial = data.draw(st.sampled_from([serial, serial.lstrip('0')]))
        swap = data.draw(st.sampled_from([
                    {}, str.maketrans('01', 'OI'), str.maketrans('01', 'ol')]))
        tail = [part.translate(swap) for part in (year, serial, check)]
        joint = data.draw(st.sampled_from(['-', ' ', '/', '.', ' – ', '_']))
        text = joint.join([agency, kind, *tail])
        text = data.draw(st.sampled_from([str, str.lower, str.title]))(text)
        self.assertIn(number, read_number(f'  {text} ', KINDS))

    def test_joined(self):
        "Test a number without hyphens is read"
        for code in ['22250', '01', 'TTCP', '66.NV', '01-TT', 'CU.22250']:
            for kind in KINDS:
                number = format_number(code, kind, 2026, 17)
                text = re.sub('[.-]', '', number)
                self.assertIn(number, read_number(text, KINDS))
                self.assertIn(number, did_you_mean(
                        text[:-2] + text[:-3:-1], KINDS))

    def test_one_error(self):
        "Test what was meant is among the candidates, which are all right"
        generator = random.Random(37)
        for code in CODES[:-1]:
            number = format_number(
                code, generator.choice(sorted(KINDS)), 2026,
                generator.randrange(1, 1_200_000))
            place = generator.randrange(len(number))
            for text in [
                    *generator.sample(list(substitutions(number)), 3),
                    generator.choice(list(transpositions(number))),
                    # one too few, one too many
                    number[:place] + number[place + 1:],
                    number[:place] + generator.choice('0127DX-')
                    + number[place:]]:
                found = did_you_mean(text, KINDS)
                self.assertTrue(all(map(check_number, found)))
                self.assertLess(len(found), 150)
                self.assertIn(number, found, text)

    def test_no_check(self):
        "Test the check digits can lack, or be others, and are told"
        for code in CODES:
            number = format_number(code, 'KN', 2026, 17)
            for text in [number[:-3], number[:-2], number[:-2] + 'V']:
                self.assertIn(number, did_you_mean(text, KINDS)[:3])

    def test_likeliest_first(self):
        "Test what is most likely meant comes first"
        for text in [
                '22250-D-2026-000071-14', '22250-D-2026-000017',
                '22250-D-2026-17', '22250-D-2026-000017-41',
                '22250 Đ 2026 17', '22250-D-2O26-OOOOl7']:
            self.assertEqual(
                did_you_mean(text, KINDS)[0], '22250-D-2026-000017-14', text)

    def test_resembles(self):
        "Test what is of another register is told from a wrong number"
        for text, result in [
                ('22250-D-2026-000017-14', 'whole'),
                ('22250-D-2026-000017-99', 'whole'),
                ('22250D202600001799', 'whole'),
                ('22250-D-206-000017-14', 'whole'),
                ('2225-D-2026-000017-14', 'whole'),
                ('22250-D-2026-17', 'open'), ('22250-D-2026-000017', 'open'),
                ('22250-D-2026-000017-V', 'open'),
                ] + [(text, None) for text in FOREIGN]:
            with self.subTest(text=text):
                self.assertEqual(resembles(text, KINDS), result)
                if result is None:
                    self.assertEqual(read_number(text, KINDS), [])
        self.assertIn('22250', agencies_of('22250-D-2026-17', KINDS))

    @settings(deadline=None, max_examples=300)
    @given(st.text(
            st.one_of(
                st.sampled_from(ALPHABET), st.sampled_from('20261-/ Đđoil'),
                st.characters()),
            max_size=45))
    def test_any_text(self, text):
        "Test whatever is typed is answered with right numbers or none"
        for number in did_you_mean(text, KINDS):
            self.assertTrue(check_number(number))
        self.assertIn(resembles(text, KINDS), {None, 'open', 'whole'})
