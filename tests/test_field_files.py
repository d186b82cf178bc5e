# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Registers as people really keep them: each kind of oddness, and what is right.

Dates, words, rows and whose register it is; test_field_formats has the files.
"""
import datetime as dt
from functools import partial

import openpyxl
import pytest
from field_files import (
    COLUMNS, HEAD, TITLES, cells, dump, line, read_file, why, workbook)
from hypothesis import given
from hypothesis import strategies as st
from trytond.modules.exchange.register_rows import open_values

from donthu.importing import letterhead, mapping, readers


@pytest.fixture
def take(tmp_path):
    return partial(read_file, tmp_path)


# Dates

@pytest.mark.parametrize('changes, reason', [
        ({}, None),
        ({'ngay_nhan': '02/03/0206'}, 'date_old'),
        ({'ngay_nhan': '02/03/1026'}, 'date_old'),
        ({'ngay_nhan': '02/03/2062'}, 'date_future'),
        ({'ngay_thu_ly': '09/03/2062'}, 'date_future'),
        ({'ngay_qd': '01/04/2027'}, 'date_future'),
        ({'ngay_thu_ly': '09/13/2026'}, 'date_impossible'),
        ({'ket_qua': 'Khiếu nại sai'}, None),
        ({'ket_qua': 'Có lẽ đúng'}, None),
        ({'lan': '3'}, None),
        ({'huong_xu_ly': 'Để xem'}, 'handling_unknown'),
        ({'loai_don': 'Đơn'}, 'kind_unknown'),
        ({'so_nguoi': '0'}, 'people_count'),
        ({'so_nguoi': '1.000'}, 'people_count'),
        ({'ho_ten': ''}, 'name_missing'),
        ({'so_dinh_danh': '6.61901E+10'}, 'identity_lost'),
        ({'so_dinh_danh': '="066190123456"'}, None),
        ])
def test_flaw(take, changes, reason):
    (row,), _, _ = take(dump(line(**changes)))
    assert why(row) == reason


@pytest.mark.parametrize('written, instance', [
        ('1', '1'), ('Lần đầu', '1'), ('I', '1'), ('Lần thứ hai', '2'),
        ('II', '2'), ('lần 2', '2'), ('01', '1'), ('2.0', '2'),
        ('Lần thứ I', '1'), ('lần đầu tiên', '1'), ('', None)])
def test_instance(take, written, instance):
    (row,), _, _ = take(dump(line(lan=written)))
    assert row.get('instance') == instance


@pytest.mark.parametrize('written, result', [
        ('Đúng toàn bộ', 'right'), ('Khiếu nại sai', 'wrong'),
        ('ĐÚNG MỘT PHẦN', 'partly'), ('KN sai', 'wrong'),
        ('Không đúng', None), ('Bác đơn', None), ('Đình chỉ', None), ('', None)])
def test_result(take, written, result):
    (row,), _, _ = take(dump(line(ket_qua=written)))
    assert row.get('result') == result
    assert why(row) is None


@pytest.mark.parametrize('changes, open_', [
        ({}, {}),
        ({'ket_qua': 'Có lẽ đúng'}, {'result': 'Có lẽ đúng'}),
        ({'ket_qua': 'Không có cơ sở'}, {'result': 'Không có cơ sở'}),
        ({'ket_qua': ''}, {'result': ''}),
        ({'ket_qua': '', 'loai_don': 'Kiến nghị'}, {}),
        ({'ket_qua': 'Chưa rõ', 'so_qd': '', 'ngay_qd': ''}, {}),
        ({'lan': '3'}, {'instance': '3'}),
        ({'lan': 'Lần ba', 'loai_don': 'Phản ánh'}, {}),
        ({'lan': 'III', 'ket_qua': '?'}, {'instance': 'III', 'result': '?'}),
        ])
def test_open(take, changes, open_):
    "Test what has legal effect and is not understood is open, with its words"
    (row,), _, _ = take(dump(line(**changes)))
    assert why(row) is None
    assert open_values(row) == open_
    for name in open_:
        assert name not in row


def test_anonymous(take):
    "Test who is said to be nobody is nobody, also in a dump"
    found, _, _ = take(dump(line(ho_ten='NẶC DANH'), line('B')))
    assert [row.get('anonymous') for row in found] == [True, None]
    assert 'name' not in found[0]


@pytest.mark.parametrize('written, names', [
        ('Nguyễn Văn A và Trần Thị B', ['Nguyễn Văn A', 'Trần Thị B']),
        ('Ông Nguyễn Văn A; bà Lê Hoa', ['Nguyễn Văn A', 'Lê Hoa']),
        ('NGUYỄN VĂN A', ['Nguyễn Văn A']),
        ('Lê Hồ và Hải', ['Lê Hồ và Hải']),
        ])
def test_people_of_a_name(take, written, names):
    "Test two names in the cell of the name are two people, at one address"
    (row,), _, _ = take(dump(line(ho_ten=f'"{written}"')))
    assert [row['name'], *(o['name'] for o in row.get('others', []))] == names
    assert {o['address'] for o in row.get('others', [])} <= {'thôn 3'}
    assert row['identity_number'] == '066190123456'


def test_words_kept(take):
    "Test what is not understood of a channel or a field is kept as it was"
    (row,), _, _ = take(dump(line(nguon='Zalo', linh_vuc='Môi trường')))
    assert (row['channel'], row['field']) == ('other', 'other')
    assert row['as_written'] == {'channel': 'Zalo', 'field': 'Môi trường'}


def test_turned_dates(take):
    "Test dates that a sheet may have turned round are doubted, until said"
    book = workbook(
        *(cells(n, **{'Ngày tiếp': dt.date(2026, month, 6)})
            for n, month in enumerate([1, 5, 10], 1)),
        cells(4, **{'Ngày tiếp': '13/06/2026'}))
    found, _, _ = take(book, 'a.xlsx')
    assert [why(row) for row in found] == ['date_doubtful'] * 3 + [None]
    found, _, _ = take(book, 'a.xlsx', turned=True)
    assert [row['received_on'] for row in found] == [
        '2026-06-01', '2026-06-05', '2026-06-10', '2026-06-13']
    found, _, _ = take(book, 'a.xlsx', turned=False)
    assert found[1]['received_on'] == '2026-05-06'


def test_dates_not_doubted(take):
    "Test a column of dates beside texts is taken where no day was lost"
    book = workbook(
        cells(1, **{'Ngày tiếp': dt.date(2026, 6, 25)}),
        cells(2, **{'Ngày tiếp': dt.date(2026, 6, 5)}),
        cells(3, **{'Ngày tiếp': '13/06/2026'}))
    assert [r['received_on'] for r in take(book, 'a.xlsx')[0]] == [
        '2026-06-25', '2026-06-05', '2026-06-13']


@pytest.mark.parametrize('value', [
        dt.time(8, 30), dt.timedelta(hours=30), True, 1e12])
def test_odd_cell(take, value):
    "Test a cell of an unexpected type refuses its row alone"
    book = workbook(cells(1), cells(2, **{'Ngày tiếp': value}), cells(3))
    found, _, _ = take(book, 'a.xlsx')
    assert [bool(why(row)) for row in found] == [False, True, False]


def test_1904(take):
    "Test the epoch of the workbook is read"
    book = workbook(cells(1, **{'Ngày tiếp': dt.date(2026, 6, 25)}))
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    (row,), _, _ = take(book, 'a.xlsx')
    assert row['received_on'] == '2026-06-25'


# Rows that vanish

def test_open_quote(take):
    "Test a quote that is not closed loses no row"
    texts = [
        line('U1'), line('U2', noi_dung='"Đơn kêu cứu'), line('U3'),
        line('U4', noi_dung='Ông A nói "không" với tôi'),
        line('U5', noi_dung='"Đơn có ngoặc"'), line('U6')]
    found, _, _ = take(dump(*texts))
    assert [row['key'] for row in found] == [f'U{n}' for n in range(1, 7)]
    assert found[1]['content'] == '"Đơn kêu cứu'
    assert found[4]['content'] == 'Đơn có ngoặc'
    assert [bool(row.get('remarks')) for row in found] == [
        False, True, False, False, False, False]


def test_lines_in_cell(take):
    text = '"Dòng một;\r\ndòng ""hai""\r\n\r\ndòng ba"'
    found, _, _ = take(dump(line('A'), line('B', noi_dung=text), line('C')))
    assert [row['key'] for row in found] == ['A', 'B', 'C']
    assert found[1]['content'] == 'Dòng một;\ndòng "hai"\n\ndòng ba'


CELL = st.text(st.sampled_from('ab"; \né'), max_size=12)


@given(contents=st.lists(CELL, min_size=1, max_size=6))
def test_every_row_comes(tmp_path_factory, contents):
    "Test what a writer of CSV writes is read as it was, whatever it is"
    import csv
    path = tmp_path_factory.mktemp('x') / 'register.csv'
    with open(path, 'w', encoding='utf-8', newline='') as file:
        writer = csv.writer(file, delimiter=';')
        writer.writerow(COLUMNS.split(';'))
        for number, content in enumerate(contents):
            row = line(f'K{number}').split(';')
            row[10] = f'x{content}x'
            writer.writerow(row)
    chosen = mapping.load(mapping.SHIPPED / 'don-thu-tinh.toml')
    found = list(readers.read(path, chosen)[1])
    assert [li.cells['key'] for li in found if not li.skipped] == [
        f'K{n}' for n in range(len(contents))]
    assert [li.cells['content'] for li in found if not li.skipped] == [
        f'x{c}x' for c in contents]


@given(place=st.integers(0, 5), column=st.integers(2, 12))
def test_open_quote_anywhere(tmp_path_factory, place, column):
    "Test one open quote, wherever it stands, loses no row"
    texts = [line(f'K{n}').split(';') for n in range(6)]
    texts[place][column] = '"' + texts[place][column]
    path = tmp_path_factory.mktemp('x') / 'register.csv'
    path.write_text(dump(*map(';'.join, texts)), encoding='utf-8')
    chosen = mapping.load(mapping.SHIPPED / 'don-thu-tinh.toml')
    found = [li for li in readers.read(path, chosen)[1] if not li.skipped]
    assert [li.cells['key'] for li in found] == [f'K{n}' for n in range(6)]


def test_long_cell(take):
    found, _, _ = take(dump(
            line('A'), line('B', noi_dung='x' * 200_000), line('C')))
    assert [len(row['content']) for row in found] == [6, 200_000, 6]


def test_empty_lines(take):
    found, skipped, _ = take(dump(line(), ';' * 18, '', line('B')))
    assert [row['key'] for row in found] == ['A1', 'B']
    assert [li.skipped for li in skipped[1:]] == ['empty', 'empty']


def test_sheets(take):
    "Test every sheet that is shown is read, and every other accounted for"
    book = workbook(cells(1), title='Tháng 1')
    workbook(cells(2), cells(3), book=book, title='Tháng 2')
    hidden = workbook(cells(9), book=book, title='Cũ')['Cũ']
    hidden.sheet_state = 'hidden'
    book.create_sheet('Hướng dẫn').append(['cách ghi', 'sổ'])
    found, skipped, _ = take(book, 'a.xlsx')
    assert [(r['sheet'], r['key']) for r in found] == [
        ('Tháng 1', '22250/2026/1'), ('Tháng 2', '22250/2026/2'),
        ('Tháng 2', '22250/2026/3')]
    rest = {li.sheet: li.skipped for li in skipped if li.said}
    assert rest.keys() == {'Cũ', 'Hướng dẫn'}
    total = sum(sheet.max_row for sheet in book.worksheets)
    assert len(found) + len(skipped) == total


def test_hidden_first_sheet(take):
    book = workbook(cells(9), title='Nháp')
    workbook(cells(1), book=book, title='Sổ')
    book['Nháp'].sheet_state = 'veryHidden'
    found, _, _ = take(book, 'a.xlsx')
    assert [row['sheet'] for row in found] == ['Sổ']


def test_merged_cells(take):
    "Test who brings two letters is named for the second, too"
    book = workbook(
        cells(1), cells(2, **{'Ngày tiếp': None, 'Họ tên, địa chỉ': None,
                'Số CCCD': None}), cells(3))
    for column in 'BCD':
        book.active.merge_cells(f'{column}5:{column}6')
    found, _, _ = take(book, 'a.xlsx')
    assert [row['name'] for row in found] == ['Lê Thị Mận'] * 3
    assert found[1]['received_on'] == '2026-06-05'
    assert not any(row.get('anonymous') for row in found)


def test_two_rows_of_titles(take):
    top = [
        *TITLES[:5], 'Phân loại', None, 'Hướng xử lý', None, 'Ghi chú']
    below = [None] * 5 + TITLES[5:9] + [None]
    book = workbook(
        [f'({n})' for n in range(1, 11)], cells(1), cells(2),
        head=[*HEAD[:3], top, below])
    book.active.merge_cells('F4:G4')
    book.active.merge_cells('H4:I4')
    found, _, _ = take(book, 'a.xlsx')
    assert [(r['kind'], r['people_count']) for r in found] == [
        ('reflection', 1)] * 2


def test_form_of_2021(take):
    "Test the form of 2021: the kind and the number of people in one column"
    titles = ['Số TT', 'Ngày tiếp', 'Họ tên - Địa chỉ - CMND/Hộ chiếu',
        'Nội dung vụ việc', 'Phân loại đơn/Số người', 'Ghi chú']
    book = workbook(
        [1, '05/06/2025', 'Lê Thị Mận - thôn 3 - CMND 231234567 cấp ngày '
            '01/02/2015', 'Mương tắc', 'PA/5 người', ''],
        head=[['UBND XÃ SƠN THÀNH'], ['SỔ TIẾP CÔNG DÂN NĂM 2025'], titles])
    (row,), _, _ = take(book, 'a.xlsx')
    assert (row['kind'], row['people_count']) == ('reflection', 5)
    assert row['name'] == 'Lê Thị Mận'
    assert row['identity_number'] == '231234567'
    assert row['key'] == '22250/2025/1'


def test_titles_on_each_page(take):
    book = workbook(cells(1), TITLES, cells(2), [None, None, 'Tổng cộng: 2'])
    found, skipped, _ = take(book, 'a.xlsx')
    assert [row['key'][-1] for row in found] == ['1', '2']
    assert [li.skipped for li in skipped if li.said] == [
        'a remark or a sum, not a row']


@pytest.mark.parametrize('content', [
        'Đo đất.<br/>Đo lại <b>thửa 12</b> và trả lời.',
        '<p>Đo đất.</p><p>Đo lại thửa 12 và trả lời.</p>',
        'Đo đất.\nĐo lại<!-- ghi chú --> thửa 12 và trả lời.'])
@pytest.mark.parametrize('space', ['', ' xmlns="urn:vn:donthu"'])
def test_xml(take, content, space):
    "Test the whole text comes, whatever marks and namespaces there are"
    one = (
        '<Don ma="{}" ngayNhan="02/03/2024" loai="1"><NguoiGui hoTen="Lê Mận" '
        'cmnd="231234567"><DiaChi xa="Xã A" huyen="Huyện B" tinh="Tỉnh C"/>'
        '</NguoiGui><NoiDung>{}</NoiDung></Don>')
    found, _, _ = take(
        f'<?xml version="1.0"?><DanhSachDon{space}>' + ''.join(
            one.format(f'X{n}', content) for n in range(3)) + '</DanhSachDon>',
        'a.xml')
    assert len({row['row'] for row in found}) == 3
    assert {row['content'] for row in found} == {
        'Đo đất.\nĐo lại thửa 12 và trả lời.'}


def test_other_records(take):
    "Test records that the mapping does not know are accounted for"
    _, skipped, _ = take(
        '<DanhSachDon><Don ma="1"/><Dơn ma="2"/><Don ma="3"/></DanhSachDon>',
        'a.xml')
    assert [li.said for li in skipped] == [True]


# Which register

AGENCIES = [
    {'code': '66', 'name': 'UBND tỉnh Đắk Lắk', 'parent': 'Chính phủ'},
    {'code': '22250', 'name': 'UBND xã Sơn Thành',
        'parent': 'UBND tỉnh Đắk Lắk'},
    {'code': '22251', 'name': 'UBND xã Sơn Thành Đông',
        'parent': 'UBND tỉnh Đắk Lắk'},
    {'code': '15', 'name': 'UBND xã Sơn Thành', 'parent': 'UBND tỉnh Lào Cai'},
    {'code': 'TT66', 'name': 'Thanh tra tỉnh Đắk Lắk',
        'parent': 'UBND tỉnh Đắk Lắk'}]


@pytest.mark.parametrize('lines, codes', [
        (['UBND TỈNH ĐẮK LẮK', 'UBND XÃ SƠN THÀNH'], ['22250']),
        (['ỦY BAN NHÂN DÂN TỈNH ĐẮK LẮK', 'ỦY BAN NHÂN DÂN XÃ SƠN THÀNH'],
            ['22250']),
        (['UỶ BAN NHÂN DÂN\nXÃ SƠN THÀNH', 'TỈNH ĐẮK LẮK'], ['22250']),
        (['UBND XÃ SƠN THÀNH', 'TỈNH LÀO CAI'], ['15']),
        (['UBND xã Sơn Thành Đông', 'Tỉnh Đắk Lắk'], ['22251']),
        (['UBND tỉnh Đắk Lắk', 'SỔ TIẾP CÔNG DÂN'], ['66']),
        (['UBND TỈNH ĐẮK LẮK', 'THANH TRA TỈNH ĐẮK LẮK'], ['TT66']),
        (['UBND xã Sơn Thành'], ['22250', '15']),
        (['UBND TỈNH ĐẮK LẮK', 'UBND XÃ KHÔNG CÓ'], []),
        (['UBND xã Thử Nghiệm', 'Năm 2026'], []),
        (['Sổ tiếp công dân'], []),
        ([], [])])
def test_agency(lines, codes):
    found = letterhead.find_agency(lines, AGENCIES)
    assert [a['code'] for a in found] == codes


@pytest.mark.parametrize('lines, year', [
        (['Năm 2026'], '2026'), (['SỔ TIẾP CÔNG DÂN NĂM 2025'], '2025'),
        (['Sổ năm 2025', 'Năm 2026'], ''), (['Sổ'], '')])
def test_year(lines, year):
    assert letterhead.find_year(lines) == year


def test_key_without_year(take):
    "Test without a year in the title no key is without one"
    book = workbook(cells(1), head=[HEAD[0], HEAD[2], TITLES])
    assert take(book, 'a.xlsx')[0][0]['key'] == '22250/2026/1'
