# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What stops, prolongs or ends the time limit of a case, and how it is ended.

Each act is a step of the procedure with its article; the wizard of periods.py
asks for the day, the ground and the document, and shows what would move.
"""
from trytond.i18n import gettext
from trytond.model import ModelView, Workflow, fields
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.transaction import Transaction

from .exceptions import DateError, StepError
from .plan import Act
from .procedure import plan_button, procedure_step
from .proceeding import lawful_button

_WORKING = ['accepted', 'verifying']


class CasePeriodsMixin:
    __slots__ = ()

    suspended_on = fields.Date("Suspended on", readonly=True, states={
            'invisible': ~Eval('suspended_on'),
            })
    suspended_in = fields.Selection([
            (None, ""),
            ('accepted', "Accepted"),
            ('verifying', "Being Verified"),
            ], "Suspended in State", readonly=True, sort=False,
        states={
            'invisible': ~Eval('suspended_in'),
            },
        help="The state to which the case goes back when it is resumed.")
    terminated_on = fields.Date("Terminated on", readonly=True, states={
            'invisible': ~Eval('terminated_on'),
            })
    notified_on = fields.Date(
        "Notice Sent on", readonly=True,
        states={
            'invisible': ~Eval('notified_on'),
            },
        help="The day on which the decision to suspend or to terminate was "
        "sent.")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        # to which state a case goes back depends on where it was suspended
        cls._transitions |= {('suspended', state) for state in _WORKING}
        icons = {
            'suspend': 'tryton-archive', 'resume': 'tryton-forward',
            'extend': 'tryton-add', 'exclude': 'tryton-date',
            'withdraw': 'tryton-undo', 'terminate': 'tryton-cancel',
            'reassess': 'tryton-switch', 'notify': 'tryton-email',
            }
        for name, icon in icons.items():
            cls._buttons[name] = lawful_button(name, icon)

    @classmethod
    def _locked_always(cls):
        return super()._locked_always() | {
            'suspended_on', 'suspended_in', 'terminated_on', 'notified_on'}

    def period_clocks(self, name):
        "Return the open clocks on which the act of this name works"
        Clock = Pool().get('deadlines.clock')
        today = Pool().get('ir.date').today()
        step = self.procedure.step_on('complaints.case', name, today)
        if not step:
            return []
        return Clock.open_of([self], step.codes(step.moves))

    @classmethod
    def _act(cls, cases, name, method, *args):
        "Let a method of the clocks work on those of each case"
        Clock = Pool().get('deadlines.clock')
        for case in cases:
            clocks = case.period_clocks(name)
            if not clocks:
                raise StepError(gettext(
                        'complaints.msg_no_open_period', case=case.rec_name))
            getattr(Clock, method)(clocks, *args)

    # The buttons open the wizard

    @classmethod
    @ModelView.button_action('complaints.wizard_case_suspend')
    def suspend(cls, cases):
        pass

    @classmethod
    @ModelView.button_action('complaints.wizard_case_resume')
    def resume(cls, cases):
        pass

    @classmethod
    @ModelView.button_action('complaints.wizard_case_exclude')
    def exclude(cls, cases):
        pass

    @classmethod
    @ModelView.button_action('complaints.wizard_case_extend')
    def extend(cls, cases):
        pass

    @classmethod
    @ModelView.button_action('complaints.wizard_case_withdraw')
    def withdraw(cls, cases):
        pass

    @classmethod
    @ModelView.button_action('complaints.wizard_case_terminate')
    def terminate(cls, cases):
        pass

    @classmethod
    @ModelView.button_action('complaints.wizard_case_reassess')
    def reassess(cls, cases):
        pass

    # The steps

    @classmethod
    @procedure_step
    @Workflow.transition('suspended')
    def suspend_(cls, cases, day, ground, document=None, reason=None):
        "Suspend the settlement by a decision of day"
        cls._act(cases, 'suspend', 'pause', day, ground, document, reason)
        for case in cases:
            case.suspended_on, case.suspended_in = day, case.state
            case.notified_on = None
        cls.save(cases)

    @classmethod
    @procedure_step
    @Workflow.transition('verifying')
    def resume_(cls, cases, day, document=None):
        """Resume the settlement by a decision of day

        What was suspended before its verification goes back there: the
        beginning of the verification is still to come."""
        cls._act(cases, 'resume', 'resume', day, document)
        early = [case for case in cases if case.suspended_in == 'accepted']
        if early:
            cls.write(early, {'state': 'accepted'})
            cls.log(early, 'transition', 'state:accepted')

    @classmethod
    @procedure_step
    def exclude_(cls, cases, start, end, ground, document=None, reason=None):
        "Leave out the days after start up to end"
        cls._act(
            cases, 'exclude', 'exclude', start, end, ground, document, reason)

    @classmethod
    @procedure_step
    def extend_(
            cls, cases, length, day, ground, document=None, reason=None):
        "Extend the period by a decision of day"
        cls._act(
            cases, 'extend', 'extend', length, day, ground, document, reason)

    @classmethod
    @procedure_step
    def withdraw_(
            cls, cases, day, ground, document=None, reason=None, people=()):
        """Put on record that a part was withdrawn: the rest goes on

        people -- who of many withdraw; none when all withdraw a part

        Raises StepError for somebody who is not in the case, or when nobody
        would be left: then it is terminated."""
        cls._act(
            cases, 'withdraw', 'withdraw', day, ground, document, reason)
        for case in cases:
            of_case = set(case.complainants())
            if not set(people) <= of_case:
                raise StepError(gettext(
                        'complaints.msg_withdraw_other', case=case.rec_name))
            if people and of_case == set(people):
                raise StepError(gettext(
                        'complaints.msg_withdraw_all', case=case.rec_name))
        Pool().get('complaints.person').write(
            list(people), {'withdrawn_on': day})

    def complainants(self):
        "Return the senders of the letters who have not withdrawn"
        return [
            person for letter in self.letters for person in letter.persons
            if person.role != 'related' and not person.withdrawn_on]

    @classmethod
    @procedure_step
    @Workflow.transition('terminated')
    def terminate_(cls, cases, day, ground, document=None, reason=None):
        "Terminate the settlement by a decision of day"
        cls._act(
            cases, 'terminate', 'terminate', day, ground, document, reason)
        cls.write(cases, {'terminated_on': day, 'notified_on': None})

    @classmethod
    @procedure_step
    def reassess_(
            cls, cases, day, complex_, especially_complex, remote,
            document=None):
        """Record other circumstances by a document of day

        They have to be recorded before the period has ended."""
        for case in cases:
            if day > Pool().get('ir.date').today():
                raise DateError(gettext(
                        'complaints.msg_date_future', record=case.rec_name,
                        field=gettext('complaints.msg_day_of_document')))
        if (complex_ or especially_complex) and not document:
            raise StepError(gettext(
                    'complaints.msg_reassess_document',
                    case=cases[0].rec_name if cases else ''))
        with Transaction().set_context(
                _decided_on=day, _decided_by=document or ''):
            cls.write(cases, {
                    'complex': bool(complex_ or especially_complex),
                    'especially_complex': bool(especially_complex),
                    'remote': bool(remote),
                    })

    @classmethod
    @plan_button
    def notify(cls, cases):
        cls.take_steps(cases, Act('notify', of='case'))
