# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What the tests of the whole application share."""
import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Each worker has ports of its own
PORT = 8100 + 50 * int(os.environ.get('PYTEST_XDIST_WORKER', 'gw0')[2:])
sys.path.insert(0, str(Path(__file__).parent))

from helpers import donthu      # noqa: E402
from templates import made_once     # noqa: E402


@pytest.fixture(scope='session')
def home(tmp_path_factory):
    "A demonstration that was created as `donthu demo` creates it"
    cache = os.environ.get('DONTHU_TEST_CACHE')
    home = tmp_path_factory.mktemp('home')
    if not cache:
        _demonstrate(home)
        return home
    # of today: another day finds its letters late
    ready = Path(cache) / f'home-{dt.date.today()}'
    with made_once(ready):
        if not (ready / 'demo' / 'ready').exists():
            _demonstrate(ready)
    return _copy(ready, home)


def _demonstrate(home):
    donthu('demo', '--home', home, '--prepare-only', '--letters', '40')


def _copy(source, target):
    shutil.copytree(source, target, dirs_exist_ok=True)
    config = target / 'demo' / 'trytond.conf'
    config.write_text(
        config.read_text().replace(str(source), str(target)))
    return target


@pytest.fixture
def site(home, tmp_path):
    "A copy of the demonstration to write in: (configuration, database)"
    copy = _copy(home, tmp_path / 'home')
    return copy / 'demo' / 'trytond.conf', 'donthu'


class Demo:
    "A demonstration that runs"

    def __init__(self, home, *arguments):
        self.home = home
        self.process = subprocess.Popen(
            [sys.executable, '-m', 'donthu', 'demo', '--home', str(home),
                '--port', str(PORT), *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, 'PYTHONWARNINGS': 'ignore'})
        self.url = None
        for line in self.process.stdout:
            if line.strip().startswith('http://'):
                self.url = line.strip()
            if 'Ctrl-C' in line:
                break
        assert self.url, self.process.stderr.read()
        with open(home / 'demo' / 'users.json', encoding='utf-8') as file:
            self.passwords = {row[0]: row[3] for row in json.load(file)}

    def children(self):
        "Return the ids of the processes of the demonstration"
        output = subprocess.run(
            ['ps', '-ww', '-eo', 'pid,args'], capture_output=True, text=True).stdout
        return [
            line.split()[0] for line in output.splitlines()
            if str(self.home / 'demo' / 'trytond.conf') in line]

    def end(self, number=signal.SIGINT):
        self.process.send_signal(number)
        self.process.communicate(timeout=60)
        deadline = time.monotonic() + 10
        while self.children() and time.monotonic() < deadline:
            time.sleep(.1)
        return self.process.returncode


@pytest.fixture
def run_demo(home, tmp_path):
    "Return a function that starts a copy of the demonstration"
    running = []

    def start(*arguments):
        copy = tmp_path / 'home'
        if not copy.exists():
            _copy(home, copy)
        demo = Demo(copy, *arguments)
        running.append(demo)
        return demo
    yield start
    for demo in running:
        if demo.process.poll() is None:
            demo.end(signal.SIGTERM)


@pytest.fixture(scope='session')
def client_root(tmp_path_factory):
    "The web client as `donthu client` makes it"
    cache = os.environ.get('DONTHU_TEST_CACHE')
    root = (Path(cache) if cache else tmp_path_factory.mktemp('client')
        ) / 'client'
    with made_once(root):
        # one of the cache is brought up to date
        donthu('client', root)
    return root


@pytest.fixture(scope='session')
def prepared(tmp_path_factory):
    "A directory with a site that `donthu init` made, where nobody works yet"
    directory = tmp_path_factory.mktemp('prepared')
    (directory / 'admin').write_text('a-password-of-the-test')
    donthu(
        'init', '-c', first_config(directory), '-d', 'donthu', '--province',
        '66', '--password-file', directory / 'admin')
    return directory


def first_config(directory, root=''):
    config = directory / 'trytond.conf'
    config.write_text(
        '[database]\nuri = sqlite://\n'
        f'path = {directory / "data"}\n'
        f'[web]\nlisten = localhost:8300\nroot = {root}\n'
        f'[secrets]\nkey_file = {directory / "donthu.keys"}\n'
        f'[audit]\nanchor_file = {directory / "anchors.txt"}\n'
        '[password]\nlength = 10\n')
    return config


@pytest.fixture
def first_site(prepared, tmp_path):
    "A copy of it to write in: (configuration, database)"
    copy = tmp_path / 'first'
    shutil.copytree(prepared, copy)
    return first_config(copy), 'donthu'


@pytest.fixture(scope='session')
def desktop_client(tmp_path_factory):
    "The desktop client of the series, unpacked and not installed"
    import zipfile

    import tryton_vi
    cache = os.environ.get('DONTHU_TEST_CACHE')
    root = (Path(cache) if cache else tmp_path_factory.mktemp('desktop')
        ) / 'desktop'
    with made_once(root):
        if not root.exists():
            with tempfile.TemporaryDirectory() as directory:
                subprocess.run(
                    [sys.executable, '-m', 'pip', 'download', '--quiet',
                        '--disable-pip-version-check', '--no-deps',
                        '--dest', directory, f'tryton~={tryton_vi.SERIES}.0'],
                    check=True)
                wheel, = Path(directory).glob('tryton-*.whl')
                with zipfile.ZipFile(wheel) as file:
                    file.extractall(root)
    return root


@pytest.fixture(autouse=True, scope='module')
def same_configuration():
    "What a site of one file of tests sets is not that of the next one"
    from trytond.config import _config as config
    before = {
        name: dict(config.items(name, raw=True)) for name in config.sections()}
    yield
    for name in config.sections():
        config.remove_section(name)
    config.read_dict(before)
