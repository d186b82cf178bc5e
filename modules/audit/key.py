# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Which keys this database was written with; the keys are in a file."""
from contextlib import contextmanager
from pathlib import Path

import trytond.config as config
from sql import Column, Null
from trytond.i18n import gettext
from trytond.model import ModelSQL, Unique, fields
from trytond.transaction import Transaction

from . import keyring
from .exceptions import KeyMissingError
from .keyed import keyed_hash
from .signing import public_key


def key_file():
    """Return the path of the keys of the current database.

    `[secrets] key_file` says where; else they lie beside the key of the audit
    of older releases, or beside the files of the database."""
    if file := config.get('secrets', 'key_file', default=None):
        return Path(file)
    if file := config.get('audit', 'key_file', default=None):
        return Path(file).with_suffix('.keys')
    name = Transaction().database.name
    return Path(config.get('database', 'path')) / f'{name}.keys'


class Key(ModelSQL):
    """A key that was in use here: its number, and how to recognise it.

    Nobody who copies the database copies a key with it.
    """
    __name__ = 'audit.key'
    _no_rpc = True
    _log = False

    kind = fields.Char("Kind")
    number = fields.Integer("Number")
    check = fields.Char("How to Recognise it")
    public = fields.Char("Public Part")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints.append((
                'number_unique', Unique(table, table.kind, table.number),
                'audit.msg_key_unique'))

    @classmethod
    def __register__(cls, module):
        super().__register__(module)
        table_h = cls.__table_handler__(module)
        former = None
        # Migration from the first release: the key was in the database
        if table_h.column_exist('value'):
            former = cls._take_out()
            table_h.drop_column('value')
        # made now: who only looks can not write it
        cls.prepare(former)

    @classmethod
    def _take_out(cls):
        "Remove the key from the database and return it, or None"
        table = cls.__table__()
        cursor = Transaction().connection.cursor()
        value = Column(table, 'value')
        cursor.execute(*table.select(
                value, where=value != Null, order_by=[table.id.asc],
                limit=1))
        row = cursor.fetchone()
        cursor.execute(*table.delete(where=table.kind == Null))
        return bytes.fromhex(row[0]) if row else None

    @classmethod
    def prepare(cls, former=None):
        """Make the keys that lack, and note which ones there are.

        former -- the key of the hashes of an older release, as bytes

        Raises KeyMissingError where a key of this database is lost."""
        known = cls.known()
        try:
            with keyring.changing(key_file()) as keys:
                cls.check_file(keys, known)
                old = config.get('audit', 'key_file', default=None)
                if former is None and old and Path(old).exists():
                    former = Path(old).read_bytes().strip()
                for kind in keyring.KINDS:
                    if not keys.current(kind):
                        keys.add(kind, former if kind == 'hash' else None)
        except keyring.KeyringError as error:
            raise KeyMissingError(
                gettext('audit.msg_key_file', error=error)) from None
        cls._note(keys, known)

    @classmethod
    def check_file(cls, keys, known=None):
        """Raise KeyMissingError if a key of this database is not in the file

        Before the file is changed: it may be another database's, or empty."""
        known = cls.known() if known is None else known
        if missing := keyring.lacking(keys, known):
            kind, number = missing
            raise KeyMissingError(gettext(
                    'audit.msg_key_missing', kind=kind, number=number,
                    file=key_file()))

    @classmethod
    def known(cls):
        "Return {(kind, number): check} of the keys that were in use"
        table = cls.__table__()
        cursor = Transaction().connection.cursor()
        cursor.execute(*table.select(
                table.kind, table.number, table.check,
                where=(table.kind != Null) & (table.check != Null)))
        return {(kind, number): check for kind, number, check in cursor}

    @classmethod
    def _note(cls, keys, known):
        table = cls.__table__()
        cursor = Transaction().connection.cursor()
        rows = [
            [kind, number, keyring.check(keys.get(kind, number)),
                public_key(keys.get(kind, number)) if kind == 'sign'
                else None]
            for kind in keyring.KINDS for number in keys.numbers(kind)
            if (kind, number) not in known]
        if rows:
            cursor.execute(*table.insert(
                    [table.kind, table.number, table.check, table.public],
                    rows))

    @classmethod
    def forget(cls, kind, number):
        """Note that a key is no longer needed: it was removed from the file

        Its public part stays: what it has signed is still to be checked."""
        table = cls.__table__()
        cursor = Transaction().connection.cursor()
        cursor.execute(*table.update(
                [table.check], [None],
                where=(table.kind == kind) & (table.number == number)))

    @classmethod
    @contextmanager
    def kept(cls):
        "Within, the file is looked at once: for what is done in sets"
        kept = Transaction().__dict__
        before = kept.get('_keyring')
        kept['_keyring'] = cls.keyring()
        try:
            yield
        finally:
            kept['_keyring'] = before

    @classmethod
    def keyring(cls):
        "Return the keys of this database; raise KeyMissingError"
        kept = Transaction().__dict__.get('_keyring')
        if kept is not None:
            return kept
        try:
            return keyring.load(key_file())
        except keyring.KeyringError as error:
            raise KeyMissingError(
                gettext('audit.msg_key_file', error=error)) from None

    @classmethod
    def current(cls, kind):
        "Return (number, bytes) of the key in use; raise KeyMissingError"
        key = cls.keyring().current(kind)
        if not key:
            raise KeyMissingError(gettext(
                    'audit.msg_key_missing', kind=kind, number=1,
                    file=key_file()))
        return key

    @classmethod
    def get(cls, kind, number):
        "Return the bytes of a key; raise KeyMissingError"
        value = cls.keyring().get(kind, number)
        if not value:
            raise KeyMissingError(gettext(
                    'audit.msg_key_missing', kind=kind, number=number,
                    file=key_file()))
        return value

    @classmethod
    def get_key(cls):
        "Return the key of the keyed hashes as bytes"
        return cls.current('hash')[1]

    @classmethod
    def hash(cls, text):
        "Return the keyed hash of a text"
        return keyed_hash(cls.get_key(), text)

