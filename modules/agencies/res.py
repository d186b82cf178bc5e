# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from sql import Literal, Null, Union
from trytond.cache import Cache
from trytond.i18n import gettext
from trytond.model import fields
from trytond.modules.foundation.acting import acting_user, as_server, as_user
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Eval
from trytond.transaction import Transaction

from .exceptions import RoleError
from .role import (
    CONFIRMED, CONFIRMING, DELEGATED, OVERSEEING, ROLES, WORKING,
    group_xml_id)


class User(metaclass=PoolMeta):
    __name__ = 'res.user'

    memberships = fields.One2Many(
        'agencies.membership', 'user', "Roles in Agencies")
    agencies = fields.Function(
        fields.Many2Many('agencies.agency', None, None, "Agencies"),
        'get_agencies_field')
    agency = fields.Many2One(
        'agencies.agency', "Current Agency",
        domain=[('id', 'in', Eval('agencies', []))],
        states={
            'invisible': ~Eval('agencies', []),
            },
        depends=['agencies'],
        help="The agency to work for.")
    _roles_cache = Cache('res.user.agency_roles', context=False)
    _visible_cache = Cache('res.user.visible_agencies', context=False)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._context_fields.insert(0, 'agency')
        cls._preferences_fields.append('agencies')

    @classmethod
    def default_language(cls):
        "Vietnamese, wherever it is loaded"
        Lang = Pool().get('ir.lang')
        languages = Lang.search([
                ('code', '=', 'vi'), ('translatable', '=', True)], limit=1)
        return languages[0].id if languages else None

    def speaking(self):
        "Return a context in which texts are in the language of the user"
        code = self.language.code if self.language else None
        return Transaction().set_context(
            language=code or Transaction().language)

    @classmethod
    def clear_role_caches(cls):
        cls._roles_cache.clear()
        cls._get_groups_cache.clear()

    @classmethod
    def get_roles(cls, user=None):
        """Return the roles that the user holds today

        A tuple of pairs (agency id, role), ordered."""
        pool = Pool()
        Membership = pool.get('agencies.membership')
        today = pool.get('ir.date').today()
        if user is None:
            user = acting_user() or 0
        key = (user, today)
        roles = cls._roles_cache.get(key)
        if roles is None:
            # In SQL: to read a record asks for the groups, and these for the
            # roles
            table = Membership.__table__()
            absence = pool.get('agencies.absence').__table__()
            cursor = Transaction().connection.cursor()
            held = (table.state == 'held') & (table.valid_from <= today) & (
                (table.valid_to == Null) | (table.valid_to >= today))
            delegable = table.role.in_(sorted(DELEGATED - CONFIRMED)) | (
                (absence.delegate_confirmed == Literal(True))
                & table.role.in_(sorted(DELEGATED)))
            acting = table.join(absence, condition=(
                    (absence.user == table.user)
                    & (absence.agency == table.agency)
                    & (absence.valid_from <= today)
                    & (absence.valid_to >= today)))
            cursor.execute(*Union(
                    table.select(
                        table.agency, table.role,
                        where=(table.user == user) & held),
                    acting.select(
                        table.agency, table.role,
                        where=(absence.delegate == user) & held
                        & delegable)))
            roles = tuple(sorted(set(map(tuple, cursor.fetchall()))))
            cls._roles_cache.set(key, roles)
        return roles

    @classmethod
    def get_agencies(cls):
        "Return the ids of the agencies where the user works today"
        return tuple(sorted({a for a, r in cls.get_roles() if r in WORKING}))

    @classmethod
    def get_supervised(cls):
        "Return the ids of the agencies whose branch the user oversees today"
        Agency = Pool().get('agencies.agency')
        ids = {a for a, r in cls.get_roles() if r in OVERSEEING}
        if not ids:
            return ()
        with as_server("one's own roles say what one oversees"):
            return tuple(sorted({a.head.id for a in Agency.browse(ids)}))

    @classmethod
    def get_visible(cls):
        """Return the ids of the agencies whose records the user may read

        Those where the user works and the branches that they oversee, as one
        list: an index on the agency serves it, a subquery it would not."""
        pool = Pool()
        Agency = pool.get('agencies.agency')
        Succession = pool.get('agencies.succession')
        today = pool.get('ir.date').today()
        agencies, supervised = cls.get_agencies(), cls.get_supervised()
        key = (agencies, supervised, today)
        visible = cls._visible_cache.get(key)
        if visible is None:
            visible = set(agencies)
            if supervised:
                with as_server(
                        "which agencies one sees is what access asks for"):
                    visible.update(a.id for a in Agency.search([
                                ('parent', 'child_of', list(supervised)),
                                ('active', 'in', [True, False]),
                                ], order=[]))
            # Of what it took over an agency keeps the history; one that
            # gave something away and lives on keeps its own.
            visible |= Succession.kept_by(visible, today)
            visible = tuple(sorted(visible))
            cls._visible_cache.set(key, visible)
        return visible

    @classmethod
    def clear_visible_cache(cls):
        cls._visible_cache.clear()
        Pool().get('ir.rule')._domain_get_cache.clear()

    @classmethod
    def get_agencies_field(cls, users, name):
        return {
            u.id: sorted({
                    a for a, r in cls.get_roles(u.id) if r in WORKING})
            for u in users}

    @classmethod
    def has_role(cls, agency, *roles, user=None):
        "Tell if the user holds one of the roles in the agency today"
        held = cls.get_roles(user)
        return any((int(agency), role) in held for role in roles)

    @classmethod
    def is_site_administrator(cls, user=None):
        "Tell if the user administers the whole site: no role, and no branch"
        pool = Pool()
        if user is None:
            user = acting_user() or 0
        group = pool.get('ir.model.data').get_id('res', 'group_admin')
        with as_user(user):
            return group in cls.get_groups()

    @classmethod
    def governs_site(cls):
        """Tell if the user administers the site, or the agency at the top

        Also where that is the office of its head."""
        if cls.is_site_administrator():
            return True
        ids = [a for a, role in cls.get_roles() if role == 'administrator']
        with as_server("one's own roles say whether one governs"):
            return any(
                not agency.head.parent for agency in Pool().get(
                    'agencies.agency').browse(ids))

    @classmethod
    def get_governed(cls, roles=CONFIRMING):
        """Return the ids of the agencies in whose branch the user governs

        None for who administers the whole site."""
        if cls.is_site_administrator():
            return None
        return tuple(sorted({a for a, r in cls.get_roles() if r in roles}))

    @classmethod
    def check_role(cls, agency, *roles):
        """Raise RoleError if the user holds none of the roles in the agency

        The server itself (user 0) may always act."""
        if Transaction().user == 0:
            return
        if not cls.has_role(agency, *roles):
            labels = dict(cls._role_labels())
            raise RoleError(gettext(
                    'agencies.msg_role_missing',
                    agency=agency.rec_name,
                    roles=', '.join(labels[r] for r in roles)))

    @classmethod
    def oversees(cls, agency):
        "Tell if the user leads an agency, or supervises its branch"
        return (cls.has_role(agency, 'leader', 'supervisor')
            or agency.id in cls.get_supervised())

    @classmethod
    def check_overseer(cls, agency):
        "Raise RoleError unless the user oversees the agency"
        if not cls.oversees(agency):
            cls.check_role(agency, 'leader', 'supervisor')

    @classmethod
    def _role_labels(cls):
        Membership = Pool().get('agencies.membership')
        return Membership.fields_get(['role'])['role']['selection'] or ROLES

    @classmethod
    def get_groups(cls):
        groups = super().get_groups()
        if '_groups' in Transaction().context:
            return groups
        ModelData = Pool().get('ir.model.data')
        roles = {role for _, role in cls.get_roles(Transaction().user)}
        if not roles:
            return groups
        return tuple(sorted(
                {*groups,
                    *(ModelData.get_id(group_xml_id(r)) for r in roles)}))

    @classmethod
    def _get_preferences(cls, user, context_only=False):
        preferences = super()._get_preferences(
            user, context_only=context_only)
        if 'agency' not in preferences:
            agencies = user.agencies
            if len(agencies) == 1:
                agency, = agencies
                preferences['agency'] = agency.id
                preferences['agency.rec_name'] = agency.rec_name
        return preferences

    def get_status_bar(self, name):
        status = super().get_status_bar(name)
        agency = self.agency
        if not agency and len(self.agencies) == 1:
            agency, = self.agencies
        if agency:
            status += f' – {agency.rec_name}'
        return status
