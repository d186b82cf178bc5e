# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The wizard that asks for a table."""
from trytond.model import ModelView, fields
from trytond.modules.agencies.agency import current_agency
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.wizard import (
    Button, StateAction, StateReport, StateView, Wizard)

from . import definitions, periods
from .request import SPREADS, Request, askable
from .screen import show_table


class Ask(ModelView):
    __name__ = 'statistics.ask.start'

    table = fields.Selection(
        'get_tables', "Table", required=True, sort=False)
    preset = fields.Selection(
        'get_presets', "Period", sort=False,
        help="The periods of the circular, with its own first and last days.")
    year = fields.Integer("Year", required=True)
    start = fields.Date("From", required=True)
    end = fields.Date(
        "To", required=True, domain=[('end', '>=', Eval('start', None))])
    agency = fields.Many2One(
        'agencies.agency', "Agency", required=True,
        domain=[('id', 'in', Eval('agencies', []))],
        search_context={'active_test': False})
    agencies = fields.Many2Many(
        'agencies.agency', None, None, "Agencies", readonly=True,
        states={'invisible': True})
    spread = fields.Selection(
        SPREADS, "Rows", required=True, sort=False)

    @classmethod
    def get_tables(cls):
        return [
            (t.code, f'{t.code} – {t.title}')
            for t in definitions.circulars()[0].tables.values()]

    @classmethod
    def get_presets(cls):
        return [(None, ""), *(
                (p['key'], p['name'])
                for p in definitions.circulars()[0].periods)]

    @fields.depends('preset', 'year', 'start', 'end')
    def on_change_preset(self):
        if self.preset and self.year and 1900 < self.year < 3000:
            period = periods.find(
                definitions.circulars()[0], self.preset, self.year)
            self.start, self.end = period.start, period.end

    @fields.depends(methods=['on_change_preset'])
    def on_change_year(self):
        self.on_change_preset()

    @fields.depends('start', 'end', 'preset', 'year')
    def on_change_with_preset(self):
        "Say no preset for days that are not its own"
        if self.preset and self.year and 1900 < self.year < 3000:
            period = periods.find(
                definitions.circulars()[0], self.preset, self.year)
            if (period.start, period.end) != (self.start, self.end):
                return None
        return self.preset


class AskTable(Wizard):
    "Draw up a statistical table"
    __name__ = 'statistics.ask'

    start = StateView('statistics.ask.start', 'statistics.ask_start_view_form',
        [
            Button("Cancel", 'end', 'tryton-cancel'),
            Button("Spreadsheet", 'sheet', 'tryton-save'),
            Button("Show", 'show', 'tryton-ok', default=True),
            ])
    show = StateAction('statistics.act_table')
    sheet = StateReport('statistics.sheet')

    def default_start(self, fields):
        pool = Pool()
        Agency = pool.get('agencies.agency')
        circular = definitions.circulars()[0]
        today = pool.get('ir.date').today()
        period = periods.latest(circular, today)
        allowed = askable()
        if allowed is None:
            allowed = [a.id for a in Agency.search([])]
        own = current_agency()
        if own not in allowed:
            mine = [
                a for a in pool.get('res.user').get_agencies()
                if a in allowed]
            own = mine[0] if mine else min(allowed, default=None)
        return {
            'table': next(iter(circular.tables)),
            'preset': period.key, 'year': period.end.year,
            'start': period.start, 'end': period.end,
            'agency': own, 'agencies': sorted(allowed), 'spread': 'own'}

    def _request(self):
        start = self.start
        request = Request(
            start.table, start.start, start.end, start.agency.id,
            start.spread)
        request.check()
        # what can not be drawn is said now
        request.definition      # noqa: B018
        return request

    def do_show(self, action):
        return show_table(action, self._request()), {}

    def do_sheet(self, action):
        return action, {'request': self._request().text}
