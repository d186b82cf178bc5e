# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Who settles, on the agencies and fields that `donthu init` loads.

Each line is a case: what it is, about whom, received when; who settles by the
law of that day, who does so today, and by which article.
"""
import datetime as dt
from types import SimpleNamespace
from unittest import TestCase

from trytond.modules.agencies import loader
from trytond.modules.agencies.tests import create_user, work_as
from trytond.modules.complaints.tests.tools import receive, take
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)
from trytond.transaction import Transaction


D = dt.date
TODAY = D(2027, 2, 1)
SINCE_2012 = [D(2013, 3, 1), D(2025, 6, 30), D(2025, 7, 1), D(2026, 6, 30),
    D(2026, 7, 1), TODAY]
MARCH, GAP, NOW = D(2025, 3, 10), D(2025, 9, 1), D(2026, 9, 1)

# Lóng Sập in the old town of Mộc Châu; Sông Hinh in the old province of Phú
# Yên, now Đắk Lắk; Trường Sa, a district that is one commune; Lý Sơn, a
# district that had no communes
SON_LA, DAK_LAK, KHANH_HOA, QUANG_NGAI = '14', '66', '56', '51'
PROVINCES = [SON_LA, DAK_LAK, KHANH_HOA, QUANG_NGAI]

# kind, instance, role, about, settles, article; on each day since 2012
MINISTERS = [
    ('complaint', '1', 'head', 'BXD', 'BXD', 'Điều 7'),
    ('complaint', '1', 'head', 'TTCP', 'TTCP', 'Điều 7'),
    ('complaint', '2', 'head', 'BXD', 'court', 'Điều 7.2'),
    ('complaint', '2', 'body', 'VPCP', 'court', 'Điều 7.2'),
    ('complaint', '2', 'head', 'NHNN', 'court', 'Điều 7.2'),
    ('complaint', '2', 'head', 'TTCP', 'court', 'Điều 7.2'),
    ('complaint', '2', 'staff', 'TTCP', 'court', 'Điều 7.2'),
    ('complaint', '2', 'head', 'VTV', 'court', 'Điều 7.2'),
    ('complaint', '2', 'head', 'BXD.C', 'BXD', 'Điều '),
    ('complaint', '2', 'head', '66.TT', '66', 'Điều '),
    ('complaint', '2', 'head', '66.XD', '66', 'Điều '),
    ('disciplinary', '1', 'staff', 'TTCP', 'TTCP', 'Điều 51'),
    ('disciplinary', '2', 'staff', 'TTCP', 'BNV', 'Điều 51'),
    ('disciplinary', '2', 'staff', 'BXD', 'BNV', 'Điều 51'),
    ('disciplinary', '2', 'staff', 'VTV', 'BNV', 'Điều 51'),
    ('disciplinary', '2', 'staff', '66', 'BNV', 'Điều 51'),
    ('disciplinary', '2', 'staff', '66.TT', '66', 'Điều 51'),
    ('disciplinary', '2', 'staff', 'BXD.C', 'BXD', 'Điều 51'),
    # a person can not settle what he himself has settled: open
    ('disciplinary', '2', 'staff', 'BNV', None, 'Điều 51.3'),
    ]

# field, ministry, of the second complaint against a province's chair
FIELDS = [
    ('land', 'BNNMT'),
    ('policy', 'BNV'),
    ('administration', 'BNV'),
    ('justice', 'BTP'),
    ('corruption', 'TTCP'),
    ('other', None),
    (None, None),
    ]

# kind, instance, role, about, day, settled then, settles today, article
DISTRICTS = [
    # the district of its day settles, who took over does so today
    ('complaint', '1', 'head', '561', MARCH, '561', '66', 'Điều 18.1'),
    ('complaint', '2', 'head', '561', MARCH, 'cu.54', '66', 'Điều 21.2'),
    ('complaint', '2', 'head', '123', MARCH, '14', '14', 'Điều 21.2'),
    ('complaint', '2', 'head', '04045', MARCH, '123', '14', 'Điều 18.2'),
    ('complaint', '1', 'head', '04045', MARCH, '04045', '04045', 'Điều 7'),
    ('denunciation', '1', 'head', '04045', MARCH, '123', '14', 'Điều 13.2'),
    ('denunciation', '1', 'head', '123', MARCH, '14', '14', 'Điều 13.4'),
    ('denunciation', '1', 'staff', '123', MARCH, '123', '14', 'Điều 12'),
    ('denunciation', '1', 'body', '04045', MARCH, '123', '14', 'Điều 12'),
    # above who had to settle first, on the tree of that day
    ('denunciation', '2', 'head', '04045', MARCH, '14', '14', 'Điều 37.1'),
    ('denunciation', '2', 'staff', '04045', MARCH, '123', '14', 'Điều 37.1'),
    ('disciplinary', '1', 'staff', '123', MARCH, '123', '14', 'Điều 51'),
    ('disciplinary', '2', 'staff', '561', MARCH, 'cu.54', '66', 'Điều 51'),
    ('petition', '1', None, '561', MARCH, '561', '66', 'Điều 26'),
    # a province that has ended
    ('complaint', '1', 'head', 'cu.54', MARCH, 'cu.54', '66', 'Điều 7'),
    ('complaint', '2', 'head', 'cu.54', MARCH, 'BNNMT', 'BNNMT', 'Điều 23'),
    ('denunciation', '1', 'head', 'cu.54', MARCH, 'CP', 'CP', 'Điều 12'),
    # where the whole district became one commune, that took over
    ('complaint', '1', 'head', '576', MARCH, '576', '22736', 'Điều 18.1'),
    ('complaint', '1', 'head', '536', MARCH, '536', '21548', 'Điều 18.1'),
    ('complaint', '2', 'head', '536', MARCH, '51', '51', 'Điều 21.2'),
    # … but not to settle about itself
    ('complaint', '2', 'head', '22736', MARCH, '576', '56', 'Điều 18.2'),
    ('denunciation', '1', 'head', '22736', MARCH, '576', '56', 'Điều 13.2'),
    # the last day, and the first of the new order
    ('complaint', '2', 'head', '04045', D(2025, 6, 30), '123', '14',
        'Điều 18.2'),
    ('complaint', '2', 'head', '04045', D(2025, 7, 1), '14', '14',
        'Điều 21'),
    # received since then about what a district did
    ('complaint', '1', 'head', '561', GAP, '561', '66', 'Điều 7'),
    ('complaint', '2', 'head', '561', GAP, 'cu.54', '66', 'Điều 20, 21'),
    ('complaint', '2', 'head', '561', NOW, 'cu.54', '66', 'Điều 20, 21'),
    ('denunciation', '1', 'staff', '123', NOW, '123', '14', 'Điều 12.5'),
    ('denunciation', '1', 'body', '123', NOW, '14', '14', 'Điều 12.1'),
    ]


def load_country():
    "Load what `donthu init` loads, of a few provinces"
    pool = Pool()
    Agency = pool.get('agencies.agency')
    loader.load(set(PROVINCES))
    pool.get('complaints.field').load_ministries()
    Agency.create([{
                'code': code, 'name': name, 'kind': kind,
                'parent': Agency.by_code(parent).id,
                'valid_from': D(2011, 1, 1),
                } for code, name, kind, parent in [
                ('VTV', "Đài Truyền hình Việt Nam", 'government_body', 'CP'),
                ('BXD.C', "Cục Hàng hải", 'other', 'BXD')]])


def ask(kind, instance, role, about, day, field=None):
    "Return the candidate for a letter about the agency of this code"
    pool = Pool()
    Jurisdiction = pool.get('routing.jurisdiction')
    letter = pool.get('complaints.letter')(
        kind=kind, instance=instance, received_on=day,
        agency=about, field=field, respondent_agency=about,
        respondent_role=role)
    with clock.travel(TODAY):
        candidate, = Jurisdiction.candidates(letter)
        return candidate


class JurisdictionTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('routing')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    def agency(self, code):
        return Pool().get('agencies.agency').by_code(code)

    def field(self, code):
        found = Pool().get('complaints.field').search([('code', '=', code)])
        return found[0] if found else None

    @with_transaction()
    def test_ministers(self):
        "Test who settles after a head of the rank of a minister"
        load_country()
        for kind, instance, role, about, expected, article in MINISTERS:
            for day in SINCE_2012:
                with self.subTest(
                        kind=kind, instance=instance, about=about, day=day):
                    found = ask(
                        kind, instance, role, self.agency(about), day)
                    self.assertIn(article, found.reason)
                    self.assertEqual(found.court, expected == 'court')
                    self.assertEqual(
                        found.agency and found.agency.code,
                        None if expected == 'court' else expected)
                    self.assertEqual(found.clear, expected is not None)

    @with_transaction()
    def test_fields(self):
        "Test the ministry of the field settles after a province's chair"
        load_country()
        for code, ministry in FIELDS:
            for day in SINCE_2012:
                field = self.field(code)
                with self.subTest(field=code, day=day):
                    found = ask('complaint', '2', 'head',
                        self.agency('66'), day, field)
                    self.assertEqual(
                        found.agency and found.agency.code, ministry)
                    self.assertIn('Điều 23', found.reason)
                    if ministry:
                        # who manages the field is not verified: it says so
                        self.assertIn(found.doubt, found.reason)
                        self.assertIn(
                            found.doubt, {"from memory", "interpretation"})
                    elif field:
                        self.assertIn(field.name, found.reason)
                    else:
                        self.assertIn("choose the field", found.reason)

    @with_transaction()
    def test_ministries_once(self):
        "Test what somebody chose for a field, or took away, stays"
        load_country()
        Field = Pool().get('complaints.field')
        self.assertEqual(Field.load_ministries(), 0)
        land, policy = self.field('land'), self.field('policy')
        self.assertEqual(land.ministry_certainty, 'memory')
        self.assertTrue(land.ministry_basis)
        Field.write([land], {'ministry': None})
        Field.write([policy], {'ministry': self.agency('BYT').id})
        self.assertEqual(Field.load_ministries(), 0)
        self.assertIsNone(self.field('land').ministry)
        self.assertEqual(self.field('policy').ministry.code, 'BYT')
        policy = self.field('policy')
        policy.on_change_ministry()
        self.assertIsNone(policy.ministry_certainty)

    @with_transaction()
    def test_districts(self):
        "Test letters know the districts of their day, and who took over"
        load_country()
        for (kind, instance, role, about, day, then, today,
                article) in DISTRICTS:
            with self.subTest(
                    kind=kind, instance=instance, role=role, about=about,
                    day=day):
                found = ask(kind, instance, role, self.agency(about), day,
                    self.field('land'))
                self.assertEqual([a.code for a in found.settlers], [then])
                self.assertEqual(found.agency.code, today)
                self.assertIn(article, found.reason)
                for code in {then, today}:
                    self.assertIn(self.agency(code).rec_name, found.reason)
                self.assertEqual("4323" in found.reason, (
                        then != today and not then.startswith('cu.')))

    @with_transaction()
    def test_several_districts(self):
        "Test a commune of parts of several districts: all are named"
        load_country()
        Area = Pool().get('country.subdivision.succession')
        Agency = Pool().get('agencies.agency')
        districts = {}
        for area in Area.search([]):
            districts.setdefault(area.subdivision, set()).add(area.district)
        mixed = [
            commune for commune in Agency.search([
                    ('parent.code', '=', DAK_LAK), ('kind', '=', 'commune')])
            if len(districts[commune.subdivision]) > 1]
        self.assertTrue(mixed)
        for commune in mixed:
            found = ask('complaint', '2', 'head', commune, MARCH)
            self.assertEqual(
                set(found.settlers), districts[commune.subdivision])
            self.assertEqual(found.agency.code, DAK_LAK)
            for district in found.settlers:
                self.assertIn(district.rec_name, found.reason)

    @with_transaction()
    def test_ended_not_offered(self):
        "Test what has ended is offered for the respondent only"
        load_country()
        pool = Pool()
        Agency = pool.get('agencies.agency')
        Letter = pool.get('complaints.letter')
        Respondent = pool.get('complaints.respondent')
        Start = pool.get('routing.jurisdiction.try.start')
        clerk = create_user('clerk', self.agency('66'), 'clerk')
        with work_as(clerk):
            names = {r['name'] for r in Agency.autocomplete("Sông Hinh")}
            self.assertEqual(names, {"UBND xã Sông Hinh, tỉnh Đắk Lắk"})
            self.assertFalse(Agency.search([('kind', '=', 'district')]))
            self.assertFalse(Agency.search([('valid_to', '!=', None)]))
            children = {c.kind for c in self.agency('66').children}
            self.assertNotIn('district', children)
            for field in [Letter.respondent_agency, Respondent.agency,
                    Start.agency]:
                with Transaction().set_context(**field.search_context):
                    found = {
                        r['name'] for r in Agency.autocomplete("Sông Hinh")}
                self.assertIn(
                    "UBND huyện Sông Hinh, tỉnh Phú Yên", found)
            for field in [Letter.agency, Letter.proposed_to]:
                self.assertNotIn('active_test', field.search_context)

    @with_transaction()
    def test_guided_to_court(self):
        "Test a second complaint against a minister is guided, not disputed"
        load_country()
        pool = Pool()
        Dispute = pool.get('routing.dispute')
        Jurisdiction = pool.get('routing.jurisdiction')
        ministry = self.agency('BXD')
        clerk = create_user('clerk', ministry, 'clerk')

        office = SimpleNamespace(agency=ministry, clerk=clerk)
        with clock.travel(D(2026, 8, 5)):
            letter = receive(
                office, D(2026, 8, 3), kind='complaint', instance='2',
                respondent_agency=ministry.id, respondent_role='head')
            letter = take(clerk, letter, 'register', 'classify')
            candidate, = Jurisdiction.candidates(letter)
            self.assertTrue(candidate.clear)
        self.assertEqual(letter.proposal, 'guide')
        self.assertIsNone(letter.proposed_to)
        self.assertIn("Điều 7.2", letter.proposal_note)
        self.assertFalse(Dispute.search([]))

    @with_transaction()
    def test_try_it(self):
        "Test the rules can be tried about a district, in Vietnamese"
        load_country()
        pool = Pool()
        Try = pool.get('routing.jurisdiction.try', type='wizard')
        clerk = create_user('clerk', self.agency('66'), 'clerk')
        with clock.travel(TODAY), work_as(clerk):
            for about, instance, agency in [
                    ('561', '1', '66'), ('TTCP', '2', None)]:
                session_id, _, _ = Try.create()
                start = Try(session_id).start
                wizard = Try(session_id)
                start = wizard.start
                start.day, start.kind = MARCH, 'complaint'
                start.instance, start.role = instance, 'head'
                start.agency = self.agency(about)
                for name in ['field', 'later', 'agency_now', 'role_now']:
                    setattr(start, name, None)
                result = wizard.default_result([])
                self.assertEqual(
                    result['agency'], agency and self.agency(agency).id)
                self.assertIn("Điều", result['reason'])
                self.assertTrue(result['rule'])

    @with_transaction()
    def test_upgrade(self):
        "Test rules of an older release learn what is known now, once"
        pool = Pool()
        Jurisdiction = pool.get('routing.jurisdiction')
        Data = pool.get('ir.model.data')

        def id_(name):
            return Data.get_id('routing', f'jurisdiction_{name}')

        def values(name):
            row, = Jurisdiction.read([id_(name)], ['settles', 'citation'])
            return row['settles'], row['citation']
        former = 'nobody', "Luật Khiếu nại Điều 23, 37"
        names = ['complaint_2_ministry', 'complaint_2_2025_other']
        expected = [values(name) for name in names]
        self.assertEqual([settles for settles, _ in expected],
            ['court', 'superior'])
        Jurisdiction.write(
            Jurisdiction.browse([id_(name) for name in names]),
            {'settles': former[0], 'citation': former[1]})
        # an upgrade that does not bring the column
        Jurisdiction._name_who_settles({'agency_code'})
        self.assertEqual([values(name) for name in names], [former] * 2)
        Jurisdiction._name_who_settles({'respondent_code'})
        self.assertEqual([values(name) for name in names], expected)
