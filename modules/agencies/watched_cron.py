# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.modules.foundation.guards.configuration import CRON
from trytond.pool import PoolMeta

from .watched import WatchedMixin


class Cron(WatchedMixin, metaclass=PoolMeta):
    "What is stopped, or made rare, is told to who watches"
    __name__ = 'ir.cron'

    @classmethod
    def _is_watched(cls, names):
        return bool(names & CRON)
