# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The time limits of the law as data, chosen by date and circumstances.

Pure functions, without Tryton: the calculator of the command line and the
models read the same file, data/rules.toml.
"""
import csv
import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .counting import Calendar, DayOff

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
    note: str = ''

    def valid_on(self, day):
        return (self.valid_from <= day
            and (self.valid_to is None or day <= self.valid_to))


@dataclass(frozen=True)
class Rule:
    "A time limit of the law, with its versions"
    code: str
    name: str
    procedure: str
    trigger: str
    who: str = ''
    document: str = ''
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


@cache
def rules():
    "Return the rules of data/rules.toml by code"
    with open(DATA / 'rules.toml', 'rb') as file:
        content = tomllib.load(file)
    result = {}
    for values in content['rule']:
        values = dict(values)
        code = values['code']
        versions = tuple(
            Version(
                rule=code,
                **{**version, 'variants': frozenset(
                        map(variant, version.get('variants', [])))})
            for version in values.pop('version'))
        result[code] = Rule(versions=versions, **values)
    return result


@cache
def calendar():
    "Return the calendar of the State of data/calendar.csv"
    with open(DATA / 'calendar.csv', encoding='utf-8', newline='') as file:
        return Calendar([
                DayOff(dt.date.fromisoformat(row.pop('date')), **row)
                for row in csv.DictReader(file)], "Nhà nước")


def find(code, day, variants=()):
    """Return the rule and the version for an event on day

    Raises LawbookError if there is none, and says why."""
    try:
        rule = rules()[code.upper()]
    except KeyError:
        raise LawbookError(f"unknown rule {code!r}")
    version = select(rule.versions, day, map(variant, variants))
    if version is None:
        first = min(v.valid_from for v in rule.versions)
        raise LawbookError(
            f"rule {code} has no version on {day.isoformat()}"
            f" (first one: {first.isoformat()})")
    return rule, version
