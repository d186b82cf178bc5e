# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The time limits of the law as data, chosen by date and circumstances.

Pure functions, without Tryton: the calculator of the command line and the
models read the same file, data/rules.toml.
"""
import csv
import datetime as dt
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from . import counting
from .counting import NO_UNITS, UNITS, Calendar, Conventions, DayOff

DATA = Path(__file__).parent / 'data'

# The circumstances on which a length can depend, with other ways to say them
VARIANTS = {
    'complex': [],
    'especially_complex': ['specially_complex'],
    'remote': ['remote_area'],
    'several_places': ['delegated'],
    'dismissal': [],
    }
_ALIASES = {
    alias: name for name, aliases in VARIANTS.items()
    for alias in [name, *aliases]}


GROUND_KINDS = (
    'suspension', 'exclusion', 'extension', 'withdrawal', 'termination',
    'obstacle')


class LawbookError(LookupError):
    "No time limit answers the question: the message says why"


@dataclass(frozen=True)
class Version:
    "One length of a time limit: since when, for which circumstances"
    rule: str
    valid_from: dt.date
    length: int
    unit: str
    citation: str
    certainty: str
    source: str
    valid_to: dt.date | None = None
    variants: frozenset = frozenset()
    before: bool = False
    by_decision: bool = False
    # how often, and by how much at a time, a decision may extend it
    extensions: int = 0
    extension_length: int = 0
    # another text of the same rank or below that gives more time: shown,
    # never the due date
    tolerance_length: int = 0
    tolerance_unit: str = ''
    tolerance_citation: str = ''
    note: str = ''

    @property
    def counts(self):
        "Whether it has a last day"
        return self.unit not in NO_UNITS

    def tolerance(self):
        "Return the version by the text that gives more time"
        return replace(
            self, length=self.tolerance_length, unit=self.tolerance_unit,
            citation=self.tolerance_citation)

    def valid_on(self, day):
        return (self.valid_from <= day
            and (self.valid_to is None or day <= self.valid_to))


@dataclass(frozen=True)
class Ground:
    """A reason for which the law lets something happen to a period

    kind -- one of GROUND_KINDS
    procedures -- of the cases it is for
    document -- the document that orders it, '' if none is asked for
    convention -- the name in counting.Conventions of whether the day of the
        decision counts
    """
    code: str
    kind: str
    name: str
    procedures: tuple
    citation: str
    certainty: str
    valid_from: dt.date
    valid_to: dt.date | None = None
    document: str = ''
    convention: str = 'suspension_day'


@dataclass(frozen=True)
class Interpretation:
    """A question that the law leaves open, and how it can be answered

    convention -- the name in counting.Conventions
    choices -- {value: what it means}
    was -- the convention of which it was a part, '' for none
    """
    convention: str
    question: str
    default: str
    choices: dict
    citation: str
    why: str = ''
    was: str = ''


@dataclass(frozen=True)
class Rule:
    """A time limit of the law, with its versions

    transition -- the law has no clause for periods that have begun before a
        change: the convention of that name decides
    citizen -- it is the citizen who has to act in time
    intake -- 'procedure/instance' of the letters with which it is looked at,
        comma separated
    """
    code: str
    name: str
    procedure: str
    trigger: str
    who: str = ''
    document: str = ''
    transition: bool = False
    citizen: bool = False
    intake: str = ''
    versions: tuple = ()


def variant(name):
    """Return the canonical name of a circumstance

    Raises LawbookError for one that no rule knows."""
    key = name.strip().lower().replace(' ', '_').replace('-', '_')
    try:
        return _ALIASES[key]
    except KeyError:
        raise LawbookError(f"unknown variant {name!r}")


def select(versions, day, variants=(), by_decision=True):
    """Return the version that holds on day in these circumstances, or None

    The most specific one wins: the one that names most of the circumstances.
    by_decision -- also the lengths that need a decision to extend
    """
    variants = set(variants)
    if 'especially_complex' in variants:
        variants.add('complex')
    found = [
        v for v in versions
        if v.valid_on(day) and set(v.variants) <= variants
        and (by_decision or not v.by_decision)]
    # an especially complex matter is complex as well, and more than that
    return max(found, default=None, key=lambda v: (
            len(v.variants), 'especially_complex' in v.variants))


def successor(versions, version):
    "Return the version of the same circumstances that follows, or None"
    later = [
        v for v in versions
        if v.variants == version.variants
        and v.by_decision == version.by_decision
        and v.valid_from > version.valid_from]
    return min(later, default=None, key=lambda v: v.valid_from)


def period(version, start, calendar, pauses=(), extensions=(),
        conventions=counting.DEFAULT, successor=None):
    """Return the counting.Result of a period by the law.

    successor -- the version that follows, where no clause says which of the
        two holds for a period that has begun before the change; by the
        convention 'earlier' it ends the period if it does so sooner, yet
        never before it is in force itself

    Raises CountingError as counting.count does.
    """
    def by(version):
        return counting.count(
            start, version.length, version.unit, calendar, pauses,
            version.before, extensions, conventions)

    result = by(version)
    if (successor and conventions.transition == 'earlier'
            and (not result.due_on
                or result.due_on >= successor.valid_from)):
        other = by(successor)
        if other.due_on and successor.valid_from <= other.due_on and (
                not result.due_on or other.due_on < result.due_on):
            return other
    return result


def select_extension(versions, day, variants=()):
    """Return the version that lets a decision extend the period, or None

    It is the length by decision of these circumstances."""
    return select(
        [v for v in versions if v.by_decision], day, variants)


def _read(name):
    with open(DATA / name, 'rb') as file:
        return tomllib.load(file)


def parse_rules(content):
    """Return the rules of a parsed TOML file, by code

    Raises LawbookError that says which rule is wrong, and how."""
    result = {}
    for number, values in enumerate(content.get('rule', []), 1):
        values = dict(values)
        code = values.get('code', f'#{number}')
        if code in result:
            raise LawbookError(f"rule {code} stands there twice")
        try:
            versions = tuple(
                Version(
                    rule=code,
                    **{**version, 'variants': frozenset(
                            map(variant, version.get('variants', [])))})
                for version in values.pop('version', []))
            result[code] = Rule(versions=versions, **values)
        except (TypeError, ValueError) as error:
            raise LawbookError(
                f"rule {code}: {str(error).split('__init__() ')[-1]}")
        for version in versions:
            for name in ['unit', 'tolerance_unit']:
                unit = getattr(version, name)
                if unit and unit not in UNITS + NO_UNITS:
                    raise LawbookError(f"rule {code}: unknown unit {unit!r}")
            if not isinstance(version.valid_from, dt.date):
                raise LawbookError(f"rule {code}: valid_from is not a date")
            if not isinstance(version.length, int) or version.length < 0:
                raise LawbookError(f"rule {code}: length is not a number")
    return result


@cache
def rules():
    "Return the rules of data/rules.toml by code"
    return parse_rules(_read('rules.toml'))


@cache
def grounds():
    "Return the grounds of data/grounds.toml by code"
    return {
        values['code']: Ground(**{
                **values, 'procedures': tuple(values['procedures'])})
        for values in _read('grounds.toml')['ground']}


def ground(code):
    """Return the ground of a code

    Raises LawbookError for one that the law does not know."""
    try:
        return grounds()[code.strip().upper()]
    except KeyError:
        raise LawbookError(f"unknown ground {code!r}")


@cache
def interpretations():
    "Return the questions of data/interpretations.toml by convention"
    return {
        values['convention']: Interpretation(**values)
        for values in _read('interpretations.toml')['interpretation']}


@cache
def warning():
    "Return from when on an end is near, as {'share', 'working_days'}"
    return _read('interpretations.toml')['warning']


@cache
def calendar_months():
    "Return how many months ahead the calendar of a year is asked for"
    return _read('interpretations.toml')['calendar']['months']


def default_readings():
    "Return {convention: (question, answer, citation)} of the defaults"
    return {
        i.convention: (i.question, i.choices[i.default], i.citation)
        for i in interpretations().values()}


def conventions(choices):
    "Return the counting.Conventions for {convention: choice}"
    words = {'yes': True, 'no': False}
    return Conventions(**{
            name: words.get(choice, choice)
            for name, choice in choices.items()})


def default_choices():
    "Return {convention: choice} of the defaults"
    return {i.convention: i.default for i in interpretations().values()}


@cache
def days_off():
    """Return the days of the State that are not what their weekday says

    A tuple of DayOff: what is announced (data/calendar.csv), and what is
    computed for the years to come (data/calendar_computed.csv)."""
    days = []
    for name in ['calendar.csv', 'calendar_computed.csv']:
        with open(DATA / name, encoding='utf-8', newline='') as file:
            days += [
                DayOff(dt.date.fromisoformat(row.pop('date')), **row)
                for row in csv.DictReader(file)]
    return tuple(days)


@cache
def calendar():
    "Return the calendar of the State, by the default readings"
    return Calendar(days_off(), "Nhà nước", default_choices())


def find(code, day, variants=()):
    """Return the rule and the version for an event on day

    Circumstances alone do not extend it: that needs a decision.  Raises
    LawbookError if there is none, and says why."""
    try:
        rule = rules()[code.upper()]
    except KeyError:
        raise LawbookError(f"unknown rule {code!r}")
    version = select(
        rule.versions, day, map(variant, variants), by_decision=False)
    if version and not version.counts:
        raise LawbookError(
            f"rule {code} has no last day to count: {version.citation}"
            + (f" ({version.note})" if version.note else ''))
    if version is None:
        first = min(v.valid_from for v in rule.versions)
        raise LawbookError(
            f"rule {code} has no version on {day.isoformat()}"
            f" (first one: {first.isoformat()})")
    return rule, version
