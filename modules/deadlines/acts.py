# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What the law lets be done to a period, and when not: why.

Pure functions, without Tryton.  The clocks of the application and `donthu
deadline` both ask here, so that they refuse the same for the same reason.
"""
import datetime as dt
import xml.etree.ElementTree as ET
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from . import counting
from .counting import CountingError, Extension, Pause
from .lawbook import Version

MESSAGES = Path(__file__).parent / 'message.xml'
# The states of a period that has not ended
OPEN = ['running', 'paused']
# Which grounds an act can have
SUSPENSION, EXCLUSION, EXTENSION, OBSTACLE = (
    'suspension', 'exclusion', 'extension', 'obstacle')


class ActError(ValueError):
    """The law does not let this be done to a period.

    reason -- which sentence of message.xml says why, without its 'msg_'
    values -- what stands in it, beside the name of the period; days are dates
    """

    def __init__(self, reason, **values):
        super().__init__(reason)
        self.reason = reason
        self.values = values

    def text(self, clock):
        "Return the sentence in English; clock names the period"
        return _sentences()[f'msg_{self.reason}'] % {
            'clock': clock, **self.written('%Y-%m-%d')}

    def written(self, pattern):
        "Return the values with the days as texts"
        return {
            name: value.strftime(pattern)
            if isinstance(value, dt.date) else value
            for name, value in self.values.items()}


@cache
def _sentences():
    file = ET.parse(MESSAGES)       # noqa: S314 it is our own
    return {
        record.get('id'): record.findtext("field[@name='text']")
        for record in file.iter('record')
        if record.get('model') == 'ir.message'}


# Grounds

def in_force(grounds, kinds, procedure, day):
    """Return those of grounds on which something can be decided on day

    kinds -- of the grounds that the act can have
    procedure -- of the period"""
    return [
        g for g in grounds
        if g.kind in kinds and procedure in g.procedures
        and g.valid_from <= day and (not g.valid_to or day <= g.valid_to)]


def check_ground(ground, kinds, procedure, day, document):
    """Raise ActError unless a ground holds for an act of day

    document -- the number of the one that the ground asks for"""
    if not in_force([ground], kinds, procedure, day):
        raise ActError(
            'ground_not_valid', ground=ground.name, citation=ground.citation,
            day=day)
    if ground.document and not document:
        raise ActError(
            'ground_document', ground=ground.name, citation=ground.citation,
            document=ground.document)


def describe(grounds):
    "Return a list of grounds in words, each with its article"
    return '; '.join(f'{g.code} – {g.name} ({g.citation})' for g in grounds)


def check_not_revived(old, new, day):
    """Raise ActError if a period that was over by day would get longer

    old, new -- its last days, None while it is paused"""
    if old and old < day and (new is None or new > old):
        raise ActError('extend_late', due_on=old)


@dataclass(frozen=True)
class Course:
    """A period and what has been done to it.

    code, procedure -- of the rule
    version -- the lawbook.Version by which it is counted
    start -- the day of the event
    allowed -- the lawbook.Version that lets it be extended, None without
    grounds -- all lawbook.Ground that are known
    pauses, extensions -- of counting
    due_on -- the last day as it is known, None while it is paused
    state -- 'running' or 'paused', or how it has ended
    today -- no decision is of a later day; None where one only asks what
        would be

    Each act returns the course after it, with the due_on of before, and
    raises ActError where the law does not allow it.
    """
    code: str
    procedure: str
    version: Version
    start: dt.date
    allowed: Version | None = None
    grounds: tuple = ()
    pauses: tuple = ()
    extensions: tuple = ()
    due_on: dt.date | None = None
    state: str = 'running'
    today: dt.date | None = None

    def only_ground(self, kinds, day):
        "Return the ground on which one decides on day if there is one only"
        found = in_force(self.grounds, kinds, self.procedure, day)
        return found[0] if len(found) == 1 else None

    def check_day(self, day, *states):
        "Raise ActError unless something can be decided on day"
        if self.today and day > self.today:
            raise ActError('interval_future', day=day)
        if day < self.start:
            raise ActError('clock_before', day=day, start=self.start)
        if self.state not in states:
            raise ActError('clock_state', state=self.state)

    def check_ground(self, ground, kinds, day, document):
        "Raise ActError unless the ground holds for the act"
        if ground is None:
            found = in_force(self.grounds, kinds, self.procedure, day)
            raise ActError('ground_missing', day=day, grounds=describe(found)
                ) if found else ActError('ground_none', day=day)
        check_ground(ground, kinds, self.procedure, day, document)

    def check_counted(self):
        "Raise ActError unless the period is counted on in days"
        if self.version.before or self.version.unit not in {
                'day', 'working_day'}:
            raise ActError('clock_unit')

    def suspend(self, day, ground, document='', note=''):
        "Stop counting by a decision of day"
        self.check_day(day, 'running')
        self.check_counted()
        self.check_ground(ground, [SUSPENSION], day, document)
        return replace(
            self._paused(Pause(day, None, note, ground.convention)),
            state='paused')

    def resume(self, day):
        "Count again by a decision of day"
        self.check_day(day, 'paused')
        *others, last = sorted(self.pauses, key=lambda p: p.end is None)
        return replace(
            replace(self, pauses=tuple(others))._paused(
                replace(last, end=day)),
            state='running')

    def exclude(self, start, end, ground, document='', note=''):
        "Do not count the days after start up to end"
        self.check_day(end, 'running')
        self.check_day(start, 'running')
        self.check_counted()
        self.check_ground(ground, [EXCLUSION], start, document)
        return self._paused(Pause(start, end, note, ground.convention))

    def extend(self, length, day, ground, document='', note=''):
        "Add length units of the rule by a decision of day"
        self.check_day(day, 'running')
        check_not_revived(self.due_on, None, day)
        allowed = self.allowed
        if not allowed or not allowed.extensions:
            raise ActError('extension_none', citation=self.version.citation)
        if len(self.extensions) >= allowed.extensions:
            raise ActError(
                'extension_count', count=allowed.extensions,
                citation=allowed.citation)
        if not 0 < length <= allowed.extension_length:
            raise ActError(
                'extension_length', length=allowed.extension_length,
                citation=allowed.citation)
        self.check_counted()
        self.check_ground(ground, [EXTENSION], day, document)
        return replace(
            self, extensions=(*self.extensions, Extension(length, note)))

    def hinder(self, start, end, ground, note=''):
        "Do not count the days from start to end, both included"
        self.check_counted()
        self.check_ground(ground, [OBSTACLE], start, '')
        if end and end < start:
            raise ActError('interval_overlap')
        return self._paused(hindrance(start, end, note))

    def _paused(self, pause):
        try:
            pauses = counting.check_pauses([*self.pauses, pause])
        except CountingError:
            raise ActError('interval_overlap')
        return replace(self, pauses=tuple(pauses))


def hindrance(start, end, note=''):
    "Return the Pause of an obstacle of a citizen, whose days do not count"
    return Pause(start - counting.ONE, end, note, convention='')


# What one asks about: decisions that are taken one after the other

@dataclass(frozen=True)
class Break:
    """Days that are not counted, from a decision to another one

    ground -- a lawbook.Ground, None where there is only one"""
    start: dt.date
    end: dt.date | None = None
    ground: object = None


@dataclass(frozen=True)
class Prolonging:
    """An extension by length units

    day -- of the decision, None where it is in time
    ground -- a lawbook.Ground, None where there is only one"""
    length: int
    day: dt.date | None = None
    ground: object = None


def follow(course, breaks, prolongings, recount, check=lambda kind, day: None):
    """Return the Course after decisions, each taken on its day.

    breaks, prolongings -- lists of Break and Prolonging
    recount -- a function: the last day of a Course
    check -- a function of the kind of ground and the day of a decision

    On one day a resumption comes first and a suspension last.  Raises
    ActError for what the law does not allow then.
    """
    plan = []
    for number, item in enumerate(breaks):
        plan += [(*when, number, step, item)
            for *when, step in _steps(course, item)]
    plan += [
        (item.day or course.start, 2, number, _extend, item)
        for number, item in enumerate(prolongings)]
    for day, _, _, step, item in sorted(plan, key=lambda row: row[:3]):
        course = step(course, item, day, check)
        course = replace(course, due_on=recount(course))
    return course


def _steps(course, item):
    "Return (day, order, step) of what a break consists of"
    kind = item.ground.kind if item.ground else None
    if kind == OBSTACLE:
        return [(item.start, 0, _hinder)]
    elif kind == EXCLUSION:
        return [(item.end or item.start, 1, _exclude)]
    elif item.end is None:
        return [(item.start, 4, _suspend)]
    elif item.end <= item.start:
        # decided and resumed on one day, or backwards: one after the other
        return [(item.start, 3, _suspend_and_resume)]
    return [(item.start, 4, _suspend), (item.end, 0, _resume)]


def _suspend(course, item, day, check):
    check(SUSPENSION, day)
    ground = item.ground or course.only_ground([SUSPENSION], day)
    if not ground:
        # also the others that leave out days are named
        course.check_day(day, 'running')
        course.check_counted()
        course.check_ground(None, [SUSPENSION, EXCLUSION], day, '')
    return course.suspend(day, ground, *_proof(ground))


def _resume(course, item, day, check):
    return course.resume(day)


def _suspend_and_resume(course, item, day, check):
    return _suspend(course, item, day, check).resume(item.end)


def _exclude(course, item, day, check):
    check(EXCLUSION, item.start)
    return course.exclude(
        item.start, day, item.ground, *_proof(item.ground))


def _hinder(course, item, day, check):
    check(OBSTACLE, day)
    return course.hinder(item.start, item.end, item.ground, item.ground.name)


def _extend(course, item, day, check):
    ground = item.ground or course.only_ground([EXTENSION], day)
    return course.extend(item.length, day, ground, *_proof(ground))


def _proof(ground):
    "Who asks what would be has the document, and names the ground"
    return (ground.document, ground.name) if ground else ()
