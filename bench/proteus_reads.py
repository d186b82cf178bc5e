# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A data officer's script reads number, sender and due day of letters."""
from .frame import PASSWORD, delay, timed

NAMES = ['number', 'sender', 'due_on']


def measure(base):
    from proteus import Model, config
    many = min(100, max(1, base.letters // 10))
    with base.served(1) as (port,):
        with config.set_xmlrpc_session(
                f'http://127.0.0.1:{port}/{base.site.database}/rpc/',
                'bench.supervisor.province', PASSWORD) as session:
            Letter = Model.get('complaints.letter', config=session)

            def by_record():
                for letter in Letter.find([], limit=many):
                    assert letter.number
                    assert letter.sender is None or letter.sender
                    assert letter.due_on is None or letter.due_on

            def in_one_call():
                Letter._proxy.search_read(
                    [], 0, 1000, None, NAMES, session.context)
            one, all_ = timed(by_record), timed(in_one_call)
    floor = timed(lambda: base.sql(
            'SELECT le.number, le.due_on, p.identity '
            'FROM complaints_letter AS le LEFT JOIN complaints_person AS p '
            'ON p.letter = le.id ORDER BY le.id LIMIT 1000'))
    return [
        delay(one, floor, f"proteus: {many} letters, record by record",
            goal=5 if many == 100 else None, unit='s'),
        delay(all_, floor, "proteus: 1,000 letters in one call", goal=1,
            unit='s')]
