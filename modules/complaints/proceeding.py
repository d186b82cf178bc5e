# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What may be done next, and what doing it sets off."""
from collections import Counter, defaultdict

from trytond.i18n import gettext
from trytond.model import fields
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.transaction import Transaction, without_check_access

from . import bulk, matters, planning
from .exceptions import StepError
from .plan import Act as Act_
from .procedure import Step


def lawful_button(name, icon, also=False):
    """Return the attributes of the button of a step

    also -- when it is invisible though the step is lawful"""
    return {
        'invisible': ~Eval('lawful', []).contains(name) | also,
        'icon': icon,
        'depends': ['lawful'],
        }


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
        Step = Pool().get('complaints.procedure.step')
        today = Pool().get('ir.date').today()
        roles = dict(Step.roles.selection)
        lines = []
        steps = Step.browse(self.procedure.steps_from(
                self.__name__, self.state, today).values())
        for step in steps:
            unmet = [r for r in step.requirements() if not self.meets(r)]
            if step.once and self.acts_of(step.name) or any(
                    not r.negated and not self.procedure.step_on(
                        self.__name__, r.what, today) for r in unmet):
                # done already, or without the circumstance it is for
                continue
            lacking = [self.requirement_text(r) for r in unmet]
            lines.append(gettext(
                    'complaints.msg_next_step_lacking' if lacking
                    else 'complaints.msg_next_step',
                    step=step.title or step.name, citation=step.citation,
                    document=step.document or '–',
                    roles=', '.join(
                        gettext(f'complaints.msg_role_{r}')
                        if r in {'clerk', 'handler', 'leader'}
                        else roles[r] for r in step.roles),
                    lacking='; '.join(lacking)))
        return '\n'.join(lines)

    # What must hold before a step

    def acts_of(self, name):
        "Return how many acts of this name are on record and stand"
        return Counter(
            act.name for act in self.acts if not act.annulled_on)[name]

    def circumstance(self, name):
        "Return if a circumstance that a requirement names is so"
        raise NotImplementedError

    def meets(self, requirement):
        "Return if a procedure_book.Requirement is met"
        if (requirement.condition
                and not self.circumstance(requirement.condition)):
            return True
        today = Pool().get('ir.date').today()
        if self.procedure.step_on(self.__name__, requirement.what, today):
            met = bool(self.acts_of(requirement.what))
        else:
            met = self.circumstance(requirement.what)
        return met != requirement.negated

    def requirement_text(self, requirement):
        today = Pool().get('ir.date').today()
        step = self.procedure.step_on(
            self.__name__, requirement.what, today)
        if step and not requirement.negated:
            return step.title
        return gettext('complaints.msg_circumstance_%s%s' % (
                'not_' if requirement.negated else '', requirement.what))

    @classmethod
    def check_step(cls, name, records):
        "Return the steps of the records; raise StepError or RoleError"
        today = Pool().get('ir.date').today()
        return bulk.for_each(
            records, lambda record: record._check_step(name, today))

    def _check_step(self, name, today):
        User = Pool().get('res.user')
        step = self.procedure.step_on(self.__name__, name, today)
        if not step or self.state not in step.codes(step.states):
            raise StepError(gettext(
                    'complaints.msg_step_not_allowed',
                    step=step.title if step else self.step_title(name),
                    record=self.rec_name,
                    state=self.state_string,
                    procedure=self.procedure.name,
                    citation=(step or self.procedure).citation))
        User.check_role(self.agency, *step.roles)
        if step.requires or step.once:
            with without_check_access():
                self.__class__(self.id).check_requirements(step)
        return step

    def check_requirements(self, step):
        "Raise StepError unless what the step requires is on record"
        lacking = [
            self.requirement_text(r) for r in step.requirements()
            if not self.meets(r)]
        if lacking:
            raise StepError(gettext(
                    'complaints.msg_step_requires', step=step.title,
                    record=self.rec_name, lacking='; '.join(lacking),
                    citation=step.citation))
        if step.once and self.acts_of(step.name):
            raise StepError(gettext(
                    'complaints.msg_step_once', step=step.title,
                    record=self.rec_name, citation=step.citation))

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
    def run_clocks(cls, records, steps, day=None):
        "End and start the clocks of the steps taken"
        Clock = Pool().get('deadlines.clock')
        today = Pool().get('ir.date').today()
        stops, starts = defaultdict(dict), []
        # read again what the steps changed
        records = cls.browse([r.id for r in records])
        for record, step in zip(records, steps, strict=True):
            act_day = day or record.step_day(step.name) or today
            if step.meets:
                stops[step.meets][record] = act_day
            for code in step.starting(record):
                starts.append((record, code, {
                            'act': act_day, 'today': today,
                            }.get(step.starts_from) or getattr(
                                record, step.starts_from)))
        for meets, days in stops.items():
            Clock.stop(list(days), Step.codes(meets), days)
        if starts:
            Clock.start(starts)

    def step_day(self, name):
        "Return the day of the act that the step records, None for today"

    def step_number(self, name):
        "Return the number of the document of a step"

    @classmethod
    def record_acts(cls, records, steps, said):
        """Put the steps taken on record

        said -- the arguments of the step, by name"""

    @classmethod
    def take_steps(cls, records, *acts):
        """Take steps of the procedure: what they do is said by plan

        acts -- plan.Act, the same for each record

        Returns the planning.Writing.  Raises StepError, RoleError and what
        else the plan refuses; AccessError for what one may not read."""
        ids = [record.id for record in records]
        if Transaction().check_access and Transaction().user:
            cls.read(ids, ['id'])
        by = planning.acting()
        with without_check_access():
            book = Pool().get('complaints.procedure').law()
            loaded = matters.load(
                cls.__name__, ids, [act.step for act in acts])
            plans = bulk.for_each(
                records,
                lambda matter: planning.planned(book, matter, acts, by),
                list(zip(cls.browse(ids), loaded, strict=True)))
            return planning.write(plans, by)

    @classmethod
    def take_act(cls, records, name, day=None, **values):
        """Take a step that has no method of its own, and return the acts.

        values -- what the step asks for: number, text, people, meeting_on

        Raises StepError where the procedure does not allow it, or where
        something that it asks for is missing; DateError for a day that can
        not be.
        """
        pool = Pool()
        Act = pool.get('complaints.act')
        Step = pool.get('complaints.procedure.step')
        if hasattr(cls, name):
            raise StepError(gettext(
                    'complaints.msg_step_own_button',
                    step=cls.step_title(name)))
        of = cls.__name__.removeprefix('complaints.')
        writing = cls.take_steps(records, Act_(name, day, values, of))
        with without_check_access():
            for planned in writing.plans:
                cls(planned.matter.id).after_act(
                    Step(planned.taken[-1].step.id))
            return Act.browse([
                    id_ for ids in writing.acts_of.values() for id_ in ids])

    def after_act(self, step):
        "Do what follows from an act; the notices come with the routing"
