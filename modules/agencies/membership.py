# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from sql import Null
from trytond.i18n import gettext
from trytond.model import Index, ModelSQL, ModelView, fields
from trytond.modules.foundation.acting import as_server
from trytond.modules.foundation.dated import DatedMixin
from trytond.modules.foundation.guards.stored import is_client
from trytond.pool import Pool
from trytond.pyson import Eval, If
from trytond.transaction import Transaction

from . import vacancy
from .exceptions import MembershipError
from .role import CONFIRMED, ROLES

# Who holds which role where: given anew, never turned into another one
_FIXED = frozenset(['user', 'agency', 'role', 'state'])


class Membership(DatedMixin, ModelSQL, ModelView):
    __name__ = 'agencies.membership'

    user = fields.Many2One(
        'res.user', "User", required=True, ondelete='CASCADE')
    agency = fields.Many2One(
        'agencies.agency', "Agency", required=True, ondelete='RESTRICT')
    role = fields.Selection(ROLES, "Role", required=True, sort=False)
    role_string = role.translated('role')
    post = fields.Char(
        "Post", help="The title of the person in the agency.")
    unit = fields.Many2One(
        'agencies.unit', "Unit", ondelete='RESTRICT',
        domain=[('agency', '=', Eval('agency', -1))],
        help="The part of the agency in which the person works.")
    document = fields.Char(
        "Document", help="The decision that gave the role.")
    state = fields.Selection([
            ('proposed', "Waits for Confirmation"),
            ('held', "In Force"),
            ('refused', "Refused"),
            ], "State", required=True, readonly=True, sort=False,
        help="A role that decides, oversees or opens what is secret gives no "
        "right until a second person has confirmed it.")
    state_string = state.translated('state')

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
    def __register__(cls, module_name):
        table_h = cls.__table_handler__(module_name)
        is_new = not table_h.column_exist('state')
        super().__register__(module_name)
        if is_new:
            # what was given before needed nobody else
            table = cls.__table__()
            Transaction().connection.cursor().execute(*table.update(
                    [table.state], ['held'], where=table.state == Null))
            cls.__table_handler__(module_name).not_null_action('state')

    @classmethod
    def default_valid_from(cls):
        return Pool().get('ir.date').today()

    @staticmethod
    def default_state():
        return 'held'

    def valid_on(self, day):
        return self.state == 'held' and super().valid_on(day)

    @staticmethod
    def valid_domain(day):
        return [*DatedMixin.valid_domain(day), ('state', '=', 'held')]

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
            ('/tree', 'visual',
                If(Eval('state') == 'proposed', 'warning',
                    If(Eval('valid_to') | (Eval('state') == 'refused'),
                        'muted', ''))),
            ]

    @classmethod
    def create(cls, vlist):
        if is_client():
            vlist = [{
                    **values,
                    'state': 'proposed' if values.get('role') in CONFIRMED
                    else 'held'} for values in vlist]
        return super().create(vlist)

    @classmethod
    def write(cls, memberships, values, *args):
        if not is_client():
            super().write(memberships, values, *args)
            return
        actions = iter((memberships, values, *args))
        ended, ends = [], []
        for some, changes in zip(actions, actions, strict=True):
            if changes.keys() & {'valid_from', 'valid_to'}:
                ended += some
                ends.append(changes.get('valid_to'))
            if 'valid_to' in changes:
                cls._tell_ended(some)
        with vacancy.watched(ended, ends):
            super().write(memberships, values, *args)

    @classmethod
    def delete(cls, memberships):
        if not is_client():
            super().delete(memberships)
            return
        cls._tell_ended(memberships)
        with vacancy.watched(memberships):
            super().delete(memberships)

    @classmethod
    def _tell_ended(cls, memberships):
        "Tell whom it concerns of a role that ends, or becomes shorter"
        Proposal = Pool().get('agencies.proposal')
        with as_server("those concerned are told of a role that ends"):
            for membership in cls.browse([m.id for m in memberships]):
                if (membership.state == 'held'
                        and membership.role in CONFIRMED):
                    Proposal.tell_about(
                        membership.user, membership.agency,
                        'agencies.msg_told_role_ended', role=membership)

    @classmethod
    def check_modification(
            cls, mode, memberships, values=None, external=False):
        super().check_modification(
            mode, memberships, values=values, external=external)
        user = Transaction().user
        if not external or not user:
            return
        if mode != 'delete' and (
                any(m.user.id == user for m in memberships)
                or (values or {}).get('user') == user):
            # who administers would else read cases by a role of his own
            raise MembershipError(gettext(
                    'agencies.msg_membership_own'))
        for membership in memberships:
            membership.agency.check_governed({'administrator'})
            if mode == 'write':
                membership._check_narrowed(values)

    def _check_narrowed(self, values):
        """Raise MembershipError if values give more than was given

        A client sends also what stays as it was."""
        wider = any(
            name in values and values[name] != _plain(getattr(self, name))
            for name in _FIXED)
        if self.role in CONFIRMED:
            if 'valid_from' in values:
                wider |= values['valid_from'] < self.valid_from
            if 'valid_to' in values and self.valid_to:
                wider |= (values['valid_to'] is None
                    or values['valid_to'] > self.valid_to)
        if wider:
            raise MembershipError(gettext(
                    'agencies.msg_membership_wider',
                    membership=self.rec_name))

    @classmethod
    def validate_fields(cls, memberships, field_names):
        super().validate_fields(memberships, field_names)
        for membership in memberships:
            for other in cls.search([
                        ('user', '=', membership.user.id),
                        ('agency', '=', membership.agency.id),
                        ('role', '=', membership.role),
                        ('id', '!=', membership.id),
                        ('state', '!=', 'refused'),
                        ]):
                if (membership.state != 'refused'
                        and membership.valid_from <= (
                            other.valid_to or membership.valid_from)
                        and other.valid_from <= (
                            membership.valid_to or other.valid_from)):
                    raise MembershipError(gettext(
                            'agencies.msg_membership_overlap',
                            user=membership.user.rec_name,
                            agency=membership.agency.rec_name))

    @classmethod
    def on_modification(cls, mode, memberships, field_names=None):
        pool = Pool()
        super().on_modification(mode, memberships, field_names=field_names)
        pool.get('res.user').clear_role_caches()
        if mode == 'create':
            pool.get('agencies.proposal').propose([{
                        'kind': 'role', 'membership': m.id,
                        'user': m.user.id, 'agency': m.agency.id,
                        } for m in memberships if m.state == 'proposed'])


def _plain(value):
    return getattr(value, 'id', value)
