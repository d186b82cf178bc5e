# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a letter must satisfy to be handled: a checklist that fills itself.

What can be told from the letter the system finds by itself; a person finds
the rest, and may find otherwise, with a note.  A letter that does not satisfy
a condition can not be accepted, and has the ground for which it is refused or
filed.
"""
import json
import tomllib
from pathlib import Path

from trytond.i18n import gettext
from trytond.model import ModelSQL, ModelView, Unique, fields
from trytond.modules.agencies.agency import DatedMixin
from trytond.modules.audit.audited import AuditedMixin
from trytond.modules.deadlines.loading import LoadedMixin
from trytond.modules.deadlines.rule import CERTAINTIES
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.transaction import Transaction

from .exceptions import LockedError, StepError

DATA = Path(__file__).parent / 'data' / 'conditions.toml'
# The states of a letter in which its conditions are looked at
_OPEN = ['registered', 'classified']
FINDINGS = [
    (None, ""),
    ('met', "Met"),
    ('unmet', "Not Met"),
    ]


class Condition(LoadedMixin, DatedMixin, ModelSQL, ModelView):
    "What a letter must satisfy (điều kiện xử lý đơn)"
    __name__ = 'complaints.condition'

    code = fields.Char("Code", required=True)
    name = fields.Char("Name", required=True)
    procedures = fields.Char(
        "Kinds of Letters", required=True,
        help="Codes, separated by commas.")
    test = fields.Char(
        "Test", readonly=True, help="What tells it by itself.")
    grounds = fields.Char(
        "Grounds", help="Codes of the grounds for which a letter is refused "
        "or filed that does not satisfy it, by kind.")
    citation = fields.Char("Article", required=True)
    certainty = fields.Selection(
        CERTAINTIES, "Certainty", required=True, sort=False)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints += [
            ('code_unique', Unique(table, table.code),
                'complaints.msg_condition_code_unique'),
            ]

    @classmethod
    def load(cls):
        known = {condition.code for condition in cls.search([])}
        with DATA.open('rb') as file:
            conditions = tomllib.load(file)['condition']
        cls.create([{
                    **condition,
                    'procedures': ','.join(condition['procedures']),
                    'grounds': json.dumps(condition['grounds']),
                    } for condition in conditions
                if condition['code'] not in known])

    @classmethod
    def of(cls, letter):
        "Return the conditions that hold for a letter"
        return [
            condition for condition in cls.search(
                [cls.valid_domain(letter.received_on)],
                order=[('id', 'ASC')])
            if letter.kind in condition.procedures.split(',')]

    def ground_of(self, kind):
        "Return the code of the ground for a kind of letter"
        grounds = json.loads(self.grounds or '{}')
        return grounds.get(kind, grounds.get('*'))


class LetterConditionsMixin:
    __slots__ = ()

    conditions = fields.One2Many(
        'complaints.letter.condition', 'letter', "Conditions",
        states={
            'readonly': ~Eval('state').in_(_OPEN),
            })

    @classmethod
    def examine(cls, letters):
        "Make out for letters which conditions they satisfy"
        pool = Pool()
        Condition = pool.get('complaints.condition')
        Finding = pool.get('complaints.letter.condition')
        if Transaction().context.get('_import'):
            return
        to_create, to_delete, to_write = [], [], []
        for letter in letters:
            known = {f.condition: f for f in letter.conditions}
            held = Condition.of(letter)
            to_delete += [f for c, f in known.items() if c not in held]
            for condition in held:
                found = letter.satisfies(condition.test)
                finding = known.get(condition)
                if not finding:
                    to_create.append({
                            'letter': letter.id, 'condition': condition.id,
                            'finding': found, 'by_system': True})
                elif finding.by_system and finding.finding != found:
                    to_write.extend(([finding], {'finding': found}))
        with Transaction().set_context(_examine=True):
            Finding.delete(to_delete)
            Finding.create(to_create)
            if to_write:
                Finding.write(*to_write)

    def satisfies(self, test):
        "Return 'met', 'unmet', or None for what only a person can tell"
        found = getattr(self, f'_satisfies_{test}')() if test else None
        return {True: 'met', False: 'unmet'}.get(found)

    def _satisfies_named(self):
        Identity = Pool().get('complaints.identity')
        senders = [p for p in self.persons if p.role == 'sender']
        if self.anonymous or self.assumed_name or not Identity.named(senders):
            return False
        if Identity.tells(senders, 'address', 'subdivision'):
            return True

    def _satisfies_respondent(self):
        return bool(self.respondent or self.respondent_agency) or None

    def _satisfies_contact(self):
        Identity = Pool().get('complaints.identity')
        return Identity.tells(
            self.persons, 'address', 'phone', 'email') or None

    def _satisfies_sent_elsewhere(self):
        elsewhere = [
            like for like in self.likenesses
            if like.decision == 'repeated' and like.agency != self.agency]
        return False if elsewhere else None

    def _satisfies_first_time(self):
        earlier = self.repeat_of
        return not earlier or earlier.state not in {'guided', 'transferred'}

    def _satisfies_in_time(self):
        # a late complaint is not refused before somebody looked for reasons
        late = self.late_days()
        if late is not None and late <= 0:
            return True

    @property
    def unmet(self):
        "The conditions that the letter does not satisfy"
        return [
            f.condition for f in self.conditions if f.finding == 'unmet']

    def check_conditions(self):
        """Raise StepError for the acceptance of what is not to be accepted

        A refusal or filing takes its grounds from the conditions, unless it
        has some already."""
        Ground = Pool().get('deadlines.ground')
        unmet = self.unmet
        if self.proposal == 'accept' and unmet:
            raise StepError(gettext(
                    'complaints.msg_condition_unmet', letter=self.rec_name,
                    conditions='; '.join(
                        f'{c.name} ({c.citation})' for c in unmet)))
        elif self.proposal in {'refuse', 'file'} and not self.grounds:
            kind = {'refuse': 'refusal', 'file': 'filing'}[self.proposal]
            self.grounds = Ground.search([
                    ('code', 'in', [c.ground_of(self.kind) for c in unmet]),
                    ('kind', '=', kind)])
            self.save()


class LetterCondition(AuditedMixin, ModelSQL, ModelView):
    "Whether a letter satisfies a condition"
    __name__ = 'complaints.letter.condition'
    _audit_made = False

    letter = fields.Many2One(
        'complaints.letter', "Letter", required=True, readonly=True,
        ondelete='CASCADE')
    condition = fields.Many2One(
        'complaints.condition', "Condition", required=True, readonly=True,
        ondelete='RESTRICT')
    citation = fields.Function(
        fields.Char("Article"), 'get_citation')
    finding = fields.Selection(FINDINGS, "Finding", sort=False)
    note = fields.Char("Note")
    by_system = fields.Boolean(
        "By the System", readonly=True,
        help="Nobody has found otherwise.")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add('letter')
        table = cls.__table__()
        cls._sql_constraints += [
            ('condition_unique', Unique(table, table.letter, table.condition),
                'complaints.msg_letter_condition_unique'),
            ]
        cls._order = [('letter', 'ASC'), ('id', 'ASC')]

    def get_citation(self, name):
        return self.condition.citation

    def get_rec_name(self, name):
        return self.condition.rec_name

    @classmethod
    def create(cls, vlist):
        # What the system finds follows from the letter; only what a person
        # finds goes on record.
        return super(AuditedMixin, cls).create(vlist)

    @classmethod
    def check_modification(
            cls, mode, findings, values=None, external=False):
        super().check_modification(
            mode, findings, values=values, external=external)
        # not by external: through the form of the letter it is not
        if Transaction().context.get('_examine'):
            return
        for finding in findings:
            letter = finding.letter
            if external:
                letter.check_worker()
            if (mode != 'write' or letter.state not in _OPEN
                    or values.keys() - {'finding', 'note', 'by_system'}):
                raise LockedError(gettext(
                        'complaints.msg_fields_locked',
                        record=letter.rec_name,
                        fields=letter.__names__('conditions')['field'],
                        state=letter.state_string))

    @classmethod
    def preprocess_values(cls, mode, values):
        values = super().preprocess_values(mode, values)
        if mode == 'write' and not Transaction().context.get('_examine'):
            values['by_system'] = False
        return values
