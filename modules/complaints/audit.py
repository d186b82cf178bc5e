# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What Donthu adds to the audit: the agency, and the masters on record."""

from sql.aggregate import Max

from trytond.model import Index, fields
from trytond.modules.agencies import clock
from trytond.modules.agencies.agency import current_agency
from trytond.modules.audit.audited import AuditedMixin
from trytond.pool import Pool, PoolMeta
from trytond.transaction import Transaction, without_check_access


class Entry(metaclass=PoolMeta):
    __name__ = 'audit.entry'

    agency = fields.Many2One(
        'agencies.agency', "Agency", ondelete='RESTRICT',
        help="The agency in whose name it was done, or to which the "
        "record belongs.")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_indexes.add(Index(
                table, (table.agency, Index.Equality()),
                (table.at, Index.Range())))

    @classmethod
    def _now(cls):
        return clock.utcnow()

    @classmethod
    def append(cls, values):
        with without_check_access():
            values = [
                {**v, 'agency': v.get('agency') or cls._agency_of(v)}
                for v in values]
        super().append(values)

    @classmethod
    def _row(cls, values):
        row = super()._row(values)
        row['agency'] = values['agency']
        return row

    @classmethod
    def _agency_of(cls, values):
        "Return the id of the agency of the record, or of the user"
        changes = values.get('changes') or {}
        if 'agency' in changes:
            return changes['agency'][1] or changes['agency'][0]
        resource = values.get('resource')
        if hasattr(resource, 'id'):
            agency = getattr(resource, 'agency', None)
            if agency:
                return agency.id
        elif resource:
            model, id_ = resource.split(',')
            Model = Pool().get(model)
            if model in {'complaints.letter', 'complaints.case'}:
                table = Model.__table__()
                cursor = Transaction().connection.cursor()
                cursor.execute(*table.select(
                        Max(table.agency), where=table.id == int(id_)))
                agency, = cursor.fetchone()
                if agency:
                    return agency
        return current_agency()


class Membership(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'agencies.membership'


class Agency(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'agencies.agency'
    _audit_skip = frozenset(['path'])


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
