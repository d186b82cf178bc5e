# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.pool import PoolMeta


class Cron(metaclass=PoolMeta):
    __name__ = 'ir.cron'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.method.selection.extend([
                ('audit.seal|seal_due', "Seal the Audit"),
                ('audit.anchor|mail_newest', "Send the Newest Seal"),
                ('audit.seal|verify_nightly', "Check the Audit"),
                ])
