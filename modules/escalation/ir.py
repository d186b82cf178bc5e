# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.pool import PoolMeta


class Cron(metaclass=PoolMeta):
    __name__ = 'ir.cron'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.method.selection.extend([
                ('escalation.schedule|run_due',
                    "Escalate What Is Due"),
                ('escalation.sweep|run', "Find What Would Fall Silent"),
                ('escalation.notice|deliver_due', "Deliver Notices"),
                ('deadlines.calendar|remind', "Ask for the Calendar"),
                ])
