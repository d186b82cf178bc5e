# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
import re

from sql import Literal, Null
from trytond.i18n import gettext
from trytond.model import Index, ModelSQL, ModelView, Unique, fields, tree
from trytond.modules.foundation.dated import CERTAINTIES, DatedMixin
from trytond.modules.foundation.listed import stored
from trytond.pool import Pool
from trytond.pyson import Eval, If
from trytond.transaction import Transaction

from .exceptions import AgencyCodeError, AgencyPeriodError, RoleError
from .role import CONFIRMING

# What can be typed and checked where it stands in a number
_CODE = re.compile(r'[0-9A-Za-z]+([.-][0-9A-Za-z]+)*')

KINDS = [
    ('government', "Government"),
    ('ministry', "Ministry"),
    ('inspectorate', "Inspectorate"),
    ('government_body', "Body of the Government"),
    ('province', "Provincial People's Committee"),
    ('department', "Department"),
    ('district', "District People's Committee"),
    ('commune', "Communal People's Committee"),
    ('other', "Other"),
    ]


def short_name(name):
    "Return the name of the area of a committee"
    return name.removeprefix('UBND ')


def check_code(code):
    "Raise AgencyCodeError for a code that can not stand in a number"
    if code and not _CODE.fullmatch(code):
        raise AgencyCodeError(gettext('agencies.msg_agency_code', code=code))


