# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""How much each handler has in hand, and who has the least."""
from sql import Literal, Null, Union
from sql.aggregate import Sum
from sql.conditionals import Case
from trytond.pool import Pool
from trytond.transaction import Transaction

from .accused import is_about, is_denounced

MATTERS = ['complaints.letter', 'complaints.case']


def not_cut(name, table):
    "Return what leaves out the matters that are about the user"
    letters, cases = Pool().get('res.user').get_cut()
    cut = letters if name == 'complaints.letter' else cases
    return ~table.id.in_(cut) if cut else Literal(True)


def open_work():
    """Return a query of what is open and has a handler, a row for each matter

    Its columns are id, agency, user and, 0 or 1, letters, cases, soon and
    overdue.  Without what is about the user."""
    return Union(*map(_open, MATTERS), all_=True)


def _open(name):
    Model = Pool().get(name)
    today = Pool().get('ir.date').today()
    table = Model.__table__()
    is_letter = name == MATTERS[0]
    return table.select(
        # those of letters and of cases do not meet
        (table.id * 2 + (0 if is_letter else 1)).as_('id'),
        table.agency.as_('agency'), table.handler.as_('user'),
        Literal(int(is_letter)).as_('letters'),
        Literal(int(not is_letter)).as_('cases'),
        Case(((table.due_on >= today) & (table.warn_on <= today), 1),
            else_=0).as_('soon'),
        Case((table.due_on < today, 1), else_=0).as_('overdue'),
        where=(table.handler != Null)
        & ~table.state.in_(Model._closed()) & not_cut(name, table))


def details(users):
    "Return {user id: (open letters, open cases, late)}"
    result = {u.id: (0, 0, 0) for u in users}
    if not users:
        return result
    table = open_work()
    cursor = Transaction().connection.cursor()
    cursor.execute(*table.select(
            table.user, Sum(table.letters), Sum(table.cases),
            Sum(table.overdue),
            where=table.user.in_([u.id for u in users]),
            group_by=[table.user]))
    for user, *counts in cursor:
        result[user] = tuple(int(c or 0) for c in counts)
    return result


def loads(users):
    "Return {user id: how much is open}"
    return {
        id_: letters + cases
        for id_, (letters, cases, _) in details(users).items()}


def least_loaded(record, without=None):
    """Return the handler of the agency who is there and has the least work

    Not whom it is about; None where nobody is left, and where the head of the
    agency is denounced: that is decided further up."""
    User = Pool().get('res.user')
    agency = record.agency
    if is_denounced(agency, record):
        return None
    users = [
        u for u in agency.users_present('handler')
        if u != without and not is_about(u, record, 'handler')
        and User.has_role(agency, 'handler', user=u.id)]
    load = loads(users)
    return min(users, key=lambda u: (load[u.id], u.id), default=None)
