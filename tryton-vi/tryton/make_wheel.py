#!/usr/bin/env python3
# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Make a wheel that adds Vietnamese to the desktop client of Tryton.

make_wheel.py DIRECTORY

Installed where the client is (`pip install tryton_vi_client-….whl`) it adds
one file beside the catalogues of the other languages and changes none;
`pip uninstall tryton-vi-client` takes it away.
"""
import argparse
import base64
import hashlib
import sys
import zipfile
from pathlib import Path

import polib

SERIES = '8.0'
NAME, VERSION = 'tryton_vi_client', f'{SERIES}.0'
CATALOGUE = 'tryton/data/locale/vi/LC_MESSAGES/tryton'
SOURCE = Path(__file__).parent / f'{CATALOGUE}.po'
# the same content is the same file, whenever it is made
MOMENT = (2026, 1, 1, 0, 0, 0)


def files():
    "Return {path in the wheel: bytes}"
    major, minor = map(int, SERIES.split('.'))
    info = f'{NAME}-{VERSION}.dist-info'
    metadata = [
        "Metadata-Version: 2.1",
        f"Name: {NAME.replace('_', '-')}",
        f"Version: {VERSION}",
        "Summary: Vietnamese for the desktop client of Tryton",
        "License: GPL-3.0-or-later",
        f"Requires-Dist: tryton (>={SERIES},<{major}.{minor + 1})",
        ]
    wheel = [
        "Wheel-Version: 1.0", f"Generator: {Path(__file__).name}",
        "Root-Is-Purelib: true", "Tag: py3-none-any"]
    result = {
        f'{CATALOGUE}.mo': polib.pofile(str(SOURCE)).to_binary(),
        f'{info}/METADATA': ('\n'.join(metadata) + '\n').encode(),
        f'{info}/WHEEL': ('\n'.join(wheel) + '\n').encode(),
        }
    record = [
        f"{name},sha256={_hash(content)},{len(content)}"
        for name, content in result.items()]
    record.append(f'{info}/RECORD,,')
    result[f'{info}/RECORD'] = ('\n'.join(record) + '\n').encode()
    return result


def _hash(content):
    digest = hashlib.sha256(content).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b'=').decode()


def make(directory):
    "Write the wheel into the directory; return its path"
    path = Path(directory) / f'{NAME}-{VERSION}-py3-none-any.whl'
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as file:
        for name, content in files().items():
            file.writestr(zipfile.ZipInfo(name, MOMENT), content)
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('directory', type=Path, metavar='DIRECTORY')
    print(make(parser.parse_args().directory))


if __name__ == '__main__':
    sys.exit(main())
