# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""How the heads of a table lie: which cell spans which rows and columns.

Pure functions, without Tryton.
"""
from typing import NamedTuple


class Head(NamedTuple):
    "A cell of the heads: from row and column to the last ones, from 0"
    text: str
    row: int
    column: int
    last_row: int
    last_column: int


def heads(table):
    """Return the Heads of a definitions.Table, its columns from 0

    A title goes down to the last row of heads; heads above the same columns
    are one cell."""
    columns = list(table.columns.values())
    found = []

    def lay(first, last, depth):
        "Lay the columns from first to last, which share depth heads"
        place = first
        while place <= last:
            path = columns[place].path
            if len(path) == depth:
                found.append(Head(
                        columns[place].title, depth, place,
                        table.header_rows - 1, place))
                place += 1
                continue
            end = place
            while end < last and columns[end + 1].path[
                    :depth + 1] == path[:depth + 1]:
                end += 1
            found.append(Head(path[depth], depth, place, depth, end))
            lay(place, end, depth + 1)
            place = end + 1
    lay(0, len(columns) - 1, 0)
    return found
