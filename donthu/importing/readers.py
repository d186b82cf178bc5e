# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Read the rows of a file: pairs of (number of the row, {column: cell})."""
import csv
import re
import zipfile
import zlib
from pathlib import Path

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook

from donthu.errors import CommandError
from trytond.modules.agencies.text import clean, fold

MAX_BYTES = 200 * 1024 * 1024
MAX_UNPACKED = 1024 * 1024 * 1024


def read(path, mapping):
    """Return (facts of the file, iterator of rows).

    The facts are a dictionary: what the lines above the table say.  Raises
    CommandError when the file is not what the mapping says.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", 2)
    if size > MAX_BYTES:
        raise CommandError(
            f"{path} has {size} bytes: more than {MAX_BYTES} are not read; "
            "split it", 2)
    return {'xlsx': read_sheet, 'csv': read_csv, 'xml': read_xml}[
        mapping.format](path, mapping)


def _matches(title, wanted):
    return fold(title).startswith(fold(wanted))


def check_zip(path):
    """Raise CommandError for a sheet that would unpack to too much

    What the file says of itself is not believed: it is unpacked piece by
    piece, and thrown away."""
    total = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                with archive.open(info) as member:
                    while piece := member.read(2**20):
                        total += len(piece)
                        if total > MAX_UNPACKED:
                            raise CommandError(
                                f"{path} unpacks to more than "
                                f"{MAX_UNPACKED} bytes: it is not read", 2)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError,
            NotImplementedError, ValueError) as error:
        raise CommandError(f"{path} can not be read as a sheet: {error}", 2)


def read_sheet(path, mapping):
    check_zip(path)
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        sheet = workbook.get_sheet_by_index(mapping.sheet)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, LookupError) as error:
        raise CommandError(f"{path} can not be read as a sheet: {error}", 2)
    number = next((
            n for n, cells in enumerate(rows)
            if any(_matches(str(c), mapping.header) for c in cells[:3])),
        None)
    if number is None:
        raise CommandError(
            f"{path} has no line that starts with {mapping.header!r}", 2)
    titles = [clean(str(c)) for c in rows[number]]
    columns = {}
    for title in mapping.columns.values():
        for position, found in enumerate(titles):
            if _matches(found, title):
                columns[title] = position
                break
        else:
            raise CommandError(f"{path} has no column {title!r}", 2)

    def table():
        for offset, values in enumerate(rows[number + 1:], number + 2):
            texts = [clean(str(v)) for v in values]
            # a signature or a remark below the table is not a row of it
            if sum(map(bool, texts)) < 2:
                continue
            # the line of the numbers of the columns: (1), (2)…
            if all(re.fullmatch(r'\(\d+\)|', t) for t in texts):
                continue
            yield offset, {
                title: values[position]
                for title, position in columns.items()
                if position < len(values)}
    lines = [
        clean(str(c)) for cells in rows[:number] for c in cells if str(c)]
    return {'lines': lines}, table()


def read_csv(path, mapping):
    try:
        file = open(path, encoding=mapping.encoding, newline='')
        reader = csv.DictReader(file, delimiter=mapping.delimiter)
        titles = reader.fieldnames or []
    except (OSError, UnicodeError, csv.Error) as error:
        raise CommandError(f"{path} can not be read: {error}", 2)
    missing = set(mapping.columns.values()) - set(titles)
    if missing:
        raise CommandError(
            f"{path} has no column {', '.join(sorted(missing))}", 2)

    def table():
        with file:
            try:
                # A row may be several lines: rows are counted, not lines.
                yield from enumerate(reader, 2)
            except (UnicodeError, csv.Error) as error:
                raise CommandError(
                    f"{path}, line {reader.line_num}: {error}", 2)
    return {}, table()


def read_xml(path, mapping):
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False,
        huge_tree=False, remove_comments=True)
    try:
        root = etree.parse(str(path), parser).getroot()
    except (etree.XMLSyntaxError, OSError) as error:
        raise CommandError(f"{path} is not XML: {error}", 2)
    document = root.getroottree()
    if document.docinfo.internalDTD is not None and list(
            document.docinfo.internalDTD.iterentities()):
        raise CommandError(
            f"{path} declares entities: it is not read", 2)

    def table():
        for element in root.iter(mapping.element):
            yield element.sourceline, {
                place: _value(element, place)
                for place in mapping.columns.values()}
    return {k: clean(v) for k, v in root.attrib.items()}, table()


def _value(element, place):
    "Return what stands at `child/child@attribute` of an element"
    path, _, attribute = place.partition('@')
    found = element.find(path) if path else element
    if found is None:
        return ''
    if attribute:
        return found.get(attribute, '')
    return found.text or ''
