# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Who acts, and where the server acts for him: one answer for all doors.

Every other place asks here; a test of the sources looks for those that do not
(tests/test_acting.py).
"""
from contextlib import contextmanager

from trytond.transaction import Transaction

# Who is the author of what the server does: the user whose request it is; the
# server, with the user known to acting_user(); or the server of its own accord
USER, SERVER, NOBODY = 'user', 'server', 'nobody'


def acting_user():
    """Return the id of the user who acts, None for the server itself

    Also where the server works for him."""
    transaction = Transaction()
    return transaction.user or transaction.context.get('user') or None


@contextmanager
def as_server(reason, author=USER):
    """Let the server do what the user himself may not

    reason -- why the server may do it for the user: who has been asked for
        the right, or why there is none to ask for
    author -- USER, SERVER or NOBODY

    It is a decorator, too; not of a generator, which runs later.
    """
    if not reason:
        raise ValueError("The server does nothing without a reason")
    transaction = Transaction()
    with transaction.set_context(_check_access=False):
        if author == USER:
            yield transaction
        else:
            with transaction.set_user(0, set_context=author == SERVER):
                yield transaction


def as_user(user):
    """Do what somebody else would do, with his rights; 0 is the server

    Return what a `with` takes."""
    return Transaction().set_user(user)
