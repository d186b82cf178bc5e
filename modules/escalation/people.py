# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Who holds which role where today, read for many agencies together."""
from collections import defaultdict
from typing import NamedTuple

from sql import Null
from trytond.modules.agencies.role import DELEGATED
from trytond.modules.routing.accused import concerns
from trytond.pool import Pool
from trytond.tools import grouped_slice
from trytond.transaction import Transaction

_MANY = 1000


class Person(NamedTuple):
    "A user, and how he is told"
    id: int
    login: str
    name: str
    active: bool
    email: str | None
    notice_mail: str | None
    language: str | None


class People:
    """Who holds which role where today, for what is looked at together

    It does not see what changes meanwhile.  Agencies and users are ids."""

    def __init__(self, agencies=(), users=()):
        """agencies -- of which it shall know the people, and of those above
        users -- whom it shall know as well"""
        self._paths = {}
        self._members = defaultdict(list)
        self._administrators = defaultdict(list)
        self._absences = defaultdict(dict)
        self._present, self._leading, self._keys = {}, {}, {}
        self.users = {}
        self.load(agencies, users)

    # Reading

    def load(self, agencies, users=()):
        "Read what is not known yet"
        new = {a for a in agencies if a} - self._paths.keys()
        if new:
            self._read_paths(new)
            above = {a for id_ in new for a in self.superiors(id_)}
            new |= above - self._paths.keys()
            self._read_paths(above - self._paths.keys())
            self._read_members(new)
            self._read_absences(new)
        wanted = {u for members in self._members.values() for u in members}
        wanted |= {
            u for absences in self._absences.values()
            for u in absences.values() if u}
        self._read_users((wanted | set(users)) - self.users.keys() - {None})

    @staticmethod
    def _parts(ids):
        for part in grouped_slice(sorted(ids), _MANY):
            yield list(part)

    def _read_paths(self, ids):
        table = Pool().get('agencies.agency').__table__()
        cursor = Transaction().connection.cursor()
        for part in self._parts(ids):
            cursor.execute(*table.select(
                    table.id, table.path, where=table.id.in_(part)))
            for id_, path in cursor:
                above = [int(i) for i in (path or '').split('/') if i]
                self._paths[id_] = tuple(
                    i for i in reversed(above) if i != id_)

    def _read_members(self, ids):
        pool = Pool()
        today = pool.get('ir.date').today()
        table = pool.get('agencies.membership').__table__()
        agency = pool.get('agencies.agency').__table__()
        cursor = Transaction().connection.cursor()
        for part in self._parts(ids):
            known = set(part)
            cursor.execute(*table.join(
                    agency, condition=agency.id == table.agency).select(
                    table.agency, table.role, table.user,
                    agency.parent, agency.kind, agency.code,
                    where=(table.agency.in_(part) | (
                            agency.parent.in_(part)
                            & (agency.kind == 'inspectorate')
                            & (table.role == 'supervisor')))
                    & (table.valid_from <= today)
                    & ((table.valid_to == Null) | (table.valid_to >= today)),
                    order_by=[table.id.asc]))
            for id_, role, user, parent, kind, code in cursor:
                if id_ in known:
                    self._members[id_, role].append(user)
                    if role == 'administrator':
                        self._administrators[id_].append((code, user))
                # an inspectorate looks after the branch of its body
                if (role == 'supervisor' and kind == 'inspectorate'
                        and parent in known):
                    self._members[parent, role].append(user)

    def _read_absences(self, ids):
        pool = Pool()
        today = pool.get('ir.date').today()
        table = pool.get('agencies.absence').__table__()
        cursor = Transaction().connection.cursor()
        for part in self._parts(ids):
            cursor.execute(*table.select(
                    table.agency, table.user, table.delegate,
                    where=table.agency.in_(part)
                    & (table.valid_from <= today) & (table.valid_to >= today),
                    order_by=[table.valid_from.desc, table.id.desc]))
            for id_, user, delegate in cursor:
                self._absences[id_][user] = delegate

    def _read_users(self, ids):
        pool = Pool()
        table = pool.get('res.user').__table__()
        language = pool.get('ir.lang').__table__()
        cursor = Transaction().connection.cursor()
        for part in self._parts(ids):
            cursor.execute(*table.join(
                    language, 'LEFT',
                    condition=language.id == table.language).select(
                    table.id, table.login, table.name, table.active,
                    table.email, table.notice_mail, language.code,
                    where=table.id.in_(part)))
            for id_, login, name, active, *told in cursor:
                self.users[id_] = Person(
                    id_, login, name, bool(active), *told)

    # Asking

    def superiors(self, agency):
        "Return the agencies above one, the nearest first"
        return self._paths.get(agency, ())

    def holders(self, agency, role):
        "Return who holds the role in the agency, as Agency.users_with"
        return tuple(
            u for u in dict.fromkeys(self._members.get((agency, role), ()))
            if self.users[u].active)

    def present(self, agency, role):
        """Return who holds the role and is there, or acts for who is not

        As Agency.users_present."""
        key = (agency, role)
        if key not in self._present:
            absences = self._absences.get(agency, {})
            result = []
            for user in self.holders(agency, role):
                seen = set()
                while user and user in absences and user not in seen:
                    seen.add(user)
                    user = absences[user]
                if user and user not in seen and self.users[user].active:
                    result.append(user)
            self._present[key] = tuple(dict.fromkeys(result))
        return self._present[key]

    def is_there(self, user, agency):
        "Tell if a user is active, and not away from an agency"
        known = self.users.get(user)
        return bool(known and known.active
            and user not in self._absences.get(agency, {}))

    def administrators(self, agency):
        "Return who administers the agency or one above it"
        found = []
        for id_ in [agency, *self.superiors(agency)]:
            found += self._administrators.get(id_, [])
        return tuple(dict.fromkeys(
                u for _, u in sorted(found, key=lambda f: f[0])
                if self.users[u].active))

    def leads(self, user, agency):
        "Tell if a user leads an agency, also for who is away, or ever did"
        if agency not in self._leading:
            self.load([agency])
            leaders = set(self._members.get((agency, 'leader'), ()))
            acting = {
                delegate for absent, delegate
                in self._absences.get(agency, {}).items()
                if absent in leaders} if 'leader' in DELEGATED else set()
            former = {
                user for _, user in Pool().get('res.user').who_led(
                    lambda table: table.agency == agency)}
            self._leading[agency] = leaders | acting | former
        return user in self._leading[agency]

    def without_accused(self, users, accused, role=None):
        "Return the users without those whom a matter is about"
        if not accused:
            return tuple(users)
        return tuple(
            u for u in users if not concerns(
                accused, self._key(u),
                lambda agency, user=u: self.leads(user, agency), role))

    def _key(self, user):
        if user not in self._keys:
            self._keys = Pool().get('res.user').known_names_of(
                [*self.users, user])
        return self._keys[user]
