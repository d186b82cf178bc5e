# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The tests that take longest begin first: no worker is left alone with one.

How long they took is kept in `.cache` from one run with workers to the next;
of those that nobody knows yet each test counts as half a second.  Which tests
run, and what is run together, stays.
"""
import json
import os
from collections import Counter
from pathlib import Path

KNOWN = Path(__file__).resolve().parents[1] / '.cache' / 'durations.json'
UNKNOWN = .5
_took = Counter()


def read(path=KNOWN):
    "Return {file or class: seconds} of the last runs"
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return {}


def place(nodeid):
    "Return the file or class of a test"
    return nodeid.rsplit('::', 1)[0]


def in_order(nodeids, known, by_file):
    """Return a key for each test by which those of the longest come first

    by_file -- that of a file go together; else those of a class"""
    def scope(nodeid):
        return nodeid.split('::', 1)[0] if by_file else place(nodeid)
    counts = Counter(map(place, nodeids))
    seconds = Counter()
    for name, count in counts.items():
        seconds[scope(f'{name}::')] += known.get(name, UNKNOWN * count)
    return {id_: (-seconds[scope(id_)], scope(id_)) for id_ in nodeids}


def pytest_collection_modifyitems(config, items):
    if not os.environ.get('PYTEST_XDIST_WORKER'):
        return
    keys = in_order(
        [item.nodeid for item in items], read(),
        config.getoption('dist') == 'loadfile')
    # stable: within a class or a file they stay as they are
    items.sort(key=lambda item: keys[item.nodeid])


def pytest_runtest_logreport(report):
    _took[place(report.nodeid)] += getattr(report, 'duration', 0)


def pytest_sessionfinish(session):
    # of the whole, not of a part that somebody has chosen
    if (not getattr(session.config.option, 'numprocesses', None)
            or os.environ.get('PYTEST_XDIST_WORKER')
            or session.config.option.keyword):
        return
    known = read()
    known.update({name: round(took, 1) for name, took in _took.items()})
    KNOWN.parent.mkdir(exist_ok=True)
    new = KNOWN.with_suffix(f'.{os.getpid()}')
    new.write_text(json.dumps(known, indent=0, sort_keys=True))
    new.replace(KNOWN)
