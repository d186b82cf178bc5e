# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a letter meets on its way: grounds, other letters, other matters."""
from trytond.model import ModelSQL, ModelView, fields
from trytond.modules.foundation.acting import SERVER, as_server
from trytond.modules.foundation.one_record import OneRecord
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.wizard import Button, StateTransition, StateView, Wizard

from . import planning
from .number_field import settle_number
from .plan import Act
from .procedure import INSTANCED, KINDS

# The proposals that need a ground
_GROUNDED = ['refuse', 'file']


class LetterMattersMixin:
    __slots__ = ()
    # what leads to the letters that are known to belong to one
    _related = ('part_of',)

    pages = fields.Integer(
        "Pages", domain=['OR',
            ('pages', '=', None), ('pages', '>=', 1)],
        help="How many pages the letter has in the file.")
    grounds = fields.Many2Many(
        'complaints.letter-deadlines.ground', 'letter', 'ground', "Grounds",
        domain=[('kind', 'in', ['refusal', 'filing'])],
        states={
            'readonly': Eval('state') != 'classified',
            'invisible': ~Eval('proposal').in_(_GROUNDED),
            },
        help="The reasons of the law for which the letter is not accepted, "
        "or is filed.")
    kept_until = fields.Date(
        "Kept until", readonly=True, states={
            'invisible': ~Eval('kept_until'),
            },
        help="The head decides about its destruction after this day.")
    supplemented_on = fields.Date("Supplemented on", readonly=True, states={
            'invisible': ~Eval('supplemented_on'),
            })
    join_case = fields.Many2One(
        'complaints.case', "Joined to", ondelete='RESTRICT',
        domain=[
            ('agency', '=', Eval('agency', -1)),
            ('kind', '=', Eval('kind')),
            ],
        states={
            'readonly': ~Eval('state').in_(['registered', 'classified']),
            },
        help="The matter of which the letter says no more than what is "
        "settled there already.")
    part_of = fields.Many2One(
        'complaints.letter', "Part of", readonly=True, ondelete='RESTRICT',
        states={
            'invisible': ~Eval('part_of'),
            },
        help="The letter of several contents of which this is one.")
    earlier_number = fields.Char(
        "Earlier Case",
        states={
            'readonly': ~Eval('state').in_(
                ['received', 'registered', 'classified']),
            'invisible': ~Eval('kind').in_(INSTANCED) | (
                Eval('instance', '1') == '1'),
            },
        help="The number of the case that a first instance decided, or let "
        "become late.")

    @classmethod
    def preprocess_values(cls, mode, values):
        values = super().preprocess_values(mode, values)
        if values.get('earlier_number'):
            values = {**values, 'earlier_number': settle_number(
                    values['earlier_number'], 'complaints.case',
                    cls.__names__('earlier_number')['field'])}
        return values

    def relatives(self):
        "Return the ids of the letters that are known to belong to this one"
        related = {self.id}
        if self.part_of:
            related |= {self.part_of.id, *(
                    le.id for le in self.__class__.search([
                            ('part_of', '=', self.part_of.id)]))}
        return related


@planning.preparer('complaints')
def protect_whole(writing):
    "Where a part denounces, the whole and all its parts are secret"
    Letter = Pool().get('complaints.letter')
    letters = Letter.browse([
            planned.matter.id for planned in writing.plans
            if not planned.matter.is_secret and any(
                values.get('kind') == 'denunciation'
                for values in planned.more.get('parts', ()))])
    # who sent the whole has sent the part that denounces
    with as_server(
            "a part that denounces makes the whole secret", SERVER):
        for letter in letters:
            Letter.write([letter], {'secrecy': True})


@planning.follow('letter', 'split', 'complaints')
def divide(writing, letters):
    """Let a letter be born for each part, by the same sender and day

    The rest is that of the whole: who works on it, and who keeps who sent
    it, too."""
    Letter = Pool().get('complaints.letter')
    items = []
    for planned in writing.plans:
        whole = planned.matter
        for values in planned.more.get('parts', ()):
            items.append((Letter(whole.id), {
                        **values, 'part_of': whole.id,
                        'handler': whole['handler']},
                    [Act('register', said={
                                'keeper': whole['registered_by']})]))
    Letter.born_of(items, writing.by, here=True)


class LetterGround(ModelSQL):
    "Letter - Ground"
    __name__ = 'complaints.letter-deadlines.ground'

    letter = fields.Many2One(
        'complaints.letter', "Letter", required=True, ondelete='CASCADE')
    ground = fields.Many2One(
        'deadlines.ground', "Ground", required=True, ondelete='RESTRICT')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add('letter')


class SplitStart(ModelView):
    __name__ = 'complaints.letter.split.start'

    letter = fields.Many2One('complaints.letter', "Letter", readonly=True)
    content = fields.Text("Content", readonly=True)
    parts = fields.One2Many(
        'complaints.letter.split.part', None, "Parts", required=True)


class SplitPart(ModelView):
    __name__ = 'complaints.letter.split.part'

    kind = fields.Selection(KINDS, "Kind", required=True, sort=False)
    content = fields.Text("Content", required=True)


class Split(OneRecord, Wizard):
    "Divide a letter of several contents"
    __name__ = 'complaints.letter.split'

    start = StateView('complaints.letter.split.start',
        'complaints.split_start_view_form', [
            Button("Cancel", 'end', 'tryton-cancel'),
            Button("Divide", 'split', 'tryton-ok', default=True),
            ])
    split = StateTransition()

    def default_start(self, fields):
        return {
            'letter': self.record.id,
            'content': self.record.content,
            'parts': [{'kind': self.record.kind,
                    'content': self.record.content}],
            }

    def transition_split(self):
        self.model.split_([self.record], [[{
                            'kind': part.kind, 'content': part.content,
                            } for part in self.start.parts]])
        return 'end'

    def end(self):
        return 'reload'
