# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Lists of a day's work, the look for similar letters, a decreed day off."""
import datetime as dt
import itertools

from .frame import CONTENT, all_timed, delay, p95, timed

NAMES = ['number', 'received_on', 'kind', 'sender', 'subject', 'due_on',
    'urgency', 'state']
WORK_LIST = """
SELECT number, received_on, kind, subject, due_on, state
FROM complaints_letter
WHERE agency = %s AND state IN ('registered', 'classified')
ORDER BY due_on, id LIMIT 100
"""
OVERDUE = """
SELECT le.number, le.agency, le.subject, le.due_on, le.state
FROM complaints_letter AS le JOIN agencies_agency AS a ON a.id = le.agency
WHERE le.due_on < current_date AND a.path LIKE %s
ORDER BY le.due_on LIMIT 100
"""


def measure(base):
    return [
        _list(
            base, "work list of a clerk, by due date", 'clerk.commune0',
            [('state', 'in', ['registered', 'classified'])],
            [('due_on', 'ASC NULLS LAST'), ('id', 'ASC')], NAMES,
            (WORK_LIST, [base.commune])),
        _list(
            base, "late letters of a province, its supervisor",
            'supervisor.province',
            [('urgency', 'in', ['overdue', 'silent'])],
            [('due_on', 'ASC')], [
                'number', 'agency', 'subject', 'due_on', 'urgency', 'state'],
            (OVERDUE, [f'{base.path}%'])),
        _similar(base),
        *_decreed_day(base)]


def _list(base, work, user, domain, order, names, floor, times=40):
    def ours(pool):
        pool.get('complaints.letter').search_read(
            domain, limit=100, order=order, fields_names=names)
    base.call(ours, user=user)
    return delay(
        p95(all_timed(lambda: base.call(ours, user=user), times)),
        p95(all_timed(lambda: base.sql(*floor), times)), f'{work}, p95',
        goal=50)


def _similar(base, times=40):
    "What a draft looks like, while it is typed"
    text = "Gia đình tôi canh tác thửa đất số {} từ năm 1993. " + CONTENT
    numbers = itertools.count()

    def register(pool):
        Letter = pool.get('complaints.letter')
        Letter.register(Letter.create([{
                        'agency': base.commune, 'kind': 'petition',
                        'content': text.format(n),
                        'persons': [('create', [{
                                        'name': "Nguyễn Văn An",
                                        'address': f"thôn {n} Sơn Thành"}])],
                        } for n in range(20)]))

    def ours(pool):
        from trytond.transaction import Transaction
        Letter = pool.get('complaints.letter')
        Person = pool.get('complaints.person')
        n = next(numbers)
        letter = Letter(
            state='received', kind='complaint', content=text.format(n),
            agency=pool.get('agencies.agency')(base.commune),
            contested_number=f'{n}/QĐ-UBND', contested_on=None,
            respondent_agency=None, persons=[Person(
                    role='sender', name="Nguyễn Văn An",
                    address=f"thôn {n} Sơn Thành",
                    identity_number='066150123456')])
        found = letter.on_change_with_similar()
        assert n >= 20 or found, "the copy was not found"
        Transaction().rollback()

    def floor():
        marks = [1, 2, 3, 4] + [hash((next(numbers), n)) for n in range(24)]
        base.sql(' UNION ALL '.join(
                ['(SELECT mark, letter FROM likeness_fingerprint '
                    'WHERE mark = %s ORDER BY mark DESC, letter DESC '
                    'LIMIT 64)'] * len(marks)), marks)
    base.call(register, user='clerk.commune0')
    taken = all_timed(lambda: base.call(ours, user='clerk.commune0'), times)
    return delay(
        sorted(taken)[times // 2], timed(floor, times),
        "similar letters of a draft", slowest_ms=round(1000 * max(taken), 1))


def _decreed_day(base):
    "A day off is decreed: preview, then apply"
    from trytond.modules.foundation import clock
    day = clock.today() + dt.timedelta(days=3)
    while day.weekday() > 4:
        day += dt.timedelta(days=1)

    def make(pool):
        change, = pool.get('deadlines.change').create([{
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
        from trytond.transaction import Transaction
        cursor = base.cursor()
        cursor.execute(
            'UPDATE deadlines_clock SET due_on = due_on + 1 '
            'WHERE due_on = %s', [day])
        cursor.execute(
            'UPDATE complaints_letter SET due_on = c.due_on '
            'FROM deadlines_clock AS c WHERE c.due_on = %s AND '
            "c.resource = 'complaints.letter,' || complaints_letter.id",
            [day + dt.timedelta(days=1)])
        Transaction().rollback()
    id_ = base.call(make)
    preview = timed(lambda: base.call(step, 'preview'))
    floor_seconds = timed(lambda: base.call(floor))
    moved = []
    apply = timed(lambda: moved.append(base.call(step, 'apply')))
    return [
        delay(
            seconds, floor_seconds,
            f"a day off is decreed: {work}", unit='s', moved=moved[0])
        for work, seconds in [
            ("preview", preview), ("apply, an entry each", apply)]]
