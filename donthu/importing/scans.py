# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Scans that lie beside a register: whose they are, by the number they carry.

Pure functions, without Tryton.  A file is of a letter where its name, or that
of the folder it lies in, is the number of the letter as the register writes
it; where it may be of two, it is of none.
"""
import os
import re
import sqlite3
from collections import defaultdict
from pathlib import Path

from trytond.modules.foundation.text import fold

# What may stand before a number, and what says that one counts pages
_BEFORE = frozenset([
    'so', 'don', 'don so', 'stt', 'tt', 'ma', 'ma don', 'ho so', 'hs', 'thu',
    'scan', 'so den', 'so thu tu'])
_PAGES = frozenset([
    'trang', 'tr', 'p', 'page', 'to', 'anh', 'hinh', 'mat', 'ban', 'scan',
    'img', 'image', 'phan', 'tap', 'file'])
# what joins two numbers
_FURTHER = frozenset(['va', 'den', 'toi', 'and', 'cung'])
_SYSTEM = re.compile(
    r'\.|~\$|(?:thumbs\.db|desktop\.ini|.*\.(?:lnk|part|tmp))$',
    re.IGNORECASE)
_YEAR = re.compile(r'(?:19|20)\d\d')
SYSTEM = "a file of the system"
REGISTER = "the register or its report"
LINK = "a link: it is not followed"


def tokens(text):
    """Return the words and numbers of a name, as they are compared

    >>> tokens('Đơn số 0012-2026'), tokens('12a')
    (('don', 'so', '12', '2026'), ('12a',))
    """
    return tuple(
        word.lstrip('0') or '0' if word.isdigit() else word
        for word in re.findall(r'[^\W_]+', fold(text)))


class Numbers:
    """The numbers of the letters of a register, however many, on disk.

    A number is kept as its tokens, beside the key of its letter and the
    sheet and year that it is counted in."""

    def __init__(self):
        # a temporary file of its own, which goes with the connection
        self.connection = sqlite3.connect('')
        self.connection.execute(
            'CREATE TABLE number (text TEXT, key TEXT, sheet TEXT, '
            'year TEXT, state TEXT, PRIMARY KEY (text, key)) WITHOUT ROWID')

    def add(self, written, key, sheet, year, state):
        """Add the number of a letter

        written -- as the register writes it; state -- what became of its row
        """
        texts = {' '.join(tokens(str(written))), ' '.join(tokens(key))}
        self.connection.executemany(
            'INSERT OR REPLACE INTO number VALUES (?, ?, ?, ?, ?)', [
                (text, key, ' '.join(tokens(sheet)), year, state)
                for text in texts if text])

    def find(self, words):
        "Return {key: (sheet, year, state)} of a number"
        return {
            key: rest for key, *rest in self.connection.execute(
                'SELECT key, sheet, year, state FROM number WHERE text = ?',
                [' '.join(words)])}


def readings(name, numbers, beside=()):
    """Return {key: (sheet, year, state)} of the letters a name may be of

    The whole of it, or how it begins where the rest counts pages or is said
    in words.

    beside -- the tokens of the names that lie beside it"""
    # a copy: 12 (2)
    words = tokens(re.sub(r'\(\d{1,2}\)\s*$', '', name))
    found = {}
    for start in range(0, min(3, len(words))):
        if start and ' '.join(words[:start]) not in _BEFORE:
            continue
        for end in range(len(words), start, -1):
            number, rest = words[start:end], words[end:]
            if any(c.isdigit() for c in ''.join(number)) and _is_rest(rest):
                own = {
                    **numbers.find(number),
                    # 12-2026, 2026-12: a number and its year
                    **dict(_of_year(number, numbers))}
                found.update(own)
                if (own and len(rest) == 1 and rest[0].isdigit()
                        and not {(*number, '1'), (*number, '0')} & {
                            words, *beside}):
                    # page 13 without a first one, or the letters 12 and 13
                    found.update(numbers.find(rest))
            if found and not rest:
                return found
    return found


def _of_year(number, numbers):
    for year, rest in [(number[-1], number[:-1]), (number[0], number[1:])]:
        if rest and _YEAR.fullmatch(year):
            for key, known in numbers.find(rest).items():
                if known[1] == year:
                    yield key, known


def _is_rest(rest):
    "Tell if what follows a number says nothing of another one"
    if _FURTHER.intersection(rest):
        return False
    digits = [word for word in rest if any(map(str.isdigit, word))]
    if not digits:
        return True
    return len(digits) == 1 and len(digits[0]) <= 3 and (
        len(rest) == 1 or rest[rest.index(digits[0]) - 1] in _PAGES
        or rest[-1] == digits[0])


def is_page(stem):
    "Tell if a name counts pages, and says no more"
    words = tokens(stem)
    return bool(words) and len(words) <= 2 and words[-1].isdigit() and (
        len(words) == 1 or words[0] in _PAGES)


def walk(folder, own=()):
    """Yield (path relative to folder, why it is none) of every file

    own -- files that are not scans: the register, its report"""
    for place, folders, files in os.walk(folder):
        folders.sort()
        for name in folders[:]:
            path = Path(place, name)
            if path.is_symlink():
                folders.remove(name)
                yield path.relative_to(folder), LINK
        for name in sorted(files):
            path = Path(place, name)
            yield path.relative_to(folder), (
                SYSTEM if _SYSTEM.match(name) else LINK if path.is_symlink()
                else REGISTER if path.resolve() in own else '')


def assign(paths, numbers):
    """Yield (path, {key: (sheet, year, state)}) of the letters of each file

    paths -- relative to the folder: all of them
    One key where it is clear, none where no letter has the number, more where
    it may be of several."""
    folders = defaultdict(list)
    for path in paths:
        folders[path.parent].append(path)
    stems = {
        folder: {tokens(p.stem) for p in files}
        for folder, files in folders.items()}
    # of a folder that bears a number the files are pages: in all beside it
    counted = defaultdict(lambda: True)
    for folder, files in folders.items():
        if folder.name and readings(folder.name, numbers):
            counted[folder.parent] &= _counts(files, numbers)
    for folder, files in folders.items():
        for path in files:
            yield path, _letters_of(
                path, numbers, counted[folder.parent], stems[folder])


def _counts(files, numbers):
    "Tell if the files of a folder are its pages, and no letters themselves"
    own = [p for p in files if readings(p.stem, numbers)]
    if not own:
        return True
    pages = sorted(
        int(tokens(p.stem)[-1]) for p in own if is_page(p.stem))
    return len(pages) == len(own) and pages[0] in {0, 1} and (
        pages[-1] - pages[0] < len(files))


def _letters_of(path, numbers, counted, beside):
    by_name = readings(path.stem, numbers, beside)
    by_folder, years, sheets = {}, set(), set()
    for folder in [p for p in path.parents if p.name]:
        words = tokens(folder.name)
        years |= {word for word in words if _YEAR.fullmatch(word)}
        sheets.add(' '.join(words))
        if not by_folder and not _is_year(words):
            by_folder = readings(folder.name, numbers)
    if by_folder and (not by_name or counted):
        found = by_folder
    elif by_folder and by_folder.keys() != by_name.keys():
        found = {**by_folder, **by_name}
    else:
        found = by_name
    return _within(found, years, sheets)


def _is_year(words):
    return all(
        _YEAR.fullmatch(word) or word in {'nam', 'year'} for word in words)


def _within(found, years, sheets):
    "Leave those of the sheet and the year that a folder names"
    for place, said in [(0, sheets), (1, years)]:
        if len(found) > 1:
            inside = {
                key: known for key, known in found.items()
                if known[place] in said}
            found = inside or found
    return found
