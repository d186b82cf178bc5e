# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The procedures of the law as data: data/procedures.toml.

Pure functions, without Tryton: the models, the diagrams of docs/ and the
tests read the same file.
"""
import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / 'data' / 'procedures.toml'
# What a step can ask for, beside its day
ASKS = ('number', 'text', 'people', 'meeting')
# Values that are lists, and may differ between procedures
_LISTS = ('from', 'requires', 'starts', 'meets', 'moves')
_TEXTS = ('title', 'document', 'citation', 'effect')


class BookError(ValueError):
    "The file of the procedures contradicts itself: the message says where"


@dataclass(frozen=True)
class Requirement:
    """Something that must hold before a step.

    what -- the name of an act that must be on record, or of a circumstance
    negated -- it must not be so
    condition -- the circumstance in which it is asked for, None for always
    """
    what: str
    negated: bool = False
    condition: str | None = None

    @classmethod
    def read(cls, text):
        """Return the requirement that a text says

        >>> Requirement.read("dialogue if differing")
        Requirement(what='dialogue', negated=False, condition='differing')
        >>> Requirement.read("~withheld").negated
        True
        """
        what, _, condition = text.strip().partition(' if ')
        return cls(
            what.strip().removeprefix('~'), what.strip().startswith('~'),
            condition.strip() or None)


@dataclass(frozen=True)
class Step:
    "A step of one procedure, since a day"
    procedure: str
    of: str
    name: str
    title: str
    roles: tuple
    states: tuple
    to: str | None
    requires: tuple
    citation: str
    certainty: str
    valid_from: dt.date
    valid_to: dt.date | None = None
    once: bool = False
    asks: tuple = ()
    team: int = 0
    starts: tuple = ()
    starts_from: str | None = None
    meets: tuple = ()
    moves: tuple = ()
    notice: str | None = None
    effect: str | None = None
    notifies: str | None = None
    document: str | None = None
    revision: int = 0
    # the room whose function it needs; None: what the book says is all
    room: str | None = None

    @property
    def may_start(self):
        "The codes of the time limits that start, in some circumstance or not"
        return tuple(Requirement.read(text).what for text in self.starts)


def _choose(value, key):
    "Return what a value is for a procedure"
    if isinstance(value, dict):
        return value.get(key, value.get('*'))
    return value


def parse(content):
    """Return (procedures, steps, representations) of a parsed TOML file

    procedures -- {key: dict}, key is 'kind/instance'
    steps -- a list of Step, in the order of the file
    representations -- a list of dicts

    Raises BookError for a procedure, a question or a required act that the
    file does not know.
    """
    procedures = {p['key']: p for p in content['procedure']}
    steps = []
    for row in content['step']:
        keys = row['procedures']
        if keys == ['*']:
            keys = list(procedures)
        for key in keys:
            if key not in procedures:
                raise BookError(f"{row['name']}: no procedure {key}")
            steps.append(_step(row, key))
    for step in steps:
        _check(step)
    return procedures, steps, content.get('representation', [])


def _step(row, key):
    values = {name: tuple(_choose(row.get(name), key) or ())
        for name in _LISTS}
    values.update({name: _choose(row.get(name), key) for name in _TEXTS})
    values['states'] = values.pop('from')
    return Step(
        procedure=key, of=row['of'], name=row['name'],
        roles=tuple(row['roles']), to=row.get('to'),
        certainty=_choose(row['certainty'], key), valid_from=row['valid_from'],
        valid_to=row.get('valid_to'), once=row.get('once', False),
        asks=tuple(row.get('asks', ())),
        team=_choose(row.get('team'), key) or 0,
        starts_from=row.get('starts_from'), notice=row.get('notice'),
        notifies=row.get('notifies'), revision=row.get('revision', 0),
        room=row.get('room'),
        **values)


def _check(step):
    where = f"{step.procedure} {step.of} {step.name}"
    if set(step.asks) - set(ASKS):
        raise BookError(f"{where}: asks {step.asks}")
    if not (step.title and step.citation):
        raise BookError(f"{where}: no title or article")


@cache
def book():
    "Return what `parse` returns for the file of the module"
    with DATA.open('rb') as file:
        return parse(tomllib.load(file))


def moving(name, code):
    """Return the steps of cases that move a time limit

    name -- of the step: suspend, exclude, extend …
    code -- of the rule"""
    return [
        step for step in book()[1]
        if (step.of, step.name) == ('case', name) and code in step.moves]


def transitions(of, room=None):
    """Return the pairs (from, to) of the states that steps lead over

    room -- of the steps whose function is in that room"""
    return {
        (state, step.to) for step in book()[1]
        if step.of == of and step.to and step.room == room
        for state in step.states}


def reachable(steps, of, start):
    "Return the states that the steps of a letter or a case lead to"
    reached, todo = {start}, [start]
    while todo:
        state = todo.pop()
        for step in steps:
            if (step.of == of and state in step.states and step.to
                    and step.to not in reached):
                reached.add(step.to)
                todo.append(step.to)
    return reached


def diagram(steps, of, labels, start, returns=()):
    """Return a Mermaid state diagram of a procedure

    steps -- of one procedure
    of -- letter or case
    labels -- {state: label}
    start -- the first state
    returns -- (from, to, title) of the steps whose goal depends on the past
    """
    lines = ['stateDiagram-v2']
    reached = reachable(steps, of, start)
    for state in labels:
        if state in reached:
            lines.append(f'    state "{labels[state]}" as {state}')
    lines.append(f'    [*] --> {start}')
    arrows = [
        (state, step.to, step.title) for step in steps
        if step.of == of and step.to
        for state in step.states if state in reached]
    arrows += [a for a in returns if a[0] in reached and a[1] in reached]
    for source, to, title in arrows:
        lines.append(f'    {source} --> {to}: {title}')
    left = {source for source, _, _ in arrows}
    lines.extend(
        f'    {state} --> [*]' for state in labels
        if state in reached and state not in left)
    return '\n'.join(lines)
