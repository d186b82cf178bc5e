# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Say where imports are not in order.

    .venv/bin/python tests/imports.py [FILE …]

A part of the style step of `./check`.  isort knows the order (its settings
are in pyproject.toml); how lines are broken is left to who writes them, which
neither isort nor the rule I of ruff does.
"""
import ast
import sys

import isort
from isort.settings import Config
from lengths import ROOT, sources


def imports(source):
    "Return the imports of a source as they follow each other"
    return [
        (getattr(node, 'level', 0), getattr(node, 'module', None),
            [(name.name, name.asname) for name in node.names])
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)]


def faults(source, config):
    "Return the first import that stands elsewhere in order, or None"
    now = imports(source)
    for is_, wanted in zip(
            now, imports(isort.code(source, config=config)), strict=False):
        if is_ != wanted:
            return wanted[1] or wanted[2][0][0]
    return None


def main(names):
    config = Config(settings_path=str(ROOT))
    found = [
        f"{name}: {fault} does not stand where it should"
        for name in names or sources()
        if (fault := faults(
                (ROOT / name).read_text(encoding='utf-8'), config))]
    print(*found, sep='\n')
    return bool(found)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
