# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
from sql import Table
from trytond.pool import PoolMeta
from trytond.transaction import Transaction

from tryton_vi import LANGUAGE, MODULES

from .lang import NAME


class Translation(metaclass=PoolMeta):
    __name__ = 'ir.translation'

    @classmethod
    def translation_import(cls, lang, module, po_path):
        """Load with this module the catalogues that it has for Tryton's own

        These are loaded before the language exists, and can not bring theirs
        along; nor can an override, which changes what is there in it already.
        """
        result = super().translation_import(lang, module, po_path)
        if (module, lang) == (NAME, LANGUAGE):
            for name in cls._activated():
                result += super().translation_import(
                    lang, name, str(MODULES[name]))
        return result

    @classmethod
    def _activated(cls):
        "Return the modules of the pack that the database has, in their order"
        table = Table('ir_module')
        cursor = Transaction().connection.cursor()
        cursor.execute(*table.select(
                table.name, where=table.name.in_(list(MODULES))
                & table.state.in_(['activated', 'to upgrade', 'to activate'])))
        # ir and res are always there: on a new database their state is not
        # yet
        found = {name for name, in cursor} | {'ir', 'res'}
        return [name for name in MODULES if name in found]
