# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Which number of a letter, case or reception somebody meant who typed it.

Pure functions, without Tryton: they know of no number that is given, so they
tell nothing of one.
"""
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, product

from .numbers import ALPHABET, check_number, format_number

# agency, kind, year, serial, check: as it can be read
Reading = tuple[str, str, str, str, str | None]
# the same with the agency in tokens still
Parts = tuple[tuple[str, ...], str, str, str, str | None]
Kinds = frozenset[str] | None
# longer than any number with its spaces, shorter than what takes long
_LONGEST = 40
_SHORTEST = 8
# year, serial and check where each is as short as it can be
_TAIL = 10
# the most parts of the code of an agency
_PARTS = 4
_YEAR = re.compile(r'20[0-9]{2}')
_SERIAL = re.compile(r'[0-9]{1,9}')
_CHECK = re.compile(r'[0-9A-Z]{0,2}')
_WHOLE = re.compile(r'[0-9]{6}-?[0-9]{2}$')
_CHARACTERS = ALPHABET.replace('.', '')
_TO_DIGITS = str.maketrans('OIL', '011')
_TO_LETTERS = [str.maketrans('01', to) for to in ['OI', 'OL']]
_PIECES = re.compile(r'[A-Z]+|[0-9]+')
_JOINTS = ['', '.', '-']


def read_number(text: str, kinds: Kinds = None) -> list[str]:
    """Return the numbers that a text stands for, with right check digits

    Case, accents, spaces, missing or other hyphens, missing zeros and letters
    for the digits that look like them do not matter.  Mostly there is one
    number or none.

    kinds -- which kinds there are; None for any

    >>> read_number('22250 d 2O26/17 14')
    ['22250-D-2026-000017-14']
    >>> read_number('22250-D-2026-000017-15')
    []
    """
    if check_number(text):
        return [text]
    return list(dict.fromkeys(_valid(_readings(text, kinds))))


def resembles(text: str, kinds: Kinds = None) -> str | None:
    """Tell how far a text has the form of a number, right or not

    Returns 'whole' if it has all of it, or lacks or has a character too many,
    'open' if zeros or check digits lack, None for what is of another register.

    >>> resembles('22250-D-2026-000017-99'), resembles('22250-D-2026-17')
    ('whole', 'open')
    >>> resembles('12/QĐ-UBND')
    """
    if not _readings(text, kinds):
        return 'whole' if did_you_mean(text, kinds) else None
    return 'whole' if _WHOLE.search(_plain(text).translate(
            _TO_DIGITS)) else 'open'


def agencies_of(text: str, kinds: Kinds = None) -> list[str]:
    "Return the codes of the agencies that a number may be of"
    return sorted({agency for agency, *_ in _readings(text, kinds)})


def did_you_mean(text: str, kinds: Kinds = None) -> list[str]:
    """Return the numbers that somebody may have meant, the likeliest first

    A number that is right stands for itself.  Else those come of which the
    check digits were left out, then those from which one typing error leads
    to the text: a wrong, missing or superfluous character or two neighbours
    in the wrong order; at last what stands there with other check digits.

    kinds -- a frozenset of the kinds there are; None for any

    >>> did_you_mean('22250-D-2026-000071-14')[0]
    '22250-D-2026-000017-14'
    """
    return list(_did_you_mean(text, kinds))


@lru_cache(4096)
def _did_you_mean(text: str, kinds: Kinds) -> tuple[str, ...]:
    found = read_number(text, kinds)
    if text in found:
        return tuple(found)
    readings = _readings(text, kinds)
    if found:
        # without its hyphens a wrong number can look like a right one
        return tuple(dict.fromkeys([*found, *_completed(readings)]))
    text = _plain(text)
    joined = text.count('-') < 2
    return tuple(dict.fromkeys(chain(
                _completed(r for r in readings if not r[-1]),
                _valid(chain.from_iterable(
                        _strict_readings(edited, joined, kinds)
                        for edited in _edits(text))),
                _completed(r for r in readings if r[-1]))))


def _plain(text: str) -> str:
    "Return a text in the characters of a number, '' where it can be none"
    text = unicodedata.normalize('NFKD', text[:2 * _LONGEST]).upper()
    text = ''.join(c for c in text if not unicodedata.combining(c))
    text = re.sub(r'[^0-9A-Z]+', '-', text.replace('Đ', 'D')).strip('-')
    digits = sum(c.isdigit() for c in text.translate(_TO_DIGITS))
    if not _SHORTEST <= len(text) <= _LONGEST or digits < _SHORTEST - 3:
        return ''
    return text


def _edits(text: str) -> Iterator[str]:
    "Yield the texts from which one typing error leads to this one"
    for i, first in enumerate(text):
        for j in [i + 1, i + 2]:
            # neighbours, or those on both sides of a hyphen
            if text[i + 1:j] in {'', '-'} and text[j:j + 1] not in {'', first}:
                yield (text[:i] + text[j] + text[i + 1:j] + first
                    + text[j + 1:])
    for i, old in enumerate(text):
        for new in _characters(text, i):
            if new != old:
                yield text[:i] + new + text[i + 1:]
    for i in range(len(text) + 1):
        for new in _characters(text, i):
            yield text[:i] + new + text[i:]
    for i in range(len(text)):
        yield text[:i] + text[i + 1:]


def _characters(text: str, place: int) -> str:
    "Return what can stand at a place: year, serial and check have no letter"
    return '0123456789-' if place > len(text) - _TAIL else _CHARACTERS


def _valid(readings: Iterable[Reading]) -> Iterator[str]:
    for agency, kind, year, serial, check in readings:
        number = f'{agency}-{kind}-{year}-{serial}-{check}'
        if check and check_number(number):
            yield number


def _completed(readings: Iterable[Reading]) -> Iterator[str]:
    for agency, kind, year, serial, _ in readings:
        yield format_number(agency, kind, int(year), int(serial))


def _readings(text: str, kinds: Kinds) -> list[Reading]:
    """Return how a text can be read, as agency, kind, year, serial, check

    check -- None where the text has none
    """
    return list(dict.fromkeys(
            (code, letters, year, serial, check)
            for head, kind, year, serial, check in _found(_plain(text))
            for letters in _kinds(kind) if not kinds or letters in kinds
            for code in _agency_codes(head)))


def _found(text: str) -> Iterator[Parts]:
    for tokens in [text.split('-'), _PIECES.findall(text)]:
        yield from _by_parts(tokens)
    if text.count('-') < 4:
        yield from _by_places(text.replace('-', ''))


def _strict_readings(
        text: str, joined: bool, kinds: Kinds) -> Iterator[Reading]:
    """Yield how a text can be read where it has one error already

    joined -- if it was typed without hyphens
    """
    found = (
        _by_places(text.replace('-', '')) if joined
        else _by_parts(text.split('-')))
    for head, kind, year, serial, check in found:
        if kind in kinds if kinds else kind.isalpha():
            for code in _joined(
                    _PIECES.findall(''.join(head)) if joined else head,
                    _JOINTS if joined else _JOINTS[1:]):
                yield code, kind, year, serial, check


def _by_parts(tokens: list[str]) -> Iterator[Parts]:
    for tail in [3, 2]:
        if len(tokens) > tail:
            yield from _read(tokens[:-tail], *tokens[-tail:])


def _by_places(plain: str) -> Iterator[Parts]:
    for width, check in product([6, 7], [2, 0]):
        end = len(plain) - check
        start = end - width - 4
        if start > 1:
            yield from _read(
                [plain[:start]], plain[start:start + 4],
                plain[start + 4:end], plain[end:])


def _read(
        head: list[str], year: str, serial: str,
        check: str = '') -> Iterator[Parts]:
    "Yield the parts of a reading, the agency in tokens still"
    year, serial, check = (
        part.translate(_TO_DIGITS) for part in [year, serial, check])
    if not (_YEAR.fullmatch(year) and _SERIAL.fullmatch(serial)
            and _CHECK.fullmatch(check) and int(serial)):
        return
    rest = year, f'{int(serial):06}', check and check.zfill(2) or None
    *tokens, last = head
    for size in [3, 2, 1]:
        if size > len(last):
            continue
        agency = [*tokens, last[:-size]] if last[:-size] else tokens
        if agency and all(agency):
            yield tuple(agency), last[-size:], *rest


def _kinds(text: str) -> list[str]:
    return sorted({
            kind for kind in [
                text, *(text.translate(table) for table in _TO_LETTERS)]
            if kind.isalpha()})


def _agency_codes(tokens: Sequence[str]) -> Iterable[str]:
    "Return the codes that tokens can be, what stands there first"
    codes = {}
    for table in [{}, _TO_DIGITS, *_TO_LETTERS]:
        changed = [
            token if token.isdigit() else token.translate(table)
            for token in tokens]
        codes.update(dict.fromkeys(_joined(changed, _JOINTS[1:])))
        codes.update(dict.fromkeys(_joined(
                    _PIECES.findall('-'.join(changed)), _JOINTS)))
    return codes


def _joined(pieces: Sequence[str], joints: list[str]) -> list[str]:
    if len(pieces) > _PARTS:
        return ['-'.join(pieces)]
    return [
        ''.join(chain.from_iterable(zip(('', *between), pieces, strict=True)))
        for between in product(joints, repeat=len(pieces) - 1)]
