# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Counting days by the law, and explaining the result.

Pure functions, without Tryton.  The rules are those of Bộ luật Dân sự 2015,
Điều 147–148: the day of the event is day zero and is not counted; a period in
calendar days that would end on a day of rest ends on the next working day;
a period in working days counts working days only.
"""
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

ONE = dt.timedelta(days=1)
# No period of the law comes near it: a guard against a calendar without end
MAX_DAYS = 20_000

UNITS = ('day', 'working_day', 'month', 'year', 'immediate')
# A duty without a last day: nothing to count
NO_UNITS = ('none', 'per_week', 'per_month', 'per_year')


class CountingError(ValueError):
    "The question has no answer: the message says why"


@dataclass(frozen=True)
class DayOff:
    """A day that is not what its weekday says.

    kind -- 'holiday', 'in lieu' or 'swapped off' are days of rest;
        'worked' is a Saturday or Sunday on which the State works
    state -- 'announced' or 'provisional'
    reading -- the convention that makes it one, where the law is silent
    """
    date: dt.date
    kind: str
    name: str = ''
    source: str = ''
    state: str = 'announced'
    reading: str = ''

    @property
    def is_tet(self) -> bool:
        "Tell if Tết can begin on it: no other holiday stands there"
        return TET[0] <= (self.date.month, self.date.day) <= TET[1]


# Between which days of the year the lunar new year falls
TET = ((1, 21), (2, 20))


class Calendar:
    """The working days of an agency

    days -- a list of DayOff
    choices -- {convention: choice}: a day that is one by a reading counts
        only where the answer is 'yes'
    """

    def __init__(
            self, days: Sequence[DayOff], name: str = '',
            choices: Mapping[str, str] | None = None) -> None:
        self.name = name
        # what depends on a reading, whichever way it was answered
        self.open = {day.date: day.reading for day in days if day.reading}
        self.days = {
            day.date: day for day in days
            if not day.reading or (choices or {}).get(day.reading) == 'yes'}
        # The first days that are published of a year can be a swap or the
        # New Year alone: it is not known before its Tết is
        self.years = {
            date.year for date, day in self.days.items()
            if day.kind == 'holiday' and day.is_tet}
        self.provisional = {
            date.year for date, day in self.days.items()
            if day.state == 'provisional'}

    def is_confirmed(self, year: int) -> bool:
        "Tell if the calendar of a year is there, and announced"
        return year in self.years and year not in self.provisional

    def readings(self, first: dt.date, last: dt.date) -> list[str]:
        "Return the conventions on which a day between two dates depends"
        return sorted({
                reading for date, reading in self.open.items()
                if first <= date <= last})

    def is_working(self, date: dt.date) -> bool:
        day = self.days.get(date)
        if day is not None:
            return day.kind == 'worked'
        return date.weekday() < 5

    def why_rest(self, date: dt.date) -> tuple[str, str] | None:
        "Return why date is a day of rest, as (reason, name), or None"
        day = self.days.get(date)
        if day is not None:
            return None if day.kind == 'worked' else (day.kind, day.name)
        if date.weekday() >= 5:
            return 'weekend', ''
        return None

    def next_working(self, date: dt.date) -> dt.date:
        "Return date, or the first working day after it"
        while not self.is_working(date):
            date += ONE
        return date

    def previous_working(self, date: dt.date) -> dt.date:
        "Return date, or the last working day before it"
        while not self.is_working(date):
            date -= ONE
        return date

    def warnings(
            self, first: dt.date, last: dt.date) -> list[tuple[str, int]]:
        """Return what is not sure about the days between two dates

        A list of pairs ('missing' or 'provisional', year)."""
        warnings = []
        for year in range(first.year, last.year + 1):
            if year not in self.years:
                warnings.append(('missing', year))
            elif year in self.provisional:
                warnings.append(('provisional', year))
        return warnings


@dataclass(frozen=True)
class Conventions:
    """How to count where the law is silent (data/interpretations.toml).

    suspension_day -- the day of the decision to suspend is still counted
    elapsed_before -- the same for complaints, whose law takes off what had
        elapsed "before" the decision
    last_day_pause -- a decision to suspend of the last day leaves one day
    resumption_day -- the day of the decision to resume is counted already
    roll -- a last day that is one of rest moves to the next working day
    roll_back -- a last day counted back from an event moves to the working
        day before it
    extend_from -- an extension is added to the 'length', or runs from the
        'last day' after that was moved off a day of rest
    transition -- which law rules a period that has begun under the old one:
        that of the 'start', or whichever ends 'earlier'
    culture_day -- 24 November on a day of weekly rest is made up for
    """
    suspension_day: bool = True
    elapsed_before: bool = True
    last_day_pause: bool = False
    resumption_day: bool = False
    roll: bool = True
    roll_back: bool = True
    extend_from: str = 'length'
    transition: str = 'start'
    culture_day: bool = False


DEFAULT = Conventions()


@dataclass(frozen=True)
class Pause:
    """Time that is not counted, from a decision to suspend to one to resume.

    Whether the days of the decisions themselves count is a convention; with
    no end yet the clock stands still.

    convention -- the name of the one for the day of the decision to suspend;
        '' where no decision but the law itself says which days: those after
        the start, up to the end
    """
    start: dt.date
    end: dt.date | None = None
    reason: str = ''
    convention: str = 'suspension_day'

    @property
    def lasts(self) -> bool:
        "Whether it goes on beyond the day of the decision"
        return self.end is None or self.end > self.start

    def holds(
            self, date: dt.date, conventions: Conventions = DEFAULT) -> bool:
        if date < self.start:
            return False
        if date == self.start and (
                not self.convention or getattr(conventions, self.convention)):
            return False
        if self.end is None or date < self.end:
            return True
        return date == self.end and not (
            self.convention and conventions.resumption_day)


@dataclass(frozen=True)
class Extension:
    "Units added to a period by a decision"
    length: int
    note: str = ''


@dataclass(frozen=True)
class Span:
    """Days in a row of the same sort.

    reason -- 'counted', 'weekend', 'holiday', 'in lieu', 'swapped off',
        'pause', 'rolled' (moved on because the last day was one of rest)
        or 'left' (the last day, which a pause had left over)
    note -- the name of the holiday, the ground of the pause, or the decision
        by which counted days were added
    """
    first: dt.date
    last: dt.date
    reason: str
    counted: bool
    note: str = ''

    @property
    def days(self) -> int:
        return abs((self.last - self.first).days) + 1


@dataclass(frozen=True)
class Result:
    """The last day of a period (None while it is paused) and its explanation

    asked -- the conventions that it depends on, which the spans do not show
    """
    due_on: dt.date | None
    spans: list[Span] = field(default_factory=list)
    warnings: list[tuple[str, int]] = field(default_factory=list)
    asked: tuple[str, ...] = ()


class _Trace:
    "Collect days into spans"

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.asked: tuple[str, ...] = ()

    def ask(self, convention: str, conventions: Conventions) -> bool:
        "Return a convention, and note that it was asked for"
        self.asked = (convention,)
        return bool(getattr(conventions, convention))

    def result(self, due_on: dt.date | None) -> Result:
        return Result(due_on, self.spans, asked=self.asked)

    def add(
            self, date: dt.date, reason: str, counted: bool,
            note: str = '') -> None:
        last = self.spans[-1] if self.spans else None
        if (last and (last.reason, last.counted, last.note)
                == (reason, counted, note)
                and abs((date - last.last).days) <= 1):
            self.spans[-1] = Span(last.first, date, reason, counted, note)
        else:
            self.spans.append(Span(date, date, reason, counted, note))


def check_pauses(pauses: Iterable[Pause]) -> list[Pause]:
    """Return the pauses in order; raise CountingError if they contradict

    A pause may not end before it starts, nor overlap another one.  In which
    order they come makes no difference."""
    pauses = sorted(
        pauses, key=lambda p: (p.start, p.end or dt.date.max, p.reason))
    for pause in pauses:
        if pause.end is not None and pause.end < pause.start:
            raise CountingError('backwards')
    for earlier, later in zip(pauses, pauses[1:], strict=False):
        if earlier.end is None or later.start < earlier.end:
            raise CountingError('overlap')
    return pauses


def count(
        start: dt.date, length: int, unit: str, calendar: Calendar,
        pauses: Iterable[Pause] = (), before: bool = False,
        extensions: Sequence[Extension] = (),
        conventions: Conventions = DEFAULT) -> Result:
    """Return the Result of a period.

    start -- the day of the event (day zero)
    length -- how many units, 0 or more
    unit -- one of UNITS
    calendar -- a Calendar
    pauses -- a list of Pause (periods in days only)
    before -- count back from the event: the last day on which one may act
    extensions -- a list of Extension (periods in days only)
    conventions -- how to count where the law is silent

    Raises CountingError for a negative length, an unknown unit, pauses that
    overlap or run backwards, or a pause or an extension of a period that
    knows none.
    """
    if unit not in UNITS:
        raise CountingError('unit')
    if length < 0 or any(e.length <= 0 for e in extensions):
        raise CountingError('length')
    if (pauses or extensions) and (
            before or unit not in {'day', 'working_day'}):
        raise CountingError('unit')
    pauses = check_pauses(pauses)
    if unit == 'immediate':
        result = Result(start, [Span(start, start, 'counted', True)])
    elif before:
        result = _count_back(start, length, unit, calendar, conventions)
    elif unit in {'month', 'year'}:
        length *= 12 if unit == 'year' else 1
        trace = _Trace()
        date = add_months(start, length)
        if date > start:
            trace.spans.append(Span(start + ONE, date, 'counted', True))
        result = _roll(date, calendar, trace, conventions)
    else:
        result = _count_forward(
            start, [Extension(length), *extensions], unit, calendar, pauses,
            conventions)
    last = result.due_on or max([start, *(p.start for p in pauses)])
    warnings = calendar.warnings(min(start, last), max(start, last))
    return replace(result, warnings=warnings)


def _count_forward(
        start: dt.date, parts: list[Extension], unit: str, calendar: Calendar,
        pauses: list[Pause], conventions: Conventions) -> Result:
    trace, date, parts = _Trace(), start, list(parts)
    while parts:
        part, counted = parts.pop(0), 0
        while counted < part.length:
            date += ONE
            if (date - start).days > MAX_DAYS:
                raise CountingError('length')
            pause = _pause_on(date, pauses, conventions)
            rest = unit == 'working_day' and calendar.why_rest(date)
            if (not pause and not rest and not parts
                    and counted == part.length - 1):
                pause = _pause_of_last(date, date, pauses, trace, conventions)
            if pause:
                trace.add(date, 'pause', False, pause.reason)
                if pause.end is None:
                    return trace.result(None)
                continue
            if rest:
                trace.add(date, rest[0], False, rest[1])
            else:
                trace.add(date, 'counted', True, part.note)
                counted += 1
        if parts and conventions.extend_from == 'last day':
            date = _roll(date, calendar, trace, conventions).due_on or date
    return _finish(date, calendar, pauses, trace, conventions)


def _pause_on(
        date: dt.date, pauses: list[Pause],
        conventions: Conventions) -> Pause | None:
    "Return the pause in which date is not counted, or None"
    return next((p for p in pauses if p.holds(date, conventions)), None)


def _pause_of_last(
        first: dt.date, last: dt.date, pauses: list[Pause], trace: _Trace,
        conventions: Conventions) -> Pause | None:
    """Return the pause that leaves the last day of a period over, or None

    It was decided while the period had not ended yet, on its last day or on a
    day of rest after which it would end."""
    pause = next(
        (p for p in pauses if first <= p.start <= last and p.lasts), None)
    if pause and trace.ask('last_day_pause', conventions):
        return pause
    return None


def _finish(
        date: dt.date, calendar: Calendar, pauses: list[Pause],
        trace: _Trace, conventions: Conventions) -> Result:
    "End a period whose days are all counted by date"
    while True:
        last = calendar.next_working(date) if conventions.roll else date
        pause = _pause_of_last(date + ONE, last, pauses, trace, conventions)
        if not pause:
            return _roll(date, calendar, trace, conventions)
        _roll(date, calendar, trace, conventions, pause.start)
        date = pause.start
        while pause:
            date += ONE
            pause = _pause_on(date, pauses, conventions) or _pause_of_last(
                date, date, pauses, trace, conventions)
            if pause:
                trace.add(date, 'pause', False, pause.reason)
                if pause.end is None:
                    return trace.result(None)
        trace.add(date, 'left', False)


def _roll(
        date: dt.date, calendar: Calendar, trace: _Trace,
        conventions: Conventions, stop: dt.date | None = None) -> Result:
    """Move a last day that is one of rest to the next working day

    stop -- the day on which the moving ends, whatever day it is"""
    due_on, names = date, []
    while (conventions.roll and not calendar.is_working(due_on)
            and due_on != stop):
        _, name = calendar.why_rest(due_on) or ('', '')
        if name and name not in names:
            names.append(name)
        due_on += ONE
    if due_on != date:
        trace.spans.append(Span(
                date + ONE, due_on, 'rolled', False, ', '.join(names)))
    return trace.result(due_on)


def _count_back(
        start: dt.date, length: int, unit: str, calendar: Calendar,
        conventions: Conventions) -> Result:
    trace, date, counted = _Trace(), start, 0
    if unit in {'month', 'year'}:
        raise CountingError('unit')
    while counted < length:
        date -= ONE
        rest = unit == 'working_day' and calendar.why_rest(date)
        if rest:
            trace.add(date, rest[0], False, rest[1])
        else:
            trace.add(date, 'counted', True)
            counted += 1
    while conventions.roll_back and not calendar.is_working(date):
        _, name = calendar.why_rest(date) or ('', '')
        date -= ONE
        trace.add(date, 'rolled', False, name)
    return Result(date, trace.spans)


def add_months(date: dt.date, months: int) -> dt.date:
    "The same day of a later month, or its last one"
    month = date.month - 1 + months
    year, month = date.year + month // 12, month % 12 + 1
    for day in range(date.day, 27, -1):
        try:
            return dt.date(year, month, day)
        except ValueError:
            continue
    return dt.date(year, month, date.day)


def warning_date(
        start: dt.date, due_on: dt.date, calendar: Calendar, share: float,
        working_days: int) -> dt.date:
    """Return the day from which a period is about to end.

    The earlier of `share` of the period and `working_days` before its end,
    but not before the day after the start.
    """
    by_share = start + dt.timedelta(
        days=int((due_on - start).days * share))
    by_days = due_on
    for _ in range(working_days):
        by_days = calendar.previous_working(by_days - ONE)
    return max(min(by_share, by_days), min(start + ONE, due_on))
