# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A register as people keep it: a letterhead, a table, and what is odd about it.

The files are made here, for test_field_files and test_field_formats.
"""
import datetime as dt

import openpyxl
from trytond.modules.exchange.register_rows import flaw

from donthu.importing import mapping, readers, rows

TODAY = dt.date(2026, 11, 20)
OLDEST = dt.date(2011, 1, 1)
TITLES = [
    'STT', 'Ngày tiếp', 'Họ tên, địa chỉ', 'Số CCCD', 'Nội dung', 'Loại đơn',
    'Số người', 'Hướng dẫn công dân', 'Theo dõi kết quả', 'Ghi chú']
HEAD = [['UBND xã Sơn Thành'], ['Năm 2026'], ['SỔ TIẾP CÔNG DÂN'], TITLES]
COLUMNS = (
    'ma_don;ngay_nhan;nguon;ma_xa;loai_don;linh_vuc;ho_ten;so_dinh_danh;'
    'dia_chi;so_nguoi;noi_dung;lan;huong_xu_ly;ngay_thu_ly;phuc_tap;vung_sau;'
    'ket_qua;so_qd;ngay_qd')


def line(key='A1', **changes):
    "Return a row of a dump, as text"
    cells = dict(zip(COLUMNS.split(';'), (
                f'{key};02/03/2026;Trực tiếp;22250;Khiếu nại;Đất đai;'
                'Lê Thị Mận;066190123456;thôn 3;1;Đo đất;1;Thụ lý;09/03/2026;'
                ';;Đúng;5/QĐ-UBND;01/04/2026').split(';'), strict=True))
    return ';'.join({**cells, **changes}.values())


def cells(number, content='Mương tắc', **changes):
    "Return a row of a register of reception"
    row = dict(zip(TITLES, [
                number, '05/06/2026', 'Lê Thị Mận, thôn 3', '066190123456',
                content, 'PA', 1, '', '', ''], strict=True))
    return [*{**row, **changes}.values()]


def read_file(tmp_path, content, name='register.csv', **options):
    """Read a file as an import does: (rows, skipped lines, facts)

    content -- a workbook, a text, or bytes"""
    path = tmp_path / name
    if isinstance(content, openpyxl.Workbook):
        content.save(path)
    else:
        path.write_bytes(
            content.encode() if isinstance(content, str) else content)
    chosen = mapping.find(path, options.pop('mapping', None))
    facts, lines = readers.read(path, chosen)
    lines = list(lines)
    said = rows.facts_of(facts, '22250')
    return (
        [rows.convert(li, chosen, facts=said, **options)
            for li in lines if not li.skipped],
        [li for li in lines if li.skipped], facts)


def dump(*lines, start='\ufeff'):
    return start + '\r\n'.join([COLUMNS, *lines]) + '\r\n'


def workbook(*rows_, head=HEAD, book=None, title='Sổ'):
    book = book or openpyxl.Workbook()
    sheet = book.active if book.active.max_row == 1 else book.create_sheet()
    sheet.title = title
    for row in [*head, *rows_]:
        sheet.append(row)
    return book


def why(row):
    found = flaw(row, TODAY, OLDEST)
    return found and found[1]
