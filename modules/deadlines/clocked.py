# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from sql import Null

from trytond.model import Index, fields
from trytond.pool import Pool


class ClockedMixin:
    """A model whose records have clocks.

    The earliest end of its running clocks is stored on the record, so that
    a list sorted by it comes from an index.
    """
    __slots__ = ()

    clocks = fields.One2Many(
        'deadlines.clock', 'resource', "Clocks", readonly=True,
        help="The time limits of the law that run or ran.")
    due_on = fields.Date(
        "Due on", readonly=True,
        help="The earliest end of the time limits that run.")
    warn_on = fields.Date("Warning on", readonly=True)
    due_explanation = fields.Function(
        fields.Text("Why is it due on this day?"), 'get_due_explanation')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_indexes.add(Index(
                table, (table.due_on, Index.Range()),
                where=table.due_on != Null))

    def clock_variants(self):
        "Return the circumstances that decide on the lengths"
        return set()

    def clock_calendar(self):
        "Return the calendar to count by, None for the State's"

    @classmethod
    def update_due(cls, records):
        "Store the earliest end of the open clocks"
        Clock = Pool().get('deadlines.clock')
        first = {}
        for clock in Clock.search([
                    ('resource', 'in', [str(r) for r in records]),
                    ('state', '=', 'running'),
                    ('due_on', '!=', None),
                    ], order=[]):
            known = first.get(clock.resource.id)
            if not known or clock.due_on < known.due_on:
                first[clock.resource.id] = clock
        to_write = []
        for record in records:
            clock = first.get(record.id)
            values = {
                'due_on': clock.due_on if clock else None,
                'warn_on': clock.warn_on if clock else None,
                }
            if (record.due_on, record.warn_on) != tuple(values.values()):
                to_write.extend(([record], values))
        if to_write:
            cls.write(*to_write)

    def get_due_explanation(self, name):
        running = [c for c in self.clocks if c.state in ['running', 'paused']]
        return '\n\n'.join(c.explanation for c in running)
