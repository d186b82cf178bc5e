# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The manager's board: what is late, what went up, how it goes, who does it.

Each figure is counted from the records themselves and opens to their list.  A
site with very many can let PostgreSQL keep them (`[table_query_materialized]`
of the configuration); then they are as old as the site says there.
"""
import datetime as dt

from sql import Literal, Null, Union
from sql.aggregate import Count, Min, Sum
from sql.conditionals import Case, Coalesce
from sql.functions import DateTrunc, Extract
from sql.operators import Concat
from trytond.model import ModelSQL, ModelView, fields
from trytond.modules.complaints.procedure import KINDS
from trytond.modules.escalation.rights import UNANSWERED
from trytond.modules.routing.workload import MATTERS, not_cut, open_work
from trytond.pool import Pool
from trytond.pyson import Eval, If, PYSONEncoder
from trytond.wizard import StateAction, StateTransition, Wizard

_WINDOW = 90    # days of which the rate in time is shown
_MONTHS = 12


def _sum_if(condition):
    return Sum(Case((condition, 1), else_=0))


def _not_about(escalation):
    "Return what leaves out the escalations of what is about the user"
    result = Literal(True)
    cut = Pool().get('res.user').get_cut()
    for column, ids in zip(
            [escalation.letter, escalation.case], cut, strict=True):
        if ids:
            result &= (column == Null) | ~column.in_(ids)
    return result


class Figure(ModelSQL, ModelView):
    "What is open and late, of an agency and kind"
    __name__ = 'statistics.figure'

    agency = fields.Many2One('agencies.agency', "Agency")
    superior = fields.Many2One('agencies.agency', "Superior Agency")
    kind = fields.Selection(KINDS, "Kind", sort=False)
    kind_string = kind.translated('kind')
    letters = fields.Integer("Open Letters")
    cases = fields.Integer("Open Cases")
    soon = fields.Integer("Due Soon")
    overdue = fields.Integer("Overdue")
    silent = fields.Integer(
        "Without a Document", help="Overdue, and no document says why.")
    escalations = fields.Integer("Escalated, not Answered")
    met = fields.Integer("Settled in Time")
    missed = fields.Integer("Settled Late")
    rate = fields.Function(fields.Float(
            "In Time", digits=(3, 3),
            help="Of what ended in the last days, how much was in time."),
        'get_rate')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._order = [
            ('overdue', 'DESC'), ('agency', 'ASC'), ('kind', 'ASC'),
            ('id', 'ASC')]
        for name in ['open_letters', 'open_cases', 'open_late',
                'open_escalations']:
            cls._buttons[name] = {}

    @classmethod
    def table_query(cls):
        pool = Pool()
        agency = pool.get('agencies.agency').__table__()
        parts = Union(
            *(cls._open_query(name) for name in MATTERS),
            *(cls._ended_query(name) for name in MATTERS),
            cls._escalated_query(), all_=True)
        number = Case(
            *((parts.kind == kind, place) for place, (kind, _) in enumerate(
                    KINDS)), else_=len(KINDS))
        return parts.join(agency, condition=agency.id == parts.agency).select(
            (parts.agency * 10 + number).as_('id'),
            parts.agency, agency.parent.as_('superior'), parts.kind,
            *(Sum(getattr(parts, n)).as_(n) for n in _FIGURES),
            group_by=[parts.agency, agency.parent, parts.kind])

    @classmethod
    def _columns(cls, **counts):
        return [counts.get(n, Literal(0)).as_(n) for n in _FIGURES]

    @classmethod
    def _open_query(cls, name):
        Model = Pool().get(name)
        today = Pool().get('ir.date').today()
        table = Model.__table__()
        late = table.due_on < today
        return table.select(
            table.agency.as_('agency'), table.kind.as_('kind'),
            *cls._columns(**{
                    'letters' if name == MATTERS[0] else 'cases': Count(
                        table.id),
                    'soon': _sum_if(
                        (table.due_on >= today) & (table.warn_on <= today)),
                    'overdue': _sum_if(late),
                    'silent': _sum_if(
                        late & ~Coalesce(table.documented, Literal(False))),
                    }),
            where=~table.state.in_(Model._closed()) & not_cut(name, table),
            group_by=[table.agency, table.kind])

    @classmethod
    def _ended_query(cls, name):
        "Count the time limits that ended lately, met or missed"
        pool = Pool()
        since = pool.get('ir.date').today() - dt.timedelta(days=_WINDOW)
        clock = pool.get('deadlines.clock').__table__()
        table = pool.get(name).__table__()
        return clock.join(table, condition=(
                clock.resource == _reference(name, table))).select(
            table.agency.as_('agency'), table.kind.as_('kind'),
            *cls._columns(
                met=_sum_if(clock.state == 'met'),
                missed=_sum_if(clock.state == 'missed')),
            where=(clock.ended_on >= since)
            & clock.state.in_(['met', 'missed'])
            & not_cut(name, table),
            group_by=[table.agency, table.kind])

    @classmethod
    def _escalated_query(cls):
        pool = Pool()
        table = pool.get('escalation.escalation').__table__()
        letter = pool.get('complaints.letter').__table__()
        case = pool.get('complaints.case').__table__()
        kind = Coalesce(case.kind, letter.kind, Literal('petition'))
        # the kind first: it is grouped by
        rows = table.join(
            letter, 'LEFT', condition=letter.id == table.letter).join(
            case, 'LEFT', condition=case.id == table.case).select(
            table.id, table.agency.as_('agency'), kind.as_('kind'),
            where=table.state.in_(UNANSWERED) & _not_about(table))
        return rows.select(
            rows.agency.as_('agency'), rows.kind.as_('kind'),
            *cls._columns(escalations=Count(rows.id)),
            group_by=[rows.agency, rows.kind])

    @classmethod
    def get_rate(cls, figures, name):
        return {
            f.id: (
                round(f.met / (f.met + f.missed), 3) if f.met + f.missed
                else None) for f in figures}

    @classmethod
    def view_attributes(cls):
        return super().view_attributes() + [
            ('/tree/field[@name="overdue"]', 'visual',
                If(Eval('overdue', 0) > 0, 'danger', '')),
            ('/tree/field[@name="escalations"]', 'visual',
                If(Eval('escalations', 0) > 0, 'warning', '')),
            ]

    @classmethod
    @ModelView.button_action('statistics.wizard_figure_letters')
    def open_letters(cls, figures):
        pass

    @classmethod
    @ModelView.button_action('statistics.wizard_figure_cases')
    def open_cases(cls, figures):
        pass

    @classmethod
    @ModelView.button_action('statistics.wizard_figure_late')
    def open_late(cls, figures):
        pass

    @classmethod
    @ModelView.button_action('statistics.wizard_figure_escalations')
    def open_escalations(cls, figures):
        pass


_FIGURES = ['letters', 'cases', 'soon', 'overdue', 'silent', 'escalations',
    'met', 'missed']


def _reference(name, table):
    return Concat(f'{name},', table.id)


class _OpenFigure(Wizard):
    "The list behind a figure"
    start_state = 'open_'
    _action = None

    def _domain(self, figures):
        domain = ['OR']
        for figure in figures:
            domain.append(self._of(figure))
        return [domain, *self._more()]

    def _of(self, figure):
        return [
            ('agency', '=', figure.agency.id), ('kind', '=', figure.kind)]

    def _more(self):
        return []

    def do_open_(self, action):
        action['pyson_domain'] = PYSONEncoder().encode(
            self._domain(self.records))
        action['name'] += ' – ' + ', '.join(
            f'{f.agency.rec_name} ({f.kind_string})' for f in self.records)
        action['domains'] = []
        return action, {}


class OpenLetters(_OpenFigure):
    __name__ = 'statistics.figure.letters'
    open_ = StateAction('statistics.act_figure_letter')

    def _more(self):
        Letter = Pool().get('complaints.letter')
        return [('state', 'not in', Letter._closed())]


class OpenCases(_OpenFigure):
    __name__ = 'statistics.figure.cases'
    open_ = StateAction('statistics.act_figure_case')

    def _more(self):
        Case = Pool().get('complaints.case')
        return [('state', 'not in', Case._closed())]


class OpenLate(_OpenFigure):
    "The late letters; the late cases where no letter is late"
    __name__ = 'statistics.figure.late'
    start_state = 'choose'
    choose = StateTransition()
    open_ = StateAction('statistics.act_figure_letter')
    cases = StateAction('statistics.act_figure_case')

    def _more(self):
        today = Pool().get('ir.date').today()
        return [('due_on', '<', today)]

    def _late(self, name):
        Model = Pool().get(name)
        return [
            *self._domain(self.records),
            ('state', 'not in', Model._closed())]

    def transition_choose(self):
        Letter = Pool().get('complaints.letter')
        if Letter.search(self._late('complaints.letter'), limit=1):
            return 'open_'
        return 'cases'

    def do_open_(self, action):
        action, data = super().do_open_(action)
        action['pyson_domain'] = PYSONEncoder().encode(
            self._late('complaints.letter'))
        return action, data

    def transition_open_(self):
        Case = Pool().get('complaints.case')
        if Case.search(self._late('complaints.case'), limit=1):
            return 'cases'
        return 'end'

    def do_cases(self, action):
        action, data = super().do_open_(action)
        action['pyson_domain'] = PYSONEncoder().encode(
            self._late('complaints.case'))
        return action, data


class OpenEscalations(_OpenFigure):
    __name__ = 'statistics.figure.escalations'
    open_ = StateAction('statistics.act_figure_escalation')

    def _of(self, figure):
        kinds = ['OR', ('case.kind', '=', figure.kind), [
                ('case', '=', None), ('letter.kind', '=', figure.kind)]]
        if figure.kind == 'petition':
            # what is about no letter is counted here
            kinds.append([('case', '=', None), ('letter', '=', None)])
        return [('agency', '=', figure.agency.id), kinds]

    def _more(self):
        return [('state', 'in', UNANSWERED)]


class Trend(ModelSQL, ModelView):
    "Month by month: what came, what was settled, in time or late"
    __name__ = 'statistics.trend'

    agency = fields.Many2One('agencies.agency', "Agency")
    month = fields.Date("Month")
    received = fields.Integer("Received")
    met = fields.Integer("Settled in Time")
    missed = fields.Integer("Settled Late")
    escalated = fields.Integer("Escalated")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._order = [('month', 'ASC'), ('agency', 'ASC'), ('id', 'ASC')]

    @classmethod
    def table_query(cls):
        pool = Pool()
        today = pool.get('ir.date').today()
        month = today.year * 12 + today.month - 1 - _MONTHS + 1
        since = dt.date(month // 12, month % 12 + 1, 1)
        letter = pool.get('complaints.letter').__table__()
        clock = pool.get('deadlines.clock').__table__()
        escalation = pool.get('escalation.escalation').__table__()

        def part(table, agency, day, where, **counts):
            # the month first: it is grouped by
            months = table.select(
                agency.as_('agency'),
                cls.month.sql_cast(DateTrunc('month', day)).as_('month'),
                *(counts.get(n, Literal(0)).as_(n) for n in _TREND),
                where=where)
            return months
        parts = [part(
                letter, letter.agency, letter.received_on,
                (letter.received_on >= since) & not_cut(
                    'complaints.letter', letter), received=Literal(1))]
        for name in MATTERS:
            table = pool.get(name).__table__()
            parts.append(part(
                    clock.join(table, condition=(
                            clock.resource == _reference(name, table))),
                    table.agency, clock.ended_on,
                    (clock.ended_on >= since)
                    & clock.state.in_(['met', 'missed'])
                    & not_cut(name, table),
                    met=Case((clock.state == 'met', 1), else_=0),
                    missed=Case((clock.state == 'missed', 1), else_=0)))
        parts.append(part(
                escalation, escalation.agency, escalation.raised_at,
                (escalation.raised_at >= dt.datetime.combine(
                        since, dt.time())) & _not_about(escalation),
                escalated=Literal(1)))
        rows = Union(*parts, all_=True)
        return rows.select(
            # an agency has one row for each month
            (rows.agency * 12 + Min(_month_number(rows.month))).as_('id'),
            rows.agency, rows.month,
            *(Sum(getattr(rows, n)).as_(n) for n in _TREND),
            group_by=[rows.agency, rows.month])


_TREND = ['received', 'met', 'missed', 'escalated']


def _month_number(day):
    return Extract('MONTH', day) - 1


class Workload(ModelSQL, ModelView):
    "What is open, by handler"
    __name__ = 'statistics.workload'

    agency = fields.Many2One('agencies.agency', "Agency")
    user = fields.Many2One('res.user', "Handler")
    letters = fields.Integer("Open Letters")
    cases = fields.Integer("Open Cases")
    soon = fields.Integer("Due Soon")
    overdue = fields.Integer("Overdue")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._order = [('overdue', 'DESC'), ('cases', 'DESC'), ('id', 'ASC')]
        cls._buttons['open_letters'] = {}

    @classmethod
    def table_query(cls):
        rows = open_work()
        return rows.select(
            Min(rows.id).as_('id'), rows.agency, rows.user,
            *(Sum(getattr(rows, n)).as_(n) for n in _LOAD),
            group_by=[rows.agency, rows.user])

    @classmethod
    @ModelView.button_action('statistics.wizard_workload_letters')
    def open_letters(cls, loads):
        pass


_LOAD = ['letters', 'cases', 'soon', 'overdue']


class OpenWork(Wizard):
    "The open letters and cases of a handler"
    __name__ = 'statistics.workload.letters'
    start_state = 'letters'
    letters = StateAction('statistics.act_figure_letter')
    cases = StateAction('statistics.act_figure_case')

    def _open(self, name, action):
        Model = Pool().get(name)
        action['pyson_domain'] = PYSONEncoder().encode([
                ['OR', *([('agency', '=', load.agency.id),
                            ('handler', '=', load.user.id)]
                        for load in self.records)],
                ('state', 'not in', Model._closed())])
        action['name'] += ' – ' + ', '.join(
            load.user.rec_name for load in self.records)
        action['domains'] = []
        return action, {}

    def do_letters(self, action):
        return self._open('complaints.letter', action)

    def transition_letters(self):
        return 'cases'

    def do_cases(self, action):
        return self._open('complaints.case', action)
