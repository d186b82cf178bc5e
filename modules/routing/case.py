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

    def assigned_records(self):
        return [self, *self.letters]

    def story_lines(self):
        "Tell also to whom a delay went up, and what was answered"
        Escalation = Pool().get('routing.escalation')
        lines = super().story_lines()
        for escalation in Escalation.search([
                    'OR', ('case', '=', self.id),
                    ('letter', 'in', [le.id for le in self.letters]),
                    ], order=[('id', 'ASC')]):
            lines.append((escalation.raised_at.date(), 5, gettext(
                        'routing.msg_story_escalation',
                        superior=escalation.superior.rec_name
                        if escalation.superior else '–',
                        answer=escalation.answer or '–')))
        return lines
