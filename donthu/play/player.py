# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Plays the people of agencies: the one place that knows how it is done.

    player.receive(agency, kind='complaint', content=…)
    if player.may(letter, 'classify'):
        letter = player.take(letter, 'classify')

Whoever calls it says what is done, and when.  Who does it, what the law lets
be done today, what has to be done and filled in before, and the way in which
a step is taken, are known here.
"""
from contextlib import contextmanager

from donthu.play import answers

# Who does what several may do: a decision is the leader's
_WORKERS = ('clerk', 'handler', 'leader')
_DECIDERS = ('clerk', 'leader', 'handler')


def fresh(record):
    "Return the record as it is now"
    return record.__class__(record.id)


class Player:
    """Plays people in the transaction of the caller, who is the server

    refusals -- what was refused to them in `attempt`, as text"""

    def __init__(self):
        self.refusals = []

    # Who acts

    @staticmethod
    def holder(agency, *roles):
        "Return the user who holds the first role that somebody has, or None"
        for role in roles:
            users = agency.users_with(role)
            if users:
                return users[0]

    @contextmanager
    def at_client(self, user):
        "Do what follows as the user would at a client; None: as the server"
        from trytond.modules.foundation.acting import as_user
        from trytond.pool import Pool
        from trytond.transaction import Transaction
        User = Pool().get('res.user')
        with as_user(user.id if user else 0):
            context = {}
            if user:
                context = User.get_preferences(context_only=True)
                context['_check_access'] = True
            with Transaction().set_context(context):
                yield user

    def acting(self, agency, *roles):
        "Do what follows as who holds one of the roles; nobody: as the server"
        return self.at_client(self.holder(agency, *roles))

    @contextmanager
    def attempt(self, what):
        """Undo what is begun inside where it is refused, and keep why

        What was refused lies where it lay, as people leave it."""
        from trytond.exceptions import UserError
        from trytond.modules.audit.savepoint import savepoint
        try:
            with savepoint():
                yield
        except UserError as error:
            self.refusals.append(f'{what}: {error}')

    # What the law lets be done

    @staticmethod
    def step(record, name):
        "Return the complaints.procedure.step in force today, or None"
        from trytond.pool import Pool
        today = Pool().get('ir.date').today()
        return record.procedure.step_on(record.__name__, name, today)

    def may(self, record, name):
        """Tell if the law lets a step be taken in the state of today

        By who would take it: nobody sees what denounces him."""
        return name in fresh(record).lawful and self.sees(
            record, *self._roles(self.step(record, name)))

    def sees(self, record, *roles):
        "Tell if who holds one of the roles where a record is may see it"
        with self.acting(record.agency, *roles):
            return bool(record.__class__.search(
                    [('id', '=', record.id)], count=True))

    def lacking(self, record, name):
        "Return the names of the acts that must come before and have not"
        step, record = self.step(record, name), fresh(record)
        if not step:
            return []
        return [
            r.what for r in step.requirements()
            if not r.negated and not record.meets(r)
            and self.step(record, r.what)]

    def must_wait(self, record, name):
        "Tell if the law does not let a step be taken before another day"
        from trytond.pool import Pool
        record = fresh(record)
        if name == 'take_effect':
            today = Pool().get('ir.date').today()
            return bool(
                record.effective_from and record.effective_from > today)
        elif name == 'decide':
            # a dialogue today could not have been announced in time
            notice = self._notice(record, self.step(record, 'invite'))
            return bool(notice and notice < record.accepted_on)
        return False

    @staticmethod
    def _notice(record, step):
        "Return until when a meeting today had to be announced, or None"
        from trytond.pool import Pool
        pool = Pool()
        if not step or not step.notice:
            return None
        notice = pool.get('deadlines.clock').period_of(
            record, step.notice, pool.get('ir.date').today())
        return notice.due_on if notice else None

    # What is done

    def receive(self, agency, **values):
        "Let the clerk of an agency write a letter down; return it"
        from trytond.pool import Pool
        Letter = Pool().get('complaints.letter')
        with self.acting(agency, 'clerk'):
            letter, = Letter.create([{'agency': agency.id, **values}])
        return Letter(letter.id)

    def write(self, record, *roles, **values):
        "Let who holds one of the roles fill in fields of a letter or a case"
        if values:
            with self.acting(record.agency, *roles):
                record.__class__.write([fresh(record)], values)
        return fresh(record)

    def take(self, record, name, day=None, fields=None, **said):
        """Take a step with all that it requires; return the record after it

        day -- which the document bears; None for today
        fields -- of the record, that are filled in first
        said -- with the act, beside what the book asks for

        Raises UserError where it is refused."""
        from trytond.modules.complaints.plan import Act
        from trytond.pool import Pool
        record, step = fresh(record), self.step(record, name)
        roles = self._roles(step)
        record = self.write(record, *roles, **{
                **answers.written(record, name), **(fields or {})})
        for required in self.lacking(record, name):
            self.take(record, required)
        if step:
            today = Pool().get('ir.date').today()
            if step.team and not record.team:
                record = self.write(
                    record, 'leader', team=[('create', answers.team())])
            said = {**answers.said(record, step, today), **said}
            day = day or self._notice(record, step)
        act = Act(name, day, said, record.__name__.split('.')[1])
        with self.acting(record.agency, *roles):
            # buttons, wizards and doors of machines end here, too
            record.__class__.take_steps([fresh(record)], act)
        return fresh(record)

    @staticmethod
    def _roles(step):
        "Return who takes a step, those first who would rather"
        if not step:
            return _WORKERS
        order = _DECIDERS if step.to_state else _WORKERS
        return sorted(step.roles, key=lambda role: (
                order.index(role) if role in order else len(order)))

    def give(self, record, user):
        "Let the leader make a user the handler"
        with self.acting(record.agency, 'leader'):
            record.__class__.give_to([fresh(record)], user)
        return fresh(record)

    def answer(self, escalation, text):
        "Let the leader answer for what went up, unless it is about him"
        Escalation = escalation.__class__
        if not self.sees(escalation, 'leader'):
            return
        with self.acting(escalation.agency, 'leader'):
            Escalation.write([fresh(escalation)], {'answer': text})
            Escalation.send_answer([fresh(escalation)])
