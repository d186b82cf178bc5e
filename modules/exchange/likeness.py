# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The marks of a letter that is taken back go, and what looks like it."""
from trytond.pool import PoolMeta


class Letter(metaclass=PoolMeta):
    __name__ = 'complaints.letter'

    @classmethod
    def _undo_made(cls):
        return super()._undo_made() | {'likeness.fingerprint'}

    @classmethod
    def _undo_found(cls):
        return {**super()._undo_found(), 'likeness.likeness': 'decision'}
