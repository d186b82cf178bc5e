# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.model import Unique, fields
from trytond.modules.foundation.locked import ALL, Lock
from trytond.modules.foundation.text import clean_lines
from trytond.pool import Pool
from trytond.pyson import Eval, If

from .birth import BirthMixin
from .casework import CaseworkMixin
from .citizen_limits import CitizenLimitsMixin
from .condition import LetterConditionsMixin
from .exceptions import LockedError
from .letter_listed import LetterListedMixin
from .letter_matters import LetterMattersMixin
from .letter_proposal import LetterProposalMixin
from .letter_steps import LetterStepsMixin
from .procedure import COMPLAINTS
from .secret_letter import SecretMixin

CHANNELS = [
    ('reception', "Citizen Reception"),
    ('post', "Post"),
    ('box', "Letter Box"),
    ('online', "Online"),
    ('forwarded', "Forwarded by an Agency"),
    ('email', "E-mail"),
    ('other', "Other"),
    ]
FORWARDERS = [
    (None, ""),
    ('deputy', "Assembly, Council, Deputy or Reception Board"),
    ('front', "Fatherland Front or Member"),
    ('press', "Press"),
    ('party', "Party Body"),
    ('agency', "Another Agency"),
    ]
PROPOSALS = [
    ('accept', "Accept"),
    ('refuse', "Do not Accept"),
    ('supplement', "Ask to Supplement"),
    ('transfer', "Transfer"),
    ('guide', "Guide the Sender"),
    ('file', "File"),
    ]
STATES = [
    ('received', "Received"),
    ('registered', "Registered"),
    ('classified', "Classified"),
    ('proposed', "Waiting for Approval"),
    ('approved', "Approved"),
    ('accepted', "Accepted"),
    ('refused', "Not Accepted"),
    ('supplementing', "Being Supplemented"),
    ('joined', "Joined to a Matter"),
    ('divided', "Divided"),
    ('transferred', "Transferred"),
    ('guided', "Sender Guided"),
    ('filed', "Filed"),
    ('returned', "Sent Back"),
    ('historical', "Historical"),
    ]
# What may still be corrected between registration and classification
_CLASSIFYING = {
    'kind', 'instance', 'field', 'subject', 'respondent', 'respondent_agency',
    'respondent_role', 'contested_number', 'contested_on', 'persons',
    'people_count', 'anonymous', 'assumed_name', 'secrecy', 'conditions',
    'complex',
    'especially_complex', 'remote', 'several_places', 'known_on',
    'obstacles', 'note', 'join_case', 'earlier_number', 'pages'}
_PROPOSING = {
    'proposal', 'proposal_note', 'proposed_to', 'reason_of', 'complex',
    'especially_complex', 'remote', 'several_places', 'note', 'grounds',
    'conditions',     'join_case', 'earlier_number', 'pages'}


