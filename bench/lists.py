# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Lists as the clients ask for them, in a country's register.

A client asks for the ids of a list, then reads what it shows of a hundred.
"""
from .country import Country
from .frame import all_timed, delay, p95

VIEW = ['number', 'due_on', 'urgency_icon', 'due_mark', 'agency',
    'agency.rec_name', 'received_on', 'kind', 'kind:string', 'sender',
    'subject', 'handler', 'handler.rec_name', 'due_doubt', 'urgency',
    'urgency:string', 'state', 'state:string', 'rec_name', '_timestamp',
    '_write', '_delete']
BY_DUE = [('due_on', 'ASC NULLS LAST'), ('id', 'ASC')]
OPEN = [('state', 'in', ['registered', 'classified'])]
LATE = [('urgency', 'in', ['overdue', 'silent'])]
OPEN_SQL = "state IN ('registered', 'classified')"
FLOOR = """
SELECT le.number, le.due_on, a.name, le.received_on, le.kind, i.sealed,
    le.subject, le.state
FROM (SELECT * FROM complaints_letter WHERE agency = ANY(%s::int[]) AND {}
    ORDER BY {} LIMIT 100) AS le
JOIN agencies_agency AS a ON a.id = le.agency
LEFT JOIN complaints_person AS p ON p.letter = le.id AND p.role = 'sender'
LEFT JOIN complaints_identity AS i ON i.id = p.identity
"""
LISTS = [
    ("a list by due date", OPEN, BY_DUE, 100,
        (OPEN_SQL, 'due_on NULLS LAST, id')),
    ("100 lines of a list of 1,000", OPEN, BY_DUE, 1000,
        (OPEN_SQL, 'due_on NULLS LAST, id')),
    ("late ones", LATE, BY_DUE, 100,
        ('due_on < current_date', 'due_on, id')),
    ("all letters, the newest", [], None, 100,
        ('true', 'received_on DESC, id DESC'))]


def measure(base):
    country = Country.beside(base)
    return [
        _measure(country, user, *wanted)
        for user in country.users for wanted in LISTS]


def _measure(country, user, work, domain, order, limit, floor, times=40):
    def show(pool):
        Letter = pool.get('complaints.letter')
        ids = [r.id for r in Letter.search(domain, 0, limit, order)]
        return Letter.read(ids[:100], VIEW)
    visible = country.visible(user)
    statement = FLOOR.format(*floor)
    country.call(show, user=user)
    return delay(
        p95(all_timed(lambda: country.call(show, user=user), times)),
        p95(all_timed(lambda: country.sql(statement, [visible]), times)),
        f"{user}: {work}, p95", goal=50)
