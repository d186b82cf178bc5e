# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A room knows only those it names: what it uses, it declares.

What a module imports, which models, messages and records of others it names
and extends, in Python, XML and the tests, is of a module among its `depends`
(or of theirs) or its `extras_depend`.  And no two modules know each other.
"""
import ast
import re
from collections import defaultdict
from configparser import ConfigParser
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

MODULES = Path(__file__).parents[1] / 'modules'
ROOMS = sorted(p.parent.name for p in MODULES.glob('*/tryton.cfg'))
# Those that each database has
ALWAYS = {'ir', 'res'}
# {(module, other one): why it is still so}.  Who mends it takes it out: what
# is no longer so fails, like what is new.
UNDECLARED = {
    ('foundation', 'agencies'):
        "what the tests of all modules mix in says which models need no rule",
    }
CIRCLES = {
    }

_NAME = re.compile(r'([a-z]\w*)\.[a-z][\w.-]*')
_PATH = re.compile(r'trytond\.modules\.([a-z]\w*)')
_ACTIVATED = re.compile(r'activate_modules?\(([^)]*)\)')


@cache
def declared(room):
    "Return (what a module depends on, all of it; what it may depend on)"
    config = ConfigParser()
    config.read(MODULES / room / 'tryton.cfg')
    depends, extras = (
        set(config.get('tryton', key, fallback='').split())
        for key in ['depends', 'extras_depend'])
    for other in sorted(depends & set(ROOMS)):
        depends |= declared(other)[0]
    return depends, extras


@cache
def parsed(path):
    "Return the nodes of a source"
    return list(ast.walk(ast.parse(path.read_text('utf-8'))))


def strings(nodes):
    "Yield the strings of a source that are no docstrings"
    told = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if (isinstance(node, ast.Constant) and isinstance(node.value, str)
                and id(node) not in told):
            yield node.value


def imported(nodes):
    "Yield the modules that a source imports"
    for node in nodes:
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module, *(
                    f'{node.module}.{alias.name}' for alias in node.names)]
        else:
            continue
        for name in names:
            if match := _PATH.match(name):
                yield match.group(1)


@cache
def names():
    "Return {name of a model, wizard, report or record: its module}"
    found = {}
    for room in ROOMS:
        for path in (MODULES / room).glob('*.py'):
            for node in parsed(path):
                if (isinstance(node, ast.Assign)
                        and getattr(node.targets[0], 'id', '') == '__name__'
                        and node.value.value.startswith(f'{room}.')):
                    found[node.value.value] = room
        for path in (MODULES / room).glob('*.xml'):
            for record in etree.parse(path).iter('record', 'menuitem'):
                if '.' not in record.get('id'):
                    found[f'{room}.{record.get("id")}'] = room
    return found


def named(text):
    "Return the module of what a string names, None if it names nothing"
    # 'model,id', 'model|method'
    name = re.split(r'[,|]', text, maxsplit=1)[0]
    return names().get(name) if _NAME.fullmatch(name) else None


def used_in(path):
    "Return the modules that a file uses"
    if path.suffix == '.xml':
        found = set()
        for element in etree.parse(path).iter(etree.Element):
            for text in [element.text or '', *element.attrib.values()]:
                found.add(named(text.strip()))
        return found
    text = path.read_text('utf-8')
    # with what a test begins
    found = {
        name for call in _ACTIVATED.findall(text)
        for name in re.findall(r'["\']([a-z]\w*)["\']', call)}
    if path.suffix == '.rst':
        return found | set(map(named, re.findall(r"'([^'\n]+)'", text)))
    nodes = parsed(path)
    return found | {*imported(nodes), *map(named, strings(nodes))}


@cache
def uses(room, tests=False):
    "Return {another module: the files that use it}"
    found = defaultdict(set)
    folder = MODULES / room
    patterns = ['tests/*.py', 'tests/*.rst'] if tests else [
        '*.xml', 'view/*.xml', '*.py', '*/*.py']
    for path in sorted({p for pattern in patterns for p in folder.glob(
                    pattern)}):
        if not tests and path.parent.name == 'tests':
            continue
        for other in used_in(path) - {None, room}:
            found[other].add(path.relative_to(MODULES).as_posix())
    return dict(found)


def undeclared(room):
    "Return {another module: the files that use it and may not}"
    depends, extras = declared(room)
    found = defaultdict(set)
    for tests in [False, True]:
        for other, files in uses(room, tests).items():
            if other not in depends | extras | ALWAYS:
                found[other] |= files
    return dict(found)


def reached(room):
    "Return the modules that a module uses, and those that these use"
    found, left = set(), [room]
    while left:
        for other in uses(left.pop()):
            if other in ROOMS and other not in found:
                found.add(other)
                left.append(other)
    return found


@pytest.mark.parametrize('room', ROOMS)
def test_what_is_used_is_declared(room):
    found = {
        other: sorted(files) for other, files in undeclared(room).items()
        if (room, other) not in UNDECLARED}
    assert not found


@pytest.mark.parametrize('room', ROOMS)
def test_no_circle(room):
    found = {
        other for other in reached(room) if room in reached(other)
        and frozenset([room, other]) not in CIRCLES}
    assert not found - {room}


def test_what_is_mended_is_taken_out():
    assert not [
        (room, other) for room, other in UNDECLARED
        if room not in ROOMS or other not in undeclared(room)]
    assert not [
        pair for pair in CIRCLES
        if not all(room in ROOMS for room in pair)
        or len({frozenset(reached(room)) for room in pair}) != 1]


@pytest.mark.parametrize('source, other', [
        ("from trytond.modules.routing.transfer import Transfer", 'routing'),
        ("from trytond.modules import routing", 'routing'),
        ("activate_module(['routing'])", 'routing'),
        ("Pool().get('routing.transfer')", 'routing'),
        ("class A(metaclass=PoolMeta):\n    __name__ = 'routing.transfer'",
            'routing'),
        ("gettext('routing.msg_transfer_where')", 'routing'),
        ("f'routing.transfer,{id_}'", 'routing'),
        ("a = 'routing.no_such_thing'", None),
        ("'''Of routing.transfer'''", None)])
def test_what_is_found(tmp_path, source, other):
    path = tmp_path / 'a.py'
    path.write_text(source, 'utf-8')
    assert used_in(path) - {None} == ({other} if other else set())
