# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Run every test: the second command of the README.

    .venv/bin/python tests/run.py [--quick] [PYTEST ARGUMENTS]

With --quick only what one wants to know before a commit: the style, the types,
what is pure, and the modules on SQLite.

What is missing for some tests (PostgreSQL, Chromium, faketime) is installed
where that is allowed (root on Debian); elsewhere the rest runs, and what was
left out is said at the end.  In CI (environment CI) leaving anything out is a failure.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / 'tests'))

import templates    # noqa: E402

# Those that take longest first, see longest_first.py
WORKERS = ['-n', '2', '--no-loadscope-reorder', '--dist']
# A file to a worker: what a file shares is made once
WHOLE = [*WORKERS, 'loadfile', 'tests', '--ignore', 'tests/test_newcomer.py']
# Plain Python: no database, no Tryton
PURE = [
    'modules/audit/tests/test_pure.py',
    'modules/complaints/tests/test_numbers.py',
    'modules/complaints/tests/test_pages.py',
    'modules/complaints/tests/test_plan.py',
    'modules/deadlines/tests/test_counting.py',
    'modules/deadlines/tests/test_counting_properties.py',
    'modules/deadlines/tests/test_release.py',
    'modules/documents/tests/test_paper.py',
    'modules/escalation/tests/test_moves.py',
    'modules/likeness/tests/test_similarity.py',
    'tests/test_field_formats.py', 'tests/test_hostile_files.py',
    'tests/test_import_summary.py', 'tests/test_importing_values.py',
    'tests/test_lengths.py', 'tests/test_naive.py',
    'tests/test_procedures.py', 'tests/test_scans.py', 'tests/test_sizes.py',
    'tests/test_templates.py',
    ]
# How much of the pure files (of pyproject.toml) these tests run through, in
# percent: what it is today.  It is raised, never lowered.
COVERED = 84
DEBIAN = {
    'postgresql': ['postgresql', 'postgresql-contrib'],
    'chromium': ['chromium', 'fonts-dejavu-core'],
    'faketime': ['faketime'],
    }
# Other days to which the clock of the machine is moved (UTC), and its zone
MOVED = [
    # a rest day: Tết has begun, it is a Monday
    ('2027-02-08 02:00:00', 'Asia/Ho_Chi_Minh'),
    # 1 March for some seconds in Việt Nam, 29 February elsewhere; no calendar
    # of this year is announced yet
    ('2028-02-29 17:00:05', 'America/New_York'),
    ]


def pure_files():
    "Return the files that pyproject.toml has mypy check"
    with open(ROOT / 'pyproject.toml', 'rb') as file:
        names = tomllib.load(file)['tool']['mypy']['files']
    return [
        str(ROOT / name) + ('' if name.endswith('.py') else '/*.py')
        for name in names]


def may_install():
    return (hasattr(os, 'getuid') and os.getuid() == 0
        and shutil.which('apt-get') and Path('/etc/debian_version').exists())


def ensure(name, found):
    "Install the Debian packages of a tool if it is missing and we may"
    if found():
        return True
    if not may_install():
        return False
    print(f"Installing {name}…", flush=True)
    environment = {**os.environ, 'DEBIAN_FRONTEND': 'noninteractive'}
    options = ['-o', 'DPkg::Lock::Timeout=600', '-qq']
    subprocess.run(
        ['apt-get', *options, 'update'], env=environment,
        stdout=subprocess.DEVNULL)
    subprocess.run(
        ['apt-get', *options, 'install', '-y', '--no-install-recommends',
            *DEBIAN[name]], env=environment, stdout=subprocess.DEVNULL)
    return found()


