# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A second counter, deliberately naive, to check the first one against.

It shares no code with the module deadlines: it reads the files of the law by
itself, walks day by day and knows nothing of versions of records, caches or
spans.  Slow, short, and easy to read against a paper calendar.
"""
import csv
import datetime as dt
import tomllib
from collections.abc import Iterable, Sequence
from importlib.resources import files
from typing import Any

DATA = files('trytond.modules.deadlines') / 'data'
ONE = dt.timedelta(days=1)
Pauses = Iterable[tuple[dt.date, dt.date | None]]


def narrow(needs: Sequence[str]) -> tuple[int, bool]:
    "How much a length asks for"
    return len(needs), 'especially_complex' in needs


class NaiveLaw:
    """The rules and the calendar, as the files say it

    holidays -- the days of rest, in place of those of the files
    readings -- the open questions that are answered with yes
    """

    def __init__(
            self, holidays: Iterable[dt.date] | None = None,
            readings: Sequence[str] = ()) -> None:
        rules = tomllib.loads(
            (DATA / 'rules.toml').read_text(encoding='utf-8'))
        self.rules = {rule['code']: rule for rule in rules['rule']}
        self.rest: set[dt.date] = set()
        self.worked: set[dt.date] = set()
        if holidays is not None:
            self.rest.update(holidays)
            return
        for name in ['calendar.csv', 'calendar_computed.csv']:
            text = (DATA / name).read_text(encoding='utf-8')
            for row in csv.DictReader(text.splitlines()):
                if not row.get('reading') or row['reading'] in readings:
                    self.off(
                        dt.date.fromisoformat(row['date']),
                        row['kind'] == 'worked')

    def off(self, day: dt.date, worked: bool = False) -> None:
        "A day of rest, or a weekend on which the State works"
        (self.worked if worked else self.rest).add(day)
        (self.rest if worked else self.worked).discard(day)

    def works(self, day: dt.date) -> bool:
        if day in self.worked:
            return True
        return day.weekday() not in (5, 6) and day not in self.rest

    def version(
            self, code: str, day: dt.date,
            variants: Sequence[str]) -> Any:
        "The length that holds on day: of those that fit, the narrowest"
        best, most = None, (-1, False)
        # what is especially complex is complex, too, and more than that
        if 'especially_complex' in variants:
            variants = [*variants, 'complex']
        for version in self.rules[code]['version']:
            needs = version.get('variants', [])
            if (version['valid_from'] <= day
                    and day <= version.get('valid_to', day)
                    and not version.get('by_decision')
                    and all(need in variants for need in needs)
                    and narrow(needs) > most):
                best, most = version, narrow(needs)
        return best

    def last_day(
            self, code: str, start: dt.date, variants: Sequence[str] = (),
            pauses: Pauses = (), more: int = 0) -> dt.date | None:
        """Return the last day, None while it stands still.

        pauses -- pairs of the days of two decisions, the second one None
            while it goes on: the days after the first, up to the second, are
            not counted
        more -- units added by extensions
        """
        version = self.version(code, start, variants)
        return self.count(
            start, version['length'] + more, version['unit'],
            version.get('before', False), pauses)

    def count(
            self, start: dt.date, left: int, unit: str, before: bool = False,
            pauses: Pauses = ()) -> dt.date | None:
        "Return the last day of so many units, None while it stands still"
        if unit == 'immediate':
            return start
        day = start
        if before:
            while left:
                day -= ONE
                if unit == 'day' or self.works(day):
                    left -= 1
            while not self.works(day):
                day -= ONE
            return day
        if unit in ('month', 'year'):
            months = left * (12 if unit == 'year' else 1)
            day = _same_day(start, months)
            left = 0
        while left:
            day += ONE
            stands = False
            for first, last in pauses:
                if first < day and last is None:
                    return None
                if first < day <= (last or day):
                    stands = True
            if stands or (unit == 'working_day' and not self.works(day)):
                continue
            left -= 1
        while not self.works(day):
            day += ONE
        return day


def _same_day(start: dt.date, months: int) -> dt.date:
    "The day of the same number, months later, or the last one there is"
    year = start.year + (start.month - 1 + months) // 12
    month = (start.month - 1 + months) % 12 + 1
    day = start.day
    while True:
        try:
            return dt.date(year, month, day)
        except ValueError:
            day -= 1
