# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Two ways to begin a change: the calendar of a year, a file of rules."""
import tomllib
from itertools import count

from trytond.i18n import gettext
from trytond.model import ModelView, fields
from trytond.pool import Pool
from trytond.wizard import Button, StateAction, StateView, Wizard

from . import lawbook, proposal
from .exceptions import ChangeError


class _Open(Wizard):
    "A wizard that makes a change and opens it"
    __slots__ = ()
    open_ = StateAction('deadlines.act_change_form')

    def transition_open_(self):
        return 'end'

    def do_open_(self, action):
        change = self.make()
        action['views'].reverse()
        return action, {'res_id': [change.id]}

    def make(self):
        "Return a new deadlines.change"
        raise NotImplementedError


class ProposeYearStart(ModelView):
    __name__ = 'deadlines.propose_year.start'

    year = fields.Integer(
        "Year", required=True,
        domain=[
            ('year', '>=', 2020),
            ('year', '<=', 2100),
            ])
    document = fields.Char(
        "Source", required=True,
        help="The announcement of the holidays of the year, or how they were "
        "computed.")
    announced = fields.Boolean(
        "Announced",
        help="The announcement is there. Otherwise the year is provisional.")

    @staticmethod
    def default_year():
        Calendar = Pool().get('deadlines.calendar')
        calendar = Calendar.get_state_calendar()
        counted = calendar.counting() if calendar else None
        announced = counted.years - counted.provisional if counted else set()
        today = Pool().get('ir.date').today()
        return next(y for y in count(today.year) if y not in announced)


class ProposeYear(_Open):
    __name__ = 'deadlines.propose_year'
    start = StateView(
        'deadlines.propose_year.start',
        'deadlines.propose_year_start_view_form', [
            Button("Cancel", 'end', 'tryton-cancel'),
            Button("Propose", 'open_', 'tryton-ok', default=True),
            ])

    def make(self):
        pool = Pool()
        Change = pool.get('deadlines.change')
        Calendar = pool.get('deadlines.calendar')
        Interpretation = pool.get('deadlines.interpretation')
        start, choices = self.start, Interpretation.choices()
        days = {
            day.date: day for day in proposal.propose(
                start.year, start.document, choices)}
        lines = [
            {'date': day.date, 'kind': day.kind, 'name': day.name}
            for day in days.values()]
        # what stands there and is not proposed again: somebody entered it,
        # somebody decides
        known = Calendar.get_state_calendar().counting().days
        lines += [
            {'date': day.date, 'kind': day.kind, 'name': day.name}
            for day in known.values()
            if day.date.year == start.year and day.date not in days]
        change, = Change.create([{
                    'name': gettext(
                        'deadlines.msg_change_year', year=start.year),
                    'document': start.document,
                    'announced': bool(start.announced),
                    'year': start.year,
                    'days': [('create', lines)],
                    }])
        return change


class ReadRulesStart(ModelView):
    __name__ = 'deadlines.read_rules.start'

    file_ = fields.Binary(
        "File", required=True, filename='file_name',
        help="Rules in the form of data/rules.toml.")
    file_name = fields.Char("Name of the File")
    document = fields.Char(
        "Source", required=True, help="The law or the decree.")


class ReadRules(_Open):
    __name__ = 'deadlines.read_rules'
    start = StateView(
        'deadlines.read_rules.start',
        'deadlines.read_rules_start_view_form', [
            Button("Cancel", 'end', 'tryton-cancel'),
            Button("Read", 'open_', 'tryton-ok', default=True),
            ])

    def make(self):
        pool = Pool()
        Change = pool.get('deadlines.change')
        Rule = pool.get('deadlines.rule')
        Version = pool.get('deadlines.rule.version')
        try:
            rules = lawbook.parse_rules(
                tomllib.loads(bytes(self.start.file_).decode('utf-8')))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError,
                lawbook.LawbookError) as error:
            raise ChangeError(gettext(
                    'deadlines.msg_rules_unreadable',
                    file=self.start.file_name or '', error=str(error)))
        lines = []
        for rule in rules.values():
            records = Rule.search([('code', '=', rule.code)])
            if not records:
                records = Rule.create([{
                            name: getattr(rule, name) for name in [
                                'code', 'name', 'procedure', 'trigger', 'who',
                                'document', 'transition', 'citizen',
                                'intake']}])
            known = {
                (v.valid_from, v.variants or '', v.length, v.unit)
                for v in records[0].versions}
            for version in rule.versions:
                values = Version.values_of(version)
                if (version.valid_from, values['variants'], version.length,
                        version.unit) in known:
                    continue
                lines.append({
                        'rule': records[0].id,
                        **{name: values[name] for name in [
                                'valid_from', 'length', 'unit', 'variants',
                                'before', 'by_decision', 'extensions',
                                'extension_length', 'citation',
                                'certainty']}})
        if not lines:
            raise ChangeError(gettext(
                    'deadlines.msg_rules_known',
                    file=self.start.file_name or ''))
        change, = Change.create([{
                    'name': self.start.document,
                    'document': self.start.document,
                    'versions': [('create', lines)],
                    }])
        return change
