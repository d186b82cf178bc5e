# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The numbers of letters and cases, with two digits against typing errors.

Pure functions, without Tryton.
"""
import re

from stdnum.iso7064 import mod_37_36, mod_97_10

# What a number is made of; a character counts as its place herein
ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-.'
_NUMBER = re.compile(
    r'([0-9A-Z]+(?:[.-][0-9A-Z]+)*)-([A-Z]{1,3})-([0-9]{4})'
    r'-([0-9]{6}|[1-9][0-9]{6,})-([0-9]{2})')
# Of older releases: one character, ISO/IEC 7064, MOD 37,36
_FORMER = re.compile(
    r'[0-9A-Z]+(?:[.-][0-9A-Z]+)*-[A-Z]{1,3}-[0-9]{4}-[0-9]{6,}-[0-9A-Z]')
_IDENTITY_NUMBER = re.compile(r'[0-9]{12}|[0-9]{9}')
_PASSPORT = re.compile(r'[A-Z]{1,2}[0-9]{6,8}')


def _check_digits(text: str) -> str:
    """Return the two check digits of a text

    ISO/IEC 7064, MOD 97,10, with two digits for each character, the hyphens
    too.  Characters differ by less than 97, and 97 is a prime that divides
    neither 100 nor 99: so no single wrong character and no two neighbours that
    changed places go unnoticed, whatever they are.
    """
    return mod_97_10.calc_check_digits(
        ''.join(f'{ALPHABET.index(c):02}' for c in text))


def format_number(agency: str, kind: str, year: int, serial: int) -> str:
    """Return `{agency}-{kind}-{year}-{serial}-{check}`.

    agency -- the code of the agency: letters and digits, with dots or hyphens
        between them
    kind -- one to three letters

    Raises ValueError for other characters.

    >>> format_number('22250', 'D', 2026, 17)
    '22250-D-2026-000017-14'
    """
    number = f'{agency.upper()}-{kind}-{year:04}-{serial:06}'
    return f'{number}-{_check_digits(number)}'


def check_number(number: str) -> bool:
    """Tell if a number has the form of one, and the right check digits.

    >>> check_number('22250-D-2026-000017-14')
    True
    >>> check_number('22250-D-2026-000071-14')
    False
    """
    found = _NUMBER.fullmatch(number)
    return found is not None and _check_digits(number[:-3]) == found[5]


def check_former(number: str) -> bool:
    """Tell if a number of an older release has the right check character.

    >>> check_former('22250-D-2026-000017-J')
    True
    >>> check_former('22250-D-2026-000071-J')
    False
    """
    return bool(_FORMER.fullmatch(number)) and mod_37_36.is_valid(
        re.sub('[.-]', '', number))


def identity_number_flaw(number: str) -> tuple[str, int] | None:
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
