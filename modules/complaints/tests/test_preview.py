# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a wizard says would move is what its step then writes."""
import datetime as dt
import unittest

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from trytond.exceptions import UserError
from trytond.modules.agencies.tests import create_user, work_as
from trytond.modules.audit.savepoint import savepoint
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)

from .tools import create_office, open_case, receive, take

D = dt.date
START = D(2026, 8, 5)
ACTS = [
    'suspend', 'resume', 'exclude', 'extend', 'withdraw', 'terminate',
    'reassess']
tries = st.lists(st.tuples(
        st.sampled_from(ACTS), st.integers(-1, 45), st.integers(-1, 12),
        st.sampled_from([None, 1, 10, 30, 31]), st.booleans(),
        st.booleans()), min_size=1, max_size=5)


class _Undone(Exception):
    pass


def shown(day):
    return day.strftime('%d/%m/%Y') if day else '–'


def open_clocks(record):
    "Return {id: (rule, last day, what else is stored)} of what runs"
    Clock = Pool().get('deadlines.clock')
    return {
        c.id: (c.rule.rec_name, c.due_on, (
                c.version, c.started_on, c.variants, c.state, c.documented,
                [(i.kind, i.start, i.end, i.length, i.end_document)
                    for i in c.intervals]))
        for c in Clock.search([
                ('resource', '=', str(record)),
                ('state', 'in', ['running', 'paused'])])}


def moved(record, before):
    "Return the lines that say what has moved since"
    after = open_clocks(record)
    lines = []
    for id_, (rule, due_on, rest) in sorted(
            before.items(), key=lambda i: (i[1][1] or D.max, i[0])):
        now = after.get(id_, (rule, None, None))
        if (due_on, rest) != now[1:]:
            lines.append(f'{rule}: {shown(due_on)} → {shown(now[1])}')
    return lines


class PreviewTestCase(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        drop_db()
        activate_module('complaints')

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        drop_db()

    def agree(self, user, start, record):
        "Let the user take what was previewed; return if it was done"
        with work_as(user):
            # as a client has it, which sends ids
            start._foresee()
            before = open_clocks(record)
            preview = start.preview
            self.assertEqual(open_clocks(record), before)
            try:
                type(record).take_steps(
                    [type(record)(record.id)], start.plan_act())
            except UserError as error:
                self.assertEqual(preview, error.message)
                return False
            lines = moved(record, before)
        if lines:
            self.assertEqual(preview.splitlines(), lines)
        else:
            self.assertNotIn('→', preview)
        return True

    @with_transaction()
    def test_cases(self):
        "Test whatever is asked of a case"
        Start = Pool().get('complaints.period.start')
        office = create_office()
        with clock.travel(START):
            cases = {
                kind: open_case(office, kind=kind)
                for kind in ['complaint', 'denunciation']}
        done = set()

        def ask(kind, tries):
            record = cases[kind]
            for name, day, more, length, complex_, especially in tries:
                day = START + dt.timedelta(days=day)
                with clock.travel(START + dt.timedelta(days=40)):
                    start = Start(
                        act=name, record=type(record)(record.id), day=day,
                        end=day + dt.timedelta(days=more), length=length,
                        complex=complex_, remote=False, received_on=None,
                        especially_complex=especially and (
                            kind == 'denunciation'),
                        document='1/QĐ', reason=None)
                    start.on_change_day()
                    if start.grounds and not start.ground:
                        start.ground = start.grounds[0]
                    if self.agree(office.leader, start, record):
                        done.add((kind, name))

        def undone(question):
            try:
                with savepoint('preview'):
                    ask(*question)
                    raise _Undone
            except _Undone:
                pass
        for kind in cases:
            undone((kind, [
                        ('reassess', 1, 0, None, True, True),
                        ('suspend', 2, 0, None, False, False),
                        ('resume', 9, 0, None, False, False),
                        ('exclude', 10, 3, None, False, False),
                        ('extend', 20, 0, 10, False, False),
                        ('withdraw', 21, 0, None, False, False),
                        ('terminate', 22, 0, None, False, False)]))
        settings(
            max_examples=40, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck))(
            given(st.tuples(st.sampled_from(sorted(cases)), tries))(
                undone))()
        # what was agreed on was not the refusals alone
        self.assertEqual(
            {name for _, name in done}, set(ACTS))

    @with_transaction()
    def test_correction(self):
        "Test the correction of a receipt"
        Start = Pool().get('complaints.period.start')
        office = create_office()
        with clock.travel(START):
            letter = receive(office, START)
            take(office.clerk, letter, 'register', 'classify')
            for day in [
                    D(2026, 8, 3), D(2026, 8, 3), D(2026, 8, 4),
                    D(2026, 8, 6), None]:
                start = Start(
                    act='correct', record=type(letter)(letter.id), day=START,
                    received_on=day, reason="Dấu bưu điện")
                self.assertEqual(
                    self.agree(office.leader, start, letter),
                    bool(day) and day <= START, day)

    @with_transaction()
    def test_own_calendar(self):
        "Test what runs in a calendar of its own is counted in that"
        pool = Pool()
        Clock = pool.get('deadlines.clock')
        Start = pool.get('complaints.period.start')
        # one that knows no holiday: the National Day is one like others
        own, = pool.get('deadlines.calendar').create([{'name': "Riêng"}])
        office = create_office()
        due = []
        with clock.travel(D(2026, 8, 24)):
            for calendar in [None, own]:
                letter = receive(office, D(2026, 8, 21))
                take(office.clerk, letter, 'register')
                limit, = type(letter)(letter.id).clocks
                if calendar:
                    Clock.write([limit], {'calendar': calendar.id})
                start = Start(
                    act='correct', record=type(letter)(letter.id),
                    day=D(2026, 8, 24), received_on=D(2026, 8, 20),
                    reason="Dấu bưu điện")
                self.assertTrue(self.agree(office.leader, start, letter))
                limit = Clock(limit.id)
                self.assertEqual(limit.due_on, limit.result().due_on)
                due.append(limit.due_on)
        # the tenth day is a Sunday, and the next ones belong to the holiday
        self.assertEqual(due, [D(2026, 9, 3), D(2026, 8, 31)])

    @with_transaction()
    def test_unknown(self):
        "Test nothing is said of what one may not read"
        Start = Pool().get('complaints.period.start')
        office, far = create_office(), create_office('22251')
        other = create_user('other', far.agency, 'leader')
        with clock.travel(START):
            record = open_case(office)
            with work_as(other):
                start = Start(
                    act='reassess', record=type(record)(record.id), day=START,
                    complex=True, especially_complex=False, remote=False)
                start._foresee()
        self.assertNotIn('→', start.preview)
        self.assertNotIn('KN-02', start.preview)
