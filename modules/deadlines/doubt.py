# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What is not sure about a date, said beside it."""
from trytond.model import fields
from trytond.pyson import Eval
from trytond.transaction import Transaction

from . import explain


def mark_field(getter):
    "Return the field that stands beside a due date in the lists"
    return fields.Function(fields.Char(
            "Provisional",
            states={
                'invisible': ~Eval('due_mark'),
                },
            help="The calendar of a year on which the due date rests is "
            "missing, or not announced yet."), getter)


class DoubtMixin:
    "What is not sure about the date of a clock"
    __slots__ = ()

    doubt = fields.Function(fields.Char(
            "Not Sure", help="What is not sure about the date: the calendar "
            "of a year, or the rule."), 'get_doubt')
    due_mark = mark_field('get_due_mark')

    def calendar_warnings(self):
        "Return what is not sure about the calendar, as Calendar.warnings"
        first, last = sorted((
                self.started_on,
                self.ended_on or self.due_on or self.started_on))
        return self.calendar.counting().warnings(first, last)

    def get_doubt(self, name):
        return explain.doubt(
            self.version, self.calendar_warnings(), Transaction().language)

    def get_due_mark(self, name):
        return explain.mark(self.calendar_warnings(), Transaction().language)
