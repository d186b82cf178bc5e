# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""An act that was recorded by mistake: it stays, and counts no more."""
from trytond.model import ModelView, fields
from trytond.modules.foundation.acting import SERVER, acting_user, as_server
from trytond.modules.foundation.one_record import OneRecord
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Bool, Eval, If
from trytond.wizard import Button, StateTransition, StateView, Wizard

from .plan import Act as Act_
from .secret_texts import keep_words


class Act(metaclass=PoolMeta):
    __name__ = 'complaints.act'

    annulled_on = fields.Date("Annulled on", readonly=True, states={
            'invisible': ~Eval('annulled_on'),
            })
    annulled_by = fields.Many2One(
        'res.user', "Annulled by", readonly=True, ondelete='RESTRICT',
        states={
            'invisible': ~Eval('annulled_on'),
            })
    annulled_for = fields.Char(
        "Reason of the Annulment", readonly=True, states={
            'invisible': ~Eval('annulled_on'),
            })

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._buttons['annul'] = {
            'invisible': Bool(Eval('annulled_on')),
            'icon': 'tryton-cancel',
            'depends': ['annulled_on'],
            }

    @classmethod
    def view_attributes(cls):
        return super().view_attributes() + [
            ('/tree', 'visual', If(Bool(Eval('annulled_on')), 'muted', '')),
            ]

    @classmethod
    @ModelView.button_action('complaints.wizard_act_annul')
    def annul(cls, acts):
        pass

    @classmethod
    def annul_(cls, acts, reason):
        """Let acts count no more, as if they had never been taken

        The time limits that they ended run again, those that they started
        are cancelled.  Raises StepError for an act that led to another state,
        on which another act rests, or of a matter that has ended; RoleError
        for who is not a leader of the agency."""
        User = Pool().get('res.user')
        for act in acts:
            User.check_role(act.record.agency, 'leader')
            with as_server("check_role() says who may annul", SERVER):
                cls(act.id)._annul(reason)

    def _annul(self, reason):
        "Annul the act; of a secret matter the reason is not open"
        record, open_ = self.record, reason
        if record.is_secret:
            open_ = Pool().get('complaints.identity').redact(
                record.known_persons(acting_user()), reason)
        type(record).take_steps([record], Act_(
                'annul', said={'act': self.id, 'reason': open_},
                of=record.__name__.removeprefix('complaints.'),
                follows=True))
        if open_ != reason:
            keep_words([(self, record, {'annulled_for': reason})])


class AnnulStart(ModelView):
    __name__ = 'complaints.act.annul.start'

    act = fields.Many2One('complaints.act', "Act", readonly=True)
    reason = fields.Char("Reason", required=True)


class Annul(OneRecord, Wizard):
    "Annul an act"
    __name__ = 'complaints.act.annul'

    start = StateView('complaints.act.annul.start',
        'complaints.act_annul_start_view_form', [
            Button("Cancel", 'end', 'tryton-cancel'),
            Button("Annul", 'annul', 'tryton-ok', default=True),
            ])
    annul = StateTransition()

    def default_start(self, fields):
        return {'act': self.record.id}

    def transition_annul(self):
        self.model.annul_([self.record], self.start.reason)
        return 'end'

    def end(self):
        return 'reload'
