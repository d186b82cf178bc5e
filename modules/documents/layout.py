# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A paper as a page of HTML, laid out as Decree 30/2020 wants.

Pure functions, without Tryton.  The sizes are those of Phụ lục I; what is
drawn by nobody but WeasyPrint need not look right in a browser.
"""
import datetime as dt
import re
from dataclasses import replace
from html import escape

from .paper import Block, Paper, Run, Signer, begin, long_day

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
DRAFT = "DỰ THẢO"
RECEIVES = "Nơi nhận:"
TO = "Kính gửi:"
# What must not be broken at the end of a line: the sign of a paper
SIGN = re.compile(r'\S*\d/\S*[A-ZĐ]\S*|\d+/\d+/\d+')
# Long names of bodies are broken after these words
_BODY = re.compile(
    r'(ỦY BAN NHÂN DÂN|HỘI ĐỒNG NHÂN DÂN|VĂN PHÒNG|THANH TRA) (?=.{8})')
STYLE = """
@page { size: A4; margin: 20mm 20mm 20mm 30mm;
  @top-center { content: counter(page); font: 13pt Tinos; } }
@page :first { @top-center { content: none } }
html { font: 14pt/1.3 Tinos, "Times New Roman", serif; color: #000 }
body { margin: 0 }
p, h1, h2 { margin: 0; font-size: 14pt; font-weight: normal }
.draft { position: absolute; top: -12mm; left: 0; font-size: 12pt;
  font-weight: bold; border: .75pt solid; padding: 0 2mm }
.head { display: flex; line-height: 1.15; text-align: center }
.from { width: 64mm } .nation { width: 96mm }
.head p { font-size: 12pt } .head .number { font-size: 13pt; margin-top: 5pt }
.head .nation p { white-space: nowrap } .head .motto { font-size: 13pt }
.head .place { font-style: italic; font-size: 13pt; margin-top: 5pt }
.head .about { margin-top: 6pt; padding: 0 2mm }
b, .b { font-weight: bold } i { font-style: italic }
.rule { border-top: .75pt solid; margin: 1.5pt auto 0; height: 0 }
.from .rule { width: 22mm } .nation .rule { width: 61mm }
.titles { margin: 16pt 0 12pt; text-align: center; font-weight: bold }
.titles .rule { width: 34mm; margin-top: 3pt }
.titles h1, .titles h2 { font-weight: bold }
.to { margin: 0 0 10pt 15mm; break-inside: avoid } .to p { margin: 0 }
.to.one { text-align: center; margin-left: 0 }
.to .each { padding-left: 22mm }
.text p { text-align: justify; text-indent: 12.7mm; margin-bottom: 6pt;
  overflow-wrap: anywhere; white-space: pre-line; orphans: 2; widows: 2 }
.text .ground { font-style: italic }
.text .centre, .text .heading { font-weight: bold; break-after: avoid }
.text .centre { text-align: center; text-indent: 0; margin: 6pt 0 8pt }
.n { white-space: nowrap }
.hand { display: inline-block; border-bottom: 1pt dotted; height: 1em }
table { border-collapse: collapse; width: 100%; margin: 2pt 0 8pt }
th, td { border: .75pt solid; padding: 2pt 4pt; font-size: 13pt;
  vertical-align: top; text-align: left; overflow-wrap: anywhere }
th { text-align: center } td:first-child { text-align: center }
tr { break-inside: avoid }
.foot { display: flex; justify-content: space-between; margin-top: 12pt;
  break-inside: avoid; break-before: avoid }
.receives { width: 60mm; line-height: 1.15 }
.receives p { font-size: 11pt } .receives .b { font-size: 12pt;
  font-style: italic }
.signers { display: flex; flex-wrap: wrap; justify-content: space-around;
  flex: 1 }
.signer { text-align: center; font-weight: bold; width: 92mm;
  break-inside: avoid }
.many .signer { width: 78mm; margin-bottom: 8pt }
.three .signer { width: 52mm } .three .signer p { font-size: 12pt }
.signer .how { font-weight: normal; font-style: italic; font-size: 13pt }
.signer .space { height: 24mm }
"""


def _text(text: str) -> str:
    "Return a text as HTML whose signs stay whole"
    parts, last = [], 0
    for found in SIGN.finditer(text):
        parts += [
            escape(text[last:found.start()]),
            f'<span class="n">{escape(found[0])}</span>']
        last = found.end()
    return ''.join([*parts, escape(text[last:])])


def _run(run: Run) -> str:
    if run.hand:
        return f'<span class="hand" style="width: {run.hand * 2}mm"></span>'
    text = _text(run.text)
    if run.bold:
        text = f'<b>{text}</b>'
    return f'<i>{text}</i>' if run.italic else text


def _block(block: Block) -> str:
    if block.look == 'table':
        head, *rows = (
            ''.join(f'<{tag}>{_text(cell)}</{tag}>' for cell in cells)
            for tag, cells in [('th', block.rows[0]), *(
                    ('td', cells) for cells in block.rows[1:])])
        return (
            f'<table><thead><tr>{head}</tr></thead><tbody>'
            + ''.join(f'<tr>{row}</tr>' for row in rows)
            + '</tbody></table>')
    return (f'<p class="{block.look}">'
        + ''.join(map(_run, block.runs)) + '</p>')


def body_lines(name: str) -> list[str]:
    """Return the name of a body as it stands at the head, in lines

    >>> body_lines("Ủy ban nhân dân tỉnh Đắk Lắk")
    ['ỦY BAN NHÂN DÂN', 'TỈNH ĐẮK LẮK']
    """
    return _BODY.sub('\\1\n', name.upper(), count=1).split('\n')


def number_line(paper: Paper) -> str:
    "Return the line of the number; a draft has room for it"
    serial, _, sign = (paper.number or '').partition('/')
    return f'Số: {serial or "       "}/{sign}'


def _head(paper: Paper) -> str:
    def name(body: str, look: str = '') -> str:
        lines = '<br/>'.join(map(escape, body_lines(body)))
        return f'<p{look}>{lines}</p>'
    left = [
        name(paper.superior) if paper.superior else '',
        name(paper.agency, ' class="b"'), '<div class="rule"></div>']
    if paper.number is not None:
        left.append(
            '<p class="number" style="white-space: pre">'
            f'{escape(number_line(paper))}</p>')
    if not paper.title and paper.about:
        left.append(f'<p class="about">{_text(paper.about)}</p>')
    right = [
        f'<p class="b">{NATION}</p><p class="b motto">{MOTTO}</p>'
        '<div class="rule"></div>']
    if paper.day:
        right.append(
            f'<p class="place">{escape(paper.place)}, '
            f'{long_day(paper.day)}</p>')
    return (
        f'<div class="head"><div class="from">{"".join(left)}</div>'
        f'<div class="nation">{"".join(right)}</div></div>')


def _titles(paper: Paper) -> str:
    if not paper.title:
        return '<div style="height: 14pt"></div>'
    about = f'<h2>{_text(paper.about)}</h2>' if paper.about else ''
    return (f'<div class="titles"><h1>{_text(paper.title)}</h1>{about}'
        '<div class="rule"></div></div>')


def to_lines(paper: Paper) -> list[str]:
    "Return whom a paper is addressed to, as its lines"
    if len(paper.to) == 1:
        return [f'{TO} {paper.to[0]}']
    return [TO, *closed(paper.to)] if paper.to else []


def closed(lines: tuple[str, ...]) -> list[str]:
    "Return a list of people as the decree closes its lines"
    return [
        f'- {begin(line).rstrip(" .;")}{"." if place == len(lines) else ";"}'
        for place, line in enumerate(lines, 1)]


def _to(paper: Paper) -> str:
    lines = to_lines(paper)
    if not lines:
        return ''
    if len(lines) == 1:
        return f'<div class="to one"><p>{_text(lines[0])}</p></div>'
    first, *rest = lines
    return (f'<div class="to"><p>{first}</p>' + ''.join(
            f'<p class="each">{_text(line)}</p>' for line in rest) + '</div>')


def in_rows(signers: tuple[Signer, ...]) -> list[tuple[Signer, ...]]:
    """Return who signs side by side, with as many lines above each"""
    most = 3 if len(signers) == 3 else 2
    rows = [
        signers[start:start + most] for start in range(0, len(signers), most)]
    result = []
    for row in rows:
        lines = max(len(s.lines) for s in row)
        result.append(tuple(
                replace(s, lines=s.lines + (lines - len(s.lines)) * ('\xa0',))
                for s in row))
    return result


def _signer(signer: Signer) -> str:
    how = (f'<p class="how">({escape(signer.how)})</p>'
        if signer.how and not signer.name else '')
    return (
        '<div class="signer">' + ''.join(
            f'<p class="b">{escape(line)}</p>' for line in signer.lines)
        + how + '<div class="space"></div>'
        + (f'<p class="b">{escape(signer.name)}</p>' if signer.name else '')
        + '</div>')


def _foot(paper: Paper) -> str:
    parts = ['<div class="foot">']
    if paper.receives:
        parts.append(
            f'<div class="receives"><p class="b">{RECEIVES}</p>' + ''.join(
                f'<p>{_text(line)}</p>' for line in closed(paper.receives))
            + '</div>')
    many = len(paper.signers) > 1
    look = 'signers' + (' many' if many else '') + (
        ' three' if len(paper.signers) == 3 else '')
    parts += [
        f'<div class="{look}">',
        *(_signer(signer) for row in in_rows(paper.signers)
            for signer in row), '</div></div>']
    return ''.join(parts)


def page(paper: Paper, made: dt.datetime | None = None) -> str:
    """Return a paper as a page of HTML

    made -- when, in UTC, for the metadata"""
    stamp = (f'<meta name="dcterms.created" content="{made.isoformat()}Z"/>'
        if made else '')
    draft = f'<div class="draft">{DRAFT}</div>' if paper.is_draft else ''
    return (
        '<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"/>'
        f'<title>{escape(paper.name)}</title>'
        f'<meta name="author" content="{escape(paper.agency)}"/>'
        f'<meta name="generator" content="Donthu"/>{stamp}'
        f'</head><body>{draft}{_head(paper)}{_titles(paper)}{_to(paper)}'
        f'<div class="text">{"".join(map(_block, paper.blocks))}</div>'
        f'{_foot(paper)}</body></html>')
