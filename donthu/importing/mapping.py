# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A mapping says how the rows of a register become letters.

It is a small TOML file: see mappings/*.toml for the ones we ship.
"""
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from donthu.errors import CommandError

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
        with open(path, 'rb') as file:
            values = tomllib.load(file)
        mapping = Mapping(name=path.stem, **values)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", 2)
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise CommandError(f"{path} is not a mapping: {error}", 2)
    if mapping.format not in FORMATS:
        raise CommandError(
            f"{path}: format is none of {', '.join(FORMATS)}", 2)
    if unknown := mapping.columns.keys() - FIELDS:
        raise CommandError(
            f"{path}: unknown fields: {', '.join(sorted(unknown))}", 2)
    mapping.source = mapping.source or mapping.name
    return mapping


def find(file, name=None):
    """Return the mapping for a file: the one named, or the one that fits

    Raises CommandError when none fits."""
    if name:
        path = Path(name)
        if not path.exists():
            path = SHIPPED / f'{name}.toml'
        return load(path)
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
