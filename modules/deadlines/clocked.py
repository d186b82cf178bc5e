# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from collections import defaultdict

from sql import Null
from sql.aggregate import Min
from trytond.model import Index, fields
from trytond.modules.foundation.listed import stored
from trytond.pool import Pool
from trytond.pyson import Eval, If
from trytond.transaction import Transaction

from .doubt import mark_field


def urgency_visual(otherwise=''):
    "Return the colour of a line in a list"
    return If(Eval('urgency').in_(['last', 'overdue', 'silent']), 'danger',
        If(Eval('urgency') == 'soon', 'warning', otherwise))


def _urgency(today, due_on, warn_on, documented):
    if not due_on:
        return None
    if due_on < today:
        return 'overdue' if documented else 'silent'
    if due_on == today:
        return 'last'
    return 'soon' if warn_on and warn_on <= today else 'calm'


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
    _getter_columns = {'get_urgency': ('due_on', 'warn_on', 'documented')}

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
    urgency_icon = fields.Function(fields.Char("Sign"), 'get_urgency')

    @classmethod
    def get_urgency(cls, records, names):
        today = Pool().get('ir.date').today()
        urgencies = {
            id_: _urgency(today, *row) for id_, row in stored(
                cls, [r.id for r in records], 'due_on', 'warn_on',
                'documented').items()}
        return {
            name: urgencies if name == 'urgency' else {
                id_: urgency and f'donthu-{urgency}'
                for id_, urgency in urgencies.items()}
            for name in names}

    @classmethod
    def search_urgency(cls, name, clause):
        today = Pool().get('ir.date').today()
        _, operator, operand = clause[:3]
        if operator in {'=', '!='}:
            operand = [operand]
        negation = operator in {'!=', 'not in'}
        domain = ['OR']
        operand = list(operand or [])
        if {'overdue', 'silent'} <= set(operand) and not negation:
            # one range of the index instead of two
            domain.append([('due_on', '<', today)])
            operand = [
                v for v in operand if v not in {'overdue', 'silent'}]
        for value in operand:
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
                value for value, _ in cls.urgency.selection} - set(operand)
            return [(name, 'in', list(rest))]
        return domain


class ClockedMixin(UrgencyMixin):
    """A model whose records have clocks.

    The earliest end of its running clocks is stored on the record, so that
    a list sorted by it comes from an index.
    """
    __slots__ = ()
    _getter_columns = {
        **UrgencyMixin._getter_columns, 'get_due_doubt': ('due_on',)}

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
        # A list of a branch reads it in order and looks nothing up: what it
        # costs depends on its length, not on how much the branch has open
        cls._sql_indexes.add(Index(
                table, (table.due_on, Index.Range()),
                (table.id, Index.Range()),
                include=[table.agency] if hasattr(cls, 'agency') else [],
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
        Clock = Pool().get('deadlines.clock')
        due = [
            f'{cls.__name__},{id_}' for id_, (due_on,) in stored(
                cls, [r.id for r in records], 'due_on').items() if due_on]
        doubts = Clock.doubts_of(due)
        sources = {'due_doubt': 'doubt', 'due_mark': 'due_mark'}
        return {
            name: {
                r.id: doubts.get(str(r), {}).get(sources[name], '')
                for r in records}
            for name in names}

    def get_due_explanation(self, name):
        running = [c for c in self.clocks if c.state in ['running', 'paused']]
        return '\n\n'.join(c.explanation for c in running)
