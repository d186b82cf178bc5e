# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""How long personal data are kept, and what is done when that time is over.

The periods are dated data.  Nothing goes by itself: somebody looks at a list,
a leader orders it by a document, then it is done in one step.  What remains of
a letter is what statistics and the register need; who sent it can not be read
any more, in the database, its backups or the audit.
"""
from dateutil.relativedelta import relativedelta
from trytond.i18n import gettext
from trytond.model import (
    Index, ModelSQL, ModelView, Unique, Workflow, fields, sequence_ordered)
from trytond.modules.agencies.agency import current_agency
from trytond.modules.agencies.watched import SiteWideMixin, WatchedMixin
from trytond.modules.audit.audited import AuditedMixin
from trytond.modules.complaints.procedure import KINDS
from trytond.modules.foundation import clock as time
from trytond.modules.foundation.acting import acting_user, as_server
from trytond.modules.foundation.dated import CERTAINTIES, DatedMixin
from trytond.modules.foundation.locked import ALL, Lock, LockedMixin
from trytond.pool import Pool
from trytond.pyson import Eval, If
from trytond.tools import grouped_slice

from .exceptions import RetentionError

# The states of a letter after which its time begins to run
OUTCOMES = [
    ('filed', "Filed, Guided, Transferred or not Accepted"),
    ('settled', "Settled, its Case Closed"),
    ]
ENDED = {
    'filed': ['filed', 'guided', 'transferred', 'refused', 'returned',
        'historical', 'divided'],
    'settled': ['accepted', 'joined'],
    }
MODES = [
    ('anonymise', "Anonymise: Keep the Text without the Person"),
    ('erase', "Erase: Keep the Row of the Register only"),
    ]
_DRAFT = {
    'readonly': Eval('state') != 'draft',
    }
BATCH = 500


class Retention(
        SiteWideMixin, WatchedMixin, sequence_ordered(), DatedMixin,
        AuditedMixin, ModelSQL, ModelView):
    "For how long the personal data of a kind of letter are kept"
    __name__ = 'retention.retention'

    name = fields.Char("Name", required=True)
    kind = fields.Selection(
        [(None, "")] + KINDS, "Kind", sort=False,
        help="Empty: of any kind.")
    outcome = fields.Selection(
        OUTCOMES, "Outcome", required=True, sort=False)
    months = fields.Integer(
        "Kept for (Months)", required=True, domain=[('months', '>', 0)])
    mode = fields.Selection(MODES, "Then", required=True, sort=False)
    citation = fields.Char("Article", required=True)
    certainty = fields.Selection(
        CERTAINTIES, "Certainty", required=True, sort=False)

    def last_day(self, day):
        "Return the day up to which what ended by then is due on day"
        return day - relativedelta(months=self.months)

    def due_domain(self, agency, day):
        "Return the domain of the letters whose time is over"
        last = self.last_day(day)
        domain = [
            ('agency', '=', agency.id),
            ('state', 'in', ENDED[self.outcome]),
            ('anonymised_on', '=', None),
            ]
        if self.kind:
            domain.append(('kind', '=', self.kind))
        if self.outcome == 'settled':
            domain += [
                ('case.state', 'in', ['closed', 'terminated', 'taken']),
                ['OR', ('case.closed_on', '<', last),
                    [('case.closed_on', '=', None),
                        ('case.accepted_on', '<', last)]],
                ]
        else:
            domain += [
                ('received_on', '<', last),
                # the head may have set a later day for this one
                ['OR', ('kept_until', '=', None), ('kept_until', '<', day)],
                ]
        return domain


class Erasure(LockedMixin, AuditedMixin, Workflow, ModelSQL, ModelView):
    "Letters of which the personal data are destroyed"
    __name__ = 'retention.erasure'

    agency = fields.Many2One(
        'agencies.agency', "Agency", required=True, ondelete='RESTRICT',
        states=_DRAFT)
    retention = fields.Many2One(
        'retention.retention', "Period", ondelete='RESTRICT', states=_DRAFT,
        help="Empty where a person asks for it.")
    mode = fields.Selection(MODES, "What Is Done", required=True, sort=False,
        states=_DRAFT)
    reason = fields.Char(
        "Reason", required=True, states=_DRAFT)
    document = fields.Char(
        "Decision", states={
            'readonly': Eval('state') != 'draft',
            'required': Eval('state') == 'applied',
            },
        help="The document by which the head orders it.")
    letters = fields.One2Many(
        'retention.erasure.letter', 'erasure', "Letters", states=_DRAFT)
    count = fields.Function(fields.Integer("Number of Letters"), 'get_count')
    made_by = fields.Many2One(
        'res.user', "Applied by", readonly=True, ondelete='RESTRICT')
    made_at = fields.DateTime("Applied at", readonly=True)
    state = fields.Selection([
            ('draft', "Preview"),
            ('applied', "Applied"),
            ], "State", required=True, readonly=True, sort=False)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_indexes.add(Index(table, (table.agency, Index.Equality())))
        cls._order = [('id', 'DESC')]
        cls._transitions.add(('draft', 'applied'))
        for name, icon in [('fill', 'tryton-search'), ('apply', 'tryton-ok')]:
            cls._buttons[name] = {
                'invisible': Eval('state') != 'draft',
                'icon': icon,
                'depends': ['state'],
                }

    @classmethod
    def default_agency(cls):
        return current_agency()

    @staticmethod
    def default_mode():
        return 'anonymise'

    @staticmethod
    def default_state():
        return 'draft'

    @fields.depends('retention', 'reason', 'mode')
    def on_change_retention(self):
        if self.retention:
            self.mode = self.retention.mode
            self.reason = self.reason or self.retention.rec_name

    def get_rec_name(self, name):
        return self.reason

    @classmethod
    def search_rec_name(cls, name, clause):
        return [('reason', *clause[1:])]

    def get_count(self, name):
        return len(self.letters)

    @classmethod
    def view_attributes(cls):
        return super().view_attributes() + [
            ('/tree', 'visual', If(Eval('state') == 'applied', 'muted', '')),
            ]

    _lock = Lock(
        RetentionError, 'retention.msg_erasure_locked',
        makes={'draft'}, removes={'draft'}, writes={'draft': ALL},
        binds={'write', 'delete'})

    @classmethod
    def _locked_always(cls):
        return {'state', 'made_by', 'made_at'}

    @classmethod
    @ModelView.button
    def fill(cls, erasures):
        "Look up the letters whose time is over"
        pool = Pool()
        Line = pool.get('retention.erasure.letter')
        Letter = pool.get('complaints.letter')
        today = pool.get('ir.date').today()
        for erasure in erasures:
            if not erasure.retention:
                raise RetentionError(gettext(
                        'retention.msg_erasure_period'))
            erasure.check_leader()
            known = {line.letter.id for line in erasure.letters}
            with as_server("what is due is due, whoever may read it"):
                letters = Letter.search(
                    erasure.retention.due_domain(erasure.agency, today),
                    limit=BATCH, order=[('id', 'ASC')])
                Line.create([
                        {'erasure': erasure.id, 'letter': letter.id}
                        for letter in letters if letter.id not in known])

    def check_leader(self):
        "Raise RoleError unless the user leads the agency"
        Pool().get('res.user').check_role(self.agency, 'leader')

    @classmethod
    @ModelView.button
    @Workflow.transition('applied')
    def apply(cls, erasures):
        "Destroy the personal data of the letters, all of them or none"
        Letter = Pool().get('complaints.letter')
        for erasure in erasures:
            erasure.check_leader()
            if not erasure.document:
                raise RetentionError(gettext(
                        'retention.msg_erasure_document'))
        with as_server("who may destroy is checked above"):
            erasures = cls.browse([e.id for e in erasures])
            for erasure in erasures:
                letters = [line.letter for line in erasure.letters]
                erasure.made_by = letters and acting_user()
                erasure.made_at = time.utcnow()
                for letter in letters:
                    letter.check_erasable(erasure.agency)
                for part in grouped_slice(letters, 100):
                    Letter.anonymise(list(part), erasure)
            cls.save(erasures)


class ErasureLetter(LockedMixin, AuditedMixin, ModelSQL, ModelView):
    "Erasure - Letter"
    __name__ = 'retention.erasure.letter'
    _lock = Lock(
        RetentionError, 'retention.msg_erasure_locked',
        place='erasure', list='letters',
        binds={'create', 'write', 'delete'})

    erasure = fields.Many2One(
        'retention.erasure', "Erasure", required=True, ondelete='CASCADE')
    letter = fields.Many2One(
        'complaints.letter', "Letter", required=True, ondelete='RESTRICT')
    kind = fields.Function(
        fields.Char("Kind"), 'on_change_with_kind')
    received_on = fields.Function(
        fields.Date("Received on"), 'on_change_with_received_on')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add('erasure')
        table = cls.__table__()
        cls._sql_constraints.append((
                'letter_unique', Unique(table, table.erasure, table.letter),
                'retention.msg_erasure_letter_unique'))

    @fields.depends('letter')
    def on_change_with_kind(self, name=None):
        return self.letter.kind_string if self.letter else None

    @fields.depends('letter')
    def on_change_with_received_on(self, name=None):
        return self.letter.received_on if self.letter else None
