# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A letter at the counter: the first sender is there to be typed."""
from trytond.pool import PoolMeta
from trytond.transaction import Transaction

from .identity import FIELDS


class Letter(metaclass=PoolMeta):
    __name__ = 'complaints.letter'

    @staticmethod
    def default_persons():
        # the form of the counter shows the first sender as plain fields
        if Transaction().context.get('first_sender'):
            return [{'role': 'sender'}]
        return []

    @classmethod
    def preprocess_values(cls, mode, values):
        """Leave out the sender of whom nothing was typed

        A letter without a name has no person, not an empty one."""
        values = super().preprocess_values(mode, values)
        if (mode == 'create' and values.get('persons')
                and Transaction().context.get('first_sender')):
            values = {**values, 'persons': [
                    (action, [p for p in args[0] if _says_who(p)], *args[1:])
                    if action == 'create' else (action, *args)
                    for action, *args in values['persons']]}
        return values


def _says_who(person):
    return any(person.get(name) for name in FIELDS)
