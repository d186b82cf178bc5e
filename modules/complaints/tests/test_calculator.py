# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""`donthu deadline` and the clocks: one answer, and one reason for none."""
import datetime as dt
import re
import unittest
from dataclasses import replace
from itertools import pairwise

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from trytond.modules.deadlines import acts, lawbook
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)

from donthu import deadline

from .. import plan, planning, procedure_book
from ..plan import periods
from ..plan.forms import INTERVAL
from .tools import create_office, open_case, receive

D = dt.date
# What a step of a case suspends or extends
MOVED = ['KN-02', 'KN-10', 'KL-02', 'TC-06', 'TC-16']
DENUNCIATION = plan.Matter(
    'case', {'kind': 'denunciation', 'instance': '1'}, None)
VARIANTS = [
    [], ['complex'], ['remote'], ['complex', 'remote'],
    ['complex', 'especially_complex']]
PAUSING = [
    None, 'KN-11A-1', 'KN-11A-2', 'TC-34-1', 'TC-34-2', 'TC-15-4', 'TC-30']
EXTENDING = [None, 'TC-30', 'TC-34-1']


def date(first, last):
    return st.dates(first, last)


breaks = st.lists(st.tuples(
        st.integers(-4, 45), st.one_of(st.none(), st.integers(-2, 25)),
        st.sampled_from(PAUSING)), max_size=3)
prolongings = st.lists(st.tuples(
        st.sampled_from([0, 1, 10, 30, 30, 31, 60]), st.integers(-4, 90),
        st.sampled_from(EXTENDING)), max_size=3)
# much of what happens is lawful, or it would be refused at once
lawful = st.tuples(
    st.just('TC-06'), date(D(2024, 1, 1), D(2026, 9, 1)),
    st.sampled_from(VARIANTS),
    st.lists(st.tuples(
            st.integers(0, 28), st.integers(1, 9),
            st.sampled_from(['TC-34-1', 'TC-15-4'])), max_size=2),
    st.lists(st.tuples(
            st.sampled_from([10, 30]), st.integers(0, 35),
            st.sampled_from([None, 'TC-30'])), max_size=2))
anything = st.tuples(
    st.sampled_from(MOVED), date(D(2018, 6, 1), D(2026, 9, 1)),
    st.sampled_from(VARIANTS), breaks, prolongings)


# one question for each answer; pauses are (days after the start, length,
# ground), extensions (length, days after the start, ground)
START = D(2026, 7, 6)
TABLE = {
    'answered': ('TC-06', START, ['complex'],
        [(3, 9, 'TC-34-1'), (20, 5, 'TC-15-4')], [(30, 35, None)]),
    None: ('TC-06', D(2018, 12, 31), [], [], []),
    'msg_clock_before': ('KN-02', START, [], [(-1, 9, 'KN-11A-1')], []),
    'msg_clock_state': ('KN-02', START, [],
        [(2, None, 'KN-11A-1'), (5, 9, 'KN-11A-2')], []),
    'msg_ground_missing': ('KN-10', START, [], [(2, 9, None)], []),
    'msg_ground_none': ('KL-02', D(2026, 6, 1), [], [(2, 9, None)], []),
    'msg_ground_not_valid': (
        'KN-02', D(2026, 6, 1), [], [(2, 9, 'KN-11A-1')], []),
    'msg_extension_none': ('KN-02', START, ['complex'], [],
        [(10, 5, 'TC-30')]),
    'msg_extension_count': ('TC-06', START, ['complex'], [],
        [(30, 5, None), (30, 6, None)]),
    'msg_extension_length': ('TC-16', START, ['especially_complex'], [],
        [(60, 5, 'TC-30')]),
    'msg_extend_late': ('TC-06', START, ['complex'], [], [(30, 40, None)]),
    'msg_interval_overlap': ('TC-06', START, [],
        [(3, 9, 'TC-34-1'), (6, 8, 'TC-15-4')], []),
    }


def reason(text):
    "Return which sentence of the module a text is"
    for name, sentence in acts._sentences().items():
        pattern = re.sub(
            r'%\\\(\w+\\\)s', '.*', re.escape(sentence))
        if re.fullmatch(pattern, text, re.DOTALL):
            return name
    return text


def reasons(explanation):
    "Return why each day of a period counts, or does not"
    return [
        (span.first + dt.timedelta(days=n), span.reason)
        for span in explanation.result.spans for n in range(span.days)]


