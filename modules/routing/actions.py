# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What the rules do when their moment has come."""
from trytond.i18n import gettext
from trytond.model import Model
from trytond.pool import Pool
from trytond.transaction import Transaction, without_check_access

from .chain import Reached, reach


class Action(Model):
    "The actions of the rules of escalation, by their name"
    __name__ = 'routing.escalation.action'

    @classmethod
    def take(cls, rows):
        "Take the steps of rows of the schedule"
        with without_check_access(), \
                Transaction().set_user(0, set_context=True):
            for row in rows:
                getattr(cls, f'_{row.rule.action}')(row, row.record)

    # Whom it concerns

    @classmethod
    def responsible(cls, record):
        "Return the agency that has to act"
        return getattr(record, 'responsible', None) or record.agency

    @classmethod
    def targets(cls, row):
        "Return the agencies to which a step goes: the meant one, then others"
        rule, record = row.rule, row.record
        agency = cls.responsible(record)
        if rule.to == 'own':
            return [agency, *agency.superiors()]
        if rule.to == 'sender':
            sender = getattr(record, 'sender', None) or agency
            return [sender, *sender.superiors()]
        superiors = agency.superiors()
        if rule.to == 'second':
            second = cls.second_instance(record)
            if second:
                return [second, *second.superiors()]
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
    def reached(cls, row):
        rule = row.rule
        targets = cls.targets(row)
        if not targets:
            # nobody is above: those who oversee the agency itself, if any
            reached = reach(row.record, [], rule.role)
            agency = cls.responsible(row.record)
            users = agency.users_present('supervisor')
            return Reached(None, tuple(users) or reached.users, 'no_superior')
        return reach(row.record, targets, rule.role)

    # The actions

    @classmethod
    def _escalate(cls, row, record):
        Escalation = Pool().get('routing.escalation')
        return Escalation.raise_(row, cls.reached(row))

    @classmethod
    def _notify(cls, row, record):
        Notice = Pool().get('routing.notice')
        reached = cls.reached(row)
        handler = getattr(record, 'handler', None)
        if row.rule.role == 'handler' and handler and not cls._is_gone(
                handler, record):
            # of all handlers the one who works on it
            reached = Reached(record.agency, (handler,))
        if reached.gap:
            return cls._escalate(row, record)
        Notice.post(
            reached.users, record, 'routing.msg_rule_notice',
            urgent=row.rule.urgent, digest=row.rule.digest,
            number=record.rec_name, rule=row.rule.name)

    @staticmethod
    def _is_gone(user, record):
        Absence = Pool().get('agencies.absence')
        today = Pool().get('ir.date').today()
        return not user.active or Absence.present(
            [user], record.agency, today) != [user]

    @classmethod
    def _urge(cls, row, record):
        cls._draft(row, record, 'urge')

    @classmethod
    def _report(cls, row, record):
        cls._draft(row, record, 'report')

    @classmethod
    def _draft(cls, row, record, kind):
        "Draft what the superior has to send, and tell who has to send it"
        Demand = Pool().get('routing.demand')
        Notice = Pool().get('routing.notice')
        reached = cls.reached(row)
        if not reached.agency:
            return cls._escalate(row, record)
        demand = Demand.draft(record, reached.agency, kind, row.rule)
        if not demand or reached.gap:
            escalation = cls._escalate(row, record)
            escalation.demand = demand
            escalation.save()
            return escalation
        # it has a time limit to be sent by, and goes up from there
        Notice.post(
            reached.users, demand, 'routing.msg_rule_notice',
            urgent=row.rule.urgent, number=record.rec_name,
            rule=row.rule.name)

    @classmethod
    def _reassign(cls, row, record):
        user = cls.least_loaded(
            record, without=getattr(record, 'handler', None))
        if not user:
            return cls._escalate(row, record)
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
    def _hand_over(cls, row, record):
        """Hand to the superior

        A letter whose head is denounced goes up by itself; what is late is
        offered to the superior, who decides to take it over."""
        if record.__name__ == 'complaints.letter' and not row.clock:
            if record.go_up(row.rule):
                return None
        escalation = cls._escalate(row, record)
        escalation.offered = True
        escalation.save()
        return escalation

    @classmethod
    def _dispute(cls, row, record):
        pool = Pool()
        Dispute = pool.get('routing.dispute')
        Jurisdiction = pool.get('routing.jurisdiction')
        candidates = [
            c.agency for c in Jurisdiction.candidates(record) if c.agency]
        Dispute.raise_(record, candidates, gettext(
                'routing.msg_dispute_by_rule', rule=row.rule.name,
                reason=Jurisdiction.find(record)[1]))
