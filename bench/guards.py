# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What the guards cost: a registration and a list, with them and without.

The floor is the same call with the guards taken out, in the same process:
what a client asks for goes through the RPC as from the network.  They take
turns, so that whatever else the machine does falls on both; the medians are
compared.  At most 5 % may be theirs.
"""
import statistics
import sys
import time
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from .frame import delay
from .registering import values

SHARE = 1.05
VIEW = ['number', 'due_on', 'urgency_icon', 'due_mark', 'agency',
    'agency.rec_name', 'received_on', 'kind', 'kind:string', 'sender',
    'subject', 'handler', 'handler.rec_name', 'due_doubt', 'urgency',
    'urgency:string', 'state', 'state:string', 'rec_name', '_timestamp',
    '_write', '_delete']
ORDER = [('due_on', 'ASC NULLS LAST'), ('id', 'ASC')]


def measure(base):
    rounds = 60 if base.letters >= 10_000 else 4
    results = []
    for work, title in [
            (_list, "a list of a hundred letters"),
            (_filtered, "a list by a path, the name of its agency"),
            (_create, "create and register"), (_lodge, "lodge")]:
        ours, floor = _in_turns(base, work, rounds)
        results.append(delay(
                ours, floor, f'guards: {title}, floor: without them',
                goal=round(1000 * floor * SHARE, 2),
                percent=round(100 * (ours / floor - 1), 1)))
    return results


def _in_turns(base, work, rounds):
    "Return the median seconds of a work with the guards and without"
    def once():
        started = time.perf_counter()
        base.call(work, user='clerk.commune0')
        return time.perf_counter() - started
    taken = {True: [], False: []}
    for number in range(rounds + 2):
        # who is first changes: what is read once is read by the first
        for guarded in [True, False] if number % 2 else [False, True]:
            with ExitStack() as stack:
                if not guarded:
                    stack.enter_context(unguarded())
                seconds = once()
            # the first ones fill what is kept
            if number >= 2:
                taken[guarded].append(seconds)
    return statistics.median(taken[True]), statistics.median(taken[False])


@contextmanager
def unguarded():
    "Take the guards out of the calls of clients"
    from trytond.modules.foundation.guards import calls, credentials, stored
    from trytond.rpc import RPC
    is_client = stored.is_client
    with ExitStack() as stack:
        # by whatever module they are used
        for module in list(sys.modules.values()):
            for name, value in list(getattr(module, '__dict__', {}).items()):
                if value is is_client:
                    stack.enter_context(
                        patch.object(module, name, lambda: False))
        stack.enter_context(
            patch.object(calls.ClientRPC, 'convert', RPC.convert))
        stack.enter_context(
            patch.dict(credentials.CREDENTIALS, clear=True))
        yield


def _call(pool, method, *arguments):
    "Call a method as the dispatcher does"
    from trytond.transaction import Transaction
    Letter = pool.get('complaints.letter')
    rpc = Letter.__rpc__[method]
    args, kwargs, context, _ = rpc.convert(Letter, *arguments, {})
    with Transaction().set_context(context):
        return rpc.result(getattr(Letter, method)(*args, **kwargs))


def _list(pool):
    _call(pool, 'search_read', [('state', 'in', ['registered', 'classified'])],
        0, 100, ORDER, VIEW)


def _filtered(pool):
    _call(pool, 'search_read', [
            ('state', '!=', 'filed'), ('agency.name', 'ilike', 'UBND%')],
        0, 100, ORDER, VIEW)


def _create(pool):
    id_, = _call(pool, 'create', [values(persons=[['create', [{
                            'name': "Nguyễn Văn An", 'address': "Thôn 3"}]]])])
    _call(pool, 'register', [id_])
    _call(pool, 'read', [id_], VIEW)


def _lodge(pool):
    _call(pool, 'lodge', [values(persons=[{
                    'name': "Nguyễn Văn An", 'address': "Thôn 3"}])])
