# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Run every test: the second command of the README.

    .venv/bin/python tests/run.py [PYTEST ARGUMENTS]

What is missing for some tests (PostgreSQL, Chromium, faketime) is installed
where that is allowed (root on Debian); elsewhere the rest runs, and what was
left out is said at the end.  In CI (environment CI) leaving anything out is a failure.
"""
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / 'tests'))
CACHE = ROOT / '.cache'
# A file to a worker: what a file shares is made once
WHOLE = ['-n', '2', '--dist', 'loadfile', 'tests', '--ignore',
    'tests/test_newcomer.py']
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


def content_hash():
    "Return a hash of what the cached databases are made of"
    digest = hashlib.sha256()
    for path in sorted(
            p for d in ['modules', 'tryton-vi'] for p in (ROOT / d).rglob('*')):
        if path.suffix in {'.py', '.xml', '.cfg', '.toml', '.csv', '.po'}:
            digest.update(str(path.relative_to(ROOT)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


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

    def step(self, title, command, **environment):
        print(f"\n=== {title}", flush=True)
        started = time.monotonic()
        result = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **environment})
        print(f"=== {title}: {time.monotonic() - started:.0f} s", flush=True)
        # 5: the arguments chose none of these tests
        if result.returncode and not (
                result.returncode == 5 and self.arguments):
            self.failed.append(title)

    def pytest(self, title, *arguments, under=(), **environment):
        self.step(
            title, [*under, sys.executable, '-m', 'pytest', '-q', '-p',
                'no:cacheprovider', '-W', 'ignore', '-o',
                'verbosity_subtests=0', *arguments,
                *self.arguments], **environment)

    def moved(self, cache):
        "What passes today passes on any day, in any time zone"
        for moment, zone in MOVED:
            self.pytest(
                f"Modules on SQLite, as if it were {moment} UTC", '-n', '2',
                '--dist', 'loadscope', 'modules',
                'tests/test_deadline_command.py', 'tests/test_naive.py',
                under=['faketime', '--exclude-monotonic', f'{moment} UTC'],
                # a file keeps its own time, or all would be compiled anew
                NO_FAKE_STAT='1', TZ=zone, DB_CACHE=str(cache))

    def run(self):
        import cluster
        from sao import chromium
        has_postgresql = ensure('postgresql', cluster.binaries)
        has_chromium = ensure('chromium', chromium)
        has_faketime = ensure('faketime', lambda: shutil.which('faketime'))
        cache = CACHE / f'databases-{content_hash()}'
        for old in CACHE.glob('databases-*'):
            if old != cache:
                shutil.rmtree(old)
        cache.mkdir(parents=True, exist_ok=True)

        # what a newcomer does first is looked at first
        self.pytest("The README's first command", 'tests/test_newcomer.py')
        self.step("Style", [sys.executable, '-m', 'ruff', 'check', '.'])
        # The workers would all make the same databases: made once, first.
        self.pytest(
            "Modules on SQLite", '-n', '2', '--dist', 'loadscope', 'modules',
            DB_CACHE=str(cache))
        if has_faketime:
            self.moved(cache)
        else:
            self.left_out.append("the days to come (faketime)")
        if has_postgresql:
            with cluster.Cluster() as server:
                self.pytest(
                    "Modules on PostgreSQL", '-n', '2', '--dist',
                    'loadscope', 'modules', DB_NAME='test',
                    TRYTOND_DATABASE_URI=server.uri,
                    TRYTOND_DATABASE__UNACCENT_FUNCTION='f_unaccent',
                    DB_CACHE=server.uri.rstrip('/'))
                self.pytest(
                    "The whole application", *WHOLE,
                    DONTHU_TEST_POSTGRESQL=server.uri,
                    DONTHU_TEST_CACHE=str(cache))
        else:
            self.left_out.append("everything on PostgreSQL")
            self.pytest(
                "The whole application", *WHOLE,
                DONTHU_TEST_CACHE=str(cache))
        if not has_chromium:
            self.left_out.append("the web client in a browser")
        return self.summary()

    def summary(self):
        print()
        for title in self.left_out:
            print(f"LEFT OUT: {title}, because it is not installed here")
        for title in self.failed:
            print(f"FAILED: {title}")
        if self.failed or (self.left_out and os.environ.get('CI')):
            return 1
        print("All tests passed." if not self.left_out
            else "The tests that could run have passed.")
        return 0


if __name__ == '__main__':
    sys.exit(Suite(sys.argv[1:]).run())
