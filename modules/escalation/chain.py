# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Whom does a delay reach?  Somebody, always; and never whom it is about.

Who holds the role and is there, or acts for who is not; without those whom
the matter is about; past an agency whose head is denounced.  Where the wanted
people do not exist the next agency above gets it, at last the administrators,
and what was lacking is said.

Of plain values: ids, accused.Accused, and what people.People tells of who
holds what.
"""
from typing import NamedTuple

from trytond.modules.routing.accused import heads_denounced

# What lacked, by the role that was looked for
_LACKS = {
    'supervisor': 'no_supervisor',
    'leader': 'no_leader',
    'handler': 'no_handler',
    'clerk': 'no_clerk',
    }


class Reached(NamedTuple):
    """Who is told

    agency -- the id of the agency that was reached
    users -- ids
    gap -- what lacked on the way, None where all was as it should be"""
    agency: int | None = None
    users: tuple = ()
    gap: str | None = None


def reach(late, agencies, role, people):
    """Return who holds a role in the first of the agencies where somebody is

    late -- a matters.Late
    agencies -- ids: the one meant first, then those to fall back on
    people -- a people.People that knows them"""
    agency, gap = None, None
    for place, id_ in enumerate(agencies):
        if heads_denounced(id_, late.accused):
            continue
        agency = agency or id_
        # further up the supervisors take it, whatever was looked for
        roles = [role] if not place else [role, 'supervisor']
        for name in dict.fromkeys(roles):
            users = people.without_accused(
                people.present(id_, name), late.accused, name)
            if users:
                return Reached(id_, users, gap)
        if not gap:
            holders = people.without_accused(
                people.holders(id_, role), late.accused, role)
            gap = 'absent' if holders else _LACKS[role]
    if not agencies:
        gap = 'no_superior'
    # who can fill the empty posts: they are told, and read nothing
    return Reached(agency, people.without_accused(
            people.administrators(late.agency), late.accused), gap)
