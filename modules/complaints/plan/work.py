# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""How a step is taken: what must hold, what it does, what it sets off."""
from collections import defaultdict
from dataclasses import replace

from .forms import (
    Choice, Done, Field, Plan, Refusal, Roles, Taken, Text, Wanted)

# What a step asks for, and the field of the act that keeps it
ASKED = {
    'number': 'number', 'text': 'said', 'people': 'who',
    'meeting': 'meeting_on'}
_steps, _over = {}, {}
_after = defaultdict(list)
_finish = []


def step(of, name, over=()):
    """Let a function be what a step does beside what the book says

    over -- the pairs of states over which it leads, where the book does not
        say so

    It gets the Work, before the state changes and the clocks move."""
    def register(function):
        assert (of, name) not in _steps, f"{of} {name} twice"
        _steps[of, name] = function
        # trytond.modules.<room>.plan…
        _over[of, name] = (function.__module__.split('.')[2], frozenset(over))
        return function
    return register


def after(of, name, room):
    "Let a function of another room follow a step, with its Work"
    def register(function):
        _after[of, name].append((room, function))
        return function
    return register


def finish(room):
    "Let a function of (book, by, plan) see each plan when it is complete"
    def register(function):
        _finish.append((room, function))
        return function
    return register


def transitions(of, room):
    "Return the pairs of states over which the functions of a room lead"
    return set().union(*(
            pairs for (matter, _), (owner, pairs) in _over.items()
            if (matter, owner) == (of, room)))


def steps_with_function():
    "Return the pairs (of, name) of the steps that have a function"
    return frozenset(_steps)


def plan(book, matter, acts, by, new=False):
    """Return the Plan of acts on a matter.

    matter -- a letter or a case; acts for the case of a letter are taken on
        that; it stays as it is
    acts -- a list of Act, in their order
    new -- it is born with them: what it says is checked, too

    Raises Refusal for the first that is not lawful: then nothing is done.
    """
    own = matter.copy()
    result = Plan(matter, own, new)
    for act in acts:
        target = own if act.of == own.of else own.case
        Work(book, by, result, target, act).take()
    for touched, before in [(own, matter), (own.case, matter.case)]:
        if touched:
            check_days(
                book, touched, by, {} if new or not before else before.values)
            store_due(touched)
    for room, function in _finish:
        if room in book.rooms:
            function(book, by, result)
    return result


