# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.i18n import gettext
from trytond.transaction import Transaction

from .exceptions import ChosenError


class OneRecord:
    """A wizard that works on one record

    The clients let one choose several: then nothing is done to the first of
    them alone, it is said before anything is read or put on record."""
    __slots__ = ()

    @classmethod
    def check_access(cls):
        context = Transaction().context
        chosen = {*(context.get('active_ids') or []), context.get('active_id')}
        count = len(chosen - {None})
        if count > 1:
            raise ChosenError(
                gettext('foundation.msg_one_record', count=count))
        super().check_access()
