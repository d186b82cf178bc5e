# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Measure escalations and the board on PostgreSQL beside hand-written SQL.

    .venv/bin/python bench/escalations.py [--letters 2000000]
        [--clocks 200000] [--due 5000] [--kills 100]

What is due is escalated with much and with little else in the database; then
two workers and a cron do it at once while they are killed at random, and each
escalation is counted.  Absolute times drift: the ratios are what to compare.
"""
import argparse
import os
import sys
import tempfile
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / 'bench'), str(ROOT), str(ROOT / 'tests')]

from cluster import Cluster     # noqa: E402
from crowd import Crowd     # noqa: E402
from run import FILL, report, timed     # noqa: E402

from donthu.init import prepare     # noqa: E402
from donthu.site import Site        # noqa: E402

# Open time limits of open letters; the first ones are late
CLOCKS = """
INSERT INTO deadlines_clock (create_uid, create_date, resource, rule, version,
    calendar, started_on, due_on, warn_on, state)
SELECT 1, now(), 'complaints.letter,' || le.id, v.rule, v.id, c.id,
    current_date - 20, current_date + (CASE WHEN le.number <= %(due)s
    THEN -2 ELSE 30 END), current_date - 3, 'running'
FROM (SELECT id, row_number() OVER (ORDER BY id) AS number
    FROM complaints_letter WHERE state = 'registered' LIMIT %(clocks)s) AS le
CROSS JOIN (SELECT v.id, v.rule FROM deadlines_rule_version AS v
    JOIN deadlines_rule AS r ON r.id = v.rule WHERE r.code = 'XLD-02') AS v
CROSS JOIN (SELECT id FROM deadlines_calendar LIMIT 1) AS c
"""
ROWS = """
INSERT INTO routing_escalation_schedule (create_uid, create_date, clock, rule,
    step, counted_from, run_at)
SELECT 1, now(), c.id, r.id, 1, c.due_on, c.due_on + interval '1 day'
FROM deadlines_clock AS c CROSS JOIN routing_escalation_rule AS r
WHERE r.id = %s
"""
# What an escalation is at the least: a row, and the step done
FLOOR = """
WITH done AS (
    UPDATE routing_escalation_schedule SET done_at = now()
    WHERE id IN (SELECT id FROM routing_escalation_schedule
        WHERE done_at IS NULL AND run_at <= now()
        ORDER BY run_at, id LIMIT %s FOR UPDATE SKIP LOCKED)
    RETURNING clock, rule, step)
INSERT INTO routing_escalation (create_uid, create_date, agency, superior,
    rule, letter, clock, due_on, raised_at, level, state)
SELECT 1, now(), le.agency, a.parent, d.rule, le.id, d.clock, c.due_on, now(),
    d.step, 'open'
FROM done AS d JOIN deadlines_clock AS c ON c.id = d.clock
JOIN complaints_letter AS le ON 'complaints.letter,' || le.id = c.resource
JOIN agencies_agency AS a ON a.id = le.agency
"""
BOARD = """
SELECT agency, kind, count(*), count(*) FILTER (WHERE due_on < current_date)
FROM complaints_letter WHERE state NOT IN ('accepted', 'refused', 'joined',
    'divided', 'transferred', 'guided', 'filed', 'returned', 'historical')
