# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A letter that goes from one agency to another, until it is received.

It is never between the two: the twin stands in the register of the receiver
from the first moment, and what nobody receives, or nobody answers for, has a
time limit of its own that goes up.
"""
from trytond import backend
from trytond.i18n import gettext
from trytond.model import Index, ModelSQL, ModelView, Workflow, fields
from trytond.modules.audit.audited import AuditedMixin
from trytond.modules.deadlines.clocked import ClockedMixin, urgency_visual
from trytond.modules.foundation.acting import acting_user, as_server
from trytond.modules.foundation.locked import Lock, LockedMixin
from trytond.pool import Pool
from trytond.pyson import Eval, If

from .exceptions import TransferError

RECEIPT, RESULT = 'DV-01', 'DV-02'


class Transfer(
        LockedMixin, ClockedMixin, AuditedMixin, Workflow, ModelSQL,
        ModelView):
    __name__ = 'routing.transfer'
    _audit_skip = frozenset(['due_on', 'warn_on', 'documented'])
    _named_beyond = frozenset(['letter', 'twin'])

    letter = fields.Many2One(
        'complaints.letter', "Letter", required=True, readonly=True,
        ondelete='RESTRICT')
    twin = fields.Many2One(
        'complaints.letter', "Letter of the Receiver", required=True,
        readonly=True, ondelete='RESTRICT')
    sender = fields.Many2One(
        'agencies.agency', "Sent by", required=True, readonly=True,
        ondelete='RESTRICT')
    agency = fields.Many2One(
        'agencies.agency', "Sent to", required=True, readonly=True,
        ondelete='RESTRICT')
    slip_number = fields.Char("Number of the Slip", readonly=True)
    reason = fields.Text("Reason", readonly=True)
    automatic = fields.Boolean(
        "By Rule", readonly=True,
        help="It went up by itself, since who leads here is denounced.")
    sent_on = fields.Date("Sent on", required=True, readonly=True)
    sent_by = fields.Many2One(
        'res.user', "Sent by (Person)", readonly=True, ondelete='RESTRICT')
    received_on = fields.Date("Received on", readonly=True)
    received_by = fields.Many2One(
        'res.user', "Received by", readonly=True, ondelete='RESTRICT')
    returned_on = fields.Date("Sent Back on", readonly=True)
    return_reason = fields.Char("Reason for Sending back", readonly=True)
    result_on = fields.Date("Result on", readonly=True)
    result = fields.Function(fields.Char(
            "What Became of it",
            help="As it stands in the register of the receiver."),
        'get_result')
    number = fields.Function(
        fields.Char("Number"), 'get_rec_name', searcher='search_rec_name')
    state = fields.Selection([
            ('sent', "Sent"),
            ('received', "Received"),
            ('refused', "Refused"),
            ('returned', "Sent Back"),
            ], "State", required=True, readonly=True, sort=False)
    state_string = state.translated('state')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_indexes.update({
                Index(
                    table, (table.agency, Index.Equality()),
                    (table.sent_on, Index.Range(order='DESC'))),
                Index(
                    table, (table.sender, Index.Equality()),
                    (table.sent_on, Index.Range(order='DESC'))),
                Index(
                    table, (table.sent_on, Index.Range()),
                    where=table.state == 'sent'),
                Index(table, (table.twin, Index.Equality())),
                Index(table, (table.letter, Index.Equality())),
                })
        cls._order = [('sent_on', 'DESC'), ('id', 'DESC')]
        cls._transitions |= {
            ('sent', 'received'),
            ('sent', 'refused'),
            ('received', 'returned'),
            }
        cls._buttons['receive'] = {
            'invisible': Eval('state') != 'sent',
            'icon': 'tryton-ok',
            'depends': ['state'],
            }

    @classmethod
    def __register__(cls, module):
        # a handler would make it
        exist = backend.TableHandler.table_exist(cls._table)
        super().__register__(module)
        if not exist:
            cls._adopt()

    @classmethod
    def _adopt(cls):
        "Make a transfer of what older releases kept on the letters alone"
        Letter = Pool().get('complaints.letter')
        to_save = []
        for letter in Letter.search([('transferred_to', '!=', None)]):
            twin = letter.transferred_to
            waits = twin.state == 'received'
            to_save.append(cls(
                    letter=letter, twin=twin, sender=letter.agency,
                    agency=twin.agency, slip_number=letter.outcome_number,
                    sent_on=twin.received_on,
                    received_on=None if waits else twin.received_on,
                    state='sent' if waits else 'received'))
        cls.save(to_save)

    @staticmethod
    def default_state():
        return 'sent'

    @classmethod
    def get_rec_name(cls, transfers, name):
        with as_server("who sees a transfer sees the number of its letter"):
            return {
                t.id: t.letter.rec_name
                for t in cls.browse([t.id for t in transfers])}

    @classmethod
    def search_rec_name(cls, name, clause):
        return [('letter.number', *clause[1:])]

    @classmethod
    def view_attributes(cls):
        return super().view_attributes() + [
            ('/tree', 'visual', urgency_visual(
                    If(Eval('state').in_(['refused', 'returned']), 'warning',
                        ''))),
            ]

    @classmethod
    def get_result(cls, transfers, name):
        "Say what became of the letters, to those who may not read them there"
        result = {}
        with as_server("who sent a letter hears what became of it"):
            for transfer in cls.browse([t.id for t in transfers]):
                twin = transfer.twin
                text = gettext(
                    'routing.msg_transfer_result',
                    number=twin.number or '–', state=twin.state_string)
                if twin.case:
                    text += gettext(
                        'routing.msg_transfer_case', number=twin.case.number,
                        state=twin.case.state_string)
                result[transfer.id] = text
        return result

    @property
    def kind(self):
        return self.letter.kind

    # Locks

    _lock = Lock(
        TransferError, 'routing.msg_transfer_locked', binds={'delete'})

    @classmethod
    def copy(cls, transfers, default=None):
        if not transfers:
            return []
        raise TransferError(gettext('routing.msg_transfer_locked'))

    # How it goes

    @classmethod
    def send(cls, letter, twin, reason=None, automatic=False):
        "Put on record that a letter goes to where its twin was born"
        Clock = Pool().get('deadlines.clock')
        today = Pool().get('ir.date').today()
        transfer, = cls.create([{
                    'letter': letter.id,
                    'twin': twin.id,
                    'sender': letter.agency.id,
                    'agency': twin.agency.id,
                    'slip_number': letter.outcome_number,
                    'reason': reason or letter.proposal_note,
                    'automatic': automatic,
                    'sent_on': today,
                    'sent_by': acting_user(),
                    }])
        Clock.start([(transfer, RECEIPT, today)])
        return transfer

    @classmethod
    def last_of(cls, letter):
        "Return the last transfer of a letter"
        transfer, = cls.search(
            [('letter', '=', letter.id)], order=[('id', 'DESC')], limit=1)
        return transfer

    @classmethod
    def of_twins(cls, letters, *states):
        return cls.search([
                ('twin', 'in', [le.id for le in letters]),
                ('state', 'in', list(states)),
                ])

    @classmethod
    @ModelView.button
    def receive(cls, transfers):
        "Register the letters: that is how one receives"
        Letter = Pool().get('complaints.letter')
        with as_server("the letters themselves are asked for their rights"):
            ids = [t.twin.id for t in cls.browse([t.id for t in transfers])]
        Letter.register(Letter.browse(ids))

    @classmethod
    def received(cls, letters):
        "What was on its way to the letters has arrived"
        Clock = Pool().get('deadlines.clock')
        today = Pool().get('ir.date').today()
        user = acting_user()
        with as_server("who sent a letter sees that it has arrived"):
            transfers = cls.of_twins(letters, 'sent')
            if not transfers:
                return
            cls.write(transfers, {
                    'received_on': today, 'received_by': user})
            cls._arrive(transfers)
            Clock.stop(transfers, [RECEIPT], today)
            Clock.start([(t, RESULT, today) for t in transfers])

    @classmethod
    @Workflow.transition('received')
    def _arrive(cls, transfers):
        pass

    @classmethod
    @Workflow.transition('refused')
    def _refuse(cls, transfers):
        pass

    @classmethod
    @Workflow.transition('returned')
    def _return(cls, transfers):
        pass

    @classmethod
    def sent_back(cls, letters):
        """The letters go back to where they came from

        Return how often each origin has come back by now, {letter id: n}."""
        Clock = Pool().get('deadlines.clock')
        today = Pool().get('ir.date').today()
        with as_server("who sent a letter gets it back"):
            for letter in letters:
                transfers = cls.of_twins([letter], 'sent', 'received')
                cls.write(transfers, {
                        'returned_on': today,
                        'return_reason': letter.return_reason})
                cls._refuse([t for t in transfers if t.state == 'sent'])
                cls._return([t for t in transfers if t.state == 'received'])
                Clock.stop(transfers, None, today)
            origins = [le.transferred_from for le in letters]
            return {
                o.id: cls.search([
                        ('letter', '=', o.id),
                        ('state', 'in', ['refused', 'returned']),
                        ], count=True)
                for o in origins}

    @classmethod
    def settled(cls, letters):
        "There is a result of the letters: the agencies that sent them see it"
        Clock = Pool().get('deadlines.clock')
        today = Pool().get('ir.date').today()
        with as_server("who sent a letter sees that it has a result"):
            transfers = [
                t for t in cls.of_twins(letters, 'received')
                if not t.result_on]
            if not transfers:
                return
            cls.write(transfers, {'result_on': today})
            Clock.stop(transfers, [RESULT], today)
            for transfer in transfers:
                transfer.sender.notify_role(
                    ['clerk'], 'routing.msg_transfer_settled',
                    transfer.letter, number=transfer.letter.number or '–',
                    agency=transfer.agency.rec_name)
