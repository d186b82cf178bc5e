# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from collections import Counter

from trytond.i18n import gettext
from trytond.model import ModelView, Workflow, fields
from trytond.modules.complaints import procedure_book
from trytond.modules.complaints import birth
from trytond.modules.complaints.procedure import step_button
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Eval
from trytond.transaction import Transaction, without_check_access

from . import events
from .assignment import AssignableMixin
from .chain import is_about, is_denounced
from .exceptions import TransferError


def _still_watched(item, letter):
    "Tell if who keeps a watch list oversees where the letter is now"
    return item.watch.agency in [letter.agency, *letter.agency.superiors()]


BIRTH = birth.Birth(
    given={},
    kept={
        **birth.because(birth.LINK, 'transferred_from', 'transferred_to'),
        **birth.because(birth.HAPPENED, 'transfers', 'return_reason'),
        **birth.because(birth.WORK, 'unit', 'origin_agency'),
        },
    below={
        'routing.watch.item': birth.Heirs(
            'letter', frozenset(['watch', 'level', 'note']),
            kept=birth.because("a case is none of a new letter", 'case'),
            only=_still_watched),
        'routing.transfer': birth.HAPPENED,
        'routing.dispute': birth.HAPPENED,
        'routing.demand': birth.HAPPENED,
        'routing.escalation': birth.HAPPENED,
        'routing.escalation.schedule': birth.COUNTED,
        'routing.notice': birth.HAPPENED,
        })


