# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Understand what people write in registers: dates, numbers, yes and no.

Pure functions, without Tryton.
"""
import datetime as dt
import re

from trytond.modules.foundation.text import clean, fold

# Day zero of the serial numbers of Excel (with its 29 February 1900)
_EXCEL = dt.date(1899, 12, 30)
_SPOKEN = re.compile(
    r'(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})')
_NUMBERS = re.compile(r'(\d{1,4})[/.\-\s]+(\d{1,2})[/.\-\s]+(\d{1,4})')


# What is said beside a day: its name, a full stop, the word itself
_BESIDE = re.compile(
    r'^ngày (?=\d{1,2}[/.-])|\s*\((?:thứ [^)\d]+|chủ nhật|t[2-7]|cn)\)$'
    r'|(?<=\d)\.$', re.IGNORECASE)
# As sheets in English show it: 05-Jun-2026
_MONTHS = [
    'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct',
    'nov', 'dec']
_MONTH_NAMED = re.compile(
    r'(?P<day>[0-9]{1,2})[ -](?P<month>' + '|'.join(_MONTHS)
    + r')[a-z]*[ -](?P<year>[0-9]{4})', re.IGNORECASE)
# What a spreadsheet writes to keep a text, and what it leaves of a number
_FORMULA = re.compile(r'^="?(.*?)"?$')
_SCIENTIFIC = re.compile(r'\d([.,]\d+)?E\+?\d+', re.IGNORECASE)
_LABELLED = re.compile(
    r'\D{0,30}?(?P<number>[A-Z]{0,2}\d[\d\s.\-]{5,16}\d)'
    r'(?:[\s,;(]*(?:do\b[^\d]*)?(?:ngày )?cấp\b.*)?', re.IGNORECASE)


class Unreadable(ValueError):
    "A text that says nothing we understand"


def read_date(value):
    """Return the date that a cell says.

    Understood are real dates, Excel's serial numbers, 05/07/2026, 5-7-26,
    5.7.2026, 2026-07-05, and `ngày 5 tháng 7 năm 2026`.  Raises Unreadable
    for anything else, and for days that do not exist, or may be one of two.

    >>> read_date('ngày 5 tháng 7 năm 2026')
    datetime.date(2026, 7, 5)
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, int | float):
        return _serial(value)
    if not isinstance(value, str):
        # a time, a duration, a day that may be another one
        raise Unreadable(str(value))
    text = clean(value)
    if re.fullmatch(r'\d{5}(\.\d+)?', text):
        return _serial(float(text))
    text = _BESIDE.sub('', text)
    if match := _MONTH_NAMED.fullmatch(text):
        day, month, year = (
            int(match['day']), _MONTHS.index(match['month'].lower()) + 1,
            int(match['year']))
    elif match := _SPOKEN.fullmatch(fold(text)):
        day, month, year = map(int, match.groups())
    elif match := _NUMBERS.match(text):
        rest = text[match.end():]
        if rest and not re.fullmatch(
                r'[ T]\d{1,2}(?::|h| giờ )\d{0,2}(:\d{2})?', rest):
            raise Unreadable(text)
        first, month, last = match.groups()
        if len(first) == 4:
            year, day = int(first), int(last)
        else:
            day, year = int(first), int(last)
            if len(last) == 2:
                year += 2000
            elif len(last) != 4:
                raise Unreadable(text)
        month = int(month)
    else:
        raise Unreadable(text)
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise Unreadable(text)


def _serial(number):
    if not 1 <= number < 200_000:
        raise Unreadable(str(number))
    return _EXCEL + dt.timedelta(days=int(number))


def read_count(value):
    """Return a whole number; raise Unreadable"""
    if isinstance(value, int) or (
            isinstance(value, float) and value.is_integer()):
        return int(value)
    text = clean(str(value))
    # 1.0, 15 người (có danh sách); 1.000 may be a thousand
    text = re.sub(r'(?<=\d)[.,]0{1,2}$|\s*\([^()]*\)$', '', text)
    match = re.fullmatch(r'(\d{1,9})(?: (?:nguoi|ho|ho dan))?', fold(text))
    if not match or not text[0].isdigit():
        raise Unreadable(text)
    return int(match.group(1))


def read_mark(value):
    "Tell if a cell is marked (x, X, có, 1…)"
    return fold(str(value or '')) in {
        'x', 'co', '1', 'v', 'dung', 'true', 'yes', 'y'}


def read_identity_number(value):
    """Return the number of an identity paper as text

    A sheet may have turned it into a number and eaten its first zeros.
    Raises Unreadable where it has eaten digits: 6.61901E+10.

    >>> read_identity_number('="066190123456"'), read_identity_number('CCCD: \
066190123456 cấp ngày 01/02/2022')
    ('066190123456', '066190123456')
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int):
        text = str(value)
        # 8, 10 or 11 digits: zeros of one of 9 or 12 were eaten
        return text.zfill({8: 9, 10: 12, 11: 12}.get(len(text), 0))
    text = _FORMULA.sub(r'\1', clean(str(value)))
    if _SCIENTIFIC.fullmatch(text):
        raise Unreadable(text)
    if found := _LABELLED.fullmatch(text):
        text = found['number']
    return re.sub(r'[\s.\-]', '', text).upper()
