# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Which table is asked for, of whom, and who may ask."""
import datetime as dt
from collections import defaultdict
from typing import NamedTuple

from trytond.i18n import gettext
from trytond.model.exceptions import AccessError
from trytond.modules.foundation.acting import as_server
from trytond.pool import Pool
from trytond.transaction import Transaction

from . import definitions
from .exceptions import PeriodError

SPREADS = [
    ('own', "This Agency Alone"),
    ('units', "Each Unit of its Branch"),
    ('whole', "The Whole Branch in One Row"),
    ]


class Unit(NamedTuple):
    "A row of a table: its agency, and all agencies that are counted in it"
    id: int
    name: str
    agencies: tuple


class Request(NamedTuple):
    """A table of a period; unit -- the row that is looked at, None for all

    As text it goes through the client, so nothing of it is believed: see
    check()."""
    table: str
    start: dt.date
    end: dt.date
    agency: int
    spread: str
    unit: int | None = None

    @property
    def text(self):
        return '|'.join([
                self.table, self.start.isoformat(), self.end.isoformat(),
                str(self.agency), self.spread, str(self.unit or '')])

    @classmethod
    def of(cls, text):
        "Return the Request of a text; raise AccessError for any other"
        try:
            table, start, end, agency, spread, unit = text.split('|')
            request = cls(
                table, dt.date.fromisoformat(start),
                dt.date.fromisoformat(end), int(agency), spread,
                int(unit) if unit else None)
            assert spread in dict(SPREADS)
        except (AttributeError, ValueError, AssertionError):
            raise AccessError(gettext('statistics.msg_no_table')) from None
        return request

    @property
    def circular(self):
        "Return the definitions.Circular; raise PeriodError"
        if self.start > self.end:
            raise PeriodError(gettext('statistics.msg_period_order'))
        try:
            return definitions.circular_on(self.end)
        except definitions.DefinitionError:
            raise PeriodError(gettext(
                    'statistics.msg_period_early',
                    day=self.end.strftime('%d/%m/%Y'))) from None

    @property
    def definition(self):
        "Return the definitions.Table; raise AccessError"
        try:
            return self.circular.tables[self.table]
        except KeyError:
            raise AccessError(gettext('statistics.msg_no_table')) from None

    def check(self):
        "Raise AccessError unless the user may ask for it"
        allowed = askable()
        if allowed is not None and self.agency not in allowed:
            raise AccessError(gettext('statistics.msg_no_table'))

    def units(self):
        "Return the Units, that of the agency itself first"
        found = units(self.agency, self.spread)
        if self.unit is not None:
            found = [u for u in found if u.id == self.unit]
            if not found:
                raise AccessError(gettext('statistics.msg_no_table'))
        return found


def askable():
    """Return the agencies for whose tables the user may ask; None for all

    Those whose letters he may read, and the branches of those where he
    works: an office adds up what is below it without reading it."""
    pool = Pool()
    User, Agency = pool.get('res.user'), pool.get('agencies.agency')
    transaction = Transaction()
    if not transaction.user:
        return None
    found = set(User.get_visible())
    if own := User.get_agencies():
        with as_server("an office adds up what is below it"):
            heads = {a.head.id for a in Agency.browse(own)}
            found.update(a.id for a in _branch(heads))
    return found


def _branch(ids):
    Agency = Pool().get('agencies.agency')
    with as_server("an office adds up what is below it"):
        return Agency.search([
                ('parent', 'child_of', sorted(ids)),
                ('active', 'in', [True, False])],
            order=[('code', 'ASC')])


def _successors():
    "Return {predecessor: who keeps its history}, the main one where several"
    table = Pool().get('agencies.succession').__table__()
    cursor = Transaction().connection.cursor()
    cursor.execute(*table.select(
            table.predecessor, table.successor, table.main,
            order_by=[table.id.asc]))
    found = {}
    for predecessor, successor, main in cursor.fetchall():
        if main or predecessor not in found:
            found[predecessor] = successor
    return found


def units(agency, spread):
    """Return the Units of an agency

    What has ended is counted with who keeps its history."""
    pool = Pool()
    Agency = pool.get('agencies.agency')
    Succession = pool.get('agencies.succession')
    today = pool.get('ir.date').today()
    with as_server("an office adds up what is below it"):
        head = Agency(agency)
        branch = [head] if spread == 'own' else _branch({agency})
        known = {a.id: a for a in branch}
        kept = Succession.kept_by(set(known), today)
        for a in Agency.browse(sorted(kept - known.keys())):
            known[a.id] = a
        if spread != 'units':
            return [Unit(agency, head.rec_name, tuple(sorted(known)))]
        after, rows = _successors(), defaultdict(list)
        for a in known.values():
            place, seen = a, set()
            while (place.valid_to and place.valid_to < today
                    and after.get(place.id) in known
                    and place.id not in seen):
                seen.add(place.id)
                place = known[after[place.id]]
            rows[_row_of(place, agency)].append(a.id)
        places = sorted(
            rows, key=lambda id_: (id_ != agency, known[id_].code))
        return [
            Unit(id_, known[id_].rec_name, tuple(sorted(rows[id_])))
            for id_ in places]


def _row_of(agency, top):
    "Return which agency directly below the top has it in its branch"
    path = [int(i) for i in (agency.path or '').split('/') if i]
    if top in path[:-1]:
        return path[path.index(top) + 1]
    return top if agency.id != top and top not in path else agency.id