def events(start, pauses, extensions):
    "Return (day, act, what else) of decisions, the earliest first"
    found = []
    for offset, length, code in pauses:
        day = start + dt.timedelta(days=offset)
        end = None if length is None else day + dt.timedelta(days=length)
        if code == 'TC-15-4':
            found.append((end, 'exclude', (day, code)))
            continue
        found.append((day, 'suspend', (code,)))
        if end:
            found.append((end, 'resume', ()))
    for length, offset, code in extensions:
        found.append((
                start + dt.timedelta(days=offset), 'extend', (length, code)))
    return sorted(found, key=lambda event: event[0])


def written(start, pauses, extensions):
    "Return decisions as they are written on the command line"
    def ground(code):
        return f'={code}' if code else ''

    def day(offset):
        return start + dt.timedelta(days=offset)

    return [
        str(day(offset)) + (
            '' if length is None else f'..{day(offset + length)}')
        + ground(code) for offset, length, code in pauses], [
        f'{length}@{day(offset)}{ground(code)}'
        for length, offset, code in extensions]


class CalculatorTestCase(unittest.TestCase):
    "Test the calculator agrees with the application"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        drop_db()
        activate_module('complaints')

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        drop_db()

    def ground(self, code, kinds, procedure, day):
        "Return the ground as the wizard has it: the only one by itself"
        Ground = Pool().get('deadlines.ground')
        if code:
            return Ground.search([('code', '=', code)])[0]
        found = Ground.in_force(kinds, procedure, day)
        return found[0] if len(found) == 1 else None

    def decide(self, book, matter, day, name, args):
        "Let something be decided about the time limit of a case"
        running, = matter.clocks
        today = max(day, running.started_on)
        procedure = book.limits[running.code].procedure
        said = {'document': '1/QĐ'}
        if name != 'resume':
            *more, code = args
            kind = {
                'suspend': 'suspension', 'exclude': 'exclusion',
                'extend': 'extension'}[name]
            ground = self.ground(
                code, [kind], procedure, args[0] if more and name == 'exclude'
                else day)
            said['ground'] = ground and ground.id
        if name == 'exclude':
            said.update(start=args[0], end=day)
        elif name == 'extend':
            said['length'] = args[0]
        work = plan.Work(
            book, plan.By(
                today, dt.datetime.combine(today, dt.time()), server=True),
            plan.Plan(matter, matter), matter,
            plan.Act(name, day, said, 'case'))
        # what the law of the period allows is asked, whatever the procedure
        step = book.step(DENUNCIATION, name, D(2026, 8, 3))
        work.step = replace(step, moves=frozenset([running.code]))
        getattr(periods, name)(work)

    def ask_model(self, case, code, start, variants, decisions):
        "Return the Explanation of a clock, or why there is none"
        book = Pool().get('complaints.procedure').law()
        matter = plan.Matter('case', {
                'kind': 'denunciation', 'instance': '1', 'state': 'verifying',
                **{name: name in variants for name in [
                        'complex', 'especially_complex', 'remote']},
                }, plan.Agency(case.agency.id, case.agency.code), case.id)
        running = book.clock(code, start, frozenset(variants))
        if not running:
            return None
        matter.clocks.append(replace(running))
        try:
            for decision in decisions:
                self.decide(book, matter, *decision)
        except plan.Refusal as refusal:
            return refusal.message.split('.')[1]
        planned, = matter.clocks
        stored = self.store(case, planned).explained()
        self.assertEqual(stored.result.due_on, planned.due_on)
        return stored

    def store(self, case, planned):
        "Return the stored clock of a planned one"
        pool = Pool()
        Clock = pool.get('deadlines.clock')
        Interval = pool.get('deadlines.clock.interval')
        id_, = Clock.insert([{
                    'resource': str(case), **{
                        name: getattr(planned, name)
                        for name in planning._CLOCK}}])
        Interval.insert([{
                    'clock': id_, **{
                        name: getattr(interval, name) for name in INTERVAL}}
                for interval in planned.intervals])
        return Clock(id_)

    def ask_command(self, code, start, variants, pauses, extensions):
        "Return the Explanation of the command, or why there is none"
        try:
            return deadline.compute(
                code, start.isoformat(), variants, pauses, extensions)
        except lawbook.LawbookError:
            return None
        except ValueError as error:
            return reason(str(error))

    @with_transaction()
    def test_agree(self):
        "Test whatever is decided, both say the same"
        # older than whatever is asked: its own dates are not in question
        with clock.travel(D(2018, 3, 5)):
            case = open_case(create_office(), D(2018, 3, 5))

        def agree(question):
            code, start, variants, pauses, extensions = question
            # the wizard asks for the end, and so does the command
            assume(not any(
                    length is None and code == 'TC-15-4'
                    for _, length, code in pauses))
            # on one day the order is another question, asked below
            decisions = events(start, pauses, extensions)
            assume(all(a[0] < b[0] for a, b in pairwise(decisions)))
            args = written(start, pauses, extensions)
            model = self.ask_model(case, code, start, variants, decisions)
            command = self.ask_command(code, start, variants, *args)
            if isinstance(model, str) or model is None:
                self.assertEqual(command, model)
                return model
            self.assertNotIsInstance(command, str)
            self.assertEqual(command.result.due_on, model.result.due_on)
            self.assertEqual(reasons(command), reasons(model))
            self.assertEqual(command.readings, model.readings)
            self.assertEqual(
                command.allowed and command.allowed.extensions,
                model.allowed and model.allowed.extensions)
            return 'answered'

        for answer, question in TABLE.items():
            with self.subTest(answer=answer):
                self.assertEqual(agree(question), answer)
        settings(
            max_examples=80, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck))(
            given(st.one_of(anything, lawful, lawful))(
                    lambda question: agree(question) and None))()

    def test_order_of_one_day(self):
        "Test what is decided on one day is taken in its natural order"
        day = '2026-08-03'
        for pauses, extensions, due_on in [
                # resumed, and suspended again
                (['2026-08-05..2026-08-10=TC-34-1',
                    '2026-08-10..2026-08-12=TC-34-2'], [], D(2026, 9, 9)),
                # suspended and resumed on one day, extended on it as well
                (['2026-08-10..2026-08-10=TC-34-1'],
                    ['10@2026-08-10'], D(2026, 9, 14)),
                # the order in which they are written does not matter
                (['2026-08-10..2026-08-12=TC-34-2',
                    '2026-08-05..2026-08-10=TC-34-1'],
                    ['10@2026-08-05'], D(2026, 9, 21)),
                ]:
            answer = deadline.compute(
                'TC-06', day, ['complex'], pauses, extensions)
            self.assertEqual(answer.result.due_on, due_on)

    @with_transaction()
    def test_moved_by_no_step(self):
        "Test what no step of a case moves is refused by the command too"
        Step = Pool().get('complaints.procedure.step')
        moved = {
            (step.name, code) for step in Step.search([
                    ('resource', '=', 'complaints.case')])
            for code in Step.codes(step.moves)}
        for rule in lawbook.rules().values():
            version = rule.versions[-1]
            day = max(version.valid_from, D(2026, 7, 1))
            if version.valid_to:
                day = version.valid_from
            if not version.counts or rule.intake:
                continue
            for kind, step in deadline.STEPS.items():
                self.assertEqual(
                    bool(procedure_book.moving(step, rule.code)),
                    (step, rule.code) in moved)
                ground = next((
                        g.code for g in lawbook.grounds().values()
                        if g.kind == kind and rule.procedure in g.procedures),
                    'TC-30' if kind == 'extension' else 'TC-34-1')
                if kind == 'extension':
                    args = [], [f'1={ground}']
                else:
                    args = [f'{day}..{day}={ground}'], []
                lawful = (step, rule.code) in moved
                with self.subTest(rule=rule.code, kind=kind):
                    if lawful:
                        deadline.compute(
                            rule.code, str(day), ['complex'], *args)
                    else:
                        with self.assertRaises(ValueError):
                            deadline.compute(
                                rule.code, str(day), ['complex'], *args)

    @with_transaction()
    def test_obstacles(self):
        "Test the citizen's limits know obstacles, and nothing else"
        office = create_office()
        obstacle, = Pool().get('deadlines.ground').search([
                ('code', '=', 'KN-9-1')])
        with clock.travel(D(2026, 8, 5)):
            letter = receive(
                office, D(2026, 8, 5), known_on=D(2026, 5, 4),
                obstacles=[('create', [{
                                'ground': obstacle.id,
                                'start': D(2026, 6, 1), 'end': D(2026, 6, 3),
                                }])])
            limits = {rule.code: letter._citizen_due_on(version)
                for rule, version in letter._citizen_limits()}
        answer = deadline.compute(
            'KN-T1', '2026-05-04', [], ['2026-06-01..2026-06-03=KN-9-1'])
        self.assertEqual(answer.result.due_on, limits['KN-T1'])
        self.assertEqual(answer.result.due_on, D(2026, 8, 5))
        for code, pause, text in [
                ('KN-T1', '2026-06-01..2026-06-03', 'msg_ground_missing'),
                ('KN-T1', '2026-06-01..2026-06-03=TC-34-1',
                    'msg_ground_missing'),
                ('KN-T1', '2026-06-03..2026-06-01=KN-9-1',
                    'msg_interval_overlap'),
                ('KN-16', '2026-06-01..2026-06-03=KN-9-1', 'msg_clock_unit'),
                ]:
            with self.assertRaises(ValueError) as refused:
                deadline.compute(code, '2026-05-04', [], [pause])
            self.assertEqual(reason(str(refused.exception)), text)