class Letter(
        SecretMixin, LetterMattersMixin, LetterConditionsMixin,
        CitizenLimitsMixin, LetterStepsMixin,
        LetterProposalMixin,
        LetterListedMixin, BirthMixin, CaseworkMixin):
    "A letter (đơn) as it stands in the register of one agency"
    __name__ = 'complaints.letter'

    _receiving = {
        'readonly': Eval('state') != 'received',
        }
    _classifying = {
        'readonly': ~Eval('state').in_(['received', 'registered']),
        }
    _proposing = {
        'readonly': Eval('state') != 'classified',
        'invisible': Eval('state').in_([
                'received', 'registered', 'historical']),
        }

    received_on = fields.Date(
        "Received on", required=True, states=_receiving,
        help="The day on which the letter arrived: the time limits are "
        "counted from it.")
    channel = fields.Selection(
        CHANNELS, "Channel", required=True, sort=False, states=_receiving)
    forwarded_by = fields.Char(
        "Forwarded by",
        states={
            'readonly': Eval('state') != 'received',
            'invisible': Eval('channel') != 'forwarded',
            },
        help="The agency, newspaper or deputy who forwarded the letter.")
    forwarder = fields.Selection(
        FORWARDERS, "Forwarder Is", sort=False,
        states={
            'readonly': Eval('state') != 'received',
            'invisible': Eval('channel') != 'forwarded',
            },
        help="Some of them are to be told what became of the letter.")
    subject = fields.Char(
        "Summary", states=_classifying,
        help="What the letter is about, in one line.")
    content = fields.Text("Content", required=True, states=_receiving)
    field = fields.Many2One(
        'complaints.field', "Field", ondelete='RESTRICT', states=_classifying)
    people_count = fields.Integer(
        "Number of People", required=True, states=_classifying,
        domain=[('people_count', '>=', 1)],
        help="How many people sent the letter or signed it.")
    anonymous = fields.Boolean("Anonymous", states=_classifying)
    assumed_name = fields.Boolean(
        "Under Another's Name", states=_classifying,
        help="Somebody else wrote it than who it says (mạo danh).")
    secrecy = fields.Boolean(
        "Sender Asks for Secrecy", states={
            'readonly': Eval('secrecy', False) | (
                ~Eval('state').in_(['received', 'registered'])),
            'invisible': Eval('kind') == 'denunciation',
            },
        help="The sender asks that nobody learns who wrote the letter. "
        "Of a denunciation it is always secret.")
    persons = fields.One2Many(
        'complaints.person', 'letter', "Persons", states=_classifying)
    sender = fields.Function(
        fields.Char("Sender"), 'get_sender', searcher='search_sender')
    respondent = fields.Char(
        "Respondent", states=_classifying,
        help="Whose decision or act is complained of, "
        "or who is denounced.")
    respondent_agency = fields.Many2One(
        'agencies.agency', "Agency of the Respondent", ondelete='RESTRICT',
        search_context={'active_test': False}, states=_classifying)
    respondent_role = fields.Selection([
            (None, ""),
            ('head', "Head or Deputy Head"),
            ('staff', "Member of the Staff"),
            ('body', "The Agency Itself"),
            ], "Respondent Is", sort=False, states=_classifying)
    contested_number = fields.Char(
        "Contested Decision", states={
            'readonly': _classifying['readonly'],
            'invisible': ~Eval('kind').in_(COMPLAINTS),
            })
    contested_on = fields.Date(
        "Date of the Contested Decision", states={
            'readonly': _classifying['readonly'],
            'invisible': ~Eval('kind').in_(COMPLAINTS),
            })
    several_places = fields.Boolean(
        "Checked in Several Places",
        states={
            'readonly': ~Eval('state').in_(
                ['received', 'registered', 'classified']),
            'invisible': Eval('kind') != 'denunciation',
            },
        help="The identity or the content of the denunciation has to be "
        "checked in several places, or by others on request.")
    registered_by = fields.Many2One(
        'res.user', "Registered by", readonly=True, ondelete='RESTRICT')
    proposal = fields.Selection(
        [(None, ""), *PROPOSALS], "Proposal", sort=False,
        states={
            **_proposing,
            'required': Eval('state').in_(['proposed', 'approved']),
            })
    proposal_note = fields.Text(
        "Reason of the Proposal",
        states={
            **_proposing,
            'required': (Eval('state') == 'proposed') & (
                Eval('proposal') == 'file') & ~Eval('grounds', []),
            },
        help="For filing: its legal ground.")
    proposed_to = fields.Many2One(
        'agencies.agency', "Competent Agency", ondelete='RESTRICT',
        states={
            'readonly': _proposing['readonly'],
            'invisible': ~Eval('proposal').in_(['transfer', 'guide']),
            'required': (Eval('state') == 'proposed') & (
                Eval('proposal') == 'transfer'),
            },
        domain=[If(Eval('proposal') == 'transfer',
                ('id', '!=', Eval('agency', -1)), ())])
    outcome_number = fields.Char(
        "Document Number",
        states={
            'readonly': Eval('state') != 'approved',
            'invisible': Eval('state').in_([
                    'received', 'registered', 'classified', 'proposed']),
            },
        help="The number of the notice, slip or guidance.")
    accepted_on = fields.Date(
        "Accepted on",
        states={
            'readonly': Eval('state') != 'approved',
            'invisible': (Eval('proposal') != 'accept') | (
                ~Eval('state').in_(['approved', 'accepted'])),
            },
        help="The date of the notice of acceptance; today by default.")
    case = fields.Many2One(
        'complaints.case', "Case", readonly=True, ondelete='RESTRICT',
        states={
            'invisible': ~Eval('case'),
            })
    repeat_key = fields.Char("Key of Repeats", readonly=True)
    repeat_of = fields.Many2One(
        'complaints.letter', "Likely Repeat of", readonly=True,
        ondelete='RESTRICT',
        states={
            'invisible': ~Eval('repeat_of'),
            },
        help="An earlier letter of the same sender with the same content.")
    note = fields.Text("Note")
    state = fields.Selection(
        STATES, "State", required=True, readonly=True, sort=False)
    state_string = state.translated('state')

    del _receiving, _classifying, _proposing

    _told = frozenset(['content', 'subject', 'proposal_note', 'note'])
    # what names somebody must be erasable, and an entry is not
    _audit_secret = _told | {'respondent'}

    _lock = Lock(
        LockedError, 'complaints.msg_fields_locked',
        says={'delete': 'complaints.msg_letter_delete'},
        asks='check_worker',
        makes={'received'}, removes={'received'}, binds={'delete'},
        writes={
            'received': ALL,
            'registered': _CLASSIFYING,
            'classified': _PROPOSING,
            'proposed': {'note'},
            'approved': {'outcome_number', 'accepted_on', 'note'},
            **{state: {'note'} for state in [
                    'accepted', 'transferred', 'guided', 'filed', 'returned',
                    'historical']},
            })

    @classmethod
    def __setup__(cls):
        cls.number.search_unaccented = False
        cls.repeat_key.search_unaccented = False
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints += [
            ('number_unique', Unique(table, table.number),
                'complaints.msg_number_unique'),
            ]
        cls._order = [
            ('received_on', 'DESC'), ('id', 'DESC')]
        classified = ~Eval('state').in_(['received', 'registered'])
        cls.kind.states = {'readonly': classified}
        cls.instance.states = {
            **cls.instance.states, 'readonly': classified}
        cls.acts.field = 'letter'
        cls.complex.states = cls.remote.states = {
            'readonly': ~Eval('state').in_(
                ['received', 'registered', 'classified']),
            }
        cls.especially_complex.states = {
            **cls.especially_complex.states, **cls.complex.states}

    @classmethod
    def _closed(cls):
        return ['accepted', 'refused', 'joined', 'divided', 'transferred',
            'guided', 'filed', 'returned', 'historical']

    @classmethod
    def _locked_always(cls):
        return super()._locked_always() | {
            'registered_by', 'case', 'part_of', 'kept_until',
            'supplemented_on', 'repeat_key', 'repeat_of'}

    @classmethod
    def _circumstances(cls):
        return super()._circumstances() | {'several_places'}

    def clock_variants(self):
        variants = super().clock_variants()
        if self.several_places:
            variants.add('several_places')
        return variants

    @staticmethod
    def default_state():
        return 'received'

    @staticmethod
    def default_lawful():
        # before it is saved: what comes first in every procedure
        return ['register']

    @staticmethod
    def default_people_count():
        return 1

    @staticmethod
    def default_channel():
        return 'reception'

    @classmethod
    def default_received_on(cls):
        return Pool().get('ir.date').today()

    @fields.depends('kind', 'respondent_agency', 'agency')
    def on_change_kind(self):
        # most complaints are about the agency that receives them
        if (self.kind in COMPLAINTS and self.agency
                and not self.respondent_agency):
            self.respondent_agency = self.agency

    @classmethod
    def preprocess_values(cls, mode, values):
        values = super().preprocess_values(mode, values)
        if values.get('content'):
            values['content'] = clean_lines(values['content'])
        if mode == 'create' and not values.get('subject'):
            values['subject'] = summarise(values.get('content') or '')
        return values

    @classmethod
    def validate_fields(cls, letters, field_names):
        super().validate_fields(letters, field_names)
        if not field_names or field_names & {
                'received_on', 'accepted_on', 'contested_on'}:
            for letter in letters:
                letter.check_dates('received_on', 'accepted_on')
                letter.check_dates('contested_on', 'received_on')

    @classmethod
    def on_modification(cls, mode, letters, field_names=None):
        super().on_modification(mode, letters, field_names=field_names)
        if mode == 'write' and (field_names or set()) & {'kind', 'secrecy'}:
            # once a denunciation, always protected
            cls.make_secret(letters)

    @classmethod
    def forget_traces(cls, letters):
        """Destroy what was made of letters, where their personal data go

        Rooms above add what they keep, as marks by which one is found."""

    @property
    def keeper_id(self):
        if self.handler:
            return self.handler.id
        if self.registered_by and not (self.create_uid and self.create_uid.id):
            # it came from another agency: who takes it in here
            return self.registered_by.id
        return self.typist_id

    @property
    def typist_id(self):
        """The id of who wrote it down, and so knows whom it names

        Who only registers what another wrote down does not; of a part of a
        letter it is who wrote down the whole."""
        if self.part_of:
            return self.part_of.typist_id
        if self.registered_by and self.registered_by != self.create_uid:
            return None
        return self.create_uid.id if self.create_uid else None

    def original_text(self, name):
        "Return what the letter says, as it was written"
        Original = Pool().get('complaints.original')
        if not self.is_secret:
            return getattr(self, name)
        texts = Original.read_texts([str(self)]).get(str(self), {})
        return texts.get(name) or getattr(self, name)

    @classmethod
    def copy(cls, letters, default=None):
        default = default.copy() if default is not None else {}
        # as at a birth; and it does not say who sent the original
        for name in {*cls._birth.kept, *cls._birth.within()} - {
                'agency', 'state'}:
            default.setdefault(name)
        return super().copy(letters, default=default)


def summarise(content, size=120):
    """Return the first line of a content, cut at a word.

    >>> summarise("Một hai ba", 8)
    'Một hai…'
    """
    lines = content.splitlines()
    line = lines[0] if lines else ''
    if len(line) <= size:
        return line
    return line[:size].rsplit(' ', 1)[0] + '…'
