# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from sql import Null
from trytond.i18n import gettext
from trytond.model import Index, ModelView, Unique, fields
from trytond.modules.foundation.listed import read_late, stored
from trytond.modules.foundation.locked import Lock
from trytond.pool import Pool
from trytond.pyson import Eval

from . import procedure_book
from .case_acts import CaseActsMixin
from .case_file import CaseFileMixin
from .case_periods import CasePeriodsMixin
from .casework import CaseworkMixin
from .exceptions import LockedError
from .plan import Act, transitions
from .procedure import plan_button
from .proceeding import lawful_button
from .secret_letter import SecretMixin


class Case(
        SecretMixin, CaseFileMixin, CaseActsMixin, CasePeriodsMixin,
        CaseworkMixin):
    "A matter (vụ việc) that an agency has accepted to settle"
    __name__ = 'complaints.case'
    _told = frozenset(['subject', 'findings', 'decision', 'note'])
    _audit_secret = _told
    _opened = 'findings'
    _searched = (
        'number', 'decision_number', 'subject', 'findings', 'decision')
    _newest = 'accepted_on'

    subject = fields.Char("Summary", required=True, states={
            'readonly': ~Eval('state').in_(['accepted', 'verifying']),
            })
    field = fields.Many2One(
        'complaints.field', "Field", readonly=True, ondelete='RESTRICT')
    letters = fields.One2Many(
        'complaints.letter', 'case', "Letters", readonly=True)
    accepted_on = fields.Date("Accepted on", required=True, readonly=True)
    findings = fields.Text(
        "Findings of the Verification",
        states={
            'readonly': Eval('state') != 'verifying',
            'invisible': Eval('state') == 'accepted',
            })
    result = fields.Selection(
        'get_results', "Result", sort=False,
        states={
            'readonly': Eval('state') != 'verifying',
            'invisible': Eval('state') == 'accepted',
            })
    decision_number = fields.Char(
        "Decision Number",
        states={
            'readonly': Eval('state') != 'verifying',
            'invisible': Eval('state') == 'accepted',
            },
        help="The number of the decision, conclusion or answer.")
    decided_on = fields.Date(
        "Decided on",
        states={
            'readonly': Eval('state') != 'verifying',
            'invisible': Eval('state') == 'accepted',
            })
    decision = fields.Text(
        "Decision",
        states={
            'readonly': Eval('state') != 'verifying',
            'invisible': Eval('state') == 'accepted',
            })
    sent_on = fields.Date(
        "Sent on",
        states={
            'readonly': Eval('state') != 'decided',
            'invisible': ~Eval('state').in_([
                    'decided', 'sent', 'contested', 'effective', 'enforcing',
                    'closed']),
            })
    effective_from = fields.Date(
        "In Force from", readonly=True,
        states={
            'invisible': ~Eval('effective_from'),
            },
        help="From this day on the decision is in force, unless somebody "
        "complains again.")
    effective_on = fields.Date("In Force since", readonly=True, states={
            'invisible': ~Eval('effective_on'),
            })
    team = fields.One2Many(
        'complaints.verifier', 'case', "Team",
        states={
            'readonly': ~Eval('state').in_(['accepted', 'verifying']),
            })
    outcomes = fields.One2Many(
        'complaints.outcome', 'case', "Results of the Enforcement",
        states={
            'readonly': ~Eval('state').in_(
                ['decided', 'sent', 'effective', 'enforcing']),
            })
    closed_on = fields.Date("Closed on", readonly=True, states={
            'invisible': Eval('state') != 'closed',
            })
    note = fields.Text("Note")
    state = fields.Selection([
            ('accepted', "Accepted"),
            ('verifying', "Being Verified"),
            ('suspended', "Suspended"),
            ('terminated', "Terminated"),
            ('decided', "Decided"),
            ('sent', "Sent"),
            ('contested', "Complained of Again"),
            ('effective', "In Force"),
            ('enforcing', "Being Enforced"),
            ('taken', "Taken by the Superior"),
            ('closed', "Closed"),
            ], "State", required=True, readonly=True, sort=False)
    state_string = state.translated('state')

    _lock = Lock(
        LockedError, 'complaints.msg_fields_locked',
        says={
            'create': 'complaints.msg_case_by_letter',
            'delete': 'complaints.msg_case_delete'},
        asks='check_worker', binds={'delete'},
        writes={
            # the circumstances change by a step of their own, with a document
            'accepted': {'subject', 'note', 'team'},
            'verifying': {
                'subject', 'note', 'findings', 'result', 'decision_number',
                'decided_on', 'decision', 'team'},
            'suspended': {'note'},
            'terminated': {'note'},
            'decided': {'sent_on', 'note', 'outcomes'},
            'sent': {'note', 'outcomes'},
            'contested': {'note'},
            'effective': {'note', 'outcomes'},
            'enforcing': {'note', 'outcomes'},
            'taken': {'note'},
            'closed': {'note'},
            })

    def story_of(self):
        return self.letters

    @classmethod
    def __setup__(cls):
        cls.number.search_unaccented = False
        super().__setup__()
        read_late(cls, 'findings', 'decision', 'note')
        table = cls.__table__()
        cls._sql_constraints += [
            ('number_unique', Unique(table, table.number),
                'complaints.msg_number_unique'),
            ]
        cls._sql_indexes.update({
                Index(
                    table, (table.agency, Index.Equality()),
                    (table.state, Index.Equality(cardinality='low')),
                    (table.due_on, Index.Range())),
                # in order for a branch, see ClockedMixin
                Index(
                    table, (table.due_on, Index.Range()),
                    (table.id, Index.Range()),
                    include=[table.agency, table.state],
                    where=table.state != 'closed'),
                Index(
                    table, (table.handler, Index.Equality()),
                    (table.due_on, Index.Range()),
                    where=table.handler != Null),
                })
        cls._sql_indexes.add(Index(
                table, (table.effective_from, Index.Range()),
                where=(table.effective_from != Null) & (
                    table.effective_on == Null)))
        cls._order = [('accepted_on', 'DESC'), ('id', 'DESC')]
        cls.complex.readonly = cls.remote.readonly = True
        cls.especially_complex.readonly = True
        cls.kind.readonly = cls.instance.readonly = True
        cls.agency.readonly = True
        cls._transitions |= procedure_book.transitions('case')
        cls._transitions |= transitions('case', 'complaints')
        cls._buttons['record_step'] = {
            'icon': 'tryton-add',
            }
        for name, icon in [
                ('verify', 'tryton-forward'),
                ('decide', 'tryton-ok'),
                ('send', 'tryton-email'),
                ('take_effect', 'tryton-ok'),
                ('close', 'tryton-archive'),
                ]:
            cls._buttons[name] = lawful_button(name, icon)
        cls.acts.field = 'case'

    @classmethod
    def _closed(cls):
        return ['closed']

    @classmethod
    def _locked_always(cls):
        return super()._locked_always() | {
            'agency', 'kind', 'instance', 'letters', 'accepted_on',
            'closed_on', 'field', 'effective_from', 'effective_on'}

    @staticmethod
    def default_state():
        return 'accepted'

    @fields.depends('kind')
    def get_results(self):
        if self.kind in {'petition', 'reflection'}:
            results = [('answered', gettext('complaints.msg_result_answered'))]
        else:
            results = [
                (name, gettext(f'complaints.msg_result_{name}'))
                for name in ['right', 'partly', 'wrong'] + (
                    ['knowingly_false'] if self.kind == 'denunciation'
                    else [])]
        return [(None, '')] + results

    @classmethod
    def get_rec_name(cls, cases, name):
        return {
            id_: number or str(id_) for id_, (number,) in stored(
                cls, [c.id for c in cases], 'number').items()}

    @classmethod
    def _with_identity(cls, id_, identity, where):
        letter = Pool().get('complaints.letter').__table__()
        return id_.in_(letter.select(
                letter.case, where=(letter.case != Null)
                & super()._with_identity(letter.id, identity, where)))

    @classmethod
    def _with_number(cls, id_, text):
        "By its own number, or that of one of its letters"
        letter = Pool().get('complaints.letter').__table__()
        own = super()._with_number(id_, text)
        if own is None:
            return None
        return own | id_.in_(letter.select(
                letter.case, where=(letter.case != Null)
                & super()._with_number(letter.id, text)))

    @classmethod
    def _secret_domain(cls):
        return ['OR', ('kind', '=', 'denunciation'), ('letters', 'where',
                    super()._secret_domain())]

    @property
    def is_secret(self):
        return (self.kind == 'denunciation'
            or any(letter.is_secret for letter in self.letters))

    @property
    def secret_persons(self):
        return [
            p for letter in self.letters for p in letter.persons
            if p.protected]

    @property
    def typist_id(self):
        return None

    def known_persons(self, user):
        # of each letter for itself
        return [
            p for letter in self.letters if letter.is_secret
            for p in letter.known_persons(user) if p.protected]

    def is_seen_by(self, user):
        # each of them: what is joined to a case opens nothing of the others
        letters = [le for le in self.letters if le.is_secret]
        return bool(letters) and all(le.is_seen_by(user) for le in letters)

    @property
    def keeper_id(self):
        return self.handler.id if self.handler else None

    @classmethod
    def validate_fields(cls, cases, field_names):
        super().validate_fields(cases, field_names)
        for case in cases:
            case.check_dates(
                'accepted_on', 'decided_on', 'sent_on', 'closed_on')

    # Each door is one line: what a step does is said in plan.case

    @classmethod
    @plan_button
    def verify(cls, cases):
        cls.take_steps(cases, Act('verify', of='case'))

    @classmethod
    @plan_button
    def decide(cls, cases):
        cls.take_steps(cases, Act('decide', of='case'))

    @classmethod
    @plan_button
    def send(cls, cases):
        cls.take_steps(cases, Act('send', of='case'))

    @classmethod
    @plan_button
    def take_effect(cls, cases):
        cls.take_steps(cases, Act('take_effect', of='case'))

    @classmethod
    @plan_button
    def close(cls, cases):
        cls.take_steps(cases, Act('close', of='case'))

    @classmethod
    @ModelView.button_action('complaints.wizard_case_act_take')
    def record_step(cls, cases):
        pass
