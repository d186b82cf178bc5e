# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Who settles by a rule, and the sentence that says so."""
from dataclasses import dataclass

from trytond.i18n import gettext


def _say(message, doubt, **values):
    "Return the message, or the one that tells of the doubt"
    if doubt:
        return gettext(f'{message}_unsure', certainty=doubt, **values)
    return gettext(message, **values)


@dataclass(frozen=True)
class Candidate:
    """Who settles by a rule

    agency -- who does so today; None where the rule names nobody, or where
        it is not known
    rule -- the rule, None where there is none
    settlers -- whom the rule means, as of the day of the letter; several
        where it is not known in which district the matter lay
    field -- the field of the letter, where its ministry settles
    """
    agency: object
    rule: object
    settlers: tuple = ()
    field: object = None

    @property
    def court(self):
        "By this law nobody: only the court is left"
        return bool(self.rule) and self.rule.settles == 'court'

    @property
    def clear(self):
        "No person has to decide who settles"
        return bool(self.agency) or self.court

    @property
    def doubt(self):
        """How unsure it is, in words; None where the law says so, in words
        that were compared"""
        if self.rule.certainty != 'verified':
            return self.rule.certainty_string.lower()
        # whom an administrator has chosen is not doubted
        if self.field and self.field.ministry_certainty not in {
                None, 'verified'}:
            return self.field.ministry_certainty_string.lower()

    @property
    def reason(self):
        if not self.rule:
            return gettext('routing.msg_no_jurisdiction')
        if self.court:
            return gettext(
                'routing.msg_jurisdiction_court', citation=self.rule.citation)
        if not self.agency:
            return self._reason_nobody()
        return self._reason_today(_say(
                'routing.msg_jurisdiction', self.doubt,
                agency=' / '.join(
                    s.rec_name for s in self.settlers or [self.agency]),
                citation=self.rule.citation))

    def _reason_today(self, reason):
        "Add who stands in the place of an agency that has ended"
        if self.agency in self.settlers:
            return reason
        link = next(
            (link for settler in self.settlers
                for link in settler.successors if link.main), None)
        doubt = (
            link.certainty_string.lower()
            if link and link.certainty not in {None, 'verified'} else None)
        return _say(
            'routing.msg_jurisdiction_today', doubt,
            reason=reason, agency=self.agency.rec_name,
            basis=(link and link.legal_basis) or '–')

    def _reason_nobody(self):
        "Say what lacks where the rule leads to no agency"
        citation = self.rule.citation
        if self.rule.settles != 'ministry':
            return gettext(
                'routing.msg_jurisdiction_person', citation=citation)
        if self.field:
            return gettext(
                'routing.msg_jurisdiction_ministry',
                field=self.field.rec_name, citation=citation)
        return gettext('routing.msg_jurisdiction_field', citation=citation)
