# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Tables and properties of what steps do, without a database."""
import datetime as dt
import unittest
from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from trytond.modules.deadlines import lawbook

from .. import procedure_book
from ..plan import (
    Act, Agency, Book, By, Limit, Matter, Person, Procedure, Refusal, plan,
    read_step, steps_with_function, transitions)

D = dt.date
TODAY = D(2026, 8, 10)
COMMUNE = Agency(1, '22250', "UBND xã Sơn Thành", 'commune')
CLERK, LEADER = 7, 8
KINDS = ['complaint', 'disciplinary', 'denunciation', 'petition', 'reflection']
_LISTS = ('states', 'requires', 'starts', 'meets', 'moves')


def book(rooms=('complaints', 'routing')):
    "Return the law of the files, as a database has it"
    procedures, steps, representations = procedure_book.book()
    made = {key: [] for key in procedures}
    for number, step in enumerate(steps, 1):
        made[step.procedure].append(read_step({
                    'id': number, 'resource': f'complaints.{step.of}',
                    'to_state': step.to, 'asks': ','.join(step.asks),
                    **{n: getattr(step, n) for n in [
                            'name', 'title', 'once', 'team', 'notice',
                            'effect', 'notifies', 'roles', 'starts_from',
                            'document', 'citation', 'valid_from',
                            'valid_to']},
                    **{n: ','.join(getattr(step, n)) for n in _LISTS},
                    }, step.room))
    versions = {}
    for rule in lawbook.rules().values():
        versions[rule.code] = tuple(
            lawbook.replace(v, rule=str(100 * len(versions) + n))
            for n, v in enumerate(rule.versions, 1))
    return Book(
        {key: Procedure(
            key, p['name'], p['case_code'], p['citation'], tuple(made[key]))
            for key, p in procedures.items()},
        {r.code: Limit(
            n, r.code, r.name, r.procedure, r.trigger, r.transition,
            versions[r.code], tuple(r.intake.split(',')))
            for n, r in enumerate(lawbook.rules().values(), 1)},
        1, lawbook.calendar(), lawbook.conventions(lawbook.default_choices()),
        lawbook.default_readings(), lawbook.warning(),
        representations=tuple(
            {'people_to': None, 'valid_to': None, **r}
            for r in representations),
        rooms=frozenset(rooms), more={'grounds': {}, 'escalation': ()})


BOOK = book()


def by(*roles, **values):
    return By(
        TODAY, dt.datetime(2026, 8, 10, 3), user=values.pop('user', CLERK),
        roles=frozenset((COMMUNE.id, role) for role in roles), **values)


def letter(**values):
    return Matter('letter', {
            'state': 'received', 'kind': 'complaint', 'instance': '1',
            'received_on': D(2026, 8, 3), 'channel': 'post',
            'people_count': 1, 'anonymous': False, 'content': "Đất đai",
            'subject': "Đất đai", 'agency': COMMUNE.id, **values}, COMMUNE,
        persons=(Person(known=frozenset(['name', 'address'])),))


def clocks(matter):
    return {c.code: (c.state, c.due_on) for c in matter.clocks}


def old_register(*names, undated=False):
    return [
        Act(n, undated=undated and n == names[-1]) for n in names]


