# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Letters and cases that exist, loaded in sets into the forms of plan.

A statement for each table, whatever the number of records.  What only some
steps ask for is loaded for these: see NEEDS.
"""
from bisect import bisect_left
from collections import Counter, defaultdict
from typing import NamedTuple

from sql import Column
from trytond.model import fields
from trytond.modules.foundation.text import fold
from trytond.pool import Pool
from trytond.tools import grouped_slice
from trytond.transaction import Transaction

from . import plan
from .opening import is_conflicted
from .plan.forms import INTERVAL

# What the steps ask for beside what is always there
NEEDS = {
    'register': {'known', 'repeats', 'conditions', 'happened'},
    'historical': {'known'},
    'classify': {'known', 'conditions'},
    'propose': {'known', 'conditions', 'grounds'},
    'approve': {'grounds'},
    'guide': {'earlier'},
    'transfer': {'earlier'},
    'join': {'join_case'},
    'correct': {'intervals', 'happened'},
    'suspend': {'intervals'},
    'resume': {'intervals'},
    'exclude': {'intervals', 'happened'},
    'extend': {'intervals'},
    'withdraw': {'intervals', 'persons'},
    'terminate': {'intervals'},
    'reassess': {'intervals'},
    'circumstances': {'intervals'},
    'annul': {'intervals', 'closed'},
    }
_loaders = []


class Finding(NamedTuple):
    id: int
    finding: str
    by_system: bool


def loader(room):
    """Let a function of a room above add facts

    It gets {id: Matter} of letters or of cases, and what the steps ask for"""
    def register(function):
        _loaders.append((room, function))
        return function
    return register


def need(step, *names):
    "Let a room above ask for more where a step is taken"
    NEEDS[step] = NEEDS.get(step, set()) | set(names)


def needed(steps):
    "Return what steps ask for"
    return set().union(*(NEEDS.get(name, ()) for name in steps))


def add_facts(found, steps):
    "Let the rooms above add what they know of {id: Matter} of one model"
    rooms = Pool().get('complaints.procedure').law().rooms
    for room, function in _loaders:
        if room in rooms:
            function(found, needed(steps))


def load(model, ids, steps):
    """Return the Matters of letters or cases, in the order of their ids

    steps -- the names of the steps that are to be taken"""
    needs = needed(steps)
    found = (letters if model == 'complaints.letter' else cases)(ids, needs)
    add_facts(found, steps)
    if 'closed' in needs:
        closed = Pool().get(model)._closed()
        for matter in found.values():
            matter.facts['closed'] = matter.state in closed
    return [found[id_] for id_ in ids]


def letters(ids, needs=()):
    "Return {id: Matter} of letters, with all that steps ask for"
    found = _matters('letter', ids)
    _clocks(found, 'letter', 'intervals' in needs)
    _acts(found, 'letter')
    _persons(found, 'known' in needs)
    if 'conditions' in needs:
        _conditions(found)
    if needs & {'conditions', 'earlier'}:
        _earlier(found)
    if 'repeats' in needs:
        _repeats(found)
    if needs & {'grounds'}:
        _grounds(found)
    if 'join_case' in needs:
        cases_ = _matters('case', [
                m['join_case'] for m in found.values() if m['join_case']])
        for matter in found.values():
            matter.facts['join_case'] = cases_.get(matter['join_case'])
    return found


def cases(ids, needs=()):
    "Return {id: Matter} of cases, with their letters and teams"
    found = _matters('case', ids)
    _clocks(found, 'case', 'intervals' in needs)
    _acts(found, 'case')
    letter = Pool().get('complaints.letter').__table__()
    Letter = Pool().get('complaints.letter')
    verifier = Pool().get('complaints.verifier').__table__()
    own = defaultdict(list)
    for id_, case in _select([letter.id, letter.case], letter.case, found):
        own[case].append(id_)
    matters = _matters('letter', [i for group in own.values() for i in group])
    if 'persons' in needs:
        _persons(matters, False)
    team = defaultdict(list)
    for case, name, head, impartial, user in _select([
                verifier.case, verifier.name, verifier.head,
                verifier.impartial, verifier.user], verifier.case, found):
        team[case].append({
                'name': name, 'head': bool(head),
                'impartial': bool(impartial) and not any(
                    # also by a former name, or by post
                    is_conflicted(user, Letter(id_)) for id_ in own[case])
                })
    for id_, matter in found.items():
        matter.letters = tuple(matters[i] for i in own[id_])
        matter.facts['team'] = team[id_]
    return found


def _select(columns, key, values):
    "Yield the rows of a table whose key is one of the values"
    cursor = Transaction().connection.cursor()
    table = key.table
    for part in grouped_slice(list(values), 1000):
        cursor.execute(*table.select(
                *columns, where=key.in_(list(part)),
                order_by=[key.table.id.asc]))
        yield from cursor.fetchall()


def _matters(of, ids):
    Model = Pool().get(f'complaints.{of}')
    names = Model.stored_fields()
    yes_no = [
        n for n in names if isinstance(Model._fields[n], fields.Boolean)]
    found = {}
    for id_, *row in _columns_of(Model, names, set(ids)):
        values = dict(zip(names, row, strict=True))
        for name in yes_no:
            values[name] = bool(values[name])
        found[id_] = values
    agencies = agencies_of({v['agency'] for v in found.values()})
    return {
        id_: plan.Matter(of, values, agencies[values['agency']], id=id_)
        for id_, values in found.items()}


def _columns_of(Model, names, ids):
    "Yield the rows of records; the words for one of them are made once"
    table = Model.__table__()
    columns = [table.id, *(Column(table, n) for n in names)]
    if len(ids) != 1:
        yield from _select(columns, table.id, ids)
        return
    sql = Model.__dict__.get('_sql_of_one')
    if sql is None:
        sql, _ = table.select(*columns, where=table.id == 0)
        Model._sql_of_one = sql
    cursor = Transaction().connection.cursor()
    cursor.execute(sql, tuple(ids))
    yield from cursor.fetchall()


def agencies_of(ids):
    "Return {id: plan.Agency} of the agencies"
    Agency = Pool().get('agencies.agency')
    found = {id_: Agency._planned_cache.get(id_) for id_ in ids}
    missing = [id_ for id_, agency in found.items() if agency is None]
    for a in Agency.browse(missing):
        found[a.id] = plan.Agency(
            a.id, a.code, a.rec_name, a.kind, bool(a.remote))
        Agency._planned_cache.set(a.id, found[a.id])
    return found


_CLOCK = (
    'rule', 'version', 'calendar', 'started_on', 'variants', 'due_on',
    'warn_on', 'tolerance_on', 'ended_on', 'state')


def _clocks(found, of, intervals):
    pool = Pool()
    codes = {
        limit.id: code for code, limit in
        pool.get('complaints.procedure').law().limits.items()}
    table = pool.get('deadlines.clock').__table__()
    names = [f'complaints.{of},{id_}' for id_ in found]
    rows = list(_select(
            [table.id, table.resource, table.documented,
                *(Column(table, n) for n in _CLOCK)],
            table.resource, names))
    decided = _intervals([id_ for id_, *_ in rows]) if intervals else {}
    for id_, resource, documented, *row in rows:
        values = dict(zip(_CLOCK, row, strict=True))
        found[int(resource.split(',')[1])].clocks.append(plan.Clock(
                codes[values['rule']], documented=bool(documented), id=id_,
                intervals=tuple(decided.get(id_, ())), **values))


def _intervals(clocks):
    "Return {id of a clock: [plan.Interval]}"
    pool = Pool()
    grounds = pool.get('complaints.procedure').law().more['grounds']
    table = pool.get('deadlines.clock.interval').__table__()
    found = defaultdict(list)
    for id_, clock, *row in _select(
            [table.id, table.clock, *(Column(table, n) for n in INTERVAL)],
            table.clock, clocks):
        values = dict(zip(INTERVAL, row, strict=True))
        if values['ground']:
            values['convention'] = grounds[values['ground']].convention
        found[clock].append(plan.Interval(**values, id=id_))
    return found


def _acts(found, of):
    pool = Pool()
    table = pool.get('complaints.act').__table__()
    step_of = pool.get('complaints.procedure').law().step_of
    place = Column(table, of)
    for id_, matter, name, day, meeting_on, annulled_on, step in _select(
            [table.id, place, table.name, table.day, table.meeting_on,
                table.annulled_on, table.step], place, found):
        found[matter].acts.append(plan.Done(
                name, day, meeting_on, annulled=bool(annulled_on),
                step=step_of(step), id=id_))


def _persons(found, known):
    pool = Pool()
    Identity = pool.get('complaints.identity')
    table = pool.get('complaints.person').__table__()
    rows = list(_select(
            [table.id, table.letter, table.role, table.protected,
                table.withdrawn_on, table.identity], table.letter, found))
    opened = {}
    if known:
        opened = Identity.opened([row[-1] for row in rows])
    persons = defaultdict(list)
    for id_, letter, role, protected, withdrawn_on, identity in rows:
        values = opened.get(identity, {})
        persons[letter].append((plan.Person(
                    id_, role, bool(protected), withdrawn_on,
                    frozenset(n for n, v in values.items() if v)), values))
    for id_, matter in found.items():
        matter.persons = tuple(p for p, _ in persons[id_])
        # for its key alone: no step sees who it is
        matter.facts['_names'] = [
            values for p, values in persons[id_] if p.role == 'sender']


def _conditions(found):
    pool = Pool()
    finding = pool.get('complaints.letter.condition').__table__()
    for letter, id_, condition, value, by_system in _select(
            [finding.letter, finding.id, finding.condition, finding.finding,
                finding.by_system], finding.letter, found):
        found[letter].facts.setdefault('findings', {})[condition] = Finding(
            id_, value, bool(by_system))
    obstacle = pool.get('complaints.obstacle').__table__()
    for letter, start, end in _select(
            [obstacle.letter, obstacle.start, obstacle.end], obstacle.letter,
            found):
        found[letter].facts.setdefault('obstacles', []).append((start, end))


def _earlier(found):
    earlier = {m['repeat_of'] for m in found.values() if m['repeat_of']}
    matters = numbered(earlier)
    for matter in found.values():
        matter.facts['earlier'] = matters.get(matter['repeat_of'])


def repeat_key(name, content, secret):
    """Return the keyed hash of who says what, None of nothing

    secret -- then it is only of what others read: who writes down the same
        again learns nothing from whether it is found, and content is that
        of the working copy"""
    content = fold(content)
    if not content:
        return None
    return Pool().get('audit.key').hash(
        f'repeat-secret:{content}' if secret
        else f'repeat:{fold(name)}:{content}')


def repeats(asked):
    """Return {id: (id of the letter that it repeats or None, count)}

    asked -- (id, agency, key) of letters whose key may not be stored yet

    It repeats the last one before it in its agency; the count is of those on
    the same matter, wherever they are registered."""
    table = Pool().get('complaints.letter').__table__()
    places, counts = defaultdict(list), Counter()
    for id_, agency, key in _select(
            [table.id, table.agency, table.repeat_key], table.repeat_key,
            {key for _, _, key in asked}):
        places[agency, key].append(id_)
        counts[key] += 1
    found = {}
    for id_, agency, key in sorted(asked):
        ids = places[agency, key]
        place = bisect_left(ids, id_)
        if place == len(ids) or ids[place] != id_:
            ids.insert(place, id_)
            counts[key] += 1
        found[id_] = (ids[place - 1] if place else None, counts[key])
    return found


def numbered(ids):
    "Return {id: Matter} of letters of which only number and state is asked"
    table = Pool().get('complaints.letter').__table__()
    return {
        id_: plan.Matter(
            'letter', {'number': number, 'state': state}, None, id=id_)
        for id_, number, state in _select(
            [table.id, table.number, table.state], table.id, ids)}


def _repeats(found):
    "Find what each letter seems to repeat, unless that was looked for"
    new, asked = set(), []
    for id_, matter in found.items():
        key, names = matter['repeat_key'], matter.facts['_names']
        if not key and names and names[0]:
            key = repeat_key(
                names[0].get('name'), matter['content'], matter.is_secret)
            new.add(id_)
        if key:
            asked.append((id_, matter.agency.id, key))
    keys = {id_: key for id_, _, key in asked}
    looked = repeats(asked)
    for id_, matter in found.items():
        before, count = looked.get(id_, (None, 1))
        if id_ in new & keys.keys():
            matter.facts['repeat'] = (keys[id_], before)
        else:
            before = matter['repeat_of']
        matter.facts['on_matter'] = count if before else 1
    earlier = numbered({
            m.facts['repeat'][1] for m in found.values()
            if m.facts.get('repeat') and m.facts['repeat'][1]})
    for matter in found.values():
        before = matter.facts.get('repeat', (None, None))[1]
        if before:
            matter.facts['earlier'] = earlier[before]


def _grounds(found):
    pool = Pool()
    known = pool.get('complaints.procedure').law().more['grounds']
    table = pool.get('complaints.letter-deadlines.ground').__table__()
    for matter in found.values():
        matter.facts['grounds'] = {}
    for letter, ground in _select(
            [table.letter, table.ground], table.letter, found):
        found[letter].facts['grounds'][ground] = known[ground]
