# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Where the tests run the commands of the documents."""
import contextlib
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path


class Stage:
    "Where the commands of a document are run, with what is filled in"

    def __init__(self, directory, fill=(), environment=()):
        self.directory = directory
        self.fill = dict(fill)
        self.environment = {
            **os.environ, 'PYTHONWARNINGS': 'ignore', **dict(environment),
            'PATH': os.pathsep.join(
                [str(Path(sys.executable).parent), os.environ['PATH']])}
        self.running = []

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        # the scheduler and the workers have processes of their own
        for number in [signal.SIGTERM, signal.SIGKILL]:
            for process in self.running:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, number)
            for process in self.running:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=20)

    def words(self, text):
        for what, instead in self.fill.items():
            text = text.replace(what, str(instead))
        # the example is typed with its province only
        return text + (
            ' --province 66' if text.startswith('donthu init') else '')

    def run(self, text, status=0):
        "Run a command as a shell does; return what it printed"
        result = subprocess.run(
            ['bash', '-c', self.words(text)], cwd=self.directory, text=True,
            capture_output=True, env=self.environment,
            stdin=subprocess.DEVNULL)
        assert result.returncode == status, (
            self.words(text), result.stdout[-2000:], result.stderr[-4000:])
        assert 'Traceback' not in result.stderr
        return result.stdout + result.stderr

    def start(self, text):
        "Run a command that does not end"
        words = shlex.split(self.words(text))
        environment = dict(self.environment)
        while '=' in words[0]:
            name, _, value = words.pop(0).partition('=')
            environment[name] = value
        with open(self.directory / 'running.log', 'a') as log:
            process = subprocess.Popen(
                words, cwd=self.directory, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, env=environment,
                start_new_session=True, executable=shutil.which(words[0], path=environment['PATH']))
        self.running.append(process)
        return process

    def wait_for(self, url):
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            assert all(p.poll() is None for p in self.running), (
                self.directory / 'running.log').read_text()[-4000:]
            try:
                urllib.request.urlopen(url, timeout=5).close()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(.3)
        raise AssertionError("no answer")

    def password(self, login):
        "Return a file with the password of somebody, as init has made it"
        for line in (self.directory / 'passwords.txt').read_text(
                ).splitlines():
            if line.startswith(f'{login}: '):
                file = self.directory / f'password-{login}'
                file.write_text(line.partition(': ')[2])
                return file
        raise AssertionError(f"no password of {login}")


def free_port():
    with socket.socket() as probe:
        probe.bind(('localhost', 0))
        return probe.getsockname()[1]
