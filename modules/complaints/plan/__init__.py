# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a step does: planned here, in one place, and nowhere else.

    book  = Book(…)                         # the law in force, plain
    plans = [plan(book, matter, acts, by)]  # what the acts change
    planning.write(plans)                   # one statement a table

This package is pure: no Tryton, no database, no clock of the machine.  The
room `planning` beside it makes the Book, loads matters that exist, and writes
what was planned.

forms   -- Act, what a door says was done; By, who says so and when; Matter, a
           letter or a case with its clocks, acts and persons; Plan, what
           follows; Refusal, why nothing follows.
book    -- Book: the steps, the time limits, the calendar, the readings.
work    -- Work: what a step has in its hands, and `plan` itself.
letter, case, periods, annulment -- one small function for each step that
           does more than the data of the book say: `@step('letter', 'accept')
           def accept(work): …`.  Most steps have none: which states, which
           clocks, which right is read from the book alone.

How a step is taken, always in this order: the book has the step today, and
the state allows it; who acts holds one of its roles; what it requires is on
record; its function sets values and refuses; the state changes; the clocks
end and start; what other rooms add (`@after`) is done.

A room above adds, and never overrides: `@step` for a step of its own (the
book names the room, so that without it the step is refused), `@after` for
what follows from a step of another room, `@finish` for what follows from the
clocks and states at the end (the schedule of escalations).  These register
when the module of that room is imported.

`plan` never changes what it is given: a transaction that starts anew gives
the same arguments once more.
"""
from . import annulment, case, letter, periods  # noqa: F401 they register
from .book import Book, Condition, Limit, Procedure, read_step
from .forms import (
    Act, Agency, By, Clock, Done, Event, Interval, Matter, Notice, Person,
    Plan, Refusal, Wanted)
from .work import (
    Work, after, finish, plan, step, steps_with_function, transitions)

__all__ = [
    'Act', 'Agency', 'Book', 'By', 'Clock', 'Condition', 'Done', 'Event',
    'Interval', 'Limit', 'Matter', 'Notice', 'Person', 'Plan', 'Procedure',
    'Refusal', 'Wanted', 'Work', 'after', 'finish', 'plan', 'read_step',
    'step', 'steps_with_function', 'transitions',
    ]
