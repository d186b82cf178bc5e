# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The law in force as a plan asks it: made of the records once, kept.

Whoever writes one of the models it is made of drops it: they carry LawMixin.
"""
import json
from functools import cache

from trytond.cache import Cache
from trytond.model import ModelStorage
from trytond.modules.foundation.acting import as_server
from trytond.pool import Pool, PoolMeta
from trytond.transaction import Transaction

from . import plan, procedure_book

_STEP = (
    'id', 'resource', 'name', 'title', 'states', 'to_state', 'requires',
    'once', 'asks', 'team', 'notice', 'effect', 'notifies', 'roles', 'starts',
    'starts_from', 'meets', 'moves', 'document', 'citation', 'valid_from',
    'valid_to')


@cache
def rooms():
    "Return {(of, step): the room that has its function} of the file"
    return {
        (step.of, step.name): step.room
        for step in procedure_book.book()[1] if step.room}


class LawMixin(ModelStorage):
    "What the law in force is made of"
    __slots__ = ()

    @classmethod
    def on_modification(cls, mode, records, field_names=None):
        super().on_modification(mode, records, field_names=field_names)
        Pool().get('complaints.procedure').drop_law()


class Procedure(LawMixin, metaclass=PoolMeta):
    __name__ = 'complaints.procedure'
    _law_cache = Cache('complaints.procedure.law', context=False)

    @classmethod
    def drop_law(cls):
        cls._law_cache.clear()

    @classmethod
    def law(cls):
        "Return the plan.Book of the law as the records have it"
        book = cls._law_cache.get('book')
        if book is None:
            with as_server("the law is the same for everybody"), \
                    Transaction().set_context(active_test=False):
                book = plan.Book(**cls._law())
            book = cls._law_cache.set('book', book)
        return book

    @classmethod
    def _law(cls):
        "Return what the Book is made of; rooms above add to 'more'"
        pool = Pool()
        Interpretation = pool.get('deadlines.interpretation')
        Ground = pool.get('deadlines.ground')
        Calendar = pool.get('deadlines.calendar')
        calendar = Calendar.get_state_calendar()
        return {
            'procedures': {p.key: p.plain() for p in cls.search([])},
            'limits': {
                r.code: plan.Limit(
                    r.id, r.code, r.name, r.procedure, r.trigger,
                    bool(r.transition), r.lawbook_versions(),
                    tuple((r.intake or '').split(',')))
                for r in pool.get('deadlines.rule').search([])},
            'oldest': pool.get('deadlines.rule').oldest_day(),
            'calendar_id': calendar.id if calendar else None,
            'calendar': calendar.counting() if calendar else None,
            'calendars': {c.id: c.counting() for c in Calendar.search([])},
            'conventions': Interpretation.conventions(),
            'readings': Interpretation.readings(),
            'warning': pool.get('deadlines.configuration').warning(),
            'conditions': tuple(
                c.plain() for c in pool.get('complaints.condition').search(
                    [], order=[('id', 'ASC')])),
            'representations': tuple(
                {name: getattr(r, name) for name in [
                        'people_from', 'people_to', 'least', 'most',
                        'citation', 'valid_from', 'valid_to']}
                for r in pool.get('complaints.representation').search([])),
            'rooms': frozenset(['complaints']),
            'more': {'grounds': {
                    g.id: g.lawbook() for g in Ground.search([])}},
            }

    def plain(self):
        "Return the procedure as a plan.Procedure"
        known = rooms()
        return plan.Procedure(
            self.key, self.name, self.case_code, self.citation, tuple(
                plan.read_step(
                    {name: getattr(step, name) for name in _STEP},
                    known.get((step.resource.split('.')[1], step.name)))
                for step in sorted(self.steps, key=lambda s: s.order)))


class Step(LawMixin, metaclass=PoolMeta):
    __name__ = 'complaints.procedure.step'


class Condition(LawMixin, metaclass=PoolMeta):
    __name__ = 'complaints.condition'

    def plain(self):
        "Return the condition as a plan.Condition"
        return plan.Condition(
            self.id, self.code, self.name,
            frozenset(self.procedures.split(',')), self.test,
            json.loads(self.grounds or '{}'), self.citation, self.valid_from,
            self.valid_to)


class Representation(LawMixin, metaclass=PoolMeta):
    __name__ = 'complaints.representation'


class Rule(LawMixin, metaclass=PoolMeta):
    __name__ = 'deadlines.rule'


class RuleVersion(LawMixin, metaclass=PoolMeta):
    __name__ = 'deadlines.rule.version'


class Calendar(LawMixin, metaclass=PoolMeta):
    __name__ = 'deadlines.calendar'


class CalendarDay(LawMixin, metaclass=PoolMeta):
    __name__ = 'deadlines.calendar.day'


class Interpretation(LawMixin, metaclass=PoolMeta):
    __name__ = 'deadlines.interpretation'


class Configuration(LawMixin, metaclass=PoolMeta):
    __name__ = 'deadlines.configuration'


class Ground(LawMixin, metaclass=PoolMeta):
    __name__ = 'deadlines.ground'
