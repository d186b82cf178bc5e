# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What people write in registers, as a table and as properties."""
import datetime as dt
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donthu.importing.answers import guard
from donthu.importing.people import (
    is_anonymous, read_people, read_phone, title_case)
from donthu.importing.values import (
    Unreadable, read_count, read_date, read_identity_number, read_mark)


@pytest.mark.parametrize('text, expected', [
        ('05/07/2026', dt.date(2026, 7, 5)),
        ('5-7-26', dt.date(2026, 7, 5)),
        ('5.7.2026', dt.date(2026, 7, 5)),
        ('2026-07-05', dt.date(2026, 7, 5)),
        ('2026-07-05 08:30', dt.date(2026, 7, 5)),
        ('ngày 5 tháng 7 năm 2026', dt.date(2026, 7, 5)),
        ('Ngày 05 tháng 07 năm 2026', dt.date(2026, 7, 5)),
        ('5 tháng 7 năm 2026', dt.date(2026, 7, 5)),
        ('Ngày 05/7/2026', dt.date(2026, 7, 5)),
        ('05.07.2026.', dt.date(2026, 7, 5)),
        ('05/07/2026 (chủ nhật)', dt.date(2026, 7, 5)),
        ('5-7-2026 8h30', dt.date(2026, 7, 5)),
        ('05-Jul-2026', dt.date(2026, 7, 5)),
        (46208, dt.date(2026, 7, 5)),
        (46208.0, dt.date(2026, 7, 5)),
        ('46208', dt.date(2026, 7, 5)),
        (dt.datetime(2026, 7, 5, 8, 30), dt.date(2026, 7, 5)),
        (dt.date(2026, 7, 5), dt.date(2026, 7, 5)),
        ])
def test_read_date(text, expected):
    assert read_date(text) == expected
    if isinstance(text, str):
        assert read_date(unicodedata.normalize('NFD', text)) == expected
        assert read_date(f'  {text} ') == expected


@pytest.mark.parametrize('text', [
        '31/02/2026', '00/5/2026', '29/02/2025', 'hôm qua', '13/13/2026',
        '5/7', '5/7/202', '05-Abc-2026', '05/07/2026 (06/07/2026)',
        '07/2026', '1/1/2026 chiều', 0, -4, 1e9, 'ngày 31 tháng 6 năm '
        '2026'])
def test_read_date_refused(text):
    with pytest.raises(Unreadable):
        read_date(text)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2089, 12, 31)))
def test_every_date(day):
    for text in [day.isoformat(), f'{day:%d/%m/%Y}', f'{day:%d-%m-%Y}',
            f'ngày {day.day} tháng {day.month} năm {day.year}',
            (day - dt.date(1899, 12, 30)).days]:
        assert read_date(text) == day


@given(st.text())
def test_any_text(text):
    for function in [read_date, read_count, read_identity_number]:
        try:
            function(text)
        except Unreadable:
            pass
    read_mark(text)
    read_people(text)
    title_case(text)
    assert not guard(text).startswith(('=', '+', '-', '@'))


def test_read_count():
    assert read_count(7.0) == 7
    assert read_count('120 người') == 120
    assert read_count('1.0') == 1
    assert read_count('15 hộ (có danh sách)') == 15
    # a thousand, or one
    for text in ['nhiều', '', '-3', '1.5', '1.000', '2-3']:
        with pytest.raises(Unreadable):
            read_count(text)


def test_identity_number():
    assert read_identity_number('066 150 123456') == '066150123456'
    assert read_identity_number(66150123456.0) == '066150123456'
    assert read_identity_number(391957123) == '391957123'
    # eleven digits written as text are eleven digits
    assert read_identity_number('08609227529') == '08609227529'


def test_identity_number_of_a_sheet():
    assert read_identity_number('="066190123456"') == '066190123456'
    assert read_identity_number(
        'CCCD: 066190123456, cấp ngày 01/02/2022') == '066190123456'
    # of a number that lost digits nothing is made
    for text in ['6.61901E+10', '6,61901E+10']:
        with pytest.raises(Unreadable):
            read_identity_number(text)


@pytest.mark.parametrize('value', [
        dt.time(8, 30), dt.timedelta(days=3), [], None, b'x'])
def test_read_date_of_other_cells(value):
    with pytest.raises(Unreadable):
        read_date(value)


