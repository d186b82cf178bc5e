# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What Donthu adds to the audit: the agency, and the masters on record."""

from collections import defaultdict

from sql import Column
from trytond.model import Index, fields
from trytond.modules.agencies.agency import current_agency
from trytond.modules.audit.audited import AuditedMixin
from trytond.modules.foundation import clock
from trytond.modules.foundation.acting import as_server
from trytond.pool import Pool, PoolMeta
from trytond.tools import grouped_slice
from trytond.transaction import Transaction

from .attachment import secret_place
from .identity import MASK
from .secret_models import matters as matter_models

# What of a user opens doors
_LOGIN = {
    'login', 'password', 'password_hash', 'password_reset', 'active',
    'groups', 'memberships', 'email', 'mobile'}
# The words of an act
_TOLD = frozenset(['text', 'people', 'said', 'who'])
# Which fields of a record say what it belongs to
_MATTERS = {
    'complaints.person': ['letter'],
    'complaints.act': ['case', 'letter'],
    'complaints.opening': ['letter'],
    'complaints.verifier': ['case'],
    'complaints.outcome': ['case'],
    'complaints.respondent': ['letter'],
    'complaints.letter.condition': ['letter'],
    'complaints.obstacle': ['letter'],
    'deadlines.clock': ['resource'],
    'deadlines.clock.interval': ['clock'],
    }


class Entry(metaclass=PoolMeta):
    __name__ = 'audit.entry'

    agency = fields.Many2One(
        'agencies.agency', "Agency", ondelete='RESTRICT',
        help="The agency in whose name it was done, or to which the "
        "record belongs.")
    of_case = fields.Function(
        fields.Many2One('complaints.case', "Case"),
        'get_of_case', searcher='search_of_case')
    number = fields.Function(fields.Char(
            "Number", help="Of the letter, case or reception that it is "
            "about."), 'get_number')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_indexes.add(Index(
                table, (table.agency, Index.Equality()),
                (table.at, Index.Range())))

    @classmethod
    def get_number(cls, entries, name):
        with as_server("who watches over the reading need not read letters"):
            return {
                entry.id: entry.about.rec_name if entry.about else None
                for entry in cls.browse([e.id for e in entries])}

    @classmethod
    def get_of_case(cls, entries, name):
        result = {}
        for entry in entries:
            matter = entry.about
            case = None
            if matter and matter.__name__ == 'complaints.case':
                case = matter.id
            elif matter and matter.__name__ == 'complaints.letter':
                case = matter.case.id if matter.case else None
            result[entry.id] = case
        return result

    @classmethod
    def search_of_case(cls, name, clause):
        "The entries of cases and of their letters"
        Case = Pool().get('complaints.case')
        with as_server("the cases only narrow a search under the rules"):
            cases = Case.search([('id', *clause[1:])])
            return [('about', 'in', [
                        *map(str, cases),
                        *(str(le) for case in cases for le in case.letters),
                        ])]

    @classmethod
    def _shown(cls, entry, field, values):
        # what older releases have put on record in clear
        resource = entry.resource
        told = _TOLD | getattr(resource, '_told', frozenset())
        if field in told and any(
                value and not _is_hash(value) for value in values):
            with as_server(
                    "whether its place is secret decides what is shown"):
                if secret_place(resource):
                    return [MASK if value else None for value in values]
        return values

    @classmethod
    def _now(cls):
        return clock.utcnow()

    @classmethod
    def _complete(cls, rows):
        "Return the rows with their agencies and matters"
        rows = super()._complete(rows)
        matters = cls._matters_of(rows)
        agencies = cls._agencies_of(rows, matters)
        return [
            {**{n: v for n, v in row.items() if n != '_doing'},
                'agency': agency, 'about': row['about'] or matter}
            for row, agency, matter in zip(
                rows, agencies, matters, strict=True)]

    @classmethod
    def _post(cls, user):
        "Return the login of the user and the roles held today"
        login = super()._post(user)
        if not user:
            return login
        roles = sorted({
                role for _, role in Pool().get('res.user').get_roles(user)})
        return f"{login} ({', '.join(roles)})" if roles else login

    @classmethod
    def _matter_fields(cls):
        "Return which fields say what a record belongs to, by model"
        return _MATTERS

    @classmethod
    def _parts_of_matters(cls):
        "Return the models of which a record is for the agency of its matter"
        return _MATTERS.keys()

    @classmethod
    def _matters_of(cls, rows):
        """Return for each the letter, case or other matter of its record

        As its changes say it; else those of a model are read together."""
        own, fields_of = set(matter_models()), cls._matter_fields()
        result = []
        for row in rows:
            model = (row['resource'] or '').partition(',')[0]
            matter = None
            if model in own:
                matter = row['resource']
            elif model in fields_of:
                names = fields_of[model]
                if row['action'] in {'create', 'delete'}:
                    matter = _matter(
                        model, names, _last(row['changes'], names))
                if not matter:
                    matter = row['resource']
            result.append(matter)
        # until what something belongs to belongs to nothing else itself
        while wanted := _parts(result, own, fields_of):
            known = {}
            for model, ids in wanted.items():
                names = fields_of[model]
                known.update(
                    (f'{model},{id_}', _matter(model, names, values))
                    for id_, values in _columns(model, ids, names))
            result = [
                known.get(matter) if _part(matter, own, fields_of) else matter
                for matter in result]
        return result

    @classmethod
    def _row(cls, values):
        row = super()._row(values)
        # of who does it now; that of the record comes before it
        row['agency'] = values.get('agency')
        row['_doing'] = None if row['agency'] else current_agency()
        return row

    @classmethod
    def _agencies_of(cls, rows, matters):
        """Return for each the id of the agency of its record, or of the user

        Of a part of a matter it is that of the matter: the part may name
        another one, as of whom it denounces, or to which it is alike, where
        nobody is to learn of it.  Else as its changes say it, or as those of a
        model are, read together."""
        result, wanted = [], defaultdict(set)
        parts = cls._parts_of_matters()
        for row, matter in zip(rows, matters, strict=True):
            # what is undone to a savepoint is completed once more: it stays
            doing = row.get('_doing')
            model, _, id_ = (row['resource'] or '').partition(',')
            if matter and model in parts and not row.get('agency'):
                model, _, id_ = matter.partition(',')
                wanted[model].add(int(id_))
                result.append(((model, int(id_)), doing))
                continue
            agency = row.get('agency') or _last(
                row['changes'], ['agency'])['agency']
            if not agency and id_:
                if _has_agency(model):
                    wanted[model].add(int(id_))
                    agency = (model, int(id_))
            result.append((agency, doing))
        known = {}
        for model, ids in wanted.items():
            known.update(
                ((model, id_), values['agency'])
                for id_, values in _columns(model, ids, ['agency']))
        return [
            (known.get(agency) if isinstance(agency, tuple) else agency)
            or doing for agency, doing in result]


