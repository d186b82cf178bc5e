# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The registers imported end to end, twice, and killed in between."""
import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter

import openpyxl
import pytest
from helpers import REGISTERS, donthu

FILES = ['so-tiep-cong-dan.xlsx', 'don-thu-cu.xml', 'don-thu-tinh.csv']
KINDS = {
    'khiếu nại': 'complaint', 'tố cáo': 'denunciation',
    'kiến nghị': 'petition', 'phản ánh': 'reflection'}
# The reasons of truth.json and what we call them
REASONS = {
    'impossible date': 'received_on',
    'date in the future': 'received_on',
    'identity number of 11 digits': 'identity_number',
    'identity number with a letter': 'identity_number',
    'no content': 'content',
    'unknown kind': 'kind',
    'unknown commune code': 'agency',
    'key used twice with other content': 'key',
    'accepted before it was received': 'accepted_on',
    'decided without acceptance': 'accepted_on',
    }


def truth(name):
    with open(REGISTERS / 'truth.json', encoding='utf-8') as file:
        return {
            row['row']: row for row in json.load(file)['rows']
            if row['file'] == name}


def read_report(path):
    "Return {number: row} of the rows of a report, without what is no row"
    with open(path, encoding='utf-8-sig', newline='') as file:
        return {
            int(row['row']): row for row in csv.DictReader(file)
            if row['status'] != 'skipped'}


def letters(site, source):
    "Return what the database says of a source: key, kind, people, number"
    database = site[0].parent / 'data' / 'donthu.sqlite'
    with sqlite3.connect(database) as connection:
        return sorted(connection.execute(
            'SELECT import_key, kind, people_count, number, state '
            'FROM complaints_letter WHERE import_source = ?', [source]))


def import_file(site, name, report, *arguments, **kwargs):
    return donthu(
        'import', 'letters', REGISTERS / name, '-c', site[0], '-d', site[1],
        '--user', 'dulieu.tw', '--report', report, *arguments, **kwargs)


@pytest.mark.parametrize('name', FILES)
def test_register(site, tmp_path, name):
    "Test each row goes in or is refused for its reason, once"
    source = name.rsplit('.', 1)[0]
    expected, path = truth(name), tmp_path / 'report.csv'

    import_file(site, name, path, '--dry-run', '--batch', '300')
    assert letters(site, source) == []
    tried = read_report(path)
    import_file(site, name, path)
    report = read_report(path)
    # the dry run is the real one, but for the numbers that nobody got
    for number, row in report.items():
        assert tried[number]['status'] == row['status'], (number, row)
        assert tried[number]['reason'] == row['reason'], (number, row)
        assert bool(tried[number]['repeat_of']) == bool(
            row['repeat_of']) or row['repeat_of']
    assert report.keys() == expected.keys()
    for number, row in expected.items():
        result = report[number]
        if row['refuse']:
            assert result['status'] == 'refused', (number, row)
            assert result['field'] == REASONS[row['refuse']], (row, result)
            assert result['reason']
        else:
            assert result['status'] == 'accepted', (row, result)
            assert result['number']
        assert bool(result['repeat_of']) == (row['flaw'] == 'repeat')
        if row['flaw'] == 'repeat':
            # mostly the row before it, sometimes one a little earlier
            assert result['repeat_of'] in {
                report[n]['number'] for n in expected if n < number}

    found = letters(site, source)
    good = [row for row in expected.values() if not row['refuse']]
    assert Counter(kind for _, kind, *_ in found) == Counter(
        KINDS[row['kind']] for row in good)
    assert Counter(people for _, _, people, *_ in found) == Counter(
        row['people'] for row in good)

    result = import_file(site, name, path)
    assert f'0 accepted, {len(good)} known already' in result.stdout
    assert letters(site, source) == found


def test_killed(site, tmp_path):
    "Test an import that was killed and run again ends in the same state"
    name, path = 'don-thu-cu.xml', tmp_path / 'report.csv'
    command = [
        sys.executable, '-m', 'donthu', 'import', 'letters',
        str(REGISTERS / name), '-c', str(site[0]), '-d', site[1],
        '--user', 'dulieu.tw', '--report', str(path), '--batch', '40']
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not letters(site, 'don-thu-cu'):
        time.sleep(.1)
    time.sleep(.5)
    process.send_signal(signal.SIGKILL)
    process.wait()
    part = letters(site, 'don-thu-cu')
    assert 0 < len(part) < 600
    import_file(site, name, path, '--batch', '40')
    found = letters(site, 'don-thu-cu')
    assert len(found) == 600
    assert len({number for *_, number, _ in found}) == 600
    assert set(part) <= set(found)


