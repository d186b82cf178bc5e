# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The settings of the whole application, on record.

tests/test_configuration_audited.py finds the model that is missing here.
"""
from trytond.modules.agencies.watched import SiteWideMixin, WatchedMixin
from trytond.modules.audit.audited import AuditedMixin
from trytond.pool import PoolMeta


class AgencyIdentifier(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'agencies.agency.identifier'


class AgencyPeriod(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'agencies.agency.period'


class ReorganisationOld(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'agencies.reorganisation.old'


class Application(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'res.user.application'
    _audit_skip = frozenset(['key'])


class Cron(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'ir.cron'
    # each run moves it
    _audit_skip = frozenset(['next_call'])


class Calendar(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'deadlines.calendar'


class Rule(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'deadlines.rule'


class RuleVersion(WatchedMixin, metaclass=PoolMeta):
    __name__ = 'deadlines.rule.version'


class ChangeChoice(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'deadlines.change.choice'


class ChangeDay(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'deadlines.change.day'


class ChangeVersion(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'deadlines.change.version'


class ChangeArea(AuditedMixin, metaclass=PoolMeta):
    __name__ = 'complaints.change.area'


class Condition(SiteWideMixin, WatchedMixin, AuditedMixin, metaclass=PoolMeta):
    __name__ = 'complaints.condition'


class Procedure(SiteWideMixin, WatchedMixin, AuditedMixin, metaclass=PoolMeta):
    __name__ = 'complaints.procedure'


class Step(SiteWideMixin, WatchedMixin, AuditedMixin, metaclass=PoolMeta):
    __name__ = 'complaints.procedure.step'


class Representation(SiteWideMixin, AuditedMixin, metaclass=PoolMeta):
    __name__ = 'complaints.representation'


class OpeningRule(SiteWideMixin, WatchedMixin, metaclass=PoolMeta):
    __name__ = 'complaints.opening.rule'


class ReadingLimits(SiteWideMixin, WatchedMixin, metaclass=PoolMeta):
    __name__ = 'complaints.reading.limits'
