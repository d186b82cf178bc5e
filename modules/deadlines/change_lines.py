# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a change consists of, and what it moves."""
import datetime as dt

from trytond.i18n import gettext
from trytond.model import ModelSQL, ModelView, fields
from trytond.model.exceptions import AccessError
from trytond.modules.foundation.dated import CERTAINTIES
from trytond.modules.foundation.locked import ALL, Lock, LockedMixin
from trytond.pool import Pool
from trytond.pyson import Eval, If

from . import counting, lawbook
from .calendar_ import KINDS
from .exceptions import ChangeError
from .interpretation import choices_of
from .rule import UNITS


class ChangeLine(LockedMixin, ModelSQL, ModelView):
    "A line of a change: written as long as the change is a draft"
    __slots__ = ()
    _lock = Lock(
        AccessError, 'deadlines.msg_change_locked', place='change',
        makes={'draft'}, removes={'draft'}, writes={'draft': ALL})

    change = fields.Many2One(
        'deadlines.change', "Change", required=True, ondelete='CASCADE')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add('change')

    def enact(self):
        "Do what the line says"
        raise NotImplementedError

    @classmethod
    def enact_all(cls, lines):
        "Do what the lines of a change say"
        for line in lines:
            line.enact()



class ChangeDay(ChangeLine):
    __name__ = 'deadlines.change.day'

    date = fields.Date("Date", required=True)
    weekday = fields.Function(fields.Char("Weekday"), 'on_change_with_weekday')
    kind = fields.Selection(
        KINDS, "Kind", required=True, sort=False,
        help="An ordinary day takes back what the calendar says.")
    name = fields.Char("Name", required=True)
    source = fields.Char(
        "Source", help="Where this day stands, if not in the source of the "
        "change.")
    state = fields.Selection([
            (None, ""),
            ('announced', "Announced"),
            ('provisional', "Provisional"),
            ], "State", sort=False,
        help="Empty: as the change says.")
    reading = fields.Char("Reading", readonly=True)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._order.insert(0, ('date', 'ASC'))

    @staticmethod
    def default_kind():
        return 'holiday'

    @fields.depends('date')
    def on_change_with_weekday(self, name=None):
        if self.date:
            return gettext(f'deadlines.msg_weekday_{self.date.weekday()}')

    def day_off(self):
        "Return the day as counting.DayOff"
        return counting.DayOff(
            self.date, self.kind, self.name,
            self.source or self.change.document,
            self.state or (
                'announced' if self.change.announced else 'provisional'),
            self.reading or '')

    @classmethod
    def enact_all(cls, lines):
        # at once: a release brings the days of many years
        Day = Pool().get('deadlines.calendar.day')
        calendar = lines[0].change.calendar
        known = {day.date: day for day in calendar.days}
        to_create, to_write = {}, {}
        for line in lines:
            off = line.day_off()
            values = {
                'kind': off.kind, 'name': off.name, 'source': off.source,
                'state': off.state, 'reading': off.reading or None}
            if off.date in known:
                to_write[off.date] = ([known[off.date]], values)
            else:
                to_create[off.date] = {
                    'calendar': calendar.id, 'date': off.date, **values}
        if to_write:
            Day.write(*(arg for args in to_write.values() for arg in args))
        Day.create(list(to_create.values()))