class Work:
    """What a step has in its hands

    book, by, plan -- as they were given, and what was planned up to now
    matter -- on which it is taken; act -- as it was said
    step -- the book's Step, None for what an old register tells, or follows
        from elsewhere
    to -- the state it leads to, None where it stays
    day, number, text -- of the act
    """
    __slots__ = (
        'book', 'by', 'plan', 'matter', 'act', 'step', 'to', 'day', 'number',
        'text')

    def __init__(self, book, by, plan, matter, act):
        self.book, self.by, self.plan = book, by, plan
        self.matter, self.act = matter, act
        self.step = book.step(matter, act.step, by.today)
        self.to = self.step.to if self.step else None
        self.day = act.day or by.today
        self.number = act.said.get('number') or act.said.get('document')
        self.text = act.said.get('text')

    def take(self):
        matter, name = self.matter, self.act.step
        function = _steps.get((matter.of, name))
        if self.act.follows:
            assert self.by.server, name
        elif self.step or not (self.by.register and function):
            self.check_allowed()
        if function:
            function(self)
        else:
            self.check_act()
        step = self.step
        if step:
            if self.to:
                matter.values['state'] = self.to
            self.note(step.name, step.title, self.to)
            self.run_clocks()
            self.record(function)
        for room, follow in _after.get((matter.of, name), ()):
            if room in self.book.rooms:
                follow(self)

    # What must hold

    def refuse(self, kind, message, **arguments):
        raise Refusal(kind, message, **arguments)

    def check_allowed(self):
        "Refuse what the procedure, or the right, does not allow"
        matter, step = self.matter, self.step
        room = step.room if step else None
        if (not step or matter.state not in step.states
                or room and room not in self.book.rooms):
            procedure = self.book.procedure(
                matter['kind'], matter['instance'])
            self.refuse(
                'step', 'complaints.msg_step_not_allowed',
                step=step.title if step else self.book.title(
                    matter.of, self.act.step),
                record=matter.name,
                state=Choice(matter.model, 'state', matter.state),
                procedure=procedure.name,
                citation=(step or procedure).citation)
        if not self.by.holds(matter.agency.id, step.roles):
            self.refuse(
                'role', 'agencies.msg_role_missing',
                agency=matter.agency.name, roles=Roles(step.roles))
        # an old register tells what was done, not each act of it
        if not self.by.register:
            self.check_requirements()

    def check_requirements(self):
        "Refuse unless what the step requires is on record"
        step = self.step
        lacking = [r for r in step.requires if not self.meets(r)]
        if lacking:
            self.refuse(
                'step', 'complaints.msg_step_requires', step=step.title,
                record=self.matter.name, citation=step.citation,
                lacking=tuple(self.requirement_text(r) for r in lacking))
        if step.once and self.acts_of(step.name):
            self.refuse(
                'step', 'complaints.msg_step_once', step=step.title,
                record=self.matter.name, citation=step.citation)
        if step.team:
            from .case import check_team
            check_team(self)

    def acts_of(self, name):
        "Return how many acts of this name are on record and stand"
        return sum(
            act.name == name and not act.annulled
            for act in self.matter.acts)

    def meets(self, requirement):
        "Tell if a Requirement is met"
        if requirement.condition and not self.circumstance(
                requirement.condition):
            return True
        if self.book.step(self.matter, requirement.what, self.by.today):
            met = bool(self.acts_of(requirement.what))
        else:
            met = self.circumstance(requirement.what)
        return met != requirement.negated

    def requirement_text(self, requirement):
        step = self.book.step(
            self.matter, requirement.what, self.by.today)
        if step and not requirement.negated:
            return step.title
        return Text('complaints.msg_circumstance_%s%s' % (
                'not_' if requirement.negated else '', requirement.what))

    def circumstance(self, name):
        "Tell if a circumstance that the book names is so"
        from . import case, letter
        room = case if self.matter.of == 'case' else letter
        return room.CIRCUMSTANCES[name](self)

    # What it does

    def set(self, **values):
        self.matter.values.update(values)

    def want_number(self, kind, year):
        "Let the matter have the next number, as late as possible"
        self.plan.wanted.append(
            Wanted(self.matter, self.matter.agency, kind, year))

    def note(self, name, title, state):
        "Put on record that a step was taken"
        self.plan.taken.append(
            Taken(self.matter, self.step, name, title, state))

    def check_act(self):
        "Refuse an act that is not complete, or on a day that can not be"
        step, said, matter = self.step, self.act.said, self.matter
        for ask in step.asks:
            if not said.get('meeting_on' if ask == 'meeting' else ask):
                self.refuse(
                    'step', 'complaints.msg_act_incomplete',
                    step=step.title, citation=step.citation,
                    field=Field('complaints.act', ASKED[ask]))
        if self.day > self.by.today:
            self.refuse(
                'date', 'complaints.msg_date_future', record=step.title,
                field=Field('complaints.act', 'day'))
        announced = [
            act.meeting_on for act in matter.acts
            if act.meeting_on and not act.annulled
            and act.name in {r.what for r in step.requires}]
        for first in [matter['accepted_on' if matter.of == 'case'
                        else 'received_on'], min(announced, default=None)]:
            if first and self.day < first:
                self.refuse(
                    'date', 'complaints.msg_act_early', step=step.title,
                    day=first)
        if step.notice:
            self.check_notice()

    def check_notice(self):
        "Refuse a meeting that is not announced early enough"
        step, meeting_on = self.step, self.act.said['meeting_on']
        found = self.period(step.notice, meeting_on)
        if found and self.day > found.due_on:
            self.refuse(
                'date', 'complaints.msg_notice_late', step=step.title,
                latest=found.due_on, meeting=meeting_on,
                citation=step.citation)

    def record(self, function):
        "Keep the act in the file: of a case all, of a letter the said ones"
        if self.by.register or function and self.matter.of == 'letter':
            return
        step, said = self.step, self.act.said
        self.matter.acts.append(Done(
                step.name, self.day, said.get('meeting_on'), step=step,
                values={
                    'number': self.number,
                    'said': self.text, 'who': said.get('people'),
                    'pages': said.get('pages')}))

    # The time limits

    def variants(self):
        "Return the circumstances on which the lengths depend"
        matter, names = self.matter, []
        if matter['complex']:
            names.append('complex')
        if matter['especially_complex']:
            names += ['complex', 'especially_complex']
        if matter['remote'] or matter.agency.remote:
            names.append('remote')
        if matter['several_places']:
            names.append('several_places')
        return frozenset(names)

    def period(self, code, day):
        "Return a Clock that is only asked, or None: see Book.clock"
        return self.book.clock(code, day, self.variants())

    def run_clocks(self):
        "End and start the time limits of the step"
        step = self.step
        if step.meets:
            self.stop(step.meets)
        for code in self.starting(step):
            self.start(code, {
                    'act': self.day, 'today': self.by.today,
                    }.get(step.starts_from)
                or self.matter[step.starts_from])

    def starting(self, step):
        "Return the codes of the time limits that a step starts, as it is"
        return [
            start.what for start in step.starts
            if not start.condition or self.circumstance(start.condition)]

    def start(self, code, day):
        "Start a time limit, unless it runs already"
        clocks = self.matter.clocks
        if not any(c.code == code and c.is_open for c in clocks):
            clock = self.period(code, day)
            if clock:
                # one of its own: what is counted is shared
                clocks.append(replace(clock))

    def stop(self, codes=None, state=None):
        """End the open time limits; None for all of them

        state -- by default met or missed, whichever is true"""
        if self.act.undated:
            state = state or 'cancelled'
        clocks = self.matter.clocks
        for place, clock in enumerate(clocks):
            if clock.is_open and (codes is None or clock.code in codes):
                clocks[place] = ended(clock, self.day, state)


