# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Files that are not what they say: refused in a sentence, never a trace."""
import io
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest
from helpers import REGISTERS
from hypothesis import given, settings
from hypothesis import strategies as st

from donthu.errors import CommandError
from donthu.importing import mapping, readers, rows, sheets

REAL = {
    'xlsx': 'so-tiep-cong-dan.xlsx', 'csv': 'don-thu-tinh.csv',
    'xml': 'don-thu-cu.xml'}
BOMB = """<?xml version="1.0"?>
<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">
<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">]><x>&e;</x>"""
OUTSIDE = """<?xml version="1.0"?>
<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>"""


@cache
def mapping_of(kind):
    return mapping.find(REGISTERS / REAL[kind])


def read(kind, content):
    "Return the rows of a content; CommandError is the only refusal"
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / f'x.{kind}'
        path.write_bytes(content)
        chosen = mapping_of(kind)
        _, table = readers.read(path, chosen)
        return [
            rows.convert(line, chosen) for line in table if not line.skipped]


@pytest.mark.parametrize('kind', list(REAL))
def test_real(kind):
    assert read(kind, (REGISTERS / REAL[kind]).read_bytes())


@pytest.mark.parametrize('kind', list(REAL))
@settings(max_examples=60)
@given(data=st.data())
def test_damaged(kind, data):
    "Test a real file with any damage is read, or refused in a sentence"
    content = bytearray((REGISTERS / REAL[kind]).read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        how = data.draw(st.sampled_from(['byte', 'cut', 'insert', 'zero']))
        if how == 'byte':
            content[place] = data.draw(st.integers(0, 255))
        elif how == 'cut':
            del content[place:place + data.draw(st.integers(1, 2000))]
        elif how == 'insert':
            content[place:place] = data.draw(st.binary(max_size=50))
        else:
            content[place:place + 8] = bytes(8)
        if not content:
            break
    try:
        read(kind, bytes(content))
    except CommandError as error:
        assert 'Traceback' not in str(error)


@pytest.mark.parametrize('kind', list(REAL))
@settings(max_examples=60)
@given(content=st.binary(max_size=500))
def test_anything(kind, content):
    try:
        read(kind, content)
    except CommandError:
        pass


@pytest.mark.parametrize('content', [BOMB, OUTSIDE])
def test_xml_bomb(content):
    with pytest.raises(CommandError):
        read('xml', content.encode())


def test_deep_xml():
    with pytest.raises(CommandError):
        read('xml', b'<a>' * 100_000)


def test_zip_bomb():
    "Test a sheet that unpacks to more than there is room for is not read"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, 'w', zipfile.ZIP_DEFLATED) as file:
        with file.open('xl/worksheets/sheet1.xml', 'w') as sheet:
            for _ in range(64):
                sheet.write(bytes(2**20))
    assert len(buffer.getvalue()) < 2**20
    with patch.object(sheets, 'MAX_UNPACKED', 32 * 2**20), \
            pytest.raises(CommandError, match='unpacks'):
        read('xlsx', buffer.getvalue())


def test_huge_cell():
    line = ';'.join(['x' * 200_000] * 3)
    with pytest.raises(CommandError):
        read('csv', line.encode())
