# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What the audit costs: writing entries, sealing them, verifying all of them.

    .venv/bin/python bench/audit.py [--entries 1000000] [--letters 100000]

How many rows and bytes a letter leaves; then a base filled with that many for
--letters, for the sizes of the tables and their indexes, and the rows compared
with their entries.

On a PostgreSQL cluster of its own.  Writing is measured in turns, with and
without the audit, because times drift; verifying beside SHA-256 over the same
bytes alone, with the largest memory that the process has had.
"""
import argparse
import hashlib
import os
import resource
import statistics
import sys
import tempfile
import textwrap
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / 'tests')]

from cluster import Cluster     # noqa: E402

from donthu.init import prepare     # noqa: E402
from donthu.site import Site        # noqa: E402

CONTENT = "Kiến nghị sửa chữa đoạn đường bị sạt lở, đi lại khó khăn. " * 10
PERIOD = 10_000
FILL = """
INSERT INTO audit_entry (at, "user", post, action, resource, changes, period)
SELECT now() AT TIME ZONE 'UTC' + n * interval '1 millisecond', 1,
    'clerk (clerk)',
    'write', 'complaints.letter,' || n %% 100000,
    '{"state": ["registered", "classified"], "due_on": ["2026-08-0' || n %% 9
    || '", "2026-09-01"], "note": [null, "' || md5(n::text) || '"]}',
    %s + n / %s
FROM generate_series(0, %s) AS n
"""
FILL_LETTERS = """
INSERT INTO audit_entry (at, "user", post, action, resource, about, agency,
    summary, changes, period)
SELECT at, "user", post, action,
    split_part(resource, ',', 1) || ',' ||
    split_part(resource, ',', 2)::bigint + n * 1000000,
    split_part(about, ',', 1) || ',' ||
    split_part(about, ',', 2)::bigint + n * 1000000,
    agency, summary, changes, period
