# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A table with its figures: counted, checked, hidden where they would tell."""
from decimal import Decimal
from typing import NamedTuple

from trytond.i18n import gettext
from trytond.modules.foundation.acting import as_server
from trytond.pool import Pool
from trytond.transaction import Transaction, check_access

from . import facts, pivot, relations

HIDDEN = '•'
_NAMED = 10     # so many letters are named where a relation does not hold


class Figure(NamedTuple):
    """What stands in a cell

    value -- None where nothing is known; behind -- how many records"""
    value: object
    behind: int
    hidden: bool = False


class Drawing:
    """A table as its reader sees it

    units -- the rows; figures -- {(unit id, number): Figure}
    broken -- [(Unit, relations.Broken)]
    Raises AccessError for who may not ask, PeriodError for a period of which
    no circular is known."""

    def __init__(self, request):
        request.check()
        self.request = request
        self.circular, self.definition = request.circular, request.definition
        self.units = request.units()
        self.readings = Pool().get('statistics.reading').choices(
            self.circular)
        self.relations = relations.of_table(self.circular, request.table)
        self._groups = {}
        visible = Pool().get('res.user').get_visible()
        self.closed = {
            u.id for u in self.units
            if Transaction().user and set(u.agencies) - set(visible)}
        self._count()

    @property
    def scope(self):
        agencies = {a for u in self.units for a in u.agencies}
        return facts.Scope(
            self.request.start, self.request.end, tuple(sorted(agencies)),
            self.readings, self.circular.crowd)

    def _count(self):
        codes = relations.tables_of(self.circular, self.request.table)
        if self.closed:
            # what is hidden in one table must not stand in another
            codes = sorted(self.circular.tables)
        values = {u.id: {} for u in self.units}
        with as_server("what one may not read counts, and is not shown"):
            for code in codes:
                self._count_table(self.circular.tables[code], values)
        self.figures, self.broken = {}, []
        for unit in self.units:
            own = values[unit.id]
            hidden = self._hidden(own) if unit.id in self.closed else set()
            for number in self.definition.columns:
                place = (self.request.table, number)
                value, behind = own[place]
                self.figures[unit.id, number] = Figure(
                    value, behind, place in hidden)
            broken = relations.check(self.relations, {
                    place: value for place, (value, _) in own.items()})
            self.broken += [
                (unit, b) for b in broken
                if not hidden & {b.relation.left, *b.relation.right}]

    def _count_table(self, table, values):
        Entry = Pool().get('statistics.entry')
        hand = None
        for number, column in table.columns.items():
            place = (table.code, number)
            if column.hand:
                if hand is None:
                    hand = Entry.figures(
                        table, self.request.start, self.request.end,
                        self.units)
                for unit in self.units:
                    value = hand.get((unit.id, number))
                    values[unit.id][place] = value, 0
                continue
            by_unit = self._groups_of(column.of)
            for unit in self.units:
                values[unit.id][place] = pivot.number(
                    column, by_unit[unit.id], self.readings)

    def _groups_of(self, source):
        "Return {unit id: [pivot.Group]}, counted once for all columns"
        if source not in self._groups:
            place = {a: u.id for u in self.units for a in u.agencies}
            found = {u.id: [] for u in self.units}
            for group in facts.groups(source, self.scope):
                found[place[group.agency]].append(group)
            self._groups[source] = found
        return self._groups[source]

    def _hidden(self, values):
        "Return the columns that would tell of letters one may not read"
        every = [
            r for code in self.circular.tables
            for r in relations.of_table(self.circular, code)]
        return relations.protect(
            every, {
                place: behind for place, (value, behind) in values.items()
                if value is not None}, self.circular.least)

    # In words

    def shown(self, unit, number):
        "Return a figure as it is read"
        figure = self.figures[unit.id, number]
        if figure.hidden:
            return HIDDEN
        if figure.value is None:
            return gettext('statistics.msg_unknown')
        return show(figure.value, self.definition.columns[number].digits)

    def remark(self, unit, number):
        "Return which relations of a cell do not hold"
        place = (self.request.table, number)
        return '; '.join(
            gettext('statistics.msg_broken', text=b.relation.text,
                left=show(b.left, 3), right=show(b.right, 3))
            for u, b in self.broken
            if u.id == unit.id and b.relation.left == place) or None

    def explain(self):
        "Return in lines what does not hold, and because of which letters"
        lines = []
        for unit, broken in self.broken:
            relation = broken.relation
            line = gettext(
                'statistics.msg_broken_of', unit=unit.name,
                table=relation.left[0], text=relation.text,
                left=show(broken.left, 3), right=show(broken.right, 3))
            why = [
                gettext(f'statistics.msg_broken_{which}', letters=names)
                for which, names in self._culprits(unit, relation) if names]
            lines.append(' '.join([line, *why]))
        return lines

    def _culprits(self, unit, relation):
        "Yield what kind of difference there is, and the letters, by number"
        model, left = self._ids(unit, relation.left)
        right = [self._ids(unit, place) for place in relation.right]
        if model is None or {m for m, _ in right} != {model}:
            return
        parts = set().union(*(ids for _, ids in right))
        yield 'lacking', self._names(model, left - parts)
        if relation.op == '=':
            yield 'beyond', self._names(model, parts - left)
            yield 'twice', self._names(model, {
                    i for i in parts
                    if sum(i in ids for _, ids in right) > 1})

    def _ids(self, unit, place):
        code, number = place
        column = self.circular.tables[code].columns[number]
        if column.hand or column.sum:
            return None, set()
        with as_server("_names() shows what the reader may read"):
            model, query = self.records(unit, column)
            cursor = Transaction().connection.cursor()
            cursor.execute(*query)
            return model, {id_ for id_, in cursor.fetchall()}

    def _names(self, model, ids):
        "Return the numbers of those that the reader may read"
        if not ids:
            return ''
        with check_access():
            found = Pool().get(model).search(
                [('id', 'in', sorted(ids))], limit=_NAMED,
                order=[('id', 'ASC')])
            names = [r.rec_name for r in found]
        if len(ids) > len(names):
            names.append('…')
        return ', '.join(names)

    def records(self, unit, column):
        "Return the model and the query of the ids behind a cell"
        return facts.records(
            column.of, self.scope, unit.agencies,
            lambda raw: pivot.counts(column, raw, self.readings))

    def chosen(self):
        "Return in lines how what the circular leaves open is read"
        return [
            f'{r.question} – {r.choices[self.readings[r.key]]} '
            f'({r.citation})'
            for r in self.circular.readings_of(self.request.table)]

    def notes(self):
        return self.circular.notes_of(self.request.table)


def show(value, digits):
    "Return a number as it is written in Vietnamese"
    if isinstance(value, int):
        return f'{value:,}'.replace(',', '.')
    text = f'{Decimal(value):,.{digits}f}'
    if '.' in text:
        text = text.rstrip('0').rstrip('.')
    return text.translate(str.maketrans(',.', '.,'))


def list_of(text):
    """Return the model and the query of a cell, for the list behind it

    text -- that of a Request with its unit, and the number of the column"""
    from .request import Request
    request, _, number = (text or '').rpartition('|')
    request = Request.of(request)
    request.check()
    unit, = request.units()
    circular = request.circular
    column = request.definition.columns.get(
        int(number) if number.isdigit() else 0)
    if not column or column.hand:
        return None, None
    readings = Pool().get('statistics.reading').choices(circular)
    scope = facts.Scope(
        request.start, request.end, unit.agencies, readings, circular.crowd)
    return facts.records(
        column.of, scope, unit.agencies,
        lambda raw: pivot.counts(column, raw, readings))
