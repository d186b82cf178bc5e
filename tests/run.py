# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Run every test: the second command of the README.

    .venv/bin/python tests/run.py [PYTEST ARGUMENTS]

What is missing for some tests (PostgreSQL, Chromium) is installed where that
is allowed (root on Debian); elsewhere the rest runs, and what was left out is
said at the end.  In CI (environment CI) leaving anything out is a failure.
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
DEBIAN = {
    'postgresql': ['postgresql', 'postgresql-contrib'],
    'chromium': ['chromium', 'fonts-dejavu-core'],
    }


def content_hash():
    "Return a hash of what the cached databases are made of"
    digest = hashlib.sha256()
    for path in sorted((ROOT / 'modules').rglob('*')):
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

    def pytest(self, title, *arguments, **environment):
        self.step(
            title, [sys.executable, '-m', 'pytest', '-q', '-p',
                'no:cacheprovider', '-W', 'ignore', '-o',
                'verbosity_subtests=0', *arguments,
                *self.arguments], **environment)

    def run(self):
        import cluster
        from sao import chromium
        has_postgresql = ensure('postgresql', cluster.binaries)
        has_chromium = ensure('chromium', chromium)
        cache = CACHE / f'databases-{content_hash()}'
        for old in CACHE.glob('databases-*'):
            if old != cache:
                shutil.rmtree(old)
        cache.mkdir(parents=True, exist_ok=True)

        self.step("Style", [sys.executable, '-m', 'ruff', 'check', '.'])
        # The workers would all make the same databases: made once, first.
        self.pytest(
            "Modules on SQLite", '-n', '2', '--dist', 'loadscope', 'modules',
            DB_CACHE=str(cache))
        if has_postgresql:
            with cluster.Cluster() as server:
                self.pytest(
                    "Modules on PostgreSQL", '-n', '2', '--dist',
                    'loadscope', 'modules', DB_NAME='test',
                    TRYTOND_DATABASE_URI=server.uri,
                    TRYTOND_DATABASE__UNACCENT_FUNCTION='f_unaccent',
                    DB_CACHE=server.uri.rstrip('/'))
                self.pytest(
                    "The whole application", 'tests',
                    DONTHU_TEST_POSTGRESQL=server.uri,
                    DONTHU_TEST_CACHE=str(cache))
        else:
            self.left_out.append("everything on PostgreSQL")
            self.pytest(
                "The whole application", 'tests',
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
