# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Read a workbook: each of its sheets, with merged cells filled.

xlsx, xlsm, xlsb, ods and xls by calamine, and web pages that are named .xls.
"""
import zipfile
import zlib

from lxml import etree, html
from python_calamine import (
    CalamineError, CalamineWorkbook, SheetVisibleEnum)

from donthu.errors import CommandError
from donthu.importing import header
from donthu.importing.doubts import doubt_dates
from donthu.importing.lines import (
    BEFORE, EMPTY, HIDDEN, NO_TABLE, NUMBERS, REMARK, TITLES, Line, as_text,
    is_blank)

MAX_UNPACKED = 1024 * 1024 * 1024


def check_zip(path):
    """Raise CommandError for a sheet that would unpack to too much

    What the file says of itself is not believed: it is unpacked piece by
    piece, and thrown away."""
    if not zipfile.is_zipfile(path):
        return
    total = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                with archive.open(info) as member:
                    while piece := member.read(2**20):
                        total += len(piece)
                        if total > MAX_UNPACKED:
                            raise CommandError(
                                f"{path} unpacks to more than "
                                f"{MAX_UNPACKED} bytes: it is not read", 2)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError,
            NotImplementedError, ValueError) as error:
        raise CommandError(f"{path} can not be read as a sheet: {error}", 2)


def read_workbook(path):
    """Yield (name, whether it is shown, rows of cells) of each sheet

    The cells that were merged are filled with what the first of them says."""
    check_zip(path)
    try:
        with open(path, 'rb') as file:
            # by what it holds: from_path believes the name
            workbook = CalamineWorkbook.from_filelike(file)
        for meta in workbook.sheets_metadata:
            sheet = workbook.get_sheet_by_name(meta.name)
            rows = [
                list(r) for r in sheet.to_python(skip_empty_area=False)]
            _fill_merged(rows, _merged(sheet))
            yield (
                meta.name, meta.visible == SheetVisibleEnum.Visible, rows)
    except (CalamineError, OSError, ValueError, LookupError) as error:
        raise CommandError(f"{path} can not be read as a sheet: {error}", 2)


def _merged(sheet):
    try:
        return sheet.merged_cell_ranges or []
    except (CalamineError, NotImplementedError):
        # not told of every format
        return []


def _fill_merged(rows, ranges):
    for (top, left), (bottom, right) in ranges:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        value = rows[top][left]
        for row in rows[top:bottom + 1]:
            for place in range(left, min(right + 1, len(row))):
                row[place] = value


def read_page(path, encoding):
    "Yield the tables of a web page, as read_workbook does"
    try:
        with open(path, 'rb') as file:
            tree = html.parse(
                file, html.HTMLParser(
                    encoding=encoding.removesuffix('-sig'), no_network=True))
    except (etree.LxmlError, OSError, ValueError) as error:
        raise CommandError(f"{path} can not be read as a page: {error}", 2)
    tables = tree.iter('table') if tree.getroot() is not None else ()
    for number, table in enumerate(tables, 1):
        rows, ranges = [], []
        for y, row in enumerate(table.iter('tr')):
            cells = []
            for cell in row.iter('td', 'th'):
                while any(top <= y <= bottom and left <= len(cells) <= right
                        for (top, left), (bottom, right) in ranges):
                    cells.append('')
                across, down = (
                    _span(cell, name) for name in ['colspan', 'rowspan'])
                if across > 1 or down > 1:
                    ranges.append((
                            (y, len(cells)),
                            (y + down - 1, len(cells) + across - 1)))
                cells.append(' '.join(cell.text_content().split()))
                cells.extend([''] * (across - 1))
            rows.append(cells)
        width = max(map(len, rows), default=0)
        rows = [cells + [''] * (width - len(cells)) for cells in rows]
        _fill_merged(rows, ranges)
        yield f'{number}', True, rows


def _span(cell, name):
    text = cell.get(name, '1')
    return min(int(text), 1000) if text.isdecimal() and int(text) else 1


def read_sheets(path, sheets, mapping):
    """Return (lines above the first table, iterator of Line, how many)

    sheets -- what read_workbook yields
    Raises CommandError where no sheet that is shown holds the table."""
    sheets = list(sheets)
    only = mapping.sheet
    facts, tables, rest = [], [], []
    lacking = None
    for position, (name, shown, rows) in enumerate(sheets):
        found = None
        if (shown if only is None else position == only):
            found = header.find(rows, mapping.titles, mapping.needed)
            if not found and not lacking:
                lacking = header.lacking(
                    rows, mapping.titles, mapping.needed)
        if found:
            facts += [
                as_text(c) for cells in rows[:found[0]] for c in cells
                if not is_blank(c)]
            tables.append((name, rows, found))
        else:
            rest.append((name, rows, shown))
    if not tables:
        raise CommandError(
            f"{path} has no column {', '.join(lacking or ['?'])}", 2)
    several = len(sheets) > 1

    def lines():
        for name, rows, (start, after, columns) in tables:
            yield from _table(
                rows, start, after, columns, name if several else '')
        for name, rows, shown in rest:
            for number, cells in enumerate(rows, 1):
                yield Line(
                    number, {}, name,
                    EMPTY if all(map(is_blank, cells)) else
                    NO_TABLE if shown else HIDDEN)
    # the same line stands above the table of each sheet
    return (
        {'lines': list(dict.fromkeys(facts))}, lines(),
        sum(len(rows) for _, _, rows in sheets))


def _table(rows, start, after, columns, sheet):
    titles = header.levels(rows[start:after])
    for number in range(1, start + 1):
        yield Line(number, {}, sheet, BEFORE)
    for number in range(start + 1, after + 1):
        yield Line(number, {}, sheet, TITLES)
    lines = []
    for number, cells in enumerate(rows[after:], after + 1):
        line = Line(number, {
                field: cells[place] for field, place in columns.items()
                if place < len(cells)}, sheet)
        line.skipped = _why_not(cells, titles)
        lines.append(line)
    doubt_dates(lines)
    yield from lines


def _why_not(cells, titles):
    said = sum(1 for c in cells if not is_blank(c))
    if not said:
        return EMPTY
    if header.is_numbers(cells):
        return NUMBERS
    if header.is_titles_again(cells, titles):
        return TITLES
    # a signature or a remark below the table is not a row of it
    return REMARK if said < 2 else ''
