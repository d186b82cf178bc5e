# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The plain forms: what goes into a plan, and what comes out.

Pure data, without Tryton.  Records are ids, days are dates, texts are texts.
"""
import datetime as dt
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from trytond.modules.deadlines.counting import Extension, Pause

NOTHING = MappingProxyType({})
OPEN = ('running', 'paused')


class Refusal(Exception):
    """The law, or a right, does not let this be done: nothing is.

    kind -- 'step', 'role', 'date', 'person', 'number', 'transfer' …: which
        exception the model layer raises
    message -- the id of the message that says why
    arguments -- what stands in it: texts, days, and Field, Choice, Name, Roles
        and Text for what is said in the language of who asked
    """

    def __init__(self, kind, message, **arguments):
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.arguments = arguments


@dataclass(frozen=True, slots=True)
class Field:
    "The label of a field, in a Refusal"
    model: str
    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    "The label of a value of a field, in a Refusal"
    model: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Name:
    "How a record is called, in a Refusal"
    model: str
    id: int | None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Roles:
    "The labels of roles, in a Refusal"
    names: tuple


@dataclass(frozen=True, slots=True)
class Text:
    "Another message, in a Refusal or a Notice"
    message: str


@dataclass(frozen=True, slots=True)
class Act:
    """A step that is taken, as a door says it

    step -- its name in the book
    day -- on which it was done; None for today
    said -- what is said with it, by name: number, text, people, meeting_on,
        ground, document, reason, result …
    of -- 'letter' or 'case': on an accepted letter, its case
    undated -- it is known that it was done, not when: its clocks end without
        being met or missed
    follows -- it follows from what was done elsewhere: a higher instance, a
        rule, another agency.  No state and no right is asked for here; only
        the server says so
    """
    step: str
    day: dt.date | None = None
    said: Any = field(default_factory=lambda: NOTHING)
    of: str = 'letter'
    undated: bool = False
    follows: bool = False


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, and when

    user -- the id, None for the server itself
    roles -- the pairs (agency id, role) held today
    server -- nobody's right is asked: what follows by itself, a job
    register -- an old register is taken in: what it does not say is not
        asked for, and nobody is told of what happened long ago
    """
    today: dt.date
    now: dt.datetime
    user: int | None = None
    roles: frozenset = frozenset()
    server: bool = False
    register: bool = False

    def holds(self, agency, roles):
        return self.server or any((agency, r) in self.roles for r in roles)


