# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.i18n import gettext
from trytond.model import ModelView, fields
from trytond.modules.complaints import birth, procedure_book
from trytond.modules.complaints.plan import Act, transitions
from trytond.modules.complaints.procedure import plan_button
from trytond.modules.foundation.acting import as_server
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Eval

from .assignment import AssignableMixin


BIRTH = birth.Birth(
    given={},
    kept={
        **birth.because(birth.LINK, 'transferred_from', 'transferred_to'),
        **birth.because(birth.HAPPENED, 'transfers', 'return_reason'),
        **birth.because(birth.WORK, 'unit', 'origin_agency'),
        },
    below={
        'routing.transfer': birth.HAPPENED,
        'routing.dispute': birth.HAPPENED,
        })


class Letter(AssignableMixin, metaclass=PoolMeta):
    __name__ = 'complaints.letter'
    _related = ('part_of', 'transferred_from', 'transferred_to')
    _named_beyond = frozenset(['transferred_from', 'transferred_to'])

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
        cls._covered = {
            **cls._covered,
            'routing.letter.Letter.write':
                "a step that proposes says itself why, and to whom",
            }
        cls._transitions |= procedure_book.transitions('letter', 'routing')
        cls._transitions |= transitions('letter', 'routing')
        for state in ['registered', 'classified']:
            cls._lock = cls._lock.also(state, {'return_reason'})
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
        with as_server("whose matter it is follows from the law"):
            return Jurisdiction.find(self)[1]

    def proposed(self):
        """Return what the law says of the letter, to propose it

        As (proposal, id of the agency to send it to, why), None where that
        is not clear"""
        Jurisdiction = Pool().get('routing.jurisdiction')
        agency, reason = Jurisdiction.find(self)
        if agency:
            own = agency == self.agency
            return (
                'accept' if own else 'transfer', None if own else agency.id,
                reason)
        if Jurisdiction.only_court(self):
            return 'guide', None, reason

    @fields.depends('id', 'proposal', 'proposed_to')
    def on_change_proposal(self):
        super().on_change_proposal()
        self._give_reason()

    @fields.depends('id', 'proposal', 'proposed_to', 'proposal_note')
    def on_change_proposed_to(self):
        # what the law says of one agency says nothing of another
        if self.proposal_note and self._said_itself(self.proposal_note):
            self.proposal_note = None
        self._give_reason()

    def _said_itself(self, text):
        if not self.id or self.id < 0:
            return False
        self.check_seen([self.id])
        with as_server("check_seen() says who may ask"):
            return self.__class__(self.id).says_itself(text)

    def _give_reason(self):
        "Say why, where what is proposed is what the law says"
        if not self.id or self.id < 0 or self.proposal_note:
            return
        self.check_seen([self.id])
        with as_server("check_seen() says who may ask"):
            found = self.__class__(self.id).proposed()
        if found and found[0] == self.proposal:
            _, agency, why = found
            self.proposed_to = self.proposed_to or agency
            if not agency or self.proposed_to.id == agency:
                self.proposal_note = why

    @classmethod
    def write(cls, letters, values, *args):
        "Write; what the law says of one agency is not said of another"
        actions = iter((letters, values, *args))
        to_write = []
        for some, values in zip(actions, actions, strict=True):
            changed = cls._sent_elsewhere(some, values)
            rest = [le for le in some if le not in changed]
            if rest:
                to_write += [rest, values]
            if changed:
                to_write += [changed, {**values, 'proposal_note': None}]
        super().write(*to_write)

    @classmethod
    def _sent_elsewhere(cls, letters, values):
        "Return the letters whose reason is the server's, of another agency"
        if not values.get('proposed_to') or 'proposal_note' in values:
            return []
        with as_server("writing says who may write"):
            return [
                letter for letter in letters
                if (known := cls(letter.id)).proposal_note
                and known.proposed_to
                and known.proposed_to.id != values['proposed_to']
                and known.says_itself(known.proposal_note)]

    def says_itself(self, text):
        pool = Pool()
        if super().says_itself(text):
            return True
        Dispute = pool.get('routing.dispute')
        return (
            text == pool.get('routing.jurisdiction').find(self)[1]
            or any(text == dispute.answer() for dispute in Dispute.search(
                    [('letter', '=', self.id), ('decision', '!=', None)])))

    @classmethod
    @ModelView.button
    def dispute(cls, letters):
        "Ask the common superior who settles"
        pool = Pool()
        Dispute = pool.get('routing.dispute')
        Jurisdiction = pool.get('routing.jurisdiction')
        for letter in letters:
            letter.check_worker()
            with as_server("check_worker() says who may ask"):
                letter = cls(letter.id)
                Dispute.raise_(letter, [
                        c.agency for c in Jurisdiction.candidates(letter)
                        if c.agency], Jurisdiction.find(letter)[1])

    # Transfer

    @classmethod
    @plan_button
    def transfer(cls, letters):
        cls.take_steps(letters, Act('transfer'))

    @classmethod
    def create_twins(cls, sent):
        """Give birth to letters in the registers of the receivers

        sent -- pairs of a letter and the id of the agency that receives it

        Returns the new letters, in their order."""
        twins = cls._send_on([
                (letter, {
                        'agency': receiver, 'transferred_from': letter.id})
                for letter, receiver in sent])
        for (letter, _), twin in zip(sent, twins, strict=True):
            twin.notify_role(
                'clerk', 'routing.msg_transfer_notice', number=letter.number,
                agency=letter.agency.rec_name)
        return twins

    @classmethod
    def _send_on(cls, pairs):
        "Return the letters that are born of others elsewhere, today"
        today = Pool().get('ir.date').today()
        return cls.born_of([(letter, {
                        'channel': 'forwarded',
                        'forwarded_by': letter.agency.rec_name,
                        'forwarder': 'agency',
                        'received_on': today,
                        **changes}, [Act('arrive', follows=True)])
                for letter, changes in pairs])

    @classmethod
    @plan_button
    def send_back(cls, letters):
        cls.take_steps(letters, Act('send_back'))

    @classmethod
    def get_transfer_story(cls, letters, name):
        result = {}
        with as_server("both ends are told where the letter went"):
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