def test_hostile_xml(site, tmp_path):
    "Test a file with entities is refused, whatever they are"
    secret = tmp_path / 'secret.txt'
    secret.write_text("secret")
    for entity in [f'SYSTEM "file://{secret}"', '"&x;&x;&x;&x;"']:
        file = tmp_path / 'hostile.xml'
        file.write_text(
            '<?xml version="1.0"?>\n'
            f'<!DOCTYPE d [<!ENTITY x "x"><!ENTITY e {entity}>]>\n'
            '<DanhSachDon><Don ma="1" ngayNhan="01/02/2020" loai="1">'
            '<NguoiGui hoTen="&e;"/><NoiDung>&e;</NoiDung></Don>'
            '</DanhSachDon>')
        result = donthu(
            'import', 'letters', file, '-c', site[0], '-d', site[1],
            '--user', 'dulieu.tw', '--mapping', 'don-thu-cu', check=False)
        assert result.returncode == 2
        assert 'entit' in result.stderr
        assert letters(site, 'don-thu-cu') == []


def test_not_a_data_officer(site, tmp_path):
    "Test who is no data officer can not import"
    result = donthu(
        'import', 'letters', REGISTERS / 'so-tiep-cong-dan.xlsx',
        '-c', site[0], '-d', site[1], '--user', 'vanthu.xa',
        '--report', tmp_path / 'report.csv', check=False)
    assert result.returncode == 1
    assert 'phụ trách dữ liệu' in result.stderr
    assert letters(site, 'so-tiep-cong-dan') == []


def test_rows_of_others(site, tmp_path):
    "Test rows of an agency that is not one's own are refused, no others"
    register = tmp_path / 'mixed.csv'
    with open(
            REGISTERS / 'don-thu-tinh.csv', encoding='utf-8-sig',
            newline='') as file:
        rows = list(csv.DictReader(file, delimiter=';'))[:6]
    for number, row in enumerate(rows):
        row['ma_xa'] = '22250' if number % 2 else row['ma_xa']
    with open(register, 'w', encoding='utf-8-sig', newline='') as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=';')
        writer.writeheader()
        writer.writerows(rows)
    for batch in ['1', '100']:
        result = donthu(
            'import', 'letters', register, '-c', site[0], '-d', site[1],
            '--user', 'dulieu.xa', '--mapping', 'don-thu-tinh', '--batch',
            batch, '--dry-run', '--report', tmp_path / 'report.csv')
        with open(tmp_path / 'report.csv', encoding='utf-8-sig') as file:
            found = [
                row['status'] == 'refused' and row['field']
                for row in csv.DictReader(file)]
        assert found == ['agency', False] * 3, result.stderr


def test_undo(site, tmp_path):
    "Test an import is taken back, but for what somebody has worked on"
    name, where = 'don-thu-cu.xml', ['-c', site[0], '-d', site[1]]
    import_file(site, name, tmp_path / 'report.csv')
    found = letters(site, 'don-thu-cu')
    database = site[0].parent / 'data' / 'donthu.sqlite'

    def count():
        with sqlite3.connect(database) as connection:
            return [connection.execute(f'SELECT count(*) FROM {table}')
                .fetchone()[0] for table in [
                    'complaints_letter', 'complaints_person',
                    'complaints_identity', 'likeness_fingerprint',
                    'deadlines_clock', 'escalation_schedule',
                    'audit_entry']]
    with sqlite3.connect(database) as connection:
        kept, = connection.execute(
            'SELECT id FROM complaints_letter WHERE import_key = ?',
            [found[0][0]]).fetchone()
        connection.execute(
            'INSERT INTO ir_note (resource, message) VALUES (?, ?)',
            [f'complaints.letter,{kept}', 'đã gọi điện'])
    before = count()
    result = donthu(
        'import', 'undo', 'don-thu-cu', '--reason', 'nhầm sổ', '--user',
        'dulieu.tw', *where, check=False)
    assert result.returncode == 1
    assert f'{len(found) - 1} letters are gone, 1 stay' in result.stdout
    assert found[0][3] in result.stdout
    assert [key for key, *_ in letters(site, 'don-thu-cu')] == [found[0][0]]
    after = count()
    assert after[0] == before[0] - len(found) + 1
    assert all(a < b for a, b in zip(after[1:4], before[1:4], strict=True))
    assert after[-1] >= before[-1] + len(found) - 1
    # it comes in again, with other numbers
    import_file(site, name, tmp_path / 'report.csv')
    again = letters(site, 'don-thu-cu')
    assert [key for key, *_ in again] == [key for key, *_ in found]
    assert not {n for *_, n, _ in again[1:]} & {n for *_, n, _ in found}
    result = donthu(
        'import', 'undo', 'nothing', '--reason', 'x', '--user', 'dulieu.tw',
        *where, check=False)
    assert result.returncode == 2
    result = donthu(
        'import', 'undo', 'don-thu-cu', '--reason', 'x', '--user',
        'vanthu.xa', *where, check=False)
    assert result.returncode == 1 and 'vai trò' in result.stderr


