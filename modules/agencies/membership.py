# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.i18n import gettext
from trytond.model import Index, ModelSQL, ModelView, fields
from trytond.pool import Pool
from trytond.pyson import Eval, If
from trytond.transaction import Transaction

from .agency import DatedMixin
from .exceptions import MembershipError
from .role import ROLES


class Membership(DatedMixin, ModelSQL, ModelView):
    __name__ = 'agencies.membership'

    user = fields.Many2One(
        'res.user', "User", required=True, ondelete='CASCADE')
    agency = fields.Many2One(
        'agencies.agency', "Agency", required=True, ondelete='RESTRICT')
    role = fields.Selection(ROLES, "Role", required=True, sort=False)
    post = fields.Char(
        "Post", help="The title of the person in the agency.")
    unit = fields.Many2One(
        'agencies.unit', "Unit", ondelete='RESTRICT',
        domain=[('agency', '=', Eval('agency', -1))],
        help="The part of the agency in which the person works.")
    document = fields.Char(
        "Document", help="The decision that gave the role.")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_indexes.update({
                Index(
                    table,
                    (table.user, Index.Equality()),
                    (table.valid_from, Index.Range())),
                Index(
                    table,
                    (table.agency, Index.Equality()),
                    (table.role, Index.Equality(cardinality='low'))),
                })
        cls._order.insert(0, ('agency', 'ASC'))
        cls._order.insert(1, ('role', 'ASC'))

    @classmethod
    def default_valid_from(cls):
        return Pool().get('ir.date').today()

    def get_rec_name(self, name):
        return f'{self.user.rec_name} ({self.agency.rec_name})'

    @classmethod
    def search_rec_name(cls, name, clause):
        _, operator, *rest = clause
        bool_op = (
            'AND' if operator.startswith(('!', 'not ')) else 'OR')
        return [bool_op,
            ('user.rec_name', operator, *rest),
            ('agency.rec_name', operator, *rest),
            ]

    @classmethod
    def view_attributes(cls):
        return super().view_attributes() + [
            ('/tree', 'visual', If(Eval('valid_to'), 'muted', '')),
            ]

    @classmethod
    def check_modification(
            cls, mode, memberships, values=None, external=False):
        super().check_modification(
            mode, memberships, values=values, external=external)
        user = Transaction().user
        if external and user and mode != 'delete' and (
                any(m.user.id == user for m in memberships)
                or (values or {}).get('user') == user):
            # who administers would else read cases by a role of his own
            raise MembershipError(gettext(
                    'agencies.msg_membership_own'))

    @classmethod
    def validate_fields(cls, memberships, field_names):
        super().validate_fields(memberships, field_names)
        for membership in memberships:
            for other in cls.search([
                        ('user', '=', membership.user.id),
                        ('agency', '=', membership.agency.id),
                        ('role', '=', membership.role),
                        ('id', '!=', membership.id),
                        ]):
                if (membership.valid_from <= (
                            other.valid_to or membership.valid_from)
                        and other.valid_from <= (
                            membership.valid_to or other.valid_from)):
                    raise MembershipError(gettext(
                            'agencies.msg_membership_overlap',
                            user=membership.user.rec_name,
                            agency=membership.agency.rec_name))

    @classmethod
    def on_modification(cls, mode, memberships, field_names=None):
        User = Pool().get('res.user')
        super().on_modification(mode, memberships, field_names=field_names)
        User.clear_role_caches()
