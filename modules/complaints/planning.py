# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Between plans and database: who acts, what is refused, what is written.

    by = planning.acting()
    plans = planning.planned(matter, acts, by)
    planning.write(plans, by)

`write` sends one statement a table for a set of plans.  Rooms above add what
they have planned with `@writer`.
"""
import datetime as dt
from collections import Counter, defaultdict

from trytond.i18n import gettext
from trytond.modules.agencies.exceptions import RoleError
from trytond.modules.deadlines.exceptions import (
    ClockError, DayError, GroundError, IntervalError)
from trytond.modules.foundation import clock as time
from trytond.modules.foundation.acting import acting_user, as_server
from trytond.pool import Pool
from trytond.transaction import Transaction

from . import plan
from .exceptions import DateError, PersonError, StepError
from .in_sets import changes_on_record
from .plan import forms
from .plan.forms import INTERVAL

# Which exception says what was refused; rooms above add theirs
ERRORS = {
    'step': StepError,
    'role': RoleError,
    'date': DateError,
    'person': PersonError,
    'day': DayError,
    'clock': ClockError,
    'interval': IntervalError,
    'ground': GroundError,
    }
_preparers = []
_writers = []
_followers = defaultdict(list)
# What of a clock is written
_CLOCK = (
    'rule', 'version', 'calendar', 'started_on', 'variants', 'due_on',
    'warn_on', 'tolerance_on', 'ended_on', 'documented', 'state')
_MADE_OUT = frozenset([
    'complaints.identity', 'complaints.original', 'deadlines.clock',
    'complaints.letter.condition'])


def preparer(room):
    "Let a function of a Writing make what the plans refer to, before all"
    def register(function):
        _preparers.append((room, function))
        return function
    return register


def writer(room):
    "Let a function of a Writing write what a room above has planned"
    def register(function):
        _writers.append((room, function))
        return function
    return register


def follow(of, step, room):
    """Let a function of a room see what took a step, once it is written

    It gets the Writing and the Matters."""
    def register(function):
        _followers[of, step].append((room, function))
        return function
    return register


# Who acts

def acting(register=False):
    "Return the plan.By of the user of the transaction"
    pool = Pool()
    user = acting_user()
    return plan.By(
        today=pool.get('ir.date').today(), now=time.utcnow(), user=user,
        roles=frozenset(pool.get('res.user').get_roles()) if user
        else frozenset(), server=not Transaction().user, register=register)


# What is refused

def planned(book, matter, acts, by, new=False):
    "Return the Plan; raise what the model layer raises for a Refusal"
    try:
        return plan.plan(book, matter, acts, by, new)
    except plan.Refusal as refusal:
        raise error_of(refusal) from None


def check(book, matter, act, by):
    "Raise the same where a step is not allowed, or not yet"
    try:
        plan.Work(book, by, plan.Plan(matter, matter), matter,
            act).check_allowed()
    except plan.Refusal as refusal:
        raise error_of(refusal) from None


def error_of(refusal):
    "Return the exception of a Refusal, in the language of the user"
    return ERRORS[refusal.kind](gettext(refusal.message, **{
                name: said(value)
                for name, value in refusal.arguments.items()}))


def said(value):
    "Return what stands in a message for an argument of a plan"
    pool = Pool()
    if isinstance(value, tuple):
        return '; '.join(str(said(v)) for v in value)
    if isinstance(value, dt.date):
        return value.strftime('%d/%m/%Y')
    if isinstance(value, forms.Text):
        return gettext(value.message)
    if isinstance(value, forms.Field):
        return pool.get(value.model).__names__(value.name)['field']
    if isinstance(value, forms.Name):
        if value.number:
            return value.number
        if value.model == 'complaints.letter':
            return gettext('complaints.msg_letter_new')
        return str(value.id)
    if isinstance(value, forms.Roles):
        labels = dict(pool.get('res.user')._role_labels())
        return ', '.join(labels[name] for name in value.names)
    if isinstance(value, forms.Choice):
        selection = pool.get(value.model).fields_get(
            [value.name])[value.name]['selection']
        return dict(selection).get(value.value, value.value)
    return value


# What is written

def write(plans, by):
    "Write a set of plans, one statement a table; return the Writing"
    with as_server("the plan has checked rights and law"):
        writing = Writing(plans, by)
        writing.run()
    return writing


class Writing:
    """A set of plans on its way into the tables

    rooms above read plans and by, ask clock_id() for what they attach to a
    clock, and tell the audit by entry()"""

    def __init__(self, plans, by):
        self.plans, self.by = plans, by
        self.pool = Pool()
        self.rows = defaultdict(list)
        self.known = defaultdict(dict)
        self.entries = []
        # the ids of the new acts, by model and id of their matter
        self.acts_of = defaultdict(list)
        self._clocks = {}

    def run(self):
        rooms = self.pool.get('complaints.procedure').law().rooms
        for room, function in _preparers:
            if room in rooms:
                function(self)
        self.identify()
        self.number()
        for planned_ in self.plans:
            for matter in self.matters(planned_):
                self.matter(planned_, matter)
            self.shifted(planned_)
        for plan_ in self.plans:
            if plan_.findings is not None:
                self.findings(plan_)
        self.put()
        for room, function in _writers:
            if room in rooms:
                function(self)
        self.pool.get('audit.entry').append(self.entries)
        taken = defaultdict(list)
        for plan_ in self.plans:
            for step in plan_.taken:
                taken[step.matter.of, step.name].append(step.matter)
        for step, matters in taken.items():
            for room, function in _followers[step]:
                if room in rooms:
                    function(self, matters)

    def matters(self, plan_):
        "Return the matters of a plan: a case comes before its letter"
        matter = plan_.matter
        if matter.of == 'letter' and matter.case and (
                matter.case in plan_.opened
                or any(t.matter is matter.case for t in plan_.taken)):
            return [matter.case, matter]
        return [matter]

    def identify(self):
        "Give ids to what is new"
        opened = [case for plan_ in self.plans for case in plan_.opened]
        ids = self.pool.get('complaints.case').next_ids(len(opened))
        for case, id_ in zip(opened, ids, strict=True):
            case.id = id_
            for letter in case.letters:
                letter.values['case'] = id_
        clocks = [
            clock for plan_ in self.plans for matter in self.matters(plan_)
            for clock in matter.clocks if clock.id is None]
        ids = self.pool.get('deadlines.clock').next_ids(len(clocks))
        self._clocks = {
            id(clock): id_ for clock, id_ in zip(clocks, ids, strict=True)}

    def clock_id(self, clock):
        return clock.id or self._clocks[id(clock)]

    def number(self):
        "Take all numbers, in one statement, as late as possible"
        wanted = [w for plan_ in self.plans for w in plan_.wanted]
        counts = Counter((w.agency.id, w.kind, w.year) for w in wanted)
        codes = {w.agency.id: w.agency.code for w in wanted}
        numbers = self.pool.get('complaints.counter').take_all(counts, codes)
        for want in wanted:
            want.matter.values['number'] = next(
                numbers[want.agency.id, want.kind, want.year])

    # Rows

    def matter(self, plan_, matter):
        "Plan the rows of a letter or a case, and what hangs on it"
        new = matter in plan_.opened or plan_.new and matter is plan_.matter
        before = self.before(plan_, matter)
        changes = {
            name: value for name, value in matter.values.items()
            if new or before.values.get(name) != value}
        if new:
            self.rows[matter.model, 'new'].append(
                {**matter.values, 'id': matter.id})
        elif changes:
            self.rows[matter.model, 'old'].append(
                {**changes, 'id': matter.id})
            self.known[matter.model][matter.id] = {
                **matter.values, 'id': matter.id,
                'grounds': list(matter.facts.get('grounds', ()))}
        self.clocks(matter, before)
        new_acts = matter.acts[len(before.acts) if before else 0:]
        if new_acts:
            self.acts(matter, new_acts)
        for act, former in zip(
                matter.acts, before.acts if before else (), strict=False):
            if act is not former:
                self.changed_act(matter, act)
        if matter.facts.get('grounds'):
            self.grounds(matter, before)
        self.audit(plan_, matter, before, changes, new)

    @staticmethod
    def before(plan_, matter):
        if matter.of == plan_.before.of:
            return plan_.before
        return plan_.before.case

    def clocks(self, matter, before):
        known = set(map(id, before.clocks)) if before else ()
        of_before = {c.id: c for c in before.clocks} if before else {}
        for clock in matter.clocks:
            if id(clock) in known:
                continue
            former = of_before.get(clock.id) if clock.id else None
            self.intervals(matter, clock, former)
            row = {name: getattr(clock, name) for name in _CLOCK}
            row['id'] = self.clock_id(clock)
            row['resource'] = f'{matter.model},{matter.id}'
            if former and clock.is_open and not former.is_open:
                # how it was counted when it ended holds no more
                row['frozen'] = None
            self.rows[
                'deadlines.clock', 'old' if clock.id else 'new'].append(row)

    def intervals(self, matter, clock, former):
        "Keep what was decided about a time limit, each on record"
        Interval = self.pool.get('deadlines.clock.interval')
        known = {i.id: i for i in former.intervals} if former else {}
        for interval in clock.intervals:
            before = known.get(interval.id) if interval.id else None
            if interval == before:
                continue
            changes = {
                name: getattr(interval, name) for name in INTERVAL
                if not before
                or getattr(interval, name) != getattr(before, name)}
            id_ = interval.id
            if not before:
                id_, = Interval.next_ids(1)
                changes['clock'] = self.clock_id(clock)
            self.rows[Interval.__name__, 'old' if before else 'new'].append(
                {**changes, 'id': id_})
            self.entry(
                'write' if before else 'create', f'{Interval.__name__},{id_}',
                agency=matter.agency.id,
                about=f'{matter.model},{matter.id}',
                changes=changes_on_record(Interval, {
                        name: getattr(before, name) for name in changes
                        } if before else {}, changes))

    def shifted(self, plan_):
        "Put on the record of each matter which last day has moved"
        for matter, clock, due_on, reason in plan_.shifted:
            self.entry(
                'write', f'{matter.model},{matter.id}',
                agency=matter.agency.id,
                summary=': '.join(filter(None, [clock.code, reason])),
                changes={'due_on': [due_on, clock.due_on]})

    def acts(self, matter, new):
        "Keep new acts; of what is secret nobody reads what was said"
        pool = self.pool
        Act, Original = pool.get('complaints.act'), pool.get(
            'complaints.original')
        for act, id_ in zip(new, Act.next_ids(len(new)), strict=True):
            row = {
                **act.values, 'id': id_, 'agency': matter.agency.id,
                matter.of: matter.id, 'step': act.step.id,
                'name': act.name, 'title': act.step.title,
                'document': act.step.document,
                'citation': act.step.citation, 'day': act.day,
                'meeting_on': act.meeting_on, 'taken_by': self.by.user}
            words = {
                name: row.pop(name) for name in ['said', 'who']
                if matter.is_secret and row[name]}
            if words:
                columns = Original.seal_values(words)
                self.rows['complaints.original', 'new'].append({
                        **columns, 'resource': f'complaints.act,{id_}'})
            # as the row is: of what stands under seal that it does
            changes = changes_on_record(Act, {}, row)
            if words:
                changes['original'] = [
                    None, Original.digest(columns['sealed'])]
            self.entry(
                'create', f'complaints.act,{id_}', agency=matter.agency.id,
                about=f'{matter.model},{matter.id}', changes=changes)
            self.rows['complaints.act', 'new'].append(row)
            self.acts_of[matter.model, matter.id].append(id_)

    def changed_act(self, matter, act):
        "Write what has changed of an act that is on record"
        Act = self.pool.get('complaints.act')
        self.rows['complaints.act', 'old'].append({**act.values, 'id': act.id})
        self.entry(
            'write', f'complaints.act,{act.id}', agency=matter.agency.id,
            about=f'{matter.model},{matter.id}',
            changes=changes_on_record(Act, {}, act.values))

    def grounds(self, matter, before):
        "Keep the grounds that follow from what is not met"
        known = before.facts.get('grounds', {}) if before else {}
        new = matter.facts.get('grounds', {}).keys() - known.keys()
        if new:
            self.pool.get('complaints.letter-deadlines.ground').create([
                    {'letter': matter.id, 'ground': id_}
                    for id_ in sorted(new)])

    def findings(self, plan_):
        "Keep which conditions a letter satisfies, as the system finds"
        letter, known = plan_.matter, plan_.before.facts.get('findings', {})
        for condition, finding in plan_.findings.items():
            if condition not in known:
                self.rows['complaints.letter.condition', 'new'].append({
                        'letter': letter.id, 'condition': condition,
                        'finding': finding, 'by_system': True})
            elif known[condition].finding != finding:
                self.rows['complaints.letter.condition', 'old'].append({
                        'id': known[condition].id, 'finding': finding})

    def put(self):
        "Write the rows, each after what it refers to"
        for model in [
                'complaints.case', 'complaints.identity',
                'complaints.letter', 'complaints.person',
                'complaints.respondent', 'complaints.obstacle',
                'complaints.original', 'deadlines.clock',
                'deadlines.clock.interval', 'complaints.act',
                'complaints.letter.condition']:
            Model = self.pool.get(model)
            # what the plan has made out itself holds
            Model.insert(
                self.rows.pop((model, 'new'), []),
                check=model not in _MADE_OUT)
            Model.update(
                self.rows.pop((model, 'old'), []), self.known.get(model))
        assert not self.rows, list(self.rows)

    # The audit

    def entry(self, action, resource, about=None, **values):
        "Let an entry be written, with the others"
        self.entries.append({
                'action': action, 'resource': resource,
                'about': about or resource, **values})

    def audit(self, plan_, matter, before, changes, new):
        """A step and what it wrote is one entry

        What is born with its steps is one, too: it says which they were."""
        Model = self.pool.get(matter.model)
        resource = f'{matter.model},{matter.id}'
        taken = [t for t in plan_.taken if t.matter is matter]
        changed = changes_on_record(
            Model, before.values if before and not new else {}, changes)
        if matter is plan_.matter:
            changed.update(plan_.more.get('on_record', {}))
        if new:
            self.entry(
                'create', resource, agency=matter.agency.id,
                summary=' → '.join(t.title or t.name for t in taken) or None,
                changes=changed)
            return
        for step in taken:
            changes = changed if step is taken[-1] else None
            if step.state:
                self.entry(
                    'transition', resource, agency=matter.agency.id,
                    summary=f'state:{step.state}', changes=changes)
            elif changes:
                # that it was taken is said by the act
                self.entry(
                    'write', resource, agency=matter.agency.id,
                    summary=step.title, changes=changes)