@dataclass(frozen=True, slots=True)
class Agency:
    id: int
    code: str
    name: str = ''
    kind: str = ''
    remote: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a letter, as far as a step may know

    known -- which of the fields of the identity are filled, never their
        values
    """
    id: int | None = None
    role: str = 'sender'
    protected: bool = False
    withdrawn_on: dt.date | None = None
    known: frozenset = frozenset()


@dataclass(frozen=True, slots=True)
class Interval:
    """What was decided about a time limit: deadlines.clock.interval

    ground -- its id; convention -- whether the day of the decision counts"""
    kind: str
    start: dt.date
    end: dt.date | None = None
    length: int | None = None
    ground: int | None = None
    reason: str | None = None
    document: str | None = None
    end_document: str | None = None
    entered_on: dt.date | None = None
    convention: str = Pause.convention
    id: int | None = None


# Its columns
INTERVAL = (
    'kind', 'start', 'end', 'length', 'ground', 'reason', 'document',
    'end_document', 'entered_on')


@dataclass(frozen=True, slots=True)
class Clock:
    """A time limit that runs, or ran

    intervals -- what was decided about it, where a step asks for it
    """
    code: str
    rule: int
    version: int
    calendar: int
    started_on: dt.date
    variants: str = ''
    due_on: dt.date | None = None
    warn_on: dt.date | None = None
    tolerance_on: dt.date | None = None
    ended_on: dt.date | None = None
    state: str = 'running'
    documented: bool = False
    intervals: tuple = ()
    id: int | None = None

    @property
    def is_open(self):
        return self.state in OPEN

    @property
    def pauses(self):
        return tuple(
            Pause(i.start, i.end, '', i.convention)
            for i in self.intervals if i.kind == 'pause')

    @property
    def extensions(self):
        return tuple(
            Extension(i.length) for i in self.intervals
            if i.kind == 'extension')


@dataclass(frozen=True, slots=True)
class Done:
    """An act that is on record, or will be

    step -- the book's Step by which it was taken
    values -- number, said, who, pages of one that will be; what is written of
        one that is on record"""
    name: str
    day: dt.date
    meeting_on: dt.date | None = None
    annulled: bool = False
    step: Any = None
    values: Any = field(default_factory=lambda: NOTHING)
    id: int | None = None


@dataclass(slots=True, eq=False)
class Matter:
    """A letter or a case

    of -- 'letter' or 'case'
    id -- None before it is written
    values -- its columns by field name; records as ids
    agency -- the Agency whose register it stands in
    clocks, acts, persons -- what belongs to it
    case -- of a letter: the Matter it was accepted as
    letters -- of a case: the Matters it came from
    facts -- what else is known of it, by name, see the steps: what a look
        into the registers found (repeat_of, alike, grounds, findings …)
    """
    of: str
    values: dict
    agency: Agency
    id: int | None = None
    clocks: list = field(default_factory=list)
    acts: list = field(default_factory=list)
    persons: tuple = ()
    case: 'Matter | None' = None
    letters: tuple = ()
    facts: dict = field(default_factory=dict)

    def __getitem__(self, name):
        return self.values.get(name)

    @property
    def model(self):
        return f'complaints.{self.of}'

    @property
    def name(self):
        "How it is called in a message"
        return Name(self.model, self.id, self.values.get('number'))

    @property
    def state(self):
        return self.values.get('state')

    @property
    def is_secret(self):
        return (self['kind'] == 'denunciation' or bool(self['secrecy'])
            or any(letter.is_secret for letter in self.letters))

    def copy(self):
        "Return a copy in which a plan can be worked out"
        copy = replace(
            self, values=dict(self.values), clocks=list(self.clocks),
            acts=list(self.acts), facts=dict(self.facts))
        if copy.case:
            copy.case = copy.case.copy()
            copy.case.letters = tuple(
                copy if letter is self else letter
                for letter in self.case.letters)
        return copy


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """A number that a matter is to get, as late as possible

    kind -- the letters in the number: 'D' for letters, else of the procedure
    """
    matter: Matter
    agency: Agency
    kind: str
    year: int


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """Something has happened that rules may ask for, see escalation

    times -- how many by now; mark -- what tells this time from another"""
    name: str
    matter: Matter
    times: int | None = None
    mark: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Notice:
    "Who is told what: a role of an agency, of a matter"
    matter: Matter
    agency: int
    role: str
    message: str
    arguments: Any = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    "A step that was taken: what the audit says happened"
    matter: Matter
    step: Any
    name: str
    title: str
    state: str | None


@dataclass(slots=True, eq=False)
class Plan:
    """What follows from acts on a matter

    before -- the Matter as it was given; None values of a new one
    matter -- as it is afterwards, with its case
    new -- it is born with it
    taken -- the steps, in order
    wanted -- the numbers to take
    opened -- the cases that are opened
    moves -- by clock (the Clock itself): what is planned for it, by a room
        above
    events, notices -- what has happened, and who is told
    findings -- {condition id: 'met', 'unmet' or None}, of a letter that was
        examined; None where it was not
    leaves -- the cases of others that end with it: (number, states, step)
    shifted -- the time limits whose last day has moved: (Matter, Clock, the
        day before, why)
    more -- what rooms above have planned, by their name
    """
    before: Matter
    matter: Matter
    new: bool = False
    taken: list = field(default_factory=list)
    wanted: list = field(default_factory=list)
    opened: list = field(default_factory=list)
    events: list = field(default_factory=list)
    notices: list = field(default_factory=list)
    findings: dict | None = None
    leaves: list = field(default_factory=list)
    shifted: list = field(default_factory=list)
    more: dict = field(default_factory=dict)
