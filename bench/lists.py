# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Measure lists as the clients ask for them, beside hand-written SQL.

    .venv/bin/python bench/lists.py [--letters 100000]

A line of JSON for each work: milliseconds of ours and of the floor, and their
ratio.  A client asks for the ids of a list, then reads what it shows of a
hundred; a script reads record by record, or a thousand in one call.
"""
import argparse
import os

from letters_base import add_options, base, compare, user

VIEW = ['number', 'due_on', 'urgency_icon', 'due_mark', 'agency',
    'agency.rec_name', 'received_on', 'kind', 'kind:string', 'sender',
    'subject', 'handler', 'handler.rec_name', 'due_doubt', 'urgency',
    'urgency:string', 'state', 'state:string', 'rec_name', '_timestamp',
    '_write', '_delete']
BY_DUE = [('due_on', 'ASC NULLS LAST'), ('id', 'ASC')]
OPEN = [('state', 'in', ['registered', 'classified'])]
LATE = [('urgency', 'in', ['overdue', 'silent'])]
FLOOR = """
SELECT le.number, le.due_on, a.name, le.received_on, le.kind, i.sealed,
    le.subject, le.state
FROM (SELECT * FROM complaints_letter WHERE agency = ANY(%s::int[]) AND {}
    ORDER BY {} LIMIT 100) AS le
JOIN agencies_agency AS a ON a.id = le.agency
LEFT JOIN complaints_person AS p ON p.letter = le.id AND p.role = 'sender'
LEFT JOIN complaints_identity AS i ON i.id = p.identity
"""


def listed(site, login, domain, order, limit):
    "Return what a client does to show a list"
    id_ = user(site, login)

    def show(pool):
        Letter = pool.get('complaints.letter')
        ids = [r.id for r in Letter.search(domain, 0, limit, order)]
        return Letter.read(ids[:100], VIEW)
    return lambda turn: site.call(show, user=id_, _check_access=True)


def floor(site, login, where, order):
    id_ = user(site, login)
    visible = site.call(
        lambda pool: list(pool.get('res.user').get_visible()), user=id_)
    query = FLOOR.format(where, order)

    def select(pool):
        from trytond.transaction import Transaction
        cursor = Transaction().connection.cursor()
        cursor.execute(query, [visible])
        return cursor.fetchall()
    return lambda turn: site.call(select)


def scripts(site, times):
    "The same three fields by a script: record by record, and in one call"
    from proteus import Model, config
    site.load()
    connection = config.set_trytond(
        site.database, user='bench-supervisor', config_file=site.config_file)
    Letter = Model.get('complaints.letter')
    ids = [le.id for le in Letter.find(OPEN, limit=100)]
    proxy = connection.get_proxy('complaints.letter')
    query = 'state IN (\'registered\', \'classified\')'
    yield ("script: number, sender, due day of 100, record by record",
        lambda turn: [
            (le.number, le.sender, le.due_on) for le in map(Letter, ids)],
        floor(site, 'bench-supervisor', query, 'due_on'), max(3, times // 10))
    yield ("script: the same of 1,000 in one call",
        lambda turn: proxy.search_read(
            OPEN, 0, 1000, [('due_on', 'ASC')],
            ['number', 'sender', 'due_on'], connection.context),
        floor(site, 'bench-supervisor', query, 'due_on'), max(3, times // 4))


def works(site, times):
    open_ = "state IN ('registered', 'classified')"
    for login in ['bench-clerk', 'bench-supervisor']:
        for limit in [100, 1000]:
            yield (f'{login}: 100 lines of a list of {limit} by due date',
                listed(site, login, OPEN, BY_DUE, limit),
                floor(site, login, open_, 'due_on NULLS LAST, id'), times)
        yield (f'{login}: late ones',
            listed(site, login, LATE, BY_DUE, 100),
            floor(site, login, 'due_on < current_date', 'due_on, id'), times)
        yield (f'{login}: all letters, the newest',
            listed(site, login, [], None, 100),
            floor(site, login, 'true', 'received_on DESC, id DESC'), times)
    yield from scripts(site, times)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_options(parser)
    options = parser.parse_args()
    os.environ['PYTHONWARNINGS'] = 'ignore'
    with base(options) as site:
        from trytond.pool import Pool
        site.init_pool()
        # the tools of the tests make Tryton validate what is computed too
        Pool.test = False
        for work in works(site, options.times):
            compare(*work)


if __name__ == '__main__':
    main()