class Agency(DatedMixin, tree(), ModelSQL, ModelView):
    __name__ = 'agencies.agency'
    _getter_columns = {'get_rec_name': ('name', 'kind', 'parent')}

    name = fields.Char(
        "Name", required=True,
        help="The name of the agency today.")
    code = fields.Char(
        "Code", required=True,
        help="The short code that stands in the numbers of this agency: "
        "the official code of the unit, or the province's code with an "
        "abbreviation.")
    kind = fields.Selection(KINDS, "Kind", required=True, sort=False)
    active = fields.Function(
        fields.Boolean(
            "Exists",
            help="Not ended: what has ended is not offered for today's "
            "work."),
        'on_change_with_active')
    parent = fields.Many2One(
        'agencies.agency', "Superior Agency", path='path',
        help="The direct superior agency.")
    path = fields.Char("Path", readonly=True)
    children = fields.One2Many('agencies.agency', 'parent', "Subordinates")
    subdivision = fields.Many2One(
        'country.subdivision', "Area",
        help="The province or commune that the agency serves.")
    remote = fields.Boolean(
        "Remote Area",
        help="A remote area that is hard to reach "
        "(vùng sâu, vùng xa đi lại khó khăn).")
    legal_basis = fields.Char(
        "Legal Basis", help="The act that made the agency what it is.")
    certainty = fields.Selection(
        CERTAINTIES, "Certainty", sort=False,
        help="How sure this record is.")
    periods = fields.One2Many(
        'agencies.agency.period', 'agency', "Earlier Names",
        help="What the agency was called, and under whom, until when.")
    identifiers = fields.One2Many(
        'agencies.agency.identifier', 'agency', "Other Identifiers")
    memberships = fields.One2Many(
        'agencies.membership', 'agency', "Members")
    units = fields.One2Many('agencies.unit', 'agency', "Units")
    successors = fields.One2Many(
        'agencies.succession', 'predecessor', "Successors", readonly=True)
    predecessors = fields.One2Many(
        'agencies.succession', 'successor', "Predecessors", readonly=True)

    @classmethod
    def __setup__(cls):
        cls.code.search_unaccented = False
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints += [
            ('code_unique', Unique(table, table.code),
                'agencies.msg_agency_code_unique'),
            ]
        cls._sql_indexes.update({
                Index(
                    table, (table.path, Index.Similarity(begin=True))),
                Index(table, (table.kind, Index.Equality(cardinality='low'))),
                })
        cls._order.insert(0, ('code', 'ASC'))

    @classmethod
    def default_certainty(cls):
        return 'verified'

    @fields.depends('valid_to')
    def on_change_with_active(self, name=None):
        today = Pool().get('ir.date').today()
        return self.valid_to is None or self.valid_to >= today

    @classmethod
    def domain_active(cls, domain, tables):
        # SQL, not a searcher: that would be replaced before it is seen that
        # the active ones are asked for
        table, _ = tables[None]
        _, operator, operand, *_ = domain
        today = Pool().get('ir.date').today()
        exists = (table.valid_to == Null) | (table.valid_to >= today)
        values = operand if operator.endswith('in') else [operand]
        wanted = {bool(value) for value in values}
        if operator.startswith(('!', 'not')):
            wanted = {True, False} - wanted
        if wanted == {True, False}:
            return Literal(True)
        if not wanted:
            return Literal(False)
        return exists if True in wanted else ~exists

    @classmethod
    def get_rec_name(cls, agencies, name):
        rows = stored(cls, [a.id for a in agencies], 'name', 'kind', 'parent')
        # Communes of the same name exist in several provinces
        parents = stored(cls, {
                parent for _, kind, parent in rows.values()
                if parent and kind in {'commune', 'district'}}, 'name')
        return {
            id_: f'{own}, {short_name(*parents[parent])}'
            if kind in {'commune', 'district'} and parent else own
            for id_, (own, kind, parent) in rows.items()}

    @property
    def short_name(self):
        "The name of the area: what follows 'UBND'"
        return short_name(self.name)

    @classmethod
    def search_rec_name(cls, name, clause):
        _, operator, operand, *extra = clause
        bool_op = (
            'AND' if operator.startswith(('!', 'not ')) else 'OR')
        return [bool_op,
            ('name', operator, operand, *extra),
            ('code', operator, operand, *extra),
            ]

    @classmethod
    def view_attributes(cls):
        return super().view_attributes() + [
            ('/tree', 'visual', If(Eval('valid_to'), 'muted', '')),
            ]

    @classmethod
    def validate_fields(cls, agencies, field_names):
        super().validate_fields(agencies, field_names)
        if not field_names or 'code' in field_names:
            for agency in agencies:
                check_code(agency.code)

    @classmethod
    def check_modification(cls, mode, agencies, values=None, external=False):
        super().check_modification(
            mode, agencies, values=values, external=external)
        if not external:
            return
        for agency in agencies:
            place = agency
            if mode != 'write' or agency._is_placed(values):
                # who is above whom is for those who are above
                place = agency.parent or agency
            place.check_governed({'administrator'})
            parent = (values or {}).get('parent')
            if parent and parent != (agency.parent and agency.parent.id):
                cls(parent).check_governed({'administrator'})

    def _is_placed(self, values):
        "Tell if values change where the agency stands, or what it is"
        return any(
            name in values
            and values[name] != getattr(
                getattr(self, name), 'id', getattr(self, name))
            for name in ['parent', 'kind', 'valid_from', 'valid_to'])

    @classmethod
    def on_modification(cls, mode, agencies, field_names=None):
        super().on_modification(mode, agencies, field_names=field_names)
        if mode != 'write' or (field_names or set()) & {
                'parent', 'valid_to'}:
            # who sees which branch
            Pool().get('res.user').clear_visible_cache()

    def name_on(self, day):
        "Return the name that the agency had on day"
        for period in self.periods:
            if period.valid_on(day):
                return period.name
        return self.name

    def parents_on(self, day):
        """Return the superiors that the agency had on day

        Before it was made a commune lay in a district, or in several."""
        for period in self.periods:
            if period.valid_on(day):
                return [period.parent or self.parent]
        districts = self._districts_on(day) if day < self.valid_from else []
        return districts or ([self.parent] if self.parent else [])

    def _districts_on(self, day):
        "Return the districts in which the area of the commune lay on day"
        Area = Pool().get('country.subdivision.succession')
        if self.kind != 'commune' or not self.subdivision:
            return []
        areas = Area.search([
                ('subdivision', '=', self.subdivision.id),
                ('district.valid_to', '>=', day)])
        return list(dict.fromkeys(a.district for a in areas))

    def successors_on(self, day):
        """Return the agencies that stand in its place on day, main ones first

        The agency itself where it still exists; none where it was dissolved
        and nobody took over."""
        if not self.valid_to or day <= self.valid_to:
            return [self]
        links = sorted(
            (s for s in self.successors if s.since <= day),
            key=lambda s: (not s.main, s.id))
        found = [
            agency for link in links
            for agency in link.successor.successors_on(day)]
        return list(dict.fromkeys(found))

    def successor_on(self, day):
        "Return who takes its matters on day: the main successor, or None"
        agencies = self.successors_on(day)
        return agencies[0] if agencies else None

    @property
    def head(self):
        "The agency whose branch is overseen from here"
        # An inspectorate looks after the branch of the body it belongs to.
        if self.kind == 'inspectorate' and self.parent:
            return self.parent
        return self

    def superiors(self):
        "Return the superior agencies, the nearest first"
        agencies, agency = [], self.parent
        while agency:
            agencies.append(agency)
            agency = agency.parent
        return agencies

    def is_governed(self, roles=CONFIRMING):
        "Tell if the user holds one of the roles here or above, or everywhere"
        governed = Pool().get('res.user').get_governed(roles)
        return governed is None or bool(
            {self.id, *(a.id for a in self.superiors())} & set(governed))

    def check_governed(self, roles):
        "Raise RoleError unless the user governs the agency by such a role"
        User = Pool().get('res.user')
        if Transaction().user and not self.is_governed(roles):
            labels = dict(User._role_labels())
            raise RoleError(gettext(
                    'agencies.msg_branch', agency=self.rec_name,
                    roles=', '.join(labels[r] for r in sorted(roles))))

    def watchers(self):
        """Return who is told of what weakens the watch over the agency

        The nearest custodians of identities, and above it the nearest ones
        who oversee or lead."""
        found = []
        for agencies, roles in [
                ([self, *self.superiors()], ['custodian']),
                (self.superiors(), ['supervisor', 'leader'])]:
            for agency in agencies:
                users = [
                    u for role in roles for u in agency.users_with(role)]
                if users:
                    found += users
                    break
        return list(dict.fromkeys(found))

    def vacated(self, roles, watchers):
        "Called when nobody holds roles any more; for other modules"

    @classmethod
    def top_watchers(cls):
        "Return who is told of what weakens the watch over all agencies"
        Membership = Pool().get('agencies.membership')
        today = Pool().get('ir.date').today()
        found = []
        for role in ['custodian', 'supervisor']:
            holders = Membership.search([
                    ('role', '=', role), ('user.active', '=', True),
                    Membership.valid_domain(today)])
            depths = {m: len(m.agency.superiors()) for m in holders}
            found += [
                m.user for m in holders
                if depths[m] == min(depths.values())]
        return list(dict.fromkeys(found))

    def users_present(self, role, day=None):
        """Return who holds the role and is there, or acts for who is not"""
        pool = Pool()
        Absence = pool.get('agencies.absence')
        day = day or pool.get('ir.date').today()
        return Absence.present(self.users_with(role, day), self, day)

    def users_with(self, role, day=None):
        """Return the users who hold the role in the agency on the day

        Supervisors of an agency are found in its inspectorates too."""
        pool = Pool()
        Membership = pool.get('agencies.membership')
        Date = pool.get('ir.date')
        if day is None:
            day = Date.today()
        where = [('agency', '=', self.id)]
        if role == 'supervisor':
            where = ['OR', where, [
                    ('agency.parent', '=', self.id),
                    ('agency.kind', '=', 'inspectorate'),
                    ]]
        memberships = Membership.search([
                where,
                ('role', '=', role),
                ('user.active', '=', True),
                Membership.valid_domain(day),
                ], order=[('id', 'ASC')])
        users = []
        for membership in memberships:
            if membership.user not in users:
                users.append(membership.user)
        return users

    @classmethod
    def by_code(cls, code):
        "Return the agency with this code or other identifier, or None"
        Identifier = Pool().get('agencies.agency.identifier')
        agencies = cls.search([
                ('code', '=', code), ('active', 'in', [True, False])],
            limit=1)
        if agencies:
            return agencies[0]
        identifiers = Identifier.search([('code', '=', code)], limit=1)
        if identifiers:
            return identifiers[0].agency


