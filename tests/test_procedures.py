# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The file of the procedures, and the diagrams drawn from it."""
from pathlib import Path

import pytest
from trytond.modules.complaints import procedure_book
from trytond.modules.deadlines import lawbook

from donthu import procedures

DOCS = Path(__file__).parent.parent / 'docs' / 'procedures.md'
PROCEDURES, STEPS, _ = procedure_book.book()
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
