# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Who acts: one answer for all doors."""
from trytond.transaction import Transaction


def acting_user():
    """Return the id of the user who acts, None for the server itself

    Also where the server works for him."""
    transaction = Transaction()
    return transaction.user or transaction.context.get('user') or None