FROM generate_series(1, %(times)s) AS n, audit_entry
WHERE about LIKE 'complaints.letter,%%' AND id <= %(last)s
ORDER BY n, id
"""


@contextmanager
def without_audit(pool):
    "Do the same work, and put nothing of it on record"
    from trytond.modules.audit.audited import AuditedMixin
    Entry = pool.get('audit.entry')
    with ExitStack() as stack:
        stack.enter_context(patch.object(
                Entry, 'append', classmethod(lambda cls, values: None)))
        for name in ['create', 'write', 'delete', 'log']:
            def plain(cls, *args, _name=name, **kwargs):
                if _name == 'log':
                    return None
                return getattr(super(AuditedMixin, cls), _name)(
                    *args, **kwargs)
            stack.enter_context(
                patch.object(AuditedMixin, name, classmethod(plain)))
        yield


def seconds(function, *args):
    started = time.perf_counter()
    function(*args)
    return time.perf_counter() - started


class Bench:

    def __init__(self, site):
        from trytond.modules.agencies.tests.tools import create_user
        from trytond.pool import Pool
        self.site = site
        self.pool = site.init_pool()

        def people(pool):
            self.commune = pool.get('agencies.agency').by_code('22250').id
            return {
                role: create_user(f'bench-{role}', self.commune, role).id
                for role in ['clerk', 'leader', 'data_officer']}
        self.users = site.call(people)
        # the tools of the tests make Tryton validate what is computed too
        Pool.test = False
        self.serial = iter(range(10**9))

    def bulk_import(self, count=300):
        def work(pool):
            Letter = pool.get('complaints.letter')
            Letter.import_rows([{
                        'row': n, 'key': f'b{next(self.serial)}',
                        'kind': 'petition', 'received_on': '2026-08-03',
                        'content': CONTENT, 'name': f"Nguyễn Văn {n}",
                        'address': "Thôn 3", 'channel': 'post',
                        } for n in range(count)], 'bench', '22250', False)
        self.site.call(
            work, user=self.users['data_officer'], _check_access=True)

    def lifecycle(self, count=10):
        for _ in range(count):
            self.one_life()

    def one_life(self):
        def register(pool):
            Letter = pool.get('complaints.letter')
            letter, = Letter.create([{
                        'agency': self.commune, 'kind': 'petition',
                        'content': CONTENT + str(next(self.serial)),
                        'persons': [('create', [{'name': "Nguyễn Văn An"}])],
                        }])
            Letter.register([letter])
            Letter.classify([letter])
            Letter.write([letter], {'proposal': 'accept'})
            Letter.propose([letter])
            return letter.id

        def sign(pool, id_):
            Letter = pool.get('complaints.letter')
            Letter.approve([Letter(id_)])
            Letter.accept([Letter(id_)])
        id_ = self.site.call(
            register, user=self.users['clerk'], _check_access=True)
        self.site.call(
            sign, id_, user=self.users['leader'], _check_access=True)

    def register(self, count=20):
        "Write down letters and register them, as a clerk does"
        def work(pool):
            Letter = pool.get('complaints.letter')
            letter, = Letter.create([{
                        'agency': self.commune, 'kind': 'petition',
                        'content': CONTENT + str(next(self.serial)),
                        'persons': [('create', [{'name': "Nguyễn Văn An"}])],
                        }])
            Letter.register([letter])
        for _ in range(count):
            self.site.call(
                work, user=self.users['clerk'], _check_access=True)

    def left(self, title, work, letters):
        "Print what a work leaves in the audit and the marks, a letter"
        def size(pool):
            from trytond.transaction import Transaction
            cursor = Transaction().connection.cursor()
            cursor.execute('SELECT count(*) FROM audit_entry')
            rows, = cursor.fetchone()
            cursor.execute(
                "SELECT pg_total_relation_size('audit_entry'), "
                "pg_total_relation_size('complaints_fingerprint')")
            return rows, *cursor.fetchone()
        work(letters)
        before = self.site.call(size)
        started = time.perf_counter()
        work(letters)
        took = time.perf_counter() - started
        rows, entries, marks = (
            (a - b) / letters for a, b in zip(
                self.site.call(size), before, strict=True))
        print(f'{title:38} {rows:5.1f} entries, {entries:6.0f} bytes of '
            f'them, {marks:6.0f} bytes of marks a letter; '
            f'{letters / took:6.1f} letters/s', flush=True)

    def tables(self, letters):
        "Print the sizes of the tables of a base of so many letters"
        def fill(pool):
            from trytond.transaction import Transaction
            cursor = Transaction().connection.cursor()
            cursor.execute('SELECT count(*) FROM complaints_letter')
            known, = cursor.fetchone()
            cursor.execute('SELECT max(id) FROM audit_entry')
            last, = cursor.fetchone()
            # the entries of those that are there, as if of others
            cursor.execute(
                FILL_LETTERS, {'times': letters // known, 'last': last})

        def sizes(pool):
            from trytond.transaction import Transaction
            cursor = Transaction().connection.cursor()
            cursor.execute(
                "SELECT 'audit_entry', pg_relation_size('audit_entry') "
                'UNION ALL SELECT indexrelid::regclass::text, '
                'pg_relation_size(indexrelid) FROM pg_index '
                "WHERE indrelid = 'audit_entry'::regclass ORDER BY 2 DESC")
            return cursor.fetchall()
        self.site.call(fill)
        for name, size in self.site.call(sizes):
            print(f'{size / letters:8.0f} bytes a letter  {name}', flush=True)

    def rows(self):
        "Print how fast the records are compared with their entries"
        def compare(pool):
            from trytond.modules.audit.rows import verify_rows
            count = []
            flaws = list(verify_rows(count.append))
            return sum(count), flaws
        started, used = time.perf_counter(), time.process_time()
        count, flaws = self.site.call(compare)
        took = time.perf_counter() - started
        used = time.process_time() - used
        assert not flaws, flaws[:3]
        print(f'{count} records compared with their entries in {took:.1f} s '
            f'({count / took:.0f} a second, {count / used:.0f} a second of '
            'the processor)', flush=True)

    def cost(self, title, work, turns=7):
        "Print which share of the time of a work the audit takes"
        work()
        with_, without = [], []
        for _ in range(turns):
            with_.append(seconds(work))
            with without_audit(self.pool):
                without.append(seconds(work))
        ours, plain = statistics.median(with_), statistics.median(without)
        print(f'{title:38} with {ours:7.2f} s  without {plain:7.2f} s  '
            f'the audit is {100 * (ours - plain) / ours:5.1f} % of it',
            flush=True)

    def verify(self, entries):
        from trytond.modules.audit.period import Period

        def fill(pool):
            from trytond.transaction import Transaction
            pool.get('audit.seal').seal_due()
            first = Period.current()
            cursor = Transaction().connection.cursor()
            cursor.execute(
                FILL, (first, PERIOD, entries - 1))
            return first, first + entries // PERIOD
        numbers = self.site.call(fill)

        def seal(pool):
            for number in range(*numbers):
                pool.get('audit.seal').seal_period(number)

        def sequence(pool):
            from trytond.transaction import Transaction
            Transaction().connection.cursor().execute(
                "SELECT setval('audit_period_seq', %s)", [numbers[1]])
        sealing = seconds(lambda: self.site.call(seal))
        self.site.call(sequence)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        result = []
        verifying = seconds(lambda: result.append(self.site.call(
                    lambda pool: pool.get('audit.seal').verify())))
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert not result[0].flaws, result[0].flaws[:3]

        def floor(pool):
            from trytond.modules.audit.canonical import entry_line
            line = next(pool.get('audit.seal').rows(numbers[0]))
            data = entry_line(line)
            for _ in range(result[0].entries):
                hashlib.sha256(data).digest()
        hashing = seconds(lambda: self.site.call(floor))
        print(f'{result[0].entries} entries: sealed in {sealing:.1f} s, '
            f'verified in {verifying:.1f} s '
            f'({result[0].entries / verifying:.0f} a second; SHA-256 alone '
            f'{hashing:.1f} s, {verifying / hashing:.1f}×); memory '
            f'{before // 1024} → {after // 1024} MiB', flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--entries', type=int, default=1_000_000)
    parser.add_argument('--letters', type=int, default=100_000)
    parser.add_argument('--turns', type=int, default=7)
    options = parser.parse_args()
    with Cluster() as server, tempfile.TemporaryDirectory() as directory:
        config = Path(directory) / 'trytond.conf'
        config.write_text(textwrap.dedent(f"""\
                [database]
                uri = {server.uri}
                path = {directory}
                unaccent_function = f_unaccent
                [secrets]
                key_file = {directory}/donthu.keys
                """))
        os.environ['PYTHONWARNINGS'] = 'ignore'
        site = Site(config, 'bench')
        prepare(site, provinces=['66'], succession=False)
        bench = Bench(site)
        bench.left("imported", bench.bulk_import, 500)
        bench.left("written down and registered", bench.register, 50)
        bench.left("registered to accepted", bench.lifecycle, 20)
        if options.turns:
            bench.cost("bulk import of 300 letters", bench.bulk_import,
                options.turns)
            bench.cost("10 letters to their acceptance", bench.lifecycle,
                options.turns)
        bench.rows()
        bench.tables(options.letters)
        if options.entries:
            bench.verify(options.entries)
        sys.stdout.flush()


if __name__ == '__main__':
    main()
