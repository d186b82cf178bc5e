# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What was done in a matter: the acts of its file, and how one is recorded."""

from sql import Null
from trytond.i18n import gettext
from trytond.model import Index, ModelSQL, ModelView, fields
from trytond.model.exceptions import AccessError
from trytond.modules.audit.audited import AuditedMixin
from trytond.modules.foundation.acting import as_server
from trytond.modules.foundation.hidden import HiddenMixin
from trytond.modules.foundation.locked import ELSE, Lock, LockedMixin
from trytond.pool import Pool
from trytond.transaction import Transaction

from . import procedure_book
from .exceptions import PersonError, StepError
from .identity import MASK
from .opening import is_conflicted

# What may name a denouncer: {as it is shown: as it is kept}
_KEPT = {'text': 'said', 'people': 'who'}


class Act(LockedMixin, HiddenMixin, AuditedMixin, ModelSQL, ModelView):
    "A step of the procedure that was taken, with its document"
    __name__ = 'complaints.act'
    _lock = Lock(
        AccessError, 'complaints.msg_act_fixed',
        place='record', asks='check_worker', binds={'delete'},
        writes={ELSE: {'pages'}})
    _rec_name = 'title'
    _audit_secret = _hidden = frozenset(_KEPT.values())

    agency = fields.Many2One(
        'agencies.agency', "Agency", required=True, readonly=True,
        ondelete='RESTRICT')
    letter = fields.Many2One(
        'complaints.letter', "Letter", readonly=True, ondelete='RESTRICT')
    case = fields.Many2One(
        'complaints.case', "Case", readonly=True, ondelete='RESTRICT')
    step = fields.Many2One(
        'complaints.procedure.step', "Step", required=True, readonly=True,
        ondelete='RESTRICT')
    name = fields.Char("Code", required=True, readonly=True)
    title = fields.Char("Act", required=True, readonly=True)
    day = fields.Date("Day", required=True, readonly=True)
    document = fields.Char("Document", readonly=True)
    number = fields.Char("Document Number", readonly=True)
    who = fields.Text("People", readonly=True)
    people = fields.Function(fields.Text(
            "People",
            help="Who took part, who was told, who was absent and why."),
        'get_words')
    meeting_on = fields.Date("Held on", readonly=True)
    said = fields.Text("What was Said and Found", readonly=True)
    text = fields.Function(
        fields.Text("What was Said and Found"), 'get_words')
    citation = fields.Char("Article", readonly=True)
    pages = fields.Integer(
        "Pages", domain=['OR',
            ('pages', '=', None), ('pages', '>=', 1)],
        help="How many pages the document has in the file.")
    taken_by = fields.Many2One(
        'res.user', "Recorded by", readonly=True, ondelete='RESTRICT')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_indexes.update({
                Index(
                    table, (table.case, Index.Equality()),
                    (table.day, Index.Range()),
                    where=table.case != Null),
                Index(
                    table, (table.letter, Index.Equality()),
                    where=table.letter != Null),
                })
        cls._order = [('day', 'ASC'), ('id', 'ASC')]

    @classmethod
    def __register__(cls, module):
        table = cls.__table_handler__(module)
        for old, new in _KEPT.items():
            # before they were shown to some only
            if table.column_exist(old):
                table.column_rename(old, new)
        super().__register__(module)
        cls._seal_former()

    @classmethod
    def _seal_former(cls):
        "Seal what older releases have kept of denunciations in clear"
        Original = Pool().get('complaints.original')
        table = cls.__table__()
        cursor = Transaction().connection.cursor()
        while acts := cls.search([
                    ['OR', ('said', '!=', None), ('who', '!=', None)],
                    ['OR', ('letter.kind', '=', 'denunciation'),
                        ('case.kind', '=', 'denunciation')],
                    ], limit=1000):
            Original.keep({
                    str(act): {
                        n: getattr(act, n) for n in _KEPT.values()
                        if getattr(act, n)} for act in acts})
            cursor.execute(*table.update(
                    [table.said, table.who], [None, None],
                    where=table.id.in_([a.id for a in acts])))

    @classmethod
    def create(cls, vlist):
        pool = Pool()
        Original = pool.get('complaints.original')
        vlist, words = [dict(values) for values in vlist], []
        with as_server("what names people is cut out before it is kept"):
            for values in vlist:
                place = 'case' if values.get('case') else 'letter'
                record = pool.get(f'complaints.{place}')(values[place])
                # of a denunciation they may name who denounces
                words.append({
                        n: values.pop(n) for n in _KEPT.values()
                        if values.get(n)} if record.is_secret else {})
        acts = super().create(vlist)
        texts = {
            str(act): own for act, own in zip(acts, words, strict=True)
            if own}
        if texts:
            Original.keep(texts)
        return acts

    @classmethod
    def forget_words(cls, acts):
        "Remove what was said in acts: it may name somebody"
        acts = [a for a in acts if a.said or a.who]
        if acts:
            cls.write(acts, {name: None for name in _KEPT.values()})

    @classmethod
    def get_words(cls, acts, names):
        "Show what was said to those who may know who denounces"
        pool = Pool()
        Opening = pool.get('complaints.opening')
        Original = pool.get('complaints.original')
        result = {name: {} for name in names}
        with as_server("words are shown only to who may know who denounces"):
            acts = cls.browse([a.id for a in acts])
            secret = [a for a in acts if a.record.is_secret]
            originals = Original.read_texts([str(a) for a in secret])
            openings = Opening.current(
                list({le for a in secret for le in a.letters_on_record}),
                Transaction().user)
            for act in acts:
                open_ = act.is_open(openings)
                for name in names:
                    kept = _KEPT[name]
                    words = getattr(act, kept) or originals.get(
                        str(act), {}).get(kept)
                    result[name][act.id] = (
                        words if open_ or not words else MASK)
        return result

    def is_open(self, openings):
        """Tell if the user may read what was said

        Of a denunciation: who recorded it, whom a leader put into the team,
        and the leaders who settle it, unless it is about them.  Of the others
        who knows who denounces: who wrote the letter down, or has it open
        now, which is put on record; that it lies with somebody opens nothing.
        Of a case who knows each of its letters: one that was joined to it
        opens nothing of the others.

        openings -- those of the user, {id of a letter: the opening}"""
        User = Pool().get('res.user')
        user, record = Transaction().user, self.record
        if not record.is_secret:
            return True
        letters = self.letters_on_record
        if any(is_conflicted(user, letter) for letter in letters):
            return False
        if not user:
            return False
        knowing = {self.taken_by.id} if self.taken_by else set()
        if record.__name__ != 'complaints.letter':
            knowing |= {v.user.id for v in record.team if v.user and v.granted}
        return (user in knowing
            or User.has_role(record.agency, 'leader')
            or self._has_opened(letters, user, openings))

    def _has_opened(self, letters, user, openings):
        "Tell if the user knows each of the letters; it is put on record"
        unknown = [le.id for le in letters if le.typist_id != user]
        if not letters or not all(id_ in openings for id_ in unknown):
            return False
        for id_ in unknown:
            openings[id_].put_on_record(
                'reveal', f'{self.__names__()["model"]} {self.id}')
        return True

    @property
    def record(self):
        return getattr(self, 'case', None) or self.letter

    @property
    def letters_on_record(self):
        "The letters that whoever reads what was said has to know"
        record = self.record
        return (
            [record] if record.__name__ == 'complaints.letter'
            else record.letters)