def _has_agency(model):
    "Tell if the records of a model are those of an agency"
    field = Pool().get(model)._fields.get('agency')
    return bool(field) and not isinstance(field, fields.Function)


def _part(matter, own, fields_of):
    "Return (model, id) of what is only a part of a matter, or None"
    model, _, id_ = (matter or '').partition(',')
    if model in own or model not in fields_of:
        return None
    return model, int(id_)


def _parts(found, own, fields_of):
    "Return {model: ids} of what is only a part of a matter"
    parts = defaultdict(set)
    for matter in found:
        if part := _part(matter, own, fields_of):
            parts[part[0]].add(part[1])
    return parts


def _last(changes, names):
    "Return the values of fields as the changes say it: new, else old"
    changes = changes or {}
    return {
        name: next(
            (v for v in reversed(changes.get(name, ())) if v), None)
        for name in names}


def _matter(model, names, values):
    "Return which of the values is the matter, as a reference"
    for name in names:
        if values[name]:
            field = Pool().get(model)._fields[name]
            return (
                values[name] if field._type == 'reference'
                else f'{field.model_name},{values[name]}')
    return None


def _columns(model, ids, names):
    "Yield id and values of records, as they stand in the database"
    table = Pool().get(model).__table__()
    cursor = Transaction().connection.cursor()
    for sub_ids in grouped_slice(sorted(ids), 1000):
        cursor.execute(*table.select(
                table.id, *(Column(table, n) for n in names),
                where=table.id.in_(list(sub_ids))))
        for id_, *values in cursor.fetchall():
            yield id_, dict(zip(names, values, strict=True))


def _is_hash(value):
    return len(value) == 64 and not set(value) - set('0123456789abcdef')


class User(metaclass=PoolMeta):
    __name__ = 'res.user'

    @classmethod
    def on_modification(cls, mode, users, field_names=None):
        "Put on record who changed whose login, password, groups"
        super().on_modification(mode, users, field_names=field_names)
        named = _LOGIN & (field_names or set())
        if mode == 'write' and not named:
            return
        Pool().get('audit.entry').append([{
                    'action': mode,
                    'resource': str(user),
                    'summary': ', '.join(sorted(named)) or None,
                    } for user in users])


class Membership(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'agencies.membership'


class Proposal(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'agencies.proposal'
    # it may hold the hash of a password
    _audit_secret = frozenset(['values'])


class Agency(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'agencies.agency'
    _audit_skip = frozenset(['path'])

    def vacated(self, roles, watchers):
        "Put on record that roles were left vacant, and who was told"
        super().vacated(roles, watchers)
        Pool().get('audit.entry').append([{
                    'action': 'notify',
                    'resource': str(self),
                    'agency': self.id,
                    'summary': f"{', '.join(roles)}: " + (
                        ', '.join(u.login for u in watchers) or '-'),
                    }])


class Unit(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'agencies.unit'


class Absence(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'agencies.absence'


class AgencySuccession(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'agencies.succession'


class Reorganisation(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'agencies.reorganisation'


class ReorganisationNew(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'agencies.reorganisation.new'


class RuleVersion(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'deadlines.rule.version'


class CalendarDay(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'deadlines.calendar.day'


class Interval(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'deadlines.clock.interval'


class Ground(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'deadlines.ground'


class Interpretation(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'deadlines.interpretation'


class DeadlinesConfiguration(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'deadlines.configuration'


class Change(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'deadlines.change'


class Clock(metaclass=PoolMeta):
    __name__ = 'deadlines.clock'

    @classmethod
    def moved(cls, moves, reason):
        "Put on the record of each letter and case which date has moved"
        super().moved(moves, reason)
        Pool().get('audit.entry').append([{
                    'action': 'write',
                    'resource': clock.resource,
                    'summary': ': '.join(
                        filter(None, [clock.rule.code, reason])),
                    'changes': {'due_on': [old, new]},
                    } for clock, old, new in moves])
