# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Who reads more than usual: by user and day, counted in the audit."""
import datetime as dt

from sql import Literal, Null
from sql.aggregate import Count, Min
from sql.conditionals import Case
from sql.functions import Extract
from trytond import backend
from trytond.i18n import gettext
from trytond.model import ModelSingleton, ModelSQL, ModelView, fields
from trytond.model.fields.date import SQLite_Date
from trytond.modules.audit.audited import AuditedMixin
from trytond.modules.audit.entry import READING
from trytond.modules.foundation import clock as time
from trytond.pool import Pool
from trytond.pyson import Eval, If

# The hours between the time that is stored (UTC) and that of the agencies
_EAST = 7


class ReadingLimits(AuditedMixin, ModelSingleton, ModelSQL, ModelView):
    "From when on reading is unusual: for the house to say, not for the law"
    __name__ = 'complaints.reading.limits'

    views = fields.Integer(
        "Secret Letters a Day", required=True,
        domain=[('views', '>=', 1)],
        help="Who opens more secret letters on a day stands out.")
    identities = fields.Integer(
        "Identities a Day", required=True,
        domain=[('identities', '>=', 1)])
    prints = fields.Integer(
        "Prints and Exports a Day", required=True,
        domain=[('prints', '>=', 1)])
    days = fields.Integer(
        "Days to Look Back", required=True, domain=[('days', '>=', 1)])
    day_from = fields.Integer(
        "Working from (Hour)", required=True,
        domain=[('day_from', '>=', 0), ('day_from', '<=', 23)])
    day_to = fields.Integer(
        "Working to (Hour)", required=True,
        domain=[('day_to', '>=', 1), ('day_to', '<=', 24)])

    @staticmethod
    def default_views():
        return 30

    @staticmethod
    def default_identities():
        return 10

    @staticmethod
    def default_prints():
        return 50

    @staticmethod
    def default_days():
        return 90

    @staticmethod
    def default_day_from():
        return 6

    @staticmethod
    def default_day_to():
        return 20


class Reading(ModelSQL, ModelView):
    "What a user has read on a day"
    __name__ = 'complaints.reading'

    day = fields.Date("Day")
    user = fields.Many2One('res.user', "User")
    agency = fields.Many2One('agencies.agency', "Agency")
    views = fields.Integer("Secret Letters")
    identities = fields.Integer("Identities")
    refusals = fields.Integer("Refused")
    prints = fields.Integer("Prints and Exports")
    night = fields.Integer(
        "Outside Working Hours", help="How often at night.")
    unusual = fields.Boolean("Unusual")
    reasons = fields.Function(fields.Char("Why"), 'get_reasons')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._order = [('day', 'DESC'), ('id', 'DESC')]

    @classmethod
    def view_attributes(cls):
        return super().view_attributes() + [
            ('/tree', 'visual', If(Eval('unusual', False), 'danger', '')),
            ]

    @classmethod
    def limits(cls):
        return Pool().get('complaints.reading.limits')(1)

    @classmethod
    def table_query(cls):
        Entry = Pool().get('audit.entry')
        limits = cls.limits()
        since = time.start_of(
            Pool().get('ir.date').today() - dt.timedelta(days=limits.days))
        entry = Entry.__table__()
        # the day and the hour first: they are grouped by
        reading = entry.select(
            entry.id, entry.user, entry.agency, entry.action,
            _day(entry.at).as_('day'),
            ((Extract('HOUR', entry.at) + _EAST) % 24).as_('hour'),
            where=entry.action.in_(READING) & (entry.at >= since)
            & (entry.user != Null))

        def count(condition):
            return Count(Case((condition, reading.id), else_=Null))
        action, hour = reading.action, reading.hour
        counts = {
            'views': count(action == 'view'),
            'identities': count(action == 'reveal'),
            'refusals': count(action == 'refuse'),
            'prints': count(action.in_(['print', 'export'])),
            'night': count(
                action.in_(['view', 'reveal', 'print', 'export'])
                & ((hour < limits.day_from) | (hour >= limits.day_to))),
            }
        unusual = (
            (counts['views'] > limits.views)
            | (counts['identities'] > limits.identities)
            | (counts['prints'] > limits.prints)
            | (counts['refusals'] > 0) | (counts['night'] > 0))
        return reading.select(
            Min(reading.id).as_('id'),
            reading.day, reading.user, reading.agency,
            *(c.as_(name) for name, c in counts.items()),
            Case((unusual, Literal(True)), else_=Literal(False)
                ).as_('unusual'),
            group_by=[reading.day, reading.user, reading.agency])

    @classmethod
    def get_reasons(cls, readings, name):
        limits = cls.limits()
        result = {}
        for reading in readings:
            reasons = [
                gettext(f'complaints.msg_reading_{name}',
                    count=getattr(reading, name))
                for name, limit in [
                    ('views', limits.views),
                    ('identities', limits.identities),
                    ('prints', limits.prints), ('refusals', 0),
                    ('night', 0)]
                if getattr(reading, name) > limit]
            result[reading.id] = '; '.join(reasons)
        return result

    @classmethod
    def tell_unusual(cls):
        """Tell who keeps the identities of what was unusual the day before

        By trytond-cron, once a day."""
        yesterday = Pool().get('ir.date').today() - dt.timedelta(days=1)
        for reading in cls.search([
                    ('day', '=', yesterday), ('unusual', '=', True)]):
            if not reading.agency:
                continue
            for user in _watchers(reading.agency, reading.user):
                with user.speaking():
                    reading.notify_user(
                        'tryton-warning', gettext(
                            'complaints.msg_reading_unusual',
                            user=reading.user.rec_name,
                            agency=reading.agency.rec_name),
                        user=user.id)


def _watchers(agency, reader):
    "Return who is told: custodians of the agency, else the auditors above"
    for where, role in [(agency, 'custodian'), *(
                (a, r) for a in [agency, *agency.superiors()]
                for r in ['auditor', 'supervisor'])]:
        users = [u for u in where.users_with(role) if u != reader]
        if users:
            return users
    return []


def _day(at):
    "Return the day of the agencies of a moment, as SQL"
    if backend.name == 'sqlite':
        return SQLite_Date(at, f'+{_EAST} hours')
    return Reading.day.sql_cast(at, timezone=str(time.TIMEZONE))
