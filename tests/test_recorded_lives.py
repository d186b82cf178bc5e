# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
import subprocess
import sys

from helpers import ROOT


def test_lives_leave_what_is_recorded():
    "Test that what lives of letters leave in the tables is what it was"
    # a process of its own: it moves the clock and makes a site
    result = subprocess.run(
        [sys.executable, '-W', 'ignore', ROOT / 'tests' / 'recorder.py'],
        capture_output=True, text=True)
    assert result.returncode == 0, (
        "What lives of letters leave has changed.  Where that is meant, "
        "tests/recorder.py --keep rewrites the record.\n"
        + result.stdout + result.stderr[-3000:])
