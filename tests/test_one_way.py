# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a step does is planned in one place, and written in sets.

Read in the sources: no module of ours writes the state or a day of a letter
or a case, makes one, or moves a time limit, beside the plan and its writer.
What does so lawfully stands here with its reason, and nothing else does.
"""
import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / 'modules'
# What the plan alone decides of a letter or a case; due_on and what is kept
# with it follows from the time limits
DECIDED = {
    'state', 'number', 'due_on', 'warn_on', 'documented', 'accepted_on',
    'decided_on', 'closed_on', 'effective_from', 'effective_on', 'sent_on',
    'suspended_on', 'suspended_in', 'terminated_on', 'notified_on',
    'kept_until', 'supplemented_on', 'transferred_to', 'tolerance_on',
    'ended_on', 'started_on', 'variants', 'version'}
# How a time limit is moved without the plan
BY_HAND = {'start', 'stop', '_move', 'compute', 'update_due'}
# What names one of them, in a class of another model
NAMES = re.compile(
    r'\b(letters?|cases?|clocks?|twins?|origin|Letter|Case|Clock|Model)\b'
    '|deadlines.clock|complaints.(letter|case)')
# Who writes what is planned, and makes the forms that a plan is made of
WRITERS = {
    'foundation/in_sets.py', 'complaints/births.py', 'complaints/matters.py',
    'complaints/planning.py', 'routing/planning.py',
    'escalation/planning.py'}
_OWN = "a time limit of its own, not of a letter or case"
_LAW = "a change of the law: previewed, applied in one step, an entry each"
# {(file, function): why it may}
LAWFUL = {
    ('reception/reception.py', 'finish'): _OWN,
    ('reception/reception.py', 'refuse'): _OWN,
    ('reception/reception.py', 'answer'): _OWN,
    ('deadlines/clock.py', 'start'): "of receptions, transfers, and the like",
    ('deadlines/clock.py', 'stop'): "of receptions, transfers, and the like",
    ('deadlines/clock.py', 'compute'): "for start and _move",
    ('deadlines/clock.py', '_move'): _LAW,
    ('deadlines/clock.py', '_update_resources'):
        "the stored last day follows what these write",
    ('deadlines/clock.py', 'refresh_warnings'):
        "a setting says from when on an end is near: no last day moves",
    ('deadlines/change.py', '_write_clocks'): _LAW,
    ('deadlines/what_if.py', '__init__'): "nothing is written",
    ('escalation/actions.py', '__init__'): "a value in hand, no record",
    ('escalation/demand.py', 'draft_all'): _OWN,
    ('escalation/demand.py', 'send'): _OWN,
    ('escalation/demand.py', 'send_answer'): _OWN,
    ('escalation/demand.py', 'withdraw'): _OWN,
    ('routing/dispute.py', 'raise_'): _OWN,
    ('routing/dispute.py', 'decide'): _OWN,
    ('routing/dispute.py', 'withdraw'): _OWN,
    ('escalation/sweep.py', 'start_transfers'): _OWN,
    ('routing/transfer.py', 'send'): _OWN,
    ('routing/transfer.py', 'received'): _OWN,
    ('routing/transfer.py', 'sent_back'): _OWN,
    ('routing/transfer.py', 'settled'): _OWN,
    }


class Finder(ast.NodeVisitor):
    "Find what writes in a file, as (function, what)"

    def __init__(self, tree):
        self.found = []
        self.functions, self.models = [], []
        self.visit(tree)

    def add(self, what):
        self.found.append((
                self.functions[-1] if self.functions else None, what,
                self.models[-1] if self.models else None))

    def visit_ClassDef(self, node):
        names = [
            statement.value.value for statement in node.body
            if isinstance(statement, ast.Assign)
            and getattr(statement.targets[0], 'id', None) == '__name__'
            and isinstance(statement.value, ast.Constant)]
        self.models.append(names[0] if names else None)
        self.generic_visit(node)
        self.models.pop()

    def visit_FunctionDef(self, node):
        self.functions.append(node.name)
        for decorator in node.decorator_list:
            if 'Workflow.transition' in ast.unparse(decorator):
                self.add('transition')
        self.generic_visit(node)
        self.functions.pop()

    def visit_Assign(self, node):
        for target in node.targets:
            self.assigned(target)
        self.generic_visit(node)

    def assigned(self, target):
        if isinstance(target, ast.Tuple):
            for part in target.elts:
                self.assigned(part)
        elif isinstance(target, ast.Attribute) and target.attr in DECIDED:
            self.add(f'{ast.unparse(target.value)}.{target.attr} =')

    def visit_Call(self, node):
        function = node.func
        if isinstance(function, ast.Attribute):
            of = ast.unparse(function.value)
            if function.attr in {'write', 'create'} and (
                    named(node) & DECIDED):
                self.add(f'{of}.{function.attr}')
            elif function.attr in BY_HAND and (
                    'lock' in of or function.attr == 'update_due'):
                self.add(f'{of}.{function.attr}')
            elif function.attr == 'create' and of in {'Letter', 'Case'}:
                self.add(f'{of}.create')
            elif function.attr == 'update' and 'indexes' not in of and (
                    columns(node) & DECIDED):
                self.add(f'{of}.update')
        self.generic_visit(node)


def named(node):
    "Return the names of the values in a call"
    return {
        key.value for part in ast.walk(node) if isinstance(part, ast.Dict)
        for key in part.keys if isinstance(key, ast.Constant)}


def columns(node):
    "Return the names of the columns that an UPDATE sets"
    return {
        part.attr for part in ast.walk(node.args[0])
        if isinstance(part, ast.Attribute)} if node.args else set()


def is_meant(found):
    "Tell if it can be of a letter, a case or a time limit of one"
    _, what, model = found
    return (
        model is None or model in {'complaints.letter', 'complaints.case',
            'deadlines.clock'}
        or bool(NAMES.search(what)))


def written(source):
    "Return {function: what} of what writes in a source beside the plan"
    return {
        found[0]: found[1] for found in Finder(ast.parse(source)).found
        if is_meant(found)}


def sources():
    "Yield (file, text) of the rooms that know letters or time limits"
    for room in [
            'deadlines', 'complaints', 'reception', 'likeness', 'retention',
            'routing', 'escalation', 'exchange', 'statistics']:
        for path in sorted((MODULES / room).glob('**/*.py')):
            name = path.relative_to(MODULES).as_posix()
            if ('/tests/' not in name and '/plan/' not in name
                    and name not in WRITERS):
                yield name, path.read_text(encoding='utf-8')


def test_one_way():
    found = {
        (name, function): what for name, text in sources()
        for function, what in written(text).items()}
    assert {k: v for k, v in found.items() if k not in LAWFUL} == {}
    # none is lawful that is not there
    assert LAWFUL.keys() - found.keys() == set()


@pytest.mark.parametrize('line', [
        "Letter.write(letters, {'state': 'closed'})",
        "cls.write([case], {**values, 'due_on': day})",
        "Letter.create([values])",
        "case.state = 'closed'; case.save()",
        "clock.ended_on, clock.state = day, 'met'",
        "Clock.stop([case], None, today)",
        "pool.get('deadlines.clock').start([(case, 'KN-02', today)])",
        "cursor.execute(*table.update([table.state], ['closed']))",
        ])
def test_it_would_be_found(line):
    "Test whoever wrote so would be told"
    for head in [
            "class Mixin:", "class Letter:\n    __name__ = 'complaints.letter'"]:
        assert written(f'{head}\n    def act(self):\n        {line}\n')
