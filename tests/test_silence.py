# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

import re

from helpers import donthu


def test_nothing_falls_silent():
    "Test a year of mishaps in which most letters lie"
    result = donthu('silence', '--letters', '30', '--seed', '4')
    letters, mishaps, escalations, gaps, looked, silent = map(
        int, re.findall(r'\d+', result.stdout.splitlines()[-2])[:6])
    assert letters == 30
    assert mishaps > 40
    assert escalations > 50
    assert gaps > 10
    assert looked > 1000
    assert silent == 0
