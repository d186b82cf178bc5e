# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The provinces and districts that ended in July 2025, as agencies."""
import datetime as dt
from collections import Counter, defaultdict
from unittest import TestCase

from trytond.modules.foundation import clock
from trytond.modules.foundation.text import fold
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)
from trytond.transaction import Transaction

from .. import loader
from .tools import create_agency, create_user, work_as

D = dt.date
LAST, FIRST = D(2025, 6, 30), D(2025, 7, 1)
ISLANDS = {'318', '471', '498', '536', '755'}


class EndedDataTestCase(TestCase):
    "Test the files agree with each other"

    @classmethod
    def setUpClass(cls):
        cls.rows = {row['code']: row for row in loader.read('ended')}
        # as they were made: some have another type since
        units = loader.read('units')
        cls.units = {row['code']: row for row in reversed(units)}
        cls.today = {row['code'] for row in units if not row['valid_to']}
        cls.areas = loader.read('succession')

    def province_of(self, code):
        return self.units[code]['province'] or code

    def test_counts(self):
        "Test there were 63 provinces and 696 districts"
        kinds = Counter(row['kind'] for row in self.rows.values())
        self.assertEqual(kinds, {'province': 29, 'district': 696})
        self.assertEqual(len(self.rows), 29 + 696)
        self.assertFalse(set(self.rows) & set(self.units))
        old = {fold(area['old_province']) for area in self.areas}
        self.assertEqual(len(old), 63)

    def test_tree(self):
        "Test each stands below what is known, and what took over is of today"
        for code, row in self.rows.items():
            with self.subTest(code=code):
                province = row['kind'] == 'province'
                self.assertIn(row['parent'], (
                        {'CP'} if province
                        else self.rows.keys() | self.units.keys()))
                unit = self.units[row['successor']]
                self.assertIn(row['successor'], self.today)
                self.assertEqual(unit['valid_from'], '2025-07-01')
                self.assertEqual(row['valid_to'], '2025-06-30')
                # the district went where its province went
                if not province:
                    parent = self.rows.get(row['parent'])
                    self.assertEqual(
                        self.province_of(row['successor']),
                        parent['successor'] if parent else row['parent'])

    def test_old_communes(self):
        "Test each old commune lay in a district of its own province"
        names = {
            code: fold(unit['type'] + ' ' + unit['name'])
            for code, unit in self.units.items()}
        by_district = defaultdict(set)
        for area in self.areas:
            row = self.rows[area['district']]
            code = loader.ALIASES.get(area['new_code'], area['new_code'])
            by_district[area['district']].add(code)
            parent = (
                fold(self.rows[row['parent']]['name']).removeprefix('ubnd ')
                if row['parent'] in self.rows else names[row['parent']])
            # the type of a province may have changed since
            self.assertEqual(
                fold(area['old_province']).split()[-1], parent.split()[-1])
            self.assertEqual(
                fold(area['old_district']).split()[-1],
                fold(row['name']).split()[-1])
        self.assertEqual(set(by_district), {
                code for code, row in self.rows.items()
                if row['kind'] == 'district'})
        for district, communes in by_district.items():
            province, = {self.province_of(code) for code in communes}
            successor = self.rows[district]['successor']
            # a district that became one commune went over to it
            self.assertEqual(
                successor,
                communes.pop() if len(communes) == 1 else province)

    def test_islands(self):
        "Test the districts that had no communes are one now"
        rows = [a for a in self.areas if not a['old_name']
            and a['old_code'] == a['district']]
        self.assertEqual({a['district'] for a in rows}, ISLANDS)
        for area in rows:
            self.assertEqual(self.units[area['new_code']]['type'], 'đặc khu')
            self.assertIn(
                fold(self.units[area['new_code']]['name']),
                fold(area['old_district']))


class EndedTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('agencies')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    def load(self):
        loader.load({'66', '51'})
        return Pool().get('agencies.agency')

    @with_transaction()
    def test_load(self):
        "Test the district of a province that has ended, too"
        Agency = self.load()
        district = Agency.by_code('561')
        self.assertEqual(
            district.rec_name, "UBND huyện Sông Hinh, tỉnh Phú Yên")
        self.assertFalse(district.active)
        self.assertEqual(district.parent, Agency.by_code('cu.54'))
        self.assertEqual(district.parent, Agency.by_code('54'))
        province = Agency.by_code('66')
        self.assertEqual(district.successor_on(LAST), district)
        self.assertEqual(district.successor_on(FIRST), province)
        self.assertEqual(district.parent.successor_on(FIRST), province)
        link, = district.successors
        self.assertEqual(link.certainty, 'interpretation')
        self.assertEqual(Agency.by_code('536').successor_on(FIRST),
            Agency.by_code('21548'))

    @with_transaction()
    def test_load_again(self):
        "Test what exists, and what somebody changed, stays"
        Agency = self.load()
        district = Agency.by_code('561')
        other = create_agency('x', parent=Agency.by_code('66'))
        district.name = "UBND huyện Sông Hinh (cũ)"
        district.save()
        link, = district.successors
        link.successor = other
        link.save()
        self.assertEqual(loader.load({'66', '51'}), 0)
        district = Agency(district.id)
        self.assertEqual(district.name, "UBND huyện Sông Hinh (cũ)")
        self.assertEqual(
            [s.successor for s in district.successors], [other])

    @with_transaction()
    def test_upgrade(self):
        "Test a database without districts gets them, once"
        pool = Pool()
        Agency = self.load()
        Area = pool.get('country.subdivision.succession')
        Succession = pool.get('agencies.succession')
        # as an older release left it
        expected = {a.id: a.district for a in Area.search([])}
        table = Area.__table__()
        Transaction().connection.cursor().execute(
            *table.update([table.district], [None]))
        Succession.delete(Succession.search([]))
        ended = Agency.search([('active', '=', False)])
        codes = {a.code for a in ended}
        districts = [a for a in ended if a.kind == 'district']
        provinces = [a for a in ended if a.kind == 'province']
        Agency.delete(districts)
        Agency.delete(provinces)
        self.assertIsNone(Agency.by_code('561'))
        added = loader.load({'66', '51'})
        self.assertEqual(added, 2 * len(codes) + len(expected))
        for area in Area.browse(list(expected)):
            self.assertIsNotNone(area.district)
        self.assertEqual({
                a.code for a in Agency.search([('active', '=', False)])},
            codes)
        self.assertEqual(loader.load({'66', '51'}), 0)

    @with_transaction()
    def test_active(self):
        "Test what is found of what exists, has ended and will end"
        Agency = Pool().get('agencies.agency')
        for code, valid_to in [
                ('ended', LAST), ('ends', D(2026, 8, 5)), ('stays', None)]:
            create_agency(code, valid_to=valid_to)
        for day, existing in [
                (D(2025, 6, 30), {'ended', 'ends', 'stays'}),
                (D(2025, 7, 1), {'ends', 'stays'}),
                (D(2026, 8, 5), {'ends', 'stays'}),
                (D(2026, 8, 6), {'stays'})]:
            others = {'ended', 'ends', 'stays'} - existing
            with clock.travel(day):
                for domain, expected in [
                        ([], existing),
                        ([('active', '=', True)], existing),
                        ([('active', '!=', False)], existing),
                        ([('active', '=', False)], others),
                        ([('active', 'not in', [True])], others),
                        ([('active', 'in', [True, False])],
                            existing | others),
                        ([('active', 'in', [])], set())]:
                    with self.subTest(day=day, domain=domain):
                        found = Agency.search(domain)
                        self.assertEqual({a.code for a in found}, expected)
                        for agency in found:
                            self.assertEqual(
                                agency.on_change_with_active(),
                                agency.code in existing)

    @with_transaction()
    def test_parents_on(self):
        "Test a commune of today lay in the districts of its old communes"
        Agency = self.load()
        commune = Agency.by_code('22207')
        self.assertEqual(
            {a.code for a in commune.parents_on(LAST)}, {'561'})
        self.assertEqual(
            [a.code for a in commune.parents_on(FIRST)], ['66'])
        self.assertEqual(
            [a.code for a in Agency.by_code('21548').parents_on(LAST)],
            ['536'])
        self.assertEqual(
            [a.code for a in Agency.by_code('66.XD').parents_on(LAST)],
            ['66'])
        self.assertEqual(Agency.by_code('CP').parents_on(LAST), [])

    @with_transaction()
    def test_history_kept(self):
        "Test who took over sees the records of the districts; nobody else"
        Agency = self.load()
        User = Pool().get('res.user')
        visible = {}
        for code, role in [
                ('66', 'clerk'), ('66.TT', 'supervisor'), ('22207', 'clerk'),
                ('21548', 'clerk'), ('TTCP', 'supervisor')]:
            user = create_user(f'u{code}', Agency.by_code(code), role)
            with work_as(user):
                visible[code] = {
                    a.code for a in Agency.browse(User.get_visible())}
        for code, expected in [
                ('66', True), ('66.TT', True), ('22207', False),
                ('21548', False), ('TTCP', True)]:
            self.assertEqual('561' in visible[code], expected, code)
        self.assertEqual(visible['22207'], {'22207'})
        self.assertEqual(visible['21548'], {'21548', '536'})
