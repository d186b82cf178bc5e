# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What the tables count, straight from the letters, cases and receptions.

Each source is a query with a row for each record: its agency, the dimensions
that pivot.py puts into the words of the circular, the record itself, and
amounts.  It is grouped in the database; the list behind a figure is the same
query again.  What is about the reader himself is in no count of his, as
everywhere (complaints.conflict).
"""
from typing import NamedTuple

from sql import Literal, Null, Union
from sql.aggregate import Count, Min, Sum
from sql.conditionals import Case, Coalesce

from trytond.model.fields import SQL_OPERATORS
from trytond.pool import Pool
from trytond.transaction import Transaction

from .examined import HANDLED, OWN
from .pivot import COMPETENT, Group

_in = SQL_OPERATORS['in']


class Scope(NamedTuple):
    """What is counted

    start, end -- the first and the last day
    agencies -- their ids, a tuple; None for all
    readings -- {key: choice}; crowd -- from so many people on"""
    start: object
    end: object
    agencies: tuple | None
    readings: dict
    crowd: int


class Source(NamedTuple):
    """A query with a row for each record

    model -- of the records
    query -- with agency, record, the dims, the sums, and key where several
        rows are one thing
    least -- the dimension of which the thing has the least of its rows"""
    model: str
    query: object
    dims: tuple
    sums: tuple = ()
    least: str | None = None

    @property
    def keyed(self):
        return self.least is not None


def _flag(condition):
    return Case((condition, 1), else_=0)


def _within(column, scope):
    return (column >= scope.start) & (column <= scope.end)


def _of(column, scope):
    if scope.agencies is None:
        return Literal(True)
    return _in(column, list(scope.agencies))


def _seen(column, place=0):
    "Leave out what is about the reader"
    cut = Pool().get('res.user').get_cut()[place]
    return ~_in(column, list(cut)) if cut else Literal(True)


def _field_code():
    "Return a function that gives the code of a field, asked for once"
    table = Pool().get('complaints.field').__table__()
    cursor = Transaction().connection.cursor()
    cursor.execute(*table.select(table.id, table.code))
    return dict(cursor.fetchall()).get


def _letters(scope, extra=lambda letter: []):
    """Return the letters of a period, as a query

    Those that came in it, and those that came before and were not handled
    before it."""
    letter_ = Pool().get('complaints.letter')
    undated = scope.readings.get('undated')

    def part(where):
        letter = letter_.__table__()
        closed = letter.state.in_(HANDLED)
        handled_on = letter.examined_on
        if undated != 'left_out':
            handled_on = Coalesce(handled_on, Case(
                    (closed, letter.received_on), else_=Null))
        outcome = Case(
            *((letter.state == state, name) for name, state in [
                    ('accept', 'accepted'), ('refuse', 'refused'),
                    ('join', 'joined'), ('transfer', 'transferred'),
                    ('guide', 'guided'), ('file', 'filed'),
                    ('return', 'returned'), ('historical', 'historical')]),
            else_=Coalesce(letter.proposal, ''))
        condition = (
            where(letter, closed) & (letter.number != Null)
            & (letter.state != 'divided') & _of(letter.agency, scope)
            & _seen(letter.id))
        if undated == 'left_out':
            condition &= ~closed | (letter.examined_on != Null)
        return letter.select(
            letter.id.as_('record'), letter.agency.as_('agency'),
            letter.kind.as_('kind'),
            Coalesce(letter.instance, '1').as_('instance'),
            letter.field.as_('field'), outcome.as_('outcome'),
            Case((handled_on <= scope.end, 1), else_=0).as_('handled'),
            *extra(letter), where=condition)
    # each part has an index that serves it
    return Union(
        part(lambda le, closed: _within(le.received_on, scope)),
        part(lambda le, closed: (le.received_on < scope.start) & (
                le.examined_on >= scope.start)),
        part(lambda le, closed: (le.received_on < scope.start) & (
                le.examined_on == Null) & ~closed),
        all_=True)


def letter(scope):
    return Source(
        'complaints.letter', _letters(scope),
        ('kind', 'instance', 'field', 'outcome', 'handled'))


def _status(scope, letter, case):
    "Return what has become of a matter by the end of the period"
    return Case(
        (case.terminated_on <= scope.end, 'ended'),
        (case.accepted_on <= scope.end, 'accepted'),
        (case.id != Null, 'considering'),
        ((letter.state == 'refused') & (
                Coalesce(letter.refused_on, letter.received_on)
                <= scope.end), 'refused'),
        else_='considering')


def matter(scope):
    "The matters of the letters; with those of before where that is chosen"
    pool = Pool()
    letters = _letters(scope, lambda le: [le.case.as_('case')])
    Letter, Case_ = pool.get('complaints.letter'), pool.get('complaints.case')
    own, case = Letter.__table__(), Case_.__table__()
    key = Coalesce(own.case, -own.id)

    def columns(kind, agency, carried):
        return [
            own.id.as_('record'), agency.as_('agency'), kind.as_('kind'),
            _status(scope, own, case).as_('status'),
            Literal(carried).as_('carried'), key.as_('key')]
    parts = [letters.join(own, condition=own.id == letters.record).join(
            case, 'LEFT', condition=case.id == own.case).select(
            *columns(own.kind, own.agency, 0),
            where=(letters.handled == 1)
            & letters.outcome.in_(sorted(COMPETENT)))]
    if scope.readings.get('stock') == 'carry':
        parts += _carried(scope, own, case, columns)
    query = parts[0] if len(parts) == 1 else Union(*parts, all_=True)
    return Source(
        'complaints.letter', query, ('kind', 'status', 'carried'),
        least='carried')


def _carried(scope, own, case, columns):
    "Yield what was not settled when the period began"
    start = scope.start
    yield case.join(own, condition=own.case == case.id).select(
        *columns(case.kind, case.agency, 1),
        where=(case.accepted_on < start) & (own.received_on < start)
        & ((case.decided_on == Null) | (case.decided_on >= start))
        & ((case.terminated_on == Null) | (case.terminated_on >= start))
        & ((case.closed_on == Null) | (case.closed_on >= start))
        & ~case.id.in_(_before(start)) & _of(case.agency, scope)
        & _seen(case.id, 1) & _seen(own.id))
    yield own.join(case, 'LEFT', condition=case.id == own.case).select(
        *columns(own.kind, own.agency, 1),
        where=(own.examined_on < start) & (
            ((own.state == 'approved') & own.proposal.in_(OWN))
            | (own.state == 'accepted') & (own.accepted_on >= start)
            | (own.state == 'refused') & (own.refused_on >= start))
        & _of(own.agency, scope) & _seen(own.id))


def _before(start):
    "Return the cases that a higher instance had taken up before"
    act = Pool().get('complaints.act').__table__()
    return act.select(
        act.case, where=act.name.in_(['complained', 'yield'])
        & (act.annulled_on == Null) & (act.case != Null)
        & (act.day < start))


def decision(scope):
    case = Pool().get('complaints.case').__table__()
    return Source(
        'complaints.case', case.select(
            case.id.as_('record'), case.agency.as_('agency'),
            case.kind.as_('kind'),
            Coalesce(case.instance, '1').as_('instance'),
            case.result.as_('result'),
            where=_within(case.decided_on, scope)
            & _of(case.agency, scope) & _seen(case.id, 1)),
        ('kind', 'instance', 'result'))


def award(scope):
    "What the decisions of the period give and take"
    pool = Pool()
    case = pool.get('complaints.case').__table__()
    outcome = pool.get('complaints.outcome').__table__()
    return Source(
        'complaints.case', case.join(
            outcome, condition=outcome.case == case.id).select(
            case.id.as_('record'), case.agency.as_('agency'),
            case.kind.as_('kind'), outcome.kind.as_('what'),
            outcome.recommended.as_('amount'),
            where=_within(case.decided_on, scope)
            & (outcome.recommended != 0)
            & _of(case.agency, scope) & _seen(case.id, 1)),
        ('kind', 'what'), ('amount',))


def _duties(scope):
    "Return the cases whose decision was to be enforced, as a query"
    case = Pool().get('complaints.case').__table__()
    act = Pool().get('complaints.act').__table__()
    left_on = act.select(
        Min(act.day), where=(act.case == case.id)
        & act.name.in_(['complained', 'yield']) & (act.annulled_on == Null))
    # what was not even sent is closed by an old register on the day of its
    # import
    done_on = Case(
        (case.sent_on == Null, Case(
                (case.closed_on != Null, case.decided_on), else_=Null)),
        else_=case.closed_on)
    rows = case.select(
        case.id, case.agency, case.kind, left_on.as_('left_on'),
        done_on.as_('done_on'),
        where=(case.decided_on <= scope.end) & (
            (case.closed_on == Null) | (case.closed_on >= scope.start))
        & _of(case.agency, scope) & _seen(case.id, 1))
    return rows, (
        ((rows.done_on == Null) | (rows.done_on >= scope.start))
        & ((rows.left_on == Null) | (rows.left_on >= scope.start)))


def duty(scope):
    rows, open_ = _duties(scope)
    return Source(
        'complaints.case', rows.select(
            rows.id.as_('record'), rows.agency.as_('agency'),
            rows.kind.as_('kind'),
            _flag((rows.done_on <= scope.end) & (rows.left_on == Null)).as_(
                'done'),
            where=open_),
        ('kind', 'done'))


def enforcement(scope):
    "What of the decisions was to be done, and was done in the period"
    rows, open_ = _duties(scope)
    outcome = Pool().get('complaints.outcome').__table__()
    day = Coalesce(outcome.done_on, rows.done_on)
    done = Coalesce(outcome.done, 0)
    return Source(
        'complaints.case', rows.join(
            outcome, condition=outcome.case == rows.id).select(
            rows.id.as_('record'), rows.agency.as_('agency'),
            rows.kind.as_('kind'), outcome.kind.as_('what'),
            (outcome.recommended - Case(
                    (day < scope.start, done), else_=0)).as_('due'),
            Case((_within(day, scope), done), else_=0).as_('done'),
            where=open_),
        ('kind', 'what'), ('due', 'done'))


def _receptions(scope, columns):
    table = Pool().get('reception.reception').__table__()
    cut = Pool().get('res.user').get_cut()[0]
    unseen = _in(table.letter, list(cut)) if cut else Literal(False)
    return table.select(
        table.id.as_('record'), table.agency.as_('agency'),
        *columns(table),
        where=_within(table.day, scope)
        & table.state.in_(['done', 'answered']) & _of(table.agency, scope)
        & ((table.letter == Null) | ~unseen))


def reception(scope):
    return Source(
        'reception.reception', _receptions(scope, lambda table: [
                table.form.as_('form'),
                _flag(table.people_count >= scope.crowd).as_('crowd'),
                table.people_count.as_('people')]),
        ('form', 'crowd'), ('people',))


def visit(scope):
    """The matters that people came with, each once

    By the highest who received it: the head, who stands for him, the
    others."""
    letter = Pool().get('complaints.letter').__table__()
    rows = _receptions(scope, lambda table: [
            Case((table.form == 'head', '1 head'),
                (table.form == 'delegated', '2 delegated'),
                else_='3 ordinary').as_('form'),
            table.letter.as_('letter')])
    key = Case(
        (letter.case != Null, letter.case * 3),
        (letter.id != Null, letter.id * 3 + 1),
        else_=rows.record * 3 + 2)
    return Source(
        'reception.reception', rows.join(
            letter, 'LEFT', condition=letter.id == rows.letter).select(
            rows.record, rows.agency, rows.form, key.as_('key')),
        ('form',), least='form')


def day(scope):
    table = Pool().get('reception.day').__table__()
    return Source(
        'reception.day', table.select(
            table.id.as_('record'), table.agency.as_('agency'),
            table.form.as_('form'),
            where=_within(table.day, scope) & _of(table.agency, scope)),
        ('form',))


SOURCES = {
    'letter': letter, 'matter': matter, 'decision': decision, 'award': award,
    'duty': duty, 'enforcement': enforcement, 'reception': reception,
    'visit': visit, 'day': day}

# of whose records a source has rows
MODELS = {
    'letter': 'complaints.letter', 'matter': 'complaints.letter',
    **dict.fromkeys(
        ['decision', 'award', 'duty', 'enforcement'], 'complaints.case'),
    **dict.fromkeys(['reception', 'visit'], 'reception.reception'),
    'day': 'reception.day'}


def _things(source):
    "Return the query with a row for each thing, where several rows are one"
    if not source.keyed:
        return source.query
    rows = source.query
    same = [
        getattr(rows, name) for name in source.dims if name != source.least]
    by = [rows.agency, *same, rows.key]
    return rows.select(
        *by, Min(getattr(rows, source.least)).as_(source.least),
        group_by=by)


def groups(name, scope):
    "Return the pivot.Groups of a source"
    source = SOURCES[name](scope)
    rows = _things(source)
    by = [rows.agency, *(getattr(rows, d) for d in source.dims)]
    cursor = Transaction().connection.cursor()
    cursor.execute(*rows.select(
            *by, Count(Literal(1)).as_('count'),
            *(Sum(getattr(rows, s)).as_(s) for s in source.sums),
            group_by=by))
    found = []
    width = 1 + len(source.dims)
    code = _field_code() if 'field' in source.dims else None
    for row in cursor.fetchall():
        raw = dict(zip(source.dims, row[1:width], strict=True))
        found.append(Group(
                row[0], worded(raw, code), row[width],
                dict(zip(source.sums, row[width + 1:], strict=True))))
    return found


def worded(raw, code):
    "Return dimensions as pivot.py takes them"
    raw = dict(raw)
    if code:
        raw['field'] = code(raw['field'])
    if isinstance(raw.get('form'), str):
        raw['form'] = raw['form'].split(' ')[-1]
    return raw


def records(name, scope, agencies, counted):
    """Return the model, and the query of the ids of records behind a figure

    agencies -- of the unit
    counted -- a function that tells of dimensions if they count"""
    source = SOURCES[name](scope)
    rows = _things(source)
    cursor = Transaction().connection.cursor()
    by = [getattr(rows, d) for d in source.dims]
    cursor.execute(*rows.select(*by, group_by=by))
    code = _field_code() if 'field' in source.dims else None
    wanted = [
        row for row in cursor.fetchall()
        if counted(worded(dict(zip(source.dims, row, strict=True)), code))]
    where = Literal(False)
    for row in wanted:
        same = Literal(True)
        for column, value in zip(by, row, strict=True):
            same &= column == (Null if value is None else value)
        where |= same
    if agencies is not None:
        where &= _in(rows.agency, list(agencies))
    if not source.keyed:
        return source.model, rows.select(rows.record, where=where)
    # the records of the things that count
    every = SOURCES[name](scope).query
    condition = (every.key == rows.key) & (every.agency == rows.agency)
    for dim in source.dims:
        if dim != source.least:
            condition &= getattr(every, dim) == getattr(rows, dim)
    return source.model, every.join(rows, condition=condition).select(
        every.record, where=where)
