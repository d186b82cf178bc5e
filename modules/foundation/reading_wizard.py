# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.i18n import gettext
from trytond.model.exceptions import AccessError
from trytond.pool import Pool
from trytond.transaction import Transaction, check_access


class ReadingWizard:
    """A wizard for who reads a record, also who writes nothing in it

    Tryton asks for the right to write; what the wizard does is checked by
    what it calls."""
    __slots__ = ()
    _readable = frozenset()

    @classmethod
    def check_access(cls):
        pool = Pool()
        context = Transaction().context
        model = context.get('active_model')
        if not model or model == 'ir.ui.menu' or not Transaction().user:
            return
        if model not in cls._readable:
            raise AccessError(gettext('foundation.msg_wizard_model'))
        ids = {*(context.get('active_ids') or []), context.get('active_id')}
        with check_access():
            pool.get('ir.model.access').check(model, 'read')
            pool.get(model).read(sorted(ids - {None}), ['id'])
