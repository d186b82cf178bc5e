# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Nobody empties an agency by himself without those above knowing.

Who is gone must be out at once, so taking a role or a login away waits for
nobody.  But where the last one goes, letters would lie with no one: whoever
watched over the agency before, also if it is just these who go, is told at
once, and it is on record.
"""
import datetime as dt
from contextlib import contextmanager

from trytond.modules.foundation.acting import as_server
from trytond.pool import Pool
from trytond.transaction import Transaction

from .role import ROLES, WORKING

# Without any of them nobody takes in or settles a letter
_NEEDED = frozenset(['clerk', 'handler', 'leader'])


@contextmanager
def watched(memberships, ends=()):
    """Tell of roles that nobody holds any more after what is done within

    memberships -- what may end
    ends -- the last days that are written, None for those without"""
    today = Pool().get('ir.date').today()
    days = {today} | {
        end + dt.timedelta(days=1) for end in ends if end and end >= today}
    with as_server("whether a post is vacant is the same for everybody"):
        Membership = Pool().get('agencies.membership')
        agencies = list({
                m.agency for m in Membership.browse([
                        m.id for m in memberships])
                if m.state == 'held' and m.role in WORKING})
        before = _held(agencies, days)
        watchers = {agency: agency.watchers() for agency in agencies}
    yield
    with as_server("those who watch are told of a vacant post"):
        after = _held(agencies, days)
        for agency in agencies:
            gone = {
                role for (where, role, day) in before - after
                if where == agency.id}
            if gone:
                emptied = any(
                    not any((agency.id, role, day) in after
                        for role in _NEEDED)
                    for day in days) and bool(gone & _NEEDED)
                _tell(agency, gone, emptied, watchers[agency])


def _held(agencies, days):
    "Return {(id of the agency, role, day)} of roles that somebody holds"
    Membership = Pool().get('agencies.membership')
    return {
        (m.agency.id, m.role, day) for day in days
        for m in Membership.search([
                ('agency', 'in', [a.id for a in agencies]),
                ('role', 'in', sorted(WORKING)), ('user.active', '=', True),
                Membership.valid_domain(day)], order=[])}


def _tell(agency, roles, emptied, watchers):
    pool = Pool()
    agency = agency.__class__(agency.id)
    author = pool.get('res.user')(Transaction().user)
    watchers = list(dict.fromkeys([*watchers, *agency.watchers()]))
    for told in watchers:
        with told.speaking():
            labels = dict(pool.get('agencies.membership').fields_get(
                    ['role'])['role']['selection'])
            pool.get('agencies.proposal').tell(
                [told], agency,
                'agencies.msg_told_emptied' if emptied
                else 'agencies.msg_told_vacant',
                user=author.rec_name, agency=agency.rec_name,
                roles=', '.join(
                    labels[role] for role, _ in ROLES if role in roles))
    agency.vacated(sorted(roles), watchers)
