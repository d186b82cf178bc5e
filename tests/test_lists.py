# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a list costs does not depend on how long it is.

Over the registry: each list view of each model is read for ten records and
for a hundred, with the columns, names and words that a client asks for, and
takes the same number of statements.  A field that is added to a view is tried
like the others.
"""
import datetime as dt
from collections import defaultdict
from unittest.mock import patch

import pytest
from helpers import ROOMS
from sql import Column
from test_access import DAY, PREFIXES, fill
from trytond import backend
from trytond.model import ModelSQL, ModelView, Unique
from trytond.model.fields import Function
from trytond.pool import Pool
from trytond.tests.test_tryton import activate_module, drop_db
from trytond.transaction import Transaction

COPIES = 100
# far from the ids that are given meanwhile
STEP = 1_000_000

pytestmark = pytest.mark.skipif(
    backend.name != 'sqlite', reason="statements are counted by SQLite")


def stored_models():
    return {
        name: Model for name, Model in Pool().iterobject()
        if issubclass(Model, ModelSQL) and not Model._is_table_query()
        and (name.startswith(PREFIXES) or name == 'res.user')}


@pytest.fixture(scope='module')
def world():
    "A small country, and copies of what was made in it: {model: [ids]}"
    drop_db()
    activate_module(ROOMS)
    with Transaction().start(':memory:', 1, context={'language': 'en'}):
        before = {name: last_id(Model)
            for name, Model in stored_models().items()}
        with patch.object(Transaction, 'lock_table'):
            users = fill().users
        for Model in stored_models().values():
            if last_id(Model) == -1 and issubclass(Model, ModelView):
                invent(Model)
        made = {
            name: rows_since(Model, before[name])
            for name, Model in stored_models().items()}
        for name, rows in made.items():
            copy_rows(Pool().get(name), rows, made)
        clerk = users['A', 'clerk']
        from trytond.modules.foundation import clock
        with Transaction().set_user(clerk.id), clock.travel(DAY):
            yield {name: sorted(rows) for name, rows in made.items()}
        Transaction().rollback()
    drop_db()


def last_id(Model):
    return max(rows_since(Model, -1), default=-1)


def columns(Model):
    return {
        name: field for name, field in Model._fields.items()
        if field.sql_type() and name != 'id'
        and not isinstance(field, Function)}


def rows_since(Model, last):
    table = Model.__table__()
    cursor = Transaction().connection.cursor()
    names = list(columns(Model))
    cursor.execute(*table.select(
            table.id, *(Column(table, name) for name in names),
            where=table.id > last))
    return {
        id_: dict(zip(names, row, strict=True)) for id_, *row in cursor}


def invent(Model):
    "Write a row of what nothing of the country has, with all it refers to"
    row = {name: invented(field) for name, field in columns(Model).items()}
    table = Model.__table__()
    Transaction().connection.cursor().execute(*table.insert(
            [Column(table, name) for name in row], [list(row.values())]))


_NOON = dt.datetime.combine(DAY, dt.time(12))


def invented(field):
    if field._type == 'many2one':
        found = last_id(field.get_target())
        return None if found == -1 else found
    if field._type == 'selection' and not isinstance(field.selection, str):
        return next(value for value, _ in field.selection if value)
    return {
        'char': 'x', 'text': 'x', 'integer': 1, 'float': 1.0,
        'date': DAY, 'datetime': _NOON, 'timestamp': _NOON,
        'time': dt.time(8),
        'boolean': True, 'reference': None,
        }.get(field._type)


def copy_rows(Model, rows, made):
    "Copy rows, each copy with its own of all that was made with them"
    table = Model.__table__()
    unique = {
        column.name for _, constraint, _ in Model._sql_constraints
        if isinstance(constraint, Unique) for column in constraint.columns
        if isinstance(column, Column)}
    names = list(columns(Model))
    query = table.insert(
        [table.id, *(Column(table, name) for name in names)],
        [[0, *names]])
    statement = str(query).replace('INSERT INTO', 'INSERT OR IGNORE INTO')
    Transaction().connection.cursor().executemany(statement, [[
                id_ + copy * STEP, *(
                    copied(Model._fields[name], row[name], copy, made,
                        name in unique)
                    for name in names)]
            for id_, row in rows.items() for copy in range(1, COPIES)])


def copied(field, value, copy, made, unique):
    "Return the value of a column in a copy"
    if field._type == 'many2one':
        if value in made.get(field.get_target().__name__, ()):
            return value + copy * STEP
    elif field._type == 'reference' and value:
        model, _, id_ = str(value).partition(',')
        if id_.isdigit() and int(id_) in made.get(model, ()):
            return f'{model},{int(id_) + copy * STEP}'
    elif unique and isinstance(value, str) and field._type == 'char':
        return f'{value}-{copy}'
    elif unique and field._type == 'integer':
        return (value or 0) + copy * STEP
    return value


def list_views():
    "Return {model: [what a client reads for a list view of it]}"
    views = defaultdict(list)
    for view in Pool().get('ir.ui.view').search([
                ('type', '=', 'tree'), ('inherit', '=', None)]):
        if view.model and view.model.startswith(PREFIXES):
            Model = Pool().get(view.model)
            if issubclass(Model, ModelSQL) and issubclass(Model, ModelView):
                shown = Model.fields_view_get(view.id)['fields']
                views[view.model].append(asked(shown))
    return dict(views)


def asked(shown):
    names = ['rec_name', '_timestamp', '_write', '_delete']
    for name, field in shown.items():
        names.append(name)
        if field['type'] in {'many2one', 'reference'}:
            names.append(f'{name}.rec_name')
        elif field['type'] == 'selection':
            names.append(f'{name}:string')
    return list(dict.fromkeys(names))


def count(Model, ids, names):
    "Return the statements of reading, with nothing known yet"
    transaction = Transaction()
    for cache in transaction.cache.values():
        cache.clear()
    statements = []
    transaction.connection.set_trace_callback(statements.append)
    try:
        Model.read(ids, names)
    finally:
        transaction.connection.set_trace_callback(None)
    return statements


def alike(Model, made):
    "Return the ids of ten rows, and of a hundred that are like them"
    base = made.get(Model.__name__, [])[:10]
    if not base:
        # of the law, or counted from others: the same for everybody
        ids = [r.id for r in Model.search([], limit=100)]
        return ids[:max(1, len(ids) // 10)], ids
    copies = 10 // len(base)
    return [
        [id_ + copy * STEP for id_ in base for copy in range(number)]
        for number in [copies, 10 * copies]]


def test_length_costs_no_statement(world):
    "Test reading a hundred lines takes the statements of ten"
    dear = []
    for name, views in list_views().items():
        Model = Pool().get(name)
        few, many = alike(Model, world)
        assert many, name
        for names in views:
            # what is known to the whole process is so for both
            Model.read(many, names)
            first, second = (count(Model, ids, names) for ids in [few, many])
            # where rows are not copies some hold what the first ones do not
            alike_ = bool(world.get(name))
            if len(second) > len(first) + (0 if alike_ else 2):
                dear.append((
                        name, len(first), len(second),
                        dearest(Model, few, many, names)))
    assert not dear, '\n'.join(map(str, dear))


def dearest(Model, few, many, names):
    "Return which columns take more statements for more lines"
    return [
        name for name in names
        if len(count(Model, many, [name])) > len(count(Model, few, [name]))]
