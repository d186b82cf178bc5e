# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A working copy of a text: without what tells who wrote it.

Luật Tố cáo Điều 56: name, address, handwriting and other data of the
denouncer are cut out before others work on the text.

Pure functions, without Tryton.
"""
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# What stands where something was cut out
CUT = "[…]"
_LEAST = 4
_DIGITS = re.compile(r'\D+')


def redact(text: str, secrets: Iterable[str | None]) -> str:
    """Return text without the secrets, whatever their case and accents.

    secrets -- names, numbers, addresses; the parts of an address that are
        separated by commas are cut out each for itself

    >>> redact("Tôi là NGUYỄN VĂN AN, 0912.345.678", [
    ...     "Nguyễn Văn An", "0912345678"])
    'Tôi là […], […]'
    """
    if not text:
        return text
    pattern = _pattern(secrets)
    if not pattern:
        return text
    text = unicodedata.normalize('NFC', text)
    folded, places = _fold(text)
    result: list[str] = []
    last = 0
    for match in pattern.finditer(folded):
        start, end = places[match.start()], places[match.end() - 1] + 1
        if start < last:
            continue
        result += [text[last:start], CUT]
        last = end
    if not result:
        return text
    return ''.join([*result, text[last:]])


def _fold(text: str) -> tuple[str, list[int]]:
    "Return text without case and accents, and where each letter came from"
    letters: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for letter in _plain(char):
            letters.append(letter)
            places.append(place)
    return ''.join(letters), places


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    "Return a character without case and accents, mostly one letter"
    plain = unicodedata.normalize('NFD', char.lower().replace('đ', 'd'))
    return ''.join(c for c in plain if not unicodedata.combining(c))


def _pattern(secrets: Iterable[str | None]) -> re.Pattern[str] | None:
    "Return the expression that finds the secrets in a folded text"
    parts: set[str] = set()
    for secret in secrets:
        if not secret:
            continue
        secret = unicodedata.normalize('NFC', secret)
        digits = _DIGITS.sub('', secret)
        if len(digits) >= 8 and len(digits) >= len(secret) * .6:
            # a number, however it is written
            parts.add(r'[\s.\-]?'.join(digits))
            continue
        for part in [secret, *secret.split(',')]:
            words = _fold(part)[0].split()
            if len(''.join(words)) >= _LEAST:
                parts.add(r'\s+'.join(map(re.escape, words)))
    if not parts:
        return None
    return re.compile(
        r'(?<!\w)(?:%s)(?!\w)' % '|'.join(
            sorted(parts, key=len, reverse=True)))
