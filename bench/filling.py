# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Fill a base by SQL in sets: letters, time limits, schedule, audit, marks.

A letter in ten is open, and has a time limit whose days are counted by the
counter itself.
"""
import datetime as dt

LETTERS = """
INSERT INTO complaints_letter (create_uid, create_date, agency, kind,
    instance, received_on, channel, content, subject, people_count, number,
    state, examined_on)
SELECT 1, now(), a.id, 'petition', '1', current_date - n %% 400, 'post', %s,
    'Kiến nghị ' || n, 1, 'B-' || n,
    CASE WHEN n %% 10 = 0 THEN 'registered' ELSE 'guided' END,
    CASE WHEN n %% 10 = 0 THEN NULL ELSE current_date - n %% 400 + n %% 9 END
FROM generate_series(1, %s) AS n JOIN (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS position
    FROM agencies_agency WHERE kind = 'commune') AS a
    ON a.position = n %% (SELECT count(*) FROM agencies_agency
        WHERE kind = 'commune')
"""
CLOCKS = """
INSERT INTO deadlines_clock (create_uid, create_date, resource, rule, version,
    calendar, started_on, due_on, warn_on, state)
SELECT 1, now(), 'complaints.letter,' || le.id, v.rule, v.id, c.id,
    d.started_on, d.due_on, d.warn_on, 'running'
FROM complaints_letter AS le
JOIN bench_days AS d ON d.number = le.id / 10 %% %s
CROSS JOIN (SELECT v.id, v.rule FROM deadlines_rule_version AS v
    JOIN deadlines_rule AS r ON r.id = v.rule WHERE r.code = 'XLD-02'
    ORDER BY v.id DESC LIMIT 1) AS v
CROSS JOIN (SELECT id FROM deadlines_calendar ORDER BY id LIMIT 1) AS c
WHERE le.state = 'registered'
"""
STORE = """
UPDATE complaints_letter SET due_on = c.due_on, warn_on = c.warn_on
FROM deadlines_clock AS c
WHERE c.resource = 'complaints.letter,' || complaints_letter.id
"""
SCHEDULE = """
INSERT INTO escalation_schedule (create_uid, create_date, clock, rule,
    step, counted_from, run_at, done_at)
SELECT 1, now(), c.id, r.id, 1, c.due_on, c.due_on + interval '1 day',
    CASE WHEN c.due_on < current_date THEN now() END
FROM deadlines_clock AS c CROSS JOIN escalation_rule AS r
WHERE r.id = %s
"""
AUDIT = """
INSERT INTO audit_entry (at, "user", post, action, resource, about, agency,
    changes, period)
SELECT now() AT TIME ZONE 'UTC', 1, 'bench (clerk)', 'create',
    'complaints.letter,' || le.id, 'complaints.letter,' || le.id, le.agency,
    '{"state": [null, "registered"]}', audit_period()
FROM complaints_letter AS le
"""
# Some random marks for each letter, and a stock sentence in all of them
MARKS = """
INSERT INTO likeness_fingerprint (letter, mark)
SELECT le.id, CASE WHEN n <= 4 THEN n ELSE
    ('x' || substr(md5(le.id || '-' || n), 1, 16))::bit(64)::bigint END
FROM complaints_letter AS le CROSS JOIN generate_series(1, 12) AS n
"""
_DAYS = 50


def fill(pool, letters, content):
    "Write so many letters with what belongs to them"
    from trytond.transaction import Transaction
    cursor = Transaction().connection.cursor()
    cursor.execute(LETTERS, (content, letters))
    _count_days(cursor)
    cursor.execute(CLOCKS, (_DAYS,))
    cursor.execute(STORE)
    cursor.execute(SCHEDULE, (pool.get('ir.model.data').get_id(
                'escalation', 'escalation_rule_overdue'),))
    cursor.execute(AUDIT)
    cursor.execute(MARKS)
    cursor.execute('ANALYZE')


def _count_days(cursor):
    from trytond.modules.deadlines import counting, lawbook
    from trytond.modules.foundation import clock
    calendar, rows = lawbook.calendar(), []
    for number in range(_DAYS):
        start = clock.today() - dt.timedelta(days=number - 5)
        due_on = counting.count(start, 10, 'day', calendar).due_on
        rows.append((number, start, due_on, counting.warning_date(
                    start, due_on, calendar, **lawbook.warning())))
    cursor.execute(
        'CREATE TEMPORARY TABLE bench_days (number integer, '
        'started_on date, due_on date, warn_on date) ON COMMIT DROP')
    cursor.executemany('INSERT INTO bench_days VALUES (%s, %s, %s, %s)', rows)
