# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Say which files and methods are longer than one reads at once.

    .venv/bin/python tests/lengths.py

A part of the style step of `./check`.  Each exception has its reason; one
that is no longer needed is a fault, too.
"""
import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE, METHOD = 500, 40
# What a test tells is read from its beginning to its end
STORY = 75
# {file: reason}
LONG_FILES = {
    **dict.fromkeys([
            'modules/complaints/tests/test_module.py',
            'modules/complaints/tests/test_opening.py',
            'modules/complaints/tests/test_periods.py',
            'modules/complaints/tests/test_procedures.py',
            'modules/routing/tests/test_ladders.py',
            'modules/routing/tests/test_module.py',
            ], "stories of one thing, not yet divided"),
    }
_OPTIONS = "one option after the other"
_BENCH = "one work and its floor, side by side"
_SETUP = "buttons and indexes, one after the other"
# {file: {function: reason}}
LONG_METHODS = {
    'bench/day.py': {'_similar': _BENCH, '_decreed_day': _BENCH},
    'donthu/deadline.py': {'add_parser': _OPTIONS},
    'donthu/demo.py': {'create': "its bar names one thing after the other"},
    'donthu/importing/values.py': {
        'read_date': "the ways to write a day, one after the other"},
    'donthu/keys.py': {'destroy': "what is asked before a key goes"},
    'modules/foundation/guards/paths.py': {
        '_guarded_clause': "the kinds of clauses, each for itself"},
    'modules/complaints/case.py': {'Case.__setup__': _SETUP},
    'modules/complaints/letter_steps.py': {
        'LetterStepsMixin.__setup__': _SETUP},
    'modules/deadlines/change_wizards.py': {
        'ReadRules.make': "what a file may say wrongly, in its order"},
    'modules/routing/board.py': {'Trend.table_query': "one statement"},
    'modules/routing/escalation.py': {'Escalation.__setup__': _SETUP},
    'tests/test_browser.py': {
        'test_letter_to_decision': "a letter's whole way, on the screen"},
    'tools/verify_audit.py': {
        'check': "a court reads it from its beginning to its end"},
    }


def _lines_of_docstring(function):
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is None:
        return 0
    return first.end_lineno - first.lineno + 1


def methods(source, most=METHOD):
    "Yield the functions of a source that are too long: (name, lines)"
    def walk(node, names):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef):
                yield from walk(child, [*names, child.name])
            elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (child.end_lineno - child.lineno + 1
                    - _lines_of_docstring(child))
                if length > most:
                    yield '.'.join([*names, child.name]), length
                yield from walk(child, [*names, child.name])
            else:
                yield from walk(child, names)
    yield from walk(ast.parse(source), [])


def sources():
    "Return the paths of the Python files of the repository"
    listed = subprocess.run(
        ['git', 'ls-files', '--cached', '--others', '--exclude-standard',
            '*.py'], cwd=ROOT, capture_output=True, text=True)
    names = listed.stdout.split() if not listed.returncode else [
        str(p.relative_to(ROOT)) for p in ROOT.rglob('*.py')
        if not any(part.startswith('.') for part in p.parts)]
    return sorted(name for name in names if (ROOT / name).exists())


def faults(names=None):
    "Return what is too long, and which exceptions are in vain"
    found, files, functions = [], dict(LONG_FILES), {
        (name, function): reason for name, reasons in LONG_METHODS.items()
        for function, reason in reasons.items()}
    for name in names or sources():
        source = (ROOT / name).read_text(encoding='utf-8')
        length = source.count('\n')
        if length > FILE and not files.pop(name, None):
            found.append(f"{name}: {length} lines")
        most = STORY if 'tests' in Path(name).parts else METHOD
        for function, length in methods(source, most):
            if not functions.pop((name, function), None):
                found.append(f"{name}: {function} has {length} lines")
    if not names:
        found += [f"{name} needs no exception" for name in files]
        found += [f"{name}: {function} needs no exception"
            for name, function in functions]
    return found


if __name__ == '__main__':
    said = faults(sys.argv[1:])
    print(*said, sep='\n')
    sys.exit(bool(said))
