# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The acts of a case: the circumstances that steps ask for, team, results."""
from trytond.i18n import gettext
from trytond.model import ModelSQL, ModelView, Unique, fields
from trytond.modules.audit.audited import AuditedMixin
from trytond.modules.foundation.acting import NOBODY, SERVER, as_server
from trytond.modules.foundation.locked import Lock, LockedMixin
from trytond.pool import Pool

from . import plan, planning
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

    # Effect

    @classmethod
    def take_effect_due(cls):
        "Let the decisions take effect of which nobody complained again"
        today = Pool().get('ir.date').today()
        with as_server(
                "decisions take effect by law, on their day", NOBODY):
            # those of which it is not known yet when
            for unknown in cls._batches([
                        ('state', '=', 'sent'),
                        ('kind', 'in', COMPLAINTS),
                        ('effective_from', '=', None)]):
                cls.take_steps(unknown, plan.Act(
                        'foresee_effect', of='case', follows=True))
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
        today = Pool().get('ir.date').today()
        with as_server(
                "the instance above took the matter up", SERVER):
            cases = cls.search([
                    ('number', '=', number), ('state', 'in', states)])
            cases = [
                c for c in cases if c.kind == by.kind
                and by.agency in c.agency.superiors()
                and c.procedure.step_on(cls.__name__, name, today)]
            if cases:
                cls.take_steps(cases, plan.Act(
                        'taken_up', said={'step': name, 'text': text},
                        of='case', follows=True))
            return cases[0] if cases else None


class Outcome(LockedMixin, AuditedMixin, ModelSQL, ModelView):
    "What a decision gives or takes, and what of it was carried out"
    __name__ = 'complaints.outcome'
    _lock = Lock(
        StepError, 'complaints.msg_fields_locked',
        place='case', list='outcomes', asks='check_worker')

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
