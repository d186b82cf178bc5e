# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Registers as people really keep them: the files, and how they are written."""
import io
import zipfile
from functools import partial

import pytest
from field_files import TITLES, cells, dump, line, read_file, workbook
from hypothesis import given
from hypothesis import strategies as st

from donthu.errors import CommandError
from donthu.importing import legacy, mapping, readers


@pytest.fixture
def take(tmp_path):
    return partial(read_file, tmp_path)


@pytest.mark.parametrize('encoding', [
        'utf-8', 'utf-8-sig', 'utf-16', 'utf-16-le', 'utf-16-be'])
@pytest.mark.parametrize('delimiter', [';', ',', '\t', '|'])
def test_text(take, encoding, delimiter):
    text = dump(line(), line('B'), start='').replace(';', delimiter)
    found, _, _ = take(text.encode(encoding), 'so.xls')
    assert [row['name'] for row in found] == ['Lê Thị Mận'] * 2


def test_sep(take):
    text = dump(line(), start='sep=|\r\n').replace(';', '|')
    assert take(text)[0][0]['name'] == 'Lê Thị Mận'


def test_cp1258(take):
    # Windows writes the tone of some letters by itself
    text = dump(line(), start='').translate({
            ord('ị'): 'i\u0323', ord('ậ'): 'â\u0323', ord('ế'): 'ê\u0301',
            ord('ạ'): 'a\u0323', ord('ấ'): 'â\u0301', ord('ự'): 'ư\u0323',
            ord('ụ'): 'u\u0323', ord('ý'): 'y\u0301'})
    (row,), _, _ = take(text.encode('cp1258'))
    assert row['name'] == 'Lê Thị Mận' and row['kind'] == 'complaint'


@pytest.mark.parametrize('name, content', [
        ('Lª ThÞ MËn', 'KhiÕu n¹i viÖc ®o ®Êt'),
        ('Leâ Thò Maän', 'Khieáu naïi vieäc ño ñaát')])
@pytest.mark.parametrize('encoding', ['utf-8', 'latin-1'])
def test_old_fonts(take, name, content, encoding):
    text = dump(line(
            ho_ten=name, noi_dung=content, nguon='', loai_don='khieu nai',
            linh_vuc='', dia_chi='x', huong_xu_ly='', ngay_thu_ly='',
            ket_qua='', so_qd='', ngay_qd=''), start='')
    (row,), _, _ = take(text.encode(encoding))
    assert row['name'] == 'Lê Thị Mận'
    assert row['content'] == 'Khiếu nại việc đo đất'
    assert row['remarks']


LETTERS = 'àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹ'


@pytest.mark.parametrize('letter', LETTERS)
def test_every_letter_of_old_fonts(letter):
    for table in [legacy._FROM_TCVN3, legacy._FROM_VNI]:
        codes = {v: k for k, v in table.items()}
        code = codes[letter]
        code = chr(code) if isinstance(code, int) else code
        assert {legacy.from_tcvn3(code), legacy.from_vni(code)} & {letter}


@given(st.text(st.sampled_from(
            LETTERS + 'bcdghklmnpqrstvx ABC,.-0123456789Đ'), max_size=40))
def test_unicode_stays(text):
    "Test a text in Unicode is not taken for an older one"
    if any(c > 'ÿ' for c in text) or all(
            legacy.is_syllable(w) or w.isascii() for w in legacy.words(text)):
        assert legacy.repair(text) == (text, '')


def test_page(take):
    "Test a web page that is named .xls, as many systems write it"
    row = ''.join(f'<td>{c}</td>' for c in cells(1))
    text = (
        '<html><meta charset="utf-8"><table><tr><td colspan="10">UBND xã Sơn '
        'Thành</td></tr><tr>' + ''.join(f'<th>{t}</th>' for t in TITLES)
        + f'</tr><tr>{row}</tr><tr>' + row.replace('>1<', '>2<', 1)
        + '</tr></table></html>')
    found, _, _ = take(text, 'so.xls')
    assert [row['row'] for row in found] == [3, 4]


def test_named_otherwise(take):
    "Test a workbook is one whatever it is named"
    assert len(take(workbook(cells(1)), 'so.xls')[0]) == 1


def test_progress(tmp_path):
    "Test what was read, in the end, is as much as the file is long"
    page = '<table>' + ''.join(
        '<tr>' + ''.join(f'<td>{c}</td>' for c in row) + '</tr>'
        for row in [TITLES, cells(1), cells(2)]) + '</table>'
    xml = (
        '<DanhSachDon><Don ma="1" ngayNhan="02/03/2024"><NoiDung>Đo đất'
        '</NoiDung></Don></DanhSachDon>')
    for name, content in {
            'a.csv': dump(line(), line('B')).encode(),
            'b.csv': dump(line(), line('B'), start='').encode('utf-16'),
            'c.xls': page.encode(), 'd.xml': xml.encode(),
            'e.xlsx': workbook(cells(1), cells(2))}.items():
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            content.save(path)
        moved = []
        _, lines = readers.read(path, mapping.find(path, None), moved.append)
        assert list(lines)
        assert sum(moved) == path.stat().st_size, name
        assert min(moved) >= 0


def test_empty(take):
    with pytest.raises(CommandError, match='empty'):
        take(b'', 'a.xlsx')


def test_wrong_dimension(take, tmp_path):
    "Test a sheet that says it is one cell is read whole"
    path = tmp_path / 'source.xlsx'
    workbook(cells(1), cells(2)).save(path)
    buffer = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(
            buffer, 'w') as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith('sheet1.xml'):
                data = data.replace(
                    b'<dimension ref="A1:J6"', b'<dimension ref="A1"')
            target.writestr(name, data)
    assert len(take(buffer.getvalue(), 'a.xlsx')[0]) == 2


def test_icelandic_letter(take):
    book = workbook(cells(
            1, **{'Họ tên, địa chỉ': '\u00d0ặng Văn Ổi\u200b, thôn 3'}))
    (row,), _, _ = take(book, 'a.xlsx')
    assert row['name'] == 'Đặng Văn Ổi'


def test_digest(take):
    "Test a row is the same whatever is understood of it, and where it stands"
    first = take(dump(line(), line('B')))[0][0]
    second = take(dump(line('C'), line()), turned=True)[0][1]
    assert first['digest'] == second['digest']
    third = take(dump(line(noi_dung='khác')))[0][0]
    assert third['digest'] != first['digest']
