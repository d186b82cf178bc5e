# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What is proposed of a letter, and that its reasons are those of no other."""
from trytond.model import fields
from trytond.modules.foundation.acting import as_server

# The proposals that name an agency
ELSEWHERE = frozenset(['transfer', 'guide'])


class LetterProposalMixin:
    __slots__ = ()

    reason_of = fields.Function(
        fields.Char("Reason of Which Proposal"), 'get_reason_of',
        setter='set_reason_of')

    def get_reason_of(self, name):
        return self.proposal

    @classmethod
    def set_reason_of(cls, letters, name, value):
        "It is only asked of the form that is open"

    @fields.depends(
        'proposal', 'reason_of', 'proposal_note', 'proposed_to', 'grounds')
    def on_change_proposal(self):
        "What was said of another proposal says nothing of this one"
        if self.reason_of and self.reason_of != self.proposal:
            self.proposal_note = None
            self.grounds = []
            if self.proposal not in ELSEWHERE:
                self.proposed_to = None
        self.reason_of = self.proposal

    @classmethod
    def write(cls, letters, values, *args):
        """Write; with another proposal its reasons go, unless new ones come

        The same for whoever writes only the proposal, by whatever door."""
        actions = iter((letters, values, *args))
        to_write = []
        for some, values in zip(actions, actions, strict=True):
            changed = cls._proposed_anew(some, values)
            rest = [le for le in some if le not in changed]
            if rest:
                to_write += [rest, values]
            for letter in changed:
                to_write += [[letter], {**letter._without_reasons(values),
                    **values}]
        super().write(*to_write)

    @classmethod
    def _proposed_anew(cls, letters, values):
        "Return the letters of which something else was proposed before"
        if 'proposal' not in values:
            return []
        with as_server("writing says who may write"):
            return [
                letter for letter, known in (
                    (le, cls(le.id)) for le in letters)
                if known.proposal != values['proposal']
                and (known.proposal or known.grounds)]

    def _without_reasons(self, values):
        "Return what takes the reasons of the former proposal away"
        with as_server("writing says who may write"):
            known = self.__class__(self.id)
            former, grounds = known.proposal, [g.id for g in known.grounds]
        gone = {}
        if former:
            # what was taken back has left no more than its grounds
            gone['proposal_note'] = None
            if values['proposal'] not in ELSEWHERE:
                gone['proposed_to'] = None
        if grounds:
            gone['grounds'] = [('remove', grounds)]
        return gone
