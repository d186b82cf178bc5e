# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What the rules do when their moment has come.

All steps of a batch are looked at together, in plain values; what escalates,
tells or drafts is written together, one statement a table.
"""
from trytond.i18n import gettext
from trytond.model import Model
from trytond.modules.foundation import clock as time
from trytond.modules.foundation.acting import SERVER, as_server
from trytond.modules.routing.workload import least_loaded
from trytond.pool import Pool

from .chain import Reached, reach
from .matters import CASE, LETTER
from .people import People

# What has a handler, and can get another one
_ASSIGNABLE = frozenset([LETTER, CASE])


class Step:
    """A step of a rule that is taken

    rule -- the record of the rule
    late -- the matters.Late that it is about
    clock -- the id of the time limit, None for an event
    due_on, days_late -- of the time limit
    level -- which step it is
    run_at -- when it is taken, where it is foreseen"""

    def __init__(self, rule, late, clock=None, due_on=None, days_late=0,
            level=1, run_at=None):
        self.rule, self.late, self.run_at = rule, late, run_at
        self.clock, self.due_on, self.days_late = clock, due_on, days_late
        self.level = level
        self._record = None

    @property
    def record(self):
        "What the step is about, as a record: only where it is changed"
        if self._record is None:
            self._record = Pool().get(self.late.model)(self.late.id)
        return self._record


def people_of(steps):
    "Return the people.People who may be told of steps"
    agencies, handlers = set(), set()
    for step in steps:
        late = step.late
        agencies.update([late.agency, late.responsible])
        agencies.update(a.agency for a in late.accused)
        if step.rule.to == 'sender':
            agencies.add(late.sender)
        if step.rule.role == 'handler':
            handlers.add(late.handler)
    return People(agencies - {None}, handlers - {None})


class Action(Model):
    "The actions of the rules of escalation, by their name"
    __name__ = 'escalation.action'

    @classmethod
    def take(cls, steps):
        """Take steps

        All are looked at before anything is written."""
        with as_server(
                "a rule that is due acts, and nobody for it", SERVER):
            people = people_of(steps)
            cls._read_second(steps)
            escalated, told, drafted, others = [], [], [], []
            for step in steps:
                reached = cls.reached(step, people)
                action = step.rule.action
                if action == 'notify':
                    reached = cls._handler_of(step, people) or reached
                if action == 'escalate' or (
                        action == 'notify' and reached.gap):
                    escalated.append((step, reached))
                elif action == 'notify':
                    told.append((step, reached))
                elif action in {'urge', 'report'}:
                    drafted.append((step, reached))
                else:
                    others.append((step, reached))
            cls._tell(told, people)
            cls._escalate(escalated, people)
            cls._draft(drafted, people)
            for step, reached in others:
                getattr(cls, f'_{step.rule.action}')(step, reached, people)

    # Whom it concerns

    @classmethod
    def targets(cls, step, people):
        "Return the agencies to which a step goes: the meant one, then others"
        rule, late = step.rule, step.late
        if rule.to == 'own':
            return cls._from(late.responsible, people)
        if rule.to == 'sender':
            return cls._from(late.sender or late.responsible, people)
        superiors = people.superiors(late.responsible)
        if rule.to == 'second':
            second = cls.second_instance(step)
            if second:
                people.load([second])
                return cls._from(second, people)
            return superiors
        level = min(step.level, max(len(superiors), 1))
        return superiors[level - 1:]

    @staticmethod
    def _from(agency, people):
        return (agency, *people.superiors(agency))

    @staticmethod
    def _read_second(steps):
        "Let the cases whose second instance is asked for be read together"
        cases = [
            step for step in steps
            if step.rule.to == 'second' and step.late.model == CASE]
        records = {
            r.id: r for r in Pool().get(CASE).browse(
                list(dict.fromkeys(step.late.id for step in cases)))}
        for step in cases:
            step._record = records[step.late.id]

    @staticmethod
    def second_instance(step):
        "Return who settles when the first instance was late, or None"
        Jurisdiction = Pool().get('routing.jurisdiction')
        letters = getattr(step.record, 'letters', None)
        if not letters:
            return None
        letter = letters[0].__class__(letters[0].id)
        letter.instance = '2'
        candidates = Jurisdiction.candidates(letter)
        if len(candidates) == 1 and candidates[0].agency:
            return candidates[0].agency.id

    @classmethod
    def reached(cls, step, people):
        "Return the chain.Reached of a step"
        role, late = step.rule.role, step.late
        targets = cls.targets(step, people)
        if not targets:
            # nobody is above: those who oversee the agency itself, if any
            users = people.present(late.responsible, 'supervisor')
            return Reached(
                None, users or reach(late, [], role, people).users,
                'no_superior')
        return reach(late, targets, role, people)

    @staticmethod
    def _handler_of(step, people):
        "Return of all handlers the one who works on it, if he is there"
        late = step.late
        if (step.rule.role == 'handler' and late.handler
                and people.is_there(late.handler, late.agency)):
            return Reached(late.agency, (late.handler,))

    @staticmethod
    def _is_gone(user, record):
        Absence = Pool().get('agencies.absence')
        today = Pool().get('ir.date').today()
        return not user.active or Absence.present(
            [user], record.agency, today) != [user]

    # The actions

    @classmethod
    def _escalate(cls, pairs, people):
        return Pool().get('escalation.escalation').raise_(pairs, people)

    @classmethod
    def _tell(cls, told, people):
        pool = Pool()
        Notice = pool.get('escalation.notice')
        calm = pool.get('escalation.configuration').next_moment(time.utcnow())
        waiting = []
        for step, reached in told:
            waiting += cls._notices_of(
                step, reached, people, step.late.model, step.late.id,
                digest=bool(step.rule.digest), calm=calm)
        Notice.keep(waiting)

    @staticmethod
    def _notices_of(step, reached, people, model, id_, **options):
        Notice = Pool().get('escalation.notice')
        return Notice.prepare_for(
            [people.users[u] for u in reached.users], model, id_,
            'escalation.msg_rule_notice', urgent=bool(step.rule.urgent),
            number=step.late.name, rule=step.rule.name, **options)

    @classmethod
    def _draft(cls, pairs, people):
        """Draft what the superiors have to send, and tell who has to send it

        Where nobody is there to send it, it escalates with the draft."""
        pool = Pool()
        Demand = pool.get('escalation.demand')
        Notice = pool.get('escalation.notice')
        Agency = pool.get('agencies.agency')
        demands = Demand.draft_all([
                (step.record, reached.agency and Agency(reached.agency),
                    step.rule.action, step.rule) for step, reached in pairs])
        waiting, escalated = [], []
        for (step, reached), demand in zip(pairs, demands, strict=True):
            if not demand or reached.gap:
                escalated.append((step, reached, demand))
                continue
            # it has a time limit to be sent by, and goes up from there
            waiting += cls._notices_of(
                step, reached, people, demand.__name__, demand.id)
        Notice.keep(waiting)
        raised = cls._escalate(
            [(step, reached) for step, reached, _ in escalated], people)
        for escalation, (_, _, demand) in zip(
                raised, escalated, strict=True):
            if demand:
                escalation.demand = demand
                escalation.save()

    @classmethod
    def _reassign(cls, step, reached, people):
        record = step.record
        user = step.late.model in _ASSIGNABLE and least_loaded(
            record, without=record.handler)
        if not user:
            cls._escalate([(step, reached)], people)
            return
        record.give_to_checked([record], user)

    @classmethod
    def _hand_over(cls, step, reached, people):
        """Hand to the superior

        A letter whose head is denounced goes up by itself; what is late is
        offered to the superior, who decides to take it over."""
        if step.late.model == LETTER and not step.clock:
            if step.record.go_up(step.rule):
                return
        escalation, = cls._escalate([(step, reached)], people)
        escalation.offered = True
        escalation.save()

    @classmethod
    def _dispute(cls, step, reached, people):
        pool = Pool()
        Dispute = pool.get('routing.dispute')
        Jurisdiction = pool.get('routing.jurisdiction')
        record = step.record
        candidates = [
            c.agency for c in Jurisdiction.candidates(record) if c.agency]
        Dispute.raise_(record, candidates, gettext(
                'escalation.msg_dispute_by_rule', rule=step.rule.name,
                reason=Jurisdiction.find(record)[1]))
