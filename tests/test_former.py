# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A database of the time before the modules were divided is refused whole."""
import sqlite3
from types import SimpleNamespace

import pytest

from donthu import demo, unfinished


@pytest.fixture
def former(tmp_path):
    path = tmp_path / 'donthu.sqlite'
    with sqlite3.connect(path) as connection:
        for table in [
                'ir_configuration', 'ir_module', unfinished.FORMER]:
            connection.execute(f'CREATE TABLE {table} (id INTEGER)')
        connection.execute('INSERT INTO ir_configuration VALUES (1)')
    return SimpleNamespace(database='donthu', sqlite_file=lambda: path)


def test_refused(former):
    "Test it is said before anything is written"
    before = former.sqlite_file().read_bytes()
    with pytest.raises(unfinished.FormerError, match="import the registers"):
        unfinished.is_new(former)
    assert former.sqlite_file().read_bytes() == before


def test_put_aside(tmp_path):
    "Test the demonstration of then is kept, and the lock stays"
    home = tmp_path / 'demo'
    (home / 'data').mkdir(parents=True)
    (home / 'data' / 'donthu.sqlite').write_text('former')
    (home / 'lock').write_text('')
    demo.put_aside(home)
    assert [p.name for p in home.iterdir()] == ['lock']
    kept = tmp_path / 'demo-former' / 'data' / 'donthu.sqlite'
    assert kept.read_text() == 'former'
