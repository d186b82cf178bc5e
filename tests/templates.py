# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The databases with which the tests begin, kept from one run to the next.

They lie under `.cache`, in a directory named after a hash of all that shapes
them: the modules with their data, views and translations, the packages that
are installed, the settings of the run.  Whatever changes, they are made anew.
"""
import fcntl
import hashlib
import os
import shutil
import sys
from contextlib import contextmanager
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

import warm

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / '.cache'
# The directories of that many other states of the sources stay, for who goes
# from branch to branch
KEPT = 2
# Names a place, not what is there, or is what the run itself sets
_UNSHAPING = {'TRYTOND_DATABASE_URI', 'TRYTOND_CONFIG'}


def _add_files(digest, directory):
    for path in sorted((ROOT / directory).rglob('*')):
        # what a test says is in no database that it begins with
        if ({'tests', 'doc', '__pycache__'} & set(path.parts[len(
                        ROOT.parts):]) or not path.is_file()):
            continue
        digest.update(f'{path.relative_to(ROOT)}\0'.encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())


@cache
def _surroundings():
    "Return what does not change while a process runs"
    found = sorted({
            f'{d.metadata["Name"]} {d.version}' for d in distributions()})
    found += sorted(
        f'{name}={value}' for name, value in os.environ.items()
        if name.startswith('TRYTOND_') and name not in _UNSHAPING)
    # a clock that was moved: what is made then knows days to come
    return '\n'.join([
            sys.version, os.environ.get('FAKETIME', ''), *found])


def content_hash(*others):
    """Return a hash of what the databases are made of

    others -- more directories that shape what is kept."""
    digest = hashlib.sha256(_surroundings().encode())
    for directory in ['modules', 'tryton-vi', *others]:
        _add_files(digest, directory)
    return digest.hexdigest()[:16]


def directory(*others, cache=CACHE):
    """Return the directory of what the sources as they are now give

    While this process runs nobody removes it; older ones that nobody uses
    are removed.  others -- as of content_hash."""
    path = cache / f'databases-{content_hash(*others)}'
    path.mkdir(parents=True, exist_ok=True)
    os.utime(path)
    _use(path)
    _clear(path, cache)
    return path


def _use(path):
    "Hold the directory until the process ends"
    fd = os.open(path, os.O_RDONLY)
    fcntl.flock(fd, fcntl.LOCK_SH)
    _used.append(fd)


_used = []


def _clear(path, cache):
    others = sorted(
        (p for p in cache.glob('databases-*') if p != path),
        key=lambda p: p.stat().st_mtime, reverse=True)
    for old in others[KEPT:]:
        try:
            fd = os.open(old, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(old, ignore_errors=True)
        except BlockingIOError:
            # another run is at work with it
            pass
        finally:
            os.close(fd)


@contextmanager
def made_once(path):
    "Let one process at a time make what stays in the cache"
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path.with_name(f'{path.name}.lock'), 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install():
    """Let Tryton's tests keep whole databases only, each made by one process

    Tryton writes them in place: who reads one that is being written, or that
    a killed run left half written, begins with an empty database."""
    from trytond.tests import test_tryton
    if (not getattr(test_tryton.activate_module, 'is_ours', False)
            and (test_tryton.DB_CACHE or '').startswith('/')):
        _Keeper(test_tryton)
    warm.install(test_tryton)


class _Keeper:
    "Stands between Tryton's tests and the files of their databases"

    def __init__(self, tests):
        self.tests = tests
        self.activate, self.backup = (
            tests.activate_module, tests.backup_db_cache)
        self.clean = self.hash = None

        def activate_module(modules, lang='en'):
            self.activate_module(modules, lang)
        activate_module.is_ours = True
        tests.activate_module = activate_module
        tests.backup_db_cache = self.keep

    def file_of(self, name):
        return Path(self.tests._db_cache_file(self.tests.DB_CACHE, name))

    def activate_module(self, modules, lang):
        names = [modules] if isinstance(modules, str) else modules
        name = '-'.join(names) + (f'--{lang}' if lang != 'en' else '')
        path = self.file_of(name)
        # one that others have used may hold what they left
        clean = not self.tests.db_exist(self.tests.DB_NAME)
        if not clean or path.exists():
            self.clean = clean
            self.activate(modules, lang=lang)
            return
        with made_once(path):
            self.clean, self.hash = clean, content_hash()
            self.activate(modules, lang=lang)

    def keep(self, name):
        path = self.file_of(name)
        # edited meanwhile: neither what was nor what is
        if path.exists() or not self.clean or self.hash != content_hash():
            return
        new = path.with_name(f'{path.name}.{os.getpid()}')
        new.unlink(missing_ok=True)
        final, self.tests._db_cache_file = (
            self.tests._db_cache_file, lambda *args: str(new))
        try:
            self.backup(name)
        finally:
            self.tests._db_cache_file = final
        new.replace(path)
