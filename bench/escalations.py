# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What is due is escalated, with much and with little else in the database;
then two workers and a cron do it while they are killed, and each is counted.
"""
from crowd import Crowd

from .frame import delay, timed

# Open time limits of letters; the first ones are late
CLOCKS = """
INSERT INTO deadlines_clock (create_uid, create_date, resource, rule, version,
    calendar, started_on, due_on, warn_on, state)
SELECT 1, now(), 'complaints.letter,' || le.id, v.rule, v.id, c.id,
    current_date - 20, current_date + (CASE WHEN le.number <= %(due)s
    THEN -2 ELSE 30 END), current_date - 3, 'running'
FROM (SELECT id, row_number() OVER (ORDER BY id) AS number
    FROM complaints_letter LIMIT %(clocks)s) AS le
CROSS JOIN (SELECT v.id, v.rule FROM deadlines_rule_version AS v
    JOIN deadlines_rule AS r ON r.id = v.rule WHERE r.code = 'XLD-02'
    ORDER BY v.id DESC LIMIT 1) AS v
CROSS JOIN (SELECT id FROM deadlines_calendar ORDER BY id LIMIT 1) AS c
"""
ROWS = """
INSERT INTO escalation_schedule (create_uid, create_date, clock, rule,
    step, counted_from, run_at)
SELECT 1, now(), c.id, r.id, 1, c.due_on, c.due_on + interval '1 day'
FROM deadlines_clock AS c CROSS JOIN escalation_rule AS r
WHERE r.id = %s
"""
# What an escalation is at the least: a row, and the step done
FLOOR = """
WITH done AS (
    UPDATE escalation_schedule SET done_at = now()
    WHERE id IN (SELECT id FROM escalation_schedule
        WHERE done_at IS NULL AND run_at <= now()
        ORDER BY run_at, id LIMIT %s FOR UPDATE SKIP LOCKED)
    RETURNING clock, rule, step)
INSERT INTO escalation_escalation (create_uid, create_date, agency, superior,
    rule, letter, clock, due_on, raised_at, level, state)
SELECT 1, now(), le.agency, a.parent, d.rule, le.id, d.clock, c.due_on, now(),
    d.step, 'open'
FROM done AS d JOIN deadlines_clock AS c ON c.id = d.clock
JOIN complaints_letter AS le ON 'complaints.letter,' || le.id = c.resource
JOIN agencies_agency AS a ON a.id = le.agency
"""
DUE = """
SELECT clock, rule, step FROM escalation_schedule
WHERE done_at IS NULL AND run_at <= now() AT TIME ZONE 'UTC'
"""


def measure(base):
    clocks = base.options.clocks or min(200_000, base.letters)
    due = base.options.due or min(5_000, clocks // 40)
    results = [
        _escalate(base, some, due)
        for some in sorted({max(clocks // 10, due), clocks})]
    results.append(_nothing(base, clocks))
    if base.options.kills:
        results.append(_kill(base, clocks, due))
    return results


def plan(base, clocks, due):
    "Leave so many open time limits, of which so many are due"
    def run(pool):
        cursor = base.cursor()
        cursor.execute(
            'TRUNCATE escalation_schedule, escalation_escalation, '
            'deadlines_clock CASCADE')
        cursor.execute(CLOCKS, {'clocks': clocks, 'due': due})
        cursor.execute(ROWS, (pool.get('ir.model.data').get_id(
                    'escalation', 'escalation_rule_overdue'),))
        cursor.execute('ANALYZE')
    base.call(run)


def drain(base):
    "Take all that is due, a batch for each transaction"
    total = 0
    while count := base.call(lambda pool: pool.get(
                'escalation.schedule').run_due()):
        total += count
    return total


def _escalate(base, clocks, due):
    plan(base, clocks, due)
    counts = []
    seconds = timed(lambda: counts.append(drain(base)))
    assert counts == [due], counts
    plan(base, clocks, due)
    floor = timed(lambda: base.sql(FLOOR, (due,), fetch=False))
    return delay(
        seconds, floor, f"escalate {due} due among {clocks} open",
        # for five thousand, and that it grows with what is due
        goal=8 if due == 5_000 else None, unit='s')


def _nothing(base, clocks):
    plan(base, clocks, 0)
    return delay(
        timed(lambda: drain(base), 30),
        timed(lambda: base.sql(f'{DUE} LIMIT 200'), 30),
        "a pass in which nothing is due")


def _kill(base, clocks, due):
    plan(base, clocks, due)
    rows = set(map(tuple, base.sql(DUE)))
    killers = Crowd(base.site, base.uri)
    seconds = timed(lambda: killers.run(base.options.kills))
    wrong = killers.verify(rows)
    assert not wrong, wrong[:20]
    return delay(
        seconds, None, f"{len(rows)} due, two workers and a cron, "
        f"{killers.kills} times kill -9: nothing lost, nothing twice",
        unit='s')
