# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The printable page: why is it due on this day?

Pure functions, without Tryton.  One page of HTML for each time limit: the
sentences, and the months as on a paper calendar with the number of each day
that counts, so that anybody can count again by hand.
"""
import calendar as months
import datetime as dt
from html import escape

from .explain import format_date

WORDS = {
    'vi': {
        'title': "Vì sao đến hạn ngày này?",
        'due': "Ngày cuối cùng", 'none': "đang tạm dừng",
        'month': "Tháng {month}/{year}",
        'weekdays': ["T2", "T3", "T4", "T5", "T6", "T7", "CN"],
        'printed': "Lập ngày {date}",
        'legend': [
            ('start', "0", "ngày xảy ra sự kiện"),
            ('counted', "1", "ngày được tính"),
            ('rest', "×", "ngày nghỉ, không tính"),
            ('pause', "=", "tạm dừng, không tính"),
            ('rolled', "→", "chuyển sang ngày làm việc"),
            ('due', "■", "ngày cuối cùng"),
            ],
        },
    'en': {
        'title': "Why is it due on this day?",
        'due': "Last day", 'none': "paused",
        'month': "{month}/{year}",
        'weekdays': ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"],
        'printed': "Made on {date}",
        'legend': [
            ('start', "0", "day of the event"),
            ('counted', "1", "day that counts"),
            ('rest', "×", "day of rest, not counted"),
            ('pause', "=", "paused, not counted"),
            ('rolled', "→", "moved to a working day"),
            ('due', "■", "last day"),
            ],
        },
    }
STYLE = """
@page { size: A4; margin: 18mm }
body { font: 12pt/1.4 "Times New Roman", "Noto Serif", serif; color: #000;
  max-width: 180mm; margin: 1em auto }
section { page-break-after: always } section:last-child {
  page-break-after: auto }
h1 { font-size: 15pt; margin: 0 } h2 { font-size: 13pt; margin: .2em 0 }
.due { border: 1.5pt solid #000; padding: .3em .6em; margin: .6em 0;
  font-weight: bold }
.notes { border-left: 3pt solid #000; padding-left: .6em }
ol { padding-left: 1.6em } li { margin: .15em 0 }
.months { display: flex; flex-wrap: wrap; gap: 5mm }
table { border-collapse: collapse; break-inside: avoid; font-size: 9pt }
caption { font-weight: bold } td, th { border: .5pt solid #888; width: 7mm;
  height: 8mm; text-align: center; padding: 0; vertical-align: middle }
td small { display: block; font-size: 7pt; line-height: 1 }
.counted { background: #e3efdc } .rest { color: #666; background: #eee }
.pause { background: #fff3cf } .rolled { background: #dce9f7 }
.start { outline: 1.5pt dashed #000; outline-offset: -2pt }
.due-day { outline: 2pt solid #000; outline-offset: -2pt; font-weight: bold }
.legend span { display: inline-block; margin-right: 1em }
.legend b { border: .5pt solid #888; padding: 0 .3em; margin-right: .3em }
footer { font-size: 9pt; color: #444; margin-top: 1em }
"""


def marks(explanation):
    "Return {day: (class, sign)} for the days of an Explanation"
    result, number = {}, 0
    numbered = explanation.version.unit in {'day', 'working_day'}
    for span in explanation.result.spans:
        first, last = sorted((span.first, span.last))
        days = [
            first + dt.timedelta(days=n) for n in range(span.days)]
        for day in days if span.first <= span.last else reversed(days):
            if span.counted:
                number += 1
                result[day] = ('counted', str(number) if numbered else '·')
            elif span.reason == 'pause':
                result[day] = ('pause', '=')
            elif span.reason in {'rolled', 'left'}:
                result[day] = ('rolled', '→')
            else:
                result[day] = ('rest', '×')
    result.setdefault(explanation.start, ('start', '0'))
    return result


def page(explanations, title='', subtitle='', language='vi', today=None):
    """Return a page of HTML to print, one section for each Explanation.

    title, subtitle -- of the letter or the case it is for
    today -- the date at its foot
    """
    words = WORDS.get(language, WORDS['en'])
    parts = [_section(e, title, subtitle, words, language, today)
        for e in explanations]
    return (
        '<!DOCTYPE html>\n'
        f'<html lang="{escape(language)}"><head><meta charset="utf-8">'
        f'<title>{escape(title or words["title"])}</title>'
        f'<style>{STYLE}</style></head>\n<body>\n'
        + '\n'.join(parts) + '\n</body></html>\n')


def _section(explanation, title, subtitle, words, language, today):
    result = explanation.result
    due = explanation.due(language) if result.due_on else words['none']
    lines = explanation.lines(language)
    notes = explanation.notes(language)
    steps = lines[:len(lines) - len(notes)]
    parts = [f'<h1>{escape(words["title"])}</h1>']
    if title:
        parts.append(f'<h2>{escape(title)}</h2>')
    if subtitle:
        parts.append(f'<p>{escape(subtitle)}</p>')
    parts.append(f'<h2>{escape(explanation.code)}'
        + (f' – {escape(explanation.name)}' if explanation.name else '')
        + '</h2>')
    parts.append(
        f'<p class="due">{escape(words["due"])}: {escape(due)}</p>')
    parts.append('<ol>' + ''.join(
            f'<li>{escape(step)}</li>' for step in steps) + '</ol>')
    if notes:
        parts.append('<div class="notes">' + ''.join(
                f'<p>{escape(note)}</p>' for note in notes) + '</div>')
    parts.append(_months(explanation, words))
    parts.append('<p class="legend">' + ''.join(
            f'<span><b class="{css}">{sign}</b>{escape(text)}</span>'
            for css, sign, text in words['legend']) + '</p>')
    if today:
        parts.append('<footer>' + escape(words['printed'].format(
                    date=format_date(today, language))) + '</footer>')
    return '<section>' + '\n'.join(parts) + '</section>'


def _months(explanation, words):
    days = marks(explanation)
    first, last = min(days), max(days)
    parts, year, month = [], first.year, first.month
    while (year, month) <= (last.year, last.month):
        parts.append(_month(
                year, month, days, explanation.result.due_on, words))
        year, month = year + month // 12, month % 12 + 1
    return '<div class="months">' + '\n'.join(parts) + '</div>'


def _month(year, month, days, due_on, words):
    rows = ['<tr>' + ''.join(
            f'<th>{escape(name)}</th>' for name in words['weekdays'])
        + '</tr>']
    for week in months.Calendar().monthdatescalendar(year, month):
        cells = []
        for day in week:
            if day.month != month:
                cells.append('<td></td>')
                continue
            css, sign = days.get(day, ('', ''))
            if day == due_on:
                css = f'{css} due-day'.strip()
            cells.append(
                f'<td class="{css}">{day.day}<small>{sign}</small></td>')
        rows.append('<tr>' + ''.join(cells) + '</tr>')
    caption = words['month'].format(month=f'{month:02}', year=year)
    return f'<table><caption>{caption}</caption>' + ''.join(rows) + '</table>'
