# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Who came to a reception is opened as who sent a letter is."""
from trytond.model import fields
from trytond.modules.complaints import opening_wizard
from trytond.pool import PoolMeta


class Opening(metaclass=PoolMeta):
    __name__ = 'complaints.opening'

    reception = fields.Many2One(
        'reception.reception', "Reception", readonly=True,
        ondelete='RESTRICT')

    @classmethod
    def place_fields(cls):
        return [*super().place_fields(), 'reception']


class Open(metaclass=PoolMeta):
    __name__ = 'complaints.opening.open'
    _readable = opening_wizard.Open._readable | {'reception.reception'}
