# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.cache import Cache
from trytond.i18n import gettext
from trytond.model import DeactivableMixin, ModelSQL, ModelView, Unique, fields
from trytond.model.exceptions import AccessError
from trytond.modules.foundation.locked import Lock, LockedMixin
from trytond.pool import Pool
from trytond.pyson import Eval, If

from . import counting, lawbook, release

KINDS = [
    ('holiday', "Public Holiday"),
    ('in lieu', "Rest in Lieu"),
    ('swapped off', "Swapped Day off"),
    ('worked', "Worked Rest Day"),
    # what was said about the day before was taken back
    ('ordinary', "Ordinary Day"),
    ]


class Calendar(DeactivableMixin, ModelSQL, ModelView):
    __name__ = 'deadlines.calendar'

    name = fields.Char("Name", required=True)
    state_calendar = fields.Boolean(
        "Calendar of the State",
        help="Used for every clock that has no calendar of its own.")
    days = fields.One2Many('deadlines.calendar.day', 'calendar', "Days")
    _days_cache = Cache('deadlines.calendar.days', context=False)

    @classmethod
    def get_state_calendar(cls):
        calendars = cls.search([('state_calendar', '=', True)], limit=1)
        return calendars[0] if calendars else None

    def counting(self, choices=None):
        """Return the calendar as counting.Calendar

        choices -- {convention: choice}, by default those in use"""
        Interpretation = Pool().get('deadlines.interpretation')
        if choices is None:
            choices = Interpretation.choices()
        key = (self.id, tuple(sorted(choices.items())))
        calendar = self._days_cache.get(key)
        if calendar is None:
            calendar = counting.Calendar(
                [d.day_off() for d in self.days if d.kind != 'ordinary'],
                self.name, choices)
            self._days_cache.set(key, calendar)
        return calendar

    @classmethod
    def year_to_confirm(cls):
        """Return the first year whose calendar should be confirmed by now

        None where all of them are, as far ahead as the configuration says."""
        pool = Pool()
        Configuration = pool.get('deadlines.configuration')
        today = pool.get('ir.date').today()
        calendar = cls.get_state_calendar().counting()
        until = counting.add_months(
            today, Configuration(1).calendar_months)
        for year in range(today.year, until.year + 1):
            if not calendar.is_confirmed(year):
                return year

    @classmethod
    def load(cls):
        """Make the calendar of the State from the files of data/

        One that exists is left as it is, see propose_missing."""
        Day = Pool().get('deadlines.calendar.day')
        if cls.get_state_calendar():
            return
        calendar, = cls.create([{
                    'name': "Lịch làm việc của cơ quan nhà nước",
                    'state_calendar': True,
                    }])
        Day.create([{
                    'calendar': calendar.id,
                    'date': day.date,
                    'kind': day.kind,
                    'name': day.name,
                    'source': day.source,
                    'state': day.state,
                    'reading': day.reading,
                    } for day in lawbook.days_off()])

    @classmethod
    def propose_missing(cls):
        """Bring what a new release knows of the calendar, as changes

        Days that move open clocks are never added silently: somebody looks at
        the preview.  What was proposed once is not proposed again.  A change
        of names, sources and states alone is applied at once.  Returns the
        change that waits for somebody, or None.
        """
        calendar = cls.get_state_calendar()
        corrections, proposals = release.compare(
            {d.date: d.day_off() for d in calendar.days},
            {d.date: d for d in lawbook.days_off()}, calendar._decided())
        calendar._correct(corrections)
        days = {(d.date, d.kind, d.state) for d in proposals}
        if days and not calendar._was_proposed(days):
            return calendar._propose('deadlines.msg_change_release', proposals)

    def _changes(self, *clauses):
        Change = Pool().get('deadlines.change')
        return Change.search([('calendar', '=', self.id), *clauses])

    def _decided(self):
        "Return the dates about which somebody has decided in a change"
        return {
            line.date for change in self._changes(
                ('state', '=', 'applied'), ('release', '!=', True))
            for line in change.days}

    def _was_proposed(self, days):
        return any(
            days <= {
                (off.date, off.kind, off.state)
                for off in (line.day_off() for line in change.days)}
            for change in self._changes())

    def _propose(self, name, days):
        Change = Pool().get('deadlines.change')
        change, = Change.create([{
                    'name': gettext(name),
                    'document': gettext('deadlines.msg_change_release_source'),
                    'calendar': self.id,
                    'announced': all(d.state == 'announced' for d in days),
                    'release': True,
                    'days': [('create', [{
                                    'date': day.date,
                                    'kind': day.kind,
                                    'name': day.name,
                                    'source': day.source,
                                    'state': day.state,
                                    'reading': day.reading,
                                    } for day in days])],
                    }])
        return change

    def _correct(self, days):
        "Apply what moves no day; what would move a clock yet is left to see"
        Change = Pool().get('deadlines.change')
        if days:
            change = self._propose('deadlines.msg_change_correction', days)
            Change.preview([change])
            if not change.moved:
                Change.apply([change])


class CalendarDay(LockedMixin, ModelSQL, ModelView):
    __name__ = 'deadlines.calendar.day'
    _lock = Lock(AccessError, 'deadlines.msg_law_by_change')
    _rec_name = 'name'

    calendar = fields.Many2One(
        'deadlines.calendar', "Calendar", required=True, ondelete='CASCADE')
    date = fields.Date("Date", required=True)
    kind = fields.Selection(KINDS, "Kind", required=True, sort=False)
    name = fields.Char("Name", required=True)
    source = fields.Char(
        "Source", required=True,
        help="The law or the announcement that says so.")
    state = fields.Selection([
            ('announced', "Announced"),
            ('provisional', "Provisional"),
            ], "State", required=True, sort=False)
    reading = fields.Char(
        "Reading", readonly=True,
        help="The interpretation on which it depends that this day is one.")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add('calendar')
        table = cls.__table__()
        cls._sql_constraints += [
            ('date_unique', Unique(table, table.calendar, table.date),
                'deadlines.msg_calendar_day_unique'),
            ]
        cls._order.insert(0, ('date', 'ASC'))

    @classmethod
    def __register__(cls, module):
        super().__register__(module)
        Pool().get('deadlines.calendar').load()

    def day_off(self):
        "Return the day as counting.DayOff"
        return counting.DayOff(
            self.date, self.kind, self.name, self.source, self.state,
            self.reading or '')

    @staticmethod
    def default_kind():
        return 'holiday'

    @staticmethod
    def default_state():
        return 'announced'

    @classmethod
    def view_attributes(cls):
        return super().view_attributes() + [
            ('/tree', 'visual',
                If(Eval('state') == 'provisional', 'warning', '')),
            ]

    @classmethod
    def on_modification(cls, mode, days, field_names=None):
        Calendar = Pool().get('deadlines.calendar')
        super().on_modification(mode, days, field_names=field_names)
        Calendar._days_cache.clear()
