# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
from collections import defaultdict

from trytond.model import ModelSQL, ModelView, Unique, fields
from trytond.modules.foundation.dated import CERTAINTIES
from trytond.pool import Pool
from trytond.transaction import Transaction


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
    certainty = fields.Selection(
        CERTAINTIES, "Certainty", sort=False,
        help="How sure it is that the successor took over.")
    certainty_string = certainty.translated('certainty')

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

    @staticmethod
    def default_certainty():
        return 'verified'

    def get_rec_name(self, name):
        return f'{self.predecessor.rec_name} → {self.successor.rec_name}'

    @classmethod
    def kept_by(cls, agencies, day):
        """Return those ended before day whose history the agencies keep

        agencies -- their ids; returns a set of ids"""
        # in SQL: for a country there are thousands
        table = cls.__table__()
        agency = Pool().get('agencies.agency').__table__()
        cursor = Transaction().connection.cursor()
        cursor.execute(*table.join(
                agency, condition=table.predecessor == agency.id
                ).select(
                table.successor, agency.id, agency.valid_to))
        predecessors, ended = defaultdict(set), set()
        for successor, predecessor, valid_to in cursor.fetchall():
            predecessors[successor].add(predecessor)
            if valid_to and valid_to < day:
                ended.add(predecessor)
        found, todo = set(), set(agencies)
        while todo:
            todo = set().union(*(predecessors[a] for a in todo)) - found
            found |= todo
        return found & ended

    @classmethod
    def on_modification(cls, mode, records, field_names=None):
        super().on_modification(mode, records, field_names=field_names)
        Pool().get('res.user').clear_visible_cache()
