# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from contextlib import contextmanager

from trytond.modules.audit.collected import Collected
from trytond.transaction import Transaction


@contextmanager
def savepoint(name='donthu'):
    """Undo what was done inside when it fails, and only that

    The error goes on; the transaction can be used further."""
    transaction = Transaction()
    cursor = transaction.connection.cursor()
    notifications = list(transaction.user_notifications)
    deleted = {
        name: set(ids) for name, ids in transaction.delete_records.items()}
    collected = Collected.current()
    mark = collected.mark()
    cursor.execute(f'SAVEPOINT {name}')
    try:
        yield
    except Exception:
        cursor.execute(f'ROLLBACK TO SAVEPOINT {name}')
        cursor.execute(f'RELEASE SAVEPOINT {name}')
        for cache in transaction.cache.values():
            cache.clear()
        transaction.user_notifications[:] = notifications
        # what is there again can be deleted again
        for name, ids in transaction.delete_records.items():
            ids.intersection_update(deleted.get(name, ()))
        collected.restore(mark)
        raise
    cursor.execute(f'RELEASE SAVEPOINT {name}')
