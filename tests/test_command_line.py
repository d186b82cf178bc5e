# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Whatever is typed: each argument of each command, each bad value.

The commands and their arguments are read off the parser itself, so a new one
is covered as soon as it is there.
"""
import argparse
import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from callers import Callers
from helpers import REGISTERS, donthu
from templates import made_once

from donthu import cli
from donthu.importing import mapping as mappings

DATABASE = 'donthu'
REGISTER = 'don-thu-tinh.csv'
ROOT = not os.getuid()
# A lone byte of a file name or a word that is not UTF-8
SURROGATE = '\udcff'
# Dates and numbers that no calendar and no machine has room for
DATES = ['', 'x', '31/02/2026', '9999-12-31', '0001-01-01', '10000-01-01',
    '2026-07-01T00:00', '99999999999999999999', '٣١/٠٢/٢٠٢٦', SURROGATE]
NUMBERS = ['', 'x', '1.5', '1e3', '9' * 5000, SURROGATE]
SMALL = ['-1', '-' + '9' * 30, '9' * 30]
TEXTS = {
    'rule': ['', 'x', 'KN', SURROGATE, 'X' * 10_000],
    'variant': ['', 'x', SURROGATE],
    'pause': ['', 'x', '..', '2026-01-05..2026-01-02', '9999-12-31..x',
        SURROGATE],
    'extend': ['', 'x', '0', '-5', '9' * 50, '5@x', '5@9999-12-31', '5=x',
        SURROGATE],
    'province': ['', '99', 'x', SURROGATE],
    'agency': ['nowhere', SURROGATE],
    'user': ['nobody', SURROGATE],
    'confirm': ['', 'nobody', SURROGATE],
    'reason': ['', ' ', SURROGATE],
    'url': ['x', 'ftp://localhost/x', 'http://127.0.0.1:9/x', 'http://[::1',
        'http://localhost:x/', 'http://' + 'x' * 300 + '/', SURROGATE],
    'name': ['', 'x y', 'x;}', 'X' * 10_000, SURROGATE],
    'superuser': ['', 'x', 'sqlite://', 'postgresql://h:x/', SURROGATE],
    # of these every text is a good one
    'source': [SURROGATE],
    'holder': [SURROGATE],
    }
# What is written; all other files are read
OUTPUT = {('procedures', 'file'), ('deadline', 'sheet'),
    ('import letters', 'report'), ('audit export', 'directory'),
    ('demo', 'home'), ('init', 'passwords'), ('people', 'passwords'),
    ('client', 'directory'), ('install', 'directory'), ('import new-mapping', 'output')}
# Arguments that no other call of the command has
ALONE = {('deadline', 'batch'): ['rule', 'date']}


def leaves(parser=None, name=()):
    "Yield (name, parser) of each command that can be called"
    parser = parser or cli.get_parser()
    groups = [
        action for action in parser._actions
        if isinstance(action, argparse._SubParsersAction)]
    if not groups:
        yield ' '.join(name), parser
    for group in groups:
        for word, child in group.choices.items():
            yield from leaves(child, (*name, word))


LEAVES = dict(leaves())


def arguments(leaf):
    "Return the actions of a command that take a value"
    return [
        action for action in LEAVES[leaf]._actions
        if action.nargs != 0 and not isinstance(
            action, argparse._SubParsersAction)]


def write(argument, value):
    "Return the words of an argument"
    if not argument.option_strings:
        return [value]
    option = max(argument.option_strings, key=len)
    # a value may begin with a dash
    return [f'{option}={value}']


class World:
    "Good files and bad ones, a good database and bad ones"

    def __init__(self, path, prepared):
        self.path = path
        self.home = path / 'good'
        shutil.copytree(prepared, self.home)
        self.config = self.home / 'trytond.conf'
        self.config.write_text(
            self.config.read_text().replace(str(prepared), str(self.home)))
        self.data = self.home / 'data'
        self.register = self.home / REGISTER
        lines = (REGISTERS / REGISTER).read_text().splitlines(True)
        self.register.write_text(''.join(lines[:4]))
        (self.home / 'batch.jsonl').write_text(
            '{"rule": "KN-01", "event_on": "2026-07-01"}\n')
        self.bad = path / 'bad'
        self.bad.mkdir()
        self._bad_files()
        self._bad_databases()
        self._bad_configs()
        self._bad_mappings()

    def _bad_files(self):
        bad = self.bad
        (bad / 'directory').mkdir()
        (bad / 'empty').touch()
        (bad / 'garbled').write_bytes(bytes(range(256)) * 40)
        (bad / 'loop').symlink_to('loop')
        (bad / 'unreadable').write_text("text")
        (bad / 'unreadable').chmod(0)
        (bad / 'shut').mkdir()
        (bad / 'shut').chmod(stat.S_IREAD | stat.S_IEXEC)

    def _bad_databases(self):
        import sqlite3
        (self.data / 'directory.sqlite').mkdir()
        (self.data / 'garbled.sqlite').write_bytes(b'\x01' * 8192)
        (self.data / 'empty.sqlite').touch()
        with sqlite3.connect(self.data / 'other.sqlite') as connection:
            connection.execute('CREATE TABLE accounts (id INTEGER)')
        connection.close()
        cut = (self.data / f'{DATABASE}.sqlite').read_bytes()
        (self.data / 'cut.sqlite').write_bytes(cut[:len(cut) // 2])

    def _bad_configs(self):
        good = self.config.read_text()
        for name, text in {
                'no-option': "[database]\nuri\n",
                'no-section': "uri = sqlite://\n",
                'twice': "[database]\npath = a\npath = b\n",
                'nothing': "[web]\nlisten = localhost:8000\n",
                'scheme': good.replace('sqlite://', 'oracle://'),
                'uri': good.replace('sqlite://', 'postgresql://[x/'),
                'port': good.replace('sqlite://', 'postgresql://h:x/'),
                'refused': good.replace(
                    'sqlite://', 'postgresql://u:secret@127.0.0.1:9/'),
                'number': good.replace(
                    '[database]', '[database]\nretry = x'),
                'elsewhere': good.replace(
                    f'path = {self.data}', 'path = /proc/nowhere'),
                'not-utf-8': good + "# \udcff\n",
                }.items():
            (self.bad / f'{name}.conf').write_text(
                text, encoding='utf-8', errors='surrogateescape')

    def _bad_mappings(self):
        good = (mappings.SHIPPED / 'don-thu-tinh.toml').read_text() + (
            "\n[values.kind]\n'khiếu nại' = 'complaint'\n")
        for number, (old, new) in enumerate([
                ('format', 'formet'), ("'table'", "'pdf'"), ("'table'", '7'),
                ("delimiter = ';'", "delimiter = ''"),
                ("delimiter = ';'", "delimiter = ';;'"),
                ("delimiter = ';'", 'delimiter = 7'),
                ("delimiter = ';'", "encoding = 'x'"),
                ("delimiter = ';'", "encoding = 'hex'"),
                ("delimiter = ';'", "encoding = 'utf-16'"),
                ("delimiter = ';'", "key = '{'"),
                ("delimiter = ';'", "key = '{0}'"),
                ("delimiter = ';'", "key = '{key.__class__}'"),
                ("delimiter = ';'", "sheet = -1"),
                ("delimiter = ';'", "[[columns]]"),
                ("'table'", "'xml'"),
                ("delimiter = ';'", "required = ['x']"),
                ("delimiter = ';'", "parts = {kind = 0}"),
                ("key = 'ma_don'", "key = 1"),
                ("key = 'ma_don'", "key = 'x'"),
                ("key = 'ma_don'", "chìa = 'x'"),
                ("key = 'ma_don'", "lock = 'x'"),
                ('[columns]', '[colums]'),
                ('[values.kind]', '[values.kinds]'),
                ("'khiếu nại' = 'complaint'", "'khiếu nại' = 1"),
                ("'khiếu nại' = 'complaint'", "'khiếu nại' = 'x'"),
                ]):
            changed = good.replace(old, new, 1)
            assert changed != good, old
            (self.bad / f'{number}.toml').write_text(changed)

    # What to write for an argument

    def good(self, leaf, argument):
        dest, metavar = argument.dest, argument.metavar
        known = {
            ('import letters', 'file'): self.register,
            ('import letters', 'user'): 'admin',
            ('import undo', 'user'): 'admin',
            ('import undo', 'source'): 'don-thu-tinh',
            ('import undo', 'reason'): 'nhầm sổ',
            ('procedures', 'file'): self.path / 'out.md',
            ('audit export', 'directory'): self.path / 'export',
            ('install', 'directory'): self.path / 'root',
            ('roles', 'owner'): self.config,
            ('deadline', 'batch'): self.home / 'batch.jsonl',
            }
        general = {
            'config': self.config, 'database': DATABASE, 'rule': 'KN-01',
            'date': '2026-07-01', 'number': '1'}
        if (leaf, dest) in known:
            return str(known[leaf, dest])
        if dest in general:
            return str(general[dest])
        if argument.choices:
            return str(next(iter(argument.choices)))
        assert metavar == 'FILE', (
            f"say what a good value of {dest} of `donthu {leaf}` is")
        return str(self.register)

    def bad_values(self, leaf, argument):
        "Yield (value, how to call)"
        kind = argument.type
        if argument.choices:
            yield from ((value, {}) for value in ['', 'x', SURROGATE])
        elif argument.dest == 'date':
            yield from ((value, {}) for value in DATES)
        elif argument.dest == 'database':
            yield from self._databases(leaf)
        elif argument.dest == 'config':
            yield from self._configs()
        elif (leaf, argument.dest) in OUTPUT:
            yield from self._outputs(leaf, argument)
        elif argument.dest == 'mapping':
            yield from self._mappings()
        elif argument.metavar == 'FILE' or kind is Path:
            yield from self._inputs(argument)
        elif argument.dest in TEXTS:
            yield from ((value, {}) for value in TEXTS[argument.dest])
        elif kind is int or getattr(kind, '__module__', '').endswith(
                'donthu.arguments'):
            yield from ((v, {}) for v in NUMBERS)
            yield from ((v, {}) for v in SMALL if argument.dest != 'seed')
        else:
            raise AssertionError(
                f"no bad values are known for {argument.dest} of `donthu "
                f"{leaf}`")

    def _databases(self, leaf):
        for value in ['', '..', '../x', 'x/y', 'x' * 200, ':memory:', ' ',
                SURROGATE]:
            yield value, {}
        if leaf == 'install':
            # it only writes the name
            return
        for value in ['directory', 'garbled', 'other']:
            yield value, {}
        if leaf != 'init':
            # these it makes
            yield 'nowhere', {}
            yield 'empty', {}
            yield 'cut', {}

    def _configs(self):
        for path in sorted(self.bad.glob('*.conf')):
            yield str(path), {}
        for name in ['directory', 'empty', 'garbled', 'loop', 'nowhere']:
            yield str(self.bad / name), {}
        yield '', {}
        yield str(self.bad / 'unreadable'), {'bound': ROOT}

    def _mappings(self):
        for path in sorted(self.bad.glob('*.toml')):
            yield str(path), {}
        # of another register
        yield 'don-thu-cu', {}
        yield 'so-tiep-cong-dan', {}
        yield from self._inputs(SimpleNamespace(type=Path))

    def _inputs(self, argument):
        for name in ['directory', 'empty', 'garbled', 'loop', 'nowhere',
                'nowhere/file', 'empty/file', 'x' * 300, SURROGATE]:
            yield str(self.bad / name), {}
        yield str(self.bad / 'unreadable'), {'bound': ROOT}
        if argument.type is Path:
            yield '', {}

    def _outputs(self, leaf, argument):
        for name in ['nowhere/file', 'empty/file', 'x' * 300, 'loop']:
            if leaf in {'demo', 'client', 'install'} and (
                    name == 'nowhere/file'):
                # this they make
                continue
            yield str(self.bad / name), {}
        yield str(self.bad / 'shut' / 'file'), {'bound': ROOT}
        yield '/proc/nowhere', {}
        if argument.dest not in {'home', 'directory'}:
            if (leaf, argument.dest) != ('init', 'passwords'):
                # there is nobody whose password it would write
                yield '/dev/full', {}
            yield str(self.bad / 'directory'), {}
        else:
            yield str(self.bad / 'empty'), {}

    def calls(self, leaf):
        "Yield (words, how to call), of which one argument is bad"
        for bad in arguments(leaf):
            others = [
                argument for argument in arguments(leaf)
                if argument is not bad
                and argument.dest not in ALONE.get((leaf, bad.dest), [])
                and (not argument.option_strings or argument.required
                    or argument.dest == 'config')
                and not (bad.dest == 'url' and argument.dest in {
                        'config', 'database'})]
            if leaf in {'import letters', 'import undo'} and bad.dest not in {
                    'url', 'database'}:
                others += [
                    a for a in arguments(leaf) if a.dest == 'database']
            for value, how in self.bad_values(leaf, bad):
                words = leaf.split()
                for argument in arguments(leaf):
                    if argument is bad:
                        words += write(argument, value)
                    elif argument in others:
                        words += write(argument, self.good(leaf, argument))
                if bad.dest == 'url':
                    how = {**how, 'environment': {'DONTHU_PASSWORD': 'x'}}
                yield words, how

    def state(self):
        "Return what must not change: the files and their contents"
        return {
            str(path.relative_to(self.home)): hashlib.sha256(
                path.read_bytes()).hexdigest()
            for path in self.home.rglob('*')
            if path.is_file() and path.suffix != '.lock'
            # which SQLite removes with the last connection
            and not path.name.endswith('-shm')
            and (path.stat().st_size or not path.name.endswith('-wal'))}


@pytest.fixture(scope='session')
def prepared():
    "A directory with a database that `donthu init` has made"
    cache = os.environ.get('DONTHU_TEST_CACHE')
    directory = Path(cache or tempfile.mkdtemp(prefix='donthu-')) / 'init'
    # several files of tests begin with it, in processes of their own
    with made_once(directory):
        if not (directory / 'ready').exists():
            shutil.rmtree(directory, ignore_errors=True)
            directory.mkdir()
            make_config(directory)
            init(directory)
            (directory / 'ready').touch()
    yield directory
    if not cache:
        shutil.rmtree(directory.parent)


def make_config(directory, uri='sqlite://'):
    (directory / 'trytond.conf').write_text(
        f"[database]\nuri = {uri}\npath = {directory / 'data'}\n"
        "unaccent_function = f_unaccent\n"
        f"[secrets]\nkey_file = {directory / 'donthu.keys'}\n")


def init(directory, database=DATABASE, **kwargs):
    return donthu(
        'init', '-c', directory / 'trytond.conf', '-d', database,
        '--province', '66', **kwargs)


@pytest.fixture(scope='module')
def world(prepared):
    with tempfile.TemporaryDirectory(prefix='donthu-') as directory:
        yield World(Path(directory), prepared)


@pytest.fixture(scope='module')
def call():
    callers = Callers()
    yield callers
    callers.end()


def flaw(result):
    "Return what is wrong with how a bad call ended, or None"
    lines = result.stderr.splitlines()
    if 'Traceback' in result.stderr + result.stdout:
        return "a trace"
    if not 0 < result.status < 70:
        return f"status {result.status}"
    if not lines or not lines[-1].startswith('donthu: '):
        return "no sentence"
    if sum(line.startswith('donthu: ') for line in lines) > 1:
        return "several sentences"
    return None


@pytest.mark.parametrize('leaf', LEAVES)
def test_bad_values(world, call, leaf):
    "Test each bad value of each argument is refused in a sentence"
    before = world.state()
    calls = [
        (words, call(words, **how)) for words, how in world.calls(leaf)]
    assert calls
    wrong = []
    for words, future in calls:
        result = future.result()
        if (found := flaw(result)) and not is_batch(words, result):
            wrong.append((found, words, result.stderr[-600:]))
    report = '\n'.join(
        f'{found}: donthu {ascii(" ".join(words))[:300]}\n{text}'
        for found, words, text in wrong)
    assert not wrong, f'{len(wrong)} of {len(calls)}:\n{report}'
    after = world.state()
    assert {k: after.get(k) for k in before} == before


def is_batch(words, result):
    "Tell if a line of a batch was wrong, each of which has its sentence"
    return any(w.startswith('--batch') for w in words) and (
        result.status == 1 and 'Traceback' not in result.stderr)
