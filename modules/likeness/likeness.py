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

from sql import Literal
from trytond.i18n import gettext
from trytond.model import Index, ModelSQL, ModelView, Unique, fields
from trytond.modules.audit.audited import AuditedMixin
from trytond.modules.complaints.exceptions import LockedError, StepError
from trytond.modules.complaints.in_sets import AUDITED, changes_on_record
from trytond.modules.foundation.acting import acting_user, as_server
from trytond.modules.foundation.hidden import HiddenMixin
from trytond.modules.foundation.in_sets import InSetsMixin
from trytond.modules.foundation.locked import Lock, LockedMixin
from trytond.pool import Pool
from trytond.tools import grouped_slice
from trytond.transaction import Transaction, check_access

from . import similarity

# How many of the best are looked at together, kept and shown
LOOKED_AT, KEPT = 20, 10
DECISIONS = [
    ('linked', "Same Matter"),
    ('repeated', "Same Letter again"),
    ('joined', "Join to its Case"),
    ('ignored', "Something Else"),
    ]


class Likeness(
        InSetsMixin, LockedMixin, HiddenMixin, AuditedMixin, ModelSQL,
        ModelView):
    "That a letter looks like an earlier one"
    __name__ = 'likeness.likeness'
    # nothing that somebody has written about a letter
    _has_own_way = True
    _lock = Lock(LockedError, 'likeness.msg_likeness_locked')
    _covered = AUDITED
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
                'likeness.msg_likeness_unique'),
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
                    'likeness.msg_restricted_match', agency=agency)
            for name in names:
                result[name][id_] = shown[name]
        return result

    @classmethod
    @ModelView.button_action('likeness.wizard_likeness_decide')
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

        Returns what is to be put on record, as audit.entry.append has it."""
        Fingerprint = Pool().get('likeness.fingerprint')
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
            in pairs[:max(0, KEPT - len(known.get(id_, ())))]]
        for row, id_ in zip(rows, cls.insert(rows), strict=True):
            row['id'] = id_
        return [{
                'action': 'create',
                'resource': f"{cls.__name__},{row['id']}",
                'about': f"complaints.letter,{row['letter']}",
                'agency': agencies[row['letter']],
                'changes': changes_on_record(cls, {}, row),
                } for row in rows]

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
                    if like.score >= similarity.LEAST}, LOOKED_AT)
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
            raise StepError(gettext('likeness.msg_likeness_reason'))
        self.letter.check_worker()
        other = self.other
        with as_server("who may settle it is checked above"):
            letter = pool.get('complaints.letter')(self.letter.id)
            if decision == 'joined':
                if not (other and other.case
                        and other.agency == letter.agency):
                    raise StepError(gettext(
                            'likeness.msg_likeness_join',
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
        gettext(f'likeness.msg_alike_{fact}') for fact in likeness.facts]
    if likeness.share:
        texts.append(gettext(
                'likeness.msg_alike_text', pieces=likeness.pieces,
                of=likeness.of))
    return '; '.join(texts)
