# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The steps of a letter, in the order of its life."""
from trytond.exceptions import UserError
from trytond.i18n import gettext
from trytond.model import ModelView
from trytond.pyson import Eval

from . import procedure_book
from .exceptions import LockedError
from .plan import Act, transitions
from .procedure import plan_button
from .proceeding import lawful_button


class LetterStepsMixin:
    __slots__ = ()

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._transitions |= procedure_book.transitions('letter')
        cls._transitions |= transitions('letter', 'complaints')

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
        # shown to who looks for it too late, with what it needs
        cls._buttons['split'] = {
            'invisible': ~Eval('state').in_(['registered', 'classified']),
            'readonly': ~Eval('lawful', []).contains('split'),
            'icon': 'tryton-copy',
            'depends': ['lawful', 'state'],
            }
        cls._buttons['record_step'] = {'icon': 'tryton-add'}
        cls._buttons['step_back'] = {
            'invisible': ~Eval('lawful', []).contains('recall') & (
                ~Eval('lawful', []).contains('reclassify')),
            'icon': 'tryton-undo',
            'depends': ['lawful'],
            }

    def check_still(self, name):
        "Raise LockedError once a list of the letter can not change any more"
        self.check_worker()
        if self.state not in {'received', 'registered'}:
            raise LockedError(gettext(
                    'complaints.msg_fields_locked', record=self.rec_name,
                    fields=self.__names__(name)['field'],
                    state=self.state_string))

    # Each door is one line: what a step does is said in plan.letter

    @classmethod
    @plan_button
    def register(cls, letters):
        try:
            cls.take_steps(letters, Act('register'))
        except UserError as error:
            # the client has saved it before, and says nothing of that
            error.description = '\n'.join(filter(None, [
                        error.description,
                        gettext('complaints.msg_register_kept')]))
            raise

    @classmethod
    @plan_button
    def classify(cls, letters):
        cls.take_steps(letters, Act('classify'))

    @classmethod
    @plan_button
    def propose(cls, letters):
        cls.take_steps(letters, Act('propose'))

    @classmethod
    @plan_button
    def revise(cls, letters):
        cls.take_steps(letters, Act('revise'))

    @classmethod
    @plan_button
    def approve(cls, letters):
        cls.take_steps(letters, Act('approve'))

    @classmethod
    @plan_button
    def accept(cls, letters):
        cls.take_steps(letters, Act('accept'))

    @classmethod
    @plan_button
    def guide(cls, letters):
        cls.take_steps(letters, Act('guide'))

    @classmethod
    @plan_button
    def refuse(cls, letters):
        cls.take_steps(letters, Act('refuse'))

    @classmethod
    @plan_button
    def supplement(cls, letters):
        cls.take_steps(letters, Act('supplement'))

    @classmethod
    @plan_button
    def supplemented(cls, letters):
        cls.take_steps(letters, Act('supplemented'))

    @classmethod
    @plan_button
    def join(cls, letters):
        cls.take_steps(letters, Act('join'))

    @classmethod
    @plan_button
    def file(cls, letters):
        cls.take_steps(letters, Act('file'))

    @classmethod
    @plan_button
    def reopen(cls, letters):
        cls.take_steps(letters, Act('reopen'))

    @classmethod
    @ModelView.button_action('complaints.wizard_letter_split')
    def split(cls, letters):
        pass

    @classmethod
    def split_(cls, letters, parts):
        "Divide letters into parts: a list of values for each"
        for letter, values in zip(letters, parts, strict=True):
            cls.take_steps([letter], Act('split', said={'parts': values}))

    @classmethod
    @ModelView.button_action('complaints.wizard_letter_act_take')
    def record_step(cls, letters):
        pass

    @classmethod
    @ModelView.button_action('complaints.wizard_letter_back')
    def step_back(cls, letters):
        pass

    @classmethod
    @ModelView.button_action('complaints.wizard_letter_correct')
    def correct(cls, letters):
        pass

    @classmethod
    def correct_(cls, letters, received_on, reason):
        """Correct the day on which letters were received

        The open clocks that were counted from it are counted anew."""
        cls.take_steps(letters, Act('correct', said={
                    'received_on': received_on, 'reason': reason}))
