# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""How alike two letters are: marks, and a score that explains itself.

Pure functions, without Tryton.  A letter is recognised by its marks: keyed
hashes of who sent it, of the decision that it contests and of a sample of its
text.  Nothing can be read from a mark; two letters that share some have that
much in common.
"""
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Set
from datetime import date
from hashlib import blake2b, sha256
from typing import Any, NamedTuple

from trytond.modules.foundation.text import fold

# What makes a mark of (kind, text)
Mark = Callable[[str, str], int]

PIECE = 3       # words of a piece of text
SKETCH = 24     # pieces kept of a letter: those of the smallest hash
COMMON = 64     # what so many letters share says little of any of them
STOCK = .2      # what a common piece weighs beside a rare one
LEAST_SHARE = .25   # of the pieces, for two texts to be alike
LEAST = 25      # points of a candidate
POINTS = {'number': 45, 'decision': 40, 'contact': 30, 'name': 25}
TEXT_POINTS = 100
# evidence that tells who sent a letter
PERSONAL = frozenset(['number', 'contact', 'name'])

_UNITS = re.compile(
    r'\b(xa|phuong|thi tran|thi xa|thanh pho|tp|quan|huyen|tinh|dac khu)\b')
_TITLES = re.compile(r'^(so|quyet dinh|qd)\b ?')


class Likeness(NamedTuple):
    """What two letters have in common.

    facts -- which of the facts of POINTS, ordered
    pieces -- how many pieces of the text
    of -- of how many
    share -- the same weighed: what is rare counts more; 0 when not alike
    """
    facts: tuple[str, ...] = ()
    pieces: int = 0
    of: int = 0
    share: float = 0

    @property
    def score(self) -> int:
        "The points, 0 to 100: those of each fact, and those of the text"
        points = sum(POINTS[fact] for fact in self.facts)
        return min(100, points + round(TEXT_POINTS * self.share))

    def without_person(self) -> 'Likeness':
        "Return what is left when nothing may be said of the senders"
        return self._replace(
            facts=tuple(f for f in self.facts if f not in PERSONAL))


def marker(secret: bytes) -> Mark:
    "Return the function that makes a mark of (kind, text) under a secret"
    keyed = blake2b(key=sha256(secret).digest(), digest_size=8)

    def mark(kind: str, text: str) -> int:
        digest = keyed.copy()
        digest.update(f'{kind}:{text}'.encode())
        return int.from_bytes(digest.digest(), 'big', signed=True)
    return mark


def of_text(content: str | None, mark: Mark) -> dict[int, str]:
    """Return the marks of a content, as {mark: 'text'}

    Always the same pieces are kept of the same text, whatever stands around
    them: a copy with a new header shares most of its marks."""
    words = fold(content).split()
    if not words:
        return {}
    pieces = {
        ' '.join(words[start:start + PIECE])
        for start in range(max(1, len(words) - PIECE + 1))}
    return dict.fromkeys(
        sorted(mark('text', piece) for piece in pieces)[:SKETCH], 'text')


def of_person(
        values: Mapping[str, Any], mark: Mark,
        broad: Set[str] = frozenset()) -> dict[int, str]:
    """Return the marks of a person

    values -- name, identity_number, address, phone, email, and the id of the
        area as subdivision, each of them optional
    broad -- names of places too wide to tell two people apart, folded
    """
    marks = {}
    if number := fold(values.get('identity_number')).replace(' ', ''):
        marks[mark('number', number)] = 'number'
    for name in ['phone', 'email']:
        text = re.sub(r'[^\w@.]', '', values.get(name) or '').lower()
        if text:
            marks[mark('contact', text)] = 'contact'
    if name := fold(values.get('name')):
        for place in places(
                values.get('address'), values.get('subdivision'), broad):
            marks[mark('name', f'{name}|{place}')] = 'name'
    return marks


def places(
        address: str | None, subdivision: int | None = None,
        broad: Set[str] = frozenset()) -> Set[str]:
    """Return what an address says, whatever the order and the titles

    >>> sorted(places("Thôn 3, xã Sơn Thành, tỉnh Đắk Lắk",
    ...         broad={'dak lak'}))
    ['son thanh', 'thon 3']
    """
    parts = {
        _UNITS.sub('', fold(part)).strip()
        for part in re.split(r'[,;–-]', address or '')}
    parts = {part for part in parts if not part.isdigit()} - {''}
    if subdivision:
        parts.add(f'#{subdivision}')
    return parts - broad or parts


def of_decision(
        number: str | None, day: date | None, agencies: Iterable[int | None],
        mark: Mark) -> dict[int, str]:
    """Return the marks of a contested decision

    day -- of the decision, optional; agencies -- ids of those that may have
        made it: a number alone is used by many
    """
    number = fold(number)
    while _TITLES.match(number):
        number = _TITLES.sub('', number)
    if not number:
        return {}
    owners = [f'{day:%Y-%m-%d}'] if day else []
    owners += [f'#{agency}' for agency in agencies if agency]
    return {
        mark('decision', f'{number}|{owner}'): 'decision'
        for owner in owners}


def of_letter(
        values: Mapping[str, Any], senders: Iterable[Mapping[str, Any]],
        mark: Mark, broad: Set[str] = frozenset()) -> dict[int, str]:
    """Return the marks of a letter, {mark: kind}

    values -- content, contested_number, contested_on, respondent_agency and
        agency, the last two as ids; of a secret one what others read of it
    senders -- what is known of each, as of_person has it"""
    marks = of_text(values.get('content'), mark)
    marks.update(of_decision(
            values.get('contested_number'), values.get('contested_on'),
            [values.get('respondent_agency') or values.get('agency')], mark))
    for known in senders:
        marks.update(of_person(known, mark, broad))
    return marks


def compare(
        marks: Mapping[int, str],
        found: Mapping[int, Collection[Any]]) -> dict[Any, Likeness]:
    """Return what a letter has in common with others, {letter: Likeness}

    marks -- {mark: kind} of the letter
    found -- {mark: letters that have it}, COMMON of them at most
    """
    texts = [mark for mark, kind in marks.items() if kind == 'text']
    weights = {
        mark: STOCK if len(found.get(mark, ())) >= COMMON else 1
        for mark in texts}
    shared = defaultdict(set)
    for mark, letters in found.items():
        # a name that so many have in this place tells nobody apart
        if marks[mark] == 'name' and len(letters) >= COMMON:
            continue
        for letter in letters:
            shared[letter].add(mark)
    result = {}
    for letter, common in shared.items():
        likeness = _likeness(marks, weights, common)
        if likeness.score >= LEAST:
            result[letter] = likeness
    return result


def _likeness(
        marks: Mapping[int, str], weights: Mapping[int, float],
        common: Set[int]) -> Likeness:
    facts = {marks[mark] for mark in common} - {'text'}
    pieces = [mark for mark in common if marks[mark] == 'text']
    share = 0.
    # Three rare pieces, or nearly all of them: else it is stock text
    if (sum(weights[mark] == 1 for mark in pieces) >= 3
            or len(pieces) >= .9 * len(weights)) and pieces:
        share = sum(weights[m] for m in pieces) / sum(weights.values())
    if share < LEAST_SHARE:
        share = 0
    return Likeness(
        tuple(f for f in POINTS if f in facts), len(pieces), len(weights),
        share)


def best(
        likenesses: Mapping[Any, Likeness],
        limit: int) -> list[tuple[Any, Likeness]]:
    "Return the most alike first, as pairs; of equals the newest"
    return sorted(
        likenesses.items(), key=lambda item: (-item[1].score, -item[0]),
        )[:limit]
