# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The periods of the reports, with the cut-off days of the circular.

Pure functions, without Tryton.
"""
import datetime as dt
from typing import NamedTuple


class Period(NamedTuple):
    "A preset: its first and its last day, both included"
    key: str
    name: str
    start: dt.date
    end: dt.date


def _day(values, year):
    return dt.date(
        year + values.get('year', 0), values['month'], values['day'])


def of_year(circular, year):
    "Return the Periods of a year by a definitions.Circular"
    return [
        Period(
            p['key'], f"{p['name']} {year}",
            _day(p['from'], year), _day(p['to'], year))
        for p in circular.periods]


def find(circular, key, year):
    "Return one of them; raises KeyError"
    return {p.key: p for p in of_year(circular, year)}[key]


def year_of(circular, day):
    "Return the year in whose report a day stands"
    for year in [day.year, day.year + 1, day.year - 1]:
        whole = find(circular, 'year', year)
        if whole.start <= day <= whole.end:
            return year
    raise ValueError(day)


def named(circular, start, end):
    "Return the name of a period where it is one of the presets, or None"
    for period in of_year(circular, end.year):
        if (period.start, period.end) == (start, end):
            return period.name
    return None


def latest(circular, day):
    """Return the last quarter that has ended before day

    It is what is reported from the 15th on."""
    ended = [
        p for year in [day.year - 1, day.year, day.year + 1]
        for p in of_year(circular, year)
        if p.key.startswith('q') and p.end < day]
    return max(ended, key=lambda p: p.end)


def tiled(pieces, start, end):
    """Return which pieces fill a period without a gap or an overlap, or None

    pieces -- pairs of days.  One that is the whole period goes before all;
    of several ways the one with the longest pieces is taken."""
    if start > end:
        return []
    for piece in sorted(
            (p for p in set(pieces) if p[0] == start and p[1] <= end),
            key=lambda p: p[1], reverse=True):
        rest = tiled(pieces, piece[1] + dt.timedelta(days=1), end)
        if rest is not None:
            return [piece, *rest]
    return None
