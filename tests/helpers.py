# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What the tests of the whole application call."""
import os
import subprocess
import sys
from pathlib import Path

REGISTERS = Path(__file__).parent / 'data' / 'registers'


def donthu(*arguments, check=True, **environment):
    "Call the command line and return the finished process"
    result = subprocess.run(
        [sys.executable, '-m', 'donthu', *map(str, arguments)],
        capture_output=True, text=True,
        env={**os.environ, 'PYTHONWARNINGS': 'ignore', **environment})
    if check:
        assert result.returncode == 0, result.stdout + result.stderr
    return result
