# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Read a text of delimited columns, so that no row is lost to a quote.

A quote that is not closed would make one cell of many lines.  So a line is
joined with those below it only where they make one whole row together; where
they do not, it is read by itself, its quotes as they are, and that is said.
"""
import csv
import re
from itertools import chain, islice

from donthu.errors import CommandError
from donthu.importing import header
from donthu.importing.lines import (
    BEFORE, EMPTY, NUMBERS, REMARK, TITLES, Line, as_text, is_blank)

DELIMITERS = ';,\t|'
# A text in a cell may be long, and have many lines
MAX_CELL, MAX_LINES, MAX_LINE = 8 * 2**20, 500, 64 * 2**20
_OPEN_QUOTE = 'a quote that is not closed: the line was read as it is'


def read_delimited(path, encoding, mapping, moved=None):
    """Return (lines above the table, iterator of Line)

    encoding -- as recognised, or as the mapping says
    moved -- called with how many bytes were read

    Raises CommandError where no line has the titles."""
    csv.field_size_limit(MAX_CELL)
    try:
        # lines end with \\n, \\r\\n or \\r; those within quotes stay
        file = open(path, encoding=encoding, newline='')
        source = _physical(file, moved or (lambda count: None))
        start = list(islice(source, header.WITHIN))
    except (OSError, UnicodeError, LookupError) as error:
        raise CommandError(
            f"{path} can not be read as {encoding}: {error}", 2)
    delimiter, found = _find_titles(start, mapping)
    if not found:
        file.close()
        delimiter = mapping.delimiter
        lacking = header.lacking(
            [split_line(line, delimiter) for line in start], mapping.titles,
            mapping.needed)
        raise CommandError(
            f"{path} has no column {', '.join(lacking)}", 2)
    first, after, columns = found
    facts = {'lines': [
            as_text(cell) for line in start[:first]
            for cell in split_line(line, delimiter) if not is_blank(cell)]}

    def lines():
        with file:
            try:
                for number in range(1, after + 1):
                    yield Line(
                        number, {}, '', BEFORE if number <= first else TITLES)
                yield from _rows(
                    chain(start[after:], source), after, delimiter, columns,
                    header.levels([
                            split_line(t, delimiter)
                            for t in start[first:after]]))
            except (UnicodeError, OSError) as error:
                raise CommandError(f"{path}: {error}", 2)
    return facts, lines()


def _physical(file, moved):
    place = 0
    while line := file.readline(MAX_LINE):
        # in bytes, whatever the encoding: as far as the file is long
        here = file.buffer.tell()
        moved(here - place)
        place = here
        yield line


def split_line(line, delimiter):
    "Return the cells of a line by itself, quotes as they are if they are odd"
    cells = _parse([line], delimiter)
    if cells is None:
        cells = next(csv.reader(
                [line], delimiter=delimiter, quoting=csv.QUOTE_NONE), [])
    return cells


def _parse(lines, delimiter):
    "Return the cells of one row, or None if the lines are not just one"
    try:
        rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else [] if not rows else None


def _find_titles(start, mapping):
    "Return (delimiter, what header.find returns)"
    said = re.fullmatch(r'sep=(.)\s*', start[0]) if start else None
    for delimiter in dict.fromkeys([
                *(said.groups() if said else ()), mapping.delimiter,
                *DELIMITERS]):
        # the whole start: a title may stand below a letterhead
        rows = [split_line(line, delimiter) for line in start[:50]]
        if found := header.find(rows, mapping.titles, mapping.needed):
            return delimiter, found
    return None, None


def _rows(source, before, delimiter, columns, titles):
    width = len(titles)
    number = before
    source = _Ahead(source)
    for line in source:
        number += 1
        remarks = []
        cells = _parse([line], delimiter)
        if cells is None:
            # a row may be several lines: rows are counted, as sheets do
            cells = _join(line, source, delimiter, width)
            if cells is None:
                cells = split_line(line, delimiter)
                remarks.append(_OPEN_QUOTE)
        row = Line(number, {
                field: cells[column] for field, column in columns.items()
                if column < len(cells)}, remarks=remarks)
        if all(map(is_blank, cells)):
            row.skipped = EMPTY
        elif header.is_numbers(cells):
            row.skipped = NUMBERS
        elif header.is_titles_again(cells, titles):
            row.skipped = TITLES
        elif sum(1 for c in cells if not is_blank(c)) < 2:
            row.skipped = REMARK
        elif len(cells) > width and any(
                not is_blank(c) for c in cells[width:]):
            row.remarks.append(
                f'{len(cells)} columns where the titles have {width}')
        yield row


class _Ahead:
    "Lines, of which one may look at some before they are taken"

    def __init__(self, source):
        self.source, self.waiting = iter(source), []

    def __iter__(self):
        return self

    def __next__(self):
        return self.waiting.pop(0) if self.waiting else next(self.source)

    def look(self, count):
        "Return up to count of the lines to come"
        missing = count - len(self.waiting)
        self.waiting.extend(islice(self.source, max(0, missing)))
        return self.waiting[:count]

    def drop(self, count):
        del self.waiting[:count]


def _join(line, source, delimiter, width):
    """Return the cells of the row that lines make together, or None

    A line that is a whole row by itself belongs to no other one."""
    block = [line]
    for count in range(1, MAX_LINES):
        further = source.look(count)
        if len(further) < count:
            break
        block.append(further[-1])
        if '"' in block[-1]:
            cells = _parse(block, delimiter)
            if cells is not None and _fits(cells, width):
                source.drop(count)
                return cells
        cells = _parse(block[-1:], delimiter)
        if cells is not None and width > 1 and len(cells) == width:
            break


def _fits(cells, width):
    return len(cells) >= width and all(map(is_blank, cells[width:]))
