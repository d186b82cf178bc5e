# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Letters, and whatever is like them, of which nobody learns who sent them.

From the first keystroke: the persons are protected before they are written,
and what the letter says is kept as a copy without what tells who wrote it.
"""
import datetime as dt

from trytond.i18n import gettext
from trytond.model import ModelStorage, ModelView
from trytond.model.modelstorage import is_leaf
from trytond.modules.foundation import clock as time
from trytond.modules.foundation.acting import acting_user, as_server
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.transaction import Transaction

from .exceptions import MaskedError
from .identity import FIELDS, redact_values
from .secret_models import person_models
from .secret_texts import texts_of


class SecretMixin(ModelStorage):
    __slots__ = ()
    # what leads to it leads to a secret: see secret_models
    _is_matter = True
    # the texts of which a hash is on record; of all a copy is worked on
    _told = frozenset()
    # who reads it has opened the record
    _opened = 'content'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        if hasattr(cls, 'secrecy'):
            cls._buttons['open_identity'] = {
                'invisible': (Eval('kind') != 'denunciation')
                & ~Eval('secrecy', False),
                'icon': 'tryton-public',
                'depends': ['kind', 'secrecy'],
                }

    @classmethod
    def export_data(cls, records, fields_names, header=False):
        with Pool().get('complaints.identity').masked():
            # read anew: a record keeps the context it was made in
            return super().export_data(
                cls.browse([r.id for r in records]), fields_names,
                header=header)

    @classmethod
    def read(cls, ids, fields_names):
        rows = super().read(ids, fields_names)
        transaction = Transaction()
        if (transaction.check_access and transaction.user
                and cls._opened in fields_names):
            cls._note_views([row['id'] for row in rows])
        return rows

    @classmethod
    def search(
            cls, domain, offset=0, limit=None, order=None, count=False,
            query=False):
        transaction = Transaction()
        # a query is part of the search for something else: of a client's
        # too, although Tryton makes it without access
        if (transaction.user and (transaction.check_access or query)
                and cls._is_told(domain, order)):
            # who searches what it says learns what it says
            whole = count or query
            cls._note_views([r.id for r in super().search(
                        [domain, cls._secret_domain()],
                        offset=0 if whole else offset,
                        limit=None if whole else limit, order=order)])
        return super().search(
            domain, offset=offset, limit=limit, order=order, count=count,
            query=query)

    @classmethod
    def _is_told(cls, domain, order):
        "Tell if a search depends on what who reads it has opened"
        names = {name.split('.')[0] for name, _ in order or []}
        return cls._opened in names or any(
            leaf[0].split('.')[0] == cls._opened for leaf in _leaves(domain))

    @classmethod
    def _secret_domain(cls):
        "Return the domain of the records that may be secret"
        return ['OR',
            ('kind', '=', 'denunciation'), ('secrecy', '=', True)]

    @classmethod
    def _note_views(cls, ids):
        """Put on record who opens secret records, once an hour for each

        It is written before anything is shown: where that fails, so does
        the call."""
        Entry = Pool().get('audit.entry')
        transaction = Transaction()
        with as_server("who looks at a secret is put on record"):
            secret = {
                r.id for r in cls.browse(ids)
                if r.is_secret and not r.is_typed_by(transaction.user)}
        if not secret:
            return
        resources = {f'{cls.__name__},{id_}' for id_ in secret}
        resources -= Entry.read_since(
            transaction.user, resources,
            time.utcnow() - dt.timedelta(hours=1))
        Entry.append([
                {'action': 'view', 'resource': r} for r in sorted(resources)])

    def is_typed_by(self, user):
        "Tell if the user is just writing it down"
        return any(p.is_being_typed(user) for p in self.secret_persons)

    @classmethod
    @ModelView.button_action('complaints.wizard_opening')
    def open_identity(cls, records):
        pass

    @property
    def is_secret(self):
        "If nobody learns who sent it"
        return bool(self.secrecy) or self.kind == 'denunciation'

    @property
    def secret_persons(self):
        "Who must not be known"
        return self.persons

    @property
    def typist_id(self):
        "The id of who wrote it down, and so knows whom it names"
        return self.create_uid.id if self.create_uid else None

    def is_known_to(self, user):
        "Tell if the user has learnt who they are: written down, or opened"
        return bool(user) and (
            user == self.typist_id
            or bool(Pool().get('complaints.opening').were_open([self], user)))

    def known_persons(self, user):
        "Return of whom the user has learnt who they are; the server all"
        if not user or self.is_known_to(user):
            return list(self.secret_persons)
        return []

    def is_seen_by(self, user):
        "Tell if the user sees now who they are"
        return Pool().get('complaints.opening').may_see(self, user)

    @property
    def keeper_id(self):
        "The id of the user who opens the identity without consent"
        raise NotImplementedError

    @classmethod
    def preprocess_values(cls, mode, values):
        values = super().preprocess_values(mode, values)
        if (mode == 'create' and _is_secret(values)
                and hasattr(cls, 'secrecy')):
            # it stays secret, whatever it turns out to be
            values = {**values, 'secrecy': True}
            values['persons'] = [
                (action, [{**p, 'protected': True} for p in args[0]])
                if action == 'create' else (action, *args)
                for action, *args in values.get('persons') or []]
        return values

    @classmethod
    def check_modification(cls, mode, records, values=None, external=False):
        super().check_modification(
            mode, records, values=values, external=external)
        if (mode == 'write' and not values.get('secrecy', True)
                and any(r.secrecy for r in records)):
            raise MaskedError(gettext('complaints.msg_identity_masked'))

    @classmethod
    def create(cls, vlist):
        Original = Pool().get('complaints.original')
        vlist = [dict(values) for values in vlist]
        originals = []
        for values in vlist:
            told = {}
            if _is_secret(values):
                identities = cls._known_identities(values)
                for name in texts_of(cls):
                    text = redact_values(values.get(name), identities)
                    if text != values.get(name):
                        told[name] = values[name]
                        values[name] = text
            originals.append(told)
        records = super().create(vlist)
        texts = {
            str(record): told
            for record, told in zip(records, originals, strict=True) if told}
        if texts:
            Original.keep(texts)
        return records

    @staticmethod
    def _known_identities(values):
        """Return the identities among the values of a new record

        Of those that another record has already, only those that are known
        to who acts: a part of a letter is written by who may know nobody."""
        pool = Pool()
        Identity = pool.get('complaints.identity')
        user = acting_user()
        identities = []
        with as_server("whom one knows already is asked to refuse others"):
            for action, *args in values.get('persons') or []:
                if action != 'create':
                    continue
                for person in args[0]:
                    if person.get('identity'):
                        if not user or any(
                                p.place.is_known_to(user)
                                for model in person_models()
                                for p in pool.get(model).search([
                                        ('identity', '=', person['identity'])
                                        ])):
                            identities.append(
                                Identity(person['identity']).open_values())
                    else:
                        identities.append({
                                name: person.get(name) for name in FIELDS})
        return identities

    @classmethod
    def write(cls, records, values, *args):
        Original = Pool().get('complaints.original')
        actions = iter((records, values, *args))
        to_write, texts = [], {}
        for group, values in zip(actions, actions, strict=True):
            told = {n: values[n] for n in texts_of(cls) if values.get(n)}
            secret = []
            if told:
                with as_server("whether it is secret decides what is cut out"):
                    secret = [
                        r for r in cls.browse([r.id for r in group])
                        if r.is_secret and r.secret_persons]
            if not secret:
                to_write += [group, values]
                continue
            rest = [r for r in group if r not in secret]
            if rest:
                to_write += [rest, values]
            for record in secret:
                copies = record._working_copy(told)
                to_write += [[record], {**values, **copies}]
                changed = {n: told[n] for n in told if copies[n] != told[n]}
                if changed:
                    texts[str(record)] = changed
        super().write(*to_write)
        if texts:
            Original.keep(texts)

    def _working_copy(self, told):
        """Return texts without what tells who wrote them

        Only whom the writer knows: others would learn, from what is cut out
        of their own words, whether they have guessed the name."""
        Identity = Pool().get('complaints.identity')
        persons = self.known_persons(acting_user())
        return {
            name: text if self.says_itself(text)
            else Identity.redact(persons, text)
            for name, text in told.items()}

    def says_itself(self, text):
        """Tell if the server itself says this of the matter

        What it composes of public data names agencies, whose names may be
        part of an address.  It stays whole, whoever writes it: that tells
        of nobody.  What a person adds to it makes it his own."""
        return False

    @classmethod
    def make_secret(cls, records):
        "Protect the persons of the records that are secret"
        Person = Pool().get(cls._fields['persons'].model_name)
        with as_server("to protect somebody shows nothing"):
            records = [
                r for r in cls.browse([r.id for r in records])
                if r.is_secret and (
                    not r.secrecy
                    or any(not p.protected for p in r.persons))]
            uncovered = [
                p for r in records for p in r.persons if not p.protected]
            Person.protect([p for r in records for p in r.persons])
            if records:
                # it stays secret, whatever it turns out to be
                super().write(records, {'secrecy': True})
            cls.cut_texts(records, uncovered)
            Pool().get('ir.attachment').seal_all([str(r) for r in records])

    @classmethod
    def cut_texts(cls, records, persons=None):
        """Keep a working copy of what secret records say of persons

        persons -- those whom who acts has just written down, or could see
            until now.  Not the others: from what is cut out of his words he
            would learn whom he has guessed.  None for all: by the server"""
        pool = Pool()
        Identity = pool.get('complaints.identity')
        Original = pool.get('complaints.original')
        to_write, texts = [], {}
        with as_server("what names people is cut out and kept sealed"):
            for record in cls.browse([r.id for r in records]):
                if not record.is_secret:
                    continue
                told = {n: getattr(record, n) for n in texts_of(cls)}
                copies = {
                    n: text if text and record.says_itself(text)
                    else Identity.redact(
                        record.secret_persons if persons is None
                        else [p for p in persons if p.place == record], text)
                    for n, text in told.items()}
                told = {n: t for n, t in told.items() if copies[n] != t}
                if told:
                    to_write += [[record], {n: copies[n] for n in told}]
                    # what was kept before is nearer to what was written
                    kept = Original.read_texts([str(record)]).get(
                        str(record), {})
                    texts[str(record)] = {**told, **{
                            n: kept[n] for n in told if n in kept}}
            if to_write:
                super().write(*to_write)
                Original.keep(texts)


def _leaves(domain):
    "Yield the clauses of a domain, at any depth"
    if is_leaf(domain):
        yield domain
    elif isinstance(domain, list | tuple):
        for part in domain:
            yield from _leaves(part)


def _is_secret(values):
    return (values.get('kind') == 'denunciation'
        or bool(values.get('secrecy')))
