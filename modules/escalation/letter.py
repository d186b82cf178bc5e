# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a letter has that may move up, be urged or be watched."""
from trytond.i18n import gettext
from trytond.modules.complaints import birth
from trytond.modules.complaints.plan import Act
from trytond.modules.foundation.acting import SERVER, as_server
from trytond.modules.routing.accused import is_about, is_denounced
from trytond.pool import Pool, PoolMeta
from trytond.transaction import Transaction

from . import events


def _still_watched(item, letter):
    "Tell if who keeps a watch list oversees where the letter is now"
    return item.watch.agency in [letter.agency, *letter.agency.superiors()]


BIRTH = birth.Birth(given={}, below={
        'escalation.watch.item': birth.Heirs(
            'letter', frozenset(['watch', 'level', 'note']),
            kept=birth.because("a case is none of a new letter", 'case'),
            only=_still_watched),
        'escalation.demand': birth.HAPPENED,
        'escalation.escalation': birth.HAPPENED,
        'escalation.schedule': birth.COUNTED,
        'escalation.notice': birth.HAPPENED,
        })


class Letter(metaclass=PoolMeta):
    __name__ = 'complaints.letter'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._birth |= BIRTH

    def says_itself(self, text):
        Rule = Pool().get('escalation.rule')
        return super().says_itself(text) or any(
            text == self.why_up(rule)
            for rule in Rule.search([('action', '=', 'hand_over')]))

    # Events

    def note_repeats(self):
        count = self.count_on_matter()
        if count > 1:
            Pool().get('escalation.schedule').happen(
                'letters', self, count)

    def count_on_matter(self):
        "Count the letters on the same matter, wherever they are registered"
        known = {self.id}
        if self.case:
            known.update(le.id for le in self.case.letters)
        if self.repeat_of and self.repeat_key:
            table = self.__table__()
            cursor = Transaction().connection.cursor()
            cursor.execute(*table.select(
                    table.id, where=table.repeat_key == self.repeat_key))
            known.update(id_ for id_, in cursor)
        return len(known)

    def note_denounced(self):
        "Nobody leads, or handles, what is about himself"
        Schedule = Pool().get('escalation.schedule')
        if is_denounced(self.agency, self):
            Schedule.happen('head_accused', self)
        handler = self.handler
        if handler and is_about(handler, self, 'handler'):
            Schedule.happen(
                'handler_accused', self, mark=str(handler.id))

    @classmethod
    def note_classified(cls, letters):
        "Say what rules may ask for of letters that were just classified"
        Schedule = Pool().get('escalation.schedule')
        for letter in letters:
            letter.note_denounced()
            if events.unclear(letter, 1):
                Schedule.happen('unclear', letter)

    # What goes higher

    def go_up(self, rule):
        """Go to the superior by a rule, since who leads here is denounced

        Nobody here has to decide on it.  Returns if it is on its way."""
        Jurisdiction = Pool().get('routing.jurisdiction')
        if self.state in self._closed():
            return True
        receiver = Jurisdiction.find(self)[0]
        if not receiver or receiver == self.agency or is_denounced(
                receiver, self):
            receiver = next((
                    a for a in self.agency.superiors()
                    if not is_denounced(a, self)), None)
        if not receiver:
            return False
        with as_server(
                "a rule sends it up: who leads here is denounced", SERVER):
            self.take_steps([self], Act('transfer', said={
                        'receiver': receiver.id,
                        'reason': self.why_up(rule)}, follows=True))
        self.notify_role(
            'clerk', 'escalation.msg_went_up', number=self.number or '–',
            agency=receiver.rec_name)
        return True

    @staticmethod
    def why_up(rule):
        return gettext(
            'escalation.msg_go_up', rule=rule.name,
            citation=rule.citation or '')

    def take_higher(self, superior, case):
        "Return the letter by which a superior takes up a case that is late"
        letter, = self._send_on([(self, {
                        'agency': superior.id, 'instance': 'overdue',
                        'earlier_number': case.number})])
        letter.notify_role(
            'clerk', 'escalation.msg_taken_higher', number=case.number,
            agency=case.agency.rec_name)
        return letter
