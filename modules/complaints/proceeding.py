# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What may be done next, and what doing it sets off."""
import datetime as dt
from dataclasses import replace

from trytond.i18n import gettext
from trytond.model import fields
from trytond.modules.foundation.acting import acting_user, as_server
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.transaction import Transaction

from . import bulk, matters, planning
from .exceptions import StepError
from .outlook import is_for_others, outlook
from .plan import Act as Act_
from .plan import Work


def lawful_button(name, icon, also=False):
    """Return the attributes of the button of a step

    also -- when it is invisible though the step is lawful"""
    return {
        'invisible': ~Eval('lawful', []).contains(name) | also,
        'icon': icon,
        'depends': ['lawful'],
        }


def role_names(roles):
    "Return who may take a step, in the language of the user"
    labels = dict(Pool().get('complaints.procedure.step').roles.selection)
    return ', '.join(
        gettext(f'complaints.msg_role_{role}')
        if role in {'clerk', 'handler', 'leader'} else labels[role]
        for role in roles)


class ProcedureMixin:
    "A model whose buttons are steps of a procedure"
    __slots__ = ()

    lawful = fields.Function(
        fields.MultiSelection('get_step_names', "Lawful Steps"),
        'get_lawful')
    next_steps = fields.Function(
        fields.Text("Next Steps"), 'get_next_steps')

    @classmethod
    def get_step_names(cls):
        Step = Pool().get('complaints.procedure.step')
        names = {s.name: s.title or s.name for s in Step.search([
                    ('resource', '=', cls.__name__)])}
        return list(names.items())

    @property
    def procedure(self):
        Procedure = Pool().get('complaints.procedure')
        return Procedure.get(self.kind, self.instance or '1')

    def get_lawful(self, name):
        today = Pool().get('ir.date').today()
        return tuple(self.procedure.steps_from(
                self.__name__, self.state, today))

    def get_next_steps(self, name):
        "Say what may be done now, by whom, by which article and what lacks"
        lines, work = [], self.work()
        for look in outlook(work):
            step = look.step
            if not look.now or look.taken or is_for_others(work, look):
                # done already, or without the circumstance it is for
                continue
            lacking = [
                planning.said(work.requirement_text(r)) for r in look.unmet]
            lines.append(gettext(
                    'complaints.msg_next_step_lacking' if lacking
                    else 'complaints.msg_next_step',
                    step=step.title, citation=step.citation,
                    document=step.document or '–',
                    roles=role_names(step.roles),
                    lacking='; '.join(lacking)))
        return '\n'.join(lines)

    def steps_to_record(self, only=()):
        """Return what the user may put on record now, and why not the rest

        only -- the names of the steps that are asked for; none for all

        As (the ids of the steps, in the order of the procedure; lines that
        say of the others what lacks, or until when they wait)"""
        work, ids, lines, buttons = self.work(), [], [], []
        for look in outlook(work):
            own = hasattr(type(self), look.step.name)
            if only and look.step.name not in only:
                continue
            if look.is_open:
                if own:
                    buttons.append(look.step.title)
                else:
                    ids.append(look.step.id)
            elif look.now or not own:
                lines.append(self._why_not(work, look))
        if buttons:
            lines.append(gettext(
                    'complaints.msg_step_by_button',
                    steps='; '.join(buttons)))
        return ids, lines

    def _why_not(self, work, look):
        "Say why the user can not take a step now"
        if look.taken:
            message, more = 'complaints.msg_step_is_taken', {}
        elif look.unmet:
            message, more = 'complaints.msg_step_is_lacking', {
                'lacking': '; '.join(
                    planning.said(work.requirement_text(r))
                    for r in look.unmet)}
        elif not look.now:
            labels = dict(self.fields_get(['state'])['state']['selection'])
            message, more = 'complaints.msg_step_is_later', {
                'states': ', '.join(
                    labels[s] for s in labels if s in look.later)}
        else:
            message, more = 'complaints.msg_step_is_of_others', {
                'roles': role_names(look.step.roles)}
        return gettext(
            message, step=look.step.title, citation=look.step.citation,
            **more)

    # What must hold before a step

    def work(self, name=''):
        "Return the plan.Work in which one may ask what holds for a step"
        with as_server("what holds for a step depends on the whole matter"):
            matter, = matters.load(self.__name__, [self.id], ())
            return Work(
                Pool().get('complaints.procedure').law(), planning.acting(),
                None, matter, Act_(name, of=matter.of))

    def acts_of(self, name):
        "Return how many acts of this name are on record and stand"
        return self.work().acts_of(name)

    def circumstance(self, name):
        "Return if a circumstance that the book names is so"
        return self.work().circumstance(name)

    def meets(self, requirement):
        "Return if a procedure_book.Requirement is met"
        return self.work().meets(requirement)

    @classmethod
    def check_allowed(cls, records, name):
        "Raise StepError or RoleError where a step is not allowed, or not yet"
        by, book = planning.acting(), Pool().get('complaints.procedure').law()
        loaded = matters.load(cls.__name__, [r.id for r in records], [name])
        bulk.for_each(
            records,
            lambda matter: planning.check(
                book, matter, Act_(name, of=matter.of), by),
            list(zip(records, loaded, strict=True)))

    @classmethod
    def step_title(cls, name):
        Button = Pool().get('ir.model.button')
        Step = Pool().get('complaints.procedure.step')
        buttons = Button.search([
                ('model', '=', cls.__name__),
                ('name', 'in', [name, name + '_']),
                ], limit=1)
        if buttons:
            return buttons[0].string
        steps = Step.search([('name', '=', name)], limit=1)
        return steps[0].title if steps else name

    # What a step sets off

    @classmethod
    def check_seen(cls, ids):
        "Raise AccessError for what the user may not read"
        if Transaction().check_access and Transaction().user:
            cls.read(ids, ['id'])

    def foresee(self, act):
        """Return the open time limits that a step would move, as it is planned

        act -- a plan.Act on this record

        A list of pairs of plan.Clock, before and after, the one that ends
        first first.  Who may take the step is asked when it is taken; else it
        raises what take_steps raises."""
        self.check_seen([self.id])
        by = replace(planning.acting(), server=True)
        with as_server("check_seen() says who may ask"):
            before, = matters.load(self.__name__, [self.id], [act.step])
            after = planning.planned(
                Pool().get('complaints.procedure').law(), before, [act], by)
        known = {clock.id: clock for clock in before.clocks if clock.is_open}
        return sorted((
                (known[clock.id], clock) for clock in after.matter.clocks
                if clock.id in known and clock != known[clock.id]),
            key=lambda pair: (pair[0].due_on or dt.date.max, pair[0].id))

    @classmethod
    def take_steps(cls, records, *acts):
        """Take steps of the procedure: what they do is said by plan

        acts -- plan.Act, the same for each record

        Returns the planning.Writing.  Raises StepError, RoleError and what
        else the plan refuses; AccessError for what one may not read."""
        ids = [record.id for record in records]
        cls.check_seen(ids)
        by = planning.acting()
        with as_server("the plan checks rights and law"):
            book = Pool().get('complaints.procedure').law()
            loaded = matters.load(
                cls.__name__, ids, [act.step for act in acts])
            plans = bulk.for_each(
                records,
                lambda matter: planning.planned(
                    book, matter, cls._open_reasons(matter, acts), by),
                list(zip(cls.browse(ids), loaded, strict=True)))
            return planning.write(plans, by)

    @classmethod
    def _open_reasons(cls, matter, acts):
        """Return acts on a secret matter with a reason that others may read

        It stands beside the time limit and in the audit: of whom the writer
        knows it says nothing.  What he wrote is said by the act, sealed."""
        if not matter.is_secret or not any(
                act.said.get('reason') and not act.follows for act in acts):
            return acts
        persons = cls(matter.id).known_persons(acting_user())
        redact = Pool().get('complaints.identity').redact
        return [
            replace(act, said={
                    **act.said, 'told': act.said.get('reason'),
                    'reason': redact(persons, act.said.get('reason'))})
            for act in acts]

    @classmethod
    def take_act(cls, records, name, day=None, **values):
        """Take a step that has no method of its own, and return the acts.

        values -- what the step asks for: number, text, people, meeting_on

        Raises StepError where the procedure does not allow it, or where
        something that it asks for is missing; DateError for a day that can
        not be.
        """
        Act = Pool().get('complaints.act')
        if hasattr(cls, name):
            raise StepError(gettext(
                    'complaints.msg_step_own_button',
                    step=cls.step_title(name)))
        of = cls.__name__.removeprefix('complaints.')
        writing = cls.take_steps(records, Act_(name, day, values, of))
        with as_server("the plan has checked rights and law"):
            return Act.browse([
                    id_ for ids in writing.acts_of.values() for id_ in ids])