class ChangeVersion(ChangeLine):
    __name__ = 'deadlines.change.version'

    rule = fields.Many2One(
        'deadlines.rule', "Rule", required=True, ondelete='RESTRICT')
    valid_from = fields.Date("Valid from", required=True)
    length = fields.Integer(
        "Length", required=True, domain=[('length', '>=', 0)])
    unit = fields.Selection(UNITS, "Unit", required=True, sort=False)
    variants = fields.Char(
        "Circumstances",
        help="Comma separated: complex, especially_complex, remote, "
        "several_places, dismissal.")
    before = fields.Boolean("Counted back")
    by_decision = fields.Boolean("By Decision")
    extensions = fields.Integer("Extensions")
    extension_length = fields.Integer("Length of an Extension")
    citation = fields.Char("Article", required=True)
    certainty = fields.Selection(
        CERTAINTIES, "Certainty", required=True, sort=False)
    replaces = fields.Boolean(
        "Replaces All",
        help="All versions of the rule up to now end the day before.")
    running = fields.Boolean(
        "Also what Has Begun",
        help="By a transitional clause it holds for periods that have begun "
        "before.")
    version = fields.Many2One(
        'deadlines.rule.version', "Version", readonly=True,
        ondelete='RESTRICT')

    @staticmethod
    def default_certainty():
        return 'verified'

    @staticmethod
    def default_replaces():
        return True

    def check(self):
        "Raise ChangeError for circumstances that no rule knows"
        try:
            self.lawbook()
        except lawbook.LawbookError:
            raise ChangeError(gettext(
                    'deadlines.msg_variant_unknown', variants=self.variants,
                    known=', '.join(lawbook.VARIANTS)))

    def lawbook(self):
        "Return it as lawbook.Version; its rule tells it is new"
        names = filter(None, map(str.strip, (self.variants or '').split(',')))
        return lawbook.Version(
            rule=f'new-{self.id}', valid_from=self.valid_from,
            length=self.length, unit=self.unit, before=bool(self.before),
            variants=frozenset(map(lawbook.variant, names)),
            by_decision=bool(self.by_decision),
            extensions=self.extensions or 0,
            extension_length=self.extension_length or 0,
            citation=self.citation, certainty=self.certainty,
            source=self.change.document)

    def closed(self, version):
        "Return a version as it would be after this one has replaced it"
        if version.rule.startswith('new-') or (
                version.valid_to and version.valid_to < self.valid_from):
            return version
        return lawbook.replace(
            version, valid_to=self.valid_from - dt.timedelta(days=1))

    def enact(self):
        Version = Pool().get('deadlines.rule.version')
        if self.replaces:
            new = {line.version for line in self.change.versions}
            day = self.valid_from - dt.timedelta(days=1)
            Version.write([
                    v for v in self.rule.versions
                    if v not in new and (not v.valid_to or v.valid_to > day)
                    and v.valid_from <= day], {'valid_to': day})
        values = Version.values_of(self.lawbook())
        self.version, = Version.create([{'rule': self.rule.id, **values}])
        self.save()


class ChangeChoice(ChangeLine):
    __name__ = 'deadlines.change.choice'

    interpretation = fields.Many2One(
        'deadlines.interpretation', "Question", required=True,
        ondelete='RESTRICT')
    choice = fields.Selection(
        'get_choices', "Answer", required=True, sort=False)

    def enact(self):
        self.interpretation.choice = self.choice
        self.interpretation.save()

    @fields.depends('interpretation')
    def get_choices(self):
        if self.interpretation:
            return choices_of(self.interpretation.convention)
        return [(None, "")]


class ChangeMove(LockedMixin, ModelSQL, ModelView):
    "An open clock that a change moves"
    __name__ = 'deadlines.change.move'
    _lock = Lock(AccessError, 'deadlines.msg_clock_access')

    change = fields.Many2One(
        'deadlines.change', "Change", required=True, ondelete='CASCADE')
    clock = fields.Many2One(
        'deadlines.clock', "Time Limit", required=True, ondelete='CASCADE')
    rule = fields.Function(fields.Char("Rule"), 'get_of_clock')
    number = fields.Function(fields.Char("Number"), 'get_of_clock')
    started_on = fields.Function(fields.Date("Started on"), 'get_of_clock')
    old_due_on = fields.Date("Due on until now")
    new_due_on = fields.Date("Due on from now on")
    shift = fields.Function(fields.Integer("Shift in Days"), 'get_shift')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add('change')
        cls._order = [('new_due_on', 'ASC'), ('id', 'ASC')]

    @classmethod
    def view_attributes(cls):
        return super().view_attributes() + [
            ('/tree', 'visual', If(Eval('shift', 0) < 0, 'warning', '')),
            ]

    def get_of_clock(self, name):
        # the number and the rule, nothing else of a letter that may not be
        # the administrator's to read
        if name == 'number':
            return getattr(self.clock.resource, 'number', None)
        elif name == 'rule':
            return self.clock.rule.rec_name
        return self.clock.started_on

    def get_shift(self, name):
        if self.old_due_on and self.new_due_on:
            return (self.new_due_on - self.old_due_on).days
