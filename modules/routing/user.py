# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.i18n import gettext
from trytond.pool import PoolMeta


class User(metaclass=PoolMeta):
    __name__ = 'res.user'

    @classmethod
    def tell(cls, users, record, message, /, urgent=False,
            icon='tryton-notification', **variables):
        """Tell users something about a record, each in his language

        message -- its variables name a letter by its number only
        urgent -- at once, for who can tell later: a room with mail extends
            it"""
        for user in users:
            with user.speaking():
                record.notify_user(
                    icon, gettext(message, **variables), user=user.id)