def ended(clock, day, state=None):
    "Return a time limit that has ended; by default met or missed"
    return replace(
        clock, ended_on=day, state=state or (
            'missed' if clock.due_on and day > clock.due_on else 'met'))


def follow_instance(work):
    """Let the open time limits be those of the instance of the matter

    They ran as those of the first one, which are the shorter."""
    matter, book = work.matter, work.book
    first = book.procedure(matter['kind'], '1')
    if book.procedure(matter['kind'], matter['instance']) is first:
        return
    steps = [s for s in first.steps if s.of == matter.of]
    for clock in [c for c in matter.clocks if c.is_open]:
        for step_ in steps:
            of_first = work.starting(step_)
            if clock.code not in of_first:
                continue
            now = book.step(matter, step_.name, work.by.today)
            own = work.starting(now) if now else []
            if clock.code not in own:
                work.stop({clock.code}, 'cancelled')
                for code in own:
                    if code not in of_first:
                        work.start(code, clock.started_on)
            break
    work.note(work.act.step, None, None)


# Of each matter at the end

def store_due(matter):
    "Keep on the matter which of its open time limits ends first"
    first = min(
        (c for c in matter.clocks if c.is_open and c.due_on),
        default=None, key=lambda c: c.due_on)
    matter.values.update(
        due_on=first.due_on if first else None,
        warn_on=first.warn_on if first else None,
        documented=bool(first and first.documented))


_DAYS = {
    'letter': [
        ('received_on', 'accepted_on'), ('contested_on', 'received_on')],
    'case': [('accepted_on', 'decided_on', 'sent_on', 'closed_on')],
    }


def check_days(book, matter, by, before):
    """Refuse days that do not follow each other up to today

    before -- the values before: what has not changed was looked at then"""
    for names in _DAYS[matter.of]:
        previous = None
        if all(matter[name] == before.get(name) for name in names):
            continue
        for name in names:
            day = matter[name]
            if not day:
                continue
            # an old register is looked at by itself
            if name == 'received_on' and not by.register and (
                    book.oldest and day < book.oldest):
                raise Refusal(
                    'day', 'deadlines.msg_day_too_old', record=matter.name,
                    field=Field(matter.model, name), day=day,
                    oldest=book.oldest)
            if day > by.today and not by.register:
                raise Refusal(
                    'date', 'complaints.msg_date_future',
                    record=matter.name, field=Field(matter.model, name))
            if previous and day < previous[1]:
                raise Refusal(
                    'date', 'complaints.msg_date_order', record=matter.name,
                    field=Field(matter.model, name),
                    other=Field(matter.model, previous[0]))
            previous = (name, day)
