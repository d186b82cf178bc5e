# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Whose matter is it?  The answer of the law, as dated rules."""

from trytond.i18n import gettext
from trytond.model import (
    MatchMixin, ModelSQL, ModelView, fields, sequence_ordered)
from trytond.modules.agencies.agency import CERTAINTIES, KINDS
from trytond.modules.complaints.procedure import INSTANCES
from trytond.modules.complaints.procedure import KINDS as LETTER_KINDS

from .dated_rules import DatedRulesMixin


class Jurisdiction(
        sequence_ordered(), DatedRulesMixin, MatchMixin, ModelSQL, ModelView):
    "A rule on who settles; the first one that matches wins"
    __name__ = 'routing.jurisdiction'

    kind = fields.Selection(
        [(None, ""), *LETTER_KINDS], "Kind", sort=False)
    instance = fields.Selection(
        [(None, ""), *INSTANCES], "Instance", sort=False)
    respondent_role = fields.Selection([
            (None, ""),
            ('head', "Head or Deputy Head"),
            ('staff', "Member of the Staff"),
            ('body', "The Agency Itself"),
            ], "Respondent Is", sort=False)
    respondent_kind = fields.Selection(
        [(None, ""), *KINDS], "Kind of Agency", sort=False)
    settles = fields.Selection([
            ('same', "The Agency of the Respondent"),
            ('superior', "Its Superior Agency"),
            ('nobody', "Has to Be Decided by a Person"),
            ], "Who Settles", required=True, sort=False)
    citation = fields.Char("Article", required=True)
    certainty = fields.Selection(
        CERTAINTIES, "Certainty", required=True, sort=False)

    @staticmethod
    def default_certainty():
        return 'verified'

    def get_rec_name(self, name):
        return self.citation

    @classmethod
    def find(cls, letter):
        """Return who settles the letter, and why.

        A pair (agency or None, sentence with the article)."""
        respondent = letter.respondent_agency
        if not respondent:
            if letter.kind in {'petition', 'reflection'}:
                respondent = letter.agency
            else:
                return None, gettext('routing.msg_respondent_missing')
        pattern = {
            'kind': letter.kind,
            'instance': letter.instance,
            'respondent_role': letter.respondent_role,
            'respondent_kind': respondent.kind,
            }
        for rule in cls.in_force(letter.received_on):
            if rule.match(pattern):
                break
        else:
            return None, gettext('routing.msg_no_jurisdiction')
        agency = {
            'same': respondent,
            'superior': respondent.parent,
            'nobody': None,
            }[rule.settles]
        if not agency:
            return None, gettext(
                'routing.msg_jurisdiction_person', citation=rule.citation)
        message = (
            'routing.msg_jurisdiction' if rule.certainty == 'verified'
            else 'routing.msg_jurisdiction_unsure')
        return agency, gettext(
            message, agency=agency.rec_name, citation=rule.citation)
