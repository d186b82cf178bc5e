# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a letter, and the draft of one, says of those that look like it."""
from sql import Null
from trytond.i18n import gettext
from trytond.model import ModelView, fields
from trytond.modules.complaints import matters
from trytond.modules.complaints.birth import COUNTED, Birth, because
from trytond.modules.foundation.acting import as_server
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Eval
from trytond.tools import grouped_slice
from trytond.transaction import Transaction, check_access

from . import similarity
from .likeness import KEPT, LOOKED_AT, reasons

# How many of the best are searched
_SEARCHED = 200
_MODELS = ['likeness.likeness', 'likeness.fingerprint']
BIRTH = Birth(
    {}, kept=because(COUNTED, 'likenesses'), below=because(COUNTED, *_MODELS))


class Letter(metaclass=PoolMeta):
    __name__ = 'complaints.letter'

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
        'likeness.likeness', 'letter', "Similar Letters", readonly=True)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._birth |= BIRTH
        cls._covered = {
            **cls._covered,
            'likeness.letter.Letter.on_modification':
                "no step changes the kind or takes back the secrecy",
            }
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
        Fingerprint = pool.get('likeness.fingerprint')
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
                similarity.best(likenesses, _SEARCHED), LOOKED_AT):
            lines += self._similar_lines(self._readable(list(pairs)))
            if len(lines) >= KEPT:
                break
        return '\n'.join(lines[:KEPT]) or None

    @classmethod
    def _untold(cls, likenesses):
        """Return likenesses without what is alike in protected persons

        Before they are ranked: where one stands among the others would tell
        whether a name was guessed right.  Except of letters whose sender the
        user may know."""
        Likeness = Pool().get('likeness.likeness')
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
                        'likeness.msg_similar_line',
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
        Fingerprint = pool.get('likeness.fingerprint')
        return similarity.of_letter(
            values, senders, Fingerprint.marker(),
            Fingerprint.wide_places())

    # The register

    @classmethod
    @ModelView.button
    def compare(cls, letters):
        for letter in letters:
            letter.check_worker()
        with as_server("check_worker() says who may compare"):
            Pool().get('audit.entry').append(cls.find_similar(matters.load(
                        cls.__name__, [le.id for le in letters],
                        ['classify'])))

    @classmethod
    def find_similar(cls, looked, new=(), unasked=()):
        """Keep the marks of letters, and which others look like them

        looked -- Matters with what is 'known' of who sent them, as
            matters.load and births make them
        new -- the ids of those that are just born: nothing is kept of them
        unasked -- the ids of those of which only the marks are kept

        Returns what is to be put on record, as audit.entry.append has it."""
        pool = Pool()
        Fingerprint = pool.get('likeness.fingerprint')
        Likeness = pool.get('likeness.likeness')
        mark, broad = Fingerprint.marker(), Fingerprint.wide_places()
        # of a secret one what others read of it
        marks = {
            m.id: similarity.of_letter(
                m.values, m.facts['_names'], mark, broad) for m in looked}
        old = {id_: own for id_, own in marks.items() if id_ not in new}
        entries = Likeness.keep(
            {id_: own for id_, own in marks.items() if id_ not in unasked}, {
                m.id for m in looked
                if m.is_secret or any(p.protected for p in m.persons)},
            Likeness.of_letters(old), {
                # that a part looks like its whole is no news
                m.id: cls(m.id).relatives() for m in looked
                if any(m[name] for name in cls._related)})
        Fingerprint.store(old)
        Fingerprint.add({id_: marks[id_] for id_ in marks if id_ in new})
        return entries

    @classmethod
    def mark_unmarked(cls, after=0, limit=1000):
        """Keep the marks of letters that came before there were marks

        Returns the id of the last one looked at, None when all are marked."""
        Fingerprint = Pool().get('likeness.fingerprint')
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

    # What changes

    @classmethod
    def _locked_always(cls):
        return super()._locked_always() | {'likenesses'}

    @classmethod
    def on_modification(cls, mode, letters, field_names=None):
        super().on_modification(mode, letters, field_names=field_names)
        if mode == 'write' and (field_names or set()) & {'kind', 'secrecy'}:
            pool = Pool()
            secret = [le for le in letters if le.is_secret]
            pool.get('likeness.likeness').forget_senders(secret)
            # what was marked in clear would tell of it
            pool.get('likeness.fingerprint').renew(secret)

    @classmethod
    def forget_traces(cls, letters):
        super().forget_traces(letters)
        Pool().get('likeness.fingerprint').store(
            {letter.id: {} for letter in letters})