class AgencyPeriod(DatedMixin, ModelSQL, ModelView):
    __name__ = 'agencies.agency.period'

    agency = fields.Many2One(
        'agencies.agency', "Agency", required=True, ondelete='CASCADE')
    name = fields.Char("Name", required=True)
    parent = fields.Many2One('agencies.agency', "Superior Agency")
    legal_basis = fields.Char("Legal Basis")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add('agency')
        cls._order.insert(0, ('valid_from', 'DESC'))

    @classmethod
    def validate_fields(cls, periods, field_names):
        super().validate_fields(periods, field_names)
        for period in periods:
            for other in cls.search([
                        ('agency', '=', period.agency.id),
                        ('id', '!=', period.id),
                        ]):
                if (period.valid_from <= (other.valid_to or period.valid_from)
                        and other.valid_from <= (
                            period.valid_to or other.valid_from)):
                    raise AgencyPeriodError(gettext(
                            'agencies.msg_period_overlap',
                            agency=period.agency.rec_name,
                            first=period.name, second=other.name))


class AgencyIdentifier(ModelSQL, ModelView):
    __name__ = 'agencies.agency.identifier'

    agency = fields.Many2One(
        'agencies.agency', "Agency", required=True, ondelete='CASCADE')
    kind = fields.Selection([
            ('unit', "Code of the Unit"),
            ('exchange', "Document Exchange"),
            ('old', "Earlier Code"),
            ], "Kind", required=True, sort=False)
    code = fields.Char("Code", required=True)

    @classmethod
    def __setup__(cls):
        cls.code.search_unaccented = False
        super().__setup__()
        cls.__access__.add('agency')
        table = cls.__table__()
        cls._sql_constraints += [
            ('code_unique', Unique(table, table.kind, table.code),
                'agencies.msg_identifier_unique'),
            ]

    def get_rec_name(self, name):
        return self.code


def current_agency():
    "Return the id of the agency that the user works for now, or None"
    User = Pool().get('res.user')
    transaction = Transaction()
    agency = transaction.context.get('agency')
    if agency is not None:
        if transaction.user == 0 or agency in User.get_agencies():
            return agency
        return None
    agencies = User.get_agencies()
    if len(agencies) == 1:
        return agencies[0]
