# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What is on record of a transfer or a dispute is about its letter.

So it stands in the trail of the letter, and is hidden from whom that is about.
"""
from trytond.pool import PoolMeta

_FIELDS = {
    'routing.transfer': ['letter'],
    'routing.dispute': ['letter'],
    }
# What a line of the trail says of them, and what is of no interest there
_FIRST = {
    'routing.transfer': ('agency', 'slip_number', 'return_reason'),
    'routing.dispute': ('decision', 'decision_number'),
    }
_NOT = {
    'routing.transfer': {'letter', 'twin'},
    'routing.dispute': {'letter'},
    }


class Entry(metaclass=PoolMeta):
    __name__ = 'audit.entry'

    @classmethod
    def told_first(cls):
        return {**super().told_first(), **_FIRST}

    @classmethod
    def told_not(cls):
        return {**super().told_not(), **_NOT}

    @classmethod
    def _matter_fields(cls):
        return {**super()._matter_fields(), **_FIELDS}
