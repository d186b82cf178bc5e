# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Letters and receptions of which nobody learns who sent or came.

From the first keystroke: the persons are protected before they are written,
and what the letter says is kept as a copy without what tells who wrote it.
"""
import datetime as dt

from trytond.i18n import gettext
from trytond.model import ModelStorage, ModelView
from trytond.modules.agencies import clock as time
from trytond.modules.audit.audited import put_on_record
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.transaction import Transaction, without_check_access

from .exceptions import MaskedError
from .identity import FIELDS, MASK, redact_values


class SecretMixin(ModelStorage):
    __slots__ = ()
    # the texts of which a copy is worked on
    _told = frozenset()
    # who reads it has opened the record
    _opened = 'content'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        # who looked at a secret one
        put_on_record(cls, 'read', 'search_read')
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
            cls._note_views(ids, rows)
        return rows

    @classmethod
    def _note_views(cls, ids, rows):
        """Put on record who opens secret records, once an hour for each

        Where that can not be written, nothing of them is shown."""
        Entry = Pool().get('audit.entry')
        transaction = Transaction()
        with without_check_access():
            secret = {
                r.id for r in cls.browse([r['id'] for r in rows])
                if r.is_secret and not r.is_typed_by(transaction.user)}
        if not secret:
            return
        if transaction.readonly:
            for row in rows:
                if row['id'] in secret:
                    row[cls._opened] = MASK
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
                identities = cls._identities(values)
                for name in cls._told:
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
    def _identities(values):
        "Return the identities among the values of a new record"
        Identity = Pool().get('complaints.identity')
        identities = []
        with without_check_access():
            for action, *args in values.get('persons') or []:
                if action != 'create':
                    continue
                for person in args[0]:
                    if person.get('identity'):
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
            told = {n: values[n] for n in cls._told if values.get(n)}
            secret = []
            if told:
                with without_check_access():
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

    def take_original(self, other, names):
        """Keep the words of what this one was made of, where they were cut

        names -- of the fields that were given: what was not, is not here"""
        Original = Pool().get('complaints.original')
        texts = Original.read_texts([str(other)]).get(str(other))
        texts = {
            n: t for n, t in (texts or {}).items()
            if n in self._told and n in names}
        if texts:
            Original.keep({str(self): texts})

    def _working_copy(self, told):
        """Return texts without what tells who wrote them

        Only of who sees the identity now: others would learn, from what is
        cut out of their own words, whether they have guessed the name."""
        Identity = Pool().get('complaints.identity')
        user = Transaction().user
        if user and not self.is_seen_by(user):
            return dict(told)
        return {
            name: Identity.redact(self.secret_persons, text)
            for name, text in told.items()}

    @classmethod
    def make_secret(cls, records):
        "Protect the persons of the records that are secret"
        Person = Pool().get(cls._fields['persons'].model_name)
        with without_check_access():
            records = [
                r for r in cls.browse([r.id for r in records])
                if r.is_secret and (
                    not r.secrecy
                    or any(not p.protected for p in r.persons))]
            Person.protect([p for r in records for p in r.persons])
            if records:
                # it stays secret, whatever it turns out to be
                super().write(records, {'secrecy': True})
            cls.cut_texts(records)
            Pool().get('ir.attachment').seal_all([str(r) for r in records])

    @classmethod
    def cut_texts(cls, records):
        "Keep a working copy of what secret records say of their persons"
        pool = Pool()
        Identity = pool.get('complaints.identity')
        Original = pool.get('complaints.original')
        to_write, texts = [], {}
        with without_check_access():
            for record in cls.browse([r.id for r in records]):
                if not record.is_secret:
                    continue
                told = {n: getattr(record, n) for n in cls._told}
                copies = {
                    n: Identity.redact(record.secret_persons, text)
                    for n, text in told.items()}
                told = {n: t for n, t in told.items() if copies[n] != t}
                if told:
                    to_write += [[record], {n: copies[n] for n in told}]
                    texts[str(record)] = told
            if to_write:
                super().write(*to_write)
                Original.keep(texts)


def _is_secret(values):
    return (values.get('kind') == 'denunciation'
        or bool(values.get('secrecy')))
