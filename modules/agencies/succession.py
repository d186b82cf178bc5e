# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.model import ModelSQL, ModelView, Unique, fields
from trytond.pool import Pool


class Succession(ModelSQL, ModelView):
    "That an agency took over from another one, since when, by which act"
    __name__ = 'agencies.succession'

    predecessor = fields.Many2One(
        'agencies.agency', "Predecessor", required=True, ondelete='RESTRICT')
    successor = fields.Many2One(
        'agencies.agency', "Successor", required=True, ondelete='RESTRICT')
    since = fields.Date("Since", required=True)
    main = fields.Boolean(
        "Main", help="It takes over what nobody has assigned otherwise.")
    legal_basis = fields.Char("Legal Basis")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints += [
            ('pair_unique', Unique(table, table.predecessor, table.successor),
                'agencies.msg_succession_unique'),
            ]
        cls._order = [('since', 'DESC'), ('id', 'ASC')]

    @staticmethod
    def default_main():
        return True

    def get_rec_name(self, name):
        return f'{self.predecessor.rec_name} → {self.successor.rec_name}'

    @classmethod
    def on_modification(cls, mode, records, field_names=None):
        super().on_modification(mode, records, field_names=field_names)
        Pool().get('res.user').clear_visible_cache()
