# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The manager's board: what is open and late, by agency and kind."""
from .frame import delay, timed

FLOOR = """
SELECT agency, kind, count(*), count(*) FILTER (WHERE due_on < current_date)
FROM complaints_letter WHERE state NOT IN ('accepted', 'refused', 'joined',
    'divided', 'transferred', 'guided', 'filed', 'returned', 'historical')
GROUP BY agency, kind
"""


def measure(base):
    def ours(pool):
        pool.get('statistics.figure').search_read([], fields_names=[
                'agency', 'kind', 'letters', 'cases', 'soon', 'overdue',
                'silent', 'escalations', 'rate'])
    floor = timed(lambda: base.sql(FLOOR), 7)
    return [
        delay(
            timed(lambda: base.call(ours, user=user), 7),   # noqa: B023
            floor, f"board of {who}")
        for user, who in [
            ('supervisor.province', "a province"), ('central', "the State")]]
