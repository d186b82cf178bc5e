# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What is not sure about a date, said beside it."""
from functools import lru_cache

from sql import Literal, Null

from trytond.model import fields
from trytond.model.fields import SQL_OPERATORS
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.tools import grouped_slice
from trytond.transaction import Transaction

from . import explain
from .acts import OPEN


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
    due_mark = mark_field('get_doubt')

    @classmethod
    def get_doubt(cls, clocks, names):
        doubts = cls._doubts(cls.__table__().id, [c.id for c in clocks])
        return {
            name: {id_: said[name] for id_, said in doubts.items()}
            for name in names}

    @classmethod
    def doubts_of(cls, resources):
        """Say what is not sure about the open clocks that end first

        resources -- of the clocks, as text; without access

        Returns {resource: {'doubt': words, 'due_mark': words}}."""
        table = cls.__table__()
        return cls._doubts(
            table.resource, resources,
            table.state.in_(OPEN) & (table.due_on != Null))

    @classmethod
    def _doubts(cls, column, values, where=None):
        pool = Pool()
        Calendar = pool.get('deadlines.calendar')
        table = column.table
        version = pool.get('deadlines.rule.version').__table__()
        cursor = Transaction().connection.cursor()
        language, say = Transaction().language, lru_cache(None)(_say)
        calendars, result = {}, {}
        for sub_values in grouped_slice(list(values), 1000):
            cursor.execute(*table.join(
                    version, condition=version.id == table.version
                    ).select(
                    column, table.started_on, table.ended_on, table.due_on,
                    table.calendar, version.certainty,
                    where=SQL_OPERATORS['in'](column, list(sub_values))
                    & (Literal(True) if where is None else where),
                    # what ends first is kept
                    order_by=[table.due_on.desc, table.id.desc]))
            rows = cursor.fetchall()
            calendars.update({
                    c.id: c.counting() for c in Calendar.browse(
                        {row[4] for row in rows} - calendars.keys())})
            for value, start, ended_on, due_on, calendar, certainty in rows:
                first, last = sorted((start, ended_on or due_on or start))
                warnings = tuple(calendars[calendar].warnings(first, last))
                result[value] = say(certainty, warnings, language)
        return result


def _say(certainty, warnings, language):
    return {
        'doubt': explain.doubt(certainty, warnings, language),
        'due_mark': explain.mark(warnings, language),
        }
