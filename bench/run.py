# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Measure the daily work on PostgreSQL beside the floor: hand-written SQL.

    .venv/bin/python bench/run.py [--letters 100000]

It starts a cluster of its own, fills it with letters, and prints for each work
our time, the floor's in the same run, and their ratio.  Absolute times drift
from machine to machine; the ratios are what to compare.
"""
import argparse
import os
import statistics
import sys
import tempfile
import textwrap
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / 'tests')]

from cluster import Cluster     # noqa: E402

from donthu.init import prepare     # noqa: E402
from donthu.site import Site        # noqa: E402

CONTENT = "Kiến nghị sửa chữa đoạn đường bị sạt lở, đi lại khó khăn. " * 10
FILL = """
INSERT INTO complaints_letter (create_uid, create_date, agency, kind,
    instance, received_on, channel, content, subject, people_count, number,
    state, due_on, warn_on)
SELECT 1, now(), a.id, 'petition', '1', current_date - n %% 400, 'post', %s,
    'Kiến nghị ' || n, 1, 'B-' || n,
    CASE WHEN n %% 10 = 0 THEN 'registered' ELSE 'guided' END,
    CASE WHEN n %% 10 = 0 THEN current_date + n %% 40 - 10 END,
    CASE WHEN n %% 10 = 0 THEN current_date + n %% 40 - 13 END
FROM generate_series(1, %s) AS n JOIN (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS position
    FROM agencies_agency WHERE kind = 'commune') AS a
    ON a.position = n %% (SELECT count(*) FROM agencies_agency
        WHERE kind = 'commune')
"""

# An open clock for each open letter; its days are computed by the counter
CLOCKS = """
INSERT INTO deadlines_clock (create_uid, create_date, resource, rule, version,
    calendar, started_on, due_on, warn_on, state)
SELECT 1, now(), 'complaints.letter,' || le.id, v.rule, v.id, c.id,
    d.started_on, d.due_on, d.warn_on, 'running'
FROM complaints_letter AS le
JOIN bench_days AS d ON d.number = le.id / 10 %% %s
CROSS JOIN (SELECT v.id, v.rule FROM deadlines_rule_version AS v
    JOIN deadlines_rule AS r ON r.id = v.rule WHERE r.code = 'XLD-02') AS v
CROSS JOIN (SELECT id FROM deadlines_calendar LIMIT 1) AS c
WHERE le.state = 'registered'
"""
# Some twenty random marks for each letter, and a stock sentence in all of them
MARKS = """
INSERT INTO complaints_fingerprint (letter, mark)
SELECT le.id, CASE WHEN n <= 4 THEN n ELSE
    ('x' || substr(md5(le.id || '-' || n), 1, 16))::bit(64)::bigint END
