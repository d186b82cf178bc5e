# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Nothing is attached any more to a letter whose persons are gone."""
from trytond.pool import PoolMeta


class Letter(metaclass=PoolMeta):
    __name__ = 'complaints.letter'

    def _why_no_scan(self, offices):
        return super()._why_no_scan(offices) or (
            'retention.msg_scan_erased' if self.anonymised_on else None)
