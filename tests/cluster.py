# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A PostgreSQL cluster of the tests' own, also when they run as root."""
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
"""
# what is lost with the machine is of no use to a test
FAST = """
fsync = off
synchronous_commit = off
full_page_writes = off
"""
# as in daily work, with some memory
DURABLE = """
fsync = on
synchronous_commit = on
shared_buffers = 512MB
max_wal_size = 4GB
"""


def binaries():
    "Return the directory of initdb of PostgreSQL 15 or later, or None"
    for path in sorted(
            Path('/usr/lib/postgresql').glob('*/bin/initdb'),
            key=lambda p: int(p.parts[-3]), reverse=True):
        if int(path.parts[-3]) >= 15 and (
                Path('/usr/share/postgresql') / path.parts[-3]
                / 'extension' / 'unaccent.control').exists():
            return path.parent
    found = shutil.which('initdb')
    if found:
        config = shutil.which('pg_config')
        if config:
            directory = Path(subprocess.check_output(
                    [config, '--bindir'], text=True).strip())
            if (directory / 'initdb').exists():
                return directory
    return None


class Cluster:
    "Started on entering, ended and removed on leaving"

    def __init__(self, durable=False):
        self.settings = SETTINGS + (DURABLE if durable else FAST)
        self.bin = binaries()
        self.root = os.getuid() == 0

    def _run(self, *command):
        if self.root:
            # the server refuses to run as root
            user = pwd.getpwnam('postgres')
            subprocess.run(
                command, check=True, cwd='/tmp', stdout=subprocess.DEVNULL,
                user=user.pw_uid, group=user.pw_gid, extra_groups=[],
                env={'PATH': os.environ['PATH'], 'LANG': 'C.UTF-8'})
        else:
            subprocess.run(
                command, check=True, stdout=subprocess.DEVNULL)

    def __enter__(self):
        self.directory = Path(tempfile.mkdtemp(prefix='donthu-pg-'))
        self.data = self.directory / 'data'
        if self.root:
            shutil.chown(self.directory, 'postgres')
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            self.port = probe.getsockname()[1]
        self._run(
            str(self.bin / 'initdb'), '-D', str(self.data), '-U', 'tryton',
            '-E', 'UTF8', '--locale=C.UTF-8', '--auth=trust')
        with open(self.data / 'postgresql.conf', 'a') as file:
            file.write(f'{self.settings}port = {self.port}\n')
        self._run(
            str(self.bin / 'pg_ctl'), '-D', str(self.data), '-w', '-s', '-l',
            str(self.directory / 'log'), 'start')
        self._extensions()
        return self

    @property
    def uri(self):
        return f'postgresql://tryton@127.0.0.1:{self.port}/'

    def _extensions(self):
        "Make them part of every database that the tests create"
        import psycopg

        from donthu.site import _postgresql_script
        for name in ['template1', 'postgres']:
            with psycopg.connect(
                    self.uri + name, autocommit=True) as connection:
                for statement in _postgresql_script():
                    connection.execute(statement)

    def __exit__(self, *exc):
        try:
            self._run(
                str(self.bin / 'pg_ctl'), '-D', str(self.data), '-m',
                'immediate', '-s', 'stop')
        finally:
            shutil.rmtree(self.directory, ignore_errors=True)
