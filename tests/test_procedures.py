# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The file of the procedures, and the diagrams drawn from it."""
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from trytond.modules.complaints import procedure_book
from trytond.modules.deadlines import lawbook

from donthu import procedures

DOCS = Path(__file__).parent.parent / 'docs' / 'procedures.md'
PROCEDURES, STEPS, _ = procedure_book.book()
# The steps that end time limits without a result
_CANCELLING = {'terminate', 'reclassify'}
LAST = {
    'letter': {
        'accepted', 'refused', 'transferred', 'guided', 'filed', 'returned',
        'joined', 'divided'},
    'case': {'closed'},
    }


def test_document_is_drawn_from_the_file():
    assert DOCS.read_text(encoding='utf-8') == procedures.text(), (
        "run: donthu procedures docs/procedures.md")


@pytest.mark.parametrize('key', PROCEDURES)
@pytest.mark.parametrize('of', ['letter', 'case'])
def test_each_state_leads_to_an_end(key, of):
    steps = [s for s in STEPS if s.procedure == key and s.of == of]
    first = {'letter': 'received', 'case': 'accepted'}[of]
    # a resumed case goes on where it was
    ways = {
        (state, s.to or 'verifying') for s in steps
        if s.to or s.name == 'resume' for state in s.states}
    for state in procedure_book.reachable(steps, of, first):
        seen, todo = {state}, [state]
        while todo:
            at = todo.pop()
            new = {to for source, to in ways if source == at} - seen
            seen |= new
            todo.extend(new)
        assert seen & LAST[of], f'{key}: {state} has no way out'


@pytest.mark.parametrize('key', PROCEDURES)
def test_each_clock_that_starts_can_end(key):
    steps = [s for s in STEPS if s.procedure == key]
    rules = lawbook.rules()
    for of in ['letter', 'case']:
        own = [s for s in steps if s.of == of]
        ends = {code for s in own for code in s.meets}
        for step in own:
            for code in [*step.may_start, *step.meets, *step.moves]:
                assert code in rules, f'{key} {step.name}: {code}'
            assert set(step.may_start) <= ends, f'{key} {step.name}'


@pytest.mark.parametrize('key', PROCEDURES)
@pytest.mark.parametrize('of', ['letter', 'case'])
def test_no_reached_clock_runs_for_ever(key, of):
    "Wherever a time limit runs, a step that is lawful then or later ends it"
    steps = [s for s in STEPS if s.procedure == key and s.of == of]
    codes = {code for s in steps for code in s.may_start}
    for code in sorted(codes):
        ways = _ways(steps, of, code)
        ended = {at for at in ways if not at.running}
        while True:
            more = {
                at for at, following in ways.items()
                if at not in ended and following & ended}
            if not more:
                break
            ended |= more
        stuck = {at.state for at in ways if at not in ended}
        assert not stuck, f'{key}: {code} runs for ever in {sorted(stuck)}'


def test_a_clock_that_no_step_ends_is_found():
    "The decision of a suspension that was lifted could be sent no more"
    steps = [
        replace(s, states=('suspended', 'terminated'))
        if s.name == 'notify' else s for s in STEPS
        if s.procedure == 'complaint/1' and s.of == 'case']
    ways = _ways(steps, 'case', 'KN-05')
    running = [at for at in ways if at.running and at.state == 'decided']
    assert running
    assert not any(
        next_.running is False for at in running for next_ in ways[at])


@pytest.mark.parametrize('key', PROCEDURES)
def test_no_case_is_closed_over_a_decision_that_was_not_sent(key):
    steps = {
        s.name: s for s in STEPS if s.procedure == key and s.of == 'case'}
    assert ('notify' in steps) == ('~unnotified' in steps['close'].requires)


@pytest.mark.parametrize('key', PROCEDURES)
def test_classified_anew(key):
    "What the classification starts ends when it is taken back"
    steps = {
        s.name: s for s in STEPS if s.procedure == key and s.of == 'letter'}
    assert steps['classify'].may_start == steps['reclassify'].moves


class At(NamedTuple):
    """Where a matter is, as far as one time limit goes

    back -- the state in which it was suspended
    done -- the acts on record that matter for the time limit"""
    state: str
    running: bool
    back: str | None = None
    done: frozenset = frozenset()


def _ways(steps, of, code):
    """Return {At: set of the At to which a step leads} of what is reached

    Closing is none: it ends what is left, and says of no duty that it was
    done."""
    relevant = _relevant(steps, code)
    first = At({'letter': 'received', 'case': 'accepted'}[of], False)
    todo = [first, *(
            first._replace(running=True) for s in steps
            if not s.states and code in s.may_start)]
    if of == 'letter':
        todo.append(first._replace(state='historical'))
    ways = {}
    while todo:
        at = todo.pop()
        if at in ways:
            continue
        ways[at] = {
            new for step in steps if at.state in step.states
            and step.name != 'close' and _is_lawful(step, at, relevant)
            for new in _after(step, at, code, relevant)}
        todo.extend(ways[at])
    return ways


def _relevant(steps, code):
    "Return the acts on which it rests whether a time limit can end"
    names = {
        s.name for s in steps
        if s.once and code in {*s.meets, *s.may_start}}
    names |= {
        n for s in steps for n in s.requires
        if any(o.name == n and code in o.meets for o in steps)}
    while True:
        more = {
            n for s in steps for n in s.requires if any(
                o.name == n and names & set(o.requires) for o in steps)}
        if more <= names:
            return names
        names |= more


def _is_lawful(step, at, relevant):
    return not (step.once and step.name in at.done) and all(
        (name.removeprefix('~') in at.done) != name.startswith('~')
        for name in step.requires if name.removeprefix('~') in relevant)


def _after(step, at, code, relevant):
    "Return the At to which a step leads: several, if it depends"
    running = at.running and code not in step.meets and not (
        step.name in _CANCELLING and code in step.moves)
    to = step.to or (at.back if step.name == 'resume' else None) or at.state
    new = at._replace(
        state=to, running=running,
        back=at.state if step.name == 'suspend' else (
            at.back if to == 'suspended' else None),
        done=at.done | ({step.name} & relevant))
    started = {
        new._replace(running=True) for text in step.starts
        if procedure_book.Requirement.read(text).what == code}
    sure = any(text == code for text in step.starts)
    return started if sure else {new, *started}


def test_requirements_are_acts_or_circumstances():
    from trytond.modules.complaints.plan import case, letter
    of = {'case': case.CIRCUMSTANCES, 'letter': letter.CIRCUMSTANCES}
    names = {(s.procedure, s.of, s.name) for s in STEPS}
    for step in STEPS:
        for text in step.starts:
            condition = procedure_book.Requirement.read(text).condition
            if condition:
                assert condition in of[step.of]
        for text in step.requires:
            requirement = procedure_book.Requirement.read(text)
            if requirement.condition:
                assert requirement.condition in of[step.of]
            if (step.procedure, step.of, requirement.what) not in names:
                assert requirement.what in of[step.of]


@pytest.mark.parametrize('change, error', [
        ({'procedures': ['alien/1']}, "no procedure"),
        ({'asks': ['blood']}, "asks"),
        ({'citation': ''}, "article"),
        ])
def test_wrong_file(change, error):
    step = {
        'procedures': ['*'], 'of': 'case', 'name': 'x', 'title': "X",
        'roles': ['leader'], 'citation': "Điều 1", 'certainty': 'verified',
        'valid_from': None, **change}
    content = {'procedure': [{'key': 'petition/1'}], 'step': [step]}
    with pytest.raises(procedure_book.BookError, match=error):
        procedure_book.parse(content)
