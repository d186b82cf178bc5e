# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Propose the calendar of a year from the public holidays of the law.

Pure functions, without Tryton.  The fixed and the lunar holidays come from
the library `holidays`; days worked in exchange for others are announced year
by year: those that the library does not know are entered by hand.
"""
from dataclasses import replace

import holidays

from .counting import DayOff

# Until when the library knows the lunar months
LAST_YEAR = holidays.VN.end_year
CULTURE_DAY = "Ngày Văn hóa Việt Nam"
_HOLIDAY = "Tính từ BLLĐ 2019 Điều 112, chưa có thông báo"
_CULTURE_DAY = "Tính từ Nghị quyết 28/2026/QH16, chưa có thông báo"
_IN_LIEU = "Tính từ BLLĐ 2019 Điều 111.3, chưa có thông báo"
_SWAP = "Hoán đổi ngày làm việc, chưa có thông báo"
# The library calls the day before the last one of the lunar year the 29th:
# it is the 28th where the last month has 29 days
_NAMES = {"29 Tết": "Ngày trước Giao thừa Tết Nguyên Đán"}


def propose(year, source='', choices=None):
    """Return the days of a year that are not what their weekday says.

    source -- what stands as the source of each day; by default the law from
        which it is computed
    choices -- {convention: choice}: without those that a reading takes away;
        by default all are there, and say their reading

    The result is a list of provisional DayOff in the order of their dates,
    empty for a year that the library does not know.
    """
    known = holidays.VN(years=[year], language='vi')
    days = [
        _day(date, name) for date, name in known.items()
        if date.year == year]
    days += [
        DayOff(date, 'worked', "Ngày làm bù", _SWAP, 'provisional')
        for date in known.weekend_workdays if date.year == year]
    if choices is not None:
        days = [
            replace(day, reading='') for day in days
            if not day.reading or choices.get(day.reading) == 'yes']
    if source:
        days = [replace(day, source=source) for day in days]
    return sorted(days, key=lambda day: day.date)


def _day(date, name):
    name, kind, source, reading = _NAMES.get(name, name), 'holiday', '', ''
    if '(nghỉ bù' in name:
        kind, source = 'in lieu', _IN_LIEU
        # The law makes up for the holidays of its own list (BLLĐ Điều 111.3,
        # 112.1), and 24 November does not stand there
        if name.startswith(CULTURE_DAY):
            reading = 'culture_day'
    elif '(thay cho' in name:
        kind, source = 'swapped off', _SWAP
    elif name.startswith(CULTURE_DAY):
        source = _CULTURE_DAY
    return DayOff(
        date, kind, name, source or _HOLIDAY, 'provisional', reading)
