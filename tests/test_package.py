# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The package installs whole, from a wheel and from a source archive."""
import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
from helpers import clean_checkout

import tryton_vi

ROOT = Path(__file__).parents[1]
# where there is a server, on it
POSTGRESQL = os.environ.get('DONTHU_TEST_POSTGRESQL')
DATA = {'.xml', '.cfg', '.po', '.toml', '.csv', '.rst', '.py'}


@pytest.fixture(scope='module')
def archives(tmp_path_factory):
    "Return the wheel and the source archive of a clean checkout"
    directory = tmp_path_factory.mktemp('package')
    source, dist = directory / 'source', directory / 'dist'
    clean_checkout(source)
    # the wheel is made from the source archive, as an index would get it
    subprocess.run(
        [sys.executable, '-m', 'build', '--outdir', dist, source],
        check=True, stdout=subprocess.DEVNULL)
    wheel, = dist.glob('*.whl')
    archive, = dist.glob('*.tar.gz')
    return wheel, archive


def test_wheel_is_whole(archives):
    "Test each file of the modules is in the wheel"
    wheel, archive = archives
    with zipfile.ZipFile(wheel) as file:
        packed = set(file.namelist())
    for path in (ROOT / 'modules').rglob('*'):
        if path.suffix in DATA and '__pycache__' not in path.parts:
            name = path.relative_to(ROOT / 'modules')
            assert f'trytond/modules/{name}' in packed
    for pattern in ['*.toml', '*.js']:
        for path in (ROOT / 'donthu').rglob(pattern):
            assert str(path.relative_to(ROOT)) in packed
    # what a site is installed from, and its documents
    for path in [
            *(ROOT / 'config').rglob('*'), *(ROOT / 'docs').glob('*.md'),
            ROOT / 'tools' / 'verify_audit.py']:
        if path.is_file() and '__pycache__' not in path.parts:
            assert f'donthu/{path.relative_to(ROOT)}' in packed
    for path in [*tryton_vi.CATALOGUES.values(), tryton_vi.GLOSSARY]:
        assert f'tryton_vi/{path.relative_to(tryton_vi.ROOT)}' in packed
    with tarfile.open(archive) as file:
        names = {name.partition('/')[2] for name in file.getnames()}
    assert {'LICENSE', 'COPYRIGHT', 'README.md', 'setup.py', 'check',
        'tests/run.py', 'config/trytond.conf',
        'tryton-vi/tryton/make_wheel.py'} <= names


def test_installed_wheel_works(archives, tmp_path):
    "Test a database can be made with nothing but the wheel"
    wheel, _ = archives
    environment = tmp_path / 'venv'
    venv.create(environment, with_pip=True)
    python = environment / 'bin' / 'python'
    subprocess.run(
        [python, '-m', 'pip', 'install', '-q', f'{wheel}[postgresql]'],
        check=True, stdout=subprocess.DEVNULL)
    config = tmp_path / 'trytond.conf'
    config.write_text(
        f'[database]\nuri = {POSTGRESQL or "sqlite://"}\n'
        f'path = {tmp_path / "data"}\n')
    password = tmp_path / 'password'
    password.write_text('a-password-of-the-test')
    donthu = environment / 'bin' / 'donthu'
    assert (environment / 'bin' / 'gunicorn').exists()
    subprocess.run(
        [donthu, 'install', tmp_path / 'root'], check=True, cwd=tmp_path)
    unit = tmp_path / 'root/etc/systemd/system/donthu.service'
    assert str(environment / 'bin' / 'gunicorn') in unit.read_text()
    for _ in range(2):
        subprocess.run(
            [donthu, 'init', '-c', config, '-d', 'donthu_wheel', '--province',
                '66', '--password-file', password],
            check=True, cwd=tmp_path, stderr=subprocess.DEVNULL)
    result = subprocess.run(
        [donthu, 'deadline', 'KN-01', '2026-07-01'], check=True,
        cwd=tmp_path, capture_output=True, text=True)
    assert '10/07/2026' in result.stdout


def test_command_line_chooses_no_database():
    """Test the commands load without Tryton's backend

    It is chosen by the first import, before the configuration is read."""
    subprocess.run(
        [sys.executable, '-c', 'import sys; from donthu import cli; '
            'cli.get_parser(); '
            'sys.exit("trytond.backend" in sys.modules)'],
        check=True)


def test_licence(archives):
    "Test the wheel names its licence as an SPDX expression, and once"
    wheel, _ = archives
    with zipfile.ZipFile(wheel) as file:
        name, = (n for n in file.namelist() if n.endswith('/METADATA'))
        metadata = file.read(name).decode()
    assert '\nLicense-Expression: GPL-3.0-or-later\n' in metadata
    assert 'License ::' not in metadata
