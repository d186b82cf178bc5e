# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from collections import defaultdict

from sql import Column
from trytond.i18n import gettext
from trytond.model import Index, ModelSQL, ModelView, fields
from trytond.modules.audit.audited import AuditedMixin
from trytond.modules.foundation.acting import acting_user, as_server
from trytond.modules.foundation.listed import stored
from trytond.modules.foundation.locked import Lock, LockedMixin
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.transaction import Transaction

from .exceptions import IdentityNumberError, LockedError, MaskedError
from .identity import ERASED, FIELDS, MASK


def _identity_field(Field, *args, **kwargs):
    return fields.Function(
        Field(*args, **kwargs), 'get_identity_field',
        setter='set_identity_field', searcher='search_identity_field')


class PersonMixin(LockedMixin, AuditedMixin, ModelSQL, ModelView):
    "Somebody whose identity is kept apart, and shown to the keeper only"
    __slots__ = ()
    _rec_name = 'name'
    # who it is must not be known: see secret_models
    _is_person = True
    # the field of what the person belongs to, and where it may be changed
    _place = None
    _draft = frozenset()

    role = fields.Selection([
            ('sender', "Sender"),
            ('representative', "Representative"),
            ('related', "Person Concerned"),
            ], "Role", required=True, sort=False)
    identity = fields.Many2One(
        'complaints.identity', "Identity", readonly=True, required=True,
        ondelete='RESTRICT')
    protected = fields.Boolean(
        "Protected", readonly=True,
        help="The identity is shown only to whom it was opened, on "
        "record.")
    name = _identity_field(fields.Char, "Full Name")
    identity_number = _identity_field(
        fields.Char, "Identity Number",
        help="The number of the identity card or passport.")
    address = _identity_field(fields.Char, "Address")
    subdivision = _identity_field(
        fields.Many2One, 'country.subdivision', "Area",
        domain=[('country.code', '=', 'VN')])
    phone = _identity_field(fields.Char, "Phone")
    email = _identity_field(fields.Char, "E-mail")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add(cls._place)
        table = cls.__table__()
        # whose letters are they that have this name
        cls._sql_indexes.add(
            Index(table, (table.identity, Index.Equality())))
        for name in FIELDS:
            field = getattr(cls, name)
            field.states = {
                'readonly': Eval('protected', False) & (
                    Eval('id', -1) >= 0) & (Eval(name) == MASK),
                }

    @staticmethod
    def default_role():
        return 'sender'

    @property
    def place(self):
        "The letter, or whatever else the person belongs to"
        return getattr(self, self._place)

    @property
    def keeper(self):
        "The id of the user who opens a protected identity without consent"
        return self.place.keeper_id

    def is_being_typed(self, user):
        "Tell if the user is just writing down who it is"
        place = self.place
        return bool(user) and (
            place.state in self._draft and bool(place.create_uid)
            and place.create_uid.id == user)

    @classmethod
    def export_data(cls, records, fields_names, header=False):
        with Pool().get('complaints.identity').masked():
            # read anew: a record keeps the context it was made in
            return super().export_data(
                cls.browse([r.id for r in records]), fields_names,
                header=header)

    @classmethod
    def get_identity_field(cls, persons, names):
        Identity = Pool().get('complaints.identity')
        return Identity.disclose(persons, names)

    @classmethod
    def listed_names(cls, places, most, role=None):
        """Return {id of the place: [name]} as a list shows them, masked

        places -- ids of letters, or of what else persons belong to
        most -- how many persons of each, the first ones
        role -- which persons, None for all"""
        Identity = Pool().get('complaints.identity')
        Place = Pool().get(cls._fields[cls._place].model_name)
        table = cls.__table__()
        place = Column(table, cls._place)
        where = fields.SQL_OPERATORS['in'](place, list(places))
        if role:
            where &= table.role == role
        cursor = Transaction().connection.cursor()
        cursor.execute(*table.select(
                place, table.identity, table.protected, where=where,
                order_by=[table.id]))
        persons = defaultdict(list)
        for id_, identity, protected in cursor:
            if len(persons[id_]) < most:
                persons[id_].append((identity, protected))
        user = Transaction().user
        typed = {
            id_ for id_, (state, by) in stored(
                Place, [
                    id_ for id_, rows in persons.items()
                    if any(protected for _, protected in rows)],
                'state', 'create_uid').items()
            if user and by == user and state in cls._draft}
        names = Identity.listed_names([
                i for rows in persons.values() for i, _ in rows])
        return {
            id_: [
                MASK if protected and id_ not in typed
                and names[i] not in {None, ERASED} else names[i]
                for i, protected in rows]
            for id_, rows in persons.items()}

    @classmethod
    def set_identity_field(cls, persons, name, value):
        Identity = Pool().get('complaints.identity')
        # A client that shows a mask may send it back: it means no change.
        if value == MASK:
            return
        for protected in [False, True]:
            changed = [p for p in persons if bool(p.protected) == protected]
            if protected and Transaction().user:
                for person in changed:
                    if Transaction().user != person.keeper:
                        raise MaskedError(gettext(
                                'complaints.msg_identity_masked'))
            Identity.change(
                [p.identity.id for p in changed], name, value, protected)

    @classmethod
    def search_identity_field(cls, name, clause):
        Identity = Pool().get('complaints.identity')
        _, operator, value = clause[:3]
        if value is None and operator == '=':
            return []
        negation = operator.startswith(('!', 'not '))
        if negation:
            operator = operator.removeprefix('!').removeprefix('not ')
        found = Identity.find(name, operator, value)
        return [('identity', 'not where' if negation else 'where', found)]

    @classmethod
    def search_rec_name(cls, name, clause):
        return [('name', *clause[1:])]

    @classmethod
    def create(cls, vlist):
        # The identities of all of them are stored at once.
        Identity = Pool().get('complaints.identity')
        vlist = [values.copy() for values in vlist]
        if any(v.get('identity') for v in vlist):
            cls._check_identity_link()
        cls._protect_new(vlist)
        new = [v for v in vlist if not v.get('identity')]
        identities = [{f: v.pop(f, None) for f in FIELDS} for v in new]
        with as_server("identities are stored by the server alone"):
            ids = Identity.store(
                identities, [v.get('protected', False) for v in new])
        for values, id_ in zip(new, ids, strict=True):
            values['identity'] = id_
        return super().create(vlist)

    @classmethod
    def _protect_new(cls, vlist):
        "Protect who is secret before anything of him is written"
        Place = Pool().get(cls._fields[cls._place].model_name)
        with as_server("whether the place is secret decides who is protected"):
            places = {
                p.id: p for p in Place.browse(list({
                            v[cls._place] for v in vlist
                            if v.get(cls._place)}))}
            for values in vlist:
                place = places.get(values.get(cls._place))
                if place and place.is_secret:
                    values['protected'] = True

    @staticmethod
    def _check_identity_link():
        """Raise MaskedError unless the server itself links an identity

        Who could link a person to a foreign identity would read it: only our
        own code says _identities, no client can."""
        if not Transaction().context.get('_identities'):
            raise MaskedError(gettext('complaints.msg_identity_masked'))

    @classmethod
    def _locked_always(cls):
        return {'identity', 'protected', 'withdrawn_on', cls._place}

    @classmethod
    def _never_given(cls):
        return {'withdrawn_on'}

    @classmethod
    def check_modification(cls, mode, persons, values=None, external=False):
        if mode == 'write':
            if 'identity' in values:
                cls._check_identity_link()
            if not values.get('protected', True) and any(
                    p.protected for p in persons):
                raise MaskedError(gettext('complaints.msg_identity_masked'))
        super().check_modification(
            mode, persons, values=values, external=external)
        if not external or mode != 'delete':
            return
        for person in persons:
            if (person.protected and Transaction().user != person.keeper
                    and not person.place.is_seen_by(Transaction().user)):
                # who may not know who it is does not make him disappear
                raise MaskedError(gettext('complaints.msg_identity_masked'))

    @classmethod
    def on_modification(cls, mode, persons, field_names=None):
        super().on_modification(mode, persons, field_names=field_names)
        if mode == 'create' or (field_names or set()) & set(FIELDS):
            # what was written before the name was
            user = acting_user()
            written = [
                p for p in persons if p.place.is_secret and (
                    not user or p.place.is_known_to(user)
                    or p.create_uid and p.create_uid.id == user)]
            if written:
                Pool().get(cls._fields[cls._place].model_name).cut_texts(
                    list({p.place for p in written}), written)

    @classmethod
    def validate_fields(cls, persons, field_names):
        super().validate_fields(persons, field_names)
        Identity = Pool().get('complaints.identity')
        if field_names and 'identity_number' not in field_names:
            return
        for person in persons:
            if Identity.has_flawed_number(person):
                raise IdentityNumberError(gettext(
                        'complaints.msg_identity_number'))

    @classmethod
    def copy(cls, persons, default=None):
        if not persons:
            return []
        raise MaskedError(gettext('complaints.msg_identity_masked'))

    @classmethod
    def protect(cls, persons):
        "Mask the persons for everybody to whom they are not opened"
        Identity = Pool().get('complaints.identity')
        persons = [p for p in persons if not p.protected]
        if persons:
            cls.write(persons, {'protected': True})
            Identity.protect([p.identity.id for p in persons])


class Person(PersonMixin):
    "Who sends a letter, or speaks for those who do"
    __name__ = 'complaints.person'
    _place = 'letter'
    _lock = Lock(
        LockedError, 'complaints.msg_fields_locked',
        place='letter', list='persons', asks='check_worker')
    _draft = frozenset(['received'])

    letter = fields.Many2One(
        'complaints.letter', "Letter", required=True, ondelete='CASCADE')
    withdrawn_on = fields.Date(
        "Withdrawn on", readonly=True,
        states={
            'invisible': ~Eval('withdrawn_on'),
            },
        help="When the person withdrew; the others go on.")