TITLES = [
    'STT', 'Ngày tiếp', 'Họ tên, địa chỉ', 'Số CCCD', 'Nội dung', 'Loại đơn',
    'Số người', 'Hướng dẫn công dân', 'Theo dõi kết quả', 'Ghi chú']


def register(path, *head, content='Phản ánh mương tắc', day='05/06/2026'):
    book = openpyxl.Workbook()
    for row in [*([line] for line in head), TITLES, [
                1, day, 'LÊ THỊ MẬN, thôn 3', '066190123456', content, 'PA',
                1, '', '', '']]:
        book.active.append(row)
    book.save(path)
    return path


def test_registers_of_two_years(site, tmp_path):
    "Test the agency and the year are read off: number 1 of each year comes"
    for year in ['2025', '2026']:
        file = register(
            tmp_path / f'{year}.xlsx', 'ỦY BAN NHÂN DÂN TỈNH ĐẮK LẮK',
            'ỦY BAN NHÂN DÂN XÃ SƠN THÀNH', f'SỔ TIẾP CÔNG DÂN NĂM {year}',
            day=f'05/06/{year}')
        result = donthu(
            'import', 'letters', file, '-c', site[0], '-d', site[1],
            '--user', 'dulieu.tw')
        assert '1 accepted' in result.stdout
        assert '22250' in result.stderr and year in result.stderr
    assert [key for key, *_ in letters(site, 'so-tiep-cong-dan')] == [
        '22250/2025/1', '22250/2026/1']
    # what was written otherwise is kept
    database = site[0].parent / 'data' / 'donthu.sqlite'
    with sqlite3.connect(database) as connection:
        notes = [note for note, in connection.execute(
                'SELECT note FROM complaints_letter '
                "WHERE import_source = 'so-tiep-cong-dan'")]
    assert all('LÊ THỊ MẬN, thôn 3' in note for note in notes)


def test_unknown_agency(site, tmp_path):
    "Test a commune that there is not is not taken for its province"
    file = register(
        tmp_path / 'a.xlsx', 'UBND TỈNH ĐẮK LẮK', 'UBND XÃ KHÔNG CÓ')
    result = donthu(
        'import', 'letters', file, '-c', site[0], '-d', site[1],
        '--user', 'dulieu.tw', check=False)
    assert result.returncode == 2
    assert '--agency' in result.stderr
    assert letters(site, 'so-tiep-cong-dan') == []


def test_open_result(site, tmp_path):
    "Test a decision whose result nobody understands gets none, and is listed"
    with open(
            REGISTERS / 'don-thu-tinh.csv', encoding='utf-8-sig',
            newline='') as file:
        row = next(
            r for r in csv.DictReader(file, delimiter=';')
            if r['ngay_qd'] and r['loai_don'] == 'khiếu nại')
    rows = [
        {**row, 'ma_don': key, 'ket_qua': result}
        for key, result in [('1', ''), ('2', 'sai'), ('3', 'hình như sai')]]
    path = tmp_path / 'results.csv'
    with open(path, 'w', encoding='utf-8', newline='') as file:
        writer = csv.DictWriter(file, list(row), delimiter=';')
        writer.writeheader()
        writer.writerows(rows)
    donthu(
        'import', 'letters', path, '-c', site[0], '-d', site[1], '--user',
        'dulieu.tw', '--report', tmp_path / 'report.csv')
    report = list(read_report(tmp_path / 'report.csv').values())
    assert [r['status'] for r in report] == ['accepted'] * 3
    assert [r['field'] for r in report] == ['result', '', 'result']
    assert 'hình như sai' in report[2]['reason']
    database = site[0].parent / 'data' / 'donthu.sqlite'
    with sqlite3.connect(database) as connection:
        assert connection.execute(
            'SELECT l.import_key, c.result, l.to_settle, l.settle_words '
            'FROM complaints_letter AS l '
            'JOIN complaints_case AS c ON c.id = l."case" '
            "WHERE l.import_source = 'don-thu-tinh' ORDER BY 1"
            ).fetchall() == [
                ('1', None, 'result', 'Kết quả: sổ không ghi.'),
                ('2', 'wrong', None, None),
                ('3', None, 'result', 'Trong sổ ghi Kết quả: hình như sai')]


def test_usage(site, tmp_path):
    "Test what is wrong is said without a traceback"
    other = tmp_path / 'other.csv'
    other.write_text("a,b\n1,2\n")
    for arguments, text in [
            ([tmp_path / 'nowhere.csv'], 'no file'),
            ([other], 'no mapping fits'),
            ([other, '--mapping', 'don-thu-tinh'], 'no column'),
            ([REGISTERS / FILES[0], '--mapping', 'don-thu-cu'], 'not XML'),
            ]:
        result = donthu(
            'import', 'letters', *arguments, '-c', site[0], '-d', site[1],
            '--user', 'dulieu.tw', check=False)
        assert result.returncode == 2, arguments
        assert text in result.stderr
        assert 'Traceback' not in result.stderr
    assert os.path.exists(REGISTERS)
