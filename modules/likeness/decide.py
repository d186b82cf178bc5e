# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a person makes of a likeness."""
from trytond.model import ModelView, fields
from trytond.modules.foundation.one_record import OneRecord
from trytond.pyson import Eval
from trytond.wizard import Button, StateTransition, StateView, Wizard

from .likeness import DECISIONS


class DecideStart(ModelView):
    __name__ = 'likeness.decide.start'

    reasons = fields.Char("Why", readonly=True)
    other = fields.Many2One(
        'complaints.letter', "Other Letter", readonly=True,
        states={'invisible': ~Eval('other')})
    decision = fields.Selection(
        DECISIONS, "What it Means", required=True, sort=False)
    reason = fields.Char(
        "Reason", states={'required': Eval('decision') == 'ignored'})


class Decide(OneRecord, Wizard):
    "Decide what a likeness means"
    __name__ = 'likeness.decide'

    start = StateView('likeness.decide.start',
        'likeness.decide_start_view_form', [
            Button("Cancel", 'end', 'tryton-cancel'),
            Button("Put on Record", 'settle', 'tryton-ok', default=True),
            ])
    settle = StateTransition()

    def default_start(self, fields):
        return {
            'reasons': self.record.reasons,
            'other': self.record.other.id if self.record.other else None,
            'decision': self.record.decision or 'linked',
            'reason': self.record.reason,
            }

    def transition_settle(self):
        self.record.settle(self.start.decision, self.start.reason)
        return 'end'

    def end(self):
        return 'reload'
