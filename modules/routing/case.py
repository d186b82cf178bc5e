# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.pool import PoolMeta
from trytond.pyson import Eval

from .assignment import AssignableMixin


class Case(AssignableMixin, metaclass=PoolMeta):
    __name__ = 'complaints.case'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._buttons['assign'] = {
            'invisible': Eval('state').in_(cls._closed()),
            'icon': 'tryton-forward',
            'depends': ['state'],
            }

    def assigned_records(self):
        return [self, *self.letters]
