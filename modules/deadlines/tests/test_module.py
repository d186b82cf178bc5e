# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

import datetime as dt

from trytond.model.exceptions import AccessError, ValidationError
from trytond.modules.agencies.tests import AgencyTestMixin
from trytond.pool import Pool
from trytond.tests.test_tryton import ModuleTestCase, with_transaction
from trytond.transaction import check_access

from .. import lawbook


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
            len(calendar.days), len(lawbook.calendar().days))
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
