# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from sql import Table
from trytond.pool import PoolMeta
from trytond.transaction import Transaction

from tryton_vi import LANGUAGE

NAME = 'language_vi'


class Lang(metaclass=PoolMeta):
    __name__ = 'ir.lang'

    @classmethod
    def __register__(cls, module_name):
        # The record was of agencies, which would delete what it has no more:
        # with its id the users keep their language.
        data = Table('ir_model_data')
        cursor = Transaction().connection.cursor()
        cursor.execute(*data.update(
                [data.module], [NAME],
                where=(data.module == 'agencies')
                & (data.fs_id == 'lang_vi')
                & (data.model == cls.__name__)))
        super().__register__(module_name)
        # It had the two forms of English, and records that are not updated
        # stay as they are.
        table = cls.__table__()
        cursor.execute(*table.update(
                [table.nplurals, table.plural], [1, '0'],
                where=(table.code == LANGUAGE)
                & (table.plural == cls.default_plural())))
