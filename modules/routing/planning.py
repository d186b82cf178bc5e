# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The rules of escalation in the law, and their rows in the tables."""
from trytond.modules.agencies.in_sets import InSetsMixin
from trytond.modules.complaints import planning
from trytond.modules.complaints.law import LawMixin
from trytond.pool import Pool, PoolMeta

from . import moves, plan       # noqa: F401 it registers what it adds
from .exceptions import TransferError

planning.ERRORS['transfer'] = TransferError


class Procedure(metaclass=PoolMeta):
    __name__ = 'complaints.procedure'

    @classmethod
    def _law(cls):
        Rule = Pool().get('routing.escalation.rule')
        law = super()._law()
        law['rooms'] |= {'routing'}
        law['more']['escalation'] = tuple(
            rule.plain_rule() for rule in Rule.search(
                [('active', '=', True)]))
        return law


class EscalationRule(LawMixin, metaclass=PoolMeta):
    __name__ = 'routing.escalation.rule'

    def plain_rule(self):
        "Return the rule as a moves.Rule"
        values = {
            name: getattr(self, name) for name in moves.Rule._fields}
        values['clock_rule'] = self.clock_rule.id if self.clock_rule else None
        return moves.Rule(**values)


class Schedule(InSetsMixin, metaclass=PoolMeta):
    __name__ = 'routing.escalation.schedule'


class Letter(metaclass=PoolMeta):
    __name__ = 'complaints.letter'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._covered = {
            **cls._covered,
            'routing.letter.Letter.on_modification':
                "no letter that came from elsewhere is settled in sets yet",
            }


class Clock(metaclass=PoolMeta):
    __name__ = 'deadlines.clock'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._covered = {
            **cls._covered,
            'routing.clock.Clock.on_modification': "plan.schedule",
            }


@planning.writer('routing')
def write_schedule(writing):
    "Write when time limits move up, and what follows from events"
    pool = Pool()
    Schedule = pool.get('routing.escalation.schedule')
    Clock = pool.get('deadlines.clock')
    rows, moved = [], []
    for planned in writing.plans:
        rows += [{
                'clock': writing.clock_id(clock), 'rule': row.rule,
                'step': row.step, 'counted_from': row.counted_from,
                'run_at': row.run_at,
                } for clock, row in planned.more['escalation']]
        rows += [{
                'resource': f'{event.matter.model},{event.matter.id}',
                'event': event.name, 'mark': event.mark, 'rule': row.rule,
                'step': row.step, 'run_at': row.run_at,
                } for event, row in planned.more['escalation_events']]
        moved += planned.more['escalation_moved']
    Schedule.insert(rows, check=False)
    if moved:
        Schedule.plan(Clock.browse(moved))
