# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The acts of a case: the circumstances that steps ask for, team, results."""
from trytond.i18n import gettext
from trytond.model import ModelSQL, ModelView, Unique, fields
from trytond.modules.audit.audited import AuditedMixin
from trytond.pool import Pool
from trytond.transaction import Transaction, without_check_access

from . import planning
from .act import effect_day
from .exceptions import StepError
from .procedure import COMPLAINTS

# The columns of tables 03/GQKN, 04/GQTC and 05/KQTH of TT 06/2025
OUTCOMES = [
    ('money_state', "Money to the State (VND)"),
    ('land_state', "Land to the State (m²)"),
    ('money_people', "Money to Organisations and People (VND)"),
    ('land_people', "Land to Organisations and People (m²)"),
    ('organisations', "Organisations Restored in Their Rights"),
    ('people', "People Restored in Their Rights"),
    ('sanctioned_bodies', "Organisations Sanctioned"),
    ('sanctioned', "People Sanctioned"),
    ('sanctioned_officials', "Officials among Them"),
    ('prosecution_cases', "Matters Handed to the Investigation"),
    ('prosecuted', "People Handed to the Investigation"),
    ('prosecuted_officials', "Officials among Those Handed Over"),
    ]


class CaseActsMixin:
    __slots__ = ()

    def circumstance(self, name):
        if name == 'withheld':
            return self.acts_of('withhold') > self.acts_of('restore')
        elif name in {'contested', 'differing'}:
            # What is not simply right leaves the parties apart (Điều 30)
            return self.result != 'right'
        elif name == 'known':
            return any(not letter.anonymous for letter in self.letters)
        elif name == 'published':
            return self.state in {'sent', 'effective', 'enforcing'}
        elif name == 'granted':
            return (self.state in {'effective', 'enforcing'}
                and self.result in {'right', 'partly'})
        elif name in {'from_deputy', 'from_front'}:
            return self._forwarded(name.removeprefix('from_'))
        elif name == 'to_answer':
            return self._forwarded('deputy', 'front')
        elif name == 'answering':
            # only who was told of a decision is owed its result
            return bool(self.decided_on) and self._owes_answer()
        raise NotImplementedError(name)

    def _forwarded(self, *forwarders):
        "Tell if one of them forwarded a letter of the case"
        return any(
            letter.channel == 'forwarded' and letter.forwarder in forwarders
            for letter in self.letters)

    def _owes_answer(self):
        "Tell if a time limit to answer who forwarded it was started"
        Clock = Pool().get('deadlines.clock')
        step = self.procedure.step_on(
            self.__name__, 'answer_forwarder', Pool().get('ir.date').today())
        return bool(step and Clock.open_of([self], step.codes(step.meets)))

    @classmethod
    def record_acts(cls, cases, steps, said):
        Act = Pool().get('complaints.act')
        today = Pool().get('ir.date').today()
        acts = []
        cases = cls.browse([c.id for c in cases])
        for case, step in zip(cases, steps, strict=True):
            acts.append(Act.of(
                    case, step,
                    said.get('day') or case.step_day(step.name) or today,
                    number=said.get('document'),
                    text=': '.join(filter(None, [
                                said['ground'].name if said.get('ground')
                                else None, said.get('reason')])) or None))
        Act.save(acts)

    # The team

    def check_team_open(self):
        self.check_worker()
        if self.state not in {'accepted', 'verifying'}:
            raise StepError(gettext(
                    'complaints.msg_team_closed', case=self.rec_name,
                    state=self.state_string))

    # Effect

    def set_effect(self):
        "Set from when on the decision is in force, if it is not known yet"
        today = Pool().get('ir.date').today()
        if not self.effective_from and self.decided_on:
            step = self.procedure.step_on(self.__name__, 'decide', today)
            self.effective_from = effect_day(
                self, step.effect, self.decided_on)

    @classmethod
    def take_effect_due(cls):
        "Let the decisions take effect of which nobody complained again"
        today = Pool().get('ir.date').today()
        with without_check_access(), Transaction().set_user(0):
            # those that an older release decided
            for unknown in cls._batches([
                        ('state', '=', 'sent'),
                        ('kind', 'in', COMPLAINTS),
                        ('effective_from', '=', None)]):
                for case in unknown:
                    case.set_effect()
                cls.save(unknown)
            for cases in cls._batches([
                        ('state', '=', 'sent'),
                        ('effective_on', '=', None),
                        ('effective_from', '<=', today)]):
                cls.take_effect(cases)

    @classmethod
    def _batches(cls, domain, size=500):
        "Yield the cases of a domain in batches, each once"
        last = 0
        while cases := cls.search(
                [domain, ('id', '>', last)], limit=size,
                order=[('id', 'ASC')]):
            last = cases[-1].id
            yield cases

    @classmethod
    def leave(cls, number, states, name, by, text):
        """Let a case end where a higher instance took the matter up

        number -- of the case, which may be of another agency
        by -- the letter of the higher instance

        Only an agency above that of the case can take it up, and only a
        matter of the same kind: by its number alone nobody makes the case of
        others vanish.  Returns the case, or None."""
        Act = Pool().get('complaints.act')
        today = Pool().get('ir.date').today()
        with without_check_access(), Transaction().set_user(
                0, set_context=True):
            cases = cls.search([
                    ('number', '=', number), ('state', 'in', states)])
            cases = [
                c for c in cases if c.kind == by.kind
                and by.agency in c.agency.superiors()
                and c.procedure.step_on(cls.__name__, name, today)]
            for case in cases:
                step = case.procedure.step_on(cls.__name__, name, today)
                cls.write([case], {'state': step.to_state})
                cls.log([case], 'transition', f'state:{step.to_state}')
                cls.run_clocks([case], [step])
                Act.save([Act.of(case, step, today, text=text)])
                Pool().get('deadlines.clock').stop(
                    [case], None, today, 'cancelled')
            return cases[0] if cases else None


class Outcome(AuditedMixin, ModelSQL, ModelView):
    "What a decision gives or takes, and what of it was carried out"
    __name__ = 'complaints.outcome'

    case = fields.Many2One(
        'complaints.case', "Case", required=True, ondelete='CASCADE')
    kind = fields.Selection(OUTCOMES, "Kind", required=True, sort=False)
    recommended = fields.Numeric(
        "Decided", digits=(16, 2), required=True,
        domain=[('recommended', '>=', 0)])
    done = fields.Numeric(
        "Done", digits=(16, 2), domain=['OR',
            ('done', '=', None), ('done', '>=', 0)])
    done_on = fields.Date("Done on")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints += [
            ('kind_unique', Unique(table, table.case, table.kind),
                'complaints.msg_outcome_unique'),
            ]

    @classmethod
    def check_modification(cls, mode, outcomes, values=None, external=False):
        super().check_modification(
            mode, outcomes, values=values, external=external)
        if external:
            for outcome in outcomes:
                case = outcome.case
                case.check_worker()
                if 'outcomes' not in (case._editable.get(case.state) or ()):
                    raise StepError(gettext(
                            'complaints.msg_outcome_closed',
                            case=case.rec_name, state=case.state_string))


@planning.follow('letter', 'accept', 'complaints')
def take_up_earlier(writing, matters):
    "End the case of the first instance where this one takes it up"
    pool = Pool()
    Case, Letter = pool.get('complaints.case'), pool.get('complaints.letter')
    for planned in writing.plans:
        for number, states, name in planned.leaves:
            letter = Letter(planned.matter.id)
            Case.leave(number, list(states), name, letter, gettext(
                    'complaints.msg_taken_up', number=letter.case.rec_name,
                    agency=letter.agency.rec_name))
