# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.cache import Cache
from trytond.modules.agencies.watched import SiteWideMixin, WatchedMixin
from trytond.modules.audit.audited import AuditedMixin
from trytond.modules.foundation.dated import DatedMixin


class DatedRulesMixin(
        DatedMixin, SiteWideMixin, WatchedMixin, AuditedMixin):
    "Rules in the order in which they are asked: few, and asked very often"
    __slots__ = ()
    _in_force_cache = Cache('routing.dated_rules', context=False)

    @classmethod
    def in_force(cls, day):
        "Return the rules that are valid on day, in their order"
        key = (cls.__name__, day)
        ids = cls._in_force_cache.get(key)
        if ids is None:
            ids = [rule.id for rule in cls.search(cls.valid_domain(day))]
            cls._in_force_cache.set(key, ids)
        return cls.browse(ids)

    @classmethod
    def on_modification(cls, mode, rules, field_names=None):
        super().on_modification(mode, rules, field_names=field_names)
        cls._in_force_cache.clear()
