# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
from trytond.pool import PoolMeta


class Letter(metaclass=PoolMeta):
    __name__ = 'complaints.letter'

    @classmethod
    def _undo_made(cls):
        # a step that was taken has left an escalation, which is not made so
        return super()._undo_made() | {'escalation.schedule'}

    @classmethod
    def _undo_of_clocks(cls):
        return [
            *super()._undo_of_clocks(),
            ('escalation.schedule', 'clock')]
