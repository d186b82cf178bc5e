# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Somebody slips another package into the installation of a site.

What a site installs is named with its version and the hashes of its files; a
file with another hash is refused by pip.  Whether a fault is known in one of
them can be asked, and "could not ask" is never taken for "none".  What is not
tried here: pip itself, and whoever publishes what is locked.
"""
import json
import os
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from donthu import webclient
from donthu.errors import CommandError

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / 'tools'))
import supply_chain     # noqa: E402


@pytest.fixture(scope='module')
def pins():
    return supply_chain.read_lock(supply_chain.LOCK.read_text())


def test_everything_is_locked(pins):
    "Test each requirement of a site, and of these, is locked as it allows"
    locked = {}
    for pin in pins:
        locked.setdefault(canonicalize_name(pin['name']), []).append(
            pin['version'])
    seen, asked = set(), [
        Requirement(line) for line in metadata.requires('donthu')
        if 'extra' not in line or 'extra == "postgresql"' in line]
    asked += [Requirement(line) for line in supply_chain.BESIDE]
    while asked:
        requirement = asked.pop()
        name = canonicalize_name(requirement.name)
        assert name in locked, f'{name} is not locked: run `lock`'
        assert any(
            requirement.specifier.contains(version, prereleases=True)
            for version in locked[name]), str(requirement)
        if name in seen:
            continue
        seen.add(name)
        try:
            lines = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        for line in lines:
            inner = Requirement(line)
            if inner.marker is None or any(
                    inner.marker.evaluate({'extra': extra})
                    for extra in ['', *requirement.extras]):
                asked.append(inner)
    assert {'trytond', 'cryptography', 'psycopg-binary'} <= seen


def test_every_file_by_its_hash(pins):
    for pin in pins:
        assert pin['hashes'], pin['name']
        assert len(set(pin['hashes'])) == len(pin['hashes'])


@pytest.mark.parametrize('line', [
        'trytond>=8.0', 'trytond', '--index-url x', 'git+ssh://x/y',
        '--hash=sha256:' + '0' * 64])
def test_what_locks_nothing_is_refused(line):
    with pytest.raises(ValueError, match=re.escape(line)):
        supply_chain.read_lock(line)


def test_the_bill_is_of_what_is_locked(pins):
    bill = json.loads(supply_chain.SBOM.read_text())
    assert bill['bomFormat'] == 'CycloneDX'
    assert [
        (part['name'], part['version'], [
                p['value'] for p in part['properties']
                if p['name'] == 'donthu:sha256'])
        for part in bill['components'] if 'pkg:pypi' in part['purl']] == [
            (pin['name'], pin['version'], pin['hashes']) for pin in pins]
    client = [
        (part['name'], part['version'], part['properties'][0]['value'])
        for part in bill['components'] if 'pkg:pypi' not in part['purl']]
    assert client == [
        (part['name'], part['version'], part['integrity'])
        for part in supply_chain.read_client()]
    assert len(client) > 50
    refs = {part['bom-ref'] for part in bill['components']}
    assert set(bill['dependencies'][0]['dependsOn']) == refs
    # the licences are those of what is installed where it is made
    assert any('licenses' in part for part in bill['components'])


def test_the_web_client_by_its_hashes():
    "Test each package of npm is of one version, and known by its hash"
    wanted, lock = (
        json.loads((supply_chain.NPM / name).read_text())
        for name in ['package.json', 'package-lock.json'])
    (name, version), = wanted['dependencies'].items()
    assert name == 'tryton-sao' and re.fullmatch(r'8\.0\.\d+', version)
    root = lock['packages'].pop('')
    assert root['dependencies'] == wanted['dependencies']
    assert lock['packages'][f'node_modules/{name}']['version'] == version
    for path, part in lock['packages'].items():
        assert re.fullmatch(r'\d+\.\d+\.\d+\S*', part['version']), path
        assert part['integrity'].startswith('sha512-'), path
        # from where is for the site to say, and no other place
        assert not {'resolved', 'link', 'bundled'} & part.keys(), path
    # what the packages ask for is there
    for path, part in lock['packages'].items():
        for needed in part.get('dependencies', {}):
            places, place = [], path
            while True:
                places.append(f'{place}/node_modules/{needed}'.lstrip('/'))
                if not place:
                    break
                place = place.rpartition('node_modules/')[0].rstrip('/')
            assert any(p in lock['packages'] for p in places), (path, needed)


def test_the_client_is_built_of_what_is_locked(tmp_path, monkeypatch):
    "Test npm is asked for the locked packages alone, and runs none of them"
    npm = tmp_path / 'npm'
    npm.write_text(
        f'#!{sys.executable}\nimport pathlib, sys\n'
        "print(sys.argv[1:], *sorted(p.name for p in pathlib.Path('.')"
        ".iterdir()), file=sys.stderr)\nsys.exit(1)\n")
    npm.chmod(0o755)
    monkeypatch.setenv('PATH', str(tmp_path))
    with pytest.raises(CommandError) as refused:
        webclient.build(tmp_path / 'client')
    said = str(refused.value)
    assert "['ci'," in said and '--ignore-scripts' in said
    assert 'package-lock.json package.json' in said
    assert not (tmp_path / 'client').exists()


def test_no_host_of_a_registry():
    "Test where packages come from is for the site to say"
    hosts = re.compile(r'(pypi\.org|pythonhosted|registry\.npmjs|npmjs\.org)')
    for directory in ['config', 'tools', 'docs', 'donthu', 'modules']:
        for path in (ROOT / directory).rglob('*'):
            if path.suffix in {'.py', '.md', '.sh', '.lock', '.json', '.conf',
                    '.toml', '.cfg'}:
                assert not hosts.search(path.read_text('utf-8')), path


def ask(tmp_path, program):
    "Ask for known faults, with a program in the place of pip-audit"
    if program is not None:
        (tmp_path / 'pip_audit.py').write_text(program)
    return subprocess.run(
        [sys.executable, ROOT / 'tools' / 'supply_chain.py', 'faults'],
        capture_output=True, text=True,
        env={**os.environ, 'PYTHONPATH': str(tmp_path)})


def test_known_fault(tmp_path):
    answer = {'dependencies': [{
                'name': 'x', 'version': '1', 'vulns': [{
                        'id': 'CVE-1', 'fix_versions': ['2']}]}]}
    result = ask(tmp_path, f'print({json.dumps(answer)!r})')
    assert result.returncode == 1
    assert 'x 1: CVE-1, mended in 2' in result.stdout


def test_no_fault(tmp_path):
    result = ask(tmp_path, 'print(\'{"dependencies": []}\')')
    assert (result.returncode, result.stdout) == (0, "No known fault\n")


def test_not_reached_is_not_none(tmp_path):
    result = ask(tmp_path, 'raise SystemExit("connection refused")')
    assert result.returncode == 3 and not result.stdout
    assert "Not checked" in result.stderr
    assert "connection refused" in result.stderr
    assert 'Traceback' not in result.stderr


def test_the_environment_is_brought_up_to_date():
    text = (ROOT / 'config' / 'environment.sh').read_text()
    assert '--upgrade pip setuptools' in text
