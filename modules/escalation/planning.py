# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The rules of escalation in the law, and their rows in the tables."""
from trytond.modules.complaints import matters as matters_
from trytond.modules.complaints import planning
from trytond.modules.complaints.law import LawMixin
from trytond.modules.foundation.in_sets import InSetsMixin
from trytond.pool import Pool, PoolMeta

from . import plan       # noqa: F401 it registers what it adds
from . import moves
from .matters import accused_of

matters_.need('come_back', 'happened')


class Procedure(metaclass=PoolMeta):
    __name__ = 'complaints.procedure'

    @classmethod
    def _law(cls):
        Rule = Pool().get('escalation.rule')
        law = super()._law()
        law['rooms'] |= {'escalation'}
        law['more']['escalation'] = tuple(
            rule.plain_rule() for rule in Rule.search(
                [('active', '=', True)]))
        return law


class EscalationRule(LawMixin, metaclass=PoolMeta):
    __name__ = 'escalation.rule'

    def plain_rule(self):
        "Return the rule as a moves.Rule"
        values = {
            name: getattr(self, name) for name in moves.Rule._fields}
        values['clock_rule'] = self.clock_rule.id if self.clock_rule else None
        return moves.Rule(**values)


class Schedule(InSetsMixin, metaclass=PoolMeta):
    __name__ = 'escalation.schedule'


class Clock(metaclass=PoolMeta):
    __name__ = 'deadlines.clock'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._covered = {
            **cls._covered,
            'escalation.clock.Clock.on_modification': "plan.schedule",
            }


@planning.writer('escalation')
def write_schedule(writing):
    "Write when time limits move up, and what follows from events"
    pool = Pool()
    Schedule = pool.get('escalation.schedule')
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


@planning.follow('letter', 'register', 'escalation')
def note_registered(writing, matters):
    "Nobody handles what is about himself, from the first day on"
    Letter = Pool().get('complaints.letter')
    if writing.by.register:
        return
    for letter in Letter.browse([m.id for m in matters if m['handler']]):
        letter.note_denounced()


@planning.follow('letter', 'classify', 'escalation')
def note_classified(writing, matters):
    Letter = Pool().get('complaints.letter')
    if not writing.by.register:
        Letter.note_classified(Letter.browse([m.id for m in matters]))


@planning.follow('letter', 'join', 'escalation')
def count_again(writing, matters):
    "There is one more letter on the matter"
    Letter = Pool().get('complaints.letter')
    for letter in Letter.browse([m.id for m in matters]):
        letter.note_repeats()


@matters_.loader('escalation')
def load_happened(found, needs):
    "What has happened to letters or cases by now: (rule, mark)"
    if 'happened' not in needs:
        return
    Schedule = Pool().get('escalation.schedule')
    for row in Schedule.search([
                ('resource', 'in', [
                        f'{m.model},{m.id}' for m in found.values()])]):
        found[row.resource.id].facts.setdefault('happened', []).append(
            (row.rule.id, row.mark))


@matters_.loader('escalation')
def load_denounced(found, needs):
    "Whom letters are about"
    if 'repeats' not in needs:
        return
    Respondent = Pool().get('complaints.respondent')
    parts = [m for m in found.values() if m['part_of']]
    # a part that is just born is in no table yet, its whole is
    accused = accused_of({m['part_of'] for m in parts}) if parts else {}
    for matter in parts:
        matter.facts['denounced'] = [
            (a.agency, a.role) for a in accused[matter['part_of']]
            if a.denounced]
    for other in Respondent.search([('letter', 'in', list(found))]):
        found[other.letter.id].facts.setdefault('respondents', []).append({
                'agency': other.agency.id if other.agency else None,
                'role': other.role})
