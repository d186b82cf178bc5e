# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What no letter tells: classes held, inspections; entered by hand."""
from sql import Null

from trytond.i18n import gettext
from trytond.model import Index, ModelSQL, ModelView, Unique, fields
from trytond.modules.agencies.agency import current_agency
from trytond.modules.audit.audited import AuditedMixin
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.transaction import Transaction

from . import definitions, periods
from .exceptions import EntryError


def _hand_tables():
    "Return the tables that have columns for it, of the circular in force"
    return [
        t for t in definitions.circulars()[0].tables.values()
        if any(c.hand for c in t.columns.values())]


class Entry(AuditedMixin, ModelSQL, ModelView):
    "Figures of an agency and period that were entered by hand"
    __name__ = 'statistics.entry'

    agency = fields.Many2One(
        'agencies.agency', "Agency", required=True, ondelete='RESTRICT',
        states={'readonly': Eval('id', -1) >= 0})
    table = fields.Selection(
        'get_tables', "Table", required=True, sort=False,
        states={'readonly': Eval('id', -1) >= 0})
    start = fields.Date("From", required=True)
    end = fields.Date(
        "To", required=True, domain=[('end', '>=', Eval('start', None))])
    document = fields.Char(
        "Source", help="The report or list from which the figures are taken.")
    values = fields.One2Many(
        'statistics.entry.value', 'entry', "Figures")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints.append((
                'period_unique', Unique(
                    table, table.agency, table.table, table.start, table.end),
                'statistics.msg_entry_unique'))
        cls._sql_indexes.add(Index(
                table, (table.table, Index.Equality(cardinality='low')),
                (table.start, Index.Range()),
                (table.agency, Index.Equality())))
        cls._order = [('end', 'DESC'), ('agency', 'ASC'), ('id', 'ASC')]

    @classmethod
    def get_tables(cls):
        return [(t.code, f'{t.code} – {t.title}') for t in _hand_tables()]

    @classmethod
    def default_agency(cls):
        return current_agency()

    @classmethod
    def default_table(cls):
        return _hand_tables()[0].code

    @classmethod
    def _default_period(cls):
        today = Pool().get('ir.date').today()
        return periods.latest(definitions.circulars()[0], today)

    @classmethod
    def default_start(cls):
        return cls._default_period().start

    @classmethod
    def default_end(cls):
        return cls._default_period().end

    @classmethod
    def default_values(cls):
        return [
            {'number': c.number, 'heading': c.heading}
            for c in _hand_tables()[0].columns.values() if c.hand]

    def get_rec_name(self, name):
        return f'{self.table} {self.start:%d/%m/%Y} – {self.end:%d/%m/%Y}'

    @classmethod
    def check_modification(cls, mode, entries, values=None, external=False):
        User = Pool().get('res.user')
        super().check_modification(
            mode, entries, values=values, external=external)
        if external:
            for entry in entries:
                User.check_role(entry.agency, 'clerk', 'handler', 'leader')

    @classmethod
    def validate_fields(cls, entries, field_names):
        super().validate_fields(entries, field_names)
        today = Pool().get('ir.date').today()
        for entry in entries:
            if entry.start > today:
                raise EntryError(gettext(
                        'statistics.msg_entry_future', entry=entry.rec_name))

    @classmethod
    def figures(cls, table, start, end, units):
        """Return {(unit id, number): amount} of a definitions.Table

        Of a shorter period figures are added up where they fill the whole
        one and carry nothing over; of several agencies where each that has
        any has them.  What is not known is left out."""
        entry = cls.__table__()
        line = Pool().get('statistics.entry.value').__table__()
        cursor = Transaction().connection.cursor()
        cursor.execute(*entry.join(
                line, condition=line.entry == entry.id).select(
                entry.agency, entry.start, entry.end, line.number,
                line.amount,
                where=(entry.table == table.code) & (entry.start >= start)
                & (entry.end <= end) & (line.amount != Null)))
        unit_of = {a: u.id for u in units for a in u.agencies}
        known = {}
        for agency, first, last, number, amount in cursor.fetchall():
            if agency in unit_of:
                known.setdefault((agency, number), {})[first, last] = amount
        found, lacking = {}, set()
        for (agency, number), pieces in known.items():
            place = (unit_of[agency], number)
            column = table.columns.get(number)
            whole = pieces.get((start, end))
            if column is None:
                continue
            if whole is None and not column.stock:
                tiles = periods.tiled(pieces, start, end)
                whole = sum(pieces[t] for t in tiles) if tiles else None
            if whole is None:
                lacking.add(place)
            else:
                found[place] = found.get(place, 0) + whole
        return {k: v for k, v in found.items() if k not in lacking}


class EntryValue(AuditedMixin, ModelSQL, ModelView):
    "A figure that was entered by hand"
    __name__ = 'statistics.entry.value'

    entry = fields.Many2One(
        'statistics.entry', "Entry", required=True, ondelete='CASCADE')
    # readonly it would not come with a new line
    number = fields.Integer("Column", required=True, states={
            'readonly': Eval('id', -1) >= 0})
    heading = fields.Function(
        fields.Char("Heading"), 'on_change_with_heading')
    amount = fields.Integer(
        "Figure", domain=['OR',
            ('amount', '=', None), ('amount', '>=', 0)],
        help="Empty: not known, which is not the same as nothing.")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add('entry')
        table = cls.__table__()
        cls._sql_constraints.append((
                'number_unique', Unique(table, table.entry, table.number),
                'statistics.msg_entry_number_unique'))
        cls._order = [('number', 'ASC'), ('id', 'ASC')]

    @fields.depends('entry', '_parent_entry.table', 'number')
    def on_change_with_heading(self, name=None):
        for table in _hand_tables():
            if self.entry and table.code == self.entry.table and (
                    self.number in table.columns):
                return table.columns[self.number].heading
        return None

    @classmethod
    def check_modification(cls, mode, lines, values=None, external=False):
        User = Pool().get('res.user')
        super().check_modification(
            mode, lines, values=values, external=external)
        if external:
            for line in lines:
                User.check_role(
                    line.entry.agency, 'clerk', 'handler', 'leader')
