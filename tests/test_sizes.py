# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What is done in slices says how large they are."""
import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def unsized(source):
    "Return the lines that call grouped_slice without a size"
    return [
        node.lineno for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and getattr(node.func, 'id', getattr(node.func, 'attr', None))
        == 'grouped_slice'
        and len(node.args) < 2
        and not any(k.arg == 'count' for k in node.keywords)]


def test_unsized():
    assert unsized('grouped_slice(ids)\ntools.grouped_slice(ids)') == [1, 2]
    assert not unsized('grouped_slice(ids, 5)\ngrouped_slice(i, count=5)')


def test_every_slice_has_a_size():
    "Without one Tryton 8.0 takes slices of one: a statement for each row"
    found = [
        f'{path.relative_to(ROOT)}:{line}'
        for folder in ['modules', 'donthu', 'bench', 'tests', 'tools']
        for path in sorted((ROOT / folder).rglob('*.py'))
        for line in unsized(path.read_text(encoding='utf-8'))]
    assert not found
