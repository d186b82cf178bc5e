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

from .credentials import UnnamedMixin
from .wire import rest_is_on


class Application(UnnamedMixin, metaclass=PoolMeta):
    __name__ = 'res.user.application'

    @classmethod
    def check(cls, key, application):
        # also where a route of another module asks
        if not rest_is_on():
            return None
        return super().check(key, application)

    @classmethod
    def _locked_always(cls):
        "What a key opens, for whom, and whether"
        return {'user', 'key', 'application', 'state'}

    @classmethod
    def check_modification(
            cls, mode, applications, values=None, external=False):
        super().check_modification(
            mode, applications, values=values, external=external)
        user = Transaction().user
        if not user:
            return
        # also without check of access: so are preferences written
        if mode == 'write':
            changed = cls._locked_always() & values.keys()
            correct = not changed or changed == {'state'} and all(
                (a.state, values['state']) in cls._transitions
                for a in applications)
        else:
            correct = mode == 'delete' or all(
                a.user and a.user.id == user for a in applications)
        if not correct:
            raise AccessError(gettext('foundation.msg_guard_application'))
