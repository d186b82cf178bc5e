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
                for d in self.days)
            self._days_cache.set(self.id, rows)
        return _build(self.name, rows)

    @classmethod
    def load(cls):
        """Add the days of data/calendar.csv that are missing

        What exists is left as it is."""
        Day = Pool().get('deadlines.calendar.day')
        calendar = cls.get_state_calendar()
        if not calendar:
            calendar, = cls.create([{
                        'name': "Lịch làm việc của cơ quan nhà nước",
                        'state_calendar': True,
                        }])
        done = {d.date for d in calendar.days}
        Day.create([{
                    'calendar': calendar.id,
                    'date': day.date,
                    'kind': day.kind,
                    'name': day.name,
                    'source': day.source,
                    'state': day.state,
                    } for day in lawbook.calendar().days.values()
                if day.date not in done])


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
