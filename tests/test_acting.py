# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The sources: who acts is asked in one place, and the server gives reasons.

modules/foundation/acting.py answers both.
"""
import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PLACE = ROOT / 'modules/foundation/acting.py'
SOURCES = sorted(
    path for folder in ['modules', 'donthu']
    for path in (ROOT / folder).rglob('*.py')
    if 'tests' not in path.parts and path != PLACE)
TREES = {
    str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding='utf-8'))
    for path in SOURCES}


def name_of(node):
    "Return the last name of what is called, or decorates"
    if isinstance(node, ast.Call):
        node = node.func
    return getattr(node, 'attr', getattr(node, 'id', None))


def raw(tree):
    "Yield (line, what) where the rights are put aside without a reason"
    for node in ast.walk(tree):
        match node:
            case ast.Name(id='without_check_access') | ast.Attribute(
                    attr='without_check_access' | 'set_user') | ast.alias(
                    name='without_check_access'):
                yield node.lineno, 'as_server(), or as_user()'
            case ast.keyword(
                    arg='_check_access', value=ast.Constant(value=False)):
                yield node.value.lineno, 'as_server()'
            case ast.Dict(keys=keys, values=values):
                if any(getattr(key, 'value', None) == '_check_access'
                        and getattr(value, 'value', None) is False
                        for key, value in zip(keys, values, strict=True)):
                    yield node.lineno, 'as_server()'
            case ast.Call(func=ast.Attribute(attr='get', value=context),
                    args=[ast.Constant(value='user'), *_]) | ast.Subscript(
                    value=context, slice=ast.Constant(value='user')):
                if name_of(context) == 'context':
                    yield node.lineno, 'acting_user()'


def reasons(tree):
    "Yield (line, reason) of where the server acts; None: it says none"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of(node) == 'as_server':
            said = node.args[0] if node.args else None
            yield node.lineno, getattr(said, 'value', None)


def test_nobody_else_asks_who_acts_or_puts_rights_aside():
    assert [
        f'{path}:{line}: use {what}' for path, tree in TREES.items()
        for line, what in raw(tree)] == []


def test_the_server_says_why():
    said = [(f'{path}:{line}', reason) for path, tree in TREES.items()
        for line, reason in reasons(tree)]
    assert said
    assert [
        (place, reason) for place, reason in said
        if not isinstance(reason, str) or len(reason.split()) < 3] == []


def test_no_generator_is_decorated():
    "It would run later, with the rights of whoever is there then"
    assert [
        f'{path}:{node.lineno}' for path, tree in TREES.items()
        for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
        and 'as_server' in map(name_of, node.decorator_list)
        and any(isinstance(n, ast.Yield | ast.YieldFrom)
            for n in ast.walk(node))] == []


@pytest.mark.parametrize('source', [
        "with without_check_access():\n    pass",
        "@without_check_access\ndef f():\n    pass",
        "from trytond.transaction import without_check_access",
        "Transaction().set_user(0, set_context=True)",
        "Transaction().set_context(_check_access=False)",
        "Transaction().set_context({'_check_access': False})",
        "Transaction().context.get('user')",
        "transaction.context['user']",
        ])
def test_what_is_raw_is_found(source):
    assert list(raw(ast.parse(source)))


@pytest.mark.parametrize('source', [
        "as_server()", "as_server(why)", "acting.as_server('')"])
def test_what_says_no_reason_is_found(source):
    (_, reason), = reasons(ast.parse(source))
    assert not reason
