# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Is the audit what was sealed?  Every difference is said.

Pure functions, without Tryton: seals and entries come as iterables, one at a
time, so that the memory does not grow with them.
"""
import datetime as dt
from typing import NamedTuple

from .canonical import ENTRY, entry_line, seal_hash, seal_line
from .merkle import Tree
from .signing import is_signed

# How far the clocks of two servers may be apart
SKEW = dt.timedelta(minutes=10)


class Flaw(NamedTuple):
    """What is wrong

    kind -- 'changed', 'missing', 'chain', 'signature', 'anchor', 'outside',
        'backdated', 'unsealed'; of rows.verify_rows(): 'row_changed',
        'row_inserted', 'row_removed'
    number -- of the seal
    detail -- values for the sentence that says it
    """
    kind: str
    number: int
    detail: str = ''


class Result(NamedTuple):
    flaws: list
    seals: int
    entries: int
    # of the last seal: what an anchor holds; None where there is none
    number: int | None
    hash: str | None


def verify(seals, entries_of, keys, trusted, anchors=(), progress=None):
    """Return the Result of looking at all that was sealed.

    seals -- dictionaries of canonical.SEAL and signature, by number
    entries_of -- function(number) of the entries of a seal, by id, as
        sequences of the values of canonical.ENTRY
    keys -- the public keys that are known, {number: hexadecimal}
    trusted -- those of them that come from outside the database
    anchors -- pairs (number, hash) that were kept elsewhere
    progress -- called with the number of entries, as they are read
    """
    flaws, count, total = [], 0, 0
    previous = None
    wanted = {}
    for number, hash_ in anchors:
        wanted.setdefault(number, set()).add(hash_)
    keys = {**keys, **trusted}
    successor = None
    for seal in seals:
        number = seal['number']
        if previous is not None and number != previous['number'] + 1:
            flaws.append(Flaw('missing', previous['number'] + 1))
        if previous is None and number not in {0, 1}:
            flaws.append(Flaw('missing', 1))
        flaws += _check_chain(seal, previous, keys, successor)
        found, read = _check_entries(
            seal, previous, entries_of(number), progress)
        flaws += found
        total += read
        for hash_ in wanted.pop(number, ()):
            if hash_ != seal_hash(seal):
                flaws.append(Flaw('anchor', number, hash_))
        if seal['next_key']:
            successor = _next_key(seal)
            keys[successor[0]] = successor[1]
        previous = seal
        count += 1
    # the tail: what was sealed once and is not there
    flaws += [Flaw('missing', number) for number in sorted(wanted)]
    if previous and trusted and not any(
            is_signed(key, seal_line(previous), previous['signature'])
            for key in trusted.values()):
        flaws.append(Flaw('signature', previous['number'], 'trust'))
    return Result(
        flaws, count, total, previous and previous['number'],
        previous and seal_hash(previous))


def _next_key(seal):
    number, _, public = seal['next_key'].partition(' ')
    return int(number), public


def _check_chain(seal, previous, keys, successor):
    number = seal['number']
    before = seal_hash(previous) if previous else None
    if seal['previous'] != before:
        yield Flaw('chain', number)
    if previous:
        expected = (
            _next_key(previous)[0] if previous['next_key']
            else previous['key'])
        if seal['key'] != expected:
            yield Flaw('signature', number, 'key')
    public = keys.get(seal['key'])
    if successor and seal['key'] == successor[0]:
        public = successor[1]
    if not public or not is_signed(
            public, seal_line(seal), seal['signature']):
        yield Flaw('signature', number)


def _check_entries(seal, previous, rows, progress):
    "Return the flaws of the entries of a seal, and how many there are"
    tree, first, last = Tree(), None, None
    flaws, at = [], ENTRY.index('at')
    for row in rows:
        tree.add(entry_line(row))
        first, last = first or row[0], row[0]
        if previous and row[at] < previous['at'] - SKEW:
            flaws.append(Flaw('backdated', seal['number'], str(row[0])))
        if progress and not tree.size % 1000:
            progress(1000)
    if progress:
        progress(tree.size % 1000)
    if (tree.size, first, last, tree.root().hex()) != (
            seal['entries'], seal['first'], seal['last'], seal['root']):
        flaws.append(Flaw('changed', seal['number'], str(
                    tree.size - seal['entries'])))
    return flaws, tree.size


def check_tail(rows, seal, due=None):
    """Yield the flaws of the entries that no seal covers yet.

    rows -- as above, of all periods after the last seal
    seal -- the last one, or None
    due -- the moment until which everything has to be sealed by now: who
        stops the sealing can change what he likes
    """
    period, at = ENTRY.index('period'), ENTRY.index('at')
    late = 0
    for row in rows:
        if due and row[at] < due:
            late += 1
        if seal is None:
            continue
        if row[period] is None or row[period] <= seal['number']:
            yield Flaw('outside', seal['number'], str(row[0]))
        elif row[at] < seal['at'] - SKEW:
            yield Flaw('backdated', seal['number'], str(row[0]))
    if late:
        yield Flaw('unsealed', seal['number'] if seal else 0, str(late))
