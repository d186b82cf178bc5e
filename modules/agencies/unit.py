# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.model import ModelSQL, ModelView, fields
from trytond.modules.foundation.dated import DatedMixin


class Unit(DatedMixin, ModelSQL, ModelView):
    "A part of an agency that work is given to"
    __name__ = 'agencies.unit'

    agency = fields.Many2One(
        'agencies.agency', "Agency", required=True, ondelete='CASCADE')
    name = fields.Char("Name", required=True)
    memberships = fields.One2Many(
        'agencies.membership', 'unit', "Members", readonly=True)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add('agency')
        cls._order.insert(0, ('name', 'ASC'))

    def users(self, day):
        "Return who works in the unit on the day"
        return list(dict.fromkeys(
                m.user for m in self.memberships
                if m.valid_on(day) and m.user.active))
