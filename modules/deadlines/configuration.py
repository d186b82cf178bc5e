# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.cache import Cache
from trytond.model import ModelSingleton, ModelSQL, ModelView, fields
from trytond.pool import Pool

from . import lawbook


class Configuration(ModelSingleton, ModelSQL, ModelView):
    "When the end of a time limit is near, and when a calendar is asked for"
    __name__ = 'deadlines.configuration'

    warning_share = fields.Float(
        "Share of the Period", required=True, digits=(1, 2),
        domain=[
            ('warning_share', '>', 0),
            ('warning_share', '<', 1),
            ],
        help="The end is near when this share of the period has passed.")
    warning_days = fields.Integer(
        "Working Days before the End", required=True,
        domain=[
            ('warning_days', '>=', 0),
            ],
        help="The end is near this many working days before it.")

    calendar_months = fields.Integer(
        "Months before a Year", required=True,
        domain=[
            ('calendar_months', '>=', 0),
            ],
        help="So long before it begins, the calendar of a year that is not "
        "confirmed is asked for.")

    _warning_cache = Cache('deadlines.configuration.warning', context=False)

    @staticmethod
    def default_warning_share():
        return lawbook.warning()['share']

    @staticmethod
    def default_warning_days():
        return lawbook.warning()['working_days']

    @staticmethod
    def default_calendar_months():
        return lawbook.calendar_months()

    @classmethod
    def warning(cls):
        "Return the parameters of counting.warning_date"
        warning = cls._warning_cache.get(None)
        if warning is None:
            configuration = cls(1)
            warning = {
                'share': configuration.warning_share,
                'working_days': configuration.warning_days,
                }
            cls._warning_cache.set(None, warning)
        return warning

    @classmethod
    def on_modification(cls, mode, records, field_names=None):
        super().on_modification(mode, records, field_names=field_names)
        cls._warning_cache.clear()
        if mode != 'delete':
            cls.__queue__.refresh_clocks(records)

    @classmethod
    def refresh_clocks(cls, configurations):
        "Bring the warnings of all open clocks up to date, as a task"
        Pool().get('deadlines.clock').refresh_warnings()
