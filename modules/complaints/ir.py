# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.i18n import gettext
from trytond.pool import Pool, PoolMeta
from trytond.transaction import Transaction, without_check_access

from .exceptions import MaskedError


class Attachment(metaclass=PoolMeta):
    __name__ = 'ir.attachment'

    @classmethod
    def check_access(cls, ids, mode='read'):
        super().check_access(ids, mode=mode)
        transaction = Transaction()
        if transaction.user == 0 or not transaction.check_access:
            return
        pool = Pool()
        Act = pool.get('complaints.act')
        places = (
            pool.get('complaints.letter'), pool.get('complaints.reception'))
        # The scan of a denunciation shows the hand of who wrote it.
        with without_check_access():
            for attachment in cls.browse(ids):
                letter = attachment.resource
                if isinstance(letter, Act):
                    letter = letter.letter
                if not isinstance(letter, places):
                    continue
                for person in letter.persons:
                    if (person.protected
                            and person.keeper != transaction.user):
                        raise MaskedError(gettext(
                                'complaints.msg_attachment_masked',
                                letter=letter.rec_name))


class Cron(metaclass=PoolMeta):
    __name__ = 'ir.cron'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.method.selection.append((
                'complaints.case|take_effect_due',
                "Decisions that Take Effect"))
