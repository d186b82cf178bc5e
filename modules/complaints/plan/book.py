# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The law in force, plain: what a plan asks, without a database."""
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Any

from trytond.modules.deadlines import counting, explain, lawbook

from ..procedure_book import Requirement
from .forms import Clock

# How many answers of the counter are kept; then they are counted again
_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Step:
    "A step of one procedure, see procedure_book.Step"
    id: int
    of: str
    name: str
    title: str
    states: frozenset
    to: str | None
    requires: tuple
    once: bool
    asks: tuple
    team: int
    notice: str | None
    effect: str | None
    notifies: str | None
    roles: tuple
    starts: tuple
    starts_from: str | None
    meets: frozenset
    moves: frozenset
    document: str | None
    citation: str
    valid_from: dt.date
    valid_to: dt.date | None = None
    # the room that has its function; None: all is in the data
    room: str | None = None


@dataclass(frozen=True, slots=True)
class Procedure:
    key: str
    name: str
    case_code: str
    citation: str
    steps: tuple = ()


@dataclass(frozen=True, slots=True)
class Limit:
    "A time limit of the law: deadlines.rule"
    id: int
    code: str
    name: str
    procedure: str
    trigger: str
    transition: bool
    versions: tuple
    intake: tuple = ()


@dataclass(frozen=True, slots=True)
class Condition:
    "What a letter must satisfy: complaints.condition"
    id: int
    code: str
    name: str
    kinds: frozenset
    test: str | None
    grounds: Any
    citation: str
    valid_from: dt.date
    valid_to: dt.date | None = None


@dataclass(eq=False)
class Book:
    """All that a plan asks of the law, at one moment of the database

    procedures -- {'kind/instance': Procedure}
    limits -- {code: Limit}
    calendar_id, calendar -- the calendar of the State, as counting.Calendar
    calendars -- {id: counting.Calendar} of all: a time limit is counted to
        its end in the one in which it has begun
    conventions, readings -- the answers to open questions
    warning -- from when on an end is near
    conditions -- of letters, in their order
    representations -- how many representatives many people have
    rooms -- the rooms that are there: without one, its steps are refused
    oldest -- the first day on which a receipt starts a time limit
    more -- what rooms above add, by their name

    It does not change: where one of the models it was made of does, another
    one is made.
    """
    procedures: dict
    limits: dict
    calendar_id: int
    calendar: counting.Calendar
    conventions: counting.Conventions
    readings: dict
    warning: dict
    conditions: tuple = ()
    representations: tuple = ()
    oldest: dt.date | None = None
    calendars: dict = field(default_factory=dict)
    rooms: frozenset = frozenset(['complaints'])
    more: dict = field(default_factory=dict)

    def __post_init__(self):
        self._steps, self._by_id = defaultdict(list), {}
        for procedure in self.procedures.values():
            for step in procedure.steps:
                self._steps[procedure.key, step.of, step.name].append(step)
                self._by_id[step.id] = step
        self._counted, self._in_force = {}, {}
        self.memory = {}

    # Steps

    def procedure(self, kind, instance):
        "Return the Procedure of letters of this kind and instance"
        key = f'{kind}/{instance or 1}'
        if key not in self.procedures:
            key = f'{kind}/1'
        return self.procedures[key]

    def step(self, matter, name, day):
        "Return the Step in force on day, or None"
        asked = (matter['kind'], matter['instance'], matter.of, name, day)
        if asked not in self._in_force:
            if len(self._in_force) > _KEPT:
                self._in_force.clear()
            self._in_force[asked] = self._step(*asked)
        return self._in_force[asked]

    def _step(self, kind, instance, of, name, day):
        key = self.procedure(kind, instance).key
        for step in self._steps.get((key, of, name), ()):
            if step.valid_from <= day and (
                    step.valid_to is None or day <= step.valid_to):
                return step

    def step_of(self, id_):
        "Return the Step of an id: that by which an act was taken"
        return self._by_id[id_]

    def title(self, of, name):
        "Return how a step is called, whatever the procedure"
        for (_, step_of, called), steps in self._steps.items():
            if (step_of, called) == (of, name):
                return steps[0].title
        return name

    def conditions_on(self, kind, day):
        "Return the conditions that hold for a kind of letter on a day"
        return [
            c for c in self.conditions
            if kind in c.kinds and c.valid_from <= day
            and (not c.valid_to or day <= c.valid_to)]

    def representation(self, people, day):
        "Return how so many people are represented on a day, or None"
        held = [
            law for law in self.representations
            if law['people_from'] <= people
            and (not law['people_to'] or people <= law['people_to'])
            and law['valid_from'] <= day
            and (not law['valid_to'] or day <= law['valid_to'])]
        return max(held, default=None, key=lambda law: law['valid_from'])

    # Time limits

    def clock(self, code, day, variants):
        """Return a new Clock of a time limit that runs from day

        None where the law has no such limit on that day, or one that names a
        duty without a number.  Raises KeyError for an unknown code."""
        key = (code, day, variants)
        if key not in self._counted:
            if len(self._counted) > _KEPT:
                self._counted.clear()
            self._counted[key] = self._count(code, day, variants)
        return self._counted[key]

    def _count(self, code, day, variants):
        limit = self.limits[code]
        version = lawbook.select(
            limit.versions, day, variants, by_decision=False)
        if not version or not version.counts:
            return None
        return self.counted(Clock(
                code=code, rule=limit.id, version=int(version.rule),
                calendar=self.calendar_id, started_on=day,
                variants=','.join(sorted(variants))))

    def version(self, clock):
        "Return the lawbook.Version of a clock"
        return next(
            v for v in self.limits[clock.code].versions
            if int(v.rule) == clock.version)

    def counted(self, clock):
        "Return a clock with its days counted from its events"
        limit, version = self.limits[clock.code], self.version(clock)
        calendar = self.calendars.get(clock.calendar, self.calendar)
        found = explain.explain(
            clock.code, limit.name, version, clock.started_on, calendar,
            clock.pauses, clock.extensions, self.conventions, self.readings,
            lawbook.successor(limit.versions, version)
            if limit.transition else None)
        due_on = found.result.due_on
        return replace(
            clock, due_on=due_on,
            tolerance_on=found.tolerance.due_on if found.tolerance else None,
            warn_on=counting.warning_date(
                clock.started_on, due_on, calendar, **self.warning)
            if due_on else None)


def read_step(values, room=None):
    "Return the Step of the values of a complaints.procedure.step, by name"
    def codes(name):
        return [c.strip() for c in (values[name] or '').split(',') if c]
    return Step(
        id=values['id'], of=values['resource'].split('.')[1],
        name=values['name'], title=values['title'] or values['name'],
        states=frozenset(codes('states')), to=values['to_state'] or None,
        requires=tuple(map(Requirement.read, codes('requires'))),
        once=bool(values['once']), asks=tuple(codes('asks')),
        team=values['team'] or 0, notice=values['notice'] or None,
        effect=values['effect'] or None,
        notifies=values['notifies'] or None, roles=tuple(values['roles']),
        starts=tuple(map(Requirement.read, codes('starts'))),
        starts_from=values['starts_from'] or None,
        meets=frozenset(codes('meets')), moves=frozenset(codes('moves')),
        document=values['document'], citation=values['citation'],
        valid_from=values['valid_from'], valid_to=values['valid_to'],
        room=room)
