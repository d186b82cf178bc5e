# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""An act that was recorded by mistake: what runs again, and what does not."""
import datetime as dt
import json
import unittest
from dataclasses import replace

from trytond.modules.agencies.tests import work_as
from trytond.modules.deadlines import lawbook
from trytond.modules.deadlines.counting import Calendar, DayOff
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)
from trytond.transaction import Transaction

from ..plan import Act, By, Done, Interval, Matter, Refusal, plan
from .test_plan import BOOK, COMMUNE, LEADER
from .tools import act, clocks, create_office, open_case

D = dt.date
TODAY = D(2026, 8, 20)
SERVER = By(TODAY, dt.datetime(2026, 8, 20, 3), user=LEADER, server=True)


def case(*acts, state='verifying', closed=False, book=BOOK, **ended):
    """Return a case with acts, pairs of a name and a day, and their clocks

    ended -- the time limits that have ended, and on which day"""
    matter = Matter('case', {
            'state': state, 'kind': 'complaint', 'instance': '1',
            'accepted_on': D(2026, 8, 3), 'agency': COMMUNE.id}, COMMUNE, 1,
        facts={'closed': closed})
    for number, (name, day) in enumerate(acts, 1):
        matter.acts.append(Done(
                name, day, step=book.step(matter, name, day), id=number))
    for code, (start, end) in ended.items():
        running = book.clock(code.replace('_', '-'), start, frozenset())
        matter.clocks.append(replace(
                running, id=len(matter.clocks) + 1, ended_on=end,
                state='met' if end else 'running'))
    return matter


def annul(matter, id_, book=BOOK):
    return plan(book, matter, [Act(
                'annul', said={'act': id_, 'reason': "Nhầm vụ"}, of='case',
                follows=True)], SERVER)


def running(result):
    return [(c.code, c.state, c.ended_on) for c in result.matter.clocks]


class PlanTestCase(unittest.TestCase):
    "Test what the plan of an annulment says"

    def test_runs_again(self):
        "What the act has ended runs again, and is due when it was"
        matter = case(
            ('request', D(2026, 8, 5)), ('supplied', D(2026, 8, 7)),
            KN_03=(D(2026, 8, 5), D(2026, 8, 7)))
        result = annul(matter, 2)
        self.assertEqual(running(result), [('KN-03', 'running', None)])
        self.assertEqual(result.matter['due_on'], matter.clocks[0].due_on)
        self.assertEqual(result.shifted, [])
        done = result.matter.acts[1]
        self.assertTrue(done.annulled)
        self.assertEqual(done.values, {
                'annulled_on': TODAY, 'annulled_by': LEADER,
                'annulled_for': "Nhầm vụ"})
        # what was given is as it was
        self.assertEqual(
            [c.state for c in matter.clocks], ['met'])
        self.assertFalse(any(a.annulled for a in matter.acts))

    def test_met_by_another(self):
        "What another act that counts has met stays met, on its day"
        for name in ['supplied', 'decide']:
            with self.subTest(name=name):
                result = annul(case(
                        ('request', D(2026, 8, 5)),
                        ('supplied', D(2026, 8, 7)),
                        (name, D(2026, 8, 10)), state='decided',
                        KN_03=(D(2026, 8, 5), D(2026, 8, 7))), 2)
                self.assertEqual(
                    running(result), [('KN-03', 'met', D(2026, 8, 10))])
        late = annul(case(
                ('request', D(2026, 8, 5)), ('supplied', D(2026, 8, 7)),
                ('supplied', D(2026, 8, 19)),
                KN_03=(D(2026, 8, 5), D(2026, 8, 7))), 2)
        self.assertEqual(
            running(late), [('KN-03', 'missed', D(2026, 8, 19))])

    def test_met_before_it_began(self):
        "An act of before the time limit began has not met it"
        day = D(2026, 8, 7)
        result = annul(case(
                ('request', D(2026, 8, 5)), ('supplied', day),
                ('request', day), ('supplied', day),
                KN_03=(day, day)), 4)
        self.assertEqual(running(result), [('KN-03', 'running', None)])

    def test_started(self):
        "What the act has started is cancelled, unless another one did"
        result = annul(case(
                ('request', D(2026, 8, 5)), KN_03=(D(2026, 8, 5), None)), 1)
        self.assertEqual(
            running(result), [('KN-03', 'cancelled', TODAY)])
        self.assertIsNone(result.matter['due_on'])
        result = annul(case(
                ('request', D(2026, 8, 5)), ('request', D(2026, 8, 5)),
                KN_03=(D(2026, 8, 5), None)), 1)
        self.assertEqual(running(result), [('KN-03', 'running', None)])

    def test_paused(self):
        "What stood still when it ended stands still again"
        paused = case(
            ('request', D(2026, 8, 5)), ('supplied', D(2026, 8, 7)),
            KN_03=(D(2026, 8, 5), D(2026, 8, 7)))
        paused.clocks[0] = replace(paused.clocks[0], intervals=(
                Interval('pause', D(2026, 8, 6)),))
        result = annul(paused, 2)
        self.assertEqual(running(result), [('KN-03', 'paused', None)])

    def test_counted_anew(self):
        "A day off that was decreed meanwhile is counted as for the others"
        matter = case(
            ('request', D(2026, 8, 5)), ('supplied', D(2026, 8, 7)),
            KN_03=(D(2026, 8, 5), D(2026, 8, 7)))
        due_on = matter.clocks[0].due_on
        off = [DayOff(due_on, 'holiday', "Nghỉ")]
        book = replace(BOOK, calendar=Calendar(
                [*lawbook.days_off(), *off], "Nhà nước",
                lawbook.default_choices()))
        result = annul(matter, 2, book)
        moved, = result.matter.clocks
        self.assertGreater(moved.due_on, due_on)
        self.assertEqual(
            [(c.code, before, why) for _, c, before, why in result.shifted],
            [('KN-03', due_on, "Nhầm vụ")])

    def test_refused(self):
        "What led elsewhere, what others rest on, and what has ended stays"
        # who requested, or decided, did more than to put it on record
        moved = case(('request', D(2026, 8, 5)), ('verify', D(2026, 8, 5)))
        twice = case(('request', D(2026, 8, 5)))
        twice.acts[0] = replace(twice.acts[0], annulled=True)
        for matter, id_, why in [
                (twice, 1, 'twice'), (moved, 2, 'state'),
                (case(('extend', D(2026, 8, 5))), 1, 'state'),
                (case(('request', D(2026, 8, 5)), closed=True), 1, 'closed'),
                (case(('report', D(2026, 8, 5)), ('decide', TODAY)), 1,
                    'needed')]:
            if matter.acts[id_ - 1].step is None:
                # of a step that a complaint does not have
                matter.acts[id_ - 1] = replace(
                    matter.acts[id_ - 1], step=BOOK.step(
                        Matter('case', {
                                'kind': 'denunciation', 'instance': '1'},
                            None), 'extend', TODAY))
            with self.subTest(why=why), self.assertRaises(Refusal) as caught:
                annul(matter, id_)
            self.assertEqual(
                caught.exception.message, f'complaints.msg_annul_{why}')

    def test_own_calendar(self):
        "What runs in another calendar is counted in that to its end"
        off = [
            DayOff(D(2026, 8, 7) + dt.timedelta(days=n), 'holiday', "Nghỉ")
            for n in range(14)]
        own = Calendar(
            [*lawbook.days_off(), *off], "Riêng", lawbook.default_choices())
        book = replace(BOOK, calendars={1: BOOK.calendar, 2: own})
        matter = case(
            ('request', D(2026, 8, 5)), ('supplied', D(2026, 8, 7)),
            KN_03=(D(2026, 8, 5), D(2026, 8, 7)))
        [of_state] = annul(matter, 2, book).matter.clocks
        matter.clocks[0] = replace(matter.clocks[0], calendar=2)
        [of_own] = annul(matter, 2, book).matter.clocks
        self.assertEqual(of_own.calendar, 2)
        self.assertGreaterEqual(of_own.due_on, D(2026, 8, 21))
        self.assertLess(of_state.due_on, D(2026, 8, 21))


