# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What the rules do when their moment has come."""
from trytond.i18n import gettext
from trytond.model import Model
from trytond.modules.agencies import clock as time
from trytond.pool import Pool
from trytond.transaction import Transaction, without_check_access

from .chain import People, Reached, reach


class Action(Model):
    "The actions of the rules of escalation, by their name"
    __name__ = 'routing.escalation.action'

    @classmethod
    def take(cls, rows):
        """Take the steps of rows of the schedule

        All are looked at before anything is written: Tryton forgets what it
        has read with each write."""
        people = People()
        with without_check_access(), \
                Transaction().set_user(0, set_context=True):
            seen = [(row, row.record, cls.reached(row, people))
                for row in rows]
            escalated, told, others = [], [], []
            for row, record, reached in seen:
                action = row.rule.action
                if action == 'notify':
                    reached = cls._handler_of(row, record) or reached
                if action == 'escalate' or (
                        action == 'notify' and reached.gap):
                    escalated.append((row, reached))
                elif action == 'notify':
                    told.append((row, record, reached))
                else:
                    others.append((row, record, reached))
            cls._tell(told)
            cls._escalate(escalated, people)
            for row, record, reached in others:
                getattr(cls, f'_{row.rule.action}')(row, record, reached)

    # Whom it concerns

    @classmethod
    def responsible(cls, record):
        "Return the agency that has to act"
        return getattr(record, 'responsible', None) or record.agency

    @classmethod
    def targets(cls, row, people):
        "Return the agencies to which a step goes: the meant one, then others"
        rule, record = row.rule, row.record
        agency = cls.responsible(record)
        if rule.to == 'own':
            return [agency, *people.superiors(agency)]
        if rule.to == 'sender':
            sender = getattr(record, 'sender', None) or agency
            return [sender, *people.superiors(sender)]
        superiors = people.superiors(agency)
        if rule.to == 'second':
            second = cls.second_instance(record)
            if second:
                return [second, *people.superiors(second)]
            return superiors
        level = min(row.step, max(len(superiors), 1))
        return superiors[level - 1:]

    @staticmethod
    def second_instance(record):
        "Return who settles when the first instance was late, or None"
        Jurisdiction = Pool().get('routing.jurisdiction')
        letters = getattr(record, 'letters', None)
        if not letters:
            return None
        letter = letters[0].__class__(letters[0].id)
        letter.instance = '2'
        candidates = Jurisdiction.candidates(letter)
        return candidates[0].agency if len(candidates) == 1 else None

    @classmethod
    def reached(cls, row, people):
        rule = row.rule
        targets = cls.targets(row, people)
        if not targets:
            # nobody is above: those who oversee the agency itself, if any
            reached = reach(row.record, [], rule.role, people)
            users = people.present(
                cls.responsible(row.record), 'supervisor')
            return Reached(None, tuple(users) or reached.users, 'no_superior')
        return reach(row.record, targets, rule.role, people)

    # The actions

    @classmethod
    def _escalate(cls, pairs, people=None):
        Escalation = Pool().get('routing.escalation')
        return Escalation.raise_(pairs, people or People())

    @classmethod
    def _tell(cls, told):
        pool = Pool()
        Notice = pool.get('routing.notice')
        calm = pool.get('routing.configuration').next_moment(time.utcnow())
        waiting = []
        for row, record, reached in told:
            waiting += Notice.prepare(
                reached.users, record, 'routing.msg_rule_notice',
                urgent=row.rule.urgent, digest=row.rule.digest, calm=calm,
                number=record.rec_name, rule=row.rule.name)
        Notice.keep(waiting)

    @classmethod
    def _handler_of(cls, row, record):
        "Return of all handlers the one who works on it, if he is there"
        handler = getattr(record, 'handler', None)
        if row.rule.role == 'handler' and handler and not cls._is_gone(
                handler, record):
            return Reached(record.agency, (handler,))

    @staticmethod
    def _is_gone(user, record):
        Absence = Pool().get('agencies.absence')
        today = Pool().get('ir.date').today()
        return not user.active or Absence.present(
            [user], record.agency, today) != [user]

    @classmethod
    def _urge(cls, row, record, reached):
        cls._draft(row, record, reached, 'urge')

    @classmethod
    def _report(cls, row, record, reached):
        cls._draft(row, record, reached, 'report')

    @classmethod
    def _draft(cls, row, record, reached, kind):
        "Draft what the superior has to send, and tell who has to send it"
        Demand = Pool().get('routing.demand')
        Notice = Pool().get('routing.notice')
        demand = reached.agency and Demand.draft(
            record, reached.agency, kind, row.rule)
        if not demand or reached.gap:
            escalation, = cls._escalate([(row, reached)])
            escalation.demand = demand
            escalation.save()
            return
        # it has a time limit to be sent by, and goes up from there
        Notice.post(
            reached.users, demand, 'routing.msg_rule_notice',
            urgent=row.rule.urgent, number=record.rec_name,
            rule=row.rule.name)

    @classmethod
    def _reassign(cls, row, record, reached):
        user = cls.least_loaded(
            record, without=getattr(record, 'handler', None))
        if not user:
            cls._escalate([(row, reached)])
            return
        record.give_to_checked([record], user)

    @staticmethod
    def least_loaded(record, without=None):
        "Return the handler of the agency who is there and has the least work"
        Workload = Pool().get('routing.workload')
        users = reach(record, [record.agency], 'handler').users
        users = [
            u for u in users if u != without
            and Pool().get('res.user').has_role(
                record.agency, 'handler', user=u.id)]
        loads = Workload.of(users)
        return min(users, key=lambda u: (loads[u.id], u.id), default=None)

    @classmethod
    def _hand_over(cls, row, record, reached):
        """Hand to the superior

        A letter whose head is denounced goes up by itself; what is late is
        offered to the superior, who decides to take it over."""
        if record.__name__ == 'complaints.letter' and not row.clock:
            if record.go_up(row.rule):
                return
        escalation, = cls._escalate([(row, reached)])
        escalation.offered = True
        escalation.save()

    @classmethod
    def _dispute(cls, row, record, reached):
        pool = Pool()
        Dispute = pool.get('routing.dispute')
        Jurisdiction = pool.get('routing.jurisdiction')
        candidates = [
            c.agency for c in Jurisdiction.candidates(record) if c.agency]
        Dispute.raise_(record, candidates, gettext(
                'routing.msg_dispute_by_rule', rule=row.rule.name,
                reason=Jurisdiction.find(record)[1]))
