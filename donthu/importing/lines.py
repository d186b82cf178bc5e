# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A line of a register, as every reader gives it."""
from dataclasses import dataclass, field

from trytond.modules.foundation.text import clean

from donthu.importing import legacy

# Why a line is no row; `said` of them stand in the report, each by itself
EMPTY = 'empty'
NUMBERS = 'the numbers of the columns'
TITLES = 'the titles of the columns'
REMARK = 'a remark or a sum, not a row'
BEFORE = 'above the table'
NO_TABLE = 'a sheet without the table of the mapping'
HIDDEN = 'a hidden sheet: show it if it belongs to the register'
OTHER = 'an element that the mapping does not know'
QUIET = frozenset([EMPTY, NUMBERS, TITLES, BEFORE])


@dataclass
class Line:
    """A line of a file.

    number -- of the row in its sheet, of the line of an element
    cells -- {field of the mapping: what stands there}
    sheet -- its name, where there are several
    skipped -- why it is no row, or nothing
    remarks -- what was doubted or mended while reading it
    """
    number: int
    cells: dict
    sheet: str = ''
    skipped: str = ''
    remarks: list = field(default_factory=list)

    @property
    def said(self):
        "Whether the report names it though it was skipped"
        return bool(self.skipped) and self.skipped not in QUIET


def is_blank(value):
    return value is None or isinstance(value, str) and (
        not value.strip() or len(value) < 9 and not clean(value))


def as_text(value):
    "Return what a cell shows, on one line"
    if value is None:
        return ''
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = value if isinstance(value, str) else str(value)
    # before it is cleaned: of older codes it would lose letters
    return clean(text if text.isascii() else legacy.repair(text)[0])
