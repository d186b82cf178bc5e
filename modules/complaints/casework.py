# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What letters and cases have in common: an agency, a handler, locks."""

from trytond.i18n import gettext
from trytond.model import ModelSQL, ModelView, Workflow, fields
from trytond.modules.agencies.agency import current_agency
from trytond.modules.audit.audited import AuditedMixin
from trytond.modules.deadlines.clocked import ClockedMixin, urgency_visual
from trytond.modules.foundation.acting import SERVER, as_server
from trytond.modules.foundation.locked import LockedMixin
from trytond.pool import Pool
from trytond.pyson import Eval, If

from .exceptions import DateError
from .number_field import Number
from .plan import Act
from .procedure import INSTANCED, INSTANCES, KINDS
from .proceeding import ProcedureMixin
from .searched import SearchedMixin


class CaseworkMixin(
        LockedMixin, SearchedMixin, ProcedureMixin, ClockedMixin,
        AuditedMixin, Workflow, ModelSQL, ModelView):
    __slots__ = ()
    _audit_skip = frozenset(['due_on', 'warn_on', 'documented'])
    _ids_first = True
    _getter_columns = {
        **ClockedMixin._getter_columns, 'get_rec_name': ('number',)}

    number = Number("Number", readonly=True)
    agency = fields.Many2One(
        'agencies.agency', "Agency", required=True, ondelete='RESTRICT',
        states={
            'readonly': Eval('id', -1) >= 0,
            })
    kind = fields.Selection(KINDS, "Kind", required=True, sort=False)
    kind_string = kind.translated('kind')
    instance = fields.Selection(
        [(None, ""), *INSTANCES], "Instance", sort=False,
        states={
            'invisible': ~Eval('kind').in_(INSTANCED),
            },
        help="A first complaint goes to the author of the decision, "
        "a second one to the superior.")
    complex = fields.Boolean(
        "Complex", help="A complex matter, recorded in writing.")
    especially_complex = fields.Boolean(
        "Especially Complex",
        states={
            'invisible': Eval('kind') != 'denunciation',
            },
        help="At least two of the criteria of a complex denunciation.")
    remote = fields.Boolean(
        "Remote Area",
        help="A remote area that is hard to reach "
        "(vùng sâu, vùng xa đi lại khó khăn).")
    handler = fields.Many2One(
        'res.user', "Handler", readonly=True, ondelete='RESTRICT',
        help="The person who works on it.")
    acts = fields.One2Many(
        'complaints.act', None, "Acts", readonly=True)
    entries = fields.One2Many(
        'audit.entry', 'resource', "What Happened", readonly=True)
    trail = fields.Function(fields.One2Many(
            'audit.entry', 'about', "What Happened", readonly=True),
        'get_trail', setter='set_trail')

    @classmethod
    def default_agency(cls):
        return current_agency()

    @staticmethod
    def default_instance():
        return '1'

    @classmethod
    def view_attributes(cls):
        return super().view_attributes() + [
            ('/tree', 'visual',
                urgency_visual(
                    If(Eval('state').in_(cls._closed()), 'muted', ''))),
            ]

    @classmethod
    def _closed(cls):
        "Return the states in which nothing more is to be done"
        raise NotImplementedError

    def get_trail(self, name):
        "What happened with it and all that belongs to it, the newest first"
        return Pool().get('audit.entry').heads(
            {str(self), *map(str, self.story_of())})

    @classmethod
    def set_trail(cls, records, name, value):
        "It is told from what is on record, and written by nobody"

    def story_of(self):
        "Return the other records of which the trail tells as well"
        return ()

    def clock_variants(self):
        variants = set()
        if self.complex:
            variants.add('complex')
        if self.especially_complex:
            variants |= {'complex', 'especially_complex'}
        if self.remote or self.agency.remote:
            variants.add('remote')
        return variants

    @classmethod
    def _circumstances(cls):
        "Return the fields on which the lengths of the clocks depend"
        return {'complex', 'especially_complex', 'remote'}

    def agency_on(self, day):
        "Return whose it was on day; rooms above know of reorganisations"
        return self.agency

    # Locks

    @classmethod
    def _locked_always(cls):
        "Return the fields that no client ever writes"
        return {
            'state', 'number', 'due_on', 'warn_on', 'documented', 'clocks',
            'entries', 'handler', 'acts'}

    def check_worker(self):
        "Raise RoleError if the user does not work on letters here"
        User = Pool().get('res.user')
        User.check_role(self.agency, 'clerk', 'handler', 'leader')

    @classmethod
    def on_modification(cls, mode, records, field_names=None):
        super().on_modification(mode, records, field_names=field_names)
        if mode == 'write' and (field_names or set()) & cls._circumstances():
            with as_server(
                    "the time limits follow what was written", SERVER):
                cls.take_steps(records, Act(
                        'circumstances', follows=True,
                        of=cls.__name__.removeprefix('complaints.')))

    def check_dates(self, *names):
        "Raise DateError unless the dates follow each other up to today"
        today = Pool().get('ir.date').today()
        previous = None
        Rule = Pool().get('deadlines.rule')
        for name in names:
            day = getattr(self, name)
            if not day:
                continue
            if name == 'received_on':
                Rule.check_day(day, self, name)
            if day > today:
                raise DateError(gettext(
                        'complaints.msg_date_future', record=self.rec_name,
                        field=self.__names__(name)['field']))
            if previous and day < previous[1]:
                raise DateError(gettext(
                        'complaints.msg_date_order', record=self.rec_name,
                        field=self.__names__(name)['field'],
                        other=self.__names__(previous[0])['field']))
            previous = (name, day)

    @classmethod
    def copy(cls, records, default=None):
        default = default.copy() if default is not None else {}
        for name in cls._locked_always() - {'state'}:
            default.setdefault(name)
        return super().copy(records, default=default)
