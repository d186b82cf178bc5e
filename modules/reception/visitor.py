# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.model import fields
from trytond.modules.complaints.exceptions import LockedError
from trytond.modules.complaints.person import PersonMixin
from trytond.modules.foundation.locked import Lock


class Visitor(PersonMixin):
    "Who comes to a reception in person"
    __name__ = 'reception.visitor'
    _place = 'reception'
    _draft = frozenset(['draft'])
    _lock = Lock(
        LockedError, 'complaints.msg_fields_locked',
        place='reception', list='persons', asks='check_worker')

    reception = fields.Many2One(
        'reception.reception', "Reception", required=True,
        ondelete='CASCADE')
