# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Find the table in a sheet: its titles, in one row or in several."""
import re

from trytond.modules.foundation.text import fold

from donthu.importing.lines import as_text

# How many rows the titles may take, and among how many they are looked for
DEPTH, WITHIN = 3, 200


def matches(title, wanted):
    "Tell if the title of a column is, or goes on after, what is wanted"
    return fold(title).startswith(fold(wanted))


def columns_of(titles, wanted):
    """Return {field: its place}, of those that there are

    titles -- for each place its titles, the innermost first
    wanted -- {field: titles it may have, the best first}

    An equal title counts before one that goes on, and no place serves two
    titles: `Ngày` is not `Ngày thụ lý`.  Two fields may share a title."""
    places, taken = {}, set()
    # the longest first: they say most
    for title in sorted(
            {t for alternatives in wanted.values() for t in alternatives},
            key=lambda t: (-len(fold(t)), t)):
        place = _place_of(fold(title), titles, taken)
        if place is not None:
            places[title] = place
            taken.add(place)
    found = {}
    for field, alternatives in wanted.items():
        for title in alternatives:
            if title in places:
                found[field] = places[title]
                break
    return found


def _place_of(key, titles, taken):
    for test in [str.__eq__, str.startswith] if key else []:
        for depth in range(DEPTH + 1):
            for place, names in enumerate(titles):
                if (place not in taken and depth < len(names)
                        and test(names[depth], key)):
                    return place


def levels(rows):
    """Return for each place its titles: the lowest, those above, all joined

    rows -- rows of texts, the merged cells filled"""
    width = max(map(len, rows), default=0)
    result = []
    for place in range(width):
        names = []
        for row in reversed(rows):
            text = fold(as_text(row[place])) if place < len(row) else ''
            if text and text not in names:
                names.append(text)
        result.append(names + (
                [' '.join(reversed(names))] if len(names) > 1 else []))
    return result


def find(rows, wanted, required=None):
    """Return (first row of titles, row after them, {field: place}), or None

    rows -- of cells
    wanted -- {field: titles it may have}
    required -- the fields of which all must be there; default: all of them

    Of several the first that has most of them, with the fewest rows."""
    required = set(wanted if required is None else required)
    best = None
    for start, row in enumerate(rows[:WITHIN]):
        if best and start > best[0] + DEPTH:
            break
        if sum(1 for c in row if as_text(c)) < 2:
            continue
        for depth in range(1, DEPTH + 1):
            block = rows[start:start + depth]
            if len(block) < depth or (
                    depth > 1 and not _is_titles(block[-1])):
                break
            found = columns_of(levels(block), wanted)
            if required <= found.keys() and (
                    best is None or len(found) > len(best[2])):
                best = start, start + depth, found
        if best and len(best[2]) == len(wanted):
            break
    return best


def lacking(rows, wanted, required=None):
    "Return the titles that the best row lacks, to say what is missing"
    required = set(wanted if required is None else required)
    least = required
    for row in rows[:WITHIN]:
        found = columns_of(levels([row]), wanted)
        if found and len(required - found.keys()) < len(least):
            least = required - found.keys()
    return sorted(wanted[field][0] for field in least)


def _is_titles(row):
    "Tell if a row below titles can be titles too, and is not one of data"
    texts = [c for c in row if as_text(c)]
    return bool(texts) and all(
        isinstance(c, str) and not c.strip().isdigit() for c in texts
        ) and not is_numbers(row)


def is_numbers(row):
    "Tell if a row holds the numbers of the columns: (1), (2) … or 1, 2, …"
    first = next((t for c in row if (t := as_text(c))), '')
    if first not in {'1', '(1)', 'A', '(A)'}:
        return False
    texts = [as_text(c) for c in row]
    if all(re.fullmatch(r'\(\d+\)|\(\d+=.*\)|', t) for t in texts):
        return True
    said = [t for t in texts if t]
    return len(said) > 3 and said == [
        str(n) for n in range(1, len(said) + 1)]


def is_titles_again(row, titles):
    "Tell if a row repeats the titles, as on the top of each printed page"
    # few rows say what a title says: the first cell tells of most
    first = next((n for n, c in enumerate(row) if as_text(c)), None)
    if first is None or first >= len(titles) or fold(
            as_text(row[first])) not in titles[first]:
        return False
    texts = [fold(as_text(c)) for c in row]
    same = sum(
        1 for text, names in zip(texts, titles, strict=False)
        if text and text in names)
    return same > 1 and same >= sum(map(bool, texts)) / 2
