# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from sql import Column, For, Null
from trytond.transaction import Transaction


class DueMixin:
    """A table of what is done at its moment, and then has a `done_at`

    What is due is taken in batches, and locked: who comes meanwhile takes
    other rows, and a transaction that is killed gives them back."""
    __slots__ = ()
    _due_field = None
    # in which order those that are due are taken
    _due_order = ('id',)
    # how many at once: so many are done again by who was killed
    _batch = 200

    @classmethod
    def take(cls, now):
        "Lock and return the next rows that are due"
        transaction = Transaction()
        table = cls.__table__()
        query = table.select(
            table.id,
            where=(table.done_at == Null)
            & (Column(table, cls._due_field) <= now),
            order_by=[Column(table, name).asc for name in cls._due_order],
            limit=cls._batch)
        if transaction.database.has_select_for():
            query.for_ = For('UPDATE', skip_locked=True)
        cursor = transaction.connection.cursor()
        cursor.execute(*query)
        return cls.browse([id_ for id_, in cursor])
