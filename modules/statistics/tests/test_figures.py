# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The figures, against a second count that shares no code with the module."""
import datetime as dt
from unittest import TestCase

from trytond.model.exceptions import AccessError
from trytond.modules.agencies.tests import create_user, work_as
from trytond.modules.complaints import births, plan, planning
from trytond.modules.complaints.tests.tools import receive, take
from trytond.modules.foundation import clock
from trytond.modules.statistics import definitions, periods
from trytond.modules.statistics.drawing import HIDDEN, Drawing, list_of
from trytond.modules.statistics.exceptions import PeriodError
from trytond.modules.statistics.request import Request, askable
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)
from trytond.transaction import Transaction

from . import register
from .naive import Pencil

D = dt.date
CIRCULAR = definitions.circulars()[0]
PERIODS = [
    periods.find(CIRCULAR, key, 2026)[2:] for key in [
        'q2', 'q3', 'q4', 'half', 'nine', 'year']]


def drawn(table, period, agency, spread='own', user=None):
    "Return a Drawing as the server sees it, or a user"
    request = Request(table, *period, agency.id, spread)
    if user:
        with work_as(user):
            return Drawing(request)
    with Transaction().set_user(0):
        return Drawing(request)


def figures(drawing, unit=None):
    unit = unit or drawing.units[0].id
    return {
        number: drawing.figures[unit, number].value
        for number in drawing.definition.columns}


class FiguresTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('statistics')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    def compare(self, table, period, offices, places, expected, spread='own'):
        drawing = drawn(
            table, period, offices[places[-1]].agency, spread)
        found = figures(drawing)
        self.assertEqual(found.keys(), expected.keys())
        for number, value in expected.items():
            self.assertAlmostEqual(
                float(found[number]), float(value), 3,
                msg=f'{table} {number} {period} {places} {spread}')

    @with_transaction()
    def test_second_count(self):
        "Test each cell of each table and period against the naive count"
        offices = register.create_offices()
        rows = register.invent()
        register.play(rows, offices)
        letters = [r for r in rows if r['fate'] != 'transfer']
        receptions, days = register.invent_receptions(letters)
        register.play_receptions(receptions, days, offices)
        Reading = Pool().get('statistics.reading')
        stock, = Reading.search([('key', '=', 'stock')])
        for carry in [False, True]:
            Reading.write(
                [stock], {'choice': 'carry' if carry else 'flow'})
            for period in PERIODS:
                for places, spread in [
                        ([0], 'own'), ([1], 'own'), ([0, 1], 'whole')]:
                    pencil = Pencil(rows, *period, places, carry)
                    for table, expected in [
                            ('01/TCD', pencil.tcd(receptions, days, places)),
                            ('02/XLD', pencil.xld()),
                            ('03/GQKN', pencil.gqkn()),
                            ('04/GQTC', pencil.gqtc()),
                            ('05/KQTH', pencil.kqth())]:
                        with self.subTest(
                                table=table, period=period, places=places,
                                carry=carry):
                            self.compare(
                                table, period, offices, places, expected,
                                spread)
        # what was compared was not nothing
        whole = Pencil(rows, *PERIODS[-1], [0, 1])
        self.assertGreater(min(whole.xld()[n] for n in range(1, 8)), 0)
        self.assertGreater(whole.gqkn()[7] + whole.gqtc()[7], 3)
        self.check_relations(offices)
        self.check_lists(offices)
        self.check_split(offices)

    def check_relations(self, offices):
        "All relations hold where nothing is carried over"
        Reading = Pool().get('statistics.reading')
        Reading.write(
            Reading.search([('key', '=', 'stock')]), {'choice': 'flow'})
        for table in CIRCULAR.tables:
            for period in PERIODS:
                drawing = drawn(
                    table, period, offices[1].agency, 'units')
                # how many of whom are officials is invented by the dice
                self.assertEqual(
                    [b.relation.text for _, b in drawing.broken
                        if not any(
                            CIRCULAR.tables[code].columns[number].sum
                            for code, number in b.relation.right)], [])

    def check_lists(self, offices):
        "The list behind a cell has as many records as the cell counts"
        Letter = Pool().get('complaints.letter')
        looked = 0
        for table in ['01/TCD', '02/XLD', '03/GQKN', '05/KQTH']:
            drawing = drawn(table, PERIODS[-1], offices[1].agency, 'whole')
            unit = drawing.units[0]
            for number, column in drawing.definition.columns.items():
                if column.sum or column.of in {'matter', 'visit'}:
                    continue
                text = f'{drawing.request._replace(unit=unit.id).text}|'
                with Transaction().set_user(0):
                    model, _ = list_of(f'{text}{number}')
                    count = Pool().get(model).search(
                        [('in_figure', '=', f'{text}{number}')], count=True)
                self.assertEqual(
                    count, drawing.figures[unit.id, number].value,
                    f'{table} {number}')
                looked += bool(count)
        self.assertGreater(looked, 10)
        self.assertEqual(
            Letter.search([('in_figure', '=', None)], count=True), 0)

    def check_split(self, offices):
        "Two quarters add up to the half where nothing is carried over"
        parts = [periods.find(CIRCULAR, k, 2026)[2:] for k in ['q1', 'q2']]
        half = periods.find(CIRCULAR, 'half', 2026)[2:]
        for table in ['01/TCD', '02/XLD', '05/KQTH']:
            found = [
                figures(drawn(table, p, offices[1].agency, 'whole'))
                for p in [*parts, half]]
            for number, column in CIRCULAR.tables[table].columns.items():
                # a matter may be in both
                if column.stock or column.of in {'matter', 'visit'}:
                    continue
                self.assertEqual(
                    found[0][number] + found[1][number], found[2][number],
                    f'{table} {number}')

    @with_transaction()
    def test_a_letter_moves(self):
        "Test a letter that moves to another cell moves the totals with it"
        office = register.create_offices()[0]
        period = periods.find(CIRCULAR, 'q3', 2026)[2:]

        def xld():
            found = figures(drawn('02/XLD', period, office.agency))
            return {n: v for n, v in found.items() if v}
        with clock.travel(D(2026, 8, 3)):
            letter = receive(office, D(2026, 8, 3))
            self.assertEqual(xld(), {})
            letter = take(office.clerk, letter, 'register')
        self.assertEqual(xld(), {1: 1})
        with clock.travel(D(2026, 8, 5)):
            take(office.clerk, letter, 'classify')
            take(office.clerk, letter, 'propose', proposal='accept')
            take(office.leader, letter, 'approve')
        self.assertEqual(
            xld(), {1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 11: 1})
        land, = Pool().get('complaints.field').search([('code', '=', 'land')])
        Pool().get('complaints.letter').write([letter], {'field': land.id})
        self.assertEqual(
            xld(), {1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 9: 1})

    @with_transaction()
    def test_supplement(self):
        "Test what waits for a supplement is not handled, and is later"
        office = register.create_offices()[0]
        with clock.travel(D(2026, 8, 3)):
            letter = receive(office, D(2026, 8, 3))
            take(office.clerk, letter, 'register', 'classify')
            take(office.clerk, letter, 'propose', proposal='supplement')
            take(office.leader, letter, 'approve')
            letter = take(office.clerk, letter, 'supplement')
        self.assertIsNone(letter.examined_on)
        with clock.travel(D(2026, 9, 20)):
            take(office.clerk, letter, 'supplemented')
            take(office.clerk, letter, 'propose', proposal='guide')
            take(office.leader, letter, 'approve')
            letter = take(office.clerk, letter, 'guide')
        self.assertEqual(letter.examined_on, D(2026, 9, 20))
        q3, q4 = (
            figures(drawn(
                    '02/XLD', periods.find(CIRCULAR, key, 2026)[2:],
                    office.agency)) for key in ['q3', 'q4'])
        self.assertEqual((q3[1], q3[2]), (1, 0))
        self.assertEqual((q4[1], q4[2], q4[24]), (1, 1, 1))

    @with_transaction()
    def test_undated(self):
        "Test a letter of an old register counts on its receipt, or nowhere"
        office = register.create_offices()[0]
        with clock.travel(D(2026, 11, 2)), Transaction().set_user(0):
            # as exchange takes it in
            birth, = births.bear([({
                            'agency': office.agency.id,
                            'received_on': D(2026, 8, 3),
                            'kind': 'complaint', 'content': "Đơn cũ",
                            'channel': 'other', 'proposal': 'guide',
                            'proposal_note': "Theo sổ",
                            'persons': [('create', [
                                        {'name': "Nguyễn Văn An"}])]}, [
                            *map(plan.Act, [
                                    'register', 'classify', 'propose',
                                    'approve']),
                            plan.Act('guide', undated=True)])],
                planning.acting(register=True))
        letter = Pool().get('complaints.letter')(birth.matter.id)
        self.assertIsNone(letter.examined_on)
        q3 = periods.find(CIRCULAR, 'q3', 2026)[2:]
        q4 = periods.find(CIRCULAR, 'q4', 2026)[2:]
        self.assertEqual(
            [figures(drawn('02/XLD', q, office.agency))[24]
                for q in [q3, q4]], [1, 0])
        Reading = Pool().get('statistics.reading')
        Reading.write(
            Reading.search([('key', '=', 'undated')]),
            {'choice': 'left_out'})
        self.assertEqual(
            [figures(drawn('02/XLD', q, office.agency))[1]
                for q in [q3, q4]], [0, 0])

    @with_transaction()
    def test_broken_is_explained(self):
        "Test a decision without a result breaks a sum and is named"
        offices = register.create_offices()
        rows = [r for r in register.invent() if r['case']
            and r['kind'] in {'complaint', 'disciplinary'}
            and r['case'].get('decided')][:1]
        register.play(rows, offices)
        row, = rows
        Case = Pool().get('complaints.case')
        case = Case(row['case']['id'])
        Case.write([case], {'result': None})
        drawing = drawn(
            '03/GQKN', PERIODS[-1], offices[row['office']].agency)
        self.assertEqual(
            [b.relation.text for _, b in drawing.broken],
            ['7 = 8+9+10+11+12'])
        with Transaction().set_user(0):
            line, = drawing.explain()
        self.assertIn(case.number, line)
        self.assertTrue(drawing.remark(drawing.units[0], 7))

    # Who sees what

    @with_transaction()
    def test_who_may_ask(self):
        office, province = register.create_offices()
        stranger = create_user('stranger')
        other = register.create_office('22251')
        period = PERIODS[1]
        for user, agency, allowed in [
                (office.clerk, office.agency, True),
                (office.clerk, province.agency, False),
                (office.clerk, other.agency, False),
                (province.clerk, office.agency, True),
                (office.supervisor, office.agency, True),
                (office.auditor, office.agency, True),
                (stranger, office.agency, False)]:
            with self.subTest(user=user.login, agency=agency.code), \
                    work_as(user):
                self.assertEqual(agency.id in askable(), allowed)
                if allowed:
                    drawn('02/XLD', period, agency, user=user)
                else:
                    with self.assertRaises(AccessError):
                        drawn('02/XLD', period, agency, user=user)
                    with self.assertRaises(AccessError):
                        list_of(Request(
                                '02/XLD', *period, agency.id, 'own',
                                agency.id).text + '|1')

    @with_transaction()
    def test_small_figures_are_hidden(self):
        "Test who may not read the letters sees no figure that would tell"
        office, province = register.create_offices()
        period = periods.find(CIRCULAR, 'q3', 2026)[2:]
        with clock.travel(D(2026, 8, 3)):
            letter = receive(office, D(2026, 8, 3), 'denunciation')
            take(office.clerk, letter, 'register')
        with work_as(province.clerk):
            drawing = drawn(
                '02/XLD', period, office.agency, user=province.clerk)
            unit = drawing.units[0]
            self.assertEqual(drawing.shown(unit, 1), HIDDEN)
            text = drawing.request._replace(unit=unit.id).text
            Letter = Pool().get('complaints.letter')
            self.assertEqual(
                Letter.search([('in_figure', '=', f'{text}|1')]), [])
        for user in [office.clerk, office.supervisor]:
            with work_as(user):
                drawing = drawn('02/XLD', period, office.agency, user=user)
                self.assertEqual(drawing.shown(drawing.units[0], 1), '1')

    @with_transaction()
    def test_what_is_about_the_reader(self):
        "Test who is denounced finds it in no figure"
        office, province = register.create_offices()
        period = periods.find(CIRCULAR, 'q3', 2026)[2:]
        with clock.travel(D(2026, 8, 3)):
            letter = receive(
                office, D(2026, 8, 3), 'denunciation',
                respondent_agency=office.agency.id, respondent_role='head')
            take(office.clerk, letter, 'register')
        seen = {}
        for user in [office.clerk, office.leader]:
            with work_as(user):
                drawing = drawn('02/XLD', period, office.agency, user=user)
                seen[user.login] = drawing.shown(drawing.units[0], 1)
        self.assertEqual(
            seen, {office.clerk.login: '1', office.leader.login: '0'})

    @with_transaction()
    def test_hand(self):
        "Test what nobody entered is unknown, and quarters fill a half"
        office = register.create_offices()[0]
        Entry = Pool().get('statistics.entry')
        half = periods.find(CIRCULAR, 'half', 2026)[2:]
        q1, q2 = (
            periods.find(CIRCULAR, key, 2026)[2:] for key in ['q1', 'q2'])

        def shown():
            drawing = drawn('06/QLKNTC', half, office.agency)
            return figures(drawing)
        self.assertEqual(set(shown().values()), {None})
        for (start, end), amounts in [
                (q1, {1: 2, 4: 0, 6: 3}), (q2, {1: 5, 4: 1, 6: 4})]:
            with clock.travel(D(2026, 7, 1)), work_as(office.clerk):
                Entry.create([{
                            'agency': office.agency.id, 'table': '06/QLKNTC',
                            'start': start, 'end': end,
                            'values': [('create', [
                                        {'number': n, 'amount': a}
                                        for n, a in amounts.items()])]}])
        # what is carried over is not added up
        self.assertEqual(
            {n: v for n, v in shown().items() if v is not None},
            {1: 7, 4: 1})
        resource = str(Entry.search([])[0])
        self.assertTrue(Pool().get('audit.entry').search(
                [('resource', '=', resource), ('action', '=', 'create')]))

    @with_transaction()
    def test_period(self):
        office = register.create_offices()[0]
        for period in [(D(2020, 1, 1), D(2020, 3, 1)),
                (D(2026, 3, 1), D(2026, 2, 1))]:
            with self.assertRaises(PeriodError):
                drawn('01/TCD', period, office.agency)
        for text in [None, '', '02/XLD', '02/XLD|2026-01-01|x|1|own|',
                '99/X|2026-01-01|2026-03-01|1|own|1|1']:
            with self.assertRaises(AccessError):
                list_of(text)
