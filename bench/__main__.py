# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Measure Donthu beside hand-written SQL.

    .venv/bin/python -m bench [--letters N] [--only NAME] [--write]

It starts a PostgreSQL cluster of its own, with fsync and synchronous commit,
fills it with so many letters, and prints a line of JSON for each result.  With
--write they go to docs/performance.md, with plots.  Absolute times drift from
machine to machine: the ratios to the floor of the same run are what to
compare.
"""
import argparse
import importlib
import json
import os
import platform
import sys
import time
import traceback

from . import report
from .frame import ROOT, Skip, base_of

# One after the other; what changes much of the base comes late
WORKS = ['lists', 'search', 'day', 'board', 'tables', 'proteus_reads',
    'guards', 'registering', 'lifecycles', 'imports', 'audit', 'escalations',
    'click']


def options(arguments=None):
    parser = argparse.ArgumentParser(
        prog='python -m bench', description=__doc__.splitlines()[0])
    parser.add_argument(
        '--letters', type=int, default=100_000, metavar='N',
        help="how many letters are in the base (100000)")
    parser.add_argument(
        '--only', action='append', choices=WORKS, metavar='NAME',
        help=f"one of {', '.join(WORKS)} (can be repeated)")
    parser.add_argument(
        '--write', action='store_true',
        help="write docs/performance.md and its plots")
    parser.add_argument(
        '--clocks', type=int, metavar='N',
        help="open time limits where it is escalated (200000, at most one "
        "for each letter)")
    parser.add_argument(
        '--due', type=int, metavar='N', help="how many are due (5000)")
    parser.add_argument(
        '--kills', type=int, default=0, metavar='N',
        help="escalate once more while workers are killed so often")
    parser.add_argument(
        '--entries', type=int, metavar='N',
        help="how many audit entries are sealed and verified (1000000)")
    return parser.parse_args(arguments)


def measure(base, name):
    "Yield the results of a work"
    try:
        found = importlib.import_module(f'bench.{name}').measure(base)
    except Skip as skip:
        yield {'work': name, 'skipped': str(skip)}
        return
    except Exception as error:
        # the others are measured all the same
        traceback.print_exc()
        yield {
            'work': name, 'failed': f'{type(error).__name__}: {error}'[:300]}
        return
    yield from found if isinstance(found, list) else [found]


def main(arguments=None):
    wanted = options(arguments)
    results = []
    with base_of(wanted) as base:
        about = {
            'letters': base.letters, 'day': time.strftime('%Y-%m-%d'),
            'processors': os.cpu_count(), 'python':
                platform.python_version(),
            'postgresql': base.sql('SHOW server_version')[0][0],
            'filled_in_s': round(base.filled_in, 1)}
        print(json.dumps(about), flush=True)
        for name in WORKS:
            if wanted.only and name not in wanted.only:
                continue
            for result in measure(base, name):
                result = {
                    'name': name, **result,
                    'load': round(os.getloadavg()[0], 1)}
                results.append(result)
                print(json.dumps(result, ensure_ascii=False), flush=True)
    if wanted.write:
        report.write(ROOT / 'docs', about, results)
    return int(any('failed' in result for result in results))


if __name__ == '__main__':
    sys.exit(main())
