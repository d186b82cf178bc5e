# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Somebody looks for a destroyed scan on the disk of the server.

He has a login on the machine that is not the service's, or a copy of the
directory.  What was destroyed must be gone when the answer says so; what is
kept must not be readable for him.  What is not tried here: blocks of a disk
that were freed, backups, snapshots (docs/threats.md).
"""
import os
import stat
import time
from pathlib import Path
from unittest.mock import patch

import pytest
import trytond.config as config
from trytond.filestore import filestore
from trytond.modules.agencies.tests.tools import create_agency
from trytond.modules.foundation.guards import removed
from trytond.pool import Pool
from trytond.tests.test_tryton import DB_NAME, activate_module, drop_db
from trytond.transaction import Transaction

SCAN = b'%PDF-1.4 the hand of the denouncer'


@pytest.fixture(scope='module', autouse=True)
def database():
    drop_db()
    activate_module(['agencies'])
    yield
    drop_db()


@pytest.fixture(autouse=True)
def store(tmp_path):
    "The directory of the files, of its own for each test"
    former = config.get('database', 'path')
    config.set('database', 'path', str(tmp_path))
    yield tmp_path
    config.set('database', 'path', former)


@pytest.fixture(autouse=True)
def kept_in_files():
    field = _field()
    assert field.file_id, "attachments are kept in files"


def _field():
    return Pool(DB_NAME).get('ir.attachment')._fields['data']


def started():
    return Transaction().start(DB_NAME, 0)


def files(store):
    return sorted(p for p in store.rglob('*') if p.is_file())


def attach(data=SCAN):
    with started() as transaction:
        pool = Pool()
        agency = pool.get('agencies.agency').search([], limit=1)
        agency = agency[0] if agency else create_agency('00001')
        attachment, = pool.get('ir.attachment').create([{
                    'name': 'scan.pdf', 'data': data,
                    'resource': str(agency)}])
        transaction.commit()
        return attachment.id


def delete(id_):
    with started() as transaction:
        Pool().get('ir.attachment').delete(
            [Pool().get('ir.attachment')(id_)])
        transaction.commit()


def job():
    with started() as transaction:
        result = Pool().get('ir.filestore.queue').remove()
        transaction.commit()
        return result


def queued():
    with started() as transaction:
        table = Pool().get('ir.filestore.queue').__table__()
        cursor = transaction.connection.cursor()
        cursor.execute(*table.select(table.id))
        return len(cursor.fetchall())


def modes(store):
    return {stat.S_IMODE(p.stat().st_mode) for p in store.rglob('*')}


def test_nobody_else_reads(store):
    former = os.umask(0)
    try:
        id_ = attach()
    finally:
        os.umask(former)
    assert files(store)
    assert not any(mode & 0o077 for mode in modes(store / DB_NAME)), [
        oct(mode) for mode in modes(store)]
    delete(id_)


def test_gone_when_it_is_deleted(store):
    id_ = attach()
    path, = files(store)
    delete(id_)
    assert not path.exists()
    # and the job finds nothing to do, and does not fail
    assert job() == (0, 0)
    assert queued() == 0


def test_gone_when_it_is_replaced(store):
    "As sealing replaces what was in clear"
    id_ = attach()
    clear, = files(store)
    with started() as transaction:
        Attachment = Pool().get('ir.attachment')
        Attachment.write([Attachment(id_)], {'data': b'%PDF sealed'})
        assert clear.exists(), "before the commit it may be undone"
        transaction.commit()
    assert not clear.exists()
    path, = files(store)
    assert path.read_bytes() == b'%PDF sealed'
    delete(id_)


def test_kept_when_it_is_undone(store):
    id_ = attach()
    path, = files(store)
    with started() as transaction:
        Attachment = Pool().get('ir.attachment')
        Attachment.delete([Attachment(id_)])
        transaction.rollback()
    assert path.read_bytes() == SCAN
    # nor in a part of a transaction that was undone
    with started() as transaction:
        cursor = transaction.connection.cursor()
        cursor.execute('SAVEPOINT part')
        Attachment = Pool().get('ir.attachment')
        Attachment.delete([Attachment(id_)])
        cursor.execute('ROLLBACK TO SAVEPOINT part')
        for cache in transaction.cache.values():
            cache.clear()
        transaction.commit()
    assert path.read_bytes() == SCAN
    delete(id_)


def test_kept_while_another_record_shows_it(store):
    id_ = attach()
    path, = files(store)
    with started() as transaction:
        Attachment = Pool().get('ir.attachment')
        copy, = Attachment.copy([Attachment(id_)])
        copy = copy.id
        transaction.commit()
    delete(id_)
    assert all(p.read_bytes() == SCAN for p in files(store)) and files(store)
    delete(copy)
    assert not files(store) and not path.exists()


def test_refused_leaves_nothing(store):
    "What a transaction wrote that was refused in the end goes with it"
    with started() as transaction:
        agency = Pool().get('agencies.agency').search([], limit=1)[0]
        Pool().get('ir.attachment').create([{
                    'name': 'x.pdf', 'data': SCAN, 'resource': str(agency)}])
        assert files(store)
        transaction.rollback()
    assert not files(store)


def test_killed_after_the_commit(store):
    "The row of the queue is what the job follows up, however young"
    id_ = attach()
    path, = files(store)
    with patch.object(removed.Keeper, 'tpc_finish', lambda *args: None):
        delete(id_)
    assert path.exists() and queued()
    job()
    assert not path.exists() and queued() == 0


def test_swept(store):
    "What no record shows is taken out, but not what is just being written"
    id_ = attach()
    kept, = files(store)
    old, young = (
        store / DB_NAME / 'ab' / 'cd' / name for name in [
            'abcd0000-0000-4000-8000-000000000001',
            'abcd0000-0000-4000-8000-000000000002'])
    old.parent.mkdir(parents=True)
    for path in [old, young]:
        path.write_bytes(SCAN)
        path.chmod(0o644)
    past = time.time() - removed.GRACE - 60
    os.utime(old, (past, past))
    os.utime(kept, (past, past))
    assert job() == (1, 0)
    assert not old.exists() and young.exists() and kept.exists()
    # and closed, whoever left it open
    assert not any(mode & 0o077 for mode in modes(store / DB_NAME))
    kept.unlink()
    assert job() == (0, 1)
    with started() as transaction:
        Attachment = Pool().get('ir.attachment')
        Attachment.delete([Attachment(id_)])
        transaction.commit()


def test_the_store_of_a_site_stays():
    "Test a class of the site's own is not taken away"
    class Own(removed.stores.FileStore):
        pass
    with patch.object(removed.stores, 'filestore', Own()) as own:
        removed.install()
        assert type(own) is Own
    assert type(filestore) is removed.PrivateFileStore
    assert Path(filestore.path)
