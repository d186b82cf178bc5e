# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""That a letter is among those to be erased is about the letter."""
from trytond.pool import PoolMeta


class Entry(metaclass=PoolMeta):
    __name__ = 'audit.entry'

    @classmethod
    def _matter_fields(cls):
        return {
            **super()._matter_fields(), 'retention.erasure.letter': ['letter']}
