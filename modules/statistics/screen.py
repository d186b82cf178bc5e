# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A table on screen: by column for one unit, by unit for a branch.

Nothing is stored: what the context asks for is counted when it is read.
"""
from sql import Values, With

from trytond.i18n import gettext
from trytond.model import ModelSQL, ModelView, fields
from trytond.model.exceptions import AccessError
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Bool, Eval, If, PYSONEncoder
from trytond.transaction import Transaction

from .drawing import Drawing, list_of
from .facts import MODELS
from .request import Request

CONTEXT = 'statistics_request'
WIDEST = 31
_SHIFT = 100    # there are fewer columns than that


def asked():
    "Return the Request of the context; raise AccessError"
    request = Request.of(Transaction().context.get(CONTEXT))
    request.check()
    return request


def _rows(ids):
    "Return a query of ids, which has no table"
    rows = With('id', query=Values([[id_] for id_ in ids] or [[-1]]))
    return rows.select(
        rows.id.as_('id'), where=rows.id >= 0, with_=[rows])


class DrawnMixin:
    "What is made of the Request of the context"
    __slots__ = ()

    @classmethod
    def table_query(cls):
        if CONTEXT not in Transaction().context:
            # looked for without a table: there is none
            return _rows([])
        return _rows(cls.ids_of(asked()))

    @classmethod
    def ids_of(cls, request):
        raise NotImplementedError

    @classmethod
    def read(cls, ids, fields_names):
        # A client asks how a record is called for the title of what it opens,
        # perhaps without the context of its tab: of no table nothing is told
        if CONTEXT not in Transaction().context and not (
                set(fields_names) - {'id', 'rec_name'}):
            return [
                {'id': id_, **{n: '' for n in fields_names if n != 'id'}}
                for id_ in ids]
        return super().read(ids, fields_names)


class Table(DrawnMixin, ModelSQL, ModelView):
    "A statistical table of an agency and a period"
    __name__ = 'statistics.table'

    title = fields.Function(fields.Char("Title"), 'get_words')
    period = fields.Function(fields.Char("Reporting Period"), 'get_words')
    unit = fields.Function(fields.Char("Agency"), 'get_words')
    checks = fields.Function(fields.Text(
            "Does not Hold",
            help="Relations between columns or tables that do not hold, and "
            "the letters because of which."),
        'get_words')
    readings = fields.Function(fields.Text("As the Circular is Read"),
        'get_words')
    notes = fields.Function(fields.Text("What is Counted"), 'get_words')
    wide = fields.Function(fields.Boolean("By Unit"), 'get_words')
    cells = fields.Function(
        fields.One2Many('statistics.cell', None, "Columns", readonly=True,
            states={'invisible': Bool(Eval('wide'))}),
        'get_lines', setter='set_lines')
    rows = fields.Function(
        fields.One2Many('statistics.row', None, "Reporting Units",
            readonly=True, states={'invisible': ~Bool(Eval('wide'))}),
        'get_lines', setter='set_lines')

    @classmethod
    def ids_of(cls, request):
        return [1]

    def get_rec_name(self, name):
        return self.title

    @classmethod
    def get_words(cls, tables, names):
        request = asked()
        drawing = Drawing(request)
        values = {
            'title': f'{request.table} – {drawing.definition.title}',
            'period': gettext(
                'statistics.msg_period',
                start=request.start.strftime('%d/%m/%Y'),
                end=request.end.strftime('%d/%m/%Y')),
            'unit': drawing.units[0].name,
            'checks': '\n'.join(drawing.explain())
            or gettext('statistics.msg_all_hold'),
            'readings': '\n'.join(drawing.chosen()) or None,
            'notes': '\n'.join([
                    *drawing.notes(), *([gettext(
                            'statistics.msg_hidden',
                            least=drawing.circular.least)]
                        if drawing.closed else []),
                    gettext('statistics.msg_not_about')]),
            'wide': is_wide(request),
            }
        return {name: {t.id: values[name] for t in tables} for name in names}

    @classmethod
    def get_lines(cls, tables, names):
        pool, request = Pool(), asked()
        wide = is_wide(request)
        lines = {
            'cells': [] if wide else pool.get('statistics.cell').ids_of(
                request),
            'rows': pool.get('statistics.row').ids_of(request) if wide else []}
        return {name: {t.id: lines[name] for t in tables} for name in names}

    @classmethod
    def set_lines(cls, tables, name, value):
        "Nobody writes what is counted"
        raise AccessError(gettext('statistics.msg_no_table'))


def is_wide(request):
    return request.spread == 'units' and request.unit is None


class Cell(DrawnMixin, ModelSQL, ModelView):
    "A column of a table, and its figure"
    __name__ = 'statistics.cell'

    number = fields.Function(fields.Integer("Column No."), 'get_cell')
    title = fields.Function(fields.Char("Column"), 'get_cell')
    path = fields.Function(fields.Char("Under"), 'get_cell')
    printed = fields.Function(fields.Char("Formula"), 'get_cell')
    value = fields.Function(fields.Char("Figure"), 'get_cell')
    remark = fields.Function(fields.Char("Does not Hold"), 'get_cell')
    guide = fields.Function(fields.Char("Guidance"), 'get_cell')
    opens = fields.Function(fields.Boolean("Opens"), 'get_cell')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._order = [('id', 'ASC')]
        cls._buttons['open_'] = {
            'invisible': ~Eval('opens'), 'depends': ['opens'],
            'icon': 'tryton-open'}

    @classmethod
    def ids_of(cls, request):
        unit = request.units()[0]
        return [
            unit.id * _SHIFT + number
            for number in request.definition.columns]

    @classmethod
    def get_cell(cls, cells, names):
        drawing = Drawing(asked())
        unit = drawing.units[0]
        result = {name: {} for name in names}
        for cell in cells:
            number = cell.id % _SHIFT
            column = drawing.definition.columns[number]
            figure = drawing.figures[unit.id, number]
            values = {
                'number': number, 'title': column.title,
                'path': ' › '.join(column.path),
                'printed': column.formula,
                'value': drawing.shown(unit, number),
                'remark': drawing.remark(unit, number),
                'guide': column.guide,
                'opens': bool(
                    figure.value and not figure.hidden and not column.hand)}
            for name in names:
                result[name][cell.id] = values[name]
        return result

    @classmethod
    def view_attributes(cls):
        return super().view_attributes() + [
            ('/tree', 'visual', If(Bool(Eval('remark')), 'warning', '')),
            ]

    # A wizard would not get the context of the tab from the web client
    @classmethod
    @ModelView.button
    def open_(cls, cells):
        "Return the list behind a figure as an action"
        request = asked()
        number = cells[0].id % _SHIFT
        column = request.definition.columns[number]
        unit = request.units()[0]
        text = f'{request._replace(unit=unit.id).text}|{number}'
        action = _action(f'act_cell_{LISTS[MODELS[column.of]]}')
        action['pyson_domain'] = PYSONEncoder().encode(
            [('in_figure', '=', text)])
        action['name'] = f'{request.table} ({number}) {column.title}'
        action['domains'] = []
        return action


class Row(DrawnMixin, ModelSQL, ModelView):
    "A unit in a table, with all its figures"
    __name__ = 'statistics.row'

    unit = fields.Function(fields.Char("Reporting Unit"), 'get_row')
    remark = fields.Function(fields.Char("Does not Hold"), 'get_row')
    # by their numbers: what they are called is said by the table
    for _number in range(1, WIDEST + 1):
        locals()[f'c{_number:02}'] = fields.Function(
            fields.Char(str(_number)), 'get_row')
    del _number

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._order = [('id', 'ASC')]
        cls._buttons['open_'] = {'icon': 'tryton-open'}

    @classmethod
    def ids_of(cls, request):
        return [unit.id for unit in request.units()]

    @classmethod
    def get_row(cls, rows, names):
        drawing = Drawing(asked())
        units = {unit.id: unit for unit in drawing.units}
        result = {name: {} for name in names}
        for row in rows:
            unit = units[row.id]
            for name in names:
                if name == 'unit':
                    value = unit.name
                elif name == 'remark':
                    value = '; '.join(
                        filter(None, (
                                drawing.remark(unit, n)
                                for n in drawing.definition.columns))) or None
                else:
                    number = int(name[1:])
                    value = drawing.shown(unit, number) if (
                        number in drawing.definition.columns) else None
                result[name][row.id] = value
        return result

    @classmethod
    def view_attributes(cls):
        columns = len(asked().definition.columns) if (
            CONTEXT in Transaction().context) else WIDEST
        return super().view_attributes() + [
            ('/tree', 'visual', If(Bool(Eval('remark')), 'warning', '')),
            *((f'/tree/field[@name="c{n:02}"]', 'tree_invisible',
                    n > columns) for n in range(1, WIDEST + 1)),
            ]

    @classmethod
    @ModelView.button
    def open_(cls, rows):
        "Return the columns of a unit, one under the other, as an action"
        request = asked()._replace(unit=rows[0].id)
        return show_table(_action('act_table'), request)


def _action(name):
    "Return an action of the module as a client takes it"
    pool = Pool()
    Action = pool.get('ir.action')
    id_ = pool.get('ir.model.data').get_id('statistics', name)
    return Action(Action.get_action_id(id_)).get_action_value()


def show_table(action, request):
    "Let an action show the table of a Request"
    action['pyson_context'] = PYSONEncoder().encode({CONTEXT: request.text})
    action['res_id'] = [1]
    action['name'] = f'{request.table} – {request.units()[0].name}'
    return action


# What is behind a cell, by its model
LISTS = {
    'complaints.letter': 'letters', 'complaints.case': 'cases',
    'reception.reception': 'receptions', 'reception.day': 'days'}


class InFigureMixin:
    "What stands behind figures: it is found by the cell"
    __slots__ = ()

    in_figure = fields.Function(
        fields.Char("In Figure", states={'invisible': True}),
        'get_in_figure', searcher='search_in_figure')

    @classmethod
    def get_in_figure(cls, records, name):
        return {r.id: None for r in records}

    @classmethod
    def search_in_figure(cls, name, clause):
        _, operator, value, *_ = clause
        if operator != '=' or not value:
            # only a cell finds something
            return [('id', '=', -1)]
        model, query = list_of(value)
        if model != cls.__name__:
            return [('id', '=', -1)]
        return [('id', 'in', query)]


class Letter(InFigureMixin, metaclass=PoolMeta):
    __name__ = 'complaints.letter'


class Case(InFigureMixin, metaclass=PoolMeta):
    __name__ = 'complaints.case'


class Reception(InFigureMixin, metaclass=PoolMeta):
    __name__ = 'reception.reception'


class ReceptionDay(InFigureMixin, metaclass=PoolMeta):
    __name__ = 'reception.day'
