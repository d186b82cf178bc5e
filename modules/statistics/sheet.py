# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A table as a spreadsheet, in the layout of the circular.

`workbook` is a pure function; the report gives it what the reader may see.
"""
import io
from decimal import Decimal
from typing import NamedTuple

import xlsxwriter
from trytond.i18n import gettext
from trytond.model.exceptions import AccessError
from trytond.modules.foundation.text import safe_cell
from trytond.pool import Pool
from trytond.report import Report
from trytond.rpc import RPC
from trytond.transaction import Transaction

from . import layout
from .drawing import HIDDEN, Drawing
from .request import Request

_FONT = 'Times New Roman'
_UNIT = 18          # width of the column of the units, in characters
_PAPER = 130        # of what A4 landscape has
_A4 = 9


class Sheet(NamedTuple):
    """What is written

    table -- a definitions.Table; lines -- those above the heads
    rows -- pairs of a unit and its figures, numbers or text
    notes -- the lines below; words -- {'unit', 'number', 'note'}"""
    table: object
    lines: list
    rows: list
    notes: list
    words: dict


def workbook(sheet):
    "Return a Sheet as the bytes of an XLSX file"
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {'in_memory': True})
    # it says what was drawn up, not where
    book.set_properties({'author': '', 'title': sheet.table.title})
    page = book.add_worksheet(sheet.table.code.replace('/', '-'))
    formats = _formats(book)
    columns = list(sheet.table.columns.values())
    last = len(columns)
    page.set_landscape()
    page.set_paper(_A4)
    page.set_margins(left=.4, right=.4, top=.5, bottom=.5)
    page.fit_to_pages(1, 0)
    page.center_horizontally()
    page.set_column(0, 0, _UNIT)
    page.set_column(1, last, max(5, (_PAPER - _UNIT) / last))
    place = _above(page, formats, sheet.lines, last)
    first = place
    place = _heads(page, formats, sheet, first)
    page.repeat_rows(first, place - 1)
    page.freeze_panes(place, 1)
    for unit, figures in sheet.rows:
        page.write_string(place, 0, safe_cell(unit), formats['unit'])
        for column, figure in zip(columns, figures, strict=True):
            _figure(page, formats, place, column, figure)
        place += 1
    page.merge_range(
        place, 0, place, last, f"{last + 1}. {sheet.words['note']}:",
        formats['note'])
    for note in sheet.notes:
        place += 1
        page.merge_range(place, 0, place, last, note, formats['note'])
        # merged cells do not grow by themselves
        page.set_row(place, 15 * (1 + len(note) // 150))
    book.close()
    return buffer.getvalue()


def _formats(book):
    def made(**more):
        return book.add_format({
                'font_name': _FONT, 'font_size': 10, 'valign': 'vcenter',
                **more})
    cell = {'border': 1, 'align': 'right'}
    return {
        'code': made(align='center', bold=True),
        'title': made(align='center', bold=True, font_size=14),
        'line': made(align='center', italic=True, font_size=11),
        'head': made(
            border=1, align='center', bold=True, text_wrap=True),
        'number': made(border=1, align='center', italic=True, font_size=8,
            text_wrap=True),
        'unit': made(border=1, text_wrap=True),
        'text': made(border=1, align='center', text_wrap=True, italic=True,
            font_size=8),
        'whole': made(num_format='#,##0', **cell),
        'part': made(num_format='#,##0.###', **cell),
        'note': made(text_wrap=True, italic=True),
        }


def _above(page, formats, lines, last):
    kinds = ['code', 'title', *['line'] * len(lines)]
    for place, text in enumerate(lines):
        page.merge_range(place, 0, place, last, text, formats[kinds[place]])
    return len(lines) + 1


def _heads(page, formats, sheet, first):
    "Write the heads and the row of the numbers; return the row after them"
    depth = sheet.table.header_rows
    page.merge_range(
        first, 0, first + depth - 1, 0, sheet.words['unit'], formats['head'])
    for head in layout.heads(sheet.table):
        place = (
            first + head.row, head.column + 1, first + head.last_row,
            head.last_column + 1)
        if place[:2] == place[2:]:
            page.write_string(*place[:2], head.text, formats['head'])
        else:
            page.merge_range(*place, head.text, formats['head'])
    for row in range(depth):
        page.set_row(first + row, 90 if row == depth - 1 else 40)
    page.write_string(
        first + depth, 0, sheet.words['number'], formats['number'])
    page.set_row(first + depth, 36)
    for place, column in enumerate(sheet.table.columns.values(), 1):
        page.write_string(
            first + depth, place, column.printed, formats['number'])
    return first + depth + 1


def _figure(page, formats, place, column, figure):
    if isinstance(figure, int | Decimal):
        page.write_number(
            place, column.number, figure,
            formats['part' if column.digits else 'whole'])
    else:
        page.write_string(place, column.number, figure, formats['text'])


class TableSheet(Report):
    "A statistical table in the layout of the circular, as a spreadsheet"
    __name__ = 'statistics.sheet'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        # an entry is written
        cls.__rpc__['execute'] = RPC(readonly=False)

    @classmethod
    def execute(cls, ids, data):
        from .screen import CONTEXT
        pool = Pool()
        pool.get('ir.model.access').check('statistics.table', 'read')
        data = data or {}
        text = data.get('request') or Transaction().context.get(CONTEXT)
        if not text:
            raise AccessError(gettext('statistics.msg_no_table'))
        request = Request.of(text)
        drawing = Drawing(request)
        Entry = pool.get('audit.entry')
        Entry.append([{
                    'action': 'export',
                    'resource': f'agencies.agency,{request.agency}',
                    'summary': f'{cls.__name__}: {request.text}'}])
        return (
            'xlsx', workbook(cls.sheet(drawing)), False,
            f"{request.table.replace('/', '-')} {request.start:%Y-%m-%d} "
            f'{request.end:%Y-%m-%d}')

    @classmethod
    def sheet(cls, drawing):
        "Return the Sheet of a Drawing"
        request, words = drawing.request, drawing.circular.words

        def figure(unit, number):
            figure = drawing.figures[unit.id, number]
            if figure.hidden:
                return HIDDEN
            if figure.value is None:
                return gettext('statistics.msg_unknown')
            return figure.value
        start, end = (
            f'{d.day:02}/{d.month:02}/{d.year}' for d in (
                request.start, request.end))
        notes = [*drawing.chosen(), *drawing.notes(), *drawing.explain()]
        if drawing.closed:
            notes.append(gettext(
                    'statistics.msg_hidden', least=drawing.circular.least))
        return Sheet(
            drawing.definition, [
                request.table, drawing.definition.title,
                words['days'].format(start=start, end=end),
                words['attached'].format(agency=drawing.units[0].name)],
            [(unit.name, [
                        figure(unit, n) for n in drawing.definition.columns])
                for unit in drawing.units],
            notes, words)
