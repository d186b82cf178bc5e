# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.i18n import gettext
from trytond.pool import Pool, PoolMeta


class Case(metaclass=PoolMeta):
    __name__ = 'complaints.case'

    def story_lines(self):
        "Tell also to whom a delay went up, and what was answered"
        pool = Pool()
        Escalation = pool.get('escalation.escalation')
        Demand = pool.get('escalation.demand')
        lines = super().story_lines()
        about = ['OR', ('case', '=', self.id),
            ('letter', 'in', [le.id for le in self.letters])]
        for escalation in Escalation.search(about, order=[('id', 'ASC')]):
            lines.append((escalation.raised_at.date(), 5, gettext(
                        'escalation.msg_story_escalation',
                        superior=escalation.superior.rec_name
                        if escalation.superior else '–',
                        answer=escalation.answer or '–')))
        for demand in Demand.search(
                [about, ('sent_on', '!=', None)], order=[('id', 'ASC')]):
            lines.append((demand.sent_on, 5, gettext(
                        'escalation.msg_story_demand',
                        sender=demand.sender.rec_name,
                        number=demand.number or '–',
                        answer=demand.answer or '–')))
        return lines
