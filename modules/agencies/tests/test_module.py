# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

import datetime as dt

from trytond.model.exceptions import AccessError
from trytond.modules.foundation import clock
from trytond.modules.foundation.tests.mixin import AgencyTestMixin
from trytond.pool import Pool
from trytond.tests.test_tryton import ModuleTestCase, with_transaction
from trytond.transaction import Transaction

from .. import loader
from ..exceptions import (
    AgencyCodeError, AgencyPeriodError, MembershipError, RoleError)
from .tools import (
    LONG_AGO, create_agency, create_country, create_user, work_as)


class AgenciesTestCase(AgencyTestMixin, ModuleTestCase):
    "Test Agencies module"
    module = 'agencies'

    def test_country_data(self):
        "Test the country has 34 provinces and 3,321 communes"
        rows = loader.read('units')
        current = [r for r in rows if not r['valid_to']]
        provinces = [r for r in current if len(r['code']) == 2]
        communes = [r for r in current if len(r['code']) == 5]

        self.assertEqual(len(provinces), 34)
        self.assertEqual(
            sum(r['type'] == 'thành phố' for r in provinces), 7)
        self.assertEqual(len(communes), 3321)
        self.assertEqual(
            {t: sum(r['type'] == t for r in communes)
                for t in ['xã', 'phường', 'đặc khu']},
            {'xã': 2611, 'phường': 697, 'đặc khu': 13})
        self.assertEqual(len({r['code'] for r in current}), 3355)

    @with_transaction()
    def test_upgrade_of_roles(self):
        "Test roles and absences of an older release stay as they were"
        pool = Pool()
        Membership = pool.get('agencies.membership')
        Absence = pool.get('agencies.absence')
        agency = create_agency('00001')
        leader = create_user('leader', agency, 'leader')
        other = create_user('other', agency, 'handler')
        Absence.create([{
                    'agency': agency.id, 'user': leader.id,
                    'delegate': other.id, 'valid_from': LONG_AGO,
                    'valid_to': dt.date(2100, 1, 1)}])
        cursor = Transaction().connection.cursor()
        for table, column in [('agencies_membership', 'state'),
                ('agencies_absence', 'delegate_confirmed')]:
            cursor.execute(f'ALTER TABLE {table} DROP COLUMN {column}')
        Membership.__register__('agencies')
        Absence.__register__('agencies')
        for cache in Transaction().cache.values():
            cache.clear()
        pool.get('res.user').clear_role_caches()
        self.assertEqual(
            {m.state for m in Membership.search([])}, {'held'})
        self.assertIn(
            (agency.id, 'leader'), pool.get('res.user').get_roles(other.id))

    @with_transaction()
    def test_load_twice(self):
        "Test loading the country again adds nothing"
        pool = Pool()
        Agency = pool.get('agencies.agency')
        create_country(['75'])
        count = Agency.search([], count=True)
        self.assertGreater(count, 90)

        self.assertEqual(loader.load({'75'}, succession=False), 0)
        self.assertEqual(Agency.search([], count=True), count)

    @with_transaction()
    def test_dated_name(self):
        "Test an agency keeps its earlier names"
        pool = Pool()
        Agency = pool.get('agencies.agency')
        create_country(['75'])
        agency = Agency.by_code('26248')

        self.assertEqual(agency.name, 'UBND phường Trảng Bom')
        self.assertEqual(
            agency.name_on(dt.date(2026, 4, 29)), 'UBND xã Trảng Bom')
        self.assertEqual(
            agency.name_on(dt.date(2026, 4, 30)), 'UBND phường Trảng Bom')
        self.assertEqual(
            agency.rec_name,
            'UBND phường Trảng Bom, thành phố Đồng Nai')
        self.assertEqual(agency.parent.name, 'UBND thành phố Đồng Nai')

    @with_transaction()
    def test_code(self):
        "Test a code is refused where it could not stand in a number"
        pool = Pool()
        for code in ['22250', 'TTCP', '66.NV', '01-TT', 'cu.22250']:
            create_agency(code)
        for code in ['Sở', 'A B', '66/NV', '66..NV', '-A', 'A-', 'A_B', '٢']:
            with self.subTest(code=code), \
                    self.assertRaises(AgencyCodeError) as caught:
                create_agency(code)
            self.assertIn(code, str(caught.exception))
        # nor can it be announced
        New = pool.get('agencies.reorganisation.new')
        with self.assertRaises(AgencyCodeError):
            New.validate_fields([New(code='Sở')], {'code'})

    @with_transaction()
    def test_alias(self):
        "Test the two codes of Ba Chẽ find the same agency"
        pool = Pool()
        Agency = pool.get('agencies.agency')
        create_country(['22'])
        self.assertEqual(Agency.by_code('06970'), Agency.by_code('06978'))
        self.assertIsNone(Agency.by_code('99999'))

    @with_transaction()
    def test_period_overlap(self):
        "Test the periods of an agency can not overlap"
        pool = Pool()
        Period = pool.get('agencies.agency.period')
        agency = create_agency('A')
        Period(
            agency=agency, name="First", valid_from=dt.date(2020, 1, 1),
            valid_to=dt.date(2020, 12, 31)).save()
        with self.assertRaises(AgencyPeriodError):
            Period(
                agency=agency, name="Second",
                valid_from=dt.date(2020, 12, 31),
                valid_to=dt.date(2021, 12, 31)).save()

    @with_transaction()
    def test_roles_are_dated(self):
        "Test a role holds from its first to its last day"
        pool = Pool()
        Membership = pool.get('agencies.membership')
        User = pool.get('res.user')
        agency = create_agency('A')
        user = create_user('user')
        Membership(
            user=user, agency=agency, role='clerk',
            valid_from=dt.date(2026, 3, 1),
            valid_to=dt.date(2026, 3, 31)).save()
        for day, expected in [
                (dt.date(2026, 2, 28), ()),
                (dt.date(2026, 3, 1), (agency.id,)),
                (dt.date(2026, 3, 31), (agency.id,)),
                (dt.date(2026, 4, 1), ()),
                ]:
            with self.subTest(day=day), clock.travel(day), work_as(user):
                self.assertEqual(User.get_agencies(), expected)
                self.assertEqual(len(User.get_groups()), len(expected))

    @with_transaction()
    def test_membership_overlap(self):
        "Test a role can not be given twice at the same time"
        pool = Pool()
        Membership = pool.get('agencies.membership')
        agency = create_agency('A')
        user = create_user('user', agency, 'clerk')
        with self.assertRaises(MembershipError):
            Membership(user=user, agency=agency, role='clerk').save()

    @with_transaction()
    def test_administrator_works_nowhere(self):
        "Test an administrator gets no agency to read letters of"
        pool = Pool()
        User = pool.get('res.user')
        agency = create_agency('A')
        user = create_user('user', agency, 'administrator')
        with work_as(user):
            self.assertEqual(User.get_agencies(), ())
            with self.assertRaises(RoleError):
                User.check_role(agency, 'clerk')

    @with_transaction()
    def test_inspectorate_supervises_the_branch(self):
        "Test supervisors of an inspectorate oversee their province"
        pool = Pool()
        User = pool.get('res.user')
        province = create_agency('P', kind='province')
        inspectorate = create_agency(
            'P.TT', kind='inspectorate', parent=province)
        user = create_user('user', inspectorate, 'supervisor')
        with work_as(user):
            self.assertEqual(User.get_supervised(), (province.id,))
        self.assertEqual(province.users_with('supervisor'), [user])

    @with_transaction()
    def test_foreign_agency_in_context(self):
        "Test a client can not claim an agency by its context"
        from ..agency import current_agency
        mine, other = create_agency('A'), create_agency('B')
        user = create_user('user', mine, 'clerk')
        with work_as(user):
            self.assertEqual(current_agency(), mine.id)
            with Transaction().set_context(agency=other.id):
                self.assertIsNone(current_agency())

    @with_transaction()
    def test_only_administrators_change_agencies(self):
        "Test a clerk can read but not change agencies and roles"
        pool = Pool()
        Agency = pool.get('agencies.agency')
        Membership = pool.get('agencies.membership')
        agency = create_agency('A')
        user = create_user('user', agency, 'clerk')
        with work_as(user):
            agency = Agency(agency.id)
            self.assertTrue(agency.name)
            with self.assertRaises(AccessError):
                Agency.write([agency], {'name': "Other"})
            with self.assertRaises(AccessError):
                Membership.create([{
                            'user': user.id, 'agency': agency.id,
                            'role': 'leader'}])

    @with_transaction()
    def test_visible(self):
        "Test a supervisor sees the branch, new agencies at once"
        pool = Pool()
        User = pool.get('res.user')
        Agency = pool.get('agencies.agency')
        province = create_agency('P1', "UBND tỉnh", 'province')
        other = create_agency('P2', "UBND tỉnh khác", 'province')
        commune = create_agency('C1', "UBND xã", 'commune', province)
        boss = create_user('boss', province, 'supervisor')
        clerk = create_user('clerk', commune, 'clerk')
        with work_as(boss):
            self.assertEqual(
                set(User.get_visible()), {province.id, commune.id})
        with work_as(clerk):
            self.assertEqual(User.get_visible(), (commune.id,))
        later = create_agency('C2', "UBND phường", 'commune', province)
        with work_as(boss):
            self.assertIn(later.id, User.get_visible())
        Agency.write([later], {'parent': other.id})
        with work_as(boss):
            self.assertNotIn(later.id, User.get_visible())


del ModuleTestCase
