# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What stops, prolongs or ends the time limit of a case, and how it is ended.

Each act is a step of the procedure with its article; the wizard of periods.py
asks for the day, the ground and the document, and shows what would move.
"""
from trytond.model import ModelView, fields
from trytond.pool import Pool
from trytond.pyson import Bool, Eval

from . import planning
from .plan import Act
from .procedure import plan_button
from .proceeding import lawful_button


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
        icons = {
            'suspend': 'tryton-archive', 'resume': 'tryton-forward',
            'extend': 'tryton-add', 'exclude': 'tryton-date',
            'withdraw': 'tryton-undo', 'terminate': 'tryton-cancel',
            'reassess': 'tryton-switch',
            }
        for name, icon in icons.items():
            cls._buttons[name] = lawful_button(name, icon)
        # also after it was resumed, as long as the decision was not sent
        stopped = (
            Eval('state').in_(['suspended', 'terminated'])
            | Bool(Eval('suspended_on')) | Bool(Eval('terminated_on')))
        cls._buttons['notify'] = lawful_button(
            'notify', 'tryton-email',
            also=Bool(Eval('notified_on')) | ~stopped)
        cls._buttons['notify']['depends'] = [
            'lawful', 'state', 'suspended_on', 'terminated_on', 'notified_on']

    @classmethod
    def _locked_always(cls):
        return super()._locked_always() | {
            'suspended_on', 'suspended_in', 'terminated_on', 'notified_on'}

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

    # The steps: what they do is said in plan.periods

    @classmethod
    def _take_period(cls, cases, name, day=None, **said):
        ground = said.pop('ground', None)
        cls.take_steps(cases, Act(
                name, day, {**said, 'ground': ground and ground.id}, 'case'))

    @classmethod
    def suspend_(cls, cases, day, ground, document=None, reason=None):
        "Suspend the settlement by a decision of day"
        cls._take_period(
            cases, 'suspend', day, ground=ground, document=document,
            reason=reason)

    @classmethod
    def resume_(cls, cases, day, document=None):
        "Resume the settlement by a decision of day"
        cls._take_period(cases, 'resume', day, document=document)

    @classmethod
    def exclude_(cls, cases, start, end, ground, document=None, reason=None):
        "Leave out the days after start up to end"
        cls._take_period(
            cases, 'exclude', start=start, end=end, ground=ground,
            document=document, reason=reason)

    @classmethod
    def extend_(
            cls, cases, length, day, ground, document=None, reason=None):
        "Extend the period by a decision of day"
        cls._take_period(
            cases, 'extend', day, length=length, ground=ground,
            document=document, reason=reason)

    @classmethod
    def withdraw_(
            cls, cases, day, ground, document=None, reason=None, people=()):
        """Put on record that a part was withdrawn: the rest goes on

        people -- who of many withdraw; none when all withdraw a part

        Raises StepError for somebody who is not in the case, or when nobody
        would be left: then it is terminated."""
        cls._take_period(
            cases, 'withdraw', day, ground=ground, document=document,
            reason=reason, persons=tuple(p.id for p in people))

    def complainants(self):
        "Return the senders of the letters who have not withdrawn"
        return [
            person for letter in self.letters for person in letter.persons
            if person.role != 'related' and not person.withdrawn_on]

    @classmethod
    def terminate_(cls, cases, day, ground, document=None, reason=None):
        "Terminate the settlement by a decision of day"
        cls._take_period(
            cases, 'terminate', day, ground=ground, document=document,
            reason=reason)

    @classmethod
    def reassess_(
            cls, cases, day, complex_, especially_complex, remote,
            document=None):
        """Record other circumstances by a document of day

        They have to be recorded before the period has ended."""
        cls._take_period(
            cases, 'reassess', day, complex=complex_,
            especially_complex=especially_complex, remote=remote,
            document=document)

    @classmethod
    @plan_button
    def notify(cls, cases):
        cls.take_steps(cases, Act('notify', of='case'))


@planning.follow('case', 'withdraw', 'complaints')
def withdraw_people(writing, cases):
    "Keep who of many has withdrawn"
    Person = Pool().get('complaints.person')
    for planned in writing.plans:
        people, day = planned.more.get('withdrawn', ((), None))
        if people:
            Person.write(
                Person.browse(people), {'withdrawn_on': day})
