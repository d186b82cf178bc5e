# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The one place where the identity of a person is read and written.

Nothing else touches complaints.identity.  Whoever wants to seal identities
changes this file alone.
"""

from trytond.cache import Cache
from trytond.model import Index, ModelSQL, fields
from trytond.modules.agencies.text import clean, fold
from trytond.modules.audit.audited import AuditedMixin
from trytond.pool import Pool
from trytond.transaction import Transaction, without_check_access

from . import similarity
from .numbers import identity_number_flaw

MASK = "••••••"
FIELDS = ('name', 'identity_number', 'address', 'phone', 'email',
    'subdivision')


class Identity(AuditedMixin, ModelSQL):
    # Not a ModelView: no client can call it
    __name__ = 'complaints.identity'
    _no_rpc = True
    _audit_secret = frozenset([*FIELDS, 'name_fold', 'number_key'])
    _places_cache = Cache('complaints.identity.wide_places', context=False)

    name = fields.Char("Name")
    identity_number = fields.Char("Identity Number")
    address = fields.Char("Address")
    phone = fields.Char("Phone")
    email = fields.Char("E-mail")
    subdivision = fields.Many2One('country.subdivision', "Area")
    name_fold = fields.Char(
        "Name without Accents",
        help="To search by; empty when the identity is protected.")
    number_key = fields.Char(
        "Key of the Identity Number",
        help="A keyed hash, to find the same person.")

    @classmethod
    def __setup__(cls):
        cls.name_fold.search_unaccented = False
        cls.number_key.search_unaccented = False
        super().__setup__()
        table = cls.__table__()
        cls._sql_indexes.update({
                Index(table, (table.name_fold, Index.Similarity())),
                Index(table, (table.number_key, Index.Equality())),
                })

    # Writing

    @classmethod
    def store(cls, values, protected):
        """Create identities and return their ids.

        values -- a list of dictionaries of FIELDS
        protected -- a list that says for each if it can be searched
        """
        rows = [
            cls._derive({f: v.get(f) or None for f in FIELDS}, p)
            for v, p in zip(values, protected, strict=True)]
        return [i.id for i in cls.create(rows)]

    @classmethod
    def change(cls, ids, name, value, protected):
        "Set a field of identities"
        with without_check_access():
            to_write = []
            for identity in cls.browse(ids):
                values = {f: getattr(identity, f) for f in FIELDS}
                values['subdivision'] = (
                    identity.subdivision.id if identity.subdivision else None)
                values[name] = value or None
                to_write.extend(([identity], cls._derive(values, protected)))
            if to_write:
                cls.write(*to_write)

    @classmethod
    def protect(cls, ids):
        "Take identities out of every search"
        with without_check_access():
            cls.write(cls.browse(ids), {'name_fold': None})

    @classmethod
    def _derive(cls, values, protected):
        Key = Pool().get('audit.key')
        values = values.copy()
        for name in FIELDS:
            if isinstance(values.get(name), str):
                values[name] = clean(values[name]) or None
        number = values.get('identity_number')
        if number and not identity_number_flaw(number):
            values['identity_number'] = number = number.upper()
        values['name_fold'] = (
            None if protected else fold(values.get('name')) or None)
        values['number_key'] = Key.hash(f'number:{number}') if number else None
        return values

    # Reading

    @classmethod
    def disclose(cls, persons, names):
        """Return the values that the user may see, {name: {person id: value}}

        The others are masked; what is empty stays empty.
        """
        result = {name: {} for name in names}
        with without_check_access():
            visible = cls._visible(persons)
            identities = {
                i.id: i for i in cls.browse([p.identity.id for p in persons])}
            for person in persons:
                identity = identities[person.identity.id]
                for name in names:
                    value = getattr(identity, name)
                    if name == 'subdivision':
                        value = value.id if value else None
                        if person.id not in visible:
                            value = None
                    elif value and person.id not in visible:
                        value = MASK
                    result[name][person.id] = value
        return result

    @classmethod
    def _visible(cls, persons):
        "Return the ids of the persons whom the user may see"
        user = Transaction().user
        return {
            p.id for p in persons
            if not p.protected or (user and user == p.keeper)}

    # Answers that give nothing away

    @classmethod
    def named(cls, persons):
        "Tell if one of the persons has a name"
        return cls.tells(persons, 'name')

    @classmethod
    def tells(cls, persons, *names):
        "Tell if one of the fields of one of the persons is known"
        with without_check_access():
            return any(
                getattr(i, name) for name in names
                for i in cls.browse([p.identity.id for p in persons]))

    @classmethod
    def repeat_key(cls, person, content):
        "Return a keyed hash of who says what"
        Key = Pool().get('audit.key')
        with without_check_access():
            name = cls(person.identity.id).name
        return Key.hash(f'repeat:{fold(name)}:{content}')

    @classmethod
    def marks(cls, persons, mark):
        "Return the marks by which persons are recognised, see similarity"
        result = {}
        with without_check_access():
            for identity in cls.browse([p.identity.id for p in persons]):
                values = {name: getattr(identity, name) for name in FIELDS}
                values['subdivision'] = (
                    identity.subdivision.id if identity.subdivision else None)
                result.update(similarity.of_person(
                        values, mark, cls._wide_places()))
        return result

    @classmethod
    def marks_of_draft(cls, person, mark):
        "Return the marks of a person as the client shows them"
        values = {name: getattr(person, name, None) for name in FIELDS}
        values = {n: v for n, v in values.items() if v != MASK}
        if values.get('subdivision'):
            values['subdivision'] = values['subdivision'].id
        return similarity.of_person(values, mark, cls._wide_places())

    @classmethod
    def _wide_places(cls):
        "Return the names of the provinces, folded"
        names = cls._places_cache.get('wide')
        if names is None:
            Subdivision = Pool().get('country.subdivision')
            names = set()
            for subdivision in Subdivision.search([('parent', '=', None)]):
                names |= similarity.places(subdivision.name)
            cls._places_cache.set('wide', names)
        return names

    @classmethod
    def has_flawed_number(cls, person):
        "Tell if the number of the identity paper can not be one"
        with without_check_access():
            number = cls(person.identity.id).identity_number
        return bool(number and identity_number_flaw(number))

    @classmethod
    def find(cls, name, operator, value):
        """Return a domain on identities that match a clause of a search

        A protected identity is never found."""
        if name == 'name' and isinstance(value, str):
            return [('name_fold', operator, _fold_pattern(value))]
        if name == 'identity_number' and operator in {'=', 'in'}:
            Key = Pool().get('audit.key')
            values = [value] if operator == '=' else value
            return [
                ('name_fold', '!=', None),
                ('number_key', 'in', [
                        Key.hash(f'number:{clean(v).upper()}')
                        for v in values if v]),
                ]
        return [('id', '=', -1)]


def _fold_pattern(value):
    "Fold a pattern and keep its wildcards"
    start = '%' if value.startswith('%') else ''
    end = '%' if value.endswith('%') else ''
    return f'{start}{fold(value)}{end}'
