# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A key of a user application is of who holds it.

Who has made a key knows it.  Tryton lets him write another user into it, and
is that user from then on.
"""
from trytond.i18n import gettext
from trytond.model.exceptions import AccessError
from trytond.pool import PoolMeta
from trytond.transaction import Transaction

from .credentials import Unnamed
from .wire import rest_is_on

# What a key opens, and for whom
_FIXED = frozenset(['user', 'key', 'application'])


class Application(Unnamed, metaclass=PoolMeta):
    __name__ = 'res.user.application'

    @classmethod
    def check(cls, key, application):
        # also where a route of another module asks
        if not rest_is_on():
            return None
        return super().check(key, application)

    @classmethod
    def check_modification(
            cls, mode, applications, values=None, external=False):
        super().check_modification(
            mode, applications, values=values, external=external)
        user = Transaction().user
        if not user:
            return
        # also without check of access: so are preferences written
        if (mode == 'write' and _FIXED & values.keys()) or (
                mode == 'create' and any(
                    a.user is None or a.user.id != user
                    for a in applications)):
            raise AccessError(gettext('agencies.msg_guard_application'))
