# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The rules of escalation in the law, and their rows in the tables."""
from trytond.modules.complaints import matters as matters_
from trytond.modules.complaints import planning
from trytond.modules.complaints.law import LawMixin
from trytond.modules.complaints.plan import Act
from trytond.modules.foundation.acting import SERVER, as_server
from trytond.modules.foundation.in_sets import InSetsMixin
from trytond.pool import Pool, PoolMeta

from . import moves, plan       # noqa: F401 it registers what it adds
from .exceptions import TransferError
from .matters import accused_of

planning.ERRORS['transfer'] = TransferError
matters_.need('transfer', 'receiver')
matters_.need('come_back', 'happened')
matters_.need('classify', 'proposed')


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


@planning.writer('routing')
def write_settled(writing):
    "Tell who sent a letter that there is a result of it"
    pool = Pool()
    Letter = pool.get('complaints.letter')
    ended = set(Letter._closed()) - {'returned'}
    arrived = [
        planned.matter.id for planned in writing.plans
        if planned.matter.of == 'letter' and not planned.new
        and planned.matter['transferred_from']
        and planned.matter.state in ended
        and planned.before.state != planned.matter.state]
    if arrived:
        pool.get('routing.transfer').settled(Letter.browse(arrived))


@planning.writer('routing')
def tell_at_once(writing):
    "Tell whom the law has told at once of a step, whatever door it came by"
    if writing.by.register:
        # an old register tells what has happened long ago
        return
    for planned in writing.plans:
        for taken in planned.taken:
            if taken.step and taken.step.notifies:
                matter = taken.matter
                Pool().get(matter.model)(matter.id).notify_role(
                    taken.step.notifies, 'routing.msg_act_notice',
                    urgent=True, step=taken.step.title,
                    number=matter.values['number'])


@planning.preparer('routing')
def send_on(writing):
    "Let what is sent be born in the registers of the receivers"
    Letter = Pool().get('complaints.letter')
    sent = [p for p in writing.plans if p.more.get('sent')]
    twins = Letter.create_twins([
            (Letter(p.matter.id), p.more['sent'].receiver) for p in sent])
    for planned, twin in zip(sent, twins, strict=True):
        planned.matter.values['transferred_to'] = twin.id


@planning.follow('letter', 'transfer', 'routing')
def send(writing, matters):
    "Put on record what goes where"
    pool = Pool()
    Letter, Transfer = pool.get('complaints.letter'), pool.get(
        'routing.transfer')
    for planned in writing.plans:
        sent = planned.more.get('sent')
        if sent:
            letter = Letter(planned.matter.id)
            Transfer.send(
                letter, letter.transferred_to, sent.reason, sent.automatic)


@planning.follow('letter', 'send_back', 'routing')
def come_back(writing, matters):
    "Let who sent them work on the letters again"
    pool = Pool()
    Letter, Transfer = pool.get('complaints.letter'), pool.get(
        'routing.transfer')
    letters = Letter.browse([m.id for m in matters])
    with as_server(
            "it comes back where the user does not work", SERVER):
        times = Transfer.sent_back(letters)
        for letter in letters:
            origin = letter.transferred_from
            # who sent it may have ended meanwhile
            Letter.to_successors([origin])
            origin.notify_role(
                'clerk', 'routing.msg_return_notice', number=origin.number,
                agency=letter.agency.rec_name)
            Letter.take_steps([origin], Act('come_back', said={
                        'sent_on': Transfer.last_of(origin).sent_on,
                        'times': times[origin.id]}, follows=True))


@planning.follow('letter', 'register', 'routing')
def receive(writing, matters):
    "What was on its way to a letter has arrived"
    pool = Pool()
    Letter = pool.get('complaints.letter')
    if writing.by.register:
        return
    arrived = [m.id for m in matters if m['transferred_from']]
    if arrived:
        pool.get('routing.transfer').received(Letter.browse(arrived))
    for letter in Letter.browse([m.id for m in matters if m['handler']]):
        letter.note_denounced()


@planning.follow('letter', 'classify', 'routing')
def note_classified(writing, matters):
    Letter = Pool().get('complaints.letter')
    if not writing.by.register:
        Letter.note_classified(Letter.browse([m.id for m in matters]))


@planning.follow('letter', 'join', 'routing')
def count_again(writing, matters):
    "There is one more letter on the matter"
    Letter = Pool().get('complaints.letter')
    for letter in Letter.browse([m.id for m in matters]):
        letter.note_repeats()


@matters_.loader('routing')
def load_happened(found, needs):
    "What has happened to letters or cases by now: (rule, mark)"
    if 'happened' not in needs:
        return
    Schedule = Pool().get('routing.escalation.schedule')
    for row in Schedule.search([
                ('resource', 'in', [
                        f'{m.model},{m.id}' for m in found.values()])]):
        found[row.resource.id].facts.setdefault('happened', []).append(
            (row.rule.id, row.mark))


@matters_.loader('routing')
def load_proposed(found, needs):
    "What the router proposes where nobody has proposed anything"
    if 'proposed' not in needs:
        return
    for letter in Pool().get('complaints.letter').browse(list(found)):
        if not letter.proposal:
            found[letter.id].facts['proposed'] = letter.proposed()


@matters_.loader('routing')
def load_receiver(found, needs):
    "Who gets today what is to be sent, and how whom one meant is called"
    if 'receiver' not in needs:
        return
    pool = Pool()
    Agency, today = pool.get('agencies.agency'), pool.get('ir.date').today()
    for matter in found.values():
        if matter['proposed_to']:
            agency = Agency(matter['proposed_to'])
            receiver = agency.successor_on(today)
            matter.facts['receiver'] = (
                receiver.id if receiver else None, agency.rec_name)


@matters_.loader('routing')
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
