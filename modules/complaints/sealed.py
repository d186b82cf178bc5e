# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Models whose records are sealed, each with a key of its own.

The key of a record is wrapped by a master key, which is in a file outside the
database.  Where the wrapped key is destroyed, nobody can open the record any
more, in backups neither once the master key was rotated.
"""
import hashlib
import uuid

from sql import Null

from trytond.model import Index, ModelSQL, fields
from trytond.pool import Pool
from trytond.transaction import Transaction

from . import envelope


class SealedMixin(ModelSQL):
    __slots__ = ()

    token = fields.Char("What it Is Bound to", readonly=True)
    wrapped = fields.Char("Wrapped Key", readonly=True)
    master = fields.Integer("Number of the Master Key", readonly=True)
    sealed = fields.Binary("Sealed", readonly=True)

    SEALED = ('token', 'wrapped', 'master', 'sealed')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        # with the others, in one look
        cls.sealed.loading = 'eager'
        table = cls.__table__()
        # what a rotation has still to do
        cls._sql_indexes.add(Index(
                table, (table.master, Index.Range()),
                (table.id, Index.Range()), where=table.master != Null))

    @classmethod
    def _about(cls, token):
        return f'{cls.__name__},{token}'

    @classmethod
    def seal_values(cls, values):
        "Return the columns of a new record, sealed with a key of its own"
        columns = cls.seal_key()
        return {
            **columns,
            'sealed': cls._seal(columns, values),
            }

    @classmethod
    def seal_key(cls):
        "Return the columns of a new key"
        number, master = Pool().get('audit.key').current('master')
        token = uuid.uuid4().hex
        return {
            'token': token,
            'wrapped': envelope.wrap(
                number, master, envelope.new_key(), cls._about(token)),
            'master': number,
            }

    @classmethod
    def _seal(cls, columns, values):
        return envelope.seal_values(
            cls._key(columns), values, cls._about(columns['token']))

    @classmethod
    def _key(cls, columns):
        "Return the key of the columns of a record"
        Key = Pool().get('audit.key')
        return envelope.unwrap(
            lambda number: Key.get('master', number), columns['wrapped'],
            cls._about(columns['token']))

    def _columns(self):
        return {'token': self.token, 'wrapped': self.wrapped}

    def own_key(self):
        "Return the key of the record, None when it was destroyed"
        return self._key(self._columns()) if self.wrapped else None

    def open_values(self):
        "Return what is sealed, {} when the key was destroyed"
        return self.open_columns({
                name: getattr(self, name) for name in self.SEALED})

    @classmethod
    def open_columns(cls, columns):
        "Return what is sealed in the columns of a record"
        if not columns['wrapped'] or columns['sealed'] is None:
            return {}
        return envelope.open_values(
            cls._key(columns), columns['sealed'],
            cls._about(columns['token']))

    def reseal_values(self, values):
        "Return the columns with other values under the same key"
        if not self.wrapped:
            return self.seal_values(values)
        return {'sealed': self._seal(self._columns(), values)}

    @classmethod
    def digest(cls, sealed):
        "Return what shows later that it is still the same"
        return hashlib.sha256(bytes(sealed)).hexdigest()

    @classmethod
    def rewrap(cls, limit=1000):
        """Wrap keys by the master key in use; return how many

        Nothing else of the records changes, so it is no change on record."""
        Key = Pool().get('audit.key')
        number, master = Key.current('master')
        table = cls.__table__()
        cursor = Transaction().connection.cursor()
        cursor.execute(*table.select(
                table.id, table.token, table.wrapped,
                where=(table.master < number),
                order_by=[table.master.asc, table.id.asc], limit=limit))
        rows = cursor.fetchall()
        for id_, token, wrapped in rows:
            key = cls._key({'token': token, 'wrapped': wrapped})
            cursor.execute(*table.update(
                    [table.wrapped, table.master], [
                        envelope.wrap(number, master, key, cls._about(token)),
                        number],
                    where=table.id == id_))
        for cache in Transaction().cache.values():
            # what was read before says otherwise
            cache.pop(cls.__name__, None)
        return len(rows)

    @classmethod
    def uses_master(cls, number):
        "Tell if a key is wrapped by that master key"
        table = cls.__table__()
        cursor = Transaction().connection.cursor()
        cursor.execute(*table.select(
                table.id, where=table.master == number, limit=1))
        return bool(cursor.fetchone())


def sealed_models():
    "Return the models whose records are sealed"
    return [
        model for _, model in Pool().iterobject()
        if issubclass(model, SealedMixin)]
