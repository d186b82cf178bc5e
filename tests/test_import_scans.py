# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A register with a folder of scans beside it, end to end."""
import csv
import sqlite3
from collections import Counter

from field_files import dump, line
from helpers import donthu

PDF = b'%PDF-1.7\n%\xe2\xe3\n'


def attached(site):
    "Return {import key: [names]} of what is attached, and what is sealed"
    database = site[0].parent / 'data' / 'donthu.sqlite'
    with sqlite3.connect(database) as connection:
        return sorted(connection.execute(
            'SELECT l.import_key, a.name, a.sealed IS NOT NULL '
            'FROM ir_attachment a JOIN complaints_letter l '
            "ON a.resource = 'complaints.letter,' || l.id "
            'WHERE a.import_hash IS NOT NULL'))


def test_scans(site, tmp_path):
    "Test each file is attached once, or it is said why not"
    register, scans = tmp_path / 'so.csv', tmp_path / 'scans'
    register.write_text(dump(
            line('DT-1'), line('DT-2', loai_don='Tố cáo', huong_xu_ly='',
                ngay_thu_ly='', ket_qua='', so_qd='', ngay_qd=''),
            line('DT-3', ngay_nhan='32/01/2026')), encoding='utf-8')
    for name, data in {
            'DT-1.pdf': PDF, 'dt-01 (2).pdf': PDF, 'DT 1 trang 2.pdf':
            PDF + b'2', 'DT-2/1.pdf': PDF, 'DT-2/2.jpg': b'\xff\xd8\xff\xe0',
            'DT-3.pdf': PDF, 'DT-9.pdf': PDF, 'DT-1.exe': b'MZ',
            'DT-1 bia.pdf': b'', 'DT-1.jpg': b'MZ', 'Thumbs.db': b'x',
            }.items():
        (scans / name).parent.mkdir(parents=True, exist_ok=True)
        (scans / name).write_bytes(data)

    def run(*options):
        result = donthu(
            'import', 'letters', register, '--scans', scans, '-c', site[0],
            '-d', site[1], '--user', 'dulieu.tw', '--report',
            tmp_path / 'report.csv', *options)
        with open(tmp_path / 'report.csv', encoding='utf-8-sig') as file:
            found = {
                row['file']: row for row in csv.DictReader(file)
                if row['file'] != register.name}
        assert len(found) == 11
        return result.stdout, {f: row['status'] for f, row in found.items()}

    expected = {
        'DT-1.pdf': 'attached', 'DT 1 trang 2.pdf': 'attached',
        'dt-01 (2).pdf': 'known', 'DT-2/1.pdf': 'attached',
        'DT-2/2.jpg': 'attached', 'DT-3.pdf': 'refused',
        'DT-9.pdf': 'refused', 'DT-1.exe': 'refused',
        'DT-1 bia.pdf': 'refused', 'DT-1.jpg': 'refused',
        'Thumbs.db': 'skipped'}
    out, dry = run('--dry-run')
    # which of two with one content comes first does not matter
    assert Counter(dry.values()) == Counter(expected.values())
    assert attached(site) == []
    out, found = run()
    assert found == dry
    assert '11 files in' in out and '4 attached, 1 known already' in out
    rows = attached(site)
    assert Counter(key for key, *_ in rows) == {'DT-1': 2, 'DT-2': 2}
    # who denounces is known by the hand: it is sealed
    assert {sealed for key, _, sealed in rows if key == 'DT-2'} == {1}
    out, found = run()
    assert Counter(found.values()) == {
        'known': 5, 'refused': 5, 'skipped': 1}
    assert attached(site) == rows
    # what lay beside the register goes with it
    result = donthu(
        'import', 'undo', 'don-thu-tinh', '--reason', 'nhầm sổ', '--user',
        'dulieu.tw', '-c', site[0], '-d', site[1])
    assert '2 letters are gone, 0 stay' in result.stdout
    assert attached(site) == []


def test_no_folder(site, tmp_path):
    register = tmp_path / 'so.csv'
    register.write_text(dump(line()), encoding='utf-8')
    result = donthu(
        'import', 'letters', register, '--scans', tmp_path / 'none', '-c',
        site[0], '-d', site[1], '--user', 'dulieu.tw', check=False)
    assert result.returncode == 2 and 'no folder' in result.stderr