class Suite:

    def __init__(self, arguments):
        self.arguments = arguments
        self.failed = []
        self.left_out = []
        self.cache = str(templates.directory())

    def step(self, title, command, **environment):
        print(f"\n=== {title}", flush=True)
        started = time.monotonic()
        result = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **environment})
        self.ended(title, result.returncode, started)

    def ended(self, title, code, started):
        print(f"=== {title}: {time.monotonic() - started:.0f} s", flush=True)
        # 5: the arguments chose none of these tests
        if code and not (code == 5 and self.arguments):
            self.failed.append(title)

    @contextmanager
    def beside(self, title, *arguments):
        "Run tests while others run that use one process; then say what came"
        started = time.monotonic()
        with tempfile.TemporaryFile('w+') as said:
            process = subprocess.Popen(
                self.command(*arguments), cwd=ROOT, stdout=said,
                stderr=subprocess.STDOUT)
            try:
                yield
                code = process.wait()
            finally:
                # whoever ends this run ends it, too
                if process.poll() is None:
                    process.terminate()
                    process.wait()
            said.seek(0)
            print(f"\n=== {title}\n{said.read()}", end='', flush=True)
            self.ended(title, code, started)

    def command(self, *arguments, python=()):
        return [
            sys.executable, *python, '-m', 'pytest', '-q', '-p',
            'no:cacheprovider', '-W', 'ignore', '-o', 'verbosity_subtests=0',
            *arguments, *self.arguments]

    def pytest(self, title, *arguments, under=(), python=(), **environment):
        self.step(
            title, [*under, *self.command(*arguments, python=python)],
            **environment)

    def style(self):
        self.step("Style", [sys.executable, '-m', 'ruff', 'check', '.'])
        self.step("Order of imports", [sys.executable, 'tests/imports.py'])
        self.step("Lengths", [sys.executable, 'tests/lengths.py'])

    def types(self):
        self.step("Types", [sys.executable, '-m', 'mypy'])

    def pure(self):
        "Run what needs no database, and look how much of the code it tries"
        data = str(templates.CACHE / 'coverage')
        self.pytest("What is pure", *PURE, python=[
                '-m', 'coverage', 'run', f'--data-file={data}',
                f'--include={",".join(pure_files())}'])
        if not self.arguments:
            self.step("Coverage of what is pure", [
                    sys.executable, '-m', 'coverage', 'report',
                    f'--data-file={data}', '--skip-covered',
                    f'--fail-under={COVERED}'])

    def modules(self, *others):
        # The workers would all make the same databases: made once, first.
        self.pytest(
            "Modules on SQLite", *WORKERS, 'loadscope', 'modules', *others,
            DB_CACHE=self.cache)

    def moved(self):
        "What passes today passes on any day, in any time zone"
        for moment, zone in MOVED:
            self.pytest(
                f"Modules on SQLite, as if it were {moment} UTC", *WORKERS,
                'loadscope', 'modules',
                'tests/test_deadline_command.py', 'tests/test_naive.py',
                under=['faketime', '--exclude-monotonic', f'{moment} UTC'],
                # a file keeps its own time, or all would be compiled anew
                NO_FAKE_STAT='1', TZ=zone, DB_CACHE=self.cache,
                DONTHU_TEST_MOVED='1')

    def on_postgresql(self, uri):
        self.pytest(
            "Modules on PostgreSQL", *WORKERS, 'loadscope', 'modules',
            DB_NAME='test', TRYTOND_DATABASE_URI=uri,
            TRYTOND_DATABASE__UNACCENT_FUNCTION='f_unaccent',
            DB_CACHE=uri.rstrip('/'))

    def whole(self, **environment):
        self.pytest(
            "The whole application", *WHOLE, **environment,
            # what the commands make is of their sources, too
            DONTHU_TEST_CACHE=str(templates.directory('donthu')))

    def quick(self):
        self.style()
        self.types()
        # those of the modules are among the modules
        self.modules(*(name for name in PURE if name.startswith('tests/')))
        return self.summary("What ./check --quick runs has passed.")

    def run(self):
        import cluster
        from sao import chromium
        has_postgresql = ensure('postgresql', cluster.binaries)
        has_chromium = ensure('chromium', chromium)
        has_faketime = ensure('faketime', lambda: shutil.which('faketime'))

        # what a newcomer does first is looked at first
        with self.beside(
                "The README's first command", 'tests/test_newcomer.py'):
            self.style()
            self.types()
            self.pure()
        self.modules()
        if has_faketime:
            self.moved()
        else:
            self.left_out.append("the days to come (faketime)")
        if has_postgresql:
            with cluster.Cluster() as server:
                self.on_postgresql(server.uri)
                self.whole(DONTHU_TEST_POSTGRESQL=server.uri)
        else:
            self.left_out.append("everything on PostgreSQL")
            self.whole()
        if not has_chromium:
            self.left_out.append("the web client in a browser")
        return self.summary("All tests passed.")

    def summary(self, passed):
        print()
        for title in self.left_out:
            print(f"LEFT OUT: {title}, because it is not installed here")
        for title in self.failed:
            print(f"FAILED: {title}")
        if self.failed or (self.left_out and os.environ.get('CI')):
            return 1
        print(passed if not self.left_out
            else "The tests that could run have passed.")
        return 0


def main(arguments):
    parser = argparse.ArgumentParser(
        description="Run the tests; what is not known here goes to pytest.",
        allow_abbrev=False)
    parser.add_argument('--quick', action='store_true', help=
        "the style, the types, what is pure, and the modules on SQLite")
    options, others = parser.parse_known_args(arguments)
    suite = Suite(others)
    return suite.quick() if options.quick else suite.run()


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
