# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Letters that look like another: found, shown with reasons, decided upon.

Who types a name into a draft must not learn whose letters lie elsewhere.  So
a draft is compared only with what its writer may read.  What else looks like
it is told for a letter in the register, which nobody can take back, and then
only that there is something, and whom to ask.  Who sent a protected letter is
never a reason that is kept or shown.
"""
import json
from collections import defaultdict

from sql import Literal, Null
from trytond.i18n import gettext
from trytond.model import Index, ModelSQL, ModelView, Unique, fields
from trytond.modules.audit.audited import AuditedMixin
from trytond.modules.foundation.acting import acting_user, as_server
from trytond.modules.foundation.hidden import HiddenMixin
from trytond.modules.foundation.locked import Lock, LockedMixin
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.tools import grouped_slice
from trytond.transaction import Transaction, check_access

from . import matters, similarity
from .exceptions import LockedError, StepError
from .in_sets import changes_on_record

# How many of the best are searched, looked at together, kept and shown
_SEARCHED, _LOOKED_AT, _KEPT = 200, 20, 10
DECISIONS = [
    ('linked', "Same Matter"),
    ('repeated', "Same Letter again"),
    ('joined', "Join to its Case"),
    ('ignored', "Something Else"),
    ]


class LetterLikenessMixin:
    __slots__ = ()

    similar = fields.Function(fields.Text(
            "Similar Letters",
            states={
                'invisible': (Eval('state') != 'received') | (
                    ~Eval('similar')),
                },
            help="Earlier letters that look like this one, among those that "
            "you may read."),
        'on_change_with_similar')
    likenesses = fields.One2Many(
        'complaints.likeness', 'letter', "Similar Letters", readonly=True)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._buttons['compare'] = {
            'invisible': Eval('state').in_(['received', 'historical']),
            'icon': 'tryton-search',
            'depends': ['state'],
            }

    # The draft

    @fields.depends(
        'id', 'state', 'kind', 'agency', 'content', 'persons',
        'contested_number', 'contested_on', 'respondent_agency')
    def on_change_with_similar(self, name=None):
        pool = Pool()
        Fingerprint = pool.get('complaints.fingerprint')
        Identity = pool.get('complaints.identity')
        if self.state not in {None, 'received'}:
            return None
        with as_server("what may not be told is taken out below"):
            marks = self.marks(list(map(
                        Identity.known_of_draft, self.persons or [])))
            likenesses = similarity.compare(marks, Fingerprint.find(marks))
            likenesses.pop(self.id, None)
            likenesses = self._untold(likenesses)
        lines = []
        # those that the writer may not read must not crowd out the others
        for pairs in grouped_slice(
                similarity.best(likenesses, _SEARCHED), _LOOKED_AT):
            lines += self._similar_lines(self._readable(list(pairs)))
            if len(lines) >= _KEPT:
                break
        return '\n'.join(lines[:_KEPT]) or None

    @classmethod
    def _untold(cls, likenesses):
        """Return likenesses without what is alike in protected persons

        Before they are ranked: where one stands among the others would tell
        whether a name was guessed right.  Except of letters whose sender the
        user may know."""
        Likeness = Pool().get('complaints.likeness')
        protected = Likeness.protected(
            id_ for id_, like in likenesses.items()
            if like != like.without_person())
        if protected:
            protected -= cls.telling(cls.browse(protected))
        result = {}
        for id_, like in likenesses.items():
            if id_ in protected:
                like = like.without_person()
            if like.score >= similarity.LEAST:
                result[id_] = like
        return result

    @classmethod
    def _similar_lines(cls, pairs):
        "Return a line for each letter that may be told of"
        telling = cls.telling([letter for letter, _ in pairs])
        lines = []
        for letter, likeness in pairs:
            if letter.id not in telling:
                likeness = likeness.without_person()
            if likeness.score >= similarity.LEAST:
                lines.append(gettext(
                        'complaints.msg_similar_line',
                        letter=letter.rec_name, score=likeness.score,
                        day=letter.received_on.strftime('%d/%m/%Y'),
                        reasons=reasons(likeness),
                        subject=letter.subject or ''))
        return lines

    @classmethod
    def _readable(cls, pairs):
        "Return the pairs of what the user may read, with the letters"
        if not pairs:
            return []
        with check_access():
            readable = {le.id: le for le in cls.search([
                        ('id', 'in', [id_ for id_, _ in pairs])], order=[])}
        return [(readable[i], like) for i, like in pairs if i in readable]

    @classmethod
    def telling(cls, letters):
        """Return the ids of the letters of which the user may know the sender

        Of a secret one who wrote it down, or once had it opened: that it lies
        with somebody tells him nothing."""
        user = Transaction().user
        with as_server("who knows the sender is asked, none is shown"):
            letters = cls.browse([le.id for le in letters])
            secret = [
                le for le in letters
                if le.typist_id != user
                and any(person.protected for person in le.persons)]
            known = Pool().get('complaints.opening').were_open(secret, user)
        return {le.id for le in letters} - {le.id for le in secret} | known

    def marks(self, senders=None):
        """Return the marks by which the letter is recognised, {mark: kind}

        senders -- what is known of them, None for what is on record"""
        pool = Pool()
        Identity = pool.get('complaints.identity')
        values = {
            name: getattr(self, name) for name in [
                'content', 'contested_number', 'contested_on']}
        for name in ['respondent_agency', 'agency']:
            agency = getattr(self, name)
            values[name] = agency.id if agency else None
        if senders is None:
            senders = Identity.known(
                [p for p in self.persons if p.role == 'sender'])
        return similarity.of_letter(
            values, senders, pool.get('complaints.fingerprint').marker(),
            Identity.wide_places())

    # The register

    @classmethod
    @ModelView.button
    def compare(cls, letters):
        for letter in letters:
            letter.check_worker()
        with as_server("check_worker() says who may compare"):
            cls.find_similar(matters.load(
                    cls.__name__, [le.id for le in letters], ['classify']))

    # what leads to the letters that are known to belong to one
    _related = ('part_of',)

    @classmethod
    def find_similar(cls, looked):
        """Keep the marks of letters, and which others look like them

        looked -- as matters.load gives them for a step that asks for what
            is 'known' of the persons"""
        pool = Pool()
        Fingerprint = pool.get('complaints.fingerprint')
        Likeness = pool.get('complaints.likeness')
        mark = Fingerprint.marker()
        broad = pool.get('complaints.identity').wide_places()
        marks = {
            m.id: similarity.of_letter(
                m.values, m.facts['_names'], mark, broad) for m in looked}
        known, related = Likeness.of_letters(marks), {}
        for matter in looked:
            if any(matter[name] for name in cls._related):
                related[matter.id] = cls(matter.id).relatives()
        Likeness.keep(
            marks, {
                m.id for m in looked
                if m.is_secret or any(p.protected for p in m.persons)},
            known, related)
        Fingerprint.store(marks)

    @classmethod
    def mark_unmarked(cls, after=0, limit=1000):
        """Keep the marks of letters that came before there were marks

        Returns the id of the last one looked at, None when all are marked."""
        Fingerprint = Pool().get('complaints.fingerprint')
        table, marked = cls.__table__(), Fingerprint.__table__()
        cursor = Transaction().connection.cursor()
        cursor.execute(*table.select(
                table.id,
                where=(table.id > after) & (table.number != Null)
                & ~table.id.in_(marked.select(
                        marked.letter, where=marked.letter > after)),
                order_by=[table.id.asc], limit=limit))
        ids = [id_ for id_, in cursor]
        Fingerprint.store({
                letter.id: letter.marks() for letter in cls.browse(ids)})
        return max(ids, default=None)

    def relatives(self):
        "Return the ids of the letters that are known to belong to this one"
        related = {self.id}
        if self.part_of:
            related |= {self.part_of.id, *(
                    le.id for le in self.__class__.search([
                            ('part_of', '=', self.part_of.id)]))}
        return related


class Likeness(LockedMixin, HiddenMixin, AuditedMixin, ModelSQL, ModelView):
    "That a letter looks like an earlier one"
    __name__ = 'complaints.likeness'
    _lock = Lock(LockedError, 'complaints.msg_likeness_locked')
    # what nobody reads but the server: see the access to the fields
    _audit_secret = _hidden = frozenset(['match', 'evidence'])

    letter = fields.Many2One(
        'complaints.letter', "Letter", required=True, readonly=True,
        ondelete='CASCADE')
    match = fields.Many2One(
        'complaints.letter', "Match", required=True, readonly=True,
        ondelete='CASCADE')
    evidence = fields.Text("Evidence", required=True, readonly=True)
    agency = fields.Many2One(
        'agencies.agency', "Agency", required=True, readonly=True,
        ondelete='RESTRICT', help="Where the other letter is registered.")
    other = fields.Function(
        fields.Many2One('complaints.letter', "Other Letter"), 'get_shown')
    score = fields.Function(fields.Integer(
            "Points", help="How alike they are, 0 to 100."), 'get_shown')
    reasons = fields.Function(fields.Char("Why"), 'get_shown')
    decision = fields.Selection(
        [(None, "")] + DECISIONS, "What it Means", sort=False, readonly=True)
    reason = fields.Char("Reason", readonly=True)
    decided_by = fields.Many2One(
        'res.user', "Decided by", readonly=True, ondelete='RESTRICT')
    decided_on = fields.Date("Decided on", readonly=True)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add('letter')
        table = cls.__table__()
        cls._sql_constraints += [
            ('match_unique', Unique(table, table.letter, table.match),
                'complaints.msg_likeness_unique'),
            ]
        cls._sql_indexes.add(Index(table, (table.match, Index.Equality())))
        cls._order = [('letter', 'ASC'), ('id', 'ASC')]
        cls._buttons['decide'] = {'icon': 'tryton-ok'}

    def get_rec_name(self, name):
        return self.letter.rec_name

    @classmethod
    def get_shown(cls, likenesses, names):
        "Show the other letter and why, or only that there is one"
        Letter = Pool().get('complaints.letter')
        result = {name: {} for name in names}
        with as_server("only that there is one is told of what is hidden"):
            matches = {
                like.id: (like.match.id, like.evidence, like.agency.rec_name)
                for like in cls.browse([like.id for like in likenesses])}
        with check_access():
            readable = Letter.search([
                    ('id', 'in', [m for m, *_ in matches.values()])])
        open_ = Letter.telling(readable)
        for id_, (match, evidence, agency) in matches.items():
            shown = dict.fromkeys(['other', 'score'])
            if match in open_:
                likeness = similarity.Likeness(**json.loads(evidence))
                shown = {
                    'other': match, 'score': likeness.score,
                    'reasons': reasons(likeness)}
            else:
                shown['reasons'] = gettext(
                    'complaints.msg_restricted_match', agency=agency)
            for name in names:
                result[name][id_] = shown[name]
        return result

    @classmethod
    @ModelView.button_action('complaints.wizard_likeness_decide')
    def decide(cls, likenesses):
        pass

    @staticmethod
    def protected(letters):
        "Return the ids of those of the letters whose sender is protected"
        person = Pool().get('complaints.person').__table__()
        cursor = Transaction().connection.cursor()
        found = set()
        for part in grouped_slice(sorted(letters), 1000):
            cursor.execute(*person.select(
                    person.letter, where=person.letter.in_(list(part))
                    & (person.protected == Literal(True))))
            found.update(id_ for id_, in cursor)
        return found

    @classmethod
    def of_letters(cls, letters):
        "Return {letter id: the ids of those that look like it, as kept}"
        table = cls.__table__()
        cursor = Transaction().connection.cursor()
        found = defaultdict(set)
        for part in grouped_slice(list(letters), 1000):
            cursor.execute(*table.select(
                    table.letter, table.match,
                    where=table.letter.in_(list(part))))
            for letter, match in cursor:
                found[letter].add(match)
        return found

    @classmethod
    def keep(cls, marks, protected, known=None, related=None):
        """Keep which letters look like some, the best of each

        marks -- {letter id: marks}
        protected -- the ids of those of which no word on the sender is kept
        known, related -- {letter id: ids of others}: what is kept already,
            and what is known to belong together
        """
        Fingerprint = Pool().get('complaints.fingerprint')
        known, related, found = known or {}, related or {}, {}
        for id_, own in marks.items():
            found[id_] = similarity.compare(own, Fingerprint.find(own))
            for other in {
                    id_, *known.get(id_, ()), *related.get(id_, ())}:
                found[id_].pop(other, None)
        best = cls._best(found, protected)
        agencies = cls._agencies({
                *best, *(other for pairs in best.values()
                    for other, _ in pairs)})
        rows = [{
                'letter': id_, 'match': other, 'agency': agencies[other],
                'evidence': json.dumps(likeness._asdict()),
                } for id_, pairs in best.items() for other, likeness
            in pairs[:max(0, _KEPT - len(known.get(id_, ())))]]
        for row, id_ in zip(rows, cls.insert(rows), strict=True):
            row['id'] = id_
        Pool().get('audit.entry').append([{
                    'action': 'create',
                    'resource': f"{cls.__name__},{row['id']}",
                    'about': f"complaints.letter,{row['letter']}",
                    'agency': agencies[row['letter']],
                    'changes': changes_on_record(cls, {}, row),
                    } for row in rows])

    @classmethod
    def _best(cls, found, protected):
        "Return the best of what was found, {letter id: [(other, Likeness)]}"
        silent = cls.protected({
                other for likenesses in found.values()
                for other, like in likenesses.items()
                if like != like.without_person()})
        best = {}
        for id_, likenesses in found.items():
            # before they are ranked, else the order would tell of who sent it
            told = {
                other: like.without_person()
                if id_ in protected or other in silent else like
                for other, like in likenesses.items()}
            best[id_] = similarity.best({
                    other: like for other, like in told.items()
                    if like.score >= similarity.LEAST}, _LOOKED_AT)
        return best

    @staticmethod
    def _agencies(letters):
        "Return {letter id: id of its agency}"
        letter = Pool().get('complaints.letter').__table__()
        cursor = Transaction().connection.cursor()
        agencies = {}
        for part in grouped_slice(sorted(letters), 1000):
            cursor.execute(*letter.select(
                    letter.id, letter.agency,
                    where=letter.id.in_(list(part))))
            agencies.update(cursor.fetchall())
        return agencies

    @classmethod
    def forget_senders(cls, letters):
        """Leave no word on who sent letters that have become protected

        What was found alike for the sender alone goes."""
        ids = [letter.id for letter in letters]
        if not ids:
            return
        with as_server("who is protected is forgotten everywhere"):
            for like in cls.search(['OR',
                        ('letter', 'in', ids), ('match', 'in', ids)]):
                likeness = similarity.Likeness(**json.loads(like.evidence))
                left = likeness.without_person()
                if left.score < similarity.LEAST:
                    cls.delete([like])
                elif left != likeness:
                    cls.write(
                        [like], {'evidence': json.dumps(left._asdict())})

    def settle(self, decision, reason=None):
        """Put on record what a person makes of the likeness

        Raises StepError where a reason lacks, or where the case of the other
        letter can not be joined."""
        pool = Pool()
        if decision == 'ignored' and not reason:
            raise StepError(gettext('complaints.msg_likeness_reason'))
        self.letter.check_worker()
        other = self.other
        with as_server("who may settle it is checked above"):
            letter = pool.get('complaints.letter')(self.letter.id)
            if decision == 'joined':
                if not (other and other.case
                        and other.agency == letter.agency):
                    raise StepError(gettext(
                            'complaints.msg_likeness_join',
                            letter=letter.rec_name))
                letter.join_case = other.case
                letter.save()
                letter.__class__.join([letter])
            elif (decision == 'repeated' and other
                    and other.agency == letter.agency):
                letter.repeat_of = other
                letter.save()
            self.__class__.write([self], {
                    'decision': decision,
                    'reason': reason,
                    'decided_by': acting_user(),
                    'decided_on': pool.get('ir.date').today(),
                    })

    @classmethod
    def copy(cls, likenesses, default=None):
        return []


def reasons(likeness):
    "Return why two letters are alike, in the language of the user"
    texts = [
        gettext(f'complaints.msg_alike_{fact}') for fact in likeness.facts]
    if likeness.share:
        texts.append(gettext(
                'complaints.msg_alike_text', pieces=likeness.pieces,
                of=likeness.of))
    return '; '.join(texts)
