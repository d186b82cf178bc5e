# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Letters from their registration to their acceptance, through the server.

Registered, classified, proposed, approved, accepted; the list and a search
between; then ten times as many clients at once.
"""
from .floors import Written
from .frame import crowd, rate
from .registering import _seconds, values

MODEL = 'complaints.letter'


class Pair:
    "A clerk and a leader of a commune"

    def __init__(self, base, port, place):
        self.clerk = base.client(port, f'clerk.{place}')
        self.leader = base.client(port, f'leader.{place}')

    def live(self, number):
        clerk, leader = self.clerk, self.leader
        id_, = clerk.model(MODEL, 'create', [values(persons=[['create', [{
                                'name': f"Nguyễn Văn {number}",
                                'address': "Thôn 3"}]]])])
        clerk.model(MODEL, 'register', [id_])
        clerk.model(MODEL, 'classify', [id_])
        clerk.model(MODEL, 'write', [id_], {'proposal': 'accept'})
        clerk.model(MODEL, 'propose', [id_])
        ids = leader.model(
            MODEL, 'search', [('state', '=', 'proposed')], 0, 50, None)
        leader.model(MODEL, 'read', ids[:50], ['number', 'due_on', 'state'])
        leader.model(MODEL, 'approve', [id_])
        leader.model(MODEL, 'accept', [id_])
        number, = clerk.model(MODEL, 'read', [id_], ['number'])
        assert clerk.model(
            MODEL, 'search', [('number', '=', number['number'])], 0, 10, None)

    def close(self):
        self.clerk.close()
        self.leader.close()


def measure(base):
    results = []
    with base.served() as ports:
        for times, work, goal in [
                (1, "lifecycles to the acceptance, 4 clerks", 20),
                (5, "the same in a burst, 20 clerks", None)]:
            pairs = [
                Pair(base, port, f'commune{n}')
                for _ in range(times) for n, port in enumerate(ports)]
            written = Written(base)
            count, seconds, taken, errors = crowd(
                pairs, lambda pair, number: pair.live(number),
                _seconds(base) * 2)
            results.append(rate(
                    count, seconds, written.again(commits=count * 6), work,
                    goal, errors=len(errors),
                    first_error=errors[0][:200] if errors else None,
                    slowest_s=round(max(taken), 2)))
            for pair in pairs:
                pair.close()
    return results
