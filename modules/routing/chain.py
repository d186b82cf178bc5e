# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Whom does a delay reach?  Somebody, always; and never whom it is about.

Who holds the role and is there, or acts for who is not; without those whom
the matter is about; past an agency whose head is denounced.  Where the wanted
people do not exist the next agency above gets it, at last the administrators,
and what was lacking is said.
"""
from dataclasses import dataclass

from trytond.modules.agencies.text import fold
from trytond.modules.complaints.opening import is_conflicted
from trytond.modules.complaints.respondent import name_key
from trytond.pool import Pool
from trytond.transaction import without_check_access

# What lacked, by the role that was looked for
_LACKS = {
    'supervisor': 'no_supervisor',
    'leader': 'no_leader',
    'handler': 'no_handler',
    'clerk': 'no_clerk',
    }


@dataclass
class Reached:
    """Who is told

    gap -- what lacked on the way, None where all was as it should be"""
    agency: object = None
    users: tuple = ()
    gap: str | None = None


def letters_of(record):
    "Return the letters that a letter, case, transfer or the like is about"
    name = record.__name__
    if name == 'complaints.letter':
        return [record]
    if name == 'complaints.case':
        return list(record.letters)
    matter = getattr(record, 'matter', None)
    if matter:
        return letters_of(matter)
    letter = getattr(record, 'letter', None)
    return [letter] if letter else []


def is_denounced(agency, record):
    "Tell if the matter denounces the head of the agency, or itself"
    return any(
        accused.agency == agency and accused.role in {'head', 'body'}
        for letter in letters_of(record) for accused in letter.denounced())


def is_about(user, record, role=None):
    """Tell if the user must not get the matter

    Whom a denunciation is about never.  Of a complaint, whose act it is about
    by name; but by law the head answers for what his agency settles late."""
    for letter in letters_of(record):
        if letter.denounced():
            if is_conflicted(user.id, letter):
                return True
        elif role != 'leader':
            key = name_key(user.name)
            if key and any(
                    key in f' {fold(accused.name)} '
                    for accused in letter.accused() if accused.name):
                return True
    return False


class People:
    """Who holds which role where today, asked for once

    For what is looked at together: it does not see what changes meanwhile."""

    def __init__(self):
        self._present, self._holders, self._superiors = {}, {}, {}

    def present(self, agency, role):
        "Return who holds the role and is there, or acts for who is not"
        key = (agency.id, role)
        if key not in self._present:
            self._present[key] = agency.users_present(role)
        return self._present[key]

    def holders(self, agency, role):
        key = (agency.id, role)
        if key not in self._holders:
            self._holders[key] = agency.users_with(role)
        return self._holders[key]

    def superiors(self, agency):
        if agency.id not in self._superiors:
            self._superiors[agency.id] = agency.superiors()
        return self._superiors[agency.id]


def reach(record, agencies, role, people=None):
    """Return who holds a role in the first of the agencies where somebody is

    agencies -- the one meant first, then those to fall back on"""
    people = people or People()
    reached = Reached()
    with without_check_access():
        for place, agency in enumerate(agencies):
            if is_denounced(agency, record):
                continue
            reached.agency = reached.agency or agency
            # further up the supervisors take it, whatever was looked for
            roles = [role] if not place else [role, 'supervisor']
            for name in dict.fromkeys(roles):
                users = [
                    u for u in people.present(agency, name)
                    if not is_about(u, record, name)]
                if users:
                    reached.agency, reached.users = agency, tuple(users)
                    return reached
            if not reached.gap:
                holders = [
                    u for u in people.holders(agency, role)
                    if not is_about(u, record, role)]
                reached.gap = 'absent' if holders else _LACKS[role]
        if not agencies:
            reached.gap = 'no_superior'
        reached.users = tuple(_administrators(record))
    return reached


def _administrators(record):
    "Return who can fill the empty posts: they are told, and read nothing"
    Membership = Pool().get('agencies.membership')
    today = Pool().get('ir.date').today()
    ids = [a.id for a in [record.agency, *record.agency.superiors()]]
    found = Membership.search([
            ('agency', 'in', ids), ('role', '=', 'administrator'),
            ('user.active', '=', True), Membership.valid_domain(today)])
    return list(dict.fromkeys(
            m.user for m in found if not is_about(m.user, record)))
