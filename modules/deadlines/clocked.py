# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from collections import defaultdict

from sql import Null
from sql.aggregate import Min

from trytond.model import Index, fields
from trytond.pool import Pool
from trytond.pyson import Eval, If
from trytond.transaction import Transaction

from .doubt import mark_field


def urgency_visual(otherwise=''):
    "Return the colour of a line in a list"
    return If(Eval('urgency').in_(['last', 'overdue', 'silent']), 'danger',
        If(Eval('urgency') == 'soon', 'warning', otherwise))


class UrgencyMixin:
    """How near the end is: the one definition for lists and escalation.

    Computed on the server from the stored `due_on`, `warn_on` and
    `documented`, so that it follows the day of the agencies and not the clock
    of a client, and an index serves it.

    soon (amber) -- from `warn_on` on
    last (red) -- today is the last day
    overdue (red) -- past, although a decision has suspended or extended it
    silent (purple) -- past, and no document says why
    """
    __slots__ = ()

    urgency = fields.Function(fields.Selection([
                (None, ""),
                ('calm', "In Time"),
                ('soon', "Due Soon"),
                ('last', "Last Day"),
                ('overdue', "Overdue"),
                ('silent', "Overdue, no Document"),
                ], "Urgency", sort=False),
        'get_urgency', searcher='search_urgency')
    urgency_string = urgency.translated('urgency')
    urgency_icon = fields.Function(fields.Char("Sign"), 'get_urgency_icon')

    @classmethod
    def get_urgency(cls, records, name):
        today = Pool().get('ir.date').today()
        result = {}
        for record in records:
            if not record.due_on:
                value = None
            elif record.due_on < today:
                value = 'overdue' if record.documented else 'silent'
            elif record.due_on == today:
                value = 'last'
            elif record.warn_on and record.warn_on <= today:
                value = 'soon'
            else:
                value = 'calm'
            result[record.id] = value
        return result

    def get_urgency_icon(self, name):
        if self.urgency:
            return f'donthu-{self.urgency}'

    @classmethod
    def search_urgency(cls, name, clause):
        today = Pool().get('ir.date').today()
        _, operator, operand = clause[:3]
        if operator in {'=', '!='}:
            operand = [operand]
        negation = operator in {'!=', 'not in'}
        domain = ['OR']
        for value in operand or []:
            domain.append({
                    None: [('due_on', '=', None)],
                    'overdue': [
                        ('due_on', '<', today), ('documented', '=', True)],
                    'silent': [
                        ('due_on', '<', today), ('documented', '!=', True)],
                    'last': [('due_on', '=', today)],
                    'soon': [
                        ('due_on', '>', today), ('warn_on', '<=', today)],
                    'calm': [
                        ('due_on', '>', today), ('warn_on', '>', today)],
                    }.get(value, [('id', '=', -1)]))
        if negation:
            rest = {
                value for value, _ in cls.urgency.selection} - set(
                    operand or [])
            return [(name, 'in', list(rest))]
        return domain


class ClockedMixin(UrgencyMixin):
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
    documented = fields.Boolean(
        "By Document", readonly=True,
        help="A decision has suspended or extended the period.")
    due_doubt = fields.Function(
        fields.Char(
            "Not Sure",
            states={
                'invisible': ~Eval('due_doubt'),
                },
            help="What is not sure about the due date: the calendar of a "
            "year, or the rule."),
        'get_due_doubt')
    due_mark = mark_field('get_due_doubt')
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
    def _next_clocks(cls, records):
        """Return {id: the open clock that ends first}

        A paused clock whose period had ended before stays: a suspension
        does not make a late case vanish."""
        Clock = Pool().get('deadlines.clock')
        first = {}
        for clock in Clock.search([
                    ('resource', 'in', [str(r) for r in records]),
                    ('state', 'in', ['running', 'paused']),
                    ('due_on', '!=', None),
                    ], order=[]):
            known = first.get(clock.resource.id)
            if not known or clock.due_on < known.due_on:
                first[clock.resource.id] = clock
        return first

    @classmethod
    def update_due(cls, records):
        "Store the earliest end of the open clocks"
        first = cls._next_clocks(records)
        by_values = defaultdict(list)
        for record in records:
            clock = first.get(record.id)
            values = (
                clock.due_on if clock else None,
                clock.warn_on if clock else None,
                bool(clock and clock.documented))
            if values != (
                    record.due_on, record.warn_on, bool(record.documented)):
                by_values[values].append(record)
        # what came in together is often due together: written together
        to_write = []
        for values, group in by_values.items():
            to_write.extend((group, dict(zip(
                            ['due_on', 'warn_on', 'documented'], values,
                            strict=True))))
        if to_write:
            cls.write(*to_write)

    @classmethod
    def _audit_follows(cls, ids):
        """Return which stored dates are not those of the clocks, by id

        What the audit asks for that compares records with what is known."""
        clock = Pool().get('deadlines.clock').__table__()
        table = cls.__table__()
        cursor = Transaction().connection.cursor()
        cursor.execute(*clock.select(
                clock.resource, Min(clock.due_on),
                where=clock.resource.in_([f'{cls.__name__},{i}' for i in ids])
                & clock.state.in_(['running', 'paused'])
                & (clock.due_on != Null),
                group_by=[clock.resource]))
        first = {
            int(resource.partition(',')[2]): str(due_on)
            for resource, due_on in cursor.fetchall()}
        cursor.execute(*table.select(
                table.id, table.due_on, where=table.id.in_(list(ids))))
        return {
            id_: ['due_on'] for id_, due_on in cursor.fetchall()
            if (str(due_on) if due_on else None) != first.get(id_)}

    @classmethod
    def get_due_doubt(cls, records, names):
        clocks = cls._next_clocks([r for r in records if r.due_on])
        sources = {'due_doubt': 'doubt', 'due_mark': 'due_mark'}
        return {
            name: {
                r.id: getattr(clocks[r.id], sources[name])
                if r.id in clocks else '' for r in records}
            for name in names}

    def get_due_explanation(self, name):
        running = [c for c in self.clocks if c.state in ['running', 'paused']]
        return '\n\n'.join(c.explanation for c in running)
