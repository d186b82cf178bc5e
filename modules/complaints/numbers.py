# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The numbers of letters and cases, with a character against typing errors.

Pure functions, without Tryton.
"""
import re

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_37_36

_IDENTITY_NUMBER = re.compile(r'[0-9]{12}|[0-9]{9}')
_PASSPORT = re.compile(r'[A-Z]{1,2}[0-9]{6,8}')


def _plain(number):
    return re.sub(r'[^0-9A-Z]', '', number.upper())


def format_number(agency, kind, year, serial):
    """Return `{agency}-{kind}-{year}-{serial}-{check}`.

    The check character follows ISO/IEC 7064, MOD 37,36.

    >>> format_number('22250', 'D', 2026, 17)
    '22250-D-2026-000017-J'
    """
    number = f'{agency}-{kind}-{year}-{serial:06d}'
    return f'{number}-{mod_37_36.calc_check_digit(_plain(number))}'


def check_number(number):
    """Tell if the check character of a number is right.

    >>> check_number('22250-D-2026-000017-J')
    True
    >>> check_number('22250-D-2026-000071-J')
    False
    """
    try:
        mod_37_36.validate(_plain(number))
    except ValidationError:
        return False
    return True


def identity_number_flaw(number):
    """Return what is wrong with an identity number, or None.

    A citizen identity number has 12 digits, an identity card of before 2021
    has 9, a passport one or two letters and six to eight digits.  Returns
    'letter', 'digits' (with how many there are) or None.
    """
    number = number.strip().upper()
    if _IDENTITY_NUMBER.fullmatch(number) or _PASSPORT.fullmatch(number):
        return None
    if number.isascii() and number.isdigit():
        return 'digits', len(number)
    return 'letter', len(number)
