# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Which rules of escalation are for a matter, and when each of them acts.

Pure functions over plain values, without Tryton.  Who plans a step has the
rules (`EscalationRule.plain()`), what the rules ask of the matter, its time
limit and the counting calendar, and gets rows of the schedule:

    planned(rules, matter, limit, calendar)     of a time limit that is new
    replanned(rules, matter, limit, calendar, rows)     of one that has moved
    happened(rules, event, matter, day, ...)    of an event
    following(rule, row, today, calendar)       after a step was taken

Nothing is read, nothing is written, and no value that is given is changed.
"""
import datetime as dt
from typing import NamedTuple

from trytond.modules.foundation.clock import start_of

HOUR = 7    # delays move up in the morning
ONE = dt.timedelta(days=1)


class Rule(NamedTuple):
    """What decides if, when and how often a rule acts

    The fields of escalation.rule; `clock_rule` is an id."""
    id: int
    trigger: str = 'time'
    base: str = 'due'
    delay: int = 0
    unit: str = 'working_day'
    event: str | None = None
    count: int | None = None
    matter: str | None = None
    clock_rule: int | None = None
    kind: str | None = None
    instance: str | None = None
    agency_kind: str | None = None
    repeat: int | None = None
    levels: int = 1
    valid_from: dt.date = dt.date.min
    valid_to: dt.date | None = None


class Matter(NamedTuple):
    """What the rules ask of what is late, or of what something happened to

    model -- the name of the model, as 'complaints.letter'
    kind, instance -- None where the model has none
    agency_kind -- the kind of its agency"""
    model: str
    kind: str | None = None
    instance: str | None = None
    agency_kind: str | None = None


class Limit(NamedTuple):
    """A time limit

    rule -- the id of its deadlines.rule
    due_on -- None while it is paused
    open -- it has not ended"""
    rule: int
    started_on: dt.date
    due_on: dt.date | None
    open: bool = True


class Row(NamedTuple):
    """A row of the schedule

    rule -- the id of the rule
    run_at -- naive UTC
    id -- None where it is not stored yet
    done -- the step was taken"""
    rule: int
    step: int
    counted_from: dt.date | None
    run_at: dt.datetime
    id: int | None = None
    done: bool = False


class Changes(NamedTuple):
    """What to do to the schedule, each a tuple of Row

    create -- new ones; move -- with a new `counted_from` and `run_at`;
    forget -- those that are waited for no more"""
    create: tuple = ()
    move: tuple = ()
    forget: tuple = ()


# Which rules

def fits(rule, matter):
    "Tell if a rule is for a matter, whatever the time"
    return (rule.matter in {None, '', matter.model}
        and (not rule.kind or rule.kind == matter.kind)
        and (not rule.instance or rule.instance == matter.instance)
        and (not rule.agency_kind or rule.agency_kind == matter.agency_kind))


def in_force(rule, day):
    "Tell if a rule is valid on a day"
    return (rule.valid_from <= day
        and (rule.valid_to is None or day <= rule.valid_to))


def for_limit(rules, matter, limit):
    """Return the rules by which an open time limit moves up, in their order

    Those in force on its last day; none where it has ended or is paused."""
    if not limit.open or not limit.due_on:
        return []
    return [
        rule for rule in rules
        if rule.trigger == 'time'
        and rule.clock_rule in {None, limit.rule}
        and in_force(rule, limit.due_on)
        and fits(rule, matter)]


def for_event(rules, event, matter, day, times=None):
    """Return the rules on an event that has happened to a matter on a day

    times -- how often by now, for the rules that ask"""
    return [
        rule for rule in rules
        if rule.trigger == 'event' and rule.event == event
        and (not rule.count or (times or 0) >= rule.count)
        and in_force(rule, day)
        and fits(rule, matter)]


# When

def base(rule, limit):
    "Return the day from which a rule counts"
    return limit.due_on if rule.base == 'due' else limit.started_on


def moment(rule, day, calendar):
    """Return the morning on which the first step by a rule is taken

    day -- from which it counts
    calendar -- a deadlines.counting.Calendar

    A naive datetime in UTC.  What comes before the day falls on the working
    day before, what comes after it on the working day after."""
    if rule.unit == 'day':
        day += rule.delay * ONE
    elif rule.delay < 0:
        for _ in range(-rule.delay):
            day = calendar.previous_working(day - ONE)
    if rule.delay < 0:
        return start_of(calendar.previous_working(day), HOUR)
    return morning_after(
        day, rule.delay if rule.unit == 'working_day' else 0, calendar)


def morning_after(day, working_days, calendar):
    "Return the working morning after a day and so many working days"
    day += ONE
    for _ in range(working_days):
        day = calendar.next_working(day) + ONE
    return start_of(calendar.next_working(day), HOUR)


# The rows

def planned(rules, matter, limit, calendar):
    "Return the rows of a time limit for which there are none yet"
    return [
        Row(rule.id, 1, (day := base(rule, limit)),
            moment(rule, day, calendar))
        for rule in for_limit(rules, matter, limit)]


def replanned(rules, matter, limit, calendar, rows, only=None):
    """Return the Changes by which the rows of a time limit are right

    rows -- all that are stored for it
    only -- the ids of rules: those of the others stay as they are

    A step that was taken is taken again, on the next level, once the day from
    which it counts has moved: it can be late once more."""
    waiting = {r.rule: r for r in rows if not r.done}
    taken = {
        r.rule: r for r in sorted(rows, key=lambda r: r.step) if r.done}
    create, move = [], []
    if not limit.open or not limit.due_on:
        return Changes(
            forget=tuple(waiting.values()) if only is None else ())
    for rule in for_limit(rules, matter, limit):
        if only is not None and rule.id not in only:
            continue
        day = base(rule, limit)
        row, before = waiting.pop(rule.id, None), taken.get(rule.id)
        if row:
            if row.counted_from != day:
                move.append(row._replace(
                        counted_from=day,
                        run_at=moment(rule, day, calendar)))
        elif not before or before.counted_from != day:
            create.append(Row(
                    rule.id, before.step + 1 if before else 1, day,
                    moment(rule, day, calendar)))
    return Changes(
        tuple(create), tuple(move), tuple(
            row for row in waiting.values()
            if only is None or row.rule in only))


def happened(rules, event, matter, day, now, times=None, mark=None,
        known=()):
    """Return the rows of an event that has happened to a matter

    day -- on which the rules have to be in force
    now -- naive UTC: the rows are due at once
    times -- how often by now, for the rules that ask
    mark -- what tells this time from another one, if it can happen anew
    known -- pairs (rule id, mark) of the rows that are stored for the matter

    Once for each rule and mark."""
    rows = []
    for rule in for_event(rules, event, matter, day, times):
        marks = [m for r, m in known if r == rule.id]
        if mark not in marks:
            rows.append(Row(rule.id, len(set(marks)) + 1, None, now))
    return rows


def following(rule, row, today, calendar):
    """Return the next row by a rule after one whose step was taken today

    None where the rule does not repeat, or has reached its last level."""
    if rule.repeat and row.step < rule.levels:
        return Row(
            rule.id, row.step + 1, row.counted_from,
            morning_after(today, rule.repeat, calendar))


def comes_too_late(rule, limit, today):
    "Tell if a step would warn of a last day that is over"
    return bool(
        rule.delay < 0 and limit.due_on and limit.due_on < today)