@pytest.mark.parametrize('text, name, address', [
        ('ĐÀO XUÂN AN  , thôn 3, xã Sơn Thành', 'Đào Xuân An',
            'thôn 3, xã Sơn Thành'),
        ('Nặc danh', 'Nặc danh', ''),
        ('Lê Thị Mận\nThôn 3, xã Ea Thử', 'Lê Thị Mận', 'Thôn 3, xã Ea Thử'),
        ('Bà Lê Thị Mận - thôn 3', 'Lê Thị Mận', 'thôn 3'),
        ('Lê Thị Mận; 12 Lê Lợi', 'Lê Thị Mận', '12 Lê Lợi'),
        ("H'NGA BYĂ, buôn Krông", "H'Nga Byă", 'buôn Krông'),
        ("H' Gia Việt, thôn Yên Phú", "H' Gia Việt", 'thôn Yên Phú'),
        ('Lê Mận, ĐC: thôn 3', 'Lê Mận', 'thôn 3'),
        ('Y Bhăm', 'Y Bhăm', ''),
        ('Cô Nga', 'Cô Nga', ''),
        ('', '', ''),
        ])
def test_people(text, name, address):
    person = read_people(text)
    assert (person.name, person.address) == (name, address)
    assert person.others == []


def test_numbers_beside_a_name():
    person = read_people(
        'Nguyễn Văn An - CCCD: 066190123456 cấp ngày 01/02/2022 - '
        'ĐC: thôn 3, xã X, ĐT +84 905.123.456')
    assert person.name == 'Nguyễn Văn An'
    assert person.identity_number == '066190123456'
    assert person.phone == '0905123456'
    assert person.address == 'thôn 3, xã X'


@pytest.mark.parametrize('text', [
        'Ông Nguyễn Văn An và bà Trần Thị Bình, thôn 3',
        '1. Nguyễn Văn An, thôn 3\n2. Trần Thị Bình'])
def test_several_people(text):
    person = read_people(text)
    assert person.name == 'Nguyễn Văn An'
    assert [(p.name, p.address) for p in person.others] == [
        ('Trần Thị Bình', 'thôn 3')]


def test_title_case():
    assert title_case("Y Bhăm") == "Y Bhăm"
    assert title_case("H’NGA BYĂ") == "H’Nga Byă"


def test_marks():
    assert read_mark('X') and read_mark('x ') and read_mark('Có')
    assert not read_mark('') and not read_mark('không')


@pytest.mark.parametrize('text, people, address', [
        ('Ông Nguyễn Văn A và vợ là bà Trần Thị B, trú tại thôn 1',
            ['Nguyễn Văn A', 'Trần Thị B'], 'thôn 1'),
        ('Nguyễn Văn A; Trần Thị B', ['Nguyễn Văn A', 'Trần Thị B'], ''),
        ('Nguyễn Văn A, bà Lê Hoa; thôn 3', ['Nguyễn Văn A', 'Lê Hoa'],
            'thôn 3'),
        ('- Lê Văn A, thôn 1\n- Lê Văn B, thôn 2',
            ['Lê Văn A', 'Lê Văn B'], 'thôn 1'),
        ('a) Lê Văn A, thôn 1\nb) Lê Văn B, thôn 2',
            ['Lê Văn A', 'Lê Văn B'], 'thôn 1'),
        ('1. Lê Văn A, thôn 1 - xã Sơn Thành\n2. Lê Văn B',
            ['Lê Văn A', 'Lê Văn B'], 'thôn 1 - xã Sơn Thành'),
        ('Nguyễn Văn A – Tổ 3, phường 5', ['Nguyễn Văn A'],
            'Tổ 3, phường 5'),
        ('Bà Lê Thị C - SĐT: 0905 123 456 - Thôn 2', ['Lê Thị C'], 'Thôn 2'),
        # a place is no person
        ('Lê An, Sơn Thành Đông', ['Lê An'], 'Sơn Thành Đông'),
        ('Lê An, xã Trần Văn Thời', ['Lê An'], 'xã Trần Văn Thời'),
        ])
def test_people_in_a_cell(text, people, address):
    person = read_people(text)
    assert [person.name, *(p.name for p in person.others)] == people
    assert person.address == address


@pytest.mark.parametrize('text, phone', [
        ('905123456', '0905123456'), ('0905.123.456', '0905123456'),
        ('+84905123456', '0905123456'), ('2623812345', '2623812345')])
def test_phone_of_a_sheet(text, phone):
    "Test the zero that a sheet has eaten is put back"
    assert read_phone(text) == phone


@pytest.mark.parametrize('text, said', [
        ('Nặc danh', True), ('NẶC DANH (không ghi tên)', True),
        ('Nguyễn Văn Danh', False), ('', False)])
def test_anonymous(text, said):
    assert is_anonymous(text, ['Nặc danh']) == said
