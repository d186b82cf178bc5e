# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A folder of scans beside a register: whose each file is, by its number."""
from pathlib import PurePosixPath as P

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donthu.importing.scans import Numbers, assign, tokens, walk


def register(*numbers, year='2026', sheet='', template='22250/{year}/{n}'):
    found = Numbers()
    for n in numbers:
        found.add(n, template.format(year=year, n=n), sheet, year, 'accepted')
    return found


def whose(numbers, *names):
    "Return {name: the numbers of the letters it may be of}"
    return {
        str(path): sorted(key.rsplit('/', 1)[-1] for key in found)
        for path, found in assign([P(n) for n in names], numbers)}


@pytest.mark.parametrize('name, letters', [
        ('12.pdf', ['12']),
        ('0012.pdf', ['12']),
        ('Đơn số 12.pdf', ['12']),
        ('don so 12 trang 2.jpg', ['12']),
        ('12_1.jpg', ['12']),
        ('12 (2).jpg', ['12']),
        ('12 - Lê Thị Mận.pdf', ['12']),
        ('12/1.jpg', ['12']),
        ('12/trang 3.jpg', ['12']),
        ('Số 12/bản gốc.pdf', ['12']),
        ('12-2026.pdf', ['12']),
        ('2026-12.pdf', ['12']),
        ('2026/12.pdf', ['12']),
        ('Năm 2026/12.pdf', ['12']),
        ('22250-2026-12.pdf', ['12']),
        ('Tháng 1/12.pdf', ['12']),
        ('99.pdf', []),
        ('12-2025.pdf', []),
        ('Lê Thị Mận.pdf', []),
        ('IMG_20260512_0012.jpg', []),
        ('12-13.pdf', ['12', '13']),
        ('12 và 13.pdf', []),
        ('12_3.jpg', ['12', '3']),
        ('112.pdf', []),
        ('12a.pdf', []),
        ])
def test_name(name, letters):
    assert whose(register('1', '3', '12', '13'), name) == {name: letters}


def test_years():
    "Test the same number of two years is told apart, or not at all"
    numbers = register('12')
    numbers.add('12', '22250/2025/12', '', '2025', 'accepted')
    found = dict(assign([P(n) for n in [
                    '12.pdf', '2025/12.pdf', '12-2026.pdf']], numbers))
    assert {str(p): sorted(f) for p, f in found.items()} == {
        '12.pdf': ['22250/2025/12', '22250/2026/12'],
        '2025/12.pdf': ['22250/2025/12'],
        '12-2026.pdf': ['22250/2026/12']}


def test_sheets():
    "Test the folder of a sheet says which of two letters is meant"
    numbers = Numbers()
    for sheet in ['Tháng 1', 'Tháng 2']:
        numbers.add('5', f'{sheet}/5', sheet, '2026', 'accepted')
    found = dict(assign([P('Tháng 2/5.pdf'), P('5.pdf')], numbers))
    assert list(found[P('Tháng 2/5.pdf')]) == ['Tháng 2/5']
    assert len(found[P('5.pdf')]) == 2


def test_folders_of_months():
    "Test folders that are numbers of months, and not of letters, guess none"
    numbers = register(*map(str, range(1, 30)))
    found = whose(
        numbers, '1/1.pdf', '1/2.pdf', '2/11.pdf', '2/12.pdf')
    assert found['2/11.pdf'] == ['11', '2']
    assert found['1/2.pdf'] == ['1', '2']
    # pages in each of them
    found = whose(numbers, '11/1.jpg', '11/2.jpg', '12/1.jpg')
    assert found == {
        '11/1.jpg': ['11'], '11/2.jpg': ['11'], '12/1.jpg': ['12']}
    found = whose(numbers, '12_1.jpg', '12_2.jpg', '12_13.jpg')
    assert set(map(tuple, found.values())) == {('12',)}


def test_codes():
    "Test the keys of a dump"
    numbers = register('DT-2020-00017', 'DT-2020-00018', template='{n}')
    assert whose(
        numbers, 'DT-2020-00017.pdf', 'dt_2020_17_2.jpg', 'DT 2020 18/1.jpg',
        '17.pdf') == {
            'DT-2020-00017.pdf': ['DT-2020-00017'],
            'dt_2020_17_2.jpg': ['DT-2020-00017'],
            'DT 2020 18/1.jpg': ['DT-2020-00018'], '17.pdf': []}


@given(number=st.integers(1, 9999), zeros=st.integers(0, 4),
    page=st.integers(1, 99))
def test_any_number(number, zeros, page):
    "Test a number is found whatever zeros and pages it is written with"
    numbers = register(str(number), str(number + 1))
    stem = '0' * zeros + str(number)
    for name in [f'{stem}.pdf', f'Số {stem}.pdf', f'{stem} trang {page}.jpg']:
        assert whose(numbers, name)[name] == [str(number)]


@given(st.text(max_size=30))
def test_any_text(text):
    assert all(tokens(text))


def test_walk(tmp_path):
    "Test every file comes, also what is no scan, and no link is followed"
    (tmp_path / 'a').mkdir()
    for name in ['a/1.pdf', 'Thumbs.db', '.DS_Store', 'so.xlsx', '~$so.docx']:
        (tmp_path / name).write_bytes(b'x')
    (tmp_path / 'b').symlink_to(tmp_path / 'a')
    (tmp_path / '2.pdf').symlink_to('/etc/passwd')
    found = dict(walk(tmp_path, {(tmp_path / 'so.xlsx').resolve()}))
    assert {str(p) for p, why in found.items() if not why} == {'a/1.pdf'}
    assert len(found) == 7
