#!/usr/bin/env python3
# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a site installs: fixed versions, what they are, known faults in them.

    tools/supply_chain.py lock    choose the versions and write them down
    tools/supply_chain.py client  the same for what the web client is made of
    tools/supply_chain.py sbom    write what they are, as CycloneDX
    tools/supply_chain.py faults  ask a database of known faults about them

`lock` needs uv, `faults` pip-audit (both: pip install 'donthu[supply-chain]'),
`client` needs npm, and all of them a network; they use the package index that
pip, or npm, is configured for.
"""
import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import uuid
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / 'config' / 'requirements-site.lock'
SBOM = ROOT / 'config' / 'sbom.cdx.json'
# What `donthu client` installs: npm refuses a package with another hash
NPM = ROOT / 'donthu' / 'web' / 'npm'
# What serves and builds beside what setup.py names
BESIDE = ['gunicorn >= 22', 'setuptools >= 80', 'wheel']
HEAD = """\
# What a site installs, each file by its hash.  Made by
# `tools/supply_chain.py lock`; install with
#   pip install --require-hashes -r config/requirements-site.lock
#   pip install --no-deps --no-build-isolation .
"""
_PIN = re.compile(
    r'^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)'
    r'(?:\s*;\s*(?P<marker>[^\\]*?))?\s*\\?$')
_HASH = re.compile(r'--hash=sha256:([0-9a-f]{64})')


class Offline(Exception):
    "Nobody answers; the argument says who was asked"


def read_lock(text):
    """Return what is locked: [{name, version, marker, hashes}]

    Raises ValueError for a line that locks nothing."""
    pins = []
    for line in text.splitlines():
        line = line.strip()
        if not line or line.startswith('#'):
            continue
        if found := _PIN.match(line):
            pins.append({**found.groupdict(), 'hashes': []})
        elif (hashes := _HASH.findall(line)) and pins:
            pins[-1]['hashes'] += hashes
        else:
            raise ValueError(line)
    return pins


def lock():
    "Choose the newest versions that setup.py allows, and write them down"
    uv = shutil.which('uv') or shutil.which('uv', path=Path(
            sys.executable).parent)
    if not uv:
        raise FileNotFoundError("uv is missing: pip install uv")
    with tempfile.TemporaryDirectory() as directory:
        beside, made = Path(directory, 'beside.in'), Path(directory, 'lock')
        beside.write_text('\n'.join(BESIDE))
        result = subprocess.run(
            [uv, 'pip', 'compile', '--universal', '--python-version', '3.11',
                '--generate-hashes', '--no-header', '--no-annotate',
                '--upgrade', '--quiet', '--extra', 'postgresql',
                ROOT / 'setup.py', beside, '--output-file', made],
            capture_output=True, text=True)
        if result.returncode:
            raise RuntimeError(result.stderr.strip())
        LOCK.write_text(HEAD + made.read_text())


def lock_client():
    "Choose the newest web client of the series, and write down what it needs"
    npm = shutil.which('npm')
    if not npm:
        raise FileNotFoundError("npm is missing: install Node.js")

    def run(*arguments):
        result = subprocess.run(
            [npm, *arguments], cwd=directory, capture_output=True, text=True)
        if result.returncode:
            raise RuntimeError(result.stderr.strip())
        return result.stdout
    wanted = json.loads((NPM / 'package.json').read_text())
    series = metadata.version('trytond').rsplit('.', 1)[0]
    with tempfile.TemporaryDirectory() as directory:
        found = json.loads(run(
                'view', f'tryton-sao@~{series}.0', 'version', '--json'))
        newest = found if isinstance(found, str) else found[-1]
        wanted['dependencies']['tryton-sao'] = newest
        Path(directory, 'package.json').write_text(json.dumps(wanted))
        # which registry it is, is for the site to say
        run('install', '--package-lock-only', '--omit=dev',
            '--legacy-peer-deps', '--ignore-scripts', '--no-audit',
            '--no-fund', '--omit-lockfile-registry-resolved')
        for name in ['package.json', 'package-lock.json']:
            made = json.loads(Path(directory, name).read_text())
            (NPM / name).write_text(
                json.dumps(made, ensure_ascii=False, indent=1) + '\n')


def read_client():
    "Return what the web client is made of: [{name, version, integrity}]"
    lock = json.loads((NPM / 'package-lock.json').read_text())
    return [{
            'name': path.rpartition('node_modules/')[2],
            'version': part['version'], 'integrity': part['integrity'],
            'license': part.get('license')}
        for path, part in sorted(lock['packages'].items()) if path]


def client_component(part, number):
    purl = f"pkg:npm/{part['name'].replace('@', '%40')}@{part['version']}"
    result = {
        'type': 'library', 'name': part['name'], 'version': part['version'],
        # one version may lie at several places
        'bom-ref': f'{purl}#{number}', 'purl': purl,
        'properties': [
            {'name': 'donthu:integrity', 'value': part['integrity']}]}
    if part['license']:
        result['licenses'] = [{'license': {'name': str(part['license'])}}]
    return result


def license_of(name):
    "Return the licence of an installed package in its own words, or None"
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    if about['License-Expression']:
        return about['License-Expression']
    for line in about.get_all('Classifier') or []:
        if line.startswith('License :: '):
            return line.rsplit(' :: ', 1)[-1]
    return None


def component(pin, license):
    result = {
        'type': 'library', 'name': pin['name'], 'version': pin['version'],
        'bom-ref': f"pkg:pypi/{pin['name']}@{pin['version']}",
        'purl': f"pkg:pypi/{pin['name']}@{pin['version']}",
        # of each file that may be installed
        'properties': [
            {'name': 'donthu:sha256', 'value': value}
            for value in pin['hashes']],
        }
    if pin['marker']:
        result['properties'].append(
            {'name': 'donthu:marker', 'value': pin['marker']})
    if license:
        result['licenses'] = [{'license': {'name': license}}]
    return result


def bill(pins, version, licenses=license_of, client=()):
    "Return a CycloneDX bill of materials; the same pins give the same one"
    parts = [component(pin, licenses(pin['name'])) for pin in pins]
    parts += [
        client_component(part, number) for number, part in enumerate(client)]
    me = f'pkg:generic/donthu@{version}'
    return {
        'bomFormat': 'CycloneDX',
        'specVersion': '1.6',
        'serialNumber': uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(
                parts, sort_keys=True)).urn,
        'version': 1,
        'metadata': {'component': {
                'type': 'application', 'name': 'donthu', 'bom-ref': me,
                'version': version,
                'licenses': [{'license': {'id': 'GPL-3.0-or-later'}}]}},
        'components': parts,
        'dependencies': [
            {'ref': me, 'dependsOn': [p['bom-ref'] for p in parts]}],
        }


def sbom():
    SBOM.write_text(json.dumps(
            bill(
                read_lock(LOCK.read_text()), metadata.version('donthu'),
                client=read_client()),
            ensure_ascii=False, indent=1) + '\n')


def faults():
    """Print the known faults of what is locked; return how many

    Raises Offline where nobody answers."""
    command = [sys.executable, '-m', 'pip_audit', '--requirement', LOCK,
        '--require-hashes', '--disable-pip', '--format', 'json',
        '--progress-spinner', 'off', '--timeout', '20']
    result = subprocess.run(command, capture_output=True, text=True)
    if 'No module named pip_audit' in result.stderr:
        raise FileNotFoundError("pip-audit is missing: pip install pip-audit")
    try:
        answer = json.loads(result.stdout)
    except ValueError:
        lines = result.stderr.strip().splitlines() or ["no answer"]
        raise Offline(lines[-1]) from None
    found = [
        (part['name'], part['version'], fault)
        for part in answer['dependencies'] for fault in part.get('vulns', [])]
    for name, version, fault in found:
        print(f"{name} {version}: {fault['id']}, mended in "
            f"{', '.join(fault['fix_versions']) or 'no version yet'}")
    return len(found)


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('what', choices=['lock', 'client', 'sbom', 'faults'])
    what = parser.parse_args(arguments).what
    try:
        if what in {'lock', 'client'}:
            lock() if what == 'lock' else lock_client()
            sbom()
        elif what == 'sbom':
            sbom()
        elif count := faults():
            print(f"{count} known faults")
            return 1
        else:
            print("No known fault")
    except Offline as error:
        print("Not checked: no database of known faults could be reached "
            f"({error})", file=sys.stderr)
        return 3
    except (FileNotFoundError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == '__main__':
    sys.exit(main())
