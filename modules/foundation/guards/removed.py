# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What is destroyed is gone, and what is kept is for the server alone.

Tryton leaves the file of a deleted or replaced attachment where it lies, in a
queue, for 90 days; its job then fails on what has no prefix (8.0.12), so it
lies there for ever.  And each file is written for everybody on the machine to
read.  Here

* the file goes with the transaction that destroys it: after the commit, and
  only if no record shows it then;
* the row of the queue is written in that transaction and stays until the job
  has looked: who was killed between the two is followed up;
* what a refused transaction has written goes with it;
* the job compares the directory with the database, takes out what no record
  shows, and closes what others could read.
"""
import logging
import os
import stat
import time
from collections import defaultdict
from pathlib import Path

from sql import Column, Null
from trytond import filestore as stores
from trytond.model import ModelStorage
from trytond.pool import Pool, PoolMeta
from trytond.tools import grouped_slice
from trytond.transaction import Transaction

from .credentials import file_fields
from .stored import WriteGuard

logger = logging.getLogger(__name__)
# Until a file that no record shows may be of a transaction that still runs
GRACE = 24 * 60 * 60
_HEX = '0123456789abcdef'


class PrivateFileStore(stores.FileStore):
    "Files that the user of the server reads, and nobody else"

    def set(self, data, prefix=''):
        id_ = self._id(data)
        path = Path(self._filename(id_, prefix))
        for directory in [path.parents[1], path.parent]:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(
            path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, 'wb') as file:
            file.write(data)
        keeper = Keeper.of(Transaction())
        if keeper:
            keeper.written.append((id_, prefix))
        return id_


def install():
    "Let files be written for the server alone; a site's own store stays"
    if type(stores.filestore) is stores.FileStore:
        stores.filestore.__class__ = PrivateFileStore


class Keeper:
    "What a transaction has written and given up, until it ends"

    def __init__(self):
        self.written, self.given_up, self.going = [], [], []

    @classmethod
    def of(cls, transaction):
        "Return the keeper of a transaction; None where there is none"
        if not transaction.connection:
            return None
        managers = transaction._datamanagers
        for manager in managers:
            if isinstance(manager, cls):
                return manager
        return transaction.join(cls())

    # as trytond.transaction calls them

    def tpc_begin(self, transaction):
        pass

    def commit(self, transaction):
        pass

    def tpc_vote(self, transaction):
        # what was given up in a part that was undone is shown still
        kept = shown([id_ for id_, _ in self.given_up])
        self.going = [
            (id_, prefix) for id_, prefix in self.given_up
            if id_ not in kept]

    def tpc_finish(self, transaction):
        going, self.written, self.given_up = self.going, [], []
        self.going = []
        remove(going)

    def tpc_abort(self, transaction):
        written = self.written
        self.written, self.given_up, self.going = [], [], []
        remove(written)


def remove(files):
    "Remove [(id, prefix)]; what can not be is left to the job"
    for id_, prefix in files:
        try:
            stores.filestore.delete(id_, prefix)
        except OSError as error:
            logger.error("%s could not be removed: %s", id_, error.strerror)


def stored():
    "Yield (Model, the column, the field) of what is kept in files"
    for _, Model in Pool().iterobject():
        if not issubclass(Model, ModelStorage) or callable(
                getattr(Model, 'table_query', None)):
            continue
        for field in Model._fields.values():
            if getattr(field, 'file_id', None) and hasattr(Model, '__table__'):
                yield Model, field


def shown(ids):
    "Return which of the ids of files a record shows"
    cursor, found = Transaction().connection.cursor(), set()
    for Model, field in stored():
        table = Model.__table__()
        column = Column(table, field.file_id)
        for part in grouped_slice(list(ids), 500):
            cursor.execute(*table.select(
                    column, where=column.in_(list(part))))
            found.update(id_ for id_, in cursor)
    return found


class RemovalGuard(WriteGuard):
    "In front of every model that stores"
    __slots__ = ()

    @classmethod
    def write(cls, records, values, *args):
        names = file_fields(cls)
        changed = set().union(values, *args[1::2]) if names else set()
        touched = [
            f for f in cls._fields.values()
            if getattr(f, 'file_id', None)
            and changed & {f.name, f.file_id}] if names else []
        if touched:
            cls._give_up(
                [*records, *(r for part in args[::2] for r in part)], touched)
        super().write(records, values, *args)

    @classmethod
    def delete(cls, records):
        touched = [
            f for f in cls._fields.values() if getattr(f, 'file_id', None)]
        if touched:
            cls._give_up(records, touched)
        super().delete(records)

    @classmethod
    def _give_up(cls, records, fields_):
        transaction = Transaction()
        keeper = Keeper.of(transaction)
        table, cursor = cls.__table__(), transaction.connection.cursor()
        for field in fields_:
            prefix = field.store_prefix
            if prefix is None:
                prefix = transaction.database.name
            column = Column(table, field.file_id)
            for part in grouped_slice([int(r) for r in records], 500):
                cursor.execute(*table.select(
                        column, where=table.id.in_(list(part))
                        & (column != Null) & (column != '')))
                keeper.given_up += [(id_, prefix) for id_, in cursor]


class Queue(metaclass=PoolMeta):
    __name__ = 'ir.filestore.queue'

    @classmethod
    def remove(cls):
        "Follow up what was destroyed, and sweep the directory; by cron"
        cls._follow_up()
        return cls._sweep()

    @classmethod
    def _follow_up(cls):
        transaction = Transaction()
        table, cursor = cls.__table__(), transaction.connection.cursor()
        cursor.execute(*table.select(table.id, table.file_id, table.prefix))
        rows = cursor.fetchall()
        kept = shown([file_id for _, file_id, _ in rows])
        remove([
                (file_id, transaction.database.name
                    if prefix is None else prefix)
                for _, file_id, prefix in rows if file_id not in kept])
        for part in grouped_slice([id_ for id_, _, _ in rows], 500):
            cursor.execute(*table.delete(where=table.id.in_(list(part))))

    @classmethod
    def _sweep(cls):
        """Compare the directories with the database

        Return how many files were taken out, and how many are missing."""
        transaction = Transaction()
        prefixes = defaultdict(list)
        for Model, field in stored():
            prefix = field.store_prefix
            prefixes[transaction.database.name if prefix is None
                else prefix].append((Model, field))
        gone = missing = 0
        for prefix, places in prefixes.items():
            root = Path(stores.filestore._filename('0000', prefix)).parents[2]
            if not root.is_dir():
                continue
            close(root)
            for digit in _HEX:
                # a part at a time: a country has millions
                known = cls._known(places, digit)
                found = set()
                for path in files_below(root, digit):
                    close(path)
                    if path.is_dir():
                        continue
                    found.add(path.name)
                    if path.name not in known and is_old(path):
                        remove([(path.name, prefix)])
                        gone += 1
                missing += len(known - found)
        if gone or missing:
            logger.warning(
                "%s files that no record shows were removed, %s are missing",
                gone, missing)
        return gone, missing

    @classmethod
    def _known(cls, places, digit):
        cursor, known = Transaction().connection.cursor(), set()
        for Model, field in places:
            table = Model.__table__()
            column = Column(table, field.file_id)
            cursor.execute(*table.select(
                    column, where=column.like(f'{digit}%')))
            known.update(id_ for id_, in cursor)
        return known


def files_below(root, digit):
    "Yield what lies in the directories of the store that begin so"
    for first in sorted(root.glob(f'{digit}?')):
        yield first
        for second in sorted(first.iterdir()):
            if second.is_dir():
                yield second
                yield from sorted(p for p in second.iterdir() if p.is_file())


def is_old(path):
    return time.time() - path.stat().st_mtime > GRACE


def close(path):
    "Take from others what they could do with a file or directory"
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        path.chmod(mode & 0o700)
