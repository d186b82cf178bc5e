# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The demonstration can be made on any day: nothing is refused to its people.

Feast days, the turn of the year, the day of the new law, a leap day, and some
seeds: what the invented people want to do differs with each.
"""
import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from helpers import donthu
from trytond.modules.deadlines import lawbook
from trytond.modules.foundation import clock

from donthu.site import write_config

LIVES = Path(__file__).parent / 'lives.py'
LETTERS = 16


def days():
    "Return (name, day) of the days to try"
    calendar = lawbook.calendar()
    today = clock.today()
    return [
        ('today', today),
        ('the new law', dt.date(2026, 7, 1)),
        ('the last day of the year', dt.date(today.year, 12, 31)),
        ('the first working day of a year',
            calendar.next_working(dt.date(today.year + 1, 1, 1))),
        ('Tết', dt.date(2027, 2, 8)),
        ('30 April', dt.date(2027, 4, 30)),
        ('a leap day', dt.date(2028, 2, 29)),
        ]


@pytest.fixture(scope='module')
def base(tmp_path_factory):
    "A database with the country and no letters"
    cache = os.environ.get('DONTHU_TEST_CACHE')
    base = Path(cache) / 'base' if cache else (
        tmp_path_factory.mktemp('base') / 'base')
    if not (base / 'ready').exists():
        shutil.rmtree(base, ignore_errors=True)
        base.mkdir(parents=True)
        (base / 'password').write_text('mot-mat-khau-rat-dai')
        donthu(
            'init', '-c', configure(base), '-d', 'donthu',
            '--password-file', base / 'password')
        (base / 'ready').touch()
    return base


def configure(directory):
    config = directory / 'trytond.conf'
    write_config(config, {
            'database': {'uri': 'sqlite://', 'path': str(directory)},
            'secrets': {'key_file': str(directory / 'donthu.keys')},
            })
    return config


def live(base, directory, day, seed):
    "Return what became of the demonstration of a day"
    shutil.copytree(base, directory)
    offset = (day - clock.today()).days * 24 * 60 * 60
    result = subprocess.run(
        [sys.executable, LIVES, configure(directory), str(LETTERS),
            str(seed)],
        capture_output=True, text=True, env={
            **os.environ, 'PYTHONWARNINGS': 'ignore',
            'DONTHU_CLOCK_OFFSET': str(offset)})
    shutil.rmtree(directory)
    assert not result.returncode, result.stderr[-3000:]
    return json.loads(result.stdout.splitlines()[-1])


def test_any_day(base, tmp_path):
    "Test nothing is refused, and everybody finds something to do"
    tried = [
        (name, day, seed) for name, day in days() for seed in [2, 5]]
    with ThreadPoolExecutor(os.cpu_count() or 1) as others:
        lives = [
            others.submit(live, base, tmp_path / f'{day}-{seed}', day, seed)
            for _, day, seed in tried]
    for (name, _, seed), life in zip(tried, lives, strict=True):
        said = life.result()
        assert said['refusals'] == [], (name, seed)
        assert len(said['rows']) == 24
        assert all(said['rows'].values()), (name, seed, said['rows'])
