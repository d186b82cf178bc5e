# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The forms of the law as dated data: data/*.toml.

Pure functions, without Tryton.  A form

    code, number, name   here, in its text, and as people call it
    of                   what it is made of: letter, case or reception
    kinds, instances, states, proposals   of which it is offered
    step                 the step of the procedure that sends it
    names_sender         always; unless secret: of a denunciation it does not;
                         never
    valid_from, valid_to the days of the papers that have this form
    sign                 what follows the number, "TB-{{ sign_of }}"; none: it
                         has no number
    title, about         a letter (công văn) has no title
    dated                false: without place and date at its head
    grounds              the set of grounds.toml that stands for @grounds
    to, body, receives   its words; paper.py says how they are written
    optional             what may be left out without a word
    signers              who signs, from left to right
    citation, certainty, source   where it comes from and how sure that is:
                         it is said here, not on the paper
    revision             how often a release has corrected it
"""
import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from . import paper

DATA = Path(__file__).parent / 'data'
FILES = ('letters', 'complaint', 'denunciation', 'reception')
# The words of a form, as a database keeps them
WORDS = ('sign', 'title', 'about', 'dated', 'grounds', 'to', 'body',
    'receives', 'optional', 'signers')
# When a form may name who sent the letter
NAMES = ('always', 'unless secret', 'never')


def _read(name: str) -> dict[str, Any]:
    with (DATA / f'{name}.toml').open('rb') as file:
        return tomllib.load(file)


@cache
def forms() -> tuple[dict[str, Any], ...]:
    "Return the forms of the files, in their order"
    return tuple(form for name in FILES for form in _read(name)['form'])


@cache
def fields() -> dict[str, dict[str, Any]]:
    "Return what the forms can ask for, {name: its line of the file}"
    return {field['name']: field for field in _read('fields')['field']}


def label(name: str) -> str:
    "Return how a field is called to who has to say it"
    return fields().get(name, {}).get('label', name)


def _in_force(row: Mapping[str, Any], day: dt.date) -> bool:
    return row['valid_from'] <= day <= row.get('valid_to', dt.date.max)


def form_on(code: str, day: dt.date) -> dict[str, Any] | None:
    """Return a form as it is on the day of a paper, or None

    >>> form_on('03/KN', dt.date(2026, 6, 30))['citation']
    'Nghị định 124/2020/NĐ-CP, mẫu số 03'
    >>> form_on('03/KN', dt.date(2026, 7, 1))['citation']
    'Nghị định 155/2026/NĐ-CP, mẫu số 03'
    """
    for form in forms():
        if form['code'] == code and _in_force(form, day):
            return form
    return None


def grounds_on(name: str | None, day: dt.date) -> tuple[str, ...]:
    "Return the lines of a set of grounds on the day of a paper"
    if not name:
        return ()
    for row in _read_grounds():
        if row['name'] == name and _in_force(row, day):
            return tuple(row['texts'])
    raise paper.FormError(f"no grounds of {name!r} on {day}")


@cache
def _read_grounds() -> tuple[dict[str, Any], ...]:
    return tuple(_read('grounds')['grounds'])


def words(form: Mapping[str, Any]) -> Iterable[str]:
    "Yield the texts of a form that are filled in"
    for name in ['sign', 'title', 'about', 'body']:
        if form.get(name):
            yield form[name]
    for name in ['to', 'receives']:
        yield from form.get(name, [])
    for signer in form['signers']:
        yield from [*signer['lines'], signer.get('name', '')]


def asked(form: Mapping[str, Any]) -> set[str]:
    "Return the names of all fields that a form asks for"
    names = {'agency', 'superior'}
    if form.get('dated', True):
        names |= {'place', 'day'}
    for text in words(form):
        names |= paper.asked(text)
    return names


def check(form: Mapping[str, Any]) -> None:
    """Raise FormError unless a form can be filled in

    It asks for nothing that is no field, and for nothing secret where it may
    not name the sender."""
    names = asked(form)
    for name in sorted(names - fields().keys()):
        raise paper.FormError(f"{form['code']}: no field {name!r}")
    if form['names_sender'] == 'never':
        for name in sorted(names):
            if fields()[name].get('secret'):
                raise paper.FormError(
                    f"{form['code']}: may not ask for {name!r}")


def secret_fields() -> frozenset[str]:
    "Return the names of the fields that tell who sent the letter"
    return frozenset(
        name for name, field in fields().items() if field.get('secret'))


def may_name(form: Mapping[str, Any], is_secret: bool) -> bool:
    "Tell if a form may name who sent the letter"
    return form['names_sender'] == 'always' or (
        form['names_sender'] == 'unless secret' and not is_secret)


def allowed(
        form: Mapping[str, Any], values: Mapping[str, Any],
        is_secret: bool) -> dict[str, Any]:
    "Return the values that a form may print"
    if may_name(form, is_secret):
        return dict(values)
    return {n: v for n, v in values.items() if n not in secret_fields()}


def compose(
        form: Mapping[str, Any], values: Mapping[str, Any],
        is_secret: bool = False) -> paper.Paper:
    """Return a form filled in, with the grounds of its day

    is_secret -- nobody may learn who sent the letter

    Raises MissingFacts, FormError."""
    return paper.compose(
        form, grounds_on(form.get('grounds'), values['day']),
        allowed(form, values, is_secret))
