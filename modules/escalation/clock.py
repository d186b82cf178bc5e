# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.pool import Pool, PoolMeta


class Clock(metaclass=PoolMeta):
    __name__ = 'deadlines.clock'

    @classmethod
    def on_modification(cls, mode, clocks, field_names=None):
        super().on_modification(mode, clocks, field_names=field_names)
        if mode == 'create' or (field_names or set()) & {'due_on', 'state'}:
            Pool().get('escalation.schedule').plan(
                clocks, new=mode == 'create')