class AnnulmentTestCase(unittest.TestCase):
    "Test what an annulment leaves in the tables"

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
    def test_explained_anew(self):
        "What runs again is explained as it is counted, not as it had ended"
        pool = Pool()
        Clock, Recorded = pool.get('deadlines.clock'), pool.get(
            'complaints.act')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            record = open_case(office, kind='denunciation')
            act(office.clerk, record, 'notify_denouncer', number='5')
            act(office.clerk, record, 'notify_accused', number='6')
            record = record.__class__(record.id)
            ended, = [c for c in record.clocks if c.rule.code == 'TC-05']
            Clock.write([ended], {'frozen': '{}'})
            done, = [a for a in record.acts if a.name == 'notify_accused']
            with work_as(office.leader):
                Recorded.annul_([Recorded(done.id)], "Nhầm vụ")
            self.assertEqual(clocks(record)['TC-05'][0], 'running')
            ended = Clock(ended.id)
            self.assertIsNone(ended.frozen)
            self.assertEqual(ended.result().due_on, ended.due_on)
            # one entry, of the act, and its time
            entry = record.entries[-1]
            self.assertNotEqual(entry.resource, str(done))
            entry, = [
                e for e in pool.get('audit.entry').search([
                        ('resource', '=', str(done))])
                if 'annulled_for' in (e.changes or '')]
            self.assertEqual(
                json.loads(entry.changes)['annulled_for'],
                [None, "Nhầm vụ"])
            self.assertEqual(done.__class__(done.id).annulled_by,
                office.leader)

    @with_transaction()
    def test_reason_of_secret(self):
        "A reason that names who denounces is open to nobody"
        pool = Pool()
        Recorded = pool.get('complaints.act')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            record = open_case(office, kind='denunciation')
            act(office.clerk, record, 'notify_denouncer', number='5')
            done, = [
                a for a in record.__class__(record.id).acts
                if a.name == 'notify_denouncer']
            # who knows them, as the server does
            with Transaction().set_user(0):
                Recorded.annul_(
                    [Recorded(done.id)], "Nguyễn Văn An chưa nhận")
        done = Recorded(done.id)
        self.assertNotIn("Nguyễn", done.annulled_for)
        self.assertIn("chưa nhận", done.annulled_for)
        texts = pool.get('complaints.original').read_texts([str(record)])
        self.assertEqual(
            texts[str(record)][f'{done}.annulled_for'],
            "Nguyễn Văn An chưa nhận")
        self.assertFalse([
                e for e in pool.get('audit.entry').search([])
                if 'Nguyễn Văn An' in (e.changes or '')])
