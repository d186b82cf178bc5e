# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Whom a letter is about sees no reception at which it was taken in either."""
from trytond.pool import Pool, PoolMeta
from trytond.tools import grouped_slice
from trytond.transaction import Transaction


class Rule(metaclass=PoolMeta):
    __name__ = 'ir.rule'

    @classmethod
    def cut_matters(cls, letters, cases):
        return [
            *super().cut_matters(letters, cases),
            *(f'reception.reception,{i}' for i in _receptions_of(letters))]


def _receptions_of(letters):
    """Return the ids of the receptions at which letters were taken in

    Asked for each time: which letter came of a reception is known later."""
    if not letters:
        return []
    table = Pool().get('reception.reception').__table__()
    cursor = Transaction().connection.cursor()
    result = []
    for sub_ids in grouped_slice(letters, 1000):
        cursor.execute(*table.select(
                table.id, where=table.letter.in_(list(sub_ids)),
                order_by=[table.id.asc]))
        result += [id_ for id_, in cursor.fetchall()]
    return result