GROUP BY agency, kind
"""


class Bench:

    def __init__(self, site, options):
        self.site = site
        self.options = options
        site.init_pool()

    def cursor(self):
        from trytond.transaction import Transaction
        return Transaction().connection.cursor()

    def fill(self, pool):
        from trytond.modules.agencies.tests.tools import create_user
        Agency = pool.get('agencies.agency')
        province = Agency.by_code('66')
        create_user('bench-boss', province, 'supervisor')
        for number, commune in enumerate(Agency.search(
                    [('parent', '=', province.id), ('kind', '=', 'commune')])):
            create_user(f'bench-leader-{number}', commune, 'leader')
        create_user(
            'bench-central', Agency.by_code('TTCP'), 'supervisor')
        self.cursor().execute(FILL, ('x', self.options.letters))

    def plan(self, pool, clocks, due):
        "Leave so many open time limits, of which so many are due"
        data = pool.get('ir.model.data')
        self.rule = data.get_id('routing', 'escalation_rule_overdue')
        cursor = self.cursor()
        cursor.execute(
            'TRUNCATE routing_escalation_schedule, routing_escalation, '
            'deadlines_clock CASCADE')
        cursor.execute(CLOCKS, {'clocks': clocks, 'due': due})
        count = cursor.rowcount
        assert count == clocks, f"{count} open letters only: more --letters"
        cursor.execute(ROWS, (self.rule,))
        cursor.execute('ANALYZE')

    def drain(self):
        "Take all that is due, a batch for each transaction"
        total = 0
        while count := self.site.call(lambda pool: pool.get(
                    'routing.escalation.schedule').run_due()):
            total += count
        return total

    def escalate(self):
        due = self.options.due
        for clocks in sorted({self.options.clocks // 10,
                    self.options.clocks}):
            self.site.call(self.plan, clocks, due)
            counts = {}

            def ours():
                counts['ours'] = self.drain()       # noqa: B023

            def floor(pool):
                self.cursor().execute(FLOOR, (due,))
                counts['floor'] = due       # noqa: B023
            seconds = timed(ours)
            assert counts['ours'] == due, counts
            self.site.call(self.plan, clocks, due)
            floor_seconds = timed(lambda: self.site.call(floor))
            report(
                f"escalate {due} due among {clocks} open, with audit",
                due / seconds, due / floor_seconds, 'cases/s')
            print(f'   {seconds:.1f} s for the pass')

    def take_nothing(self):
        "What the job of each minute costs when nothing is due"
        self.site.call(self.plan, self.options.clocks, 0)
        ours = timed(lambda: self.drain(), 30)
        floor = timed(lambda: self.site.call(lambda pool: self.cursor(
            ).execute('SELECT id FROM routing_escalation_schedule WHERE '
                'done_at IS NULL AND run_at <= now() LIMIT 200')), 30)
        report("a pass in which nothing is due", ours * 1000, floor * 1000,
            'ms')

    def board(self):
        from trytond.transaction import Transaction
        self.site.call(self.plan, self.options.clocks, self.options.due)

        def user(login):
            return self.site.call(lambda pool: pool.get('res.user').search(
                    [('login', '=', login)])[0].id)

        def ours(pool):
            Figure = pool.get('routing.figure')
            Figure.search_read([], fields_names=[
                    'agency', 'kind', 'letters', 'cases', 'soon', 'overdue',
                    'silent', 'escalations', 'rate'])
            assert Transaction().user

        def floor(pool):
            cursor = self.cursor()
            cursor.execute(BOARD)
            cursor.fetchall()
        for login in ['bench-boss', 'bench-central']:
            id_ = user(login)
            report(
                f"board of {login}, {self.options.letters} letters",
                1000 * timed(lambda: self.site.call(
                        ours, user=id_, _check_access=True), 7),  # noqa: B023
                1000 * timed(lambda: self.site.call(floor), 7), 'ms')

    def kill(self, uri):
        self.site.call(self.plan, self.options.clocks, self.options.due)
        rows = self.site.call(self._due)
        crowd = Crowd(self.site, uri)
        seconds = timed(lambda: crowd.run(self.options.kills))
        wrong = crowd.verify(rows)
        print(
            f'{len(rows)} due, two workers and a cron, {crowd.kills} times '
            f'kill -9 in {seconds:.0f} s: {len(wrong)} wrong')
        for line in wrong[:20]:
            print(f'   {line}')
        return not wrong and crowd.kills >= self.options.kills

    def _due(self, pool):
        cursor = self.cursor()
        cursor.execute(
            'SELECT clock, rule, step FROM routing_escalation_schedule '
            "WHERE done_at IS NULL AND run_at <= now() AT TIME ZONE 'UTC'")
        return set(cursor.fetchall())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--letters', type=int, default=2_000_000)
    parser.add_argument('--clocks', type=int, default=200_000)
    parser.add_argument('--due', type=int, default=5_000)
    parser.add_argument('--kills', type=int, default=100)
    options = parser.parse_args()
    # a tenth of the letters is open; what is due is measured among a tenth of
    # the time limits, too
    if not 0 < 10 * options.due <= options.clocks <= options.letters // 10:
        parser.error("give ten clocks for each one due, ten letters a clock")
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
        bench = Bench(site, options)
        bench.site.call(bench.fill)
        from trytond.pool import Pool
        Pool.test = False
        print(f"{'work':52} {'ours':>10} {'floor':>10} {'unit':10} ratio")
        bench.escalate()
        bench.take_nothing()
        bench.board()
        if not bench.kill(server.uri + 'bench'):
            sys.exit(1)


if __name__ == '__main__':
    main()
