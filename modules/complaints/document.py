# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Official documents as pages to print, laid out as Decree 30/2020 wants.

Pure functions, without Tryton: data/documents.toml says which documents there
are and what they say, the reports fill them in.
"""
import string
import tomllib
from functools import cache
from html import escape
from pathlib import Path

DATA = Path(__file__).parent / 'data' / 'documents.toml'
# What stands where nothing is known, to be written by hand
BLANK = "………………"
STYLE = """
@page { size: A4; margin: 20mm 15mm 20mm 30mm }
body { font: 14pt/1.4 "Times New Roman", "Noto Serif", serif; color: #000;
  max-width: 165mm; margin: 1em auto }
article { page-break-after: always } article:last-child {
  page-break-after: auto }
.head, .foot { display: flex; justify-content: space-between }
.head > div { text-align: center; font-size: 12pt }
.head .from { width: 42% } .head .motto { width: 57%; white-space: nowrap }
.rule { border-bottom: 1px solid #000; width: 40%; margin: 2px auto 6px }
.place { font-style: italic; text-align: right; white-space: normal }
h1 { font-size: 14pt; text-align: center; margin: 1.2em 0 0 }
.about { text-align: center; font-weight: bold; margin: 0 }
.to { text-align: center; margin: 1em 0 }
.text { text-align: justify; text-indent: 10mm; margin: .4em 0;
  white-space: pre-line; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100% }
th, td { border: 1px solid #000; padding: 2px 6px; text-align: left;
  vertical-align: top }
.receives { font-size: 11pt } .receives b { font-style: italic;
  font-size: 12pt } .receives p { margin: 0 }
.signer { text-align: center; font-weight: bold; min-width: 45%;
  padding-bottom: 25mm }
"""


@cache
def documents():
    "Return the documents of the file, {(of, name): dict}"
    with DATA.open('rb') as file:
        return {
            (d['of'], d['name']): d
            for d in tomllib.load(file)['document']}


class _Values(dict):
    def __missing__(self, key):
        raise KeyError(f"the document asks for {key!r}")


def fill(text, values):
    """Return a text with what stands in braces filled in

    >>> fill("Ngày {day}", {'day': None})
    'Ngày ………………'
    """
    filled = {
        key: BLANK if value in (None, '') else str(value)
        for key, value in values.items()}
    return string.Formatter().vformat(text, (), _Values(filled))


def page(document, values, rows=(), more=''):
    """Return an official document as an <article> of HTML

    document -- a dict of `documents`
    values -- what is filled in; always: agency, superior, place, number,
        signed_on (a date, or None to be written by hand)
    rows -- of its list, lists of cells
    more -- HTML that stands below the list
    """
    def say(text):
        return escape(fill(text, values))

    def paragraphs(texts):
        return ''.join(
            f'<p class="text">{say(text)}</p>' for text in texts
            # a paragraph that is one empty value says nothing
            if not (text[1:-1].isidentifier() and text[:1] == '{'
                and not values.get(text[1:-1])))

    day = values.get('signed_on')
    date = (f'ngày {day:%d} tháng {day:%m} năm {day:%Y}' if day
        else 'ngày …… tháng …… năm ……')
    parts = [
        '<article><div class="head"><div class="from">',
        escape((values.get('superior') or '').upper()), '<br/><b>',
        escape(values['agency'].upper()), '</b><div class="rule"></div>']
    if document.get('sign'):
        parts.append(say('Số: {number}/' + document['sign']))
    parts += [
        '</div><div class="motto"><b>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br/>'
        'Độc lập - Tự do - Hạnh phúc</b><div class="rule"></div>',
        f'<p class="place">{escape(values.get("place") or BLANK)}, {date}</p>'
        '</div></div>',
        f'<h1>{say(document["title"])}</h1>']
    if document.get('about'):
        parts.append(f'<p class="about">{say(document["about"])}</p>')
    parts.append('<div class="rule"></div>')
    if document.get('to'):
        parts.append(f'<p class="to">Kính gửi: {say(document["to"])}</p>')
    parts.append(paragraphs(document['text']))
    if document.get('list'):
        parts.append(table(document['list'], rows))
    parts.append(more)
    parts.append(paragraphs(document.get('closing', [])))
    parts.append(_foot(document))
    parts.append('</article>')
    return ''.join(parts)


def table(titles, rows):
    "Return a list with a head as HTML"
    def row(cells, tag):
        return '<tr>' + ''.join(
            f'<{tag}>{escape(str(cell))}</{tag}>' for cell in cells) + '</tr>'
    return ('<table>' + row(titles, 'th')
        + ''.join(row(cells, 'td') for cells in rows) + '</table>')


def _foot(document):
    parts = ['<div class="foot">']
    if document.get('receives'):
        parts.append(
            '<div class="receives"><b>Nơi nhận:</b>' + ''.join(
                f'<p>- {escape(who)};</p>'
                for who in document['receives']) + '</div>')
    parts += [
        f'<div class="signer">{escape(signer)}</div>'
        for signer in document['signers']]
    parts.append('</div>')
    return ''.join(parts)


def html(title, articles):
    "Return articles as one page of HTML"
    return (
        '<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"/>'
        f'<title>{escape(title)}</title><style>{STYLE}</style></head><body>'
        + '\n'.join(articles) + '</body></html>')
