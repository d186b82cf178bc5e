# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

import datetime as dt
from unittest.mock import patch

from trytond.model.exceptions import AccessError, ValidationError
from trytond.modules.foundation.tests.mixin import AgencyTestMixin
from trytond.pool import Pool
from trytond.tests.test_tryton import ModuleTestCase, with_transaction
from trytond.transaction import check_access

from .. import counting, lawbook


class DeadlinesTestCase(AgencyTestMixin, ModuleTestCase):
    "Test Deadlines module"
    module = 'deadlines'

    @with_transaction()
    def test_loaded(self):
        "Test the rules and the calendar come with the module"
        pool = Pool()
        Rule = pool.get('deadlines.rule')
        Version = pool.get('deadlines.rule.version')
        Calendar = pool.get('deadlines.calendar')

        self.assertEqual(
            {r.code for r in Rule.search([])}, lawbook.rules().keys())
        self.assertEqual(
            Version.search([], count=True),
            sum(len(r.versions) for r in lawbook.rules().values()))
        calendar = Calendar.get_state_calendar()
        self.assertEqual(
            len(calendar.days), len(lawbook.days_off()))
        self.assertEqual(
            calendar.counting().days, lawbook.calendar().days)
        self.assertFalse(
            calendar.counting().is_working(dt.date(2026, 11, 24)))

    @with_transaction()
    def test_load_keeps_changes(self):
        "Test loading again adds nothing and changes nothing"
        pool = Pool()
        Rule = pool.get('deadlines.rule')
        Version = pool.get('deadlines.rule.version')
        rule = Rule.get('KN-02')
        rule.name = "Another name"
        rule.save()
        count = Version.search([], count=True)

        Rule.load()

        self.assertEqual(Version.search([], count=True), count)
        self.assertEqual(Rule.get('KN-02').name, "Another name")

    @with_transaction()
    def test_proposed_year(self):
        "Test the first year from now on that is not announced is proposed"
        pool = Pool()
        Calendar = pool.get('deadlines.calendar')
        Start = pool.get('deadlines.propose_year.start')
        calendar = counting.Calendar([
                counting.DayOff(
                    dt.date(year, 2, 8), 'holiday', "Tết Nguyên Đán",
                    state=state)
                for year, state in [
                    (2025, 'announced'), (2026, 'announced'),
                    (2027, 'provisional'), (2029, 'announced')]])
        for today, year in [
                (dt.date(2026, 1, 1), 2027),
                (dt.date(2027, 2, 8), 2027),
                (dt.date(2028, 3, 1), 2028),
                (dt.date(2029, 12, 31), 2030),
                (dt.date(2031, 1, 4), 2031),
                ]:
            with self.subTest(today=today), patch.object(
                    pool.get('ir.date'), 'today', return_value=today), \
                    patch.object(Calendar, 'counting', return_value=calendar):
                self.assertEqual(Start.default_year(), year)

    @with_transaction()
    def test_version_on(self):
        "Test the version is chosen by day and circumstances"
        pool = Pool()
        Rule = pool.get('deadlines.rule')
        for code, day, variants, length, unit in [
                ('KN-01', dt.date(2026, 6, 30), [], 10, 'day'),
                ('KN-01', dt.date(2026, 7, 1), [], 7, 'working_day'),
                ('KN-02', dt.date(2026, 7, 1), ['complex'], 45, 'day'),
                ('KN-02', dt.date(2026, 7, 1),
                    ['complex', 'remote'], 60, 'day'),
                # an extension needs a decision: complexity alone is not one
                ('TC-06', dt.date(2026, 7, 1), ['complex'], 30, 'day'),
                ]:
            version = Rule.get(code).version_on(day, variants)
            self.assertEqual((version.length, version.unit), (length, unit))
        self.assertIsNone(Rule.get('TC-06').version_on(dt.date(2018, 1, 1)))

    @with_transaction()
    def test_unknown_circumstances(self):
        "Test a version with unknown circumstances is refused"
        pool = Pool()
        Version = pool.get('deadlines.rule.version')
        version, = Version.search([
                ('rule.code', '=', 'KN-02'), ('variants', '=', 'remote')])
        with self.assertRaises(ValidationError):
            version.variants = 'far away'
            version.save()

    @with_transaction()
    def test_clocks_locked(self):
        "Test a client can not make a clock"
        pool = Pool()
        Clock = pool.get('deadlines.clock')
        Calendar = pool.get('deadlines.calendar')
        Rule = pool.get('deadlines.rule')
        calendar = Calendar.get_state_calendar()
        rule = Rule.get('KN-02')
        with check_access(), self.assertRaises(AccessError):
            Clock.create([{
                        'resource': str(calendar),
                        'rule': rule.id,
                        'version': rule.versions[0].id,
                        'calendar': calendar.id,
                        'started_on': dt.date(2026, 1, 1),
                        }])

    @with_transaction()
    def test_new_release_proposes(self):
        "Test days of a new release are proposed, never added silently"
        pool = Pool()
        Calendar = pool.get('deadlines.calendar')
        Change = pool.get('deadlines.change')
        Day = pool.get('deadlines.calendar.day')
        self.assertIsNone(Calendar.propose_missing())
        Day.delete(Day.search([('date', '=', dt.date(2026, 11, 24))]))
        Calendar.load()
        calendar = Calendar.get_state_calendar().counting()
        self.assertTrue(calendar.is_working(dt.date(2026, 11, 24)))
        change = Calendar.propose_missing()
        self.assertEqual(
            [(d.date, d.kind) for d in change.days],
            [(dt.date(2026, 11, 24), 'holiday')])
        # asked once
        self.assertIsNone(Calendar.propose_missing())
        Change.preview([change])
        Change.apply([change])
        calendar = Calendar.get_state_calendar().counting()
        self.assertFalse(calendar.is_working(dt.date(2026, 11, 24)))

    def age(self):
        "Leave the calendar as an older release has loaded it"
        pool = Pool()
        Day = pool.get('deadlines.calendar.day')
        Day.delete(Day.search([('date', '>=', dt.date(2028, 1, 1))]))
        Day.write(Day.search([('date', '>=', dt.date(2027, 1, 1))]), {
                'state': 'provisional', 'source': "chưa có thông báo"})
        Day.write(Day.search([
                    ('date', 'in', [
                        dt.date(2025, 1, 27), dt.date(2027, 2, 4)]),
                    ]), {'name': "29 Tết"})
        Day.write(Day.search([('date', '=', dt.date(2024, 5, 4))]), {
                'source': "Bộ Nội vụ"})

    @with_transaction()
    def test_upgrade(self):
        "Test names and sources are corrected, days are only proposed"
        pool = Pool()
        Calendar = pool.get('deadlines.calendar')
        Change = pool.get('deadlines.change')
        shipped = lawbook.calendar()
        self.age()
        old = Calendar.get_state_calendar().counting()
        self.assertEqual(
            old.warnings(dt.date(2026, 12, 1), dt.date(2028, 1, 1)),
            [('provisional', 2027), ('missing', 2028)])
        change = Calendar.propose_missing()

        now = Calendar.get_state_calendar().counting()
        self.assertEqual(
            now.warnings(dt.date(2026, 12, 1), dt.date(2028, 1, 1)),
            [('missing', 2028)])
        self.assertEqual(now.days, {
                date: day for date, day in shipped.days.items()
                if date.year < 2028})
        correction, = Change.search([('state', '=', 'applied')])
        self.assertTrue(correction.release)
        self.assertEqual(
            {d.date.year for d in correction.days}, {2024, 2025, 2027})
        # Tết of 2028 waits for somebody
        self.assertEqual(change.state, 'draft')
        self.assertTrue(now.is_working(dt.date(2028, 1, 26)))
        self.assertIsNone(Calendar.propose_missing())
        self.assertEqual(Change.search([], count=True), 2)
        Change.preview([change])
        Change.apply([change])
        calendar = Calendar.get_state_calendar()
        self.assertEqual(calendar.counting().days, shipped.days)
        self.assertEqual(calendar.counting().open, shipped.open)
        self.assertFalse(calendar.counting().is_confirmed(2028))
        self.assertIsNone(Calendar.propose_missing())

    @with_transaction()
    def test_upgrade_keeps_decisions(self):
        "Test what somebody has entered keeps its source and its name"
        pool = Pool()
        Calendar = pool.get('deadlines.calendar')
        Change = pool.get('deadlines.change')
        self.age()
        change, = Change.create([{
                    'name': "Lịch 2027", 'document': "10065/VPCP-KGVX",
                    'announced': True,
                    'days': [('create', [{
                                    'date': day.date, 'kind': day.kind,
                                    'name': f"{day.name} 2027",
                                    } for day in lawbook.days_off()
                                if day.date.year == 2027])],
                    }])
        Change.preview([change])
        Change.apply([change])
        Calendar.propose_missing()
        calendar = Calendar.get_state_calendar().counting()
        self.assertTrue(calendar.is_confirmed(2027))
        for date, day in calendar.days.items():
            if date.year == 2027:
                self.assertEqual(day.source, "10065/VPCP-KGVX")
                self.assertIn("2027", day.name)

    @with_transaction()
    def test_confirm_year(self):
        "Test a year that is announced takes back what was only computed"
        pool = Pool()
        Calendar = pool.get('deadlines.calendar')
        Change = pool.get('deadlines.change')
        Line = pool.get('deadlines.change.day')
        Interpretation = pool.get('deadlines.interpretation')
        Propose = pool.get('deadlines.propose_year', type='wizard')
        Interpretation.write(Interpretation.search([
                    ('convention', '=', 'culture_day')]), {'choice': 'yes'})

        def propose(year, announced):
            session_id, _, _ = Propose.create()
            _, data = Propose.execute(session_id, {'start': {
                        'year': year, 'announced': announced,
                        'document': "Công văn 1/VPCP-KGVX",
                        }}, 'open_')['actions'][0]
            change, = Change.browse(data['res_id'])
            return change

        # Tết one day later than computed
        change = propose(2028, True)
        Line.delete([
                d for d in change.days if d.date == dt.date(2028, 1, 24)])
        Line.create([{
                    'change': change.id, 'date': dt.date(2028, 1, 31),
                    'kind': 'holiday', 'name': "Mùng sáu Tết"}])
        Change.preview([change])
        self.assertEqual(
            [(d.date, d.kind) for d in Change(change.id).days
                if d.kind == 'ordinary'],
            [(dt.date(2028, 1, 24), 'ordinary')])
        Change.apply([change])
        calendar = Calendar.get_state_calendar().counting()
        self.assertTrue(calendar.is_confirmed(2028))
        self.assertTrue(calendar.is_working(dt.date(2028, 1, 24)))
        self.assertFalse(calendar.is_working(dt.date(2028, 1, 31)))
        self.assertIsNone(Calendar.propose_missing())

        # the reading is decided by the announcement
        for year, day in [
                (2029, dt.date(2029, 11, 26)), (2030, dt.date(2030, 11, 25))]:
            self.assertFalse(calendar.is_working(day))
            change = propose(year, True)
            self.assertIn(day, {d.date for d in change.days})
            Change.preview([change])
            Change.apply([change])
            calendar = Calendar.get_state_calendar().counting()
            self.assertTrue(calendar.is_confirmed(year))
            self.assertNotIn(day, calendar.open)
        # provisional stays what is not said to be announced
        change = propose(2031, False)
        Change.preview([change])
        Change.apply([change])
        self.assertFalse(
            Calendar.get_state_calendar().counting().is_confirmed(2031))

    @with_transaction()
    def test_year_to_confirm(self):
        "Test a year is asked for as long ahead as the configuration says"
        pool = Pool()
        Calendar = pool.get('deadlines.calendar')
        Configuration = pool.get('deadlines.configuration')
        Date = pool.get('ir.date')
        for months, day, expected in [
                (12, dt.date(2026, 12, 31), None),
                (12, dt.date(2027, 1, 1), 2028),
                (12, dt.date(2027, 12, 31), 2028),
                (12, dt.date(2029, 6, 1), 2029),
                (3, dt.date(2027, 9, 30), None),
                (3, dt.date(2027, 10, 1), 2028),
                (0, dt.date(2027, 12, 31), None),
                (0, dt.date(2028, 1, 1), 2028),
                (24, dt.date(2026, 1, 1), 2028),
                ]:
            configuration = Configuration(1)
            configuration.calendar_months = months
            configuration.save()
            with self.subTest(months=months, day=day), \
                    patch.object(Date, 'today', lambda: day):  # noqa: B023
                self.assertEqual(Calendar.year_to_confirm(), expected)

    @with_transaction()
    def test_ordinary_day(self):
        "Test a day that was taken back stays so after an upgrade"
        pool = Pool()
        Calendar = pool.get('deadlines.calendar')
        Change = pool.get('deadlines.change')
        day = dt.date(2026, 8, 31)
        change, = Change.create([{
                    'name': "Không hoán đổi", 'document': "Thông báo",
                    'days': [('create', [{
                                    'date': day, 'kind': 'ordinary',
                                    'name': "Ngày thường"}])],
                    }])
        Change.preview([change])
        Change.apply([change])
        self.assertTrue(
            Calendar.get_state_calendar().counting().is_working(day))
        self.assertIsNone(Calendar.propose_missing())


del ModuleTestCase
