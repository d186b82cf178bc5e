# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""No path through any model leads a client to a credential.

Generated from the models of the whole application: each field that holds a
credential, each path of relations that ends in one, up to three fields long;
searched, counted, sorted by, read and exported as an ordinary clerk.  The
short paths over the wire, the long ones in the process, through the same RPC.
"""
import pytest
from helpers import ROOMS
from trytond.model import ModelStorage, ModelView, fields
from trytond.modules.agencies.tests.tools import create_agency, create_user
from trytond.modules.agencies.tests.wire import Wire, is_refused
from trytond.modules.foundation.guards.credentials import (
    CREDENTIALS, credentials)
from trytond.pool import Pool
from trytond.tests.test_tryton import DB_NAME, activate_module, drop_db
from trytond.transaction import Transaction
from werkzeug.exceptions import HTTPException

PASSWORD = "clerk of the commune"
# What looks like a credential, and is none
HARMLESS = {
    # what is typed, and shows crosses
    ('res.user', 'password'),
    # by which a law is found again
    ('country.subdivision.succession', 'key')}


@pytest.fixture(scope='module')
def clerk():
    drop_db()
    activate_module(ROOMS)
    with Transaction().start(DB_NAME, 0) as transaction:
        agency = create_agency('00001', "UBND xã Một")
        user = create_user('clerk', agency, 'clerk')
        user.password = PASSWORD
        user.save()
        transaction.commit()
    wire = Wire('clerk', PASSWORD)
    assert wire.user
    yield wire
    drop_db()


def relations(Model):
    "Yield (name, target) of the fields that lead to other records"
    for name, field in Model._fields.items():
        if field._type in {'many2one', 'one2many', 'many2many', 'one2one'}:
            Target = field.get_target()
            if issubclass(Target, ModelStorage):
                yield name, Target


def paths(Model, length):
    "Yield the paths of so many fields that end in a credential"
    if length == 1:
        yield from sorted(credentials(Model))
        return
    for name, Target in sorted(relations(Model), key=lambda r: r[0]):
        for rest in paths(Target, length - 1):
            yield f'{name}.{rest}'


def all_paths(length):
    "Return [(model, paths)] of the models that clients can ask"
    with Transaction().start(DB_NAME, 0, readonly=True):
        return [
            (Model, list(paths(Model, length)))
            for _, Model in sorted(Pool().iterobject())
            if issubclass(Model, ModelStorage)
            and issubclass(Model, ModelView)]


def questions(Model, path, ids):
    "Yield (method, arguments) of what would tell the end of a path"
    domain = [[path, 'like', 'a%']]
    yield 'search', [domain, 0, 1, None]
    yield 'search_count', [domain, 0, 1]
    yield 'search', [[], 0, 1, [[path, 'ASC']]]
    yield 'search_read', [domain, 0, 1, None, ['id']]
    yield 'export_data_domain', [domain, ['id']]
    yield 'export_data_domain', [[], [path.replace('.', '/')], 0, 5]
    if '.' in path:
        name, rest = path.split('.', 1)
        yield 'search', [[[name, 'where', [[rest, 'like', 'a%']]]], 0, 1, None]
        if '.' not in rest:
            yield 'search', [
                [[name, 'child_of', ['a'], rest]], 0, 1, None]
    yield 'read', [ids, [path]]


def tells_nothing(answer):
    "Tell if an answer is a refusal, or empty"
    if is_refused(answer):
        return True
    return isinstance(answer, list) and all(
        row == [''] or isinstance(row, dict) and not any(
            value for name, value in row.items() if '.' in name)
        for row in answer)


def ids_of(clerk, name):
    found = clerk.model(name, 'search', [], 0, 2, None)
    return found if isinstance(found, list) else []


def test_declared():
    "Test the declared fields are there, in the release that is installed"
    drop_db()
    activate_module(ROOMS)
    pool = Pool(DB_NAME)
    for name, names in CREDENTIALS.items():
        assert names <= pool.get(name)._fields.keys(), name
    drop_db()


def test_nothing_forgotten(clerk):
    "Test no field of Tryton that sounds like a credential is left out"
    sounding = (
        'password', 'secret', 'token', 'hash', 'cookie', 'file_id', 'api_key')
    for name, Model in Pool(DB_NAME).iterobject():
        # those of Donthu have rights of their own, see test_access.py
        if not name.startswith(('ir.', 'res.', 'country.')):
            continue
        for field in Model._fields:
            if (any(word in field for word in sounding) or field == 'key'
                    ) and (name, field) not in HARMLESS:
                assert field in credentials(Model) or Model.__name__ in {
                    # sealed by complaints, with rights to the fields
                    'ir.attachment'}, (name, field)


def test_files_are_fields_of_the_server(clerk):
    "Test each file kept outside is named by a field that no client sees"
    found = 0
    for _, Model in Pool(DB_NAME).iterobject():
        for field in Model._fields.values():
            if isinstance(field, fields.Binary) and field.file_id:
                assert field.file_id in credentials(Model)
                found += 1
    assert found


def test_over_the_wire(clerk):
    """Test each credential, and each that a relation leads to

    Of the latter one question a path, another one each time."""
    tried = 0
    for length in [1, 2]:
        for Model, found in all_paths(length):
            ids = ids_of(clerk, Model.__name__) if found else []
            for number, path in enumerate(found):
                asked = list(questions(Model, path, ids))
                if length > 1:
                    asked = [asked[number % len(asked)]]
                for method, arguments in asked:
                    answer = clerk.model(Model.__name__, method, *arguments)
                    tried += 1
                    assert tells_nothing(answer), (
                        Model.__name__, method, arguments, str(answer)[:200])
    assert tried > 800


@pytest.mark.parametrize('length', [2, 3])
def test_in_the_process(clerk, length):
    "Test every question about longer paths, through the methods for clients"
    tried = 0
    every = all_paths(length)
    with Transaction().start(DB_NAME, clerk.user, readonly=True) as current:
        for Model, found in every:
            ids = call(
                current, Model, 'search', [[], 0, 2, None]) if found else []
            for path in found:
                for method, arguments in questions(
                        Model, path, ids if isinstance(ids, list) else []):
                    # what refuses is the same for count, read and export
                    if length > 2 and method != 'search':
                        continue
                    answer = call(current, Model, method, arguments)
                    tried += 1
                    assert tells_nothing(answer), (
                        Model.__name__, method, arguments, str(answer)[:200])
    assert tried > 6000


def call(transaction, Model, method, arguments):
    "Call a method as the dispatcher does"
    from trytond.exceptions import UserError
    rpc = Model.__rpc__[method]
    try:
        arguments, _, context, _ = rpc.convert(Model, *arguments, {})
        with transaction.set_context(context):
            return rpc.result(getattr(Model, method)(*arguments))
    except (UserError, HTTPException) as error:
        return f'refused {error}'
