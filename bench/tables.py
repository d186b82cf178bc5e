# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The official table 02/XLD of the whole State, beside the same in SQL."""
import datetime as dt

from .frame import delay, timed

# grouped first, put into columns afterwards, as the module does
FLOOR = """
WITH scope AS (
    SELECT agency, kind, instance, field, state, examined_on
    FROM complaints_letter
    WHERE received_on BETWEEN %(a)s AND %(b)s
    UNION ALL
    SELECT agency, kind, instance, field, state, examined_on
    FROM complaints_letter
    WHERE received_on < %(a)s AND examined_on >= %(a)s
    UNION ALL
    SELECT agency, kind, instance, field, state, examined_on
    FROM complaints_letter
    WHERE received_on < %(a)s AND examined_on IS NULL AND state NOT IN (
        'accepted', 'refused', 'joined', 'transferred', 'guided', 'filed',
        'returned', 'historical'))
SELECT agency, kind, instance, field, state, examined_on <= %(b)s, count(*)
FROM scope GROUP BY 1, 2, 3, 4, 5, 6
"""


def measure(base):
    from trytond.modules.statistics.drawing import Drawing, list_of
    from trytond.modules.statistics.request import Request
    today = dt.date.today()     # noqa: DTZ011 the base is filled up to it
    state, = base.sql(
        "SELECT id FROM agencies_agency WHERE parent IS NULL "
        "AND valid_to IS NULL ORDER BY id LIMIT 1")
    results = []
    for name, days in [("a quarter", 91), ("a year", 365)]:
        period = today - dt.timedelta(days=days), today
        request = Request('02/XLD', *period, state[0], 'units')
        times = {'a': period[0], 'b': period[1]}

        def draw(pool, request=request):
            return Drawing(request)
        floor = timed(
            lambda: base.sql(FLOOR, times), 5)      # noqa: B023
        results.append(delay(
                timed(lambda: base.call(draw), 5),  # noqa: B023
                floor, f"02/XLD of the State, {name}",
                goal=500 if days < 100 else 1000))

    def listed(pool):
        unit = request.units()[1]
        text = request._replace(unit=unit.id).text
        list_of(f'{text}|24')
        return pool.get('complaints.letter').search(
            [('in_figure', '=', f'{text}|24')], limit=100)
    results.append(delay(
            timed(lambda: base.call(listed), 5), None,
            "100 letters behind a figure", goal=150))
    return results
