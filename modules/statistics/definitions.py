# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The tables of a circular, read from data/circular-*.toml.

Pure functions, without Tryton.
"""
import datetime as dt
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parent / 'data'
# as agencies.agency.CERTAINTIES
CERTAINTIES = ('verified', 'one transcription', 'memory', 'interpretation')


class DefinitionError(ValueError):
    "A file that can not be what it says"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; see the head of data/circular-06-2025.toml

    where -- {dimension: the values that are counted} of the source
    sum -- what is added up, None where records are counted"""
    number: int
    title: str
    path: tuple = ()
    formula: str = ''
    guide: str = ''
    unit: str = ''
    digits: int = 0
    stock: bool = False
    hand: bool = False
    certainty: str = ''
    of: str | None = None
    where: dict = field(default_factory=dict)
    sum: str | None = None
    per: int = 1

    @property
    def heading(self):
        "How it is called with the heads above it"
        return ' › '.join([*self.path, self.title])

    @property
    def printed(self):
        "What stands in the row MS"
        return self.formula or str(self.number)


@dataclass(frozen=True, slots=True)
class Table:
    "A table; columns by their numbers, relations as text by certainty"
    code: str
    title: str
    header_rows: int
    citation: str
    certainty: str
    columns: dict
    limits: tuple = ()
    implied: tuple = ()


class Reading(NamedTuple):
    "A question that the circular leaves open, with its choices"
    key: str
    question: str
    choices: dict
    citation: str
    why: str
    tables: tuple

    @property
    def default(self):
        return next(iter(self.choices))


class Note(NamedTuple):
    tables: tuple
    text: str


class Circular(NamedTuple):
    code: str
    name: str
    valid_from: dt.date
    citation: str
    certainty: str
    crowd: int
    least: int
    words: dict
    periods: tuple
    readings: dict
    notes: tuple
    tables: dict
    relations: tuple

    def readings_of(self, code):
        "Return the readings on which a table depends"
        return [r for r in self.readings.values() if code in r.tables]

    def notes_of(self, code):
        return [n.text for n in self.notes if code in n.tables]


def _column(values):
    values = dict(values)
    count = dict(values.pop('count', {}))
    if bool(count) == bool(values.get('hand')):
        raise DefinitionError(
            f"column {values['number']}: either count or hand")
    of, sum_, per = (
        count.pop('of', None), count.pop('sum', None), count.pop('per', 1))
    where = {
        name: frozenset(value if isinstance(value, list) else [value])
        for name, value in count.items()}
    path = tuple(values.pop('path', ()))
    return Column(
        **values, path=path, of=of, where=where, sum=sum_, per=per)


def _table(values):
    values = dict(values)
    columns = [_column(c) for c in values.pop('column')]
    if [c.number for c in columns] != list(range(1, len(columns) + 1)):
        raise DefinitionError(
            f"{values['code']}: the columns are not numbered through")
    deepest = max(len(c.path) for c in columns) + 1
    if deepest > values['header_rows']:
        raise DefinitionError(
            f"{values['code']}: {deepest} rows of heads are needed")
    return Table(
        columns={c.number: c for c in columns},
        limits=tuple(values.pop('limits', ())),
        implied=tuple(values.pop('implied', ())), **values)


def parse(text):
    """Return the Circular of a file

    Raises DefinitionError, or what tomllib raises."""
    values = tomllib.loads(text)
    tables = [_table(t) for t in values['table']]
    readings = [
        Reading(**{**r, 'tables': tuple(r['tables'])})
        for r in values.get('reading', [])]
    for certainty in [values['certainty'], *(t.certainty for t in tables), *(
            c.certainty for t in tables for c in t.columns.values()
            if c.certainty)]:
        if certainty not in CERTAINTIES:
            raise DefinitionError(f"no certainty: {certainty}")
    return Circular(
        values['code'], values['name'], values['valid_from'],
        values['citation'], values['certainty'], values['crowd']['people'],
        values['protection']['least'], values['words'],
        tuple(values['period']),
        {r.key: r for r in readings},
        tuple(Note(tuple(n['tables']), n['text'])
            for n in values.get('note', [])),
        {t.code: t for t in tables},
        tuple(r['text'] for r in values.get('relation', [])))


@cache
def circulars():
    "Return the circulars that there are, the latest first"
    found = [
        parse(path.read_text(encoding='utf-8'))
        for path in sorted(DATA.glob('circular-*.toml'))]
    return tuple(sorted(found, key=lambda c: c.valid_from, reverse=True))


def circular_on(day):
    """Return the Circular by which a period is reported that ends on day

    Raises DefinitionError for a day before the first."""
    for circular in circulars():
        if circular.valid_from <= day:
            return circular
    raise DefinitionError(f"no circular is known for {day:%d/%m/%Y}")
