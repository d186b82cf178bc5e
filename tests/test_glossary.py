# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The glossary names what is there, and all of it."""
from collections import Counter
from pathlib import Path

import pytest
from helpers import ROOMS
from trytond import backend
from trytond.pool import Pool
from trytond.tests.test_tryton import DB_NAME, activate_module, drop_db

PAGE = Path(__file__).parents[1] / 'docs' / 'glossary.md'
PREFIXES = tuple(f'{room}.' for room in ROOMS)
# Models that ours add beside those of Tryton
BESIDE = {'country.subdivision.period', 'country.subdivision.succession'}

pytestmark = pytest.mark.skipif(
    backend.name != 'sqlite', reason="the models are those of SQLite too")


def rows(text):
    "Yield (Vietnamese, English, model, field, where) of each line"
    for line in text.splitlines():
        cells = [c.strip().strip('`') for c in line.strip('|').split('|')]
        if line.startswith('| ') and len(cells) == 5 and '.' in cells[2]:
            yield tuple(cells)


ROWS = list(rows(PAGE.read_text(encoding='utf-8')))


@pytest.fixture(scope='module')
def models():
    drop_db()
    activate_module(ROOMS)
    yield dict(Pool(DB_NAME).iterobject())
    drop_db()


def faults(models, rows):
    "Return what of the rows is not as the models are"
    found = []
    for vietnamese, english, model, field, where in rows:
        if not (vietnamese and english and where):
            found.append(f"{model} is not told in both languages")
        if model not in models:
            found.append(f"{model} is no model")
        elif field and field not in models[model]._fields:
            found.append(f"{model} has no field {field}")
    ours = {
        name for name in models
        if name.startswith(PREFIXES) or name in BESIDE}
    named = {row[2] for row in rows}
    found += [f"{name} is missing" for name in sorted(ours - named)]
    return found


def test_it_is_as_the_models_are(models):
    assert not faults(models, ROWS)


@pytest.mark.parametrize('row, fault', [
        (('a', 'b', 'complaints.paper', '', 'c'), "is no model"),
        (('a', 'b', 'complaints.letter', 'colour', 'c'), "has no field"),
        (('a', '', 'complaints.letter', '', 'c'), "both languages")])
def test_what_is_wrong_is_found(models, row, fault):
    said, = faults(models, [*ROWS, row])
    assert fault in said


def test_what_is_missing_is_found(models):
    said = faults(models, [r for r in ROWS if r[2] != 'complaints.counter'])
    assert said == ["complaints.counter is missing"]


def test_no_word_stands_for_two_things():
    "Test a term is told once, in English as in Vietnamese"
    again = [
        term for term, count in Counter(
            row[:2] for row in ROWS).items() if count > 1]
    assert not again
