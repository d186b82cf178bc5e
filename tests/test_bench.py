# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The measurements run: on a base so small that their times mean nothing."""
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import cluster
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench import report    # noqa: E402
from bench.__main__ import WORKS, options   # noqa: E402
from bench.frame import delay, rate     # noqa: E402


@pytest.mark.skipif(
    not cluster.binaries(), reason="PostgreSQL is not installed")
def test_smoke():
    "Each work gives results, or says why it can not be measured"
    # the click makes a second base
    works = [work for work in WORKS if work != 'click']
    result = subprocess.run(
        [sys.executable, '-W', 'ignore', '-m', 'bench', '--letters', '200',
            '--due', '3', '--entries', '2000',
            *(word for work in works for word in ['--only', work])],
        cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    about, *results = map(json.loads, result.stdout.splitlines())
    assert about['letters'] == 200
    assert {r['name'] for r in results} == set(works)
    for found in results:
        assert 'skipped' in found or found['ours'] > 0, found
    measured = {r['name'] for r in results if 'ours' in r}
    assert measured == set(works)


def test_only():
    assert options(['--only', 'day', '--only', 'board']).only == [
        'day', 'board']
    with pytest.raises(SystemExit):
        options(['--only', 'nothing'])


def test_report(tmp_path):
    "Test the page tells what was reached and what was not, and of the floor"
    results = [
        {'name': 'a', **rate(100, 1, .1, "many <b>", goal=50)},
        {'name': 'b', **rate(100, 1, None, "too few", goal=500)},
        {'name': 'c', **delay(.02, .001, "a list", goal=50)},
        {'name': 'd', **delay(9, 1, "a pass", goal=8, unit='s')},
        {'name': 'e', 'work': 'search', 'skipped': "it is not there yet"},
        {'name': 'f', 'work': 'day', 'failed': "ValueError: no"}]
    report.write(tmp_path, {
            'letters': 200, 'day': '2026-11-26', 'processors': 2,
            'python': '3.11', 'postgresql': '15'}, results)
    page = (tmp_path / 'performance.md').read_text(encoding='utf-8')
    for line in [
            '| many <b> | 100 /s | 1,000 /s | 10.0× | ≥ 50 /s |',
            '| too few | 100 /s | – | – | ≥ 500 /s **no** |',
            '| a list | 20 ms | 1 ms | 20.0× | ≤ 50 ms |',
            '| a pass | 9 s | 1 s | 9.0× | ≤ 8 s **no** |',
            '* Not measured: search (it is not there yet).',
            '* Failed: day (ValueError: no).']:
        assert line in page
    assert json.loads((tmp_path / 'performance.json').read_text(
            encoding='utf-8'))['results'] == results
    for name in ['goals', 'floor']:
        ET.parse(tmp_path / 'images' / f'performance-{name}.svg')
