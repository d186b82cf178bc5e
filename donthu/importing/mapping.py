# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A mapping says how the rows of a register become letters.

It is a small TOML file: see mappings/*.toml for the ones we ship.
"""
import csv
import io
import string
import tomllib
from contextlib import suppress
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path

from lxml import etree
from trytond.modules.foundation.text import fold

from donthu.errors import CommandError
from donthu.files import read_text
from donthu.importing.readers import read
from donthu.importing.recognise import recognise

SHIPPED = Path(__file__).parent / 'mappings'
# a table is a workbook or a text of columns: either can be saved as the other
FORMATS = ('table', 'xlsx', 'csv', 'xml')
FIELDS = {
    'key', 'received_on', 'channel', 'kind', 'instance', 'field',
    'people_count', 'name', 'name_address', 'identity_number', 'address',
    'phone',
    'agency', 'old_commune', 'old_district', 'old_province', 'content',
    'handling', 'handled_by', 'answered', 'accepted_on', 'complex', 'remote',
    'result', 'decision_number', 'decided_on', 'note'}
# Stands for the field of a column that only tells the table
HEADER = '_header'


@dataclass
class Mapping:
    """How a register is read.

    columns -- {field of a letter: title of a column, or path in an element,
        or a list of those that it may have, the best first}; two fields may
        share a column
    required -- the fields without which it is another register; by default
        all of columns
    parts -- {field: which part of its column, from 1}: `KN / 5 người`
    values -- {field: {text in the register, without accents: value}}, beside
        those of words.toml
    constants -- {field: value of every row}
    encoding -- of a text; by default the one that is recognised
    header -- a title that the table has too, where columns do not tell it
    sheet -- the place of the only sheet to read, from 0; by default all
    """
    name: str
    format: str
    columns: dict
    source: str = ''
    header: str = ''
    sheet: int | None = None
    delimiter: str = ','
    encoding: str = ''
    element: str = ''
    key: str = '{key}'
    agency_line: bool = False
    day_first: bool = True
    anonymous: list = field(default_factory=lambda: [
            'Nặc danh', 'Đơn nặc danh', 'Không ghi tên'])
    values: dict = field(default_factory=dict)
    constants: dict = field(default_factory=dict)
    detect: list = field(default_factory=list)
    required: list = field(default_factory=list)
    parts: dict = field(default_factory=dict)

    @property
    def tells_agency(self):
        "Whether each row says whose it is"
        return bool(self.columns.keys() & {
                'agency', 'old_commune', 'old_district', 'old_province'})

    @cached_property
    def words(self):
        "{field: {folded text: value}}"
        return {
            name: {fold(text): value for text, value in table.items()}
            for name, table in self.values.items()}

    @cached_property
    def titles(self):
        "{field: the titles, or paths, that it may have}"
        named = {
            name: [titles] if isinstance(titles, str) else titles
            for name, titles in self.columns.items()}
        return named | ({HEADER: [self.header]} if self.header else {})

    @cached_property
    def needed(self):
        "The fields that must be there"
        return [*(self.required or self.columns), *(
                [HEADER] if self.header else [])]


def load(path):
    """Read a mapping; raise CommandError if it is not one"""
    path = Path(path)
    try:
        values = {'name': path.stem, **tomllib.loads(read_text(path))}
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise CommandError(f"{path} is not a mapping: {error}", 2)
    if unknown := values.keys() - {known.name for known in fields(Mapping)}:
        raise CommandError(
            f"{path} is not a mapping: it has "
            f"{', '.join(map(ascii, sorted(unknown)))}", 2)
    if missing := {'format', 'columns'} - values.keys():
        raise CommandError(
            f"{path} is not a mapping: it has no "
            f"{', '.join(sorted(missing))}", 2)
    mapping = Mapping(**values)
    if flaw := next(flaws(mapping), None):
        raise CommandError(f"{path}: {flaw}", 2)
    mapping.source = mapping.source or mapping.name
    return mapping


def flaws(mapping):
    """Yield what is wrong with a mapping, as sentences"""
    for known in fields(mapping):
        if not isinstance(getattr(mapping, known.name), known.type):
            yield f"{known.name} is not of the type {_type_name(known.type)}"
            # nothing else can be said of it
            return
    if mapping.format not in FORMATS:
        yield f"format is none of {', '.join(FORMATS)}"
    for name in ['columns', 'values', 'constants', 'parts']:
        if unknown := getattr(mapping, name).keys() - FIELDS:
            yield f"{name} has unknown fields: {', '.join(sorted(unknown))}"
    texts = [*mapping.anonymous, *mapping.detect, *mapping.required]
    for titles in mapping.columns.values():
        texts += titles or [None] if isinstance(titles, list) else [titles]
    for values in mapping.values.values():
        texts += values.values() if isinstance(values, dict) else [None]
    if not all(isinstance(text, str) for text in texts):
        yield (
            "columns, values, anonymous, required and detect hold texts only")
        return
    if not mapping.columns:
        yield "columns names no column"
    yield from _flaws_of_rest(mapping)
    yield from _flaws_of_key(mapping.key)
    if mapping.format == 'xml':
        yield from _flaws_of_paths(mapping)


def _type_name(type_):
    return getattr(type_, '__name__', 'int')


def _flaws_of_rest(mapping):
    if absent := set(mapping.required) - mapping.columns.keys():
        yield f"required names no column: {', '.join(sorted(absent))}"
    if not all(isinstance(c, str | int) for c in mapping.constants.values()):
        yield "constants holds texts, numbers, true and false only"
    if not all(type(n) is int and n > 0 for n in mapping.parts.values()):
        yield "parts are counted from 1"
    try:
        csv.reader([], delimiter=mapping.delimiter)
    except (TypeError, ValueError):
        yield f"delimiter {mapping.delimiter!a} is not one character"
    if (mapping.sheet or 0) < 0:
        yield "sheet is counted from 0"
    try:
        if mapping.encoding:
            io.TextIOWrapper(io.BytesIO(), encoding=mapping.encoding)
    except (LookupError, ValueError):
        yield f"encoding {mapping.encoding!a} is not known"


def _flaws_of_key(key):
    known = FIELDS | {'file_agency', 'file_year', 'file_sheet'}
    try:
        wrong = [
            name for _, name, form, conversion in string.Formatter().parse(key)
            if name is not None
            and (name not in known or form or conversion)]
    except ValueError as error:
        wrong = [str(error)]
    if wrong:
        yield f"key holds something else than fields: {wrong[0]!a}"


def _flaws_of_paths(mapping):
    nowhere = etree.Element('nowhere')
    for place in [mapping.element, *sum(mapping.titles.values(), [])]:
        try:
            if path := place.partition('@')[0]:
                nowhere.find(path)
                next(nowhere.iter(path), None)
        except (SyntaxError, ValueError, KeyError):
            yield f"{place!a} is not a path in XML"
    if not mapping.element:
        yield "element does not say what a row is"


def find(file, name=None):
    """Return the mapping for a file: the one named, or the one that fits

    Of the shipped ones that fit the one that knows most of its columns.
    Raises CommandError when none fits."""
    if name is not None:
        shipped = {path.stem: path for path in SHIPPED.glob('*.toml')}
        return load(shipped.get(name, name))
    file, fitting = Path(file), []
    found = recognise(file)
    for path in sorted(SHIPPED.glob('*.toml')):
        mapping = load(path)
        if not all(mark in found.start for mark in mapping.detect):
            continue
        # what does not fit is refused before its first row is read
        with suppress(CommandError):
            read(file, mapping)[1].close()
            fitting.append(mapping)
    if not fitting:
        raise CommandError(
            f"no mapping fits {file.name}: name one with --mapping, or let "
            f"one be proposed: donthu import new-mapping {file.name}", 2)
    return max(fitting, key=lambda mapping: len(mapping.columns))
