# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The steps of a letter, in the order of its life."""
from collections import defaultdict

from trytond.i18n import gettext
from trytond.model import ModelView, Workflow
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.transaction import Transaction

from .exceptions import LockedError, StepError
from .procedure import procedure_step, step_button
from .proceeding import lawful_button


def check_not_alone(records, letters):
    """Raise StepError where who registered a letter would decide on it

    With two roles one could do both: the law wants two pairs of eyes."""
    if Transaction().context.get('_import'):
        return
    for record in records:
        user = record.acting_user()
        for letter in letters:
            if user and letter.registered_by and (
                    letter.registered_by.id == user):
                raise StepError(gettext(
                        'complaints.msg_decide_alone',
                        record=record.rec_name))


class LetterStepsMixin:
    __slots__ = ()

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._transitions |= {
            ('received', 'registered'),
            ('registered', 'classified'),
            ('classified', 'proposed'),
            ('proposed', 'classified'),
            ('proposed', 'approved'),
            ('approved', 'accepted'),
            ('approved', 'guided'),
            ('approved', 'filed'),
            ('approved', 'refused'),
            ('approved', 'supplementing'),
            ('supplementing', 'classified'),
            ('registered', 'joined'),
            ('classified', 'joined'),
            ('registered', 'divided'),
            ('historical', 'registered'),
            }

        for name, icon in [
                ('register', 'tryton-forward'),
                ('classify', 'tryton-forward'),
                ('propose', 'tryton-forward'),
                ('revise', 'tryton-back'),
                ('approve', 'tryton-ok'),
                ('supplemented', 'tryton-forward'),
                ('reopen', 'tryton-undo'),
                ('correct', 'tryton-date'),
                ('join', 'tryton-link'),
                ('split', 'tryton-copy'),
                ]:
            cls._buttons[name] = lawful_button(name, icon)
        cls._buttons['propose']['pre_validate'] = [('proposal', '!=', None)]
        cls._buttons['join']['invisible'] |= ~Eval('join_case')
        cls._buttons['join']['depends'] = ['lawful', 'join_case']
        for name, icon in [
                ('accept', 'tryton-ok'),
                ('refuse', 'tryton-cancel'),
                ('supplement', 'tryton-undo'),
                ('guide', 'tryton-public'),
                ('file', 'tryton-archive'),
                ]:
            button = lawful_button(
                name, icon, also=Eval('proposal') != name)
            button['depends'] = ['lawful', 'proposal']
            cls._buttons[name] = button
        cls._buttons['record_step'] = {'icon': 'tryton-add'}

    def check_still(self, name):
        "Raise LockedError once a list of the letter can not change any more"
        self.check_worker()
        if self.state not in {'received', 'registered'}:
            raise LockedError(gettext(
                    'complaints.msg_fields_locked', record=self.rec_name,
                    fields=self.__names__(name)['field'],
                    state=self.state_string))

    @classmethod
    @step_button
    @Workflow.transition('registered')
    def register(cls, letters):
        cls.enter(letters)

    @classmethod
    @step_button
    @Workflow.transition('classified')
    def classify(cls, letters):
        # what it says may have been corrected since it was registered
        cls.find_similar(letters)
        cls.examine(letters)

    @classmethod
    @step_button
    @Workflow.transition('proposed')
    def propose(cls, letters):
        cls.examine(letters)
        for letter in cls.browse([le.id for le in letters]):
            if not letter.proposal:
                raise StepError(gettext(
                        'complaints.msg_proposal_missing',
                        letter=letter.rec_name))
            letter.check_conditions()
            letter.check_proposal()

    @classmethod
    @step_button
    @Workflow.transition('classified')
    def revise(cls, letters):
        pass

    @classmethod
    @step_button
    @Workflow.transition('approved')
    def approve(cls, letters):
        check_not_alone(letters, letters)

    @classmethod
    @step_button
    @Workflow.transition('accepted')
    def accept(cls, letters):
        Case = Pool().get('complaints.case')
        today = Pool().get('ir.date').today()
        cls._check_proposal(letters, 'accept')
        for letter in letters:
            letter.check_acceptance()
            letter.accepted_on = letter.accepted_on or today
        cls.save(letters)
        Case.open(letters)
        for letter in letters:
            letter.take_up_earlier()

    @classmethod
    @step_button
    @Workflow.transition('guided')
    def guide(cls, letters):
        cls._check_proposal(letters, 'guide')
        cls.check_first_time(letters)

    @classmethod
    @step_button
    @Workflow.transition('refused')
    def refuse(cls, letters):
        cls._check_proposal(letters, 'refuse')

    @classmethod
    @step_button
    @Workflow.transition('supplementing')
    def supplement(cls, letters):
        cls._check_proposal(letters, 'supplement')

    @classmethod
    @step_button
    @Workflow.transition('classified')
    def supplemented(cls, letters):
        today = Pool().get('ir.date').today()
        cls.write(letters, {'supplemented_on': today, 'proposal': None})

    @classmethod
    @step_button
    @Workflow.transition('joined')
    def join(cls, letters):
        for letter in letters:
            letter.join_matter()
        cls.save(letters)

    @classmethod
    @ModelView.button_action('complaints.wizard_letter_split')
    def split(cls, letters):
        pass

    @classmethod
    @procedure_step
    @Workflow.transition('divided')
    def split_(cls, letters, parts):
        "Divide letters into parts: a list of values for each"
        for letter, values in zip(letters, parts, strict=True):
            letter.divide(values)

    @classmethod
    @ModelView.button_action('complaints.wizard_letter_act_take')
    def record_step(cls, letters):
        pass

    @classmethod
    @step_button
    @Workflow.transition('filed')
    def file(cls, letters):
        cls._check_proposal(letters, 'file')
        for letter in letters:
            letter.keep()
        cls.save(letters)

    @classmethod
    @step_button
    @Workflow.transition('registered')
    def reopen(cls, letters):
        pass

    @classmethod
    def enter(cls, letters):
        "Enter letters into the registers of their agencies"
        Counter = Pool().get('complaints.counter')
        by_counter = defaultdict(list)
        for letter in letters:
            letter.check_sender()
            letter.registered_by = cls.acting_user()
            if not letter.number:
                by_counter[letter.agency, letter.received_on.year].append(
                    letter)
        for (agency, year), group in by_counter.items():
            numbers = Counter.take(agency, 'D', year, len(group))
            for letter, number in zip(group, numbers, strict=True):
                letter.number = number
        cls.save(letters)
        cls.find_repeats(letters)
        cls.find_similar(letters)
        cls.examine(letters)

    @classmethod
    def keep_historical(cls, letters):
        "Enter letters of an old register of which nothing more is known"
        cls.enter(letters)
        cls.write(letters, {'state': 'historical'})
        cls.log(letters, 'transition', 'state:historical')

    @classmethod
    def take_proposed_step(cls, letters, proposal):
        "Carry out what was approved; the transfer comes with the routing"
        getattr(cls, proposal)(letters)

    @classmethod
    def _check_proposal(cls, letters, proposal):
        "Only what the leader approved can be done"
        for letter in letters:
            if letter.proposal != proposal:
                raise StepError(gettext(
                        'complaints.msg_not_approved',
                        letter=letter.rec_name))

    def step_day(self, name):
        if name == 'accept':
            return self.accepted_on

    @classmethod
    @ModelView.button_action('complaints.wizard_letter_correct')
    def correct(cls, letters):
        pass

    @classmethod
    @procedure_step
    def correct_(cls, letters, received_on, reason):
        """Correct the day on which letters were received

        The open clocks that were counted from it are counted anew."""
        Clock = Pool().get('deadlines.clock')
        for letter in letters:
            clocks = [
                c for c in Clock.open_of([letter])
                if c.rule.trigger == 'receipt'
                and c.started_on == letter.received_on]
            letter.received_on = received_on
            letter.save()
            Clock.restart(clocks, received_on, reason)
