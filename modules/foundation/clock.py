# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The one place where Donthu reads the time.

Everything that depends on "now" or "today" asks here, so that tests and
simulations can travel.  A remote client can not: the moment is held in a
context variable of the process, never in the context of a request.
"""
import datetime as dt
import os
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

TIMEZONE = ZoneInfo('Asia/Ho_Chi_Minh')

_moment = ContextVar('donthu_moment', default=None)


def _offset():
    "Seconds by which a simulated process runs ahead (see `donthu demo`)"
    return dt.timedelta(
        seconds=int(os.environ.get('DONTHU_CLOCK_OFFSET') or 0))


def now():
    """Return the current moment as an aware datetime in UTC."""
    moment = _moment.get()
    if moment is None:
        moment = dt.datetime.now(dt.UTC) + _offset()
    return moment


def utcnow():
    """Return the current moment as Tryton stores it: naive, in UTC."""
    return now().replace(tzinfo=None)


def today():
    """Return the current day of the agencies (Asia/Ho_Chi_Minh)."""
    return now().astimezone(TIMEZONE).date()


def local_day(moment):
    """Return the day in Asia/Ho_Chi_Minh of a naive UTC datetime."""
    return moment.replace(tzinfo=dt.UTC).astimezone(TIMEZONE).date()


def start_of(day, hour=0):
    """Return as naive UTC the moment when `day` reaches `hour` o'clock."""
    local = dt.datetime.combine(day, dt.time(hour), TIMEZONE)
    return local.astimezone(dt.UTC).replace(tzinfo=None)


@contextmanager
def travel(when):
    """Make `when`, a date (taken at 9:00) or an aware datetime, the present.

    Raises ValueError for a datetime without a time zone.
    """
    if not isinstance(when, dt.datetime):
        when = dt.datetime.combine(when, dt.time(9), TIMEZONE)
    if when.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    token = _moment.set(when.astimezone(dt.UTC))
    try:
        yield
    finally:
        _moment.reset(token)
