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

from trytond.model import ModelSQL, ModelView, Unique, fields
from trytond.modules.audit.audited import AuditedMixin
from trytond.modules.deadlines.loading import LoadedMixin
from trytond.modules.foundation.dated import CERTAINTIES, DatedMixin
from trytond.modules.foundation.locked import Lock, LockedMixin
from trytond.pyson import Eval

from .exceptions import LockedError

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


class LetterConditionsMixin:
    __slots__ = ()

    conditions = fields.One2Many(
        'complaints.letter.condition', 'letter', "Conditions",
        states={
            'readonly': ~Eval('state').in_(_OPEN),
            })

    @property
    def unmet(self):
        "The conditions that the letter does not satisfy"
        return [
            f.condition for f in self.conditions if f.finding == 'unmet']


class LetterCondition(LockedMixin, AuditedMixin, ModelSQL, ModelView):
    "Whether a letter satisfies a condition"
    __name__ = 'complaints.letter.condition'
    _audit_made = False
    # Through the form of the letter it is written as by the server
    _lock = Lock(
        LockedError, 'complaints.msg_fields_locked',
        place='letter', asks='check_worker',
        writes=dict.fromkeys(_OPEN, {'finding', 'note', 'by_system'}),
        binds={'create', 'write', 'delete'})

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
    def preprocess_values(cls, mode, values):
        values = super().preprocess_values(mode, values)
        if mode == 'write':
            values['by_system'] = False
        return values
