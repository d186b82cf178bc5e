# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Which steps a procedure has, who may take them, and which clocks they move.

The states and their transitions are a Workflow; the rest is data with its
article and its dates.
"""
from collections import defaultdict
from functools import wraps

from trytond.cache import Cache
from trytond.i18n import gettext
from trytond.model import ModelSQL, ModelView, Unique, fields
from trytond.modules.agencies.agency import CERTAINTIES, DatedMixin
from trytond.modules.agencies.role import ROLES
from trytond.pool import Pool
from trytond.transaction import Transaction, without_check_access

from .exceptions import StepError

KINDS = [
    ('complaint', "Complaint"),
    ('denunciation', "Denunciation"),
    ('petition', "Petition"),
    ('reflection', "Reflection"),
    ]
INSTANCES = [
    ('1', "First"),
    ('2', "Second"),
    ]


class Procedure(ModelSQL, ModelView):
    __name__ = 'complaints.procedure'

    name = fields.Char("Name", required=True)
    kind = fields.Selection(KINDS, "Kind", required=True, sort=False)
    instance = fields.Selection(
        INSTANCES, "Instance", required=True, sort=False)
    case_code = fields.Char(
        "Code in Numbers", required=True,
        help="Stands for the kind in the numbers of the cases.")
    citation = fields.Char("Article", required=True)
    steps = fields.One2Many(
        'complaints.procedure.step', 'procedure', "Steps")
    _kind_cache = Cache('complaints.procedure.kind', context=False)
    _steps_cache = Cache('complaints.procedure.steps', context=False)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints += [
            ('kind_unique', Unique(table, table.kind, table.instance),
                'complaints.msg_procedure_unique'),
            ]

    @classmethod
    def get(cls, kind, instance):
        "Return the procedure of letters of this kind and instance"
        if kind != 'complaint':
            instance = '1'
        key = (kind, instance)
        id_ = cls._kind_cache.get(key)
        if id_ is None:
            procedure, = cls.search([
                    ('kind', '=', kind), ('instance', '=', instance)])
            id_ = procedure.id
            cls._kind_cache.set(key, id_)
        return cls(id_)

    @classmethod
    def on_modification(cls, mode, procedures, field_names=None):
        super().on_modification(mode, procedures, field_names=field_names)
        cls._kind_cache.clear()
        cls._steps_cache.clear()

    def step_on(self, resource, name, day):
        "Return the step in force on day, or None"
        Step = Pool().get('complaints.procedure.step')
        rows = self._steps_cache.get(self.id)
        if rows is None:
            rows = tuple(
                (s.id, s.resource, s.name, s.valid_from, s.valid_to)
                for s in self.steps)
            self._steps_cache.set(self.id, rows)
        for id_, of, called, valid_from, valid_to in rows:
            if ((of, called) == (resource, name) and valid_from <= day
                    and (valid_to is None or day <= valid_to)):
                return Step(id_)


class Step(DatedMixin, ModelSQL, ModelView):
    __name__ = 'complaints.procedure.step'

    procedure = fields.Many2One(
        'complaints.procedure', "Procedure",
        required=True, ondelete='CASCADE')
    resource = fields.Selection([
            ('complaints.letter', "Letter"),
            ('complaints.case', "Case"),
            ], "Of", required=True, sort=False)
    name = fields.Char("Step", required=True)
    roles = fields.MultiSelection(
        ROLES, "Roles", required=True, sort=False,
        help="Who may take the step: one of these roles in the agency.")
    starts = fields.Char(
        "Starts", help="The time limits that start, comma separated.")
    starts_from = fields.Selection([
            (None, ""),
            ('received_on', "Receipt"),
            ('accepted_on', "Acceptance"),
            ('decided_on', "Decision"),
            ('suspended_on', "Suspension"),
            ('terminated_on', "Termination"),
            ], "Start from", sort=False,
        help="The day of which event the time limits are counted from.")
    meets = fields.Char(
        "Ends", help="The time limits that end, comma separated.")
    moves = fields.Char(
        "Acts on", help="The time limits that are suspended, resumed, "
        "extended or ended without a result, comma separated.")
    document = fields.Char("Document")
    citation = fields.Char("Article", required=True)
    certainty = fields.Selection(
        CERTAINTIES, "Certainty", required=True, sort=False)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add('procedure')
        cls._order = [
            ('procedure', 'ASC'), ('resource', 'DESC'), ('id', 'ASC')]

    @staticmethod
    def default_certainty():
        return 'verified'

    @classmethod
    def on_modification(cls, mode, steps, field_names=None):
        Procedure = Pool().get('complaints.procedure')
        super().on_modification(mode, steps, field_names=field_names)
        Procedure._steps_cache.clear()

    @staticmethod
    def codes(text):
        "Return the rule codes of a comma separated list"
        return [code.strip() for code in (text or '').split(',') if code]


def procedure_step(func):
    """Make a button a step of its procedure.

    Before: the procedure has the step today, the workflow has the transition,
    and the user holds one of its roles in the agency of the record; else
    nothing happens and StepError or RoleError says why.
    After: the clocks of the step end and start.
    """
    name = func.__name__.rstrip('_')

    @wraps(func)
    def wrapper(cls, records, *args, **kwargs):
        steps = cls.check_step(name, records)
        # the right to the step was checked; what it writes is its own
        with without_check_access():
            result = func(cls, records, *args, **kwargs)
            cls.run_clocks(records, steps)
        return result
    wrapper.step = name
    return wrapper


class ProcedureMixin:
    "A model whose buttons are steps of a procedure"
    __slots__ = ()
    # {step: the states it is taken from}
    _steps_from = {}

    @property
    def procedure(self):
        Procedure = Pool().get('complaints.procedure')
        return Procedure.get(self.kind, self.instance or '1')

    @classmethod
    def check_step(cls, name, records):
        "Return the steps of the records; raise StepError or RoleError"
        pool = Pool()
        User = pool.get('res.user')
        Button = pool.get('ir.model.button')
        today = pool.get('ir.date').today()
        steps = []
        for record in records:
            step = record.procedure.step_on(cls.__name__, name, today)
            if (not step
                    or record.state not in cls._steps_from.get(name, ())):
                buttons = Button.search([
                        ('model', '=', cls.__name__),
                        ('name', 'in', [name, name + '_']),
                        ], limit=1)
                raise StepError(gettext(
                        'complaints.msg_step_not_allowed',
                        step=buttons[0].string if buttons else name,
                        record=record.rec_name,
                        state=record.state_string,
                        procedure=record.procedure.name,
                        citation=record.procedure.citation))
            User.check_role(record.agency, *step.roles)
            steps.append(step)
        return steps

    @classmethod
    def run_clocks(cls, records, steps):
        "End and start the clocks of the steps taken"
        Clock = Pool().get('deadlines.clock')
        today = Pool().get('ir.date').today()
        # Of an old register one may know what was done, not when.
        state = 'cancelled' if Transaction().context.get('_undated') else None
        stops, starts = defaultdict(dict), []
        # read again what the steps changed
        records = cls.browse([r.id for r in records])
        for record, step in zip(records, steps, strict=True):
            if step.meets:
                stops[step.meets][record] = (
                    record.step_day(step.name) or today)
            for code in step.codes(step.starts):
                starts.append(
                    (record, code, getattr(record, step.starts_from)))
        for meets, days in stops.items():
            Clock.stop(list(days), Step.codes(meets), days, state)
        if starts:
            Clock.start(starts)

    def step_day(self, name):
        "Return the day of the act that the step records, None for today"
