# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What the trail tells of a letter of an old register, and what not."""
from trytond.pool import PoolMeta

_LETTER = 'complaints.letter'


class Entry(metaclass=PoolMeta):
    __name__ = 'audit.entry'

    @classmethod
    def told_first(cls):
        first = super().told_first()
        return {**first, _LETTER: (*first[_LETTER], 'settled_for')}

    @classmethod
    def told_not(cls):
        left = super().told_not()
        return {**left, _LETTER: {
                *left[_LETTER], 'import_key', 'import_source', 'import_hash'}}