FROM complaints_letter AS le CROSS JOIN generate_series(1, 26) AS n
"""
STORE = """
UPDATE complaints_letter SET due_on = c.due_on, warn_on = c.warn_on
FROM deadlines_clock AS c
WHERE c.resource = 'complaints.letter,' || complaints_letter.id
"""


def timed(function, times=1):
    "Return the median seconds of a call"
    results = []
    for _ in range(times):
        started = time.perf_counter()
        function()
        results.append(time.perf_counter() - started)
    return statistics.median(results)


def report(work, ours, floor, unit):
    print(f'{work:52} {ours:10.1f} {floor:10.1f} {unit:10} '
        f'{max(ours, floor) / min(ours, floor):6.1f}×', flush=True)


class Bench:

    WORKS = ['bulk', 'registrations', 'work_list', 'overdue_list', 'similar',
        'decreed_day']

    def __init__(self, site, letters, works=None):
        self.site = site
        self.letters = letters
        self.works = works or self.WORKS
        self.pool = site.init_pool()

    def run(self):
        from trytond.pool import Pool
        self.site.call(self.prepare)
        # the tools of the tests make Tryton validate what is computed too
        Pool.test = False
        print(f"{'work':52} {'ours':>10} {'floor':>10} {'unit':10} ratio")
        self.site.call(self.fill)
        for work in self.works:
            getattr(self, work)()

    def wanted(self, work):
        return work in self.works

    def prepare(self, pool):
        from trytond.modules.agencies.tests.tools import create_user
        Agency = pool.get('agencies.agency')
        self.commune = Agency.by_code('22250').id
        province = Agency.by_code('66')
        self.path = province.path
        for role, agency in [
                ('clerk', self.commune), ('data_officer', self.commune),
                ('supervisor', province.id)]:
            create_user(f'bench-{role}', agency, role)

    def user(self, role):
        User = self.pool.get('res.user')
        user, = User.search([('login', '=', f'bench-{role}')])
        return user.id

    def fill(self, pool):
        from trytond.transaction import Transaction
        cursor = Transaction().connection.cursor()
        cursor.execute(FILL, (CONTENT, self.letters))
        self.fill_clocks(cursor)
        if self.wanted('similar'):
            cursor.execute(MARKS)
        cursor.execute('ANALYZE')

    def fill_clocks(self, cursor, days=50):
        import datetime as dt

        from trytond.modules.agencies import clock
        from trytond.modules.deadlines import counting, lawbook
        calendar, rows = lawbook.calendar(), []
        for number in range(days):
            start = clock.today() - dt.timedelta(days=number - 5)
            due_on = counting.count(start, 10, 'day', calendar).due_on
            rows.append((number, start, due_on, counting.warning_date(
                        start, due_on, calendar, **lawbook.warning())))
        cursor.execute(
            'CREATE TEMPORARY TABLE bench_days (number integer, '
            'started_on date, due_on date, warn_on date)')
        cursor.executemany(
            'INSERT INTO bench_days VALUES (%s, %s, %s, %s)', rows)
        cursor.execute(CLOCKS, (days,))
        self.clocks = cursor.rowcount
        cursor.execute(STORE)

    def bulk(self, count=1000):
        rows = [{
                'row': n, 'key': str(n), 'received_on': '2026-08-03',
                'kind': 'petition', 'content': f'{CONTENT}{n}',
                'name': f'Nguyễn Văn {n}', 'agency': '22250',
                } for n in range(count)]

        def ours():
            for start in range(0, count, 500):
                self.site.call(
                    lambda pool: pool.get('complaints.letter').import_rows(
                        rows[start:start + 500], 'bench'),  # noqa: B023
                    user=self.data_officer)
        self.data_officer = self.site.call(
            lambda pool: self.user('data_officer'))
        seconds = timed(ours)
        floor = timed(lambda: self.site.call(
                lambda pool: self.insert(count)))
        report(
            "bulk import, with checks, clocks and audit", count / seconds,
            count / floor, 'letters/s')

    def insert(self, count, offset=10 ** 8):
        from trytond.transaction import Transaction
        cursor = Transaction().connection.cursor()
        cursor.executemany(
            'INSERT INTO complaints_letter (create_uid, create_date, agency, '
            'kind, instance, received_on, channel, content, people_count, '
            "number, state) VALUES (1, now(), %s, 'petition', '1', "
            "current_date, 'post', %s, 1, %s, 'historical')", [
                (self.commune, CONTENT, f'F-{offset + n}-{time.time_ns()}')
                for n in range(count)])

    def registrations(self, count=200):
        clerk = self.site.call(lambda pool: self.user('clerk'))

        def register(pool):
            Letter = pool.get('complaints.letter')
            letter, = Letter.create([{
                        'agency': self.commune, 'kind': 'petition',
                        'content': CONTENT,
                        'persons': [('create', [{'name': "Nguyễn Văn An"}])],
                        }])
            Letter.register([letter])
        ours = timed(lambda: self.site.call(
                register, user=clerk, _check_access=True), count)
        floor = timed(lambda: self.site.call(
                lambda pool: self.insert(1)), count)
        report(
            "register a letter, one client, commit each", ours * 1000,
            floor * 1000, 'ms')

    def work_list(self, times=60):
        clerk = self.site.call(lambda pool: self.user('clerk'))
        names = ['number', 'received_on', 'kind', 'sender', 'subject',
            'due_on', 'urgency', 'state']

        def ours(pool):
            Letter = pool.get('complaints.letter')
            Letter.search_read(
                [('state', 'in', ['registered', 'classified'])], limit=100,
                order=[('due_on', 'ASC NULLS LAST'), ('id', 'ASC')],
                fields_names=names)

        def floor(pool):
            from trytond.transaction import Transaction
            cursor = Transaction().connection.cursor()
            cursor.execute(
                'SELECT number, received_on, kind, subject, due_on, state '
                'FROM complaints_letter WHERE agency = %s AND state IN '
                "('registered', 'classified') "
                'ORDER BY due_on, id LIMIT 100', [self.commune])
            cursor.fetchall()
        report(
            f"work list of a clerk by due date, {self.letters} letters",
            1000 * timed(lambda: self.site.call(
                    ours, user=clerk, _check_access=True), times),
            1000 * timed(lambda: self.site.call(floor), times), 'ms')

    def overdue_list(self, times=60):
        "What is late in the whole province, for its supervisor"
        from trytond.transaction import Transaction
        boss = self.site.call(lambda pool: self.user('supervisor'))
        names = ['number', 'agency', 'subject', 'due_on', 'urgency', 'state']

        def ours(pool):
            Letter = pool.get('complaints.letter')
            Letter.search_read(
                [('urgency', 'in', ['overdue', 'silent'])], limit=100,
                order=[('due_on', 'ASC')], fields_names=names)

        def floor(pool):
            cursor = Transaction().connection.cursor()
            cursor.execute(
                'SELECT le.number, le.agency, le.subject, le.due_on, le.state '
                'FROM complaints_letter AS le JOIN agencies_agency AS a '
                'ON a.id = le.agency WHERE le.due_on < current_date AND '
                'a.path LIKE %s ORDER BY le.due_on LIMIT 100',
                [f'{self.path}%'])
            cursor.fetchall()
        report(
            f"late letters of a province, {self.letters} letters",
            1000 * timed(lambda: self.site.call(
                    ours, user=boss, _check_access=True), times),
            1000 * timed(lambda: self.site.call(floor), times), 'ms')

    def similar(self, times=100):
        "What a draft looks like, while it is typed"
        clerk = self.site.call(lambda pool: self.user('clerk'))
        text = "Gia đình tôi canh tác thửa đất số {} từ năm 1993. " + CONTENT

        def register(pool):
            Letter = pool.get('complaints.letter')
            letters = Letter.create([{
                        'agency': self.commune, 'kind': 'petition',
                        'content': text.format(n),
                        'persons': [('create', [{
                                        'name': "Nguyễn Văn An",
                                        'address': f"thôn {n} Sơn Thành"}])],
                        } for n in range(20)])
            Letter.register(letters)
        self.site.call(register, user=clerk, _check_access=True)
        numbers = iter(range(10 ** 6))

        def ours(pool):
            from trytond.transaction import Transaction
            Letter = pool.get('complaints.letter')
            Person = pool.get('complaints.person')
            n = next(numbers)
            letter = Letter(
                state='received', kind='complaint', content=text.format(n),
                agency=pool.get('agencies.agency')(self.commune),
                contested_number=f'{n}/QĐ-UBND', contested_on=None,
                respondent_agency=None, persons=[Person(
                        role='sender', name="Nguyễn Văn An",
                        address=f"thôn {n} Sơn Thành",
                        identity_number='066150123456')])
            found = letter.on_change_with_similar()
            assert n >= 20 or found, "the copy was not found"
            Transaction().rollback()

        def floor(pool):
            from trytond.transaction import Transaction
            cursor = Transaction().connection.cursor()
            marks = [1, 2, 3, 4] + [
                hash((next(numbers), n)) for n in range(24)]
            cursor.execute(' UNION ALL '.join(
                    ['(SELECT mark, letter FROM complaints_fingerprint '
                        'WHERE mark = %s ORDER BY mark DESC, letter DESC '
                        'LIMIT 64)'] * len(marks)), marks)
            cursor.fetchall()
        results = []
        for _ in range(times):
            results.append(timed(lambda: self.site.call(
                        ours, user=clerk, _check_access=True)))
        print(f'   slowest of {times}: {1000 * max(results):.1f} ms')
        report(
            f"similar letters of a draft, {self.letters} letters",
            1000 * statistics.median(results),
            1000 * timed(lambda: self.site.call(floor), times), 'ms')

    def decreed_day(self):
        "A day off is decreed: preview, then apply"
        import datetime as dt

        from trytond.modules.agencies import clock
        from trytond.transaction import Transaction
        day = clock.today() + dt.timedelta(days=3)
        while day.weekday() > 4:
            day += dt.timedelta(days=1)

        def make(pool):
            Change = pool.get('deadlines.change')
            change, = Change.create([{
                        'name': "Nghỉ", 'document': "Công điện",
                        'days': [('create', [{
                                        'date': day, 'kind': 'swapped off',
                                        'name': "Nghỉ"}])]}])
            return change.id

        def step(pool, name):
            Change = pool.get('deadlines.change')
            getattr(Change, name)([Change(id_)])
            return Change(id_).moved

        def floor(pool):
            cursor = Transaction().connection.cursor()
            cursor.execute(
                'UPDATE deadlines_clock SET due_on = due_on + 1 '
                'WHERE due_on = %s', [day])
            cursor.execute(
                'UPDATE complaints_letter SET due_on = c.due_on '
                'FROM deadlines_clock AS c WHERE c.due_on = %s AND '
                "c.resource = 'complaints.letter,' || complaints_letter.id",
                [day + dt.timedelta(days=1)])
            count = cursor.rowcount
            Transaction().rollback()
            return count
        id_ = self.site.call(make)
        result = {}
        preview = timed(lambda: self.site.call(step, 'preview'))
        floor_seconds = timed(
            lambda: result.update(floor=self.site.call(floor)))
        apply = timed(lambda: result.update(
                moved=self.site.call(step, 'apply')))
        report(
            f"decreed day: preview of {result['moved']} among {self.clocks}",
            preview, floor_seconds, 's')
        report(
            f"decreed day: {result['moved']} moved, an entry each",
            apply, floor_seconds, 's')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--letters', type=int, default=100_000)
    parser.add_argument(
        '--only', action='append', choices=Bench.WORKS, metavar='WORK',
        help=f"one of {', '.join(Bench.WORKS)} (can be repeated)")
    options = parser.parse_args()
    with Cluster() as server, tempfile.TemporaryDirectory() as directory:
        config = Path(directory) / 'trytond.conf'
        config.write_text(textwrap.dedent(f"""\
                [database]
                uri = {server.uri}
                path = {directory}
                unaccent_function = f_unaccent
                """))
        os.environ['PYTHONWARNINGS'] = 'ignore'
        site = Site(config, 'bench')
        prepare(site, provinces=['66'], succession=False)
        Bench(site, options.letters, options.only).run()
        sys.stdout.flush()


if __name__ == '__main__':
    main()
