# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The one place where the identity of a person is read and written.

Nothing else touches complaints.identity.  All that a person says of himself is
sealed with a key of his own; beside it stands only what an ordinary sender is
searched by.  Who may see a protected identity, and until when, is said by
complaints.opening.
"""

from sql import Column
from trytond.model import Index, fields
from trytond.modules.audit.audited import readable
from trytond.modules.audit.keyed import keyed_hash
from trytond.modules.foundation.acting import as_server
from trytond.modules.foundation.listed import stored
from trytond.modules.foundation.text import clean, fold
from trytond.pool import Pool
from trytond.transaction import Transaction

from .numbers import identity_number_flaw
from .redaction import redact
from .sealed import SealedMixin
from .search_index import install_names
from .secret_models import person_models

MASK = "••••••"
ERASED = "(đã xóa)"
FIELDS = ('name', 'identity_number', 'address', 'phone', 'email',
    'subdivision')
# No agency has a longer name: what is longer is not looked for
_LONGEST_NAME = 150
# What tells in a text who wrote it
_TELLING = ('name', 'identity_number', 'address', 'phone', 'email')


class Identity(SealedMixin):
    # Not a ModelView: no client can call it
    __name__ = 'complaints.identity'
    _no_rpc = True
    _log = False

    name_fold = fields.Char(
        "Name without Accents",
        help="To search by; empty when the identity is protected.")
    number_key = fields.Char(
        "Key of the Identity Number",
        help="A keyed hash, to find the same person; empty when the identity "
        "is protected.")
    erased_on = fields.Date(
        "Erased on", help="Since when nobody can open it any more.")

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

    @classmethod
    def __register__(cls, module):
        super().__register__(module)
        install_names(cls)
        table_h = cls.__table_handler__(module)
        # Migration from the first releases: identities were not sealed
        if table_h.column_exist('name'):
            cls._seal_former()
            for name in FIELDS:
                table_h.drop_column(name)

    @classmethod
    def _seal_former(cls):
        "Seal what older releases have written, a batch at a time"
        table = cls.__table__()
        columns = [Column(table, name) for name in FIELDS]
        cursor = Transaction().connection.cursor()
        last = 0
        while True:
            cursor.execute(*table.select(
                    table.id, table.name_fold, *columns, where=table.id > last,
                    order_by=[table.id.asc], limit=1000))
            rows = cursor.fetchall()
            if not rows:
                break
            for id_, name_fold, *values in rows:
                sealed = cls.seal_values(
                    dict(zip(FIELDS, values, strict=True)))
                cursor.execute(*table.update(
                        [Column(table, n) for n in sealed],
                        list(sealed.values()), where=table.id == id_))
                if not name_fold:
                    # protected: not even the key of the number stays
                    cursor.execute(*table.update(
                            [table.number_key], [None],
                            where=table.id == id_))
            last = rows[-1][0]

    # Writing

    @classmethod
    def store(cls, values, protected):
        """Create identities and return their ids.

        values -- a list of dictionaries of FIELDS
        protected -- a list that says for each if it can be searched
        """
        Entry = Pool().get('audit.entry')
        rows, plain = [], []
        for v, p in zip(values, protected, strict=True):
            v = cls._clean(v)
            plain.append(v)
            rows.append({**cls.seal_values(v), **cls._search_keys(v, p)})
        ids = cls.insert(rows, check=False)
        Entry.append([
                cls._entry('create', id_, row, {}, v)
                for id_, row, v in zip(ids, rows, plain, strict=True)])
        return ids

    @classmethod
    def change(cls, ids, name, value, protected):
        "Set a field of identities"
        Entry = Pool().get('audit.entry')
        with as_server("who may change a person is asked of the person"):
            to_write, entries = [], []
            for identity in cls.browse(ids):
                before = identity.open_values()
                values = cls._clean({**before, name: value})
                columns = identity.reseal_values(values)
                to_write.extend(([identity], {
                            **columns,
                            **cls._search_keys(values, protected)}))
                entries.append(cls._entry(
                        'write', identity.id,
                        {**identity._columns(), **columns}, before, values))
            if to_write:
                cls.write(*to_write)
                Entry.append(entries)

    @classmethod
    def protect(cls, ids):
        "Take identities out of every search"
        with as_server("to protect somebody shows nothing"):
            cls.write(
                cls.browse(ids), {'name_fold': None, 'number_key': None})

    @classmethod
    def erase(cls, ids):
        """Destroy the keys of identities: nobody can open them any more.

        The entries of the audit stay as they are: of what was in an identity
        they hold only hashes under the key that is destroyed."""
        pool = Pool()
        today = pool.get('ir.date').today()
        with as_server("who erases is asked for the right before"):
            identities = [
                i for i in cls.browse(ids) if not i.erased_on]
            cls.write(identities, {
                    'wrapped': None, 'master': None, 'sealed': None,
                    'name_fold': None, 'number_key': None,
                    'erased_on': today,
                    })
            pool.get('audit.entry').append([{
                        'action': 'erase',
                        'resource': identity,
                        } for identity in identities])
        return identities

    @classmethod
    def part_with(cls, persons):
        """Destroy the identities of persons

        One that another letter still needs, as that of a transferred letter,
        is only taken away from these."""
        pool = Pool()
        wanted = {(p.__name__, p.id) for p in persons}
        ids = list({p.identity.id for p in persons})
        needed = {
            other.identity.id
            for model in person_models()
            for other in pool.get(model).search([('identity', 'in', ids)])
            if (other.__name__, other.id) not in wanted}
        cls.erase([i for i in ids if i not in needed])
        for person in persons:
            if person.identity.id in needed:
                empty, = cls.create([{
                            'erased_on': pool.get('ir.date').today()}])
                with Transaction().set_context(_identities=True):
                    person.__class__.write(
                        [person], {'identity': empty.id})

    @staticmethod
    def _clean(values):
        Person = Pool().get('complaints.person')
        values = {
            name: value for name, value in values.items()
            if name in FIELDS and value}
        for name, value in values.items():
            if isinstance(value, str):
                values[name] = clean(readable(Person, name, value))
        number = values.get('identity_number')
        if number and not identity_number_flaw(number):
            values['identity_number'] = number.upper()
        return {name: value for name, value in values.items() if value}

    @staticmethod
    def _search_keys(values, protected):
        "Return what an identity is searched by, nothing of a protected one"
        Key = Pool().get('audit.key')
        number = values.get('identity_number')
        return {
            'name_fold': (
                None if protected else fold(values.get('name')) or None),
            'number_key': (
                Key.hash(f'number:{number}') if number and not protected
                else None),
            }

    @classmethod
    def _entry(cls, action, id_, columns, before, after):
        """Return what the audit says of a change

        Hashes under the key of the person: when that is destroyed, nobody
        can try out any more which values they were made of."""
        key = cls._key(columns)

        def hashed(values, name):
            value = values.get(name)
            return keyed_hash(key, f'{name}:{value}') if value else None
        changes = {
            name: [hashed(before, name), hashed(after, name)]
            for name in FIELDS if before.get(name) != after.get(name)}
        changes['sealed'] = [None, cls.digest(columns['sealed'])]
        return {
            'action': action,
            'resource': f'{cls.__name__},{id_}',
            'changes': changes,
            }

    # Reading

    @classmethod
    def _open(cls, persons):
        "Return {identity id: values} of persons, without a check"
        return cls.opened([p.identity.id for p in persons])

    @classmethod
    def opened(cls, ids):
        """Return {id: values} of identities, with one statement

        Without a check: who asks for it says to whom it is shown."""
        return {
            id_: cls.open_columns(dict(zip(cls.SEALED, row, strict=True)))
            for id_, row in stored(cls, ids, *cls.SEALED).items()}

    @classmethod
    def disclose(cls, persons, names):
        """Return the values that the user may see, {name: {person id: value}}

        The others are masked; what is empty stays empty.  What is shown of a
        protected identity is put on record first.
        """
        Opening = Pool().get('complaints.opening')
        result = {name: {} for name in names}
        with as_server("Opening.visible() says who sees what"):
            visible = Opening.visible(persons)
            values = cls._open(persons)
            for person in persons:
                own = values[person.identity.id]
                erased = person.identity.erased_on
                for name in names:
                    value = own.get(name)
                    if name == 'subdivision':
                        if person.id not in visible:
                            value = None
                    elif erased:
                        value = ERASED if name == 'name' else None
                    elif value and person.id not in visible:
                        value = MASK
                    result[name][person.id] = value
        return result

    @classmethod
    def listed_names(cls, ids):
        """Return {id: name}, as it is: who may not see it is for the caller

        Of who was erased that is said, of who says nothing None."""
        rows = stored(cls, ids, 'erased_on', *cls.SEALED)
        return {
            id_: ERASED if erased_on else cls.open_columns(
                dict(zip(cls.SEALED, columns, strict=True))).get('name')
            for id_, (erased_on, *columns) in rows.items()}

    @staticmethod
    def masked():
        "Within, what is protected stays masked: in lists and in exports"
        return Transaction().set_context(_masked=True)

    @staticmethod
    def number_keys(numbers):
        "Return the keys by which numbers of identity papers are found"
        Key = Pool().get('audit.key')
        return [Key.hash(f'number:{clean(n).upper()}') for n in numbers if n]

    # Answers that give nothing away

    @classmethod
    def known(cls, persons):
        "Return what is known of each person, for the server alone"
        return list(cls._open(persons).values())

    @staticmethod
    def known_of_draft(person):
        "Return what is known of a person as the client shows him"
        values = {name: getattr(person, name, None) for name in FIELDS}
        values = {n: v for n, v in values.items() if v != MASK}
        if values.get('subdivision'):
            values['subdivision'] = values['subdivision'].id
        return values

    @classmethod
    def has_flawed_number(cls, person):
        "Tell if the number of the identity paper can not be one"
        values, = cls._open([person]).values()
        number = values.get('identity_number')
        return bool(number and identity_number_flaw(number))

    @classmethod
    def redact(cls, persons, text):
        "Return a text without what tells who the persons are"
        return redact_values(text, cls._open(persons).values())

    @classmethod
    def find(cls, name, operator, value):
        """Return a domain on identities that match a clause of a search

        A protected identity is never found."""
        if name == 'name' and isinstance(value, str):
            return [('name_fold', operator, _fold_pattern(value))]
        if name == 'identity_number' and operator in {'=', 'in'}:
            values = [value] if operator == '=' else value
            return [('number_key', 'in', cls.number_keys(values))]
        return [('id', '=', -1)]


def redact_values(text, identities):
    """Return a text without what dictionaries of FIELDS tell

    The name of an agency stays: who sent a letter on is known, and what was
    cut out of its name would tell where who wrote the letter lives."""
    cut = redact(text, [
            values.get(name) for values in identities for name in _TELLING])
    return text if cut != text and _names_agency(text) else cut


def _names_agency(text):
    "Tell if a text is the name of an agency, and says nothing else"
    if len(text) > _LONGEST_NAME:
        return False
    Agency = Pool().get('agencies.agency')
    with as_server("the names of agencies are public"):
        return any(agency.rec_name == text for agency in Agency.search(
                ['OR', ('name', '=', text),
                    ('name', '=', text.rpartition(', ')[0])]))


def _fold_pattern(value):
    "Fold a pattern and keep its wildcards"
    start = '%' if value.startswith('%') else ''
    end = '%' if value.endswith('%') else ''
    return f'{start}{fold(value)}{end}'
