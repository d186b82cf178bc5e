# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The pure part: definitions, heads, periods, relations, what is hidden."""
import datetime as dt
import re
from decimal import Decimal
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from trytond.modules.statistics import (
    definitions, layout, periods, pivot, relations)
from trytond.modules.statistics.drawing import show

D = dt.date
CIRCULAR, = definitions.circulars()
TABLES = CIRCULAR.tables


class DefinitionsTestCase(TestCase):
    "Test the tables are those of the circular"

    def test_columns(self):
        "Test each table has as many columns and rows of heads as printed"
        self.assertEqual(
            {t.code: (len(t.columns), t.header_rows)
                for t in TABLES.values()}, {
                '01/TCD': (21, 4), '02/XLD': (25, 4), '03/GQKN': (23, 2),
                '04/GQTC': (25, 2), '05/KQTH': (31, 4), '06/QLKNTC': (17, 4)})

    def test_formulas(self):
        "Test the row MS is as printed"
        self.assertEqual(
            {t.code: [c.formula for c in t.columns.values() if c.formula]
                for t in TABLES.values()}, {
                '01/TCD': [
                    '1=5+11+17', '2=6+12+18', '3=7+13+19', '4=8+14+20'],
                '02/XLD': [
                    '3= 4+23', '4 = 6+12+19', '6= 7+8= 9+10+11',
                    '12= 13+14= 15+16+17+18', '19 = 20+21+22', '23 = 24+25'],
                '03/GQKN': ['2=3+4+5+6', '7 = 8+9+10+11+12'],
                '04/GQTC': ['2=3+4+5+6', '7 = 8+9+10+11+12+13'],
                '05/KQTH': [], '06/QLKNTC': []})

    def test_wording(self):
        "Test where two tables say it otherwise"
        for table, number, title in [
                ('02/XLD', 9, 'Đất đai'), ('02/XLD', 20, 'Chế độ, chính sách'),
                ('02/XLD', 21, 'Đất đai'), ('03/GQKN', 22, 'Tổng số người'),
                ('04/GQTC', 24, 'Số đối tượng'),
                ('04/GQTC', 22, 'Trong đó, Cán bộ, công chức'),
                ('04/GQTC', 25, 'Trong đó, cán bộ, công chức, viên chức'),
                ('03/GQKN', 10, 'Khiếu nại đúng 1 phần'),
                ('04/GQTC', 10, 'Tố cáo có đúng có sai')]:
            self.assertEqual(TABLES[table].columns[number].title, title)

    def test_sources(self):
        "Test each column is counted of a source that there is, or by hand"
        for table in TABLES.values():
            for column in table.columns.values():
                with self.subTest(table=table.code, number=column.number):
                    if column.hand:
                        self.assertEqual(table.code, '06/QLKNTC')
                    else:
                        self.assertIn(column.of, pivot.SOURCES)

    def test_stock(self):
        "Test what carries over: it is never added up"
        self.assertEqual(
            {t.code: [c.number for c in t.columns.values() if c.stock]
                for t in TABLES.values()}, {
                '01/TCD': [], '02/XLD': [1], '03/GQKN': [2, 3, 4],
                '04/GQTC': [2, 3, 4],
                '05/KQTH': [1, 3, 4, 7, 8, 16, 18, 19, 22, 23],
                '06/QLKNTC': [6, 13]})

    def test_what_can_not_be(self):
        text = (definitions.DATA / 'circular-06-2025.toml').read_text('utf-8')
        for old, new in [
                ('number = 2\n', 'number = 3\n'),
                ('header_rows = 2', 'header_rows = 1'),
                ('certainty = "verified"', 'certainty = "sure"'),
                ('hand = true', 'hand = false')]:
            with self.subTest(new=new), \
                    self.assertRaises(definitions.DefinitionError):
                definitions.parse(text.replace(old, new, 1))

    def test_circular_on(self):
        self.assertEqual(
            definitions.circular_on(D(2025, 9, 30)), CIRCULAR)
        with self.assertRaises(definitions.DefinitionError):
            definitions.circular_on(D(2025, 9, 29))


class LayoutTestCase(TestCase):

    def test_spans(self):
        "Test heads of 02/XLD as they are merged on paper"
        found = {
            (h.text, h.row, h.column + 1, h.last_row, h.last_column + 1)
            for h in layout.heads(TABLES['02/XLD'])}
        self.assertLessEqual({
                ('Tổng số đơn', 0, 1, 3, 1),
                ('Số đơn thuộc thẩm quyền', 0, 6, 0, 22),
                ('Khiếu nại', 1, 6, 1, 11),
                ('Phân loại theo thẩm quyền giải quyết', 2, 7, 2, 8),
                ('Phân loại theo lĩnh vực', 2, 9, 2, 11),
                ('Tố cáo', 1, 12, 1, 18),
                ('Phân loại theo lĩnh vực', 2, 15, 2, 18),
                ('Số đơn không thuộc thẩm quyền', 0, 23, 0, 25),
                ('Phân loại theo kết quả xử lý', 1, 24, 1, 25),
                }, found)

    def test_every_cell_once(self):
        "Test heads fill the rows of heads without a gap or an overlap"
        for table in TABLES.values():
            cells = [
                (row, column) for h in layout.heads(table)
                for row in range(h.row, h.last_row + 1)
                for column in range(h.column, h.last_column + 1)]
            self.assertEqual(
                sorted(cells), [
                    (row, column) for row in range(table.header_rows)
                    for column in range(len(table.columns))])


