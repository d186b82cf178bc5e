# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from functools import lru_cache

from trytond.cache import Cache
from trytond.i18n import gettext
from trytond.model import DeactivableMixin, ModelSQL, ModelView, Unique, fields
from trytond.model.exceptions import AccessError
from trytond.pool import Pool
from trytond.pyson import Eval, If

from . import counting, lawbook

KINDS = [
    ('holiday', "Public Holiday"),
    ('in lieu', "Rest in Lieu"),
    ('swapped off', "Swapped Day off"),
    ('worked', "Worked Rest Day"),
    # what was said about the day before was taken back
    ('ordinary', "Ordinary Day"),
    ]


@lru_cache(maxsize=64)
def _build(name, rows):
    return counting.Calendar(
        [counting.DayOff(*row) for row in rows], name)


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

    def counting(self):
        "Return the calendar as counting.Calendar"
        rows = self._days_cache.get(self.id)
        if rows is None:
            rows = tuple(
                (d.date, d.kind, d.name, d.source, d.state)
                for d in self.days if d.kind != 'ordinary')
            self._days_cache.set(self.id, rows)
        return _build(self.name, rows)

    @classmethod
    def load(cls):
        """Make the calendar of the State from data/calendar.csv

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
                    } for day in lawbook.calendar().days.values()])

    @classmethod
    def propose_missing(cls):
        """Propose what a new release knows of the calendar, as a change

        Days that move open clocks are never added silently: somebody looks at
        the preview.  What was proposed once is not proposed again.  Returns
        the change, or None.
        """
        Change = Pool().get('deadlines.change')
        calendar = cls.get_state_calendar()
        known = {d.date: d for d in calendar.days}
        missing = [
            day for day in lawbook.calendar().days.values()
            if day.date not in known
            or known[day.date].kind not in {day.kind, 'ordinary'}
            or (known[day.date].state == 'provisional'
                and day.state == 'announced')]
        days = {(day.date, day.kind) for day in missing}
        for change in Change.search([('calendar', '=', calendar.id)]):
            if days <= {(line.date, line.kind) for line in change.days}:
                return
        if not missing:
            return
        change, = Change.create([{
                    'name': gettext('deadlines.msg_change_release'),
                    'document': '; '.join(sorted({d.source for d in missing})),
                    'calendar': calendar.id,
                    'announced': all(d.state == 'announced' for d in missing),
                    'days': [('create', [{
                                    'date': day.date,
                                    'kind': day.kind,
                                    'name': day.name,
                                    } for day in missing])],
                    }])
        return change


class CalendarDay(ModelSQL, ModelView):
    __name__ = 'deadlines.calendar.day'
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

    @staticmethod
    def default_kind():
        return 'holiday'

    @staticmethod
    def default_state():
        return 'announced'

    @classmethod
    def check_modification(cls, mode, days, values=None, external=False):
        super().check_modification(
            mode, days, values=values, external=external)
        if external:
            raise AccessError(gettext('deadlines.msg_law_by_change'))

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
