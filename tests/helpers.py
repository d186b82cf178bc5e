# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What the tests of the whole application call."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

from donthu.site import MODULES

ROOT = Path(__file__).resolve().parents[1]
REGISTERS = Path(__file__).parent / 'data' / 'registers'
# What letters and cases are worked on with
ROOMS = [m for m in MODULES if m != 'language_vi']


def donthu(*arguments, check=True, **environment):
    "Call the command line and return the finished process"
    result = subprocess.run(
        [sys.executable, '-m', 'donthu', *map(str, arguments)],
        capture_output=True, text=True,
        env={**os.environ, 'PYTHONWARNINGS': 'ignore', **environment})
    if check:
        assert result.returncode == 0, result.stdout + result.stderr
    return result


def clean_checkout(target):
    "Copy to target what a clone of the project would hold, and return it"
    files = subprocess.check_output(
        ['git', 'ls-files', '--cached', '--others', '--exclude-standard',
            '-z'], cwd=ROOT).decode().split('\0')
    for name in filter(None, files):
        if (ROOT / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)
    return target
