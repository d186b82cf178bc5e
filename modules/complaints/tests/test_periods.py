# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What suspends, extends, ends or corrects the time limits of a case."""
import datetime as dt
import json
import unittest

from trytond.model.exceptions import AccessError
from trytond.modules.agencies.exceptions import RoleError
from trytond.modules.agencies.tests.tools import create_user, work_as
from trytond.modules.audit.rows import verify_rows
from trytond.modules.deadlines.exceptions import (
    ChangeError, ClockError, GroundError, IntervalError)
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)
from trytond.transaction import Transaction, check_access

from ..exceptions import DateError, LockedError, StepError
from .tools import begin, clocks, create_office, open_case, receive, take

D = dt.date


def ground(code):
    found, = Pool().get('deadlines.ground').search([('code', '=', code)])
    return found


def act(user, record, name, *args):
    "Let the user take a step that a wizard takes"
    Model = Pool().get(record.__name__)
    with work_as(user):
        getattr(Model, f'{name}_')([Model(record.id)], *args)
    return Model(record.id)


def settlement(case):
    return next(
        c for c in case.clocks if c.rule.code in {'KN-02', 'TC-06'})


class PeriodsTestCase(unittest.TestCase):
    "Test what moves a time limit"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        drop_db()
        activate_module('complaints')

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        drop_db()

    @with_transaction()
    def test_reassess(self):
        "Test complexity moves the clock, with a document, in time"
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office)
            self.assertEqual(clocks(case)['KN-02'][1], D(2026, 9, 4))
            with self.assertRaises(LockedError):
                take(office.leader, case, complex=True)
            with self.assertRaises(StepError):
                act(office.leader, case, 'reassess', D(2026, 8, 5), True,
                    False, False)
            with self.assertRaises(DateError):
                act(office.leader, case, 'reassess', D(2026, 8, 6), True,
                    False, False, '01/BB')
            with self.assertRaises(RoleError):
                act(office.clerk, case, 'reassess', D(2026, 8, 5), True,
                    False, False, '01/BB')
            case = act(
                office.leader, case, 'reassess', D(2026, 8, 5), True, False,
                False, '01/BB')
            self.assertEqual(clocks(case)['KN-02'][1], D(2026, 9, 21))
            self.assertEqual(case.due_on, D(2026, 9, 21))
            moved, = [
                e for e in case.entries if (e.summary or '').startswith('KN-')]
            self.assertEqual(moved.summary, 'KN-02: 01/BB')
            self.assertEqual(
                json.loads(moved.changes),
                {'due_on': ['2026-09-04', '2026-09-21']})
            case = act(
                office.leader, case, 'reassess', D(2026, 8, 5), False, False,
                False)
            self.assertEqual(case.due_on, D(2026, 9, 4))
        with clock.travel(D(2026, 9, 7)), self.assertRaises(ClockError):
            act(office.leader, case, 'reassess', D(2026, 9, 7), True, False,
                False, '02/BB')

    @with_transaction()
    def test_suspend(self):
        "Test a suspended case has no end until it is resumed"
        office = create_office()
        force_majeure = ground('KN-11A-1')
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office)
        with clock.travel(D(2026, 8, 10)):
            with self.assertRaises(GroundError):
                act(office.leader, case, 'suspend', D(2026, 8, 10),
                    force_majeure)
            with self.assertRaises(GroundError):
                act(office.leader, case, 'suspend', D(2026, 8, 10),
                    ground('TC-34-1'), '05/QĐ')
            with self.assertRaises(ClockError):
                act(office.leader, case, 'suspend', D(2026, 8, 11),
                    force_majeure, '05/QĐ')
            case = act(
                office.leader, case, 'suspend', D(2026, 8, 10),
                force_majeure, '05/QĐ')
            self.assertEqual(case.state, 'suspended')
            self.assertEqual(clocks(case)['KN-02'], ('paused', None))
            # the decision itself has to be sent within three working days
            self.assertEqual(
                clocks(case)['KN-05'], ('running', D(2026, 8, 13)))
            self.assertEqual(case.due_on, D(2026, 8, 13))
            case = take(office.clerk, case, 'notify')
            self.assertEqual(clocks(case)['KN-05'][0], 'met')
            self.assertIsNone(case.due_on)
            with self.assertRaises(StepError):
                act(office.leader, case, 'suspend', D(2026, 8, 10),
                    force_majeure, '05/QĐ')
        with clock.travel(D(2026, 8, 20)):
            with self.assertRaises(IntervalError):
                act(office.leader, case, 'resume', D(2026, 8, 9), '06/QĐ')
            case = act(
                office.leader, case, 'resume', D(2026, 8, 20), '06/QĐ')
            self.assertEqual(case.state, 'accepted')
            # 4 September and ten days
            self.assertEqual(
                clocks(case)['KN-02'], ('running', D(2026, 9, 14)))
            text = settlement(case).explain('vi')
            self.assertIn("tạm dừng", text[3])
            self.assertIn("05/QĐ", text[3])
            self.assertTrue(case.documented)
        with clock.travel(D(2026, 9, 15)):
            self.assertEqual(type(case)(case.id).urgency, 'overdue')

    @with_transaction()
    def test_suspended_before_verification(self):
        "Test the notice of acceptance is not lost in a suspension"
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office, kind='denunciation')
            case = act(
                office.leader, case, 'suspend', D(2026, 8, 5),
                ground('TC-34-1'), '1/QĐ')
            case = act(
                office.leader, case, 'resume', D(2026, 8, 5), '2/QĐ')
            self.assertEqual(clocks(case)['TC-05'][0], 'running')
            case = begin(office, case)
            self.assertEqual(clocks(case)['TC-05'][0], 'met')
            case = act(
                office.leader, case, 'suspend', D(2026, 8, 5),
                ground('TC-34-1'), '3/QĐ')
            case = act(
                office.leader, case, 'resume', D(2026, 8, 5), '4/QĐ')
            self.assertEqual(case.state, 'verifying')

    @with_transaction()
    def test_late_case_does_not_vanish(self):
        "Test a suspension after the end leaves the case late"
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office)
        with clock.travel(D(2026, 9, 10)):
            self.assertEqual(type(case)(case.id).urgency, 'silent')
            case = act(
                office.leader, case, 'suspend', D(2026, 9, 10),
                ground('KN-11A-1'), '05/QĐ')
            self.assertEqual(clocks(case)['KN-02'], ('paused', D(2026, 9, 4)))
            self.assertEqual(case.due_on, D(2026, 9, 4))
            self.assertEqual(case.urgency, 'overdue')

    @with_transaction()
    def test_backdated(self):
        "Test a decision that was entered later says so"
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office)
        with clock.travel(D(2026, 9, 10)):
            case = act(
                office.leader, case, 'suspend', D(2026, 9, 1),
                ground('KN-11A-1'), '05/QĐ')
            self.assertIn(
                "10/09/2026", '\n'.join(settlement(case).explain('vi')))

    @with_transaction()
    def test_on_record(self):
        "Test what moves a time limit is on record as its rows are"
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office)
            other = open_case(office, kind='denunciation', complex=True)
            letter = take(
                office.clerk, receive(office, D(2026, 8, 4)), 'register')
            act(office.leader, letter, 'correct', D(2026, 8, 3), "Dấu đến")
            act(office.leader, case, 'reassess', D(2026, 8, 5), True, False,
                False, '01/BB')
            begin(office, other)
        with clock.travel(D(2026, 8, 20)):
            case = act(
                office.leader, case, 'suspend', D(2026, 8, 10),
                ground('KN-11A-1'), '05/QĐ')
            self.assertEqual(case.state, 'suspended')
            act(office.leader, case, 'resume', D(2026, 8, 12), '06/QĐ')
            act(office.leader, other, 'exclude', D(2026, 8, 10),
                D(2026, 8, 14), ground('TC-15-4'), '07/QĐ', "Giám định")
            act(office.leader, other, 'extend', 30, D(2026, 8, 20),
                ground('TC-30'), '08/QĐ')
            act(office.leader, other, 'withdraw', D(2026, 8, 20),
                ground('TC-33-P'), '09/BB')
            act(office.leader, other, 'terminate', D(2026, 8, 20),
                ground('TC-34-3A'), '10/QĐ')
        kinds = {
            i.kind for record in [case, other]
            for i in settlement(record.__class__(record.id)).intervals}
        self.assertEqual(
            kinds, {'pause', 'extension', 'withdrawal', 'termination'})
        self.assertEqual(list(verify_rows()), [])

    @with_transaction()
    def test_secret_reason(self):
        "Test the reason of an extension tells nobody who denounces"
        Original = Pool().get('complaints.original')
        office = create_office()
        both = create_user('both', office.agency, 'clerk', 'leader')
        with clock.travel(D(2026, 8, 5)):
            # who wrote it down knows who it is
            office.clerk, clerk = both, office.clerk
            case = open_case(
                office, kind='denunciation', name="Trần Thị Sáu",
                complex=True)
            office.clerk = clerk
            begin(office, case)
        with clock.travel(D(2026, 9, 3)):
            case = act(
                both, case, 'extend', 30, D(2026, 9, 3), ground('TC-30'),
                '07/QĐ', "Bà Trần Thị Sáu đi vắng")
            interval, = settlement(case).intervals
            self.assertEqual(interval.reason, "Bà […] đi vắng")
            moved = [e.summary for e in case.entries if e.summary]
            self.assertIn('TC-06: Bà […] đi vắng', moved)
            self.assertFalse([s for s in moved if "Sáu" in s])
            done = next(a for a in case.acts if a.name == 'extend')
            self.assertIn(
                "Trần Thị Sáu",
                Original.read_texts([str(done)])[str(done)]['said'])
            # who does not know learns nothing from what is cut
            other = create_user('other', office.agency, 'leader')
            case = act(
                other, case, 'terminate', D(2026, 9, 3), ground('TC-34-3A'),
                '08/QĐ', "Bà Trần Thị Sáu rút đơn")
            self.assertEqual(
                settlement(case).intervals[-1].reason,
                "Bà Trần Thị Sáu rút đơn")

    @with_transaction()
    def test_extend(self):
        "Test a denunciation is extended as often and as much as lawful"
        office = create_office()
        extension = ground('TC-30')
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office, kind='denunciation')
            self.assertEqual(settlement(case).due_on, D(2026, 9, 4))
            with self.assertRaisesRegex(ClockError, "does not let"):
                act(office.leader, case, 'extend', 30, D(2026, 8, 5),
                    extension, '07/QĐ')
            case = act(
                office.leader, case, 'reassess', D(2026, 8, 5), True, False,
                False, '01/BB')
            # complexity alone does not prolong a denunciation
            self.assertEqual(settlement(case).due_on, D(2026, 9, 4))
        with clock.travel(D(2026, 9, 3)):
            with self.assertRaisesRegex(ClockError, "between 1 and 30"):
                act(office.leader, case, 'extend', 31, D(2026, 9, 3),
                    extension, '07/QĐ')
            case = act(
                office.leader, case, 'extend', 30, D(2026, 9, 3), extension,
                '07/QĐ')
            self.assertEqual(settlement(case).due_on, D(2026, 10, 5))
            with self.assertRaisesRegex(ClockError, "1 time"):
                act(office.leader, case, 'extend', 30, D(2026, 9, 3),
                    extension, '08/QĐ')
        with clock.travel(D(2026, 10, 6)):
            with self.assertRaisesRegex(ClockError, "has ended"):
                act(office.leader, case, 'extend', 30, D(2026, 10, 6),
                    extension, '08/QĐ')

    @with_transaction()
    def test_extend_twice(self):
        "Test an especially complex denunciation ends after ninety days"
        office = create_office()
        with clock.travel(D(2026, 3, 2)):
            case = open_case(
                office, D(2026, 3, 2), kind='denunciation',
                especially_complex=True)
            for number in ['1/QĐ', '2/QĐ']:
                case = act(
                    office.leader, case, 'extend', 30, D(2026, 3, 2),
                    ground('TC-30'), number)
            self.assertEqual(settlement(case).due_on, D(2026, 6, 1))
            with self.assertRaisesRegex(ClockError, "2 time"):
                act(office.leader, case, 'extend', 1, D(2026, 3, 2),
                    ground('TC-30'), '3/QĐ')

    @with_transaction()
    def test_exclude(self):
        "Test the time of an expert opinion does not count"
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office, kind='denunciation')
        with clock.travel(D(2026, 8, 20)):
            case = act(
                office.leader, case, 'exclude', D(2026, 8, 10),
                D(2026, 8, 20), ground('TC-15-4'), '9/GĐ')
            self.assertEqual(case.state, 'accepted')
            self.assertEqual(settlement(case).due_on, D(2026, 9, 14))
            with self.assertRaises(ClockError):
                act(office.leader, case, 'exclude', D(2026, 8, 20),
                    D(2027, 8, 20), ground('TC-15-4'), '9/GĐ')
            with self.assertRaises(IntervalError):
                act(office.leader, case, 'exclude', D(2026, 8, 15),
                    D(2026, 8, 18), ground('TC-15-4'), '9/GĐ')

    @with_transaction()
    def test_withdraw_and_terminate(self):
        "Test a part withdrawn changes nothing, the whole ends the period"
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office)
            case = act(
                office.leader, case, 'withdraw', D(2026, 8, 5),
                ground('KN-10-P'), '1/BB')
            self.assertEqual(settlement(case).due_on, D(2026, 9, 4))
            self.assertFalse(case.documented)
            case = act(
                office.leader, case, 'terminate', D(2026, 8, 5),
                ground('KN-10'), '2/QĐ')
            self.assertEqual(case.state, 'terminated')
            self.assertEqual(clocks(case)['KN-02'][0], 'cancelled')
            self.assertEqual(clocks(case)['KN-05'][1], D(2026, 8, 10))
            case = take(office.clerk, case, 'notify')
            case = take(office.leader, case, 'close')
            self.assertEqual(case.state, 'closed')

    @with_transaction()
    def test_told_after_resuming(self):
        "Test a suspension is told also when the case has gone on meanwhile"
        for kind, code, ground_code in [
                ('complaint', 'KN-05', 'KN-11A-1'),
                ('denunciation', 'TC-07', 'TC-34-1')]:
            with self.subTest(kind):
                self._told_after_resuming(kind, code, ground_code)

    def _told_after_resuming(self, kind, code, ground_code):
        office = create_office({'complaint': '22250'}.get(kind, '22251'))
        with clock.travel(D(2026, 8, 5)):
            case = begin(office, open_case(office, kind=kind))
            with self.assertRaisesRegex(StepError, "not sent yet"):
                take(office.clerk, case, 'notify')
            case = act(
                office.leader, case, 'suspend', D(2026, 8, 5),
                ground(ground_code), '05/QĐ')
            case = act(office.leader, case, 'resume', D(2026, 8, 5), '06/QĐ')
            self.assertEqual(case.state, 'verifying')
            self.assertEqual(clocks(case)[code][0], 'running')
        with clock.travel(D(2026, 8, 6)):
            case = act(
                office.leader, case, 'terminate', D(2026, 8, 6),
                ground({'complaint': 'KN-10'}.get(kind, 'TC-34-3A')),
                '07/QĐ')
            with self.assertRaisesRegex(StepError, "send the decision"):
                take(office.leader, case, 'close')
            case = take(office.clerk, case, 'notify')
            self.assertEqual(clocks(case)[code][0], 'met')
            self.assertEqual(case.notified_on, D(2026, 8, 6))
            # it is told once
            with self.assertRaises(StepError):
                take(office.clerk, case, 'notify')
            case = take(office.leader, case, 'close')
            self.assertEqual(case.state, 'closed')

    @with_transaction()
    def test_new_acts_only_under_the_new_law(self):
        "Test complaints know no suspension before July 2026"
        office = create_office()
        with clock.travel(D(2026, 6, 10)):
            case = open_case(office, D(2026, 6, 10))
            with self.assertRaises(StepError):
                act(office.leader, case, 'suspend', D(2026, 6, 10),
                    ground('KN-11A-1'), '1/QĐ')
        # accepted before, still undecided: the new rules (NĐ 155 Điều 22.1)
        with clock.travel(D(2026, 7, 2)):
            with self.assertRaises(GroundError):
                act(office.leader, case, 'suspend', D(2026, 6, 30),
                    ground('KN-11A-1'), '1/QĐ')
            case = act(
                office.leader, case, 'suspend', D(2026, 7, 2),
                ground('KN-11A-1'), '1/QĐ')
            self.assertEqual(case.state, 'suspended')

    @with_transaction()
    def test_correct_receipt(self):
        "Test a corrected day of receipt moves what was counted from it"
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 5))
            letter = take(office.clerk, letter, 'register', 'classify')
            self.assertEqual(clocks(letter)['KN-01'][1], D(2026, 8, 14))
            with self.assertRaises(LockedError):
                take(office.clerk, letter, received_on=D(2026, 8, 3))
            letter = act(
                office.leader, letter, 'correct', D(2026, 8, 3), "Dấu đến")
            self.assertEqual(clocks(letter)['KN-01'][1], D(2026, 8, 12))
            self.assertIn(
                "KN-01: Dấu đến", [e.summary for e in letter.entries])

    @with_transaction()
    def test_citizen_limits(self):
        "Test the citizen's limits are findings"
        office = create_office()
        Letter = Pool().get('complaints.letter')
        with clock.travel(D(2026, 8, 5)):
            letter = receive(
                office, D(2026, 8, 5), known_on=D(2026, 5, 4))
            text = letter.time_finding.splitlines()
            self.assertIn("03/08/2026", text[1])
            self.assertIn("2 days later", text[1])
            # three days of illness before the end
            with work_as(office.clerk):
                Letter.write([letter], {'obstacles': [('create', [{
                                    'ground': ground('KN-9-1').id,
                                    'start': D(2026, 6, 1),
                                    'end': D(2026, 6, 3),
                                    }])]})
            text = Letter(letter.id).time_finding.splitlines()
            self.assertIn("05/08/2026", text[1])
            self.assertIn("in time", text[1])
            self.assertIn("04/05/2027", text[0])
            # and the letter goes on whatever was found
            take(office.clerk, letter, 'register', 'classify')
            with work_as(office.clerk), self.assertRaises(AccessError):
                Letter.write([letter], {'obstacles': [('create', [{
                                    'ground': ground('KN-9-1').id,
                                    'start': D(2026, 6, 1),
                                    }])]})

    @with_transaction()
    def test_decreed_day_off(self):
        "Test a day decreed off moves open clocks only, on record"
        pool = Pool()
        Change = pool.get('deadlines.change')
        Case = pool.get('complaints.case')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office)
        with clock.travel(D(2026, 8, 13)):
            ended = open_case(office, D(2026, 8, 3))
            letter, = ended.letters
            met = next(
                c for c in letter.clocks if c.rule.code == 'KN-01')
            before = met.explain('vi')
        with clock.travel(D(2026, 8, 17)):
            change, = Change.create([{
                        'name': "Nghỉ bão", 'document': "Công điện 1",
                        'days': [('create', [
                                    {'date': day, 'kind': 'swapped off',
                                        'name': "Nghỉ bão"}
                                    for day in [
                                        D(2026, 8, 6), D(2026, 9, 4)]])],
                        }])
            with self.assertRaises(ChangeError):
                Change.preview(Change.create([{
                                'name': "Rỗng", 'document': "–"}]))
            Change.preview([change])
            change = Change(change.id)
            self.assertEqual(
                [(m.old_due_on, m.new_due_on, m.shift)
                    for m in change.moves],
                [(D(2026, 9, 4), D(2026, 9, 7), 3)])
            # a preview moves nothing
            self.assertEqual(Case(case.id).due_on, D(2026, 9, 4))
            Change.apply([change])
            case = Case(case.id)
            self.assertEqual(case.due_on, D(2026, 9, 7))
            self.assertEqual(
                [e.summary for e in case.entries if e.summary
                    and e.summary.startswith('KN-02')],
                ["KN-02: Nghỉ bão – Công điện 1"])
            # what has ended explains itself as it did, yet what starts now
            # is counted by the new calendar
            self.assertEqual(
                type(met)(met.id).explain('vi'), before)
            self.assertTrue(type(met)(met.id).frozen)
            self.assertFalse(
                met.calendar.counting().is_working(D(2026, 8, 6)))

    @with_transaction()
    def test_provisional_calendar(self):
        "Test what is computed moves what runs by a change only, and says so"
        pool = Pool()
        Calendar = pool.get('deadlines.calendar')
        Day = pool.get('deadlines.calendar.day')
        Change = pool.get('deadlines.change')
        office = create_office()
        # a database of an older release knows nothing of the year
        Day.delete(Day.search([('date', '>=', D(2028, 1, 1))]))
        with clock.travel(D(2027, 12, 27)):
            case = open_case(office, D(2027, 12, 27))
            self.assertEqual(case.due_on, D(2028, 1, 26))
            self.assertEqual(case.due_mark, "no calendar")
            change = Calendar.propose_missing()
            Change.preview([change])
            case = type(case)(case.id)
            self.assertEqual(case.due_on, D(2028, 1, 26))
            self.assertIn(
                (D(2028, 1, 26), D(2028, 1, 31)),
                [(m.old_due_on, m.new_due_on) for m in
                    Change(change.id).moves])
            Change.apply([change])
            case = type(case)(case.id)
            self.assertEqual(case.due_on, D(2028, 1, 31))
            self.assertTrue([
                    e for e in case.entries if e.summary
                    and e.summary.startswith('KN-02')])
            with Transaction().set_context(language='vi'):
                case = type(case)(case.id)
                self.assertEqual(case.due_mark, "tạm tính")
                self.assertIn("31/01/2028 (tạm tính)", case.due_explanation)
                self.assertIn("31/01/2028 (tạm tính)", case.story)
                self.assertEqual(
                    case.due_doubt, "lịch nghỉ 2028 tạm tính")
            # it is announced as it was computed: the mark goes
            year, = Change.create([{
                        'name': "Lịch 2028", 'document': "Thông báo",
                        'announced': True, 'year': 2028,
                        'days': [('create', [{
                                        'date': day.date, 'kind': day.kind,
                                        'name': day.name}
                                    for day in Day.search([
                                            ('date', '>=', D(2028, 1, 1)),
                                            ('date', '<', D(2029, 1, 1)),
                                            ])])],
                        }])
            Change.preview([year])
            self.assertEqual(Change(year.id).moved, 0)
            Change.apply([year])
            case = type(case)(case.id)
            self.assertEqual(case.due_on, D(2028, 1, 31))
            self.assertFalse(case.due_mark)
            self.assertEqual([
                    line for line in settlement(case).explain('en')
                    if 'announced' in line or 'provisional' in line], [])

    @with_transaction()
    def test_culture_day(self):
        "Test rest in lieu of 24 November moves what runs, by a change only"
        pool = Pool()
        Change = pool.get('deadlines.change')
        Interpretation = pool.get('deadlines.interpretation')
        office = create_office()
        question, = Interpretation.search([
                ('convention', '=', 'culture_day')])
        with clock.travel(D(2029, 10, 27)):
            case = open_case(office, D(2029, 10, 27))
            self.assertEqual(
                clocks(case)['KN-02'], ('running', D(2029, 11, 26)))
            change, = Change.create([{
                        'name': "Cách hiểu", 'document': "Công văn 1",
                        'choices': [('create', [{
                                        'interpretation': question.id,
                                        'choice': 'yes',
                                        }])],
                        }])
            Change.preview([change])
            self.assertIn(
                (D(2029, 11, 26), D(2029, 11, 27)),
                [(m.old_due_on, m.new_due_on) for m in
                    Change(change.id).moves])
            Change.apply([change])
            self.assertEqual(
                clocks(type(case)(case.id))['KN-02'],
                ('running', D(2029, 11, 27)))
            self.assertTrue(any(
                    '24/11' in line
                    for line in settlement(case).explain('vi')))

    @with_transaction()
    def test_interpretation_changes(self):
        "Test another reading of the law goes through a preview too"
        pool = Pool()
        Change = pool.get('deadlines.change')
        Interpretation = pool.get('deadlines.interpretation')
        office = create_office()
        question, = Interpretation.search([
                ('convention', '=', 'elapsed_before')])
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office)
        with clock.travel(D(2026, 8, 20)):
            case = act(
                office.leader, case, 'suspend', D(2026, 8, 10),
                ground('KN-11A-1'), '05/QĐ')
            case = act(
                office.leader, case, 'resume', D(2026, 8, 20), '06/QĐ')
            change, = Change.create([{
                        'name': "Cách hiểu", 'document': "Công văn 1",
                        'choices': [('create', [{
                                        'interpretation': question.id,
                                        'choice': 'no',
                                        }])],
                        }])
            Change.preview([change])
            self.assertEqual(
                [(m.old_due_on, m.new_due_on) for m in
                    Change(change.id).moves],
                [(D(2026, 9, 14), D(2026, 9, 15))])
            Change.apply([change])
            self.assertEqual(
                settlement(type(case)(case.id)).due_on, D(2026, 9, 15))

    @with_transaction()
    def test_suspended_on_the_last_day(self):
        "Test both readings of it in the application, each by its name"
        pool = Pool()
        Change = pool.get('deadlines.change')
        Interpretation = pool.get('deadlines.interpretation')
        office = create_office()
        question, = Interpretation.search([
                ('convention', '=', 'last_day_pause')])
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office)
        with clock.travel(D(2026, 9, 4)):
            case = act(
                office.leader, case, 'suspend', D(2026, 9, 4),
                ground('KN-11A-1'), '05/QĐ')
            self.assertEqual(
                clocks(case)['KN-02'], ('paused', D(2026, 9, 4)))
        with clock.travel(D(2026, 9, 10)):
            case = act(
                office.leader, case, 'resume', D(2026, 9, 10), '06/QĐ')
            self.assertEqual(case.urgency, 'overdue')
            self.assertIn(
                question.question, '\n'.join(settlement(case).explain()))
            change, = Change.create([{
                        'name': "Cách hiểu", 'document': "Công văn 2",
                        'choices': [('create', [{
                                        'interpretation': question.id,
                                        'choice': 'yes',
                                        }])],
                        }])
            Change.preview([change])
            Change.apply([change])
            running = settlement(type(case)(case.id))
            self.assertEqual(running.due_on, D(2026, 9, 11))
            self.assertIn(
                question.get_choices()[1][1], '\n'.join(running.explain()))

    @with_transaction()
    def test_split_question(self):
        "Test an upgrade answers a question that was split as before"
        pool = Pool()
        Interpretation = pool.get('deadlines.interpretation')
        Ground = pool.get('deadlines.ground')
        Interpretation.delete(Interpretation.search([
                    ('convention', '=', 'elapsed_before')]))
        old, = Interpretation.search([('convention', '=', 'suspension_day')])
        Interpretation.write([old], {'choice': 'no', 'question': "Câu hỏi cũ"})
        Ground.write([ground('KN-11A-1')], {'convention': None})
        Interpretation.load()
        Ground.load()
        new, = Interpretation.search([('convention', '=', 'elapsed_before')])
        self.assertEqual(new.choice, 'no')
        self.assertNotEqual(
            Interpretation(old.id).question, "Câu hỏi cũ")
        self.assertEqual(ground('KN-11A-1').convention, 'elapsed_before')
        self.assertEqual(ground('TC-34-1').convention, 'suspension_day')

    @with_transaction()
    def test_preview_says_why_not(self):
        "Test the wizard says what will be refused before it is"
        Start = Pool().get('complaints.period.start')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office, kind='denunciation', complex=True)
            start = Start(
                act='extend', record=case, day=D(2026, 8, 5), length=60,
                end=None)
            start.on_change_day()
            self.assertEqual(start.ground, ground('TC-30'))
            self.assertIn("between 1 and 30", start.preview)
            start.length = 30
            start.on_change_length()
            self.assertIn('05/10/2026', start.preview)
            start = Start(
                act='suspend', record=case, day=D(2026, 8, 6), end=None,
                length=None)
            start.on_change_day()
            self.assertIn("day to come", start.preview)

    @with_transaction()
    def test_new_version(self):
        "Test a new law leaves what has begun, unless it says otherwise"
        pool = Pool()
        Change = pool.get('deadlines.change')
        Rule = pool.get('deadlines.rule')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office)

            def change(running):
                change, = Change.create([{
                            'name': "Luật mới", 'document': "Luật 1/2026",
                            'versions': [('create', [{
                                            'rule': Rule.get('KN-02').id,
                                            'valid_from': D(2026, 8, 10),
                                            'length': 20,
                                            'unit': 'day',
                                            'citation': "Luật 1/2026 Điều 1",
                                            'running': running,
                                            }])],
                            }])
                Change.preview([change])
                return Change(change.id)

            first = change(False)
            self.assertEqual((first.moved, first.kept), (0, 1))
            second = change(True)
            self.assertEqual((second.moved, second.kept), (1, 0))
            Change.apply([second])
            self.assertEqual(
                clocks(case)['KN-02'], ('running', D(2026, 8, 25)))
            version = settlement(type(case)(case.id)).version
            self.assertEqual(version.citation, "Luật 1/2026 Điều 1")
        with clock.travel(D(2026, 8, 12)):
            later = open_case(office, D(2026, 8, 12))
            self.assertEqual(clocks(later)['KN-02'][1], D(2026, 9, 3))

    @with_transaction()
    def test_remote_area(self):
        "Test an area that becomes remote moves the open clocks there"
        pool = Pool()
        Change = pool.get('deadlines.change')
        Agency = pool.get('agencies.agency')
        office, elsewhere = create_office(), create_office('22251')
        with clock.travel(D(2026, 8, 5)):
            case, other = open_case(office), open_case(elsewhere)
            change, = Change.create([{
                        'name': "Vùng sâu", 'document': "Quyết định 1",
                        'areas': [('create', [{
                                        'place': office.agency.id,
                                        'remote': True,
                                        }])],
                        }])
            Change.preview([change])
            self.assertEqual(Change(change.id).moved, 1)
            Change.apply([change])
            self.assertTrue(Agency(office.agency.id).remote)
            self.assertEqual(clocks(case)['KN-02'][1], D(2026, 9, 21))
            self.assertEqual(settlement(case).variants, 'remote')
            self.assertEqual(clocks(other)['KN-02'][1], D(2026, 9, 4))
            # and only this way
            with check_access(), self.assertRaises(AccessError):
                Agency.write([office.agency], {'remote': False})

    @with_transaction()
    def test_warning_configured(self):
        "Test when the end is near can be changed"
        pool = Pool()
        Configuration = pool.get('deadlines.configuration')
        Queue = pool.get('ir.queue')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office)
            self.assertEqual(case.warn_on, D(2026, 8, 26))
            configuration = Configuration(1)
            configuration.warning_share = .5
            configuration.warning_days = 3
            configuration.save()
            # what the worker does with the tasks
            tasks = [
                task for task in Queue.search([])
                if task.data['method'] == 'refresh_clocks']
            self.assertTrue(tasks)
            for task in tasks:
                task.run()
            self.assertEqual(
                type(case)(case.id).warn_on, D(2026, 8, 20))
