# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What something is that can be late, as plain values.

Read in SQL, for all of a kind together: a letter has sixty fields and its
content, and an escalation asks for five of them.
"""
from collections import defaultdict
from typing import NamedTuple

from sql import Column, Null
from trytond.i18n import gettext
from trytond.model import fields
from trytond.modules.complaints.respondent import name_key
from trytond.modules.routing.accused import Accused
from trytond.pool import Pool
from trytond.tools import grouped_slice
from trytond.transaction import Transaction

from .moves import Matter

LETTER, CASE = 'complaints.letter', 'complaints.case'
_NAMES = ['agency', 'kind', 'instance', 'number', 'handler', 'letter', 'case',
    'sender', 'state']
_MANY = 1000


class Late(NamedTuple):
    """Something that is late, or to which something has happened

    agency -- the id of the agency that it belongs to
    responsible -- of the agency that has to act
    sender -- of the one that has sent it, where one has
    handler -- the id of the user who works on it
    name -- what it is called: the number, nothing else of it
    letters -- the ids of the letters that it is about
    matter -- the letter or case that it is about: 'model,id'
    accused -- whom these letters are about"""
    model: str
    id: int
    agency: int
    responsible: int
    sender: int | None
    handler: int | None
    name: str
    letters: tuple
    matter: str | None
    accused: tuple

    def __str__(self):
        return f'{self.model},{self.id}'


def matters_of(resources):
    """Return {resource: moves.Matter}

    resources -- references, as 'complaints.letter,5'"""
    result = {}
    for model, rows in _read_all(resources).items():
        Model, kinds = Pool().get(model), {}
        if 'kind' not in Model._fields and hasattr(Model, 'kind'):
            # a transfer, a dispute: of the kind of its letter
            kinds = {
                id_: row['kind'] for id_, row in _read(LETTER, {
                        r['letter'] for r in rows.values()}).items()}
        agencies = _read(
            'agencies.agency', {r.get('agency') for r in rows.values()})
        for id_, row in rows.items():
            agency = agencies.get(row.get('agency'))
            result[f'{model},{id_}'] = Matter(
                model, row.get('kind') or kinds.get(row.get('letter')),
                row.get('instance'), agency['kind'] if agency else None)
    return result


def late_of(resources):
    """Return {resource: Late}, without those that exist no more

    resources -- references, as 'complaints.letter,5'"""
    read = _read_all(resources)
    cases = {row['case'] for model, rows in read.items()
        for row in rows.values() if model != LETTER and row.get('case')}
    of_cases = _letters_of_cases(cases | set(read.get(CASE, ())))
    wanted = {}
    for model, rows in read.items():
        for id_, row in rows.items():
            wanted[model, id_] = _letters_of(model, id_, row, of_cases)
    accused = accused_of({le for ids in wanted.values() for le in ids})
    names = _Names(read)
    result = {}
    for model, rows in read.items():
        for id_, row in rows.items():
            letters = wanted[model, id_]
            agency = row['agency']
            late = Late(
                model, id_, agency,
                row['sender'] if model == 'escalation.demand'
                and row['state'] == 'draft' else agency,
                row.get('sender'), row.get('handler'),
                names.of(model, id_, row), tuple(letters),
                _matter_of(model, id_, row),
                tuple(a for le in letters for a in accused.get(le, ())))
            result[str(late)] = late
    return result


def _letters_of(model, id_, row, of_cases):
    "Return the ids of the letters that a record is about"
    if model == LETTER:
        return [id_]
    if model == CASE:
        return of_cases.get(id_, [])
    if row.get('case'):
        return of_cases.get(row['case'], [])
    return [row['letter']] if row.get('letter') else []


def _matter_of(model, id_, row):
    if model in {LETTER, CASE, 'reception.reception'}:
        return f'{model},{id_}'
    if row.get('case'):
        return f'{CASE},{row["case"]}'
    if row.get('letter'):
        return f'{LETTER},{row["letter"]}'


class _Names:
    "What records are called: those of others by the letter or case"

    def __init__(self, read):
        self._letters = dict(read.get(LETTER, {}))
        self._cases = dict(read.get(CASE, {}))
        letters, cases = set(), set()
        for model, rows in read.items():
            if model in {LETTER, CASE, 'reception.reception'}:
                continue
            for row in rows.values():
                (cases if row.get('case') else letters).add(
                    row.get('case') or row.get('letter'))
        self._letters.update(_read(LETTER, letters - self._letters.keys()))
        self._cases.update(_read(CASE, cases - self._cases.keys()))

    def of(self, model, id_, row):
        if model == LETTER:
            return row['number'] or gettext('complaints.msg_letter_new')
        if model == CASE:
            return row['number'] or str(id_)
        if model == 'reception.reception':
            return row['number'] or gettext('reception.msg_reception_new')
        if row.get('case'):
            return self.of(CASE, row['case'], self._cases[row['case']])
        if row.get('letter'):
            return self.of(LETTER, row['letter'], self._letters[row['letter']])
        return Pool().get(model)(id_).rec_name


# Reading

def _read_all(resources):
    "Return {model: {id: {name: value}}} of references"
    by_model = defaultdict(set)
    for resource in resources:
        model, _, id_ = resource.partition(',')
        by_model[model].add(int(id_))
    return {model: _read(model, ids) for model, ids in by_model.items()}


def _read(model, ids):
    "Return {id: {name: value}} of what is stored of the records"
    Model = Pool().get(model)
    table = Model.__table__()
    names = [
        n for n in _NAMES if n in Model._fields
        and not isinstance(Model._fields[n], fields.Function)]
    cursor = Transaction().connection.cursor()
    result = {}
    for part in grouped_slice(sorted(ids - {None}), _MANY):
        cursor.execute(*table.select(
                table.id, *(Column(table, n) for n in names),
                where=table.id.in_(list(part))))
        for id_, *values in cursor:
            result[id_] = dict(zip(names, values, strict=True))
    return result


def _letters_of_cases(ids):
    "Return {id of a case: ids of its letters}"
    table = Pool().get(LETTER).__table__()
    cursor = Transaction().connection.cursor()
    result = defaultdict(list)
    for part in grouped_slice(sorted(ids), _MANY):
        cursor.execute(*table.select(
                table.case, table.id, where=table.case.in_(list(part)),
                order_by=[table.id.asc]))
        for case, letter in cursor:
            result[case].append(letter)
    return result


def accused_of(letters):
    """Return {id of a letter: whom it is about, each a chain.Accused}

    letters -- ids

    Of a part also whom its whole denounces: the same people have sent it."""
    pool = Pool()
    letter = pool.get(LETTER).__table__()
    other = pool.get('complaints.respondent').__table__()
    cursor = Transaction().connection.cursor()
    result = defaultdict(list)
    for part in grouped_slice(sorted(letters), _MANY):
        ids = list(part)
        cursor.execute(*letter.select(
                letter.id, letter.kind, letter.respondent,
                letter.respondent_agency, letter.respondent_role,
                where=letter.id.in_(ids)))
        found = cursor.fetchall()
        cursor.execute(*other.join(
                letter, condition=letter.id == other.letter).select(
                letter.id, letter.kind, other.name, other.agency, other.role,
                where=letter.id.in_(ids), order_by=[other.id.asc]))
        for id_, kind, name, agency, role in found + cursor.fetchall():
            result[id_].append(Accused(
                    name_key(name), agency, role, kind == 'denunciation'))
        cursor.execute(*letter.select(
                letter.id, letter.part_of,
                where=letter.id.in_(ids) & (letter.part_of != Null)))
        wholes = dict(cursor.fetchall())
        if wholes:
            of_whole = accused_of(set(wholes.values()))
            for id_, whole in wholes.items():
                result[id_] += [a for a in of_whole[whole] if a.denounced]
    return result