class PeriodsTestCase(TestCase):

    def test_days(self):
        found = {
            p.key: (p.start, p.end) for p in periods.of_year(CIRCULAR, 2026)}
        self.assertEqual(found, {
                'q1': (D(2025, 12, 15), D(2026, 3, 14)),
                'q2': (D(2026, 3, 15), D(2026, 6, 14)),
                'q3': (D(2026, 6, 15), D(2026, 9, 14)),
                'q4': (D(2026, 9, 15), D(2026, 12, 14)),
                'half': (D(2025, 12, 15), D(2026, 6, 14)),
                'nine': (D(2025, 12, 15), D(2026, 9, 14)),
                'year': (D(2025, 12, 15), D(2026, 12, 14))})

    @given(st.dates(D(2000, 1, 1), D(2100, 1, 1)))
    def test_a_day_is_in_one_quarter(self, day):
        year = periods.year_of(CIRCULAR, day)
        quarters = [
            p for p in periods.of_year(CIRCULAR, year)
            if p.key.startswith('q')]
        self.assertEqual(
            sum(p.start <= day <= p.end for p in quarters), 1)
        latest = periods.latest(CIRCULAR, day)
        self.assertLess(latest.end, day)
        self.assertLess((day - latest.end).days, 93)

    def test_tiled(self):
        q1, q2, half = (
            periods.find(CIRCULAR, key, 2026)[2:] for key in [
                'q1', 'q2', 'half'])
        self.assertEqual(periods.tiled([q1, q2], *half), [q1, q2])
        self.assertEqual(periods.tiled([q1, q2, half], *half), [half])
        self.assertIsNone(periods.tiled([q1], *half))
        self.assertIsNone(periods.tiled(
                [q1, (D(2026, 3, 14), q2[1])], *half))


class RelationsTestCase(TestCase):

    def test_parse(self):
        for text, expected in [
                ('6= 7+8= 9+10+11', [
                    (6, '=', (7, 8)), (6, '=', (9, 10, 11))]),
                ('2<=1', [(2, '<=', (1,))])]:
            self.assertEqual([
                    (r.left[1], r.op, tuple(n for _, n in r.right))
                    for r in relations.parse(text, '02/XLD')], expected)
        one, = relations.parse('05/KQTH:1 >= 03/GQKN:7')
        self.assertEqual(
            (one.left, one.op, one.right),
            (('03/GQKN', 7), '<=', (('05/KQTH', 1),)))

    def test_columns_exist(self):
        for code in TABLES:
            for relation in relations.of_table(CIRCULAR, code):
                for table, number in (relation.left, *relation.right):
                    self.assertIn(number, TABLES[table].columns)

    @given(st.lists(st.integers(0, 9), min_size=3, max_size=3),
        st.integers(-2, 2))
    def test_check(self, parts, more):
        values = {('t', n): v for n, v in enumerate(parts, 2)}
        values['t', 1] = sum(parts) + more
        found = relations.check(relations.parse('1=2+3+4', 't'), values)
        self.assertEqual(bool(found), more != 0)
        values['t', 3] = None
        self.assertEqual(
            relations.check(relations.parse('1=2+3+4', 't'), values), [])


def _relations(*texts):
    return [
        r for text in texts
        for r in relations.parse(re.sub(r'(\d+)', r'\1', text), 't')]


class ProtectTestCase(TestCase):
    "Test what is hidden can not be counted back"
    RELATIONS = _relations('1=2+3', '2=4+5=6+7', '3=8+9')

    @given(st.lists(st.integers(0, 9), min_size=4, max_size=4),
        st.data())
    def test_no_sum_gives_it_away(self, leaves, data):
        a, b, c, d = leaves
        one = data.draw(st.integers(0, a + b))
        counts = {
            ('t', n): v for n, v in {
                1: a + b + c + d, 2: a + b, 3: c + d, 4: a, 5: b, 6: one,
                7: a + b - one, 8: c, 9: d}.items()}
        hidden = relations.protect(self.RELATIONS, counts, 5)
        for column, count in counts.items():
            if 0 < count < 5:
                self.assertIn(column, hidden)
        for relation in self.RELATIONS:
            columns = {relation.left, *relation.right}
            self.assertNotEqual(len(columns & hidden), 1)

    def test_nothing_is_hidden_in_vain(self):
        counts = {('t', n): v for n, v in enumerate(
                [40, 20, 20, 10, 10, 0, 20, 10, 10], 1)}
        self.assertEqual(
            relations.protect(self.RELATIONS, counts, 5), set())


class ShownTestCase(TestCase):

    def test_numbers(self):
        for value, digits, text in [
                (0, 0, '0'), (1234567, 0, '1.234.567'),
                (Decimal('1234.5'), 1, '1.234,5'), (Decimal('12'), 1, '12'),
                (Decimal('100'), 0, '100')]:
            self.assertEqual(show(value, digits), text)
