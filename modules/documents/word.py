# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A paper as a draft in Word, drawn from the same parts as the PDF.

Pure functions, without Tryton.
"""
import io
import re
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from . import layout
from .paper import Block, Paper, Run, Signer, long_day

FONT = 'Times New Roman'
# as the margins and the head of layout.py
_LEFT, _RIGHT, _WIDTH = 64, 96, 160


def _write(
        paragraph: Any, text: str, size: float, bold: bool = False,
        italic: bool = False) -> None:
    """Add words to a paragraph; the signs of papers stay on one line

    Word breaks after a hyphen unless it is one of its own."""
    last = 0
    for found in [*layout.SIGN.finditer(text), None]:
        end = found.start() if found else len(text)
        _run(paragraph, text[last:end], size, bold, italic)
        if found:
            first, *rest = found[0].split('-')
            run = _run(paragraph, first, size, bold, italic)
            for part in rest:
                run._r.append(OxmlElement('w:noBreakHyphen'))
                run.add_text(part)
            last = found.end()


def _run(
        paragraph: Any, text: str, size: float, bold: bool,
        italic: bool) -> Any:
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold or None, italic or None, Pt(
        size)
    return run


def _line(
        cell: Any, text: str = '', size: float = 14, bold: bool = False,
        italic: bool = False, align: Any = ALIGN.CENTER) -> Any:
    paragraph = cell.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.keep_with_next = True
    if text:
        _write(paragraph, text, size, bold, italic)
    return paragraph


def _rule(paragraph: Any, indent: float) -> None:
    "Draw a rule below a paragraph, shorter by an indent on both sides"
    borders = OxmlElement('w:pBdr')
    bottom = OxmlElement('w:bottom')
    for name, value in [
            ('val', 'single'), ('sz', '6'), ('space', '1'),
            ('color', '000000')]:
        bottom.set(qn(f'w:{name}'), value)
    borders.append(bottom)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, 'w:shd', 'w:tabs', 'w:suppressAutoHyphens', 'w:kinsoku',
        'w:wordWrap', 'w:overflowPunct', 'w:topLinePunct', 'w:autoSpaceDE',
        'w:autoSpaceDN', 'w:bidi', 'w:adjustRightInd', 'w:snapToGrid',
        'w:spacing', 'w:ind', 'w:contextualSpacing', 'w:mirrorIndents',
        'w:suppressOverlap', 'w:jc', 'w:textDirection', 'w:textAlignment',
        'w:textboxTightWrap', 'w:outlineLvl', 'w:divId', 'w:cnfStyle',
        'w:rPr', 'w:sectPr', 'w:pPrChange')
    paragraph.paragraph_format.left_indent = Mm(indent)
    paragraph.paragraph_format.right_indent = Mm(indent)
    paragraph.paragraph_format.line_spacing = Pt(3)


def _columns(document: Any, widths: list[float]) -> list[Any]:
    "Return the empty cells of a row without borders"
    table = document.add_table(1, len(widths))
    table.autofit = False
    cells = list(table.rows[0].cells)
    for cell, column, width in zip(
            cells, table.columns, widths, strict=True):
        cell.width = column.width = Mm(width)
    _whole(table.rows[0])
    return cells


def _whole(row: Any, is_head: bool = False) -> None:
    "Keep a row on one page; a head is repeated on each"
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement('w:cantSplit'))
    if is_head:
        properties.append(OxmlElement('w:tblHeader'))


def _filled(cell: Any) -> None:
    "Remove the paragraph with which a cell begins"
    if len(cell.paragraphs) > 1:
        cell._tc.remove(cell.paragraphs[0]._p)


def _document(paper: Paper) -> Any:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(30), Mm(20)
    section.top_margin = section.bottom_margin = Mm(20)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    style = document.styles['Normal']
    style.font.name, style.font.size = FONT, Pt(14)
    style.element.rPr.rFonts.set(qn('w:eastAsia'), FONT)
    style.paragraph_format.space_after = Pt(0)
    language = OxmlElement('w:lang')
    language.set(qn('w:val'), 'vi-VN')
    style.element.rPr.append(language)
    _page_number(section.header.paragraphs[0])
    properties = document.core_properties
    properties.title, properties.author = paper.name, paper.agency
    properties.comments, properties.language = '', 'vi-VN'
    properties.last_modified_by = ''
    return document


def _page_number(paragraph: Any) -> None:
    paragraph.alignment = ALIGN.CENTER
    run = paragraph.add_run()
    for kind in ['begin', None, 'end']:
        element = OxmlElement('w:fldChar' if kind else 'w:instrText')
        if kind:
            element.set(qn('w:fldCharType'), kind)
        else:
            element.text = 'PAGE'
        run._r.append(element)


def _head(document: Any, paper: Paper) -> None:
    left, right = _columns(document, [_LEFT, _RIGHT])
    if paper.is_draft:
        _line(left, layout.DRAFT, 12, bold=True, align=ALIGN.LEFT)
        _line(right, '', 12)
    if paper.superior:
        for line in layout.body_lines(paper.superior):
            _line(left, line, 12)
    for line in layout.body_lines(paper.agency):
        _line(left, line, 12, bold=True)
    _rule(_line(left), 20)
    if paper.number is not None:
        _line(left, layout.number_line(paper), 13)
    if not paper.title and paper.about:
        _line(left, paper.about, 12)
    _line(right, layout.NATION, 12, bold=True)
    _line(right, layout.MOTTO, 13, bold=True)
    _rule(_line(right), 17)
    if paper.day:
        _line(right, f'{paper.place}, {long_day(paper.day)}', 13, italic=True)
    for cell in [left, right]:
        _filled(cell)


def _text(document: Any, block: Block) -> None:
    if block.look == 'table':
        _table(document, block)
        return
    paragraph = document.add_paragraph()
    layout_ = paragraph.paragraph_format
    layout_.space_after, layout_.widow_control = Pt(6), True
    centred = block.look == 'centre'
    paragraph.alignment = ALIGN.CENTER if centred else ALIGN.JUSTIFY
    if not centred:
        layout_.first_line_indent = Mm(12.7)
    strong = block.look in {'centre', 'heading'}
    layout_.keep_with_next = strong or None
    for run in block.runs:
        _write(
            paragraph, hand_text(run), 14, run.bold or strong,
            run.italic or block.look == 'ground')


def hand_text(run: Run) -> str:
    "Return what a run says; where one writes by hand, dots"
    return '.' * (2 * run.hand) if run.hand else run.text


def _table(document: Any, block: Block) -> None:
    table = document.add_table(len(block.rows), len(block.rows[0]))
    table.style = 'Table Grid'
    for number, (row, cells) in enumerate(
            zip(table.rows, block.rows, strict=True)):
        _whole(row, is_head=not number)
        for place, text in enumerate(cells):
            paragraph = row.cells[place].paragraphs[0]
            _write(paragraph, text, 13, bold=not number)
    if len(block.rows[0]) > 1 and re.fullmatch(r'STT|TT', block.rows[0][0]):
        narrow = 12
        rest = (_WIDTH - narrow) / (len(block.rows[0]) - 1)
        table.autofit = False
        for row in table.rows:
            for place, cell in enumerate(row.cells):
                cell.width = Mm(rest if place else narrow)


def _foot(document: Any, paper: Paper) -> None:
    _line(document, '', 6)
    for row in layout.in_rows(paper.signers):
        widths = [_WIDTH / len(row)] * len(row)
        if paper.receives:
            widths = [60.0, *[100.0 / len(row)] * len(row)]
        cells = _columns(document, widths)
        if paper.receives:
            _receives(cells.pop(0), paper)
        for cell, signer in zip(cells, row, strict=True):
            _signer(cell, signer)


def _receives(cell: Any, paper: Paper) -> None:
    _line(cell, layout.RECEIVES, 12, bold=True, italic=True, align=ALIGN.LEFT)
    for line in layout.closed(paper.receives):
        _line(cell, line, 11, align=ALIGN.LEFT)
    _filled(cell)


def _signer(cell: Any, signer: Signer) -> None:
    for line in signer.lines:
        _line(cell, line, 14, bold=True)
    if signer.how and not signer.name:
        _line(cell, f'({signer.how})', 13, italic=True)
    for _ in range(4):
        _line(cell)
    if signer.name:
        _line(cell, signer.name, 14, bold=True)
    _filled(cell)


def render(paper: Paper) -> bytes:
    "Return a paper as a file of Word (DOCX)"
    document = _document(paper)
    _head(document, paper)
    _line(document, '', 8)
    if paper.title:
        _line(document, paper.title, 14, bold=True)
        if paper.about:
            _line(document, paper.about, 14, bold=True)
        _rule(_line(document), 63)
        _line(document, '', 8)
    for place, line in enumerate(layout.to_lines(paper)):
        paragraph = _line(
            document, line, 14,
            align=ALIGN.LEFT if place else ALIGN.CENTER)
        if place:
            paragraph.paragraph_format.left_indent = Mm(40)
        paragraph.paragraph_format.space_after = Pt(8)
    for block in paper.blocks:
        _text(document, block)
    _foot(document, paper)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