class Letter(AssignableMixin, metaclass=PoolMeta):
    __name__ = 'complaints.letter'

    suggestion = fields.Function(
        fields.Char("Who Settles, by the Law"), 'get_suggestion')
    transferred_from = fields.Many2One(
        'complaints.letter', "Transferred from", readonly=True,
        ondelete='RESTRICT')
    transferred_to = fields.Many2One(
        'complaints.letter', "Transferred to", readonly=True,
        ondelete='RESTRICT')
    transfers = fields.One2Many(
        'routing.transfer', 'letter', "Transfers", readonly=True)
    transfer_story = fields.Function(
        fields.Char(
            "Transfer",
            states={
                'invisible': ~Eval('transfer_story'),
                },
            help="Where the letter came from, or went, and what became of "
            "it there."),
        'get_transfer_story')
    return_reason = fields.Char(
        "Reason for Sending back",
        states={
            'readonly': ~Eval('state').in_(
                ['received', 'registered', 'classified']),
            'invisible': ~Eval('transferred_from') | (
                ~Eval('state').in_(
                    ['received', 'registered', 'classified', 'returned'])),
            })

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._birth |= BIRTH
        cls._transitions |= procedure_book.transitions('letter', 'routing')
        cls._editable = {
            state: (
                editable | {'return_reason'}
                if state in {'registered', 'classified'} else editable)
            for state, editable in cls._editable.items()}
        cls._buttons.update({
                'transfer': {
                    'invisible': (Eval('state') != 'approved') | (
                        Eval('proposal') != 'transfer'),
                    'icon': 'tryton-forward',
                    'depends': ['state', 'proposal'],
                    },
                'send_back': {
                    'invisible': ~Eval('state').in_(
                        ['received', 'registered', 'classified']) | (
                        ~Eval('transferred_from')),
                    'icon': 'tryton-back',
                    'depends': ['state', 'transferred_from'],
                    },
                'dispute': {
                    'invisible': ~Eval('state').in_(
                        ['registered', 'classified']),
                    'icon': 'tryton-public',
                    'depends': ['state'],
                    },
                'assign': {
                    'invisible': Eval('state').in_(cls._closed()),
                    'icon': 'tryton-forward',
                    'depends': ['state'],
                    },
                })

    @classmethod
    def _locked_always(cls):
        return super()._locked_always() | {
            'transferred_from', 'transferred_to', 'transfers', 'unit'}

    # Suggestions: the router proposes, a person decides

    def get_suggestion(self, name):
        Jurisdiction = Pool().get('routing.jurisdiction')
        with without_check_access():
            return Jurisdiction.find(self)[1]

    @classmethod
    def suggest(cls, letters):
        "Propose what the law says of letters that were just classified"
        pool = Pool()
        Jurisdiction = pool.get('routing.jurisdiction')
        Schedule = pool.get('routing.escalation.schedule')
        to_save = []
        for letter in letters:
            letter.note_denounced()
            if events.unclear(letter, 1):
                Schedule.happen('unclear', letter)
            if letter.proposal:
                continue
            agency, reason = Jurisdiction.find(letter)
            if not agency and not Jurisdiction.only_court(letter):
                continue
            if not agency:
                letter.proposal = 'guide'
            elif agency == letter.agency:
                letter.proposal = 'accept'
            else:
                letter.proposal = 'transfer'
                letter.proposed_to = agency
            letter.proposal_note = reason
            to_save.append(letter)
        cls.save(to_save)

    @classmethod
    def correct_(cls, letters, received_on, reason):
        "Tell the superior of a receipt that is moved to a later day"
        pool = Pool()
        Schedule = pool.get('routing.escalation.schedule')
        today = pool.get('ir.date').today()
        former = {letter.id: letter.received_on for letter in letters}
        super().correct_(letters, received_on, reason)
        with without_check_access():
            for letter in cls.browse([le.id for le in letters]):
                if received_on > former[letter.id]:
                    Schedule.happen(
                        'receipt_corrected', letter,
                        times=(today - former[letter.id]).days,
                        mark=f'{former[letter.id]}/{received_on}')

    @classmethod
    @ModelView.button
    def dispute(cls, letters):
        "Ask the common superior who settles"
        pool = Pool()
        Dispute = pool.get('routing.dispute')
        Jurisdiction = pool.get('routing.jurisdiction')
        for letter in letters:
            letter.check_worker()
            with without_check_access():
                letter = cls(letter.id)
                Dispute.raise_(letter, [
                        c.agency for c in Jurisdiction.candidates(letter)
                        if c.agency], Jurisdiction.find(letter)[1])

    # Events

    def note_repeats(self):
        count = self.count_on_matter()
        if count > 1:
            Pool().get('routing.escalation.schedule').happen(
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
        Schedule = Pool().get('routing.escalation.schedule')
        if is_denounced(self.agency, self):
            Schedule.happen('head_accused', self)
        handler = self.handler
        if handler and is_about(handler, self, 'handler'):
            Schedule.happen(
                'handler_accused', self, mark=str(handler.id))

    @classmethod
    def on_modification(cls, mode, letters, field_names=None):
        super().on_modification(mode, letters, field_names=field_names)
        if mode == 'write' and 'state' in (field_names or set()):
            arrived = [
                le for le in letters
                if le.transferred_from and le.state in cls._closed()
                and le.state != 'returned']
            if arrived:
                Pool().get('routing.transfer').settled(arrived)

    # Transfer

    @classmethod
    @step_button
    @Workflow.transition('transferred')
    def transfer(cls, letters):
        Transfer = Pool().get('routing.transfer')
        cls._check_proposal(letters, 'transfer')
        cls.check_first_time(letters)
        for letter in letters:
            if letter.proposed_to:
                receiver = letter.proposed_to.successor_on(
                    Pool().get('ir.date').today())
                if not receiver:
                    raise TransferError(gettext(
                            'routing.msg_transfer_ended',
                            letter=letter.rec_name,
                            agency=letter.proposed_to.rec_name))
                letter.transferred_to = letter._create_twin(receiver)
            else:
                raise TransferError(gettext(
                        'routing.msg_transfer_where', letter=letter.rec_name))
        cls.save(letters)
        with without_check_access():
            for letter in cls.browse([le.id for le in letters]):
                if letter.transferred_to:
                    Transfer.send(letter, letter.transferred_to)

    def _create_twin(self, receiver):
        "Give birth to the letter in the register of the receiver"
        twin = self._send_on({
                'agency': receiver.id, 'transferred_from': self.id})
        twin.notify_role(
            'clerk', 'routing.msg_transfer_notice', number=self.number,
            agency=self.agency.rec_name)
        return twin

    def _send_on(self, changes):
        "Return the letter that is born of this one elsewhere, today"
        Clock = Pool().get('deadlines.clock')
        today = Pool().get('ir.date').today()
        letter = self.born_of(self, {
                'channel': 'forwarded',
                'forwarded_by': self.agency.rec_name,
                'forwarder': 'agency',
                'received_on': today,
                **changes})
        with Transaction().set_user(0, set_context=True):
            # It is received now, whenever somebody registers it.
            step = letter.procedure.step_on(self.__name__, 'register', today)
            Clock.start([
                    (letter, code, today) for code in step.starting(letter)])
        return letter

    def go_up(self, rule):
        """Go to the superior by a rule, since who leads here is denounced

        Nobody here has to decide on it.  Returns if it is on its way."""
        pool = Pool()
        Transfer = pool.get('routing.transfer')
        Jurisdiction = pool.get('routing.jurisdiction')
        today = pool.get('ir.date').today()
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
        reason = gettext(
            'routing.msg_go_up', rule=rule.name, citation=rule.citation or '')
        self.proposal, self.proposed_to = 'transfer', receiver
        self.proposal_note = reason
        self.transferred_to = self._create_twin(receiver)
        self.state = 'transferred'
        self.save()
        self.log([self], 'transition', 'state:transferred')
        step = self.procedure.step_on(self.__name__, 'transfer', today)
        self.run_clocks([self], [step])
        Transfer.send(self, self.transferred_to, reason, automatic=True)
        self.notify_role(
            'clerk', 'routing.msg_went_up', number=self.number or '–',
            agency=receiver.rec_name)
        return True

    def take_higher(self, superior, case):
        "Return the letter by which a superior takes up a case that is late"
        letter = self._send_on({
                'agency': superior.id, 'instance': 'overdue',
                'earlier_number': case.number})
        letter.notify_role(
            'clerk', 'routing.msg_taken_higher', number=case.number,
            agency=case.agency.rec_name)
        return letter

    @classmethod
    @step_button
    @Workflow.transition('returned')
    def send_back(cls, letters):
        pool = Pool()
        Clock = pool.get('deadlines.clock')
        Transfer = pool.get('routing.transfer')
        Schedule = pool.get('routing.escalation.schedule')
        today = pool.get('ir.date').today()
        origins = []
        for letter in letters:
            if not letter.transferred_from:
                raise TransferError(gettext(
                        'routing.msg_not_transferred',
                        letter=letter.rec_name))
            if not letter.return_reason:
                raise TransferError(gettext(
                        'routing.msg_return_reason', letter=letter.rec_name))
            origin = letter.transferred_from
            origins.append(origin)
            with without_check_access():
                cls.to_successors([origin])
            origin.notify_role(
                'clerk', 'routing.msg_return_notice', number=origin.number,
                agency=letter.agency.rec_name)
        with Transaction().set_user(0, set_context=True):
            times = Transfer.sent_back(letters)
            cls.write(origins, {
                    'state': 'classified',
                    'proposal': None,
                    'proposed_to': None,
                    'transferred_to': None,
                    })
            cls.log(origins, 'transition', 'state:classified')
            starts = []
            for origin in origins:
                starts.extend(
                    (origin, code, today)
                    for code in origin.clocks_again(today))
                Schedule.happen('sent_back', origin, times[origin.id])
            Clock.start(starts)

    def clocks_again(self, today):
        """Return the rules of the time limits of a letter that came back

        All that the transfer had ended; and what a classified letter has,
        where it went up before anybody classified it."""
        transfer, = Pool().get('routing.transfer').search(
            [('letter', '=', self.id)], order=[('id', 'DESC')], limit=1)
        day = transfer.sent_on
        step = self.procedure.step_on(self.__name__, 'transfer', day)
        met = step.codes(step.meets) if step else []
        ended = Counter(
            c.rule.code for c in self.clocks
            if c.rule.code in met and c.ended_on == day)
        # what an act has met on the same day is done
        ended.subtract(
            code for act in self.acts
            if act.day == day and not act.annulled_on
            for code in act.step.codes(act.step.meets))
        codes = [code for code in met if ended[code] > 0]
        known = {c.rule.code for c in self.clocks}
        for name in ['register', 'classify']:
            step = self.procedure.step_on(self.__name__, name, today)
            codes.extend(
                code for code in (step.starting(self) if step else [])
                if code not in known)
        return codes

    @classmethod
    def get_transfer_story(cls, letters, name):
        result = {}
        with without_check_access():
            for letter in cls.browse([le.id for le in letters]):
                text = None
                if letter.transferred_to:
                    twin = letter.transferred_to
                    text = gettext(
                        'routing.msg_transferred_to',
                        agency=twin.agency.rec_name,
                        number=twin.number or '–', state=twin.state_string)
                elif letter.transferred_from:
                    origin = letter.transferred_from
                    text = gettext(
                        'routing.msg_transferred_from',
                        agency=origin.agency.rec_name, number=origin.number)
                result[letter.id] = text
        return result

    def relatives(self):
        return super().relatives() | {
            le.id for le in [self.transferred_from, self.transferred_to]
            if le}

    def assigned_records(self):
        return [self] + ([self.case] if self.case else [])