class PlanTest(unittest.TestCase):

    def refused(self, message, matter, acts, who, new=False):
        with self.assertRaises(Refusal) as caught:
            plan(BOOK, matter, acts, who, new)
        self.assertEqual(caught.exception.message, f'complaints.{message}')

    def test_register(self):
        "Test a letter is registered, with its number and its time limit"
        before = letter()
        result = plan(BOOK, before, [Act('register')], by('clerk'))
        after = result.matter
        self.assertEqual(after.state, 'registered')
        self.assertEqual(after['registered_by'], CLERK)
        self.assertEqual(
            clocks(after), {'XLD-02': ('running', D(2026, 8, 13))})
        self.assertEqual(after['due_on'], D(2026, 8, 13))
        self.assertEqual(
            [(w.kind, w.year) for w in result.wanted], [('D', 2026)])
        # what was given is as it was
        self.assertEqual(before.values, letter().values)
        self.assertEqual(before.clocks, [])

    def test_refused(self):
        "Test what does not hold is refused, and why"
        self.refused('msg_step_not_allowed', letter(), [Act('approve')],
            by('leader'))
        self.refused('msg_step_not_allowed', letter(), [Act('fly')],
            by('leader'))
        self.refused('msg_date_future', letter(received_on=D(2026, 8, 11)),
            [Act('register')], by('clerk'), new=True)
        nobody = letter()
        nobody.persons = ()
        self.refused('msg_sender_missing', nobody, [Act('register')],
            by('clerk'))
        with self.assertRaises(Refusal) as caught:
            plan(BOOK, letter(), [Act('register')], by('leader'))
        self.assertEqual(caught.exception.kind, 'role')

    def test_four_eyes(self):
        "Test who registered a letter does not approve it"
        proposed = letter(
            state='proposed', proposal='guide', registered_by=LEADER)
        self.refused('msg_decide_alone', proposed, [Act('approve')],
            by('leader', user=LEADER))
        plan(BOOK, proposed, [Act('approve')], by('leader', user=CLERK))

    def test_room(self):
        "Test a step whose room is not there is refused"
        alone = book(['complaints'])
        approved = letter(state='approved', proposal='transfer')
        with self.assertRaises(Refusal) as caught:
            plan(alone, approved, [Act('transfer')], by('clerk'))
        self.assertEqual(
            caught.exception.message, 'complaints.msg_step_not_allowed')

    def test_rooms(self):
        "Test each step of another room is refused where that is not there"
        away = [
            (s.name, state) for s in procedure_book.book()[1]
            if s.room for state in s.states]
        self.assertTrue(away)
        everybody = by('clerk', 'handler', 'leader')
        for name, state in away:
            with self.subTest(step=name, state=state):
                matter = letter(
                    state=state, proposal='transfer', transferred_from=9,
                    return_reason="Sai nơi", proposed_to=2)
                with self.assertRaises(Refusal) as caught:
                    plan(book(['complaints']), matter, [Act(name)], everybody)
                self.assertEqual(
                    caught.exception.message,
                    'complaints.msg_step_not_allowed')

    def test_follows(self):
        "Test only the server says that something follows from elsewhere"
        for act in [
                Act('accept', follows=True),
                Act('transfer', follows=True),
                Act('taken_up', of='letter', follows=True)]:
            with self.subTest(act=act), self.assertRaises(AssertionError):
                plan(BOOK, letter(), [act], by('clerk', 'leader'))
        for name in ['taken_up', 'close_historical']:
            self.refused(
                'msg_step_not_allowed', letter(), [Act(name)],
                by('clerk', 'leader'))

    def test_act(self):
        "Test a step without a function is what the book says"
        matter = letter(state='registered')
        self.refused('msg_act_incomplete', matter, [Act('alarm')],
            by('clerk'))
        self.refused('msg_date_future', matter, [
                Act('alarm', D(2026, 8, 11), {'text': "Nguy cơ"})],
            by('clerk'))
        self.refused('msg_act_early', matter, [
                Act('alarm', D(2026, 8, 2), {'text': "Nguy cơ"})],
            by('clerk'))
        result = plan(BOOK, matter, [
                Act('alarm', D(2026, 8, 4), {'text': "Nguy cơ"})],
            by('clerk'))
        done, = result.matter.acts
        self.assertEqual((done.name, done.day), ('alarm', D(2026, 8, 4)))
        self.assertEqual(done.values['said'], "Nguy cơ")
        self.assertEqual(result.matter.state, 'registered')

    def test_old_register(self):
        "Test a matter of an old register ends where it ended"
        told = [
            *old_register('register', 'classify', 'propose', 'approve'),
            Act('accept'), Act('verify', of='case'),
            Act('decide', of='case', said={
                    'result': 'partly', 'decision_number': '1/QĐ',
                    'decided_on': D(2026, 8, 7)}),
            Act('close_historical', of='case', said={'note': "Sổ cũ"}),
            ]
        result = plan(
            BOOK, letter(proposal='accept', accepted_on=D(2026, 8, 5)), told,
            by(server=True, register=True), new=True)
        after, case = result.matter, result.matter.case
        self.assertEqual(
            (after.state, case.state), ('accepted', 'closed'))
        self.assertEqual({s for s, _ in clocks(after).values()}, {'met'})
        self.assertEqual(clocks(case)['KN-02'][0], 'met')
        self.assertFalse([c for c in case.clocks if c.is_open])
        # the 30th day is a Sunday
        self.assertEqual(case['effective_from'], D(2026, 9, 8))
        self.assertEqual(
            [(w.matter, w.kind) for w in result.wanted],
            [(after, 'D'), (case, 'KN')])
        self.assertFalse(after.acts + case.acts)

    def test_undated(self):
        "Test what was done nobody knows when is neither in time nor late"
        for handling in ['guide', 'file', 'transfer']:
            with self.subTest(handling=handling):
                result = plan(BOOK, letter(proposal=handling), old_register(
                        'register', 'classify', 'propose', 'approve',
                        handling, undated=True),
                    by(server=True, register=True), new=True)
                self.assertEqual({
                        c.state for c in result.matter.clocks},
                    {'cancelled'})
                self.assertIsNone(result.matter['due_on'])

    def test_functions(self):
        "Test each function is of a step that a procedure has"
        steps = {(s.of, s.name) for s in procedure_book.book()[1]}
        register = {('letter', 'historical'), ('case', 'close_historical')}
        follows = {
            ('case', 'taken_up'), ('letter', 'arrive'),
            ('letter', 'come_back'), ('case', 'foresee_effect'), *(
                (of, name) for of in ['letter', 'case']
                for name in ['annul', 'circumstances', 'instance'])}
        self.assertEqual(
            steps_with_function() - steps - register - follows, set())
        needed = {
            (s.of, s.name): s.room for s in procedure_book.book()[1]
            if s.room}
        self.assertEqual(needed, {
                ('letter', 'transfer'): 'routing',
                ('letter', 'send_back'): 'routing'})

    @given(
        st.sampled_from(KINDS), st.sampled_from(['1', '2', 'overdue']),
        st.lists(st.sampled_from(sorted({
                        s.name for s in procedure_book.book()[1]
                        if s.of == 'letter' and not s.room})), max_size=8),
        st.booleans())
    def test_whatever(self, kind, instance, names, complex_):
        "Test whatever is tried, the book allowed it and the day is right"
        matter = letter(
            kind=kind, instance=instance, complex=complex_,
            proposal='accept')
        before = dict(matter.values)
        try:
            result = plan(
                BOOK, matter, [Act(n, said={
                            'number': '1', 'text': "x", 'people': "y",
                            'meeting_on': TODAY}) for n in names],
                by('clerk', 'handler', 'leader', user=None), new=True)
        except Refusal:
            result = None
        self.assertEqual(matter.values, before)
        self.assertEqual(matter.clocks, [])
        if result is None:
            return
        for touched in filter(None, [result.matter, result.matter.case]):
            running = [
                c for c in touched.clocks if c.is_open and c.due_on]
            self.assertEqual(touched['due_on'], min(
                    (c.due_on for c in running), default=None))
            codes = [c.code for c in running]
            self.assertEqual(len(codes), len(set(codes)))
        states = [t.state for t in result.taken if t.state
            and t.matter is result.matter]
        if states:
            self.assertEqual(result.matter.state, states[-1])
        known = procedure_book.transitions('letter') | transitions(
            'letter', 'complaints')
        self.assertLessEqual(
            {pair for pair in pairwise([matter.state, *states])}, known)

    @given(st.booleans(), st.lists(st.tuples(
                st.sampled_from([
                        'suspend', 'resume', 'exclude', 'extend', 'withdraw',
                        'reassess', 'terminate']),
                st.integers(0, 40), st.integers(0, 20), st.booleans()),
            max_size=8))
    def test_periods(self, denunciation, tries):
        "Test whatever is decided, the last day is what its decisions say"
        law = book()
        law.more['grounds'].update(enumerate(lawbook.grounds().values(), 1))
        matter = self.case(law, 'denunciation' if denunciation else 'complaint')
        start = matter['accepted_on']
        for name, day, more, complex_ in tries:
            kind = {
                'suspend': 'suspension', 'exclude': 'exclusion',
                'extend': 'extension', 'withdraw': 'withdrawal',
                'terminate': 'termination'}.get(name)
            day = start + dt.timedelta(days=day)
            ground = next((
                    id_ for id_, g in law.more['grounds'].items()
                    if g.kind == kind and matter['kind'] in g.procedures),
                None)
            given_ = ([*matter.clocks], dict(matter.values))
            who = By(
                start + dt.timedelta(days=40), dt.datetime(2026, 9, 20, 3),
                user=LEADER, roles=frozenset([(COMMUNE.id, 'leader')]))
            try:
                result = plan(law, matter, [Act(name, day, {
                                'ground': ground, 'document': '1/QĐ',
                                'start': day, 'length': more or 1,
                                'end': day + dt.timedelta(days=more),
                                'complex': complex_}, 'case')], who)
            except Refusal:
                result = None
            self.assertEqual((matter.clocks, matter.values), given_)
            if not result:
                continue
            matter = result.matter
            # the next one reads it as it was written
            matter.clocks = [
                replace(c, id=n) for n, c in enumerate(matter.clocks, 1)]
            self.consistent(law, matter)

    def case(self, law, kind):
        "Return a case as it is once its letter was accepted"
        result = plan(
            law, letter(
                kind=kind, state='approved', proposal='accept',
                complex=True, received_on=D(2026, 8, 3)),
            [Act('accept')], by(server=True, register=True))
        found = result.matter.case
        found.id = 1
        found.clocks = [
            replace(c, id=n) for n, c in enumerate(found.clocks, 1)]
        return found

    def consistent(self, law, matter):
        open_ = [c for c in matter.clocks if c.is_open]
        for clock in open_:
            self.assertEqual(clock.due_on, law.counted(clock).due_on)
            self.assertEqual(clock.state == 'paused', any(
                    not p.end for p in clock.pauses))
            # what had ended by the day of the suspension stays ended
            paused_on = min(
                (p.start for p in clock.pauses if not p.end), default=None)
            self.assertEqual(clock.due_on is None, bool(paused_on) and (
                    not clock.due_on or clock.due_on > paused_on))
            # the days left out never make it shorter
            plain = law.counted(replace(clock, intervals=()))
            if clock.due_on:
                self.assertGreaterEqual(clock.due_on, plain.due_on)
        self.assertEqual(matter['due_on'], min(
                (c.due_on for c in open_ if c.due_on), default=None))
        if matter.state == 'suspended':
            self.assertTrue(any(c.state == 'paused' for c in open_))
        if matter.state == 'terminated':
            self.assertTrue(matter['terminated_on'])
