# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A mapping says how the rows of a register become letters.

It is a small TOML file: see mappings/*.toml for the ones we ship.
"""
import csv
import io
import string
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path

from lxml import etree

from donthu.errors import CommandError
from donthu.files import read_text

SHIPPED = Path(__file__).parent / 'mappings'
FORMATS = ('xlsx', 'csv', 'xml')
FIELDS = {
    'key', 'received_on', 'channel', 'kind', 'instance', 'field',
    'people_count', 'name', 'name_address', 'identity_number', 'address',
    'agency', 'old_commune', 'old_district', 'old_province', 'content',
    'handling', 'handled_by', 'answered', 'accepted_on', 'complex', 'remote',
    'result', 'decision_number', 'decided_on', 'note'}


@dataclass
class Mapping:
    """How a register is read.

    columns -- {field of a letter: title of a column, or path in an element}
    values -- {field: {text in the register, without accents: value}}
    constants -- {field: value of every row}
    """
    name: str
    format: str
    columns: dict
    source: str = ''
    header: str = ''
    sheet: int = 0
    delimiter: str = ','
    encoding: str = 'utf-8-sig'
    element: str = ''
    key: str = '{key}'
    agency_line: bool = False
    day_first: bool = True
    anonymous: list = field(default_factory=list)
    values: dict = field(default_factory=dict)
    constants: dict = field(default_factory=dict)
    detect: list = field(default_factory=list)


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
            yield f"{known.name} is not of the type {known.type.__name__}"
            # nothing else can be said of it
            return
    if mapping.format not in FORMATS:
        yield f"format is none of {', '.join(FORMATS)}"
    for name in ['columns', 'values', 'constants']:
        if unknown := getattr(mapping, name).keys() - FIELDS:
            yield f"{name} has unknown fields: {', '.join(sorted(unknown))}"
    texts = [*mapping.columns.values(), *mapping.anonymous, *mapping.detect]
    for values in mapping.values.values():
        texts += values.values() if isinstance(values, dict) else [None]
    if not all(isinstance(text, str) for text in texts):
        yield "columns, values, anonymous and detect hold texts only"
        return
    if not mapping.columns:
        yield "columns names no column"
    if not all(isinstance(c, str | int) for c in mapping.constants.values()):
        yield "constants holds texts, numbers, true and false only"
    try:
        csv.reader([], delimiter=mapping.delimiter)
    except (TypeError, ValueError):
        yield f"delimiter {mapping.delimiter!a} is not one character"
    if mapping.sheet < 0:
        yield "sheet is counted from 0"
    try:
        io.TextIOWrapper(io.BytesIO(), encoding=mapping.encoding)
    except (LookupError, ValueError):
        yield f"encoding {mapping.encoding!a} is not known"
    yield from _flaws_of_key(mapping.key)
    if mapping.format == 'xml':
        yield from _flaws_of_paths(mapping)


def _flaws_of_key(key):
    known = FIELDS | {'file_agency', 'file_year'}
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
    for place in [mapping.element, *mapping.columns.values()]:
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

    Raises CommandError when none fits."""
    if name is not None:
        shipped = {path.stem: path for path in SHIPPED.glob('*.toml')}
        return load(shipped.get(name, name))
    file = Path(file)
    with open(file, 'rb') as stream:
        start = stream.read(4096)
    text = start.decode('utf-8', 'ignore')
    for path in sorted(SHIPPED.glob('*.toml')):
        mapping = load(path)
        if (file.suffix.lower() == f'.{mapping.format}'
                and all(mark in text for mark in mapping.detect)):
            return mapping
    raise CommandError(
        f"no mapping fits {file.name}: name one with --mapping", 2)
