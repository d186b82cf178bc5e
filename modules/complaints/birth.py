# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""How a letter is born of another, or of what a module above took down.

There is one birth, for the part of a letter of several contents, for what
goes to another agency, for what a superior takes up and for what a citizen
brings in person.  What it is given is declared here and, by the modules
above, in `_birth`; so is what it is not given, and why: a field or a model
that nobody has thought of fails a test.

What is sealed stays sealed, and with a key of its own.  What tells who
denounces was cut out of the words; they are given as they were cut, and as
they were written only under seal.
"""
from collections.abc import Callable
from dataclasses import dataclass, field

from trytond.modules.foundation.acting import SERVER, as_server
from trytond.pool import Pool

from . import births, planning

# Why something is not given
COUNTED = "it is made out anew"
DECIDED = "it was decided on the letter before, not on this one"
OWN = "each letter of a register has its own"
WORK = "who works on it is settled where it is"
LINK = "it leads to another letter, or says where this one came from"
FOUND = "each agency looks for itself"
HAPPENED = "it happened to the letter before, and stays on its record"


@dataclass(frozen=True)
class Heirs:
    """Records below a letter that are made again below the new one

    owner -- the field that names the letter
    given, kept -- its fields, as in Birth
    within -- the field of the letter that holds them, None for those that
        are made when the letter is there
    kind -- only a letter of the same kind has them
    only -- a function of such a record and the new letter: which of them"""
    owner: str
    given: frozenset
    kept: dict = field(default_factory=dict)
    within: str | None = None
    kind: bool = False
    only: Callable | None = None

    def values(self, record):
        return {name: _raw(getattr(record, name)) for name in self.given}


@dataclass(frozen=True)
class Birth:
    """What a letter is given of what it is born of

    given -- {field: the field of the source}
    here -- what only a letter of the same register is given, by name
    kind -- what only a letter of the same kind is given, by name
    follows -- {field: another}: given unless the other one is changed
    kept -- {field of the source: why it is not given}
    below -- {model: Heirs, or why nothing of it is made again}"""
    given: dict
    here: frozenset = frozenset()
    kind: frozenset = frozenset()
    follows: dict = field(default_factory=dict)
    kept: dict = field(default_factory=dict)
    below: dict = field(default_factory=dict)

    def __or__(self, other):
        "Return the birth with what another module declares"
        return Birth(
            {**self.given, **other.given}, self.here | other.here,
            self.kind | other.kind, {**self.follows, **other.follows},
            {**self.kept, **other.kept}, {**self.below, **other.below})

    def names(self, changes, here, kind):
        "Return which fields are given where others are changed"
        names = set(self.given) - set(changes)
        names -= {n for n, other in self.follows.items() if other in changes}
        if not here:
            names -= self.here
        if not kind:
            names -= self.kind
        return names

    def declared(self):
        "Return the fields of the source on which something is said"
        return {*self.given.values(), *self.kept, *self.within()}

    def within(self):
        "Return the fields of the source that hold what is made again"
        return {
            heirs.within for heirs in self.below.values()
            if isinstance(heirs, Heirs) and heirs.within}


def named(*names):
    return {name: name for name in names}


def because(why, *names):
    return dict.fromkeys(names, why)


PERSON = frozenset(['role', 'identity', 'protected'])
_FILE = ['name', 'type', 'data', 'description', 'link', 'working_copy']
FILES = "its files are attached to the new letter: see _take_files"

OF_LETTER = Birth(
    given=named(
        'kind', 'instance', 'received_on', 'channel', 'forwarded_by',
        'forwarder', 'subject', 'content', 'field', 'people_count',
        'anonymous', 'assumed_name', 'secrecy', 'respondent',
        'respondent_agency', 'respondent_role', 'respondent_later',
        'respondent_agency_now', 'respondent_role_now', 'contested_number',
        'contested_on', 'known_on', 'earlier_number', 'several_places',
        'complex', 'especially_complex', 'remote', 'pages'),
    # elsewhere it arrives on another day, from whom sends it on; and what is
    # remote is the place
    here=frozenset([
            'received_on', 'channel', 'forwarded_by', 'forwarder', 'remote']),
    # what only such a letter says, or what is counted for it
    kind=frozenset([
            'instance', 'contested_number', 'contested_on', 'known_on',
            'earlier_number', 'respondent_later', 'respondent_agency_now',
            'respondent_role_now', 'several_places', 'especially_complex']),
    follows={'subject': 'content'},
    kept={
        **because(OWN, 'agency', 'number', 'state', 'note', 'entries'),
        **because(WORK, 'registered_by', 'handler'),
        **because(DECIDED, 'proposal', 'proposal_note', 'proposed_to',
            'outcome_number', 'accepted_on', 'grounds', 'case', 'join_case',
            'kept_until', 'supplemented_on'),
        **because(COUNTED, 'due_on', 'warn_on', 'documented', 'clocks',
            'repeat_key', 'repeat_of', 'respondent_key'),
        **because(LINK, 'part_of'),
        **because(FOUND, 'conditions'),
        **because(HAPPENED, 'acts'),
        },
    below={
        'complaints.person': Heirs(
            'letter', PERSON | {'withdrawn_on'}, within='persons'),
        'complaints.respondent': Heirs(
            'letter', frozenset([
                    'name', 'role', 'agency', 'later', 'agency_now',
                    'role_now']),
            kept=because(COUNTED, 'key'), within='respondents'),
        'complaints.obstacle': Heirs(
            'letter', frozenset(['ground', 'start', 'end']),
            within='obstacles', kind=True),
        'ir.attachment': FILES,
        'complaints.original': "see births.inherit_words",
        'complaints.letter': LINK,
        'complaints.letter.condition': FOUND,
        'complaints.letter-deadlines.ground': DECIDED,
        'complaints.act': HAPPENED,
        'complaints.opening': "consent is given for one letter",
        'deadlines.clock': COUNTED,
        'audit.entry': HAPPENED,
        'ir.note': HAPPENED,
        })

class BirthMixin:
    "A letter that may be born of another"
    __slots__ = ()
    _birth = OF_LETTER

    @classmethod
    def born_of(cls, items, by=None, here=False):
        """Return new letters that are born of other records

        items -- (source, changes, acts) of each: a letter, or a record of
            another model with a `_birth`, {field: value} of what the new
            letter has of its own, and the plan.Act with which it begins
        by -- who takes these, see planning.acting; None for the server
        here -- it stays in the register of the source, on the same day

        They are written in sets, by nobody: who acts need not know who sent
        them."""
        items = list(items)
        if not items:
            return []
        with as_server(
                "a letter is born where the user may not work", SERVER):
            born = births.bear([
                    cls._inherited(*item, here=here) for item in items],
                by or planning.acting())
            letters = cls.browse([birth.matter.id for birth in born])
            for letter, (source, *_) in zip(letters, items, strict=True):
                letter._take_files(source)
                letter._take_heirs(source)
        return cls.browse([letter.id for letter in letters])

    @classmethod
    def _inherited(cls, source, changes, acts, here):
        "Return the births.Item of a letter that is born of a source"
        source = source.__class__(source.id)
        birth = source._birth
        kind = changes.get('kind', source.kind) == source.kind
        given = birth.names(changes, here, kind)
        values = {
            name: _raw(getattr(source, birth.given[name])) for name in given}
        for heirs in birth.below.values():
            if isinstance(heirs, Heirs) and heirs.within and (
                    kind or not heirs.kind):
                values[heirs.within] = [('create', [
                            heirs.values(record)
                            for record in getattr(source, heirs.within)])]
        return births.Item({**values, **changes}, acts, source, given)

    @classmethod
    def _files_of(cls, source):
        "Return what is attached to the source and given; rooms above cut"
        return Pool().get('ir.attachment').search(
            [('resource', '=', str(source))], order=[('id', 'ASC')])

    def _take_files(self, source):
        "Attach the files of the source: those of a secret letter are sealed"
        Attachment = Pool().get('ir.attachment')
        found = self._files_of(source)
        # opened and sealed again: a copy of the bytes has another's key
        Attachment.create([{
                    **{name: row[name] for name in _FILE},
                    'resource': str(self)}
                for row in Attachment.read([f.id for f in found], _FILE)])

    def _take_heirs(self, source):
        "Make again what hangs on the source from outside"
        for model, heirs in source._birth.below.items():
            if not isinstance(heirs, Heirs) or heirs.within:
                continue
            Model = Pool().get(model)
            Model.create([{
                        **heirs.values(record), heirs.owner: self.id}
                    for record in Model.search(
                        [(heirs.owner, '=', source.id)],
                        order=[('id', 'ASC')])
                    if not heirs.only or heirs.only(record, self)])


def _raw(value):
    "Return a value as it is given to create"
    return value.id if hasattr(value, 'id') else value
