# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What must hold between the columns of tables, and what does not.

Pure functions, without Tryton.  A column is a pair: the code of its table and
its number.
"""
import re
from typing import NamedTuple

_SIDE = re.compile(r'(?:(?P<table>\d\d/[A-Z]+):)?(?P<numbers>[\d+ ]+)')


class Relation(NamedTuple):
    "left is op ('=', '<=') the sum of right; text as it is printed"
    left: tuple
    op: str
    right: tuple
    text: str
    certain: bool = True


class Broken(NamedTuple):
    "A relation that does not hold, with both sides"
    relation: Relation
    left: object
    right: object


def _side(text, table):
    match = _SIDE.fullmatch(text.strip())
    if not match:
        raise ValueError(text)
    code = match['table'] or table
    return tuple((code, int(n)) for n in match['numbers'].split('+'))


def parse(text, table=None, certain=True):
    """Return the Relations of "6= 7+8= 9+10+11", "2<=1" or "a:1 >= b:7"

    table -- the code of the table of bare numbers"""
    parts = re.split(r'(<=|>=|=)', text)
    first, found = parts[0], []
    for op, right in zip(parts[1::2], parts[2::2], strict=True):
        left, other = _side(first, table), _side(right, table)
        if op == '>=':
            left, op, other = other, '<=', left
        one, = left
        found.append(Relation(one, op, other, text.strip(), certain))
    return found


def of_table(circular, code):
    "Return the Relations of a table, those with other tables too"
    table = circular.tables[code]
    found = []
    for column in table.columns.values():
        if column.formula:
            found += parse(column.formula, code)
    for text in table.limits:
        found += parse(text, code)
    for text in table.implied:
        found += parse(text, code, certain=False)
    for text in circular.relations:
        found += [
            r for r in parse(text)
            if code in {c for c, _ in (r.left, *r.right)}]
    return found


def tables_of(circular, code):
    "Return the codes of the tables that are needed to check one"
    return sorted({code} | {
            other for r in of_table(circular, code)
            for other, _ in (r.left, *r.right)})


def check(relations, values):
    """Return what is Broken

    values -- {(table, number): value}; None where nothing is known: then
    nothing is said of it"""
    broken = []
    for relation in relations:
        parts = [values.get(c) for c in relation.right]
        left = values.get(relation.left)
        if left is None or None in parts:
            continue
        right = sum(parts)
        holds = left == right if relation.op == '=' else left <= right
        if not holds:
            broken.append(Broken(relation, left, right))
    return broken


def protect(relations, counts, least):
    """Return the columns that are not shown, a set

    counts -- {column: how many records stand behind it}
    least -- below so many, but not nothing, they would tell
    Where one column of a sum would follow from the others, the smallest of
    these goes, too."""
    hidden = {c for c, n in counts.items() if n and 0 < n < least}
    equal = [r for r in relations if r.op == '=']
    changed = True
    while changed:
        changed = False
        for relation in equal:
            columns = [
                c for c in (relation.left, *relation.right) if c in counts]
            if len([c for c in columns if c in hidden]) != 1:
                continue
            rest = [c for c in columns if c not in hidden]
            if rest:
                # a nothing, too, where there is nothing else
                hidden.add(min(
                        rest, key=lambda c: (not counts[c], counts[c] or 0,
                            c)))
                changed = True
    return hidden
