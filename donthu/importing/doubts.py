# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Dates that a spreadsheet may have turned round: 06/01 for 01/06.

A sheet that was opened under another locale makes real dates of those texts
whose day can be a month, day and month changed, and leaves the others as
texts.  So a column in which all real dates have days up to twelve, and which
has texts with later days beside them, may be such a one.
"""
import datetime as dt
import re
from collections import defaultdict

from donthu.importing.lines import as_text

_DAY_FIRST = re.compile(r'(\d{1,2})[/.-]\d{1,2}[/.-]\d{2,4}')


class DoubtfulDate:
    """A date of which one can not say what it is

    as_is, turned -- the two days that it may be"""

    def __init__(self, day):
        self.as_is = day
        self.turned = day.replace(month=day.day, day=day.month)

    def __str__(self):
        return f'{self.as_is:%d/%m/%Y}? {self.turned:%d/%m/%Y}?'


def doubt_dates(lines):
    "Replace the dates of each doubtful column by DoubtfulDate"
    dates, texts = defaultdict(list), defaultdict(int)
    for line in lines:
        if line.skipped:
            continue
        for title, value in line.cells.items():
            if isinstance(value, dt.date):
                dates[title].append((line, value))
            elif isinstance(value, str) and (
                    found := _DAY_FIRST.fullmatch(as_text(value))):
                texts[title] += int(found[1]) > 12
    for title, rows in dates.items():
        if not texts[title] or any(value.day > 12 for _, value in rows):
            continue
        for line, value in rows:
            day = value.date() if isinstance(value, dt.datetime) else value
            if day.day != day.month:
                line.cells[title] = DoubtfulDate(day)


def settle(value, turned):
    """Return the day of a DoubtfulDate as the person said, or itself

    turned -- True, False, or None when nobody has said"""
    if turned is None or not isinstance(value, DoubtfulDate):
        return value
    return value.turned if turned else value.as_is