class Verifier(LockedMixin, AuditedMixin, ModelSQL, ModelView):
    "A member of the team that verifies (Đoàn, Tổ xác minh)"
    __name__ = 'complaints.verifier'
    _lock = Lock(
        StepError, 'complaints.msg_fields_locked',
        place='case', list='team', asks='check_worker')

    case = fields.Many2One(
        'complaints.case', "Case", required=True, ondelete='CASCADE')
    user = fields.Many2One(
        'res.user', "User", ondelete='RESTRICT',
        help="If the person works with Donthu.")
    name = fields.Char("Name", required=True)
    post = fields.Char("Post")
    head = fields.Boolean("Head of the Team")
    granted = fields.Boolean(
        "May Know", readonly=True,
        help="A leader has put the user into the team: only then what is "
        "said in a denunciation is open to the user.")
    impartial = fields.Boolean(
        "No Conflict of Interest",
        help="The person declared to be no relative of, and to have no "
        "interest shared with, a party.")

    @fields.depends('user', 'name')
    def on_change_user(self):
        if self.user and not self.name:
            self.name = self.user.name

    @classmethod
    def create(cls, vlist):
        return super().create([
                {**v, 'granted': cls._grants(v.get('case'))} for v in vlist])

    @classmethod
    def write(cls, verifiers, values, *args):
        actions = iter((verifiers, values, *args))
        to_write = []
        for some, values in zip(actions, actions, strict=True):
            values = {n: v for n, v in values.items() if n != 'granted'}
            if values.keys() & {'user', 'case'}:
                values['granted'] = all(
                    cls._grants(c) for c in {
                        *(v.case.id for v in some),
                        values.get('case', some[0].case.id)})
            to_write += [some, values]
        super().write(*to_write)

    @staticmethod
    def _grants(case):
        "Tell if who acts may let somebody know what is said in a case"
        transaction = Transaction()
        if not (transaction.user and transaction.check_access):
            return True
        pool = Pool()
        with as_server("whose case it is decides who grants"):
            agency = case and pool.get('complaints.case')(case).agency
        return bool(agency) and pool.get('res.user').has_role(
            agency, 'leader')


class Representation(ModelSQL, ModelView):
    "How many representatives many people must have (người đại diện)"
    __name__ = 'complaints.representation'

    people_from = fields.Integer("From (People)", required=True)
    people_to = fields.Integer("To (People)")
    least = fields.Integer("At Least", required=True)
    most = fields.Integer("At Most", required=True)
    citation = fields.Char("Article", required=True)
    certainty = fields.Char("Certainty", required=True)
    valid_from = fields.Date("Valid from", required=True)
    valid_to = fields.Date("Valid to")

    @classmethod
    def __register__(cls, module):
        super().__register__(module)
        Pool().get(cls.__name__).load()

    @classmethod
    def load(cls):
        known = {(r.people_from, r.valid_from) for r in cls.search([])}
        cls.create([
                row for row in procedure_book.book()[2]
                if (row['people_from'], row['valid_from']) not in known])

    @classmethod
    def check(cls, record, day):
        """Raise PersonError unless many people are represented

        record -- a reception: people_count and persons"""
        law = Pool().get('complaints.procedure').law().representation(
            record.people_count, day)
        count = len([p for p in record.persons if p.role == 'representative'])
        if law and not law['least'] <= count <= law['most']:
            raise PersonError(gettext(
                    'complaints.msg_representatives', letter=record.rec_name,
                    people=record.people_count, least=law['least'],
                    most=law['most'], count=count,
                    citation=law['citation']))
