# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Read the lines of a register, whatever kind of file it is."""
from pathlib import Path

from donthu.errors import CommandError
from donthu.importing.delimited import read_delimited
from donthu.importing.recognise import recognise
from donthu.importing.records import read_records
from donthu.importing.sheets import read_page, read_sheets, read_workbook

# A sheet is held in memory; the others are read piece by piece
MAX_SHEET = 200 * 1024 * 1024
# Which kinds of files a mapping is for
KINDS = {
    'table': {'sheet', 'html', 'text'}, 'xlsx': {'sheet', 'html', 'text'},
    'csv': {'sheet', 'html', 'text'}, 'xml': {'xml'}}


def read(path, mapping, moved=None):
    """Return (facts of the file, iterator of lines.Line).

    moved -- called with how many bytes were read: in all, those of the file

    The facts are a dictionary: what the lines above the table say, or the
    attributes of the root.  Raises CommandError when the file is not what
    the mapping says.
    """
    path = Path(path)
    found = recognise(path)
    if found.kind not in KINDS[mapping.format]:
        raise CommandError(
            f"{path} is not {_WANTED[mapping.format]}, as the mapping "
            f"{mapping.name} wants it: it is {_NAMES[found.kind]}", 2)
    if found.kind == 'xml':
        return read_records(path, mapping, moved)
    if found.kind == 'text':
        return read_delimited(
            path, mapping.encoding or found.encoding, mapping, moved)
    size = path.stat().st_size
    if size > MAX_SHEET:
        raise CommandError(
            f"{path} has {size} bytes: more than {MAX_SHEET} are not read; "
            "split it, or save it as CSV", 2)
    facts, lines, count = read_sheets(
        path, read_workbook(path) if found.kind == 'sheet'
        else read_page(path, found.encoding), mapping)
    return facts, _measured(lines, count, size, moved)


def _measured(lines, count, size, moved):
    "Yield lines, and say of each how much of the file it is"
    place = 0
    for number, line in enumerate(lines, 1):
        yield line
        here = size * number // count
        if moved:
            moved(here - place)
        place = here


_NAMES = {
    'sheet': "a workbook", 'html': "a web page", 'text': "a text",
    'xml': "XML"}
_WANTED = {
    'xlsx': "a workbook", 'csv': "a text of columns", 'table': "a table",
    'xml': "XML"}
