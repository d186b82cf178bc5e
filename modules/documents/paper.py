# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""An official paper as parts: a form of data/ filled in with plain values.

Pure functions, without Tryton.  What comes out is neither HTML nor Word: both
are drawn from the same parts (layout.py, word.py).

The words of a form are templates in the sandbox of Jinja.  They see the values
they are given and nothing else.  What they print and nobody has said is no
blank on the paper: `MissingFacts` names it.
"""
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import jinja2
from jinja2 import meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

# Stand in the filled text for what a value may not say itself: characters of
# the markup, a break, what nobody has said, what is written by hand
_STAR, _BAR, _BREAK = '\ue000', '\ue001', '\ue002'
# where a value begins and ends
_START, _END = '\ue003', '\ue004'
_OPEN, _CLOSE, _HAND = '\ue010', '\ue011', '\ue012'
_PRIVATE = re.compile('[\ue000-\uf8ff]')
_MISSING = re.compile(f'{_OPEN}([^{_CLOSE}]*){_CLOSE}')
_INLINE = re.compile(rf'(\*\*|\*|{_HAND}+)')
# How a line of a text begins that is no plain paragraph
_MARKS = {'#': 'centre', '=': 'heading', '~': 'ground', '|': 'row'}


class MissingFacts(ValueError):
    "What a form prints and nobody has said: the names of the fields"

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(sorted(set(names)))
        super().__init__(', '.join(self.names))


class FormError(ValueError):
    "A form that can not be printed: the message says what is wrong"


@dataclass(frozen=True)
class Run:
    """Words of one look

    hand -- how much room is left to write there by hand, in characters"""
    text: str
    bold: bool = False
    italic: bool = False
    hand: int = 0


@dataclass(frozen=True)
class Block:
    """A paragraph or a table of the text

    look -- paragraph, centre, heading, ground or table
    runs -- of a paragraph
    rows -- of a table, each a list of cells; the first is its head"""
    look: str
    runs: tuple[Run, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def text(self) -> str:
        if self.rows:
            return '\n'.join(' '.join(cells) for cells in self.rows)
        return ''.join(run.text for run in self.runs)


@dataclass(frozen=True)
class Signer:
    """A place for a signature

    lines -- what stands above it: "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"
    how -- how it is signed by hand
    name -- who signs, None where the name is written by hand"""
    lines: tuple[str, ...]
    how: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class Paper:
    """A paper to draw, all of it

    number -- "05/TB-UBND"; None of what has none
    about -- below the title, or of a letter without one "V/v …"
    is_draft -- it says so, and has room for the number"""
    code: str
    superior: str
    agency: str
    number: str | None
    place: str
    day: dt.date | None
    title: str
    about: str
    to: tuple[str, ...]
    blocks: tuple[Block, ...]
    receives: tuple[str, ...]
    signers: tuple[Signer, ...]
    is_draft: bool = False
    record: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        "What the paper is called in lists, in metadata and as a file"
        return ' '.join(filter(None, [self.title, self.about]))


class Missing(jinja2.Undefined):
    "What nobody has said: false where asked for, named where printed"
    __slots__ = ()

    def __str__(self) -> str:
        return f'{_OPEN}{self._undefined_name}{_CLOSE}'

    def __iter__(self) -> Iterator['Missing']:
        return iter([self])

    def __getattr__(self, name: str) -> 'Missing':
        if name.startswith('__'):
            raise AttributeError(name)
        return self

    def __getitem__(self, name: Any, /) -> 'Missing':  # type: ignore[override]
        return self


def _plain(value: Any) -> str:
    "Return a value as the markup can not mistake it"
    if isinstance(value, jinja2.Undefined):
        return str(value)
    if isinstance(value, dt.date):
        value = short_day(value)
    text = str(value)
    if _OPEN in text or _HAND in text:
        return text
    text = _PRIVATE.sub('', text).strip()
    return _START + text.replace('*', _STAR).replace('|', _BAR).replace(
        '\r', '').replace('\n', _BREAK) + _END


def short_day(day: dt.date) -> str:
    """Return a day as it stands within a text

    >>> short_day(dt.date(2026, 8, 5))
    '05/8/2026'
    """
    month = f'{day.month:02}' if day.month < 3 else str(day.month)
    return f'{day.day:02}/{month}/{day.year}'


def long_day(day: dt.date) -> str:
    """Return a day in words, as Decree 30/2020 writes it

    >>> long_day(dt.date(2026, 8, 5))
    'ngày 05 tháng 8 năm 2026'
    >>> long_day(dt.date(2027, 2, 15))
    'ngày 15 tháng 02 năm 2027'
    """
    month = f'{day.month:02}' if day.month < 3 else str(day.month)
    return f'ngày {day.day:02} tháng {month} năm {day.year}'


def two_digits(number: int) -> str:
    """Return a number with a nought before it where it has one digit

    >>> two_digits(5), two_digits(120)
    ('05', '120')
    """
    return f'{int(number):02}'


def begin(text: str) -> str:
    """Return a text with a capital at its beginning

    >>> begin('ông Trần Văn Bình')
    'Ông Trần Văn Bình'
    """
    return text[:1].upper() + text[1:]


def _said(filter_: Any) -> Any:
    "Leave what nobody has said as it is"
    def wrapper(value: Any) -> Any:
        if isinstance(value, jinja2.Undefined):
            return value
        return filter_(value)
    return wrapper


def hand(count: int = 12) -> str:
    "Leave room to write by hand"
    return _HAND * max(1, min(int(count), 90))


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=Missing, finalize=_plain, autoescape=False,
        trim_blocks=True, lstrip_blocks=True)
    environment.globals = {'hand': hand}
    environment.filters = {
        'upper': _said(lambda text: str(text).upper()),
        'begin': _said(begin),
        'long_day': _said(long_day),
        'two_digits': _said(two_digits),
        'join': lambda values, by=', ': values if isinstance(
            values, jinja2.Undefined) else by.join(map(str, values)),
        }
    environment.tests = {'defined': environment.tests['defined']}
    return environment


_ENVIRONMENT = _environment()


@lru_cache(maxsize=1000)
def _template(text: str) -> jinja2.Template:
    try:
        return _ENVIRONMENT.from_string(text)
    except jinja2.TemplateError as error:
        raise FormError(f"{error}: {text[:60]}") from None


def asked(text: str) -> set[str]:
    """Return the names of the values that a text of a form asks for

    >>> sorted(asked("{{ day }}{% if phone %}, {{ phone }}{% endif %}"))
    ['day', 'phone']
    """
    try:
        return meta.find_undeclared_variables(
            _ENVIRONMENT.parse(text)) - {'hand'}
    except jinja2.TemplateError as error:
        raise FormError(f"{error}: {text[:60]}") from None


def said(
        values: Mapping[str, Any], optional: Iterable[str] = ()
        ) -> dict[str, Any]:
    """Return the values that say something

    optional -- what is printed as nothing where nobody has said it"""
    return {
        **dict.fromkeys(optional, ''),
        **{name: value for name, value in values.items()
            if value not in (None, '', [], ())}}


def fill(text: str, values: Mapping[str, Any]) -> str:
    """Return a text of a form filled in, with its marks

    values -- those of `said`

    Raises FormError where the form does what it may not."""
    try:
        return _template(text).render(values)
    except (jinja2.TemplateError, TypeError, AttributeError,
            OverflowError) as error:
        raise FormError(f"{error}: {text[:60]}") from None


def _clean(text: str) -> str:
    # what somebody has written as a sentence stands within one
    text = re.sub(rf'\.{_END}(?=[.;,:])', '', text)
    return text.replace(_STAR, '*').replace(_BAR, '|').replace(
        _START, '').replace(_END, '').replace(_BREAK, '\n')


def _line(text: str) -> str:
    "Return a filled text of one line"
    return ' '.join(_clean(text.replace('*', '')).split())


def runs(text: str) -> tuple[Run, ...]:
    """Return a filled line as runs

    >>> [(r.text, r.bold) for r in runs("**Điều 1.** Thụ lý")]
    [('Điều 1.', True), (' Thụ lý', False)]
    """
    result, bold, italic = [], False, False
    for part in _INLINE.split(text):
        if part == '**':
            bold = not bold
        elif part == '*':
            italic = not italic
        elif part.startswith(_HAND):
            result.append(Run('', bold, italic, len(part)))
        elif part:
            result.append(Run(_clean(part), bold, italic))
    return tuple(result)


def blocks(text: str) -> tuple[Block, ...]:
    "Return a filled text as its paragraphs and tables"
    result: list[Block] = []
    rows: list[tuple[str, ...]] = []
    # a value of several lines that stands alone is as many paragraphs
    lines = [
        part for line in text.splitlines() for part in (
            line.replace(_BREAK, f'{_END}\n{_START}').split('\n')
            if line.startswith(_START) else [line])]
    for line in [*(line.strip() for line in lines), '']:
        mark = _MARKS.get(line[:1]) if line[1:2] == ' ' else None
        if mark == 'row':
            rows.append(tuple(
                    _line(cell) for cell in line[2:].split('|')))
            continue
        if rows:
            result.append(Block('table', rows=tuple(rows)))
            rows = []
        # an optional line that says nothing is none
        if _clean(line) and line not in _MARKS:
            result.append(Block(
                    mark or 'paragraph',
                    runs(line[2:] if mark else line)))
    return tuple(result)


def _number(form: Mapping[str, Any], values: Mapping[str, Any]) -> str | None:
    sign = form.get('sign')
    if not sign:
        return None
    serial = values.get('number')
    return f"{serial or ''}/{_line(fill(sign, values))}"


def _signers(
        form: Mapping[str, Any], values: Mapping[str, Any]
        ) -> Iterator[tuple[list[str], str | None, str]]:
    for signer in form['signers']:
        yield (
            [fill(line, values) for line in signer['lines']],
            signer.get('how'), fill(signer.get('name', ''), values))


def compose(
        form: Mapping[str, Any], grounds: Iterable[str],
        values: Mapping[str, Any]) -> Paper:
    """Return a form filled in

    form -- of the catalogue
    grounds -- the texts of the law that it relies on, of its day
    values -- of the fields; always agency and day

    Raises MissingFacts for all that is missing, FormError."""
    values = said(values, ['signs_for', *form.get('optional', [])])
    texts = {
        'title': form.get('title', ''), 'about': form.get('about', ''),
        'body': form['body'].replace('@grounds', '\n'.join(
                f'~ {text}' for text in grounds)),
        }
    filled = {name: fill(text, values) for name, text in texts.items()}
    to = [fill(text, values) for text in form.get('to', [])]
    receives = [fill(text, values) for text in form.get('receives', [])]
    signers = list(_signers(form, values))
    place = fill('{{ place }}', values) if form.get('dated', True) else ''
    head = [fill('{{ agency }}', values), place, _number(form, values) or '']
    names = _MISSING.findall('\n'.join([
                *filled.values(), *to, *receives, *head,
                *(line for lines, _, name in signers
                    for line in [*lines, name])]))
    if names:
        raise MissingFacts(name.lower() for name in names)
    return Paper(
        code=form['code'], superior=_line(str(values.get('superior') or '')),
        agency=_line(head[0]), number=_number(form, values),
        place=_line(place), title=_line(filled['title']),
        day=values['day'] if form.get('dated', True) else None,
        about=_line(filled['about']), to=tuple(filter(None, map(_line, to))),
        blocks=_punctuated(blocks(filled['body'])),
        receives=tuple(filter(None, map(_line, receives))),
        signers=tuple(
            Signer(tuple(filter(None, map(_line, lines))), how,
                _line(name) or None)
            for lines, how, name in signers),
        is_draft=bool(form.get('sign')) and not values.get('number'))


def _punctuated(parts: tuple[Block, ...]) -> tuple[Block, ...]:
    "Return the parts, each ground with a semicolon, the last with a full stop"
    result = list(parts)
    for i, block in enumerate(parts):
        if block.look != 'ground':
            continue
        last = i + 1 == len(parts) or parts[i + 1].look != 'ground'
        *before, end = block.runs
        text = end.text.rstrip(' .;,') + ('.' if last else ';')
        result[i] = Block('ground', (
                *before, Run(text, end.bold, end.italic, end.hand)))
    return tuple(result)
