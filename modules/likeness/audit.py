# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What is on record of a likeness belongs to its letter, and to its agency."""
from trytond.pool import PoolMeta

_LIKENESS = 'likeness.likeness'


class Entry(metaclass=PoolMeta):
    __name__ = 'audit.entry'

    @classmethod
    def told_not(cls):
        return {
            **super().told_not(),
            _LIKENESS: {'letter', 'agency', 'match', 'evidence'}}

    @classmethod
    def _matter_fields(cls):
        return {**super()._matter_fields(), _LIKENESS: ['letter']}

    @classmethod
    def _parts_of_matters(cls):
        return super()._parts_of_matters() | {_LIKENESS}
