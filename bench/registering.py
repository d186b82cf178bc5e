# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Letters come in through the real server: `lodge`, and as sao calls it."""
import itertools

from .floors import Written
from .frame import CONTENT, Skip, crowd, rate, timed

_serial = itertools.count()


def measure(base):
    with base.served() as ports:
        results = []
        for measurement in [_lodge, _create_and_register]:
            try:
                results += measurement(base, ports)
            except Skip as skip:
                results.append({
                        'work': measurement.__doc__, 'skipped': str(skip)})
    return results


def _seconds(base):
    return 10 if base.letters >= 10_000 else 2


def values(**more):
    number = next(_serial)
    return {
        'kind': 'petition', 'channel': 'post', 'content':
            f'{CONTENT} Việc {number}', **more}


def _lodge(base, ports):
    "lodge through the server"
    if 'lodge' not in base.pool.get('complaints.letter').__rpc__:
        raise Skip("there is no door `lodge` yet")
    results = []
    for places, goal, where in [
            (['commune0', 'commune1', 'commune2', 'commune3'], 110,
                "different agencies"),
            (['commune0'] * 4, 60, "one commune")]:
        clients = [
            base.client(port, f'clerk.{place}')
            for port, place in zip(ports, places, strict=True)]

        def work(client, number):
            client.model('complaints.letter', 'lodge', [values(persons=[{
                                'name': f"Nguyễn Văn {number}",
                                'address': "Thôn 3"}])])
        for client in clients:
            work(client, 0)
        written = Written(base)
        results.append(_result(
                base, f'lodge, 4 clients, {where}', goal, written,
                *crowd(clients, work, _seconds(base))))
        for client in clients:
            client.close()
    return results


def _create_and_register(base, ports):
    "create and register as sao calls it"
    client = base.client(ports[0], 'clerk.commune0')
    names = ['number', 'received_on', 'kind', 'sender', 'subject', 'due_on',
        'urgency', 'state']

    def work(client, number):
        model = 'complaints.letter'
        client.model(model, 'default_get', names)
        id_, = client.model(model, 'create', [values(persons=[['create', [{
                                'name': f"Nguyễn Văn {number}",
                                'address': "Thôn 3"}]]])])
        client.model(model, 'read', [id_], names)
        client.model(model, 'register', [id_])
        client.model(model, 'read', [id_], names)
        client.model('res.notification', 'get_count')
        client.model(
            model, 'search', [('state', '=', 'registered')], 0, 50, None)
        client.model(model, 'read', [id_], names)
    work(client, 0)
    written = Written(base)
    result = _result(
        base, "create and register as sao calls it (8 calls)", 30, written,
        *crowd([client], work, _seconds(base)))
    client.close()
    return [{**result, 'statements': _statements(base)}]


def _statements(base):
    "Return how many statements creating and registering takes"
    import psycopg
    execute, seen = psycopg.Cursor.execute, []

    def counting(cursor, *args, **kwargs):
        seen.append(args[0])
        return execute(cursor, *args, **kwargs)

    def work(pool):
        Letter = pool.get('complaints.letter')
        letter, = Letter.create([values(persons=[('create', [
                            {'name': "Nguyễn Văn An"}])])])
        Letter.register([letter])
    timed(lambda: base.call(work, user='clerk.commune0'), 2)
    psycopg.Cursor.execute = counting
    try:
        base.call(work, user='clerk.commune0')
    finally:
        psycopg.Cursor.execute = execute
    return len(seen)


def _result(base, work, goal, written, count, seconds, taken, errors):
    floor = written.again(commits=count)
    ordered = sorted(taken)
    return rate(
        count, seconds, floor, work, goal, errors=len(errors),
        p50_ms=round(1000 * ordered[len(ordered) // 2], 1),
        p95_ms=round(1000 * ordered[int(len(ordered) * .95)], 1))
