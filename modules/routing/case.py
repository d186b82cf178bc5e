# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.pool import Pool, PoolMeta
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

    @classmethod
    def _locked_always(cls):
        return super()._locked_always() | {'unit'}

    def assigned_records(self):
        return [self, *self.letters]

    def appoint(self, users, head):
        "Let users verify the case; each still has to declare no conflict"
        Verifier = Pool().get('complaints.verifier')
        known = {v.user for v in self.team if v.user}
        for user in users:
            self.check_not_about(user)
        # whom somebody else wrote into the team knows nothing until now
        for verifier in self.team:
            if verifier.user in users and not verifier.granted:
                Verifier.write([verifier], {'user': verifier.user.id})
        Verifier.create([{
                    'case': self.id, 'user': user.id, 'name': user.name,
                    'head': user == head,
                    } for user in users if user not in known])
