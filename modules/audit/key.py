# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

import secrets
from pathlib import Path

from sql import Literal

import trytond.config as config
from trytond.cache import Cache
from trytond.model import ModelSQL, fields
from trytond.transaction import Transaction

from .keyed import keyed_hash


class Key(ModelSQL):
    """The key of the keyed hashes of this database.

    It should come from a file outside the database ([audit] key_file).  Where
    none is configured one is made and kept here: it then protects against who
    sees the data through the application, not against who copies the database.
    """
    __name__ = 'audit.key'
    _no_rpc = True
    _log = False

    value = fields.Char("Value", required=True)
    _key_cache = Cache('audit.key', context=False)

    @classmethod
    def __register__(cls, module):
        super().__register__(module)
        # made now: who only looks can not write it
        cls.get_key()

    @classmethod
    def get_key(cls):
        "Return the key as bytes"
        if file := config.get('audit', 'key_file', default=None):
            return _read(file)
        value = cls._key_cache.get('key')
        if value is None:
            table = cls.__table__()
            cursor = Transaction().connection.cursor()
            cursor.execute(*table.select(
                    table.value, order_by=[table.id.asc], limit=1))
            row = cursor.fetchone()
            if row:
                value, = row
            else:
                value = secrets.token_hex(32)
                cursor.execute(*table.insert(
                        [table.value], [[Literal(value)]]))
            cls._key_cache.set('key', value)
        return bytes.fromhex(value)

    @classmethod
    def hash(cls, text):
        "Return the keyed hash of a text"
        return keyed_hash(cls.get_key(), text)


_files = {}


def _read(file):
    path = Path(file)
    if path not in _files:
        _files[path] = path.read_bytes().strip()
    return _files[path]
