# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.model import (
    DeactivableMixin, ModelSQL, ModelView, fields, sequence_ordered)
from trytond.modules.complaints.procedure import KINDS

from .dated_rules import DatedRulesMixin


class EscalationRule(
        sequence_ordered(), DeactivableMixin, DatedRulesMixin,
        ModelSQL, ModelView):
    "When a delay moves up, and how far; the first rule that matches wins"
    __name__ = 'routing.escalation.rule'

    name = fields.Char("Name", required=True)
    clock_rule = fields.Many2One(
        'deadlines.rule', "Time Limit", ondelete='RESTRICT',
        help="Only for this time limit; empty for all of them.")
    kind = fields.Selection(
        [(None, ""), *KINDS], "Kind", sort=False,
        help="Only for letters and cases of this kind.")
    delay = fields.Integer(
        "Working Days after the End", required=True,
        domain=[('delay', '>=', 0)],
        help="0: on the morning after the last day.")
    repeat = fields.Integer(
        "Repeat after Working Days",
        domain=['OR', ('repeat', '=', None), ('repeat', '>=', 1)],
        help="While nobody answers it goes one level higher each time; "
        "empty: once only.")
    levels = fields.Integer(
        "Levels", required=True, domain=[('levels', '>=', 1)],
        help="How many levels of superiors it can reach.")
    citation = fields.Char("Article")

    @staticmethod
    def default_delay():
        return 0

    @staticmethod
    def default_levels():
        return 1

    @classmethod
    def find(cls, clock, day):
        "Return the rule for a clock on day, or None"
        kind = getattr(clock.resource, 'kind', None)
        for rule in cls.in_force(day):
            if ((not rule.clock_rule or rule.clock_rule == clock.rule)
                    and (not rule.kind or rule.kind == kind)):
                return rule
