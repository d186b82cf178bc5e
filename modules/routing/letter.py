# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.i18n import gettext
from trytond.model import Workflow, fields
from trytond.modules.complaints.procedure import step_button
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Eval
from trytond.transaction import Transaction, without_check_access

from .assignment import AssignableMixin
from .exceptions import TransferError


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
            'readonly': Eval('state') != 'received',
            'invisible': ~Eval('transferred_from') | (
                ~Eval('state').in_(['received', 'returned'])),
            })

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._transitions |= {
            ('approved', 'transferred'),
            ('received', 'returned'),
            }
        cls._buttons.update({
                'transfer': {
                    'invisible': (Eval('state') != 'approved') | (
                        Eval('proposal') != 'transfer'),
                    'icon': 'tryton-forward',
                    'depends': ['state', 'proposal'],
                    },
                'send_back': {
                    'invisible': (Eval('state') != 'received') | (
                        ~Eval('transferred_from')),
                    'icon': 'tryton-back',
                    'depends': ['state', 'transferred_from'],
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
            'transferred_from', 'transferred_to'}

    # Suggestions: the router proposes, a person decides

    def get_suggestion(self, name):
        Jurisdiction = Pool().get('routing.jurisdiction')
        with without_check_access():
            return Jurisdiction.find(self)[1]

    @classmethod
    def classify(cls, letters):
        Jurisdiction = Pool().get('routing.jurisdiction')
        super().classify(letters)
        to_save = []
        for letter in letters:
            if letter.proposal:
                continue
            agency, reason = Jurisdiction.find(letter)
            if not agency:
                continue
            if agency == letter.agency:
                letter.proposal = 'accept'
            else:
                letter.proposal = 'transfer'
                letter.proposed_to = agency
            letter.proposal_note = reason
            to_save.append(letter)
        cls.save(to_save)

    # Transfer

    @classmethod
    @step_button
    @Workflow.transition('transferred')
    def transfer(cls, letters):
        cls._check_proposal(letters, 'transfer')
        cls.check_first_time(letters)
        for letter in letters:
            if letter.proposed_to:
                letter.transferred_to = letter._create_twin()
            elif not Transaction().context.get('_undated'):
                raise TransferError(gettext(
                        'routing.msg_transfer_where', letter=letter.rec_name))
        cls.save(letters)

    def _create_twin(self):
        "Give birth to the letter in the register of the receiver"
        pool = Pool()
        Clock = pool.get('deadlines.clock')
        Attachment = pool.get('ir.attachment')
        today = pool.get('ir.date').today()
        with Transaction().set_user(0, set_context=True), \
                Transaction().set_context(_identities=True):
            twin, = self.__class__.create([{
                        **self._twin_values(),
                        'received_on': today,
                        'persons': [('create', [{
                                        'role': person.role,
                                        'identity': person.identity.id,
                                        'protected': person.protected,
                                        } for person in self.persons])],
                        }])
            twin.take_original(self)
            Attachment.copy(Attachment.search([
                        ('resource', '=', str(self))]), {
                    'resource': str(twin)})
            # It is received now, whenever somebody registers it.
            step = twin.procedure.step_on(self.__name__, 'register', today)
            Clock.start([
                    (twin, code, today) for code in step.starting(twin)])
        twin.notify_role(
            'clerk', 'routing.msg_transfer_notice', number=self.number,
            agency=self.agency.rec_name)
        return twin

    def _twin_values(self):
        values = {
            name: getattr(self, name) for name in [
                'kind', 'instance', 'subject', 'content', 'people_count',
                'anonymous', 'secrecy', 'respondent', 'respondent_role',
                'contested_number', 'contested_on', 'complex']}
        for name in ['field', 'respondent_agency']:
            value = getattr(self, name)
            values[name] = value.id if value else None
        return {
            **values,
            'agency': self.proposed_to.id,
            'channel': 'forwarded',
            'forwarded_by': self.agency.rec_name,
            'forwarder': 'agency',
            'transferred_from': self.id,
            }

    @classmethod
    @step_button
    @Workflow.transition('returned')
    def send_back(cls, letters):
        Clock = Pool().get('deadlines.clock')
        today = Pool().get('ir.date').today()
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
            origin.notify_role(
                'clerk', 'routing.msg_return_notice', number=origin.number,
                agency=letter.agency.rec_name)
        with Transaction().set_user(0, set_context=True):
            cls.write(origins, {
                    'state': 'classified',
                    'proposal': None,
                    'proposed_to': None,
                    'transferred_to': None,
                    })
            cls.log(origins, 'transition', 'state:classified')
            starts = []
            for origin in origins:
                step = origin.procedure.step_on(
                    cls.__name__, 'register', today)
                starts.extend(
                    (origin, code, today)
                    for code in step.starting(origin))
            Clock.start(starts)

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

    @classmethod
    def copy(cls, letters, default=None):
        default = default.copy() if default is not None else {}
        default.setdefault('return_reason')
        return super().copy(letters, default=default)
