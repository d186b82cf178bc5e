# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Propose the calendar of a year from the public holidays of the law.

Pure functions, without Tryton.  The fixed and the lunar holidays come from
the library `holidays`; days worked in exchange for others are announced year
by year: those that the library does not know are entered by hand.
"""
import holidays

from .counting import DayOff


def propose(year, source):
    """Return the days of a year that are not what their weekday says.

    source -- what stands as the source of each day

    The result is a list of provisional DayOff in the order of their dates.
    """
    known = holidays.VN(years=[year], language='vi')
    days = [
        DayOff(date, _kind(name), name, source, 'provisional')
        for date, name in known.items() if date.year == year]
    days += [
        DayOff(date, 'worked', "Ngày làm bù", source, 'provisional')
        for date in known.weekend_workdays if date.year == year]
    return sorted(days, key=lambda day: day.date)


def _kind(name):
    if '(nghỉ bù)' in name:
        return 'in lieu'
    elif '(thay cho' in name:
        return 'swapped off'
    return 'holiday'
