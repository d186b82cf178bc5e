# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Each line of docs/threats.md names a test that there is."""
import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / 'docs' / 'threats.md').read_text(encoding='utf-8')


def rows():
    for line in PAGE.splitlines():
        cells = [c.strip() for c in line.strip('|').split('|')]
        if line.startswith('| ') and cells[0] != 'Who':
            yield cells


def functions(path):
    return {
        node.name for node in ast.walk(ast.parse(path.read_text('utf-8')))
        if isinstance(node, ast.FunctionDef)}


def test_each_line_has_a_test():
    found = list(rows())
    assert len(found) > 20
    for *_, cell in found:
        path, _, name = cell.strip('`').partition('::')
        assert (ROOT / path).is_file(), cell
        # those of a module run with the others
        assert re.match(r'`(modules/\w+/)?tests/', cell), cell
        assert Path(path).name.startswith('test_'), cell
        if name:
            assert name.rpartition('::')[2] in functions(ROOT / path), cell


def test_what_does_not_hold_is_said():
    _, said = PAGE.split('## What does not hold')
    assert 'file of the keys' in said and said.count('\n* ') >= 6
