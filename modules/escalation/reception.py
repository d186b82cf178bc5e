# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What moves up of a session is not the letter's that is born there."""
from trytond.modules.complaints.birth import COUNTED, HAPPENED, Birth
from trytond.pool import PoolMeta


class Reception(metaclass=PoolMeta):
    __name__ = 'reception.reception'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._birth |= Birth(given={}, below={
                'escalation.escalation': HAPPENED,
                'escalation.schedule': COUNTED})
