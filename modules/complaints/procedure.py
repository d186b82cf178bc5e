# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Which steps a procedure has, who may take them, and which clocks they move.

The states and their transitions are a Workflow; the rest is data with its
article and its dates.
"""
from functools import wraps

from sql import Table
from trytond import backend
from trytond.cache import Cache
from trytond.model import ModelSQL, ModelView, Unique, fields
from trytond.model.modelview import AccessButtonError
from trytond.modules.agencies.role import ROLES
from trytond.modules.deadlines.loading import LoadedMixin
from trytond.modules.foundation.acting import as_server
from trytond.modules.foundation.dated import CERTAINTIES, DatedMixin
from trytond.pool import Pool
from trytond.transaction import Transaction

from . import procedure_book
from .law import rooms

KINDS = [
    ('complaint', "Complaint"),
    ('disciplinary', "Disciplinary Complaint"),
    ('denunciation', "Denunciation"),
    ('petition', "Petition"),
    ('reflection', "Reflection"),
    ]
INSTANCES = [
    ('1', "First"),
    ('2', "Second"),
    ('overdue', "Not Settled in Time"),
    ]
# The kinds of letters that have more than one instance
INSTANCED = ['complaint', 'disciplinary', 'denunciation']
COMPLAINTS = ['complaint', 'disciplinary']
_LISTS = ('states', 'requires', 'starts', 'meets', 'moves')


class Procedure(LoadedMixin, ModelSQL, ModelView):
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
    def __register__(cls, module):
        # They were records of XML once; now the file alone says what is new.
        if backend.TableHandler.table_exist('ir_model_data'):
            data = Table('ir_model_data')
            cursor = Transaction().connection.cursor()
            cursor.execute(*data.delete(
                    where=(data.module == 'complaints') & data.model.in_([
                            cls.__name__, 'complaints.procedure.step'])))
        super().__register__(module)

    @classmethod
    def load(cls):
        procedures, _, _ = procedure_book.book()
        known = {(p.kind, p.instance) for p in cls.search([])}
        to_create = []
        for key, values in procedures.items():
            kind, instance = key.split('/')
            if (kind, instance) not in known:
                to_create.append({
                        'kind': kind, 'instance': instance,
                        **{name: values[name] for name in [
                                'name', 'case_code', 'citation']}})
        cls.create(to_create)

    @property
    def key(self):
        return f'{self.kind}/{self.instance}'

    @classmethod
    def get(cls, kind, instance):
        "Return the procedure of letters of this kind and instance"
        if kind not in INSTANCED or (
                kind != 'denunciation' and instance == 'overdue'):
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

    def _rows(self):
        rows = self._steps_cache.get(self.id)
        if rows is None:
            rows = tuple(
                (s.id, s.resource, s.name, s.valid_from, s.valid_to,
                    tuple(s.codes(s.states)))
                for s in sorted(self.steps, key=lambda s: s.order))
            self._steps_cache.set(self.id, rows)
        return rows

    def step_on(self, resource, name, day):
        "Return the step in force on day, or None"
        Step = Pool().get('complaints.procedure.step')
        for id_, of, called, valid_from, valid_to, _ in self._rows():
            if ((of, called) == (resource, name) and valid_from <= day
                    and (valid_to is None or day <= valid_to)):
                return Step(id_)

    def steps_from(self, resource, state, day):
        """Return the names and ids of the steps that the law lets a state take

        Without those whose function is in a room that is not there."""
        needed, here = rooms(), self.law().rooms
        kind = resource.split('.')[1]
        return {
            called: id_
            for id_, of, called, valid_from, valid_to, states in self._rows()
            if of == resource and state in states and valid_from <= day
            and (valid_to is None or day <= valid_to)
            and needed.get((kind, called), 'complaints') in here}


class Step(LoadedMixin, DatedMixin, ModelSQL, ModelView):
    __name__ = 'complaints.procedure.step'
    _rec_name = 'title'

    procedure = fields.Many2One(
        'complaints.procedure', "Procedure",
        required=True, ondelete='CASCADE')
    resource = fields.Selection([
            ('complaints.letter', "Letter"),
            ('complaints.case', "Case"),
            ], "Of", required=True, sort=False)
    order = fields.Integer("Order")
    name = fields.Char("Code", required=True)
    title = fields.Char("Step")
    states = fields.Char(
        "From", help="The states it is taken from, comma separated.")
    to_state = fields.Char(
        "To", help="The state it leads to; none: the state stays.")
    requires = fields.Char(
        "Requires", help="The acts that must be on record before, "
        "comma separated, each perhaps with a condition.")
    once = fields.Boolean("Once Only")
    asks = fields.Char("Asks for")
    team = fields.Integer("Verifiers", help="How many there must be.")
    notice = fields.Char(
        "Notice", help="The time limit by which a meeting is announced.")
    effect = fields.Char(
        "Effect", help="The time limit after which a decision is in force.")
    notifies = fields.Selection(
        [(None, ""), *ROLES], "Tells at once", sort=False)
    roles = fields.MultiSelection(
        ROLES, "Roles", required=True, sort=False,
        help="Who may take the step: one of these roles in the agency.")
    starts = fields.Char(
        "Starts", help="The time limits that start, comma separated, each "
        "perhaps with a circumstance.")
    starts_from = fields.Selection([
            (None, ""),
            ('received_on', "Receipt"),
            ('accepted_on', "Acceptance"),
            ('decided_on', "Decision"),
            ('suspended_on', "Suspension"),
            ('terminated_on', "Termination"),
            ('supplemented_on', "Supplement"),
            ('effective_on', "Effect"),
            ('act', "This Step"),
            ('today', "Today"),
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
    revision = fields.Integer(
        "Revision", readonly=True,
        help="How often a release has corrected the step.")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add('procedure')
        cls._order = [
            ('procedure', 'ASC'), ('resource', 'DESC'), ('order', 'ASC'),
            ('id', 'ASC')]

    @classmethod
    def load(cls):
        """Add the steps of the file that the database does not know

        What an older release knew of a step is brought up to date once for
        each revision: a local change made since then is not lost before."""
        Procedure = Pool().get('complaints.procedure')
        procedures = {p.key: p for p in Procedure.search([])}
        known = {
            (s.procedure.key, s.resource, s.name, s.valid_from): s
            for s in cls.search([])}
        to_create, to_write = [], []
        for order, step in enumerate(procedure_book.book()[1]):
            values = cls._shipped(step, order)
            record = known.get((
                    step.procedure, values['resource'], step.name,
                    step.valid_from))
            if not record:
                to_create.append({
                        **values,
                        'procedure': procedures[step.procedure].id})
            elif (not record.title
                    or (record.revision or 0) < step.revision):
                to_write.extend(([record], values))
        cls.create(to_create)
        if to_write:
            cls.write(*to_write)

    @classmethod
    def _shipped(cls, step, order):
        return {
            'resource': f'complaints.{step.of}',
            'order': order,
            'to_state': step.to,
            'roles': step.roles,
            'asks': ','.join(step.asks) or None,
            **{name: ','.join(getattr(step, name)) or None
                for name in _LISTS},
            **{name: getattr(step, name) for name in [
                    'name', 'title', 'once', 'team', 'notice',
                    'effect', 'notifies', 'starts_from', 'document',
                    'citation', 'certainty', 'valid_from', 'valid_to',
                    'revision']},
            }

    def plain(self):
        "Return the step as a procedure_book.Step"
        return procedure_book.Step(
            procedure=self.procedure.key, of=self.resource.split('.')[1],
            name=self.name, title=self.title or self.name,
            roles=tuple(self.roles), to=self.to_state,
            citation=self.citation, certainty=self.certainty,
            valid_from=self.valid_from, document=self.document,
            **{name: tuple(self.codes(getattr(self, name)))
                for name in _LISTS})

    def requirements(self):
        "Return the list of procedure_book.Requirement of the step"
        return [
            procedure_book.Requirement.read(text)
            for text in self.codes(self.requires)]

    def starting(self, record):
        "Return the codes of the time limits that start for a record"
        starts = map(
            procedure_book.Requirement.read, self.codes(self.starts))
        return [
            s.what for s in starts
            if not s.condition or record.circumstance(s.condition)]

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


def plan_button(func):
    """Make a step that is taken by plan a button of the clients.

    Who calls it where the button is not shown is told by which article."""
    button = ModelView.button(func)

    @wraps(button)
    def wrapper(cls, records, *args, **kwargs):
        try:
            return button(cls, records, *args, **kwargs)
        except AccessButtonError:
            with as_server("why it is refused is told, nothing else"):
                cls.check_allowed(records, func.__name__)
            raise
    return wrapper
