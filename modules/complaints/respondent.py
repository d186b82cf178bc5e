# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Whom a letter is about: the one of the letter, and maybe others."""
from trytond.model import Index, ModelSQL, ModelView, fields
from trytond.modules.audit.audited import AuditedMixin
from trytond.modules.foundation.locked import Lock, LockedMixin
from trytond.modules.foundation.text import fold
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Bool, Eval
from trytond.transaction import Transaction

from .exceptions import LockedError

ROLES = [
    (None, ""),
    ('head', "Head or Deputy Head"),
    ('staff', "Member of the Staff"),
    ('body', "The Agency Itself"),
    ]
LATER = [
    (None, ""),
    ('equal', "Has an Equal Post Elsewhere"),
    ('higher', "Has a Higher Post Elsewhere"),
    ('lower', "Has Another Post Elsewhere"),
    ('left', "Has Retired or Left"),
    ]
_CLASSIFYING = {'readonly': ~Eval('state').in_(['received', 'registered'])}


def name_key(name):
    "Return how a name is looked for in what was written of a respondent"
    folded = fold(name)
    return f' {folded} ' if folded else None


def is_meant(keys, leads, named, agency, role):
    """Tell if a respondent is a user: by a name, or by his post

    keys -- the name_keys that the user has or ever had
    leads -- a function that tells of an agency if the user leads it, or ever
        did
    named, agency, role -- of the respondent, the name as its name_key"""
    return bool(
        any(key in (named or '') for key in keys)
        or agency and role in {'head', 'body'} and leads(agency))


class Letter(metaclass=PoolMeta):
    __name__ = 'complaints.letter'

    respondent_later = fields.Selection(
        LATER, "Since Then", sort=False, states={
            **_CLASSIFYING,
            'invisible': Eval('kind') != 'denunciation',
            },
        help="What became of the respondent since the act: who settles "
        "depends on it.")
    respondent_agency_now = fields.Many2One(
        'agencies.agency', "Works Now in", ondelete='RESTRICT', states={
            **_CLASSIFYING,
            'invisible': Eval('kind') != 'denunciation',
            })
    respondent_role_now = fields.Selection(
        ROLES[:3], "Is There", sort=False, states={
            **_CLASSIFYING,
            'invisible': ~Bool(Eval('respondent_agency_now')),
            })
    respondents = fields.One2Many(
        'complaints.respondent', 'letter', "Further Respondents",
        states=_CLASSIFYING)
    respondent_key = fields.Char(
        "Key of the Respondent", readonly=True, strip=False)

    @classmethod
    def __setup__(cls):
        cls.respondent_key.search_unaccented = False
        super().__setup__()
        cls._audit_skip = cls._audit_skip | {'respondent_key'}
        names = {
            'respondent_later', 'respondent_agency_now',
            'respondent_role_now', 'respondents'}
        cls._lock = cls._lock.also('registered', names)
        table = cls.__table__()
        cls._sql_indexes.add(Index(
                table, (table.respondent_agency, Index.Equality()),
                where=table.kind == 'denunciation'))
        cls._sql_indexes.add(Index(
                table, (table.respondent_key, Index.Similarity()),
                where=table.kind == 'denunciation'))

    @classmethod
    def __register__(cls, module):
        table_h = cls.__table_handler__(module)
        fill = not table_h.column_exist('respondent_key')
        super().__register__(module)
        if fill:
            table = cls.__table__()
            cursor = Transaction().connection.cursor()
            cursor.execute(*table.select(
                    table.id, table.respondent,
                    where=(table.kind == 'denunciation')
                    & (table.respondent != '')))
            for id_, respondent in cursor.fetchall():
                cursor.execute(*table.update(
                        [table.respondent_key], [name_key(respondent)],
                        where=table.id == id_))

    @classmethod
    def preprocess_values(cls, mode, values):
        values = super().preprocess_values(mode, values)
        values.pop('respondent_key', None)
        if 'respondent' in values:
            values['respondent_key'] = name_key(values['respondent'])
        return values

    def accused(self):
        "Return all respondents, the one of the letter first"
        def value(name):
            # of a draft one may know nothing yet
            return getattr(self, name, None)
        first = Accused(
            name=value('respondent'), agency=value('respondent_agency'),
            role=value('respondent_role'), later=value('respondent_later'),
            agency_now=value('respondent_agency_now'),
            role_now=value('respondent_role_now'))
        return [first, *(value('respondents') or [])]

    def denounced(self):
        "Return whom the letter denounces, or the one of which it is a part"
        found, letter = [], self
        while letter:
            if letter.kind == 'denunciation':
                found += letter.accused()
            # of a draft one may know nothing yet
            letter = getattr(letter, 'part_of', None)
        return found

    def kin(self):
        "Return the letter with those into which it, or its whole, was divided"
        whole = self
        while whole.part_of:
            whole = whole.part_of
        if whole == self and self.state != 'divided':
            return [self]
        kin, parts = [], [whole]
        while parts:
            kin += parts
            parts = self.search(
                [('part_of', 'in', [part.id for part in parts])],
                order=[('id', 'ASC')])
        return kin

    @classmethod
    def on_modification(cls, mode, letters, field_names=None):
        super().on_modification(mode, letters, field_names=field_names)
        if mode != 'write' or (field_names or set()) & {
                'kind', 'case', 'respondent', 'respondent_agency',
                'respondent_role'}:
            if mode == 'delete' or any(
                    le.kind == 'denunciation' or le.part_of
                    for le in letters):
                Pool().get('res.user').clear_cut_cache()


class Accused:
    "The respondent of the letter, in the words of complaints.respondent"
    def __init__(self, **values):
        self.__dict__.update(values)


class Respondent(LockedMixin, AuditedMixin, ModelSQL, ModelView):
    "One more whom a letter is about"
    __name__ = 'complaints.respondent'
    _lock = Lock(
        LockedError, 'complaints.msg_fields_locked',
        place='letter', list='respondents', asks='check_worker')
    # what names somebody must be erasable, and an entry is not
    _audit_secret = frozenset(['name'])
    _audit_skip = frozenset(['key'])

    letter = fields.Many2One(
        'complaints.letter', "Letter", required=True, ondelete='CASCADE')
    name = fields.Char("Name")
    agency = fields.Many2One(
        'agencies.agency', "Agency at That Time", ondelete='RESTRICT',
        search_context={'active_test': False})
    role = fields.Selection(ROLES, "Was There", sort=False)
    later = fields.Selection(LATER, "Since Then", sort=False)
    agency_now = fields.Many2One(
        'agencies.agency', "Works Now in", ondelete='RESTRICT')
    role_now = fields.Selection(ROLES[:3], "Is There", sort=False)
    key = fields.Char("Key", readonly=True, strip=False)

    @classmethod
    def __setup__(cls):
        cls.key.search_unaccented = False
        super().__setup__()
        cls.__access__.add('letter')

    def get_rec_name(self, name):
        return self.name or ''

    @classmethod
    def preprocess_values(cls, mode, values):
        values = super().preprocess_values(mode, values)
        values.pop('key', None)
        if 'name' in values:
            values['key'] = name_key(values['name'])
        return values

    @classmethod
    def on_modification(cls, mode, records, field_names=None):
        super().on_modification(mode, records, field_names=field_names)
        Pool().get('res.user').clear_cut_cache()
