# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.i18n import gettext
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

    def story_lines(self):
        "Tell also to whom a delay went up, and what was answered"
        pool = Pool()
        Escalation = pool.get('routing.escalation')
        Demand = pool.get('routing.demand')
        lines = super().story_lines()
        about = ['OR', ('case', '=', self.id),
            ('letter', 'in', [le.id for le in self.letters])]
        for escalation in Escalation.search(about, order=[('id', 'ASC')]):
            lines.append((escalation.raised_at.date(), 5, gettext(
                        'routing.msg_story_escalation',
                        superior=escalation.superior.rec_name
                        if escalation.superior else '–',
                        answer=escalation.answer or '–')))
        for demand in Demand.search(
                [about, ('sent_on', '!=', None)], order=[('id', 'ASC')]):
            lines.append((demand.sent_on, 5, gettext(
                        'routing.msg_story_demand',
                        sender=demand.sender.rec_name,
                        number=demand.number or '–',
                        answer=demand.answer or '–')))
        return lines
