# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What clients can change is on record, or there is a reason why not.

Generated from the models and the access rights of the whole application: a
new model that a group may write fails here until it is audited or explained.
"""
import pytest
from helpers import ROOMS
from trytond.model import ModelSQL, ModelView
from trytond.modules.audit.audited import AuditedMixin
from trytond.modules.complaints.secret_models import is_matter
from trytond.modules.complaints.secret_texts import leads
from trytond.modules.foundation.guards.configuration import is_fixed
from trytond.pool import Pool
from trytond.tests.test_tryton import DB_NAME, activate_module, drop_db
from trytond.transaction import Transaction

# Why a model that clients write is not on record with its values
REASONS = {
    # on record with the names of what was changed (complaints/audit.py)
    'res.user': "its changes have entries of their own",
    # on records, which are on record, with the rights of these
    'ir.attachment': "entries of its own, without what is sealed",
    'ir.note': "it hangs on a record, and is sealed with it",
    'ir.avatar': "a picture",
    'ir.email': "the copy of a mail that was sent: nobody writes it",
    **dict.fromkeys(
        ['ir.chat.channel', 'ir.chat.follower', 'ir.chat.message'],
        "talk on a record, with the rights of it"),
    # what the server works out from what is on record
    'agencies.reorganisation.preview': "worked out of the reorganisation",
    'deadlines.change.move': "worked out of the change",
    'ir.cron.log': "what the jobs have said",
    'ir.error': "what has failed in the server",
    'res.notification': "what somebody was told",
    # of the user himself, and of no other
    'ir.export': "which columns somebody exports",
    'res.user.warning': "which warnings somebody has put off",
    'ir.export.line': "which columns somebody exports",
    **dict.fromkeys(
        ['ir.ui.view_search', 'ir.ui.view_tree_optional',
            'ir.ui.view_tree_state', 'ir.ui.view_tree_width'],
        "how somebody has arranged his lists"),
    }


@pytest.fixture(scope='module')
def pool():
    drop_db()
    activate_module(ROOMS)
    with Transaction().start(DB_NAME, 0, readonly=True):
        yield Pool()
    drop_db()


def is_written(pool, name, seen=()):
    "Tell if some group may write, create or delete records of a model"
    Access = pool.get('ir.model.access')
    Model = pool.get(name)
    if Model.__access__:
        # the rights of what it belongs to
        return any(
            is_written(pool, Model._fields[field].get_target().__name__,
                (*seen, name))
            for field in Model.__access__
            if Model._fields[field]._type != 'reference'
            and Model._fields[field].get_target().__name__ not in seen)
    found = Access.search([('model', '=', name)])
    return not found or any(
        a.perm_write or a.perm_create or a.perm_delete for a in found)


def test_audited(pool):
    missing = [
        name for name, Model in sorted(pool.iterobject())
        if issubclass(Model, ModelSQL) and issubclass(Model, ModelView)
        and not callable(getattr(Model, 'table_query', None))
        and not getattr(Model, '_no_rpc', False)
        and not is_fixed(name) and is_written(pool, name)
        and not issubclass(Model, AuditedMixin) and name not in REASONS]
    assert missing == []


def test_reasons(pool):
    "Test no reason outlives what it explains"
    for name in REASONS:
        Model = pool.get(name)
        assert not issubclass(Model, AuditedMixin), name
        assert not is_fixed(name) and is_written(pool, name), name


def test_about(pool):
    """Test what is on record of whatever leads to a matter is about it

    So it is hidden from whom that matter is hidden."""
    known = pool.get('audit.entry')._matter_fields()
    missing = [
        name for name, Model in pool.iterobject()
        if issubclass(Model, AuditedMixin) and leads(Model)
        and not is_matter(name) and name not in known]
    assert not missing
