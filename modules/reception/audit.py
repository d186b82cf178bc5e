# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What is on record of who came is a part of the reception."""
from trytond.pool import PoolMeta

_PARTS = {
    'reception.visitor': ['reception'],
    'complaints.opening': ['letter', 'reception'],
    }
_FIRST = {
    'reception.reception': ('number', 'day'),
    }
_NOT = {
    'reception.visitor': {'reception', 'identity', 'protected'},
    }


class Entry(metaclass=PoolMeta):
    __name__ = 'audit.entry'

    @classmethod
    def told_first(cls):
        return {**super().told_first(), **_FIRST}

    @classmethod
    def told_not(cls):
        told = super().told_not()
        return {
            **told, **_NOT, 'complaints.opening': {
                *told['complaints.opening'], 'reception'}}

    @classmethod
    def _matter_fields(cls):
        return {**super()._matter_fields(), **_PARTS}

    @classmethod
    def _parts_of_matters(cls):
        return super()._parts_of_matters() | _PARTS.keys()
