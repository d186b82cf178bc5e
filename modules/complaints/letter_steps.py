# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The steps of a letter, in the order of its life."""
from collections import defaultdict

from trytond.i18n import gettext
from trytond.model import ModelView, Workflow
from trytond.pool import Pool
from trytond.pyson import Eval

from .exceptions import StepError
from .procedure import procedure_step


class LetterStepsMixin:
    __slots__ = ()

    _steps_from = {
        'register': ['received'],
        'classify': ['registered'],
        'propose': ['classified'],
        'revise': ['proposed'],
        'approve': ['proposed'],
        'accept': ['approved'],
        'guide': ['approved'],
        'file': ['approved'],
        'reopen': ['historical'],
        'correct': ['registered', 'classified', 'proposed', 'approved'],
        }

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
            ('historical', 'registered'),
            }

        def approved(proposal):
            return {
                'invisible': (Eval('state') != 'approved') | (
                    Eval('proposal') != proposal),
                'depends': ['state', 'proposal'],
                }

        def when(state, icon):
            return {
                'invisible': Eval('state') != state,
                'icon': icon,
                'depends': ['state'],
                }
        cls._buttons['correct'] = {
            'invisible': ~Eval('state').in_(cls._steps_from['correct']),
            'icon': 'tryton-date',
            'depends': ['state'],
            }
        cls._buttons.update({
                'register': when('received', 'tryton-forward'),
                'classify': when('registered', 'tryton-forward'),
                'propose': {
                    **when('classified', 'tryton-forward'),
                    'pre_validate': [('proposal', '!=', None)],
                    },
                'revise': when('proposed', 'tryton-back'),
                'approve': when('proposed', 'tryton-ok'),
                'accept': {'icon': 'tryton-ok', **approved('accept')},
                'guide': {'icon': 'tryton-public', **approved('guide')},
                'file': {'icon': 'tryton-archive', **approved('file')},
                'reopen': when('historical', 'tryton-undo'),
                })

    @classmethod
    @ModelView.button
    @procedure_step
    @Workflow.transition('registered')
    def register(cls, letters):
        cls.enter(letters)

    @classmethod
    @ModelView.button
    @procedure_step
    @Workflow.transition('classified')
    def classify(cls, letters):
        pass

    @classmethod
    @ModelView.button
    @procedure_step
    @Workflow.transition('proposed')
    def propose(cls, letters):
        for letter in letters:
            if not letter.proposal:
                raise StepError(gettext(
                        'complaints.msg_proposal_missing',
                        letter=letter.rec_name))

    @classmethod
    @ModelView.button
    @procedure_step
    @Workflow.transition('classified')
    def revise(cls, letters):
        pass

    @classmethod
    @ModelView.button
    @procedure_step
    @Workflow.transition('approved')
    def approve(cls, letters):
        pass

    @classmethod
    @ModelView.button
    @procedure_step
    @Workflow.transition('accepted')
    def accept(cls, letters):
        Case = Pool().get('complaints.case')
        today = Pool().get('ir.date').today()
        cls._check_proposal(letters, 'accept')
        for letter in letters:
            letter.accepted_on = letter.accepted_on or today
        cls.save(letters)
        Case.open(letters)

    @classmethod
    @ModelView.button
    @procedure_step
    @Workflow.transition('guided')
    def guide(cls, letters):
        cls._check_proposal(letters, 'guide')

    @classmethod
    @ModelView.button
    @procedure_step
    @Workflow.transition('filed')
    def file(cls, letters):
        cls._check_proposal(letters, 'file')

    @classmethod
    @ModelView.button
    @procedure_step
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
