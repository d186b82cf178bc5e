# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.model import Index, ModelSQL, ModelView, fields
from trytond.modules.foundation.dated import DatedMixin
from trytond.pool import PoolMeta


class Subdivision(metaclass=PoolMeta):
    __name__ = 'country.subdivision'

    periods = fields.One2Many(
        'country.subdivision.period', 'subdivision', "Periods",
        help="The names and types of the unit, with their dates.")


class SubdivisionPeriod(DatedMixin, ModelSQL, ModelView):
    __name__ = 'country.subdivision.period'

    subdivision = fields.Many2One(
        'country.subdivision', "Subdivision",
        required=True, ondelete='CASCADE')
    name = fields.Char("Name", required=True)
    type = fields.Char("Type", required=True)
    legal_basis = fields.Char("Legal Basis")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add('subdivision')
        cls._order.insert(0, ('valid_from', 'ASC'))


class Succession(ModelSQL, ModelView):
    __name__ = 'country.subdivision.succession'
    _rec_name = 'old_code'

    old_code = fields.Char("Old Code", required=True)
    old_name = fields.Char(
        "Old Commune", help="Empty where the source does not say it.")
    old_district = fields.Char("Old District")
    old_province = fields.Char("Old Province", required=True)
    district = fields.Many2One(
        'agencies.agency', "Agency of the Old District", ondelete='RESTRICT',
        search_context={'active_test': False})
    key = fields.Char(
        "Key", required=True,
        help="Province, district and commune, without accents.")
    subdivision = fields.Many2One(
        'country.subdivision', "Successor", required=True,
        ondelete='CASCADE')
    candidates = fields.Integer(
        "Candidates", required=True,
        help="In how many new communes the old one lies. "
        "With more than one a person decides.")
    legal_basis = fields.Char("Legal Basis")

    @classmethod
    def __setup__(cls):
        cls.key.search_unaccented = False
        super().__setup__()
        table = cls.__table__()
        cls._sql_indexes.update({
                Index(table, (table.key, Index.Equality())),
                Index(table, (table.subdivision, Index.Equality())),
                })
        cls._order.insert(0, ('old_code', 'ASC'))
