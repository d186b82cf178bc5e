# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The whole matrix of docs/access.md: role × model × action × agency.

Nothing is sampled: each user tries each action on each record of each model,
through what a client calls, and each button, report and wizard.
"""
import datetime as dt
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from helpers import ROOMS
from trytond import backend
from trytond.exceptions import UserError, UserWarning
from trytond.model import ModelSQL, ModelView
from trytond.model.exceptions import AccessError
from trytond.pool import Pool
from trytond.tests.test_tryton import activate_module, drop_db
from trytond.transaction import Transaction

PAGE = Path(__file__).parents[1] / 'docs' / 'access.md'
PREFIXES = tuple(f'{room}.' for room in ROOMS)
# Whose records say who has written or come, and what
SECRET = ('complaints.', 'likeness.', 'reception.', 'retention.')
ROLES = [
    'clerk', 'handler', 'leader', 'supervisor', 'auditor', 'custodian',
    'data_officer', 'administrator', 'nobody']
# Where one administers what holds for every agency
TOP = {'P1'}
DAY = dt.date(2026, 8, 5)
SCOPED = {'visible', 'own', 'between', 'told'}
REFUSALS = (UserError, UserWarning, AccessError)

pytestmark = pytest.mark.skipif(
    backend.name != 'sqlite', reason="the rules are those of SQLite too")


class Reached(Exception):
    "An attempt got as far as the database"


def read_page():
    "Return {model: (rows, {role: letters})} of docs/access.md"
    policy = {}
    for line in PAGE.read_text(encoding='utf-8').splitlines():
        cells = [c.strip() for c in line.strip('|').split('|')]
        if line.startswith('| ') and '.' in cells[0]:
            model, rows, *letters = cells
            policy[model] = (rows, dict(zip(ROLES, letters, strict=True)))
    return policy


def models():
    return {
        name: Model for name, Model in Pool().iterobject()
        if name.startswith(PREFIXES) and issubclass(Model, ModelSQL)
        and issubclass(Model, ModelView)
        and not getattr(Model, '_no_rpc', False)}


@pytest.fixture(scope='module')
def world():
    """Two provinces, three communes, a user for each role in a commune and in
    a province, and records of every model in each commune."""
    drop_db()
    activate_module(ROOMS)
    with Transaction().start(':memory:', 1, context={'language': 'en'}):
        # what a client does is checked, also in tests
        yield fill()
        Transaction().rollback()
    drop_db()


def fill():
    from trytond.modules.agencies.tests.tools import create_agency, create_user
    from trytond.modules.foundation import clock
    provinces = [
        create_agency(code, f"UBND tỉnh {code}", 'province')
        for code in ['P1', 'P2']]
    places, users = {}, {}
    for code, province in [('A', 0), ('B', 0), ('X', 1)]:
        places[code] = populate(code, provinces[province])
    for place, agency in [('A', places['A'].agency), ('P1', provinces[0])]:
        for role in ROLES[:-1]:
            users[place, role] = create_user(
                f'{role}-{place}', agency, role)
    users['A', 'nobody'] = create_user('nobody')
    User = Pool().get('res.user')
    User.clear_role_caches()
    agencies = {code: place.agency for code, place in places.items()}
    agencies.update(P1=provinces[0], P2=provinces[1])
    with patch.object(Transaction, 'lock_table'):
        for name in ['deadlines.configuration', 'complaints.reading.limits',
                'routing.configuration']:
            Pool().get(name).create([{}])
    # what is late goes up, with an escalation for each
    with clock.travel(DAY + dt.timedelta(days=200)):
        Pool().get('routing.escalation.schedule').run_due()
    with clock.travel(DAY):
        Pool().get('audit.seal').seal_due()
        Pool().get('audit.anchor').lodge(1, '0' * 64, "Test", 'print')
    return SimpleNamespace(users=users, agencies=agencies)


def populate(code, province):
    "Return an office with a record of every model"
    from trytond.modules.agencies.tests.tools import work_as
    from trytond.modules.complaints.tests.tools import (
        appoint, create_office, open_case, open_identity, receive, take)
    from trytond.modules.foundation import clock
    pool = Pool()
    with clock.travel(DAY):
        office = create_office(code, province)
        case = open_case(
            office, kind='denunciation', respondents=[('create', [{
                            'name': "Ông Khác", 'role': 'staff',
                            'agency': office.agency.id}])])
        appoint(office, case, "Phạm Thị Dung", "Lê Văn Em")
        letter, = case.letters
        open_identity(office.clerk, letter)
        first = receive(office, DAY, content=f"Đơn {code}")
        take(office.clerk, first, 'register', 'classify')
        take(office.clerk, receive(office, DAY, content=f"Đơn {code}"),
            'register')
        pool.get('complaints.obstacle').create([{
                    'letter': first.id, 'start': DAY,
                    'ground': pool.get('deadlines.ground').search(
                        [('kind', '=', 'obstacle')])[0].id}])
        pool.get('complaints.outcome').create([{
                    'case': case.id, 'kind': 'people', 'recommended': 1}])
        with work_as(office.clerk):
            pool.get('reception.reception').create([{
                        'kind': 'complaint', 'content': "x",
                        'host': "Chủ tịch", 'agency': office.agency.id,
                        'persons': [('create', [{'name': "Trần A"}])]}])
            pool.get('reception.day').create([{
                        'agency': office.agency.id,
                        'form': 'head', 'host': "Chủ tịch",
                        'day': DAY + dt.timedelta(days=20)}])
        between(office, first, case)
        draw(office, case)
        propose(office)
        with work_as(office.leader):
            pool.get('retention.erasure').create([{
                        'agency': office.agency.id, 'mode': 'anonymise',
                        'reason': "x",
                        'letters': [('create', [{'letter': first.id}])]}])
    return office


def draw(office, case):
    "Let an office have the draft of a paper"
    from trytond.modules.agencies.tests.tools import work_as
    pool = Pool()
    form, = pool.get('documents.form').search([('code', '=', '06/TC')])
    with work_as(office.handler):
        pool.get('documents.document').draft(case, form, {
                'agency': "UBND xã", 'place': "Sơn Thành", 'sign_of': 'UBND',
                'accused': "Ông Khác", 'matter': "x", 'limit': "30 ngày",
                'signer': "Trần Thị Gấm", 'signer_post': "CHỦ TỊCH"}, DAY)


def propose(office):
    "Let something wait for a second person"
    pool = Pool()
    user = pool.get('res.user')(
        name="Mới", login=f'new-{office.agency.code}')
    user.save()
    membership, = pool.get('agencies.membership').create([{
                'user': user.id, 'agency': office.agency.id,
                'role': 'custodian', 'state': 'proposed',
                'valid_from': DAY}])
    return membership


def between(office, letter, case):
    "Let an office and its superior have something with each other"
    from trytond.modules.agencies.tests.tools import work_as
    from trytond.modules.complaints.tests.tools import propose, receive, take
    pool = Pool()
    sent = receive(office, DAY, content="Chuyển đi")
    propose(office, sent, 'transfer', proposed_to=office.parent.id)
    take(office.clerk, sent, 'transfer')
    pool.get('routing.demand').draft(case, office.parent, 'urge')
    pool.get('routing.dispute').raise_(letter, [], "Không rõ")
    with work_as(office.leader):
        letter.__class__.give_to([letter], office.handler)
        pool.get('agencies.absence').create([{
                    'agency': office.agency.id, 'user': office.clerk.id,
                    'valid_from': DAY + dt.timedelta(days=90),
                    'valid_to': DAY + dt.timedelta(days=91)}])
        pool.get('routing.watch').create([{
                    'name': "Theo dõi", 'agency': office.agency.id,
                    'items': [('create', [{'case': case.id}])]}])


def agencies_of(record):
    "Return the ids of the agencies between which a record stands"
    if 'resource' in record._fields and 'agency' not in record._fields:
        resource = record.resource
        if resource is None or isinstance(resource, str):
            return set()
        return agencies_of(resource)
    found = {agency_of(record)}
    for name in ['sender', 'asked_by']:
        field = record._fields.get(name)
        if field and field._type == 'many2one' and getattr(record, name):
            found.add(getattr(record, name).id)
    return found - {None}


def agency_of(record):
    "Return the id of the agency that a record belongs to, or None"
    for name in ['agency', 'letter', 'case', 'reception', 'erasure',
            'watch', 'resource', 'clock']:
        if name in record._fields:
            value = getattr(record, name)
            if value is None or isinstance(value, str):
                continue
            if name == 'agency':
                return value.id
            return agency_of(value)


@contextmanager
def acting(user):
    from trytond.modules.agencies.tests.tools import work_as
    from trytond.modules.foundation import clock
    with clock.travel(DAY), work_as(user):
        yield


@contextmanager
def undone():
    "Undo what is done inside, as a failed request would"
    from trytond.modules.audit.collected import Collected
    transaction = Transaction()
    cursor = transaction.connection.cursor()
    collected = Collected.current()
    mark = collected.mark()
    cursor.execute('SAVEPOINT attempt')
    try:
        # Tryton would ask in another one why the database has refused; in
        # memory there is one only
        with patch.object(
                Transaction, 'new_transaction', side_effect=Reached), \
                patch.object(Transaction, 'lock_table'):
            yield
    finally:
        cursor.execute('ROLLBACK TO SAVEPOINT attempt')
        cursor.execute('RELEASE SAVEPOINT attempt')
        for cache in transaction.cache.values():
            cache.clear()
        transaction.delete_records.clear()
        collected.restore(mark)


def may(policy, model, role, letter):
    "Tell if the page lets a role do something with a model"
    rows, roles = policy[model]
    if rows.startswith('via '):
        return None
    return letter in roles[role]


def parents(world):
    by_id = {a.id: code for code, a in world.agencies.items()}
    return by_id


def visible(place, role):
    "Return the codes of the agencies whose records a user may see"
    if role in {'administrator', 'nobody'}:
        return set()
    if place == 'P1' and role in {'supervisor', 'auditor'}:
        return {'P1', 'A', 'B'}
    return {place}


def branch(place):
    "Return the codes of the agencies at and below a place"
    return {'P1', 'A', 'B'} if place == 'P1' else {place}


def governed(place, role):
    "Return the codes of the agencies that a user leads or administers"
    return branch(place) if role in {'leader', 'administrator'} else set()


def test_page_is_complete(world):
    assert set(read_page()) == set(models())


def test_there_is_something_to_try(world):
    "Test each model that belongs to agencies has a record in each commune"
    by_id = parents(world)
    for name, (rows, _) in read_page().items():
        if rows in SCOPED:
            if name == 'complaints.reading':
                continue
            found = {
                by_id.get(a) for r in Pool().get(name).search([])
                for a in agencies_of(r)}
            assert {'A', 'B', 'X'} <= found, name


def follow(policy, name):
    "Return the model whose rows and rights hold for a model"
    rows, _ = policy[name]
    if not rows.startswith('via '):
        return name
    module = name.split('.')[0]
    target = rows.removeprefix('via ')
    for candidate in [f'{module}.{target}', f'complaints.{target}',
            f'deadlines.{target}', f'agencies.{target}']:
        if candidate in policy:
            return follow(policy, candidate)
    return None


def test_reading(world):
    "Test each user reads what the page says, to the record"
    policy, by_id = read_page(), parents(world)
    wrong = []
    for (place, role), user in world.users.items():
        for name, Model in models().items():
            top = follow(policy, name)
            reads = may(policy, top, role, 'r') if top else None
            with acting(user), undone():
                try:
                    records = Model.search([])
                    Model.read(
                        [r.id for r in records],
                        [f for f in Model._fields if f in Model.fields_get(
                                ) and f != 'data'])
                except REFUSALS as error:
                    if reads:
                        wrong.append((place, role, name, 'refused', error))
                    continue
                with Transaction().set_context(_check_access=False):
                    rows = policy[top][0] if top else 'own'
                    found = seen_agencies(
                        Model.browse([r.id for r in records]), rows, by_id,
                        visible(place, role), user)
            if reads is False and records:
                wrong.append((place, role, name, 'reads', len(records)))
            if rows == 'whole' and records:
                # who administers the site has no role here
                wrong.append((place, role, name, 'reads', len(records)))
            if rows == 'governed' and not records_concern(Model, records, user):
                if not found <= governed(place, role):
                    wrong.append((place, role, name, 'sees', found))
                if 'A' in governed(place, role) and 'A' not in found:
                    wrong.append((place, role, name, 'misses A', found))
            if rows in SCOPED and not (found <= visible(place, role)):
                wrong.append((place, role, name, 'sees', found))
            if (reads and rows in SCOPED
                    and name != 'complaints.reading'
                    and 'A' in visible(place, role) and 'A' not in found):
                wrong.append((place, role, name, 'misses A', found))
    assert not wrong, '\n'.join(map(str, wrong))


def records_concern(Model, records, user):
    "Tell if a user sees proposals as the one whom they concern"
    return any(
        user in {r.user, r.proposed_by} for r in Model.browse(
            [r.id for r in records]))


def seen_agencies(records, rows, by_id, allowed, user):
    """Return the codes of the agencies by which records are seen

    Of what stands between two, the one that lets the user see it."""
    found = set()
    for record in records:
        codes = {by_id.get(a) for a in agencies_of(record)}
        codes = codes & allowed or codes
        if rows == 'told' and user in record.recipients:
            codes &= allowed
        found |= codes
    return found - {None}


def attempts(Model, record):
    "Yield (letter, function) of what a client may try with a record"
    name = next((
            n for n, f in Model._fields.items()
            if n not in {'id', 'create_uid', 'write_uid', 'create_date',
                'write_date'} and f.sql_type()
            and f._type in {'char', 'text', 'boolean', 'integer'}), None)
    if name:
        yield 'w', lambda: Model.write(
            [Model(record.id)], {name: getattr(record, name)})
    yield 'd', lambda: Model.delete([Model(record.id)])
    values = {
        n: getattr(record, n) for n, f in Model._fields.items()
        if f.sql_type() and f._type in {
            'char', 'text', 'boolean', 'integer', 'date', 'selection'}
        and n not in {'id', 'number', 'token', 'wrapped', 'master'}}
    for n, f in Model._fields.items():
        if f._type == 'many2one' and f.sql_type() and getattr(record, n):
            values[n] = getattr(record, n).id
    yield 'c', lambda: Model.create([values])


def remove(record):
    table = record.__class__.__table__()
    cursor = Transaction().connection.cursor()
    for trigger in ['audit_entry_update', 'audit_entry_delete']:
        cursor.execute(f'DROP TRIGGER IF EXISTS {trigger}')
    cursor.execute('PRAGMA defer_foreign_keys = ON')
    cursor.execute(*table.delete(where=table.id == record.id))


def changes(user):
    "Return how many changes of the user are on record"
    Entry = Pool().get('audit.entry')
    table = Entry.__table__()
    cursor = Transaction().connection.cursor()
    cursor.execute(*table.select(
            table.id, where=(table.user == user.id)
            & ~table.action.in_(['view', 'refuse', 'request', 'reveal'])))
    return len(cursor.fetchall())


def test_changing(world):
    "Test nobody writes, creates or deletes more than the page says"
    policy, by_id = read_page(), parents(world)
    wrong, tried = [], 0
    everything = {}
    for name, Model in models().items():
        if callable(getattr(Model, 'table_query', None)):
            continue
        of_agency = {}
        for record in Model.search([]):
            of_agency.setdefault(by_id.get(agency_of(record)), record)
        everything[name] = of_agency
    for (place, role), user in world.users.items():
        for name, of_agency in everything.items():
            Model = Pool().get(name)
            top = follow(policy, name)
            for code, record in of_agency.items():
                for letter, attempt in attempts(Model, record):
                    allowed = bool(top) and bool(
                        may(policy, top, role, letter)
                        or (top != name and may(policy, top, role, 'w')))
                    if (top and policy[top][0] == 'site'
                            and place not in TOP):
                        # what holds for every agency
                        allowed = False
                    places = {code}
                    if policy[name][0] == 'between':
                        places = {
                            by_id.get(a) for a in agencies_of(record)}
                    if (code is not None and place not in places
                            and policy[name][0] not in {'all', 'site'}
                            and not (policy[name][0] == 'branch'
                                and code in branch(place))):
                        # what belongs to another agency is never changed
                        allowed = allowed and name == 'routing.escalation'
                    tried += 1
                    with acting(user), undone():
                        if letter == 'c':
                            # that it is there already must not hide it
                            remove(record)
                        try:
                            attempt()
                        except REFUSALS:
                            continue
                        except Exception as error:
                            # the database refused a copy: it got that far
                            if allowed:
                                continue
                            wrong.append(
                                (place, role, name, code, letter, error))
                            continue
                        if not allowed:
                            wrong.append((place, role, name, code, letter))
    assert tried > 1000
    assert not wrong, '\n'.join(map(str, wrong))
