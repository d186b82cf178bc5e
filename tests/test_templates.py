# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The databases that are kept are never stale, and never half."""
import fcntl
import os
import sys
import threading
import time
from types import SimpleNamespace

import pytest
import templates


@pytest.fixture
def house(tmp_path, monkeypatch):
    "A house with one module"
    module = tmp_path / 'modules' / 'one'
    for name in ['one.py', 'tests/test_module.py', 'doc/index.rst',
            '__pycache__/one.pyc', 'view/one.xml', 'data/one.csv',
            'locale/vi.po']:
        (module / name).parent.mkdir(parents=True, exist_ok=True)
        (module / name).write_text('a')
    monkeypatch.setattr(templates, 'ROOT', tmp_path)
    return module


@pytest.mark.parametrize('name, shapes', [
        ('one.py', True), ('view/one.xml', True), ('data/one.csv', True),
        ('locale/vi.po', True), ('new.py', True),
        ('tests/test_module.py', False), ('doc/index.rst', False),
        ('__pycache__/one.pyc', False)])
def test_what_shapes_them(house, name, shapes):
    before = templates.content_hash()
    assert templates.content_hash() == before
    (house / name).write_text('b')
    assert (templates.content_hash() != before) == shapes


@pytest.mark.parametrize('change', ['move', 'swap'])
def test_names_shape_them(house, change):
    before = templates.content_hash()
    (house / 'one.py').rename(house / 'two.py')
    if change == 'swap':
        (house / 'view' / 'one.xml').rename(house / 'one.py')
    assert templates.content_hash() != before


def test_settings_shape_them(house, monkeypatch):
    before = templates.content_hash()
    monkeypatch.setenv('TRYTOND_AUDIT__SEAL_WITHIN', '7')
    templates._surroundings.cache_clear()
    try:
        assert templates.content_hash() != before
    finally:
        monkeypatch.undo()
        templates._surroundings.cache_clear()


def test_old_ones_go_when_nobody_uses_them(house, tmp_path):
    cache = tmp_path / 'cache'
    old = [cache / f'databases-{i}' for i in range(templates.KEPT + 2)]
    for i, path in enumerate(old):
        path.mkdir(parents=True)
        os.utime(path, (i, i))
    # another run works with the oldest
    fd = os.open(old[0], os.O_RDONLY)
    fcntl.flock(fd, fcntl.LOCK_SH)
    try:
        new = templates.directory(cache=cache)
        assert set(cache.iterdir()) == {new, old[0], *old[2:]}
    finally:
        os.close(fd)
    templates.directory(cache=cache)
    assert set(cache.iterdir()) == {new, *old[2:]}


@pytest.fixture
def tryton(house, tmp_path, monkeypatch):
    "Tryton's tests, whose databases are files of one word"
    trytond = pytest.importorskip('trytond.tests')
    cache = tmp_path / 'dumps'
    cache.mkdir()

    def file_of(path, name):
        return f'{path}/{name}.dump'

    def activate_module(modules, lang='en'):
        path = fake._db_cache_file(fake.DB_CACHE, modules)
        if not os.path.exists(path):
            fake.made.append(modules)
            fake.meanwhile()
            fake.backup_db_cache(modules)

    def backup_db_cache(name):
        with open(fake._db_cache_file(fake.DB_CACHE, name), 'w') as file:
            file.write('half')
            file.flush()
            fake.killed()
            file.write(' whole')

    class pool:
        _pools = {}

        def __init__(self, name):
            pass

        def get(self, name):
            raise KeyError(name)

    fake = SimpleNamespace(
        DB_CACHE=str(cache), DB_NAME=':memory:', made=[],
        activate_module=activate_module, backup_db_cache=backup_db_cache,
        _db_cache_file=file_of, db_exist=lambda name: False,
        meanwhile=lambda: None, killed=lambda: None,
        Cache=SimpleNamespace(_instances={}, drop=lambda name: None),
        Pool=pool, Transaction=None)
    monkeypatch.setattr(trytond, 'test_tryton', fake, raising=False)
    monkeypatch.setitem(sys.modules, 'trytond.tests.test_tryton', fake)
    templates.install()
    fake.dumps = lambda: sorted(p.name for p in cache.glob('*.dump'))
    fake.text = lambda: (cache / 'one.dump').read_text()
    return fake


def test_made_once(tryton):
    for _ in range(2):
        tryton.activate_module('one')
    assert tryton.made == ['one'] and tryton.text() == 'half whole'


def test_never_half(tryton):
    def killed():
        raise KeyboardInterrupt
    tryton.killed = killed
    with pytest.raises(KeyboardInterrupt):
        tryton.activate_module('one')
    assert not tryton.dumps()
    tryton.killed = lambda: None
    tryton.activate_module('one')
    assert tryton.text() == 'half whole'


def test_not_of_one_that_was_used(tryton):
    tryton.db_exist = lambda name: True
    tryton.activate_module('one')
    assert not tryton.dumps()


def test_not_of_sources_that_are_being_edited(tryton, house):
    tryton.meanwhile = lambda: (house / 'one.py').write_text('edited')
    tryton.activate_module('one')
    assert tryton.made and not tryton.dumps()


def test_others_wait_for_who_makes_it(tryton):
    seen = []

    def second():
        tryton.activate_module('one')
        seen.append(tryton.text())
    other = threading.Thread(target=second)

    def meanwhile():
        # only the first gets here
        other.start()
        time.sleep(.2)
        assert not seen
    tryton.meanwhile = meanwhile
    tryton.activate_module('one')
    other.join(10)
    assert seen == ['half whole'] and tryton.made == ['one']
