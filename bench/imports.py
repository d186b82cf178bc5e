# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Old registers are imported, in two streams split by agency."""
import gc
import os
import time

from .floors import Written
from .frame import CONTENT, rate

BATCH = 500


def measure(base):
    count = 2_000 if base.letters >= 10_000 else 40
    streams = {
        f'commune{n}': [
            _row(f'{n}-{i}', code) for i in range(count // 2)]
        for n, code in enumerate(_codes(base))}
    _import(base, 'commune0', streams['commune0'][:1])
    del streams['commune0'][:1]
    written = Written(base)
    started = time.perf_counter()
    children = [
        _fork(base, place, rows) for place, rows in streams.items()]
    failed = [pid for pid in children if os.waitpid(pid, 0)[1]]
    seconds = time.perf_counter() - started
    assert not failed, "a stream has failed"
    done = sum(len(rows) for rows in streams.values())
    return rate(
        done, seconds, written.again(),
        "import, two streams split by agency", goal=2000, letters=done)


def _codes(base):
    rows = base.sql(
        'SELECT id, code FROM agencies_agency WHERE id IN (%s, %s)',
        [base.agencies['commune0'], base.agencies['commune1']])
    codes = dict(rows)
    return [codes[base.agencies[f'commune{n}']] for n in range(2)]


def _row(key, agency):
    return {
        'row': int(key.partition('-')[2]), 'key': f'{key}-{time.time_ns()}',
        'received_on': '2026-08-03', 'kind': 'petition', 'channel': 'post',
        'content': f'{CONTENT}{key}', 'name': f'Nguyễn Văn {key}',
        'address': "Thôn 3", 'agency': agency}


def _import(base, place, rows):
    for start in range(0, len(rows), BATCH):
        part = rows[start:start + BATCH]
        base.call(
            lambda pool: pool.get('complaints.letter').import_rows(
                part, f'bench {place}'),        # noqa: B023
            user=f'data_officer.{place}')


def _fork(base, place, rows):
    from trytond import backend
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        # not with the connections of the parent
        backend.Database._databases.clear()
        # as donthu.importing.sending does
        gc.freeze()
        _import(base, place, rows)
        status = 0
    finally:
        os._exit(status)
