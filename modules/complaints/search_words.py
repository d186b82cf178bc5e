# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What somebody who types into the search box may have meant.

Pure functions, without Tryton.  A query is a sequence of groups, each of words
of which one has to be there; words are folded (foundation.text.fold), so they
are made of 0-9 and a-z alone.  The same query is written for PostgreSQL and
for SQLite, which find the same.
"""
import re
from dataclasses import dataclass
from functools import lru_cache

from trytond.modules.foundation.text import fold

# More than anybody types into one line
_MOST = 12
# What is shorter is too near to everything
_SHORTEST = 3
_LETTERS = 'abcdefghijklmnopqrstuvwxyz'
# Vietnamese without its accents: how a syllable begins, and how it goes on
_ONSETS = (
    'b c ch d g gh gi h k kh l m n ng ngh nh p ph q qu r s t th tr v x'
    ).split() + ['']
_RIMES = (
    'a ac ach ai am an ang anh ao ap at au ay e ec em en eng eo ep et i ia '
    'ich iec iem ien ieng iep iet ieu im in inh ip it iu o oa oac oach oai '
    'oam oan oang oanh oao oap oat oay oc oe oem oen oeo oet oi om on ong '
    'ooc oong op ot u ua uan uang uat uay uc ue uech uenh ui um un ung uo '
    'uoc uoi uom uon uong uop uot uou up ut uu uy uya uyen uyet uynh uych '
    'uyt uyu y yem yen yet yeu').split()
SYLLABLES = frozenset(
    onset + rime for onset in _ONSETS for rime in _RIMES)
_SERIAL = re.compile(r'[0-9]{1,8}')
_YEAR = re.compile(r'20[0-9]{2}')
_IDENTITY_NUMBER = re.compile(r'[0-9]{9}(?:[0-9]{3})?|[a-z]{1,2}[0-9]{6,8}')


@dataclass(frozen=True)
class Query:
    """Words to look for.

    groups -- of each, one word has to be there
    phrase -- if they have to stand side by side in this order
    prefix -- if the last word may go on
    repaired -- if a word was mistyped
    """
    groups: tuple = ()
    phrase: bool = False
    prefix: bool = False
    repaired: bool = False

    def tsquery(self):
        "Return the query for to_tsquery('simple', …) of PostgreSQL"
        groups = ['|'.join(words) for words in self.groups]
        groups = [f'({g})' if '|' in g else g for g in groups]
        if self.prefix:
            groups[-1] += ':*'
        return (' <-> ' if self.phrase else ' & ').join(groups)

    def match(self):
        "Return the query for MATCH of SQLite's FTS5"
        if self.phrase:
            return ' + '.join(
                f'"{words[0]}"' for words in self.groups) + '*' * self.prefix
        groups = [
            '(' + ' OR '.join(f'"{word}"' for word in words) + ')'
            if len(words) > 1 else f'"{words[0]}"' for words in self.groups]
        return ' AND '.join(groups) + '*' * self.prefix

    def likes(self):
        """Return patterns for a folded text with a space before and after

        A list of lists: all patterns of one of the lists have to fit."""
        if self.phrase:
            text = ' '.join(words[0] for words in self.groups)
            return [[f'% {text}%' if self.prefix else f'% {text} %']]
        patterns = [[]]
        for i, words in enumerate(self.groups):
            end = '%' if self.prefix and i == len(self.groups) - 1 else ' %'
            patterns = [
                [*before, f'% {word}{end}']
                for before in patterns for word in words]
        return patterns


def words_of(text):
    """Return the words of a text, as they are looked for.

    >>> words_of("Số 12/QĐ-UBND, cà phê")
    ['so', '12', 'qd', 'ubnd', 'ca', 'phe']
    """
    return fold(text).split()[:_MOST]


def identity_numbers(words):
    """Return what may be numbers of identity papers among words.

    >>> identity_numbers(['066155667788'])
    ['066155667788']
    >>> identity_numbers(['066', '155', '667', '788'])
    ['066155667788']
    """
    # typed in groups, as they are printed
    return [
        word for word in dict.fromkeys([*words, ''.join(words)])
        if _IDENTITY_NUMBER.fullmatch(word)]


def serial_of(words):
    """Return the serial in numbers that words may be, and its year or None

    None where they are none.

    >>> serial_of(['431']), serial_of(['431', '2026']), serial_of(['ca', '1'])
    (('000431', None), ('000431', '2026'), None)
    """
    serial, *year = words
    if (len(words) > 2 or not _SERIAL.fullmatch(serial) or not int(serial)
            or year and not _YEAR.fullmatch(year[0])):
        return None
    return f'{int(serial):06}', year[0] if year else None


def stages(words):
    """Yield the queries for words, the likeliest first.

    Side by side; anywhere; the last one not typed to its end; and at last
    with one typing error in one of the words, where that makes a syllable of
    Vietnamese.

    >>> [query.tsquery() for query in stages(['ca', 'phr'])][:3]
    ['ca <-> phr', 'ca & phr', 'ca & phr:*']
    >>> [query.tsquery() for query in stages(['ca', 'phr'])][3]
    'ca & (pha|phe|phi|pho|phu|phy)'
    """
    groups = tuple((word,) for word in words)
    yield Query(groups, phrase=True)
    if len(groups) > 1:
        yield Query(groups)
    if len(words[-1]) > 1:
        yield Query(groups, prefix=True)
    # One after the other: asked for all at once an index would compare
    # everything that has any of the words.  What is no syllable was mistyped.
    wrong = [word for word in words if word not in SYLLABLES and near(word)]
    for i, word in enumerate(words):
        others = near(word)
        if others and (not wrong or word in wrong):
            yield Query(
                groups[:i] + (others,) + groups[i + 1:], repaired=True)


@lru_cache(4096)
def near(word):
    """Return the syllables that one typing error turns into a word.

    >>> 'phe' in near('phr'), 'nguyen' in near('nguyn'), near('ubnd')
    (True, True, ())
    """
    if not word.isalpha() or len(word) < _SHORTEST:
        return ()
    found = set()
    for i in range(len(word) + 1):
        head, tail = word[:i], word[i:]
        found |= {head + c + tail for c in _LETTERS}
        if tail:
            found.add(head + tail[1:])
            found |= {head + c + tail[1:] for c in _LETTERS}
        if len(tail) > 1:
            found.add(head + tail[1] + tail[0] + tail[2:])
    found.discard(word)
    return tuple(sorted(w for w in found if w in SYLLABLES))
