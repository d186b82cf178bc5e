# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What the calendar of a new release says otherwise than a database.

Pure functions, without Tryton.
"""
from .counting import DayOff

TAKEN_BACK = "Ngày thường"


def compare(known, shipped, own):
    """Return what a release corrects, and what it proposes.

    known -- {date: DayOff} of the database, also its ordinary days
    shipped -- {date: DayOff} of the release
    own -- the dates about which somebody has decided here

    Two lists of DayOff.  A correction changes the name, the source, or that a
    day is announced: it moves no day.  A proposal adds a day or takes one
    back; a year of which days move is proposed as a whole, so that it is not
    said to be announced before.  What is computed never stands against what
    was announced, and an ordinary day stays one.
    """
    confirmed = _confirmed(shipped.values())
    settled = _confirmed(known.values())
    corrections, proposals = [], []
    for date, day in sorted(shipped.items()):
        present = known.get(date)
        if day.state == 'provisional' and (
                date.year in settled
                or present and present.state == 'announced'):
            continue
        if present is None or present.kind not in {day.kind, 'ordinary'}:
            proposals.append(day)
        elif present.kind == 'ordinary' or present == day:
            continue
        elif date not in own:
            corrections.append(day)
        elif present.state != day.state:
            proposals.append(day)
    for date, day in sorted(known.items()):
        if (day.state == 'provisional' and day.kind != 'ordinary'
                and date.year in confirmed and date not in shipped):
            proposals.append(DayOff(
                    date, 'ordinary', TAKEN_BACK,
                    _source_of(date.year, shipped)))
    moving = {day.date.year for day in proposals}
    return (
        [day for day in corrections if day.date.year not in moving],
        sorted(
            proposals + [d for d in corrections if d.date.year in moving],
            key=lambda day: day.date))


def _confirmed(days):
    "Return the years of which there are holidays, all of them announced"
    return {
        day.date.year for day in days
        if day.kind == 'holiday' and day.is_tet}.difference(
        day.date.year for day in days
        if day.state == 'provisional' and day.kind != 'ordinary')


def _source_of(year, days):
    "Return where a year was announced: the source of its Tết"
    return next(
        day.source for date, day in sorted(days.items())
        if date.year == year and day.kind == 'holiday' and day.is_tet)


def windows(dates, most=20):
    """Return the days as pairs (first, last), not more than `most`

    What lies near each other is one window, so that a change of few days far
    apart need not look at all that lies between."""
    dates, gap = sorted(set(dates)), 31
    while True:
        result = []
        for date in dates:
            if result and (date - result[-1][1]).days <= gap:
                result[-1] = (result[-1][0], date)
            else:
                result.append((date, date))
        if len(result) <= most:
            return result
        gap *= 2
