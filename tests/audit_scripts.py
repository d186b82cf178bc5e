# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What processes do to the audit at the same time: run with a `site`."""

WRITER = """
import sys
def work(pool):
    from trytond.transaction import Transaction
    Entry = pool.get('audit.entry')
    Entry.append([{'action': 'write', 'summary': 'long'}])
    # who looks at the entries has them written
    assert Entry.search([('summary', '=', 'long')])
    print('written', flush=True)
    sys.stdin.readline()
    Entry.append([{'action': 'write', 'summary': 'late'}])
site.call(work)
"""
CROWDED = """
import random
for number in range(40):
    def work(pool):
        for _ in range(random.randint(1, 4)):
            pool.get('audit.entry').append(
                [{'action': 'write', 'summary': f'crowded'}] * 3)
        if random.random() < .2:
            raise RuntimeError
    try:
        site.call(work)
    except RuntimeError:
        pass
"""
SEALING = """
import time
end = time.monotonic() + 12
while time.monotonic() < end:
    site.call(lambda pool: pool.get('audit.seal').seal_due())
"""
VIEWED = """
import sys
from trytond.transaction import Transaction

def secret(pool):
    Letter = pool.get('complaints.letter')
    letter, = Letter.create([{
        'agency': pool.get('agencies.agency').by_code('22250').id,
        'kind': 'denunciation', 'content': 'seen by the replica',
        'persons': [('create', [{'name': "Lê Văn Kín"}])]}])
    Letter.register([letter])
    leader, = pool.get('res.user').search([('login', '=', 'leader')])
    return letter.id, leader.id
id_, leader = site.call(secret)
pool = site.init_pool()
assert pool.get('complaints.letter').__rpc__['read'].readonly
for _ in range(2):
    with Transaction().start(
            site.database, leader, readonly=True,
            context={'_check_access': True}):
        for _ in range(2):
            row, = pool.get('complaints.letter').read([id_], ['content'])
    print(id_, row['content'])
"""
