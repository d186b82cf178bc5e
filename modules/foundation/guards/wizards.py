# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Wizards of other users, and of the administrator.

* A wizard is taken up again by the number of its session, whoever began it,
  with all that it holds.  Here only by who began it.
* Some wizards of Tryton itself (make users, set translations, configure) say
  no group, and work without access: each clerk could make an administrator.
  Here they belong to the administrators.
"""
from trytond.i18n import gettext
from trytond.model.exceptions import AccessError
from trytond.pool import Pool
from trytond.transaction import Transaction

from ..acting import as_server


class WizardGuard:
    "In front of every wizard"

    @classmethod
    def check_access(cls):
        super().check_access()
        if not Transaction().user or not cls._is_administrative():
            return
        pool = Pool()
        group = pool.get('ir.model.data').get_id('res', 'group_admin')
        if group not in pool.get('res.user').get_groups():
            raise AccessError(gettext('foundation.msg_guard_wizard'))

    @classmethod
    def _is_administrative(cls):
        "Tell if it is one of Tryton's own that belongs to no model"
        Action = Pool().get('ir.action.wizard')
        return (
            cls.__name__.startswith(('ir.', 'res.'))
            and not Action.get_models(
                cls.__name__,
                action_id=Transaction().context.get('action_id')))

    @classmethod
    def _check_owner(cls, session_id):
        transaction = Transaction()
        with as_server("whose wizard it is decides who goes on"):
            session = Pool().get('ir.session.wizard')(session_id)
            if transaction.user and session.create_uid.id != transaction.user:
                raise AccessError(gettext('foundation.msg_guard_wizard'))

    @classmethod
    def execute(cls, session_id, data, state_name):
        cls._check_owner(session_id)
        return super().execute(session_id, data, state_name)

    @classmethod
    def delete(cls, session_id):
        cls._check_owner(session_id)
        return super().delete(session_id)

    def _save(self):
        with as_server("what a wizard holds is for the server alone"):
            super()._save()
