# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""An act that was recorded by mistake: it stays, and counts no more."""
from trytond.i18n import gettext
from trytond.model import ModelView, fields
from trytond.modules.agencies.one_record import OneRecord
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Bool, Eval, If
from trytond.transaction import without_check_access
from trytond.wizard import Button, StateTransition, StateView, Wizard

from .exceptions import StepError


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
        pool = Pool()
        User = pool.get('res.user')
        today = pool.get('ir.date').today()
        for act in acts:
            User.check_role(act.agency, 'leader')
            with without_check_access():
                act = cls(act.id)
                act.check_annulment()
                cls.write([act], {
                        'annulled_on': today,
                        'annulled_by': act.record.acting_user(),
                        'annulled_for': reason})
                act.undo_clocks(today)

    def check_annulment(self):
        record = self.record
        why = None
        if self.annulled_on:
            why = 'twice'
        elif hasattr(type(record), self.name) or self.step.to_state:
            why = 'state'
        elif record.state in record._closed():
            why = 'closed'
        elif record.acts_of(self.name) == 1 and any(
                requirement.what == self.name and not requirement.negated
                for act in record.acts
                if not act.annulled_on and act.id > self.id
                for requirement in act.step.requirements()):
            why = 'needed'
        if why:
            raise StepError(gettext(
                    f'complaints.msg_annul_{why}', act=self.title,
                    record=record.rec_name))

    def undo_clocks(self, today):
        """Put the time limits back to what they were before the act

        Another act of the name that stands has met them on its own day, and
        keeps those that it started."""
        Clock = Pool().get('deadlines.clock')
        record = self.record
        others = [
            act.day for act in record.acts
            if act.name == self.name and not act.annulled_on]
        ended = self.step.codes(self.step.meets)
        reopened = [
            clock for clock in record.clocks
            if clock.rule.code in ended and clock.ended_on == self.day
            and clock.state in {'met', 'missed'}]
        Clock.reopen(reopened)
        if others and reopened:
            Clock.stop(
                [record], [c.rule.code for c in reopened], min(others))
        if self.day not in others:
            started = self.step.starting(record)
            Clock.stop(
                [record], [
                    clock.rule.code for clock in record.clocks
                    if clock.rule.code in started
                    and clock.started_on == self.day], today, 'cancelled')


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
