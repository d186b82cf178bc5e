# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Let pytest collect the modules under their trytond.modules name.

Without it pytest would import a second copy of each module (our exceptions
would not be equal to themselves) and would not see the scenarios.
"""
import hashlib
import os
import sys
import unittest
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault('TRYTOND_DATABASE_URI', 'sqlite://')
os.environ.setdefault('DB_NAME', ':memory:')
MODULES = Path(__file__).parent / 'modules'
sys.path.insert(0, str(Path(__file__).parent / 'tests'))

import templates    # noqa: E402

pytest_plugins = ['longest_first']


def key_file():
    """Return a file of keys that are always the same

    The databases that are kept from one run to the next know them."""
    path = Path(__file__).parent / '.cache' / 'test.keys'
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        new = path.with_suffix(f'.{os.getpid()}')
        new.write_text(''.join(
                f'{kind} 1 {hashlib.sha256(kind.encode()).hexdigest()}\n'
                for kind in ['hash', 'master', 'sign']))
        new.replace(path)
    return str(path)


os.environ.setdefault('TRYTOND_SECRETS__KEY_FILE', key_file())

if (os.environ['TRYTOND_DATABASE_URI'].startswith('postgresql')
        and 'PYTEST_XDIST_WORKER' in os.environ):
    # each worker has a database of its own
    os.environ['DB_NAME'] += '_' + os.environ['PYTEST_XDIST_WORKER']

# After the settings above, which shape the databases.  Those of PostgreSQL
# are in its cluster: tests/run.py says where.
if os.environ['TRYTOND_DATABASE_URI'].startswith('sqlite'):
    os.environ.setdefault('DB_CACHE', str(templates.directory()))

# only now, it reads the environment; and not by the environment, which the
# processes that the tests start would have, too
from trytond import config      # noqa: E402

# as in the configurations that Donthu writes
config.set('cache', 'class', 'donthu.cache.Cache')
# The caches are synchronised with each transaction: after five minutes, the
# default, it would happen in a slow run only.
config.set('cache', 'clean_timeout', '-1')

# For every test with examples: a slow or busy machine is no reason to fail,
# what has failed can be repeated, CI says the same of the same.
settings.register_profile(
    'donthu', deadline=None, print_blob=True,
    derandomize=bool(os.environ.get('CI')),
    suppress_health_check=[HealthCheck.too_slow])
settings.load_profile('donthu')


def module_name(path):
    parts = path.relative_to(MODULES).with_suffix('').parts
    return '.'.join(('trytond', 'modules', *parts))


class TrytonModule(pytest.Module):

    def _getobj(self):
        templates.install()
        return import_module(module_name(self.path))


class Scenarios(pytest.File):

    def collect(self):
        templates.install()
        runner = import_module(module_name(self.path.parent / 'test_scenario'))
        loader = unittest.TestLoader()
        loader.testNamePatterns = [self.path.name]
        suite = runner.load_tests(loader, unittest.TestSuite(), None)
        for i, case in enumerate(suite):
            yield Scenario.from_parent(self, name=str(i), case=case)


class Scenario(pytest.Item):

    def __init__(self, *, case, **kwargs):
        super().__init__(**kwargs)
        self.case = case

    def runtest(self):
        from trytond.tests.test_tryton import drop_db

        # whatever was there before: Tryton begins without asking
        drop_db()
        result = unittest.TestResult()
        self.case.run(result)
        for _, message in result.errors + result.failures:
            pytest.fail(message, pytrace=False)

    def reportinfo(self):
        return self.path, 0, self.path.name


def pytest_collect_directory(path, parent):
    if MODULES in path.parents:
        return pytest.Dir.from_parent(parent, path=path)


def pytest_collect_file(file_path, parent):
    if MODULES in file_path.parents and file_path.match('scenario_*.rst'):
        return Scenarios.from_parent(parent, path=file_path)


def pytest_pycollect_makemodule(module_path, parent):
    if MODULES in module_path.parents:
        return TrytonModule.from_parent(parent, path=module_path)
    if 'test_tryton' in module_path.read_text(encoding='utf-8'):
        templates.install()


def pytest_collection_modifyitems(config, items):
    """Under a moved clock leave out what Tryton itself tests of each module

    It looks at views, rights and registrations, and reads no clock: it has
    passed on the day of today."""
    if not os.environ.get('DONTHU_TEST_MOVED'):
        return
    ours, theirs = [], []
    for item in items:
        module = getattr(getattr(item, 'function', None), '__module__', None)
        (theirs if module == 'trytond.tests.test_tryton' else ours).append(
            item)
    config.hook.pytest_deselected(items=theirs)
    items[:] = ours
