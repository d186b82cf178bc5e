# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""No personal data in the logs of the server, at any level.

Tryton logs what a client sends, shortened: long enough for a name.  We keep
which method was called, by whom and for how long; never with what, nor what
came back, nor the parameters of a statement.
"""
import logging

_ARGUMENTS = 'format_args'


class _Nothing:
    "What stands in the log instead of arguments"

    def __str__(self):
        return '(…)'

    __repr__ = __str__


class PrivateFilter(logging.Filter):

    def filter(self, record):
        if record.msg == 'Result: %r':
            return False
        if isinstance(record.args, tuple):
            record.args = tuple(
                _Nothing() if type(arg).__name__ == _ARGUMENTS else arg
                for arg in record.args)
        return True


class StatementFilter(logging.Filter):
    "Drops the statements that the drivers of databases log for developers"

    def filter(self, record):
        return record.levelno > logging.DEBUG


def install():
    "Put the filters where Tryton logs; nothing happens the second time"
    for name, Filter in [
            ('trytond.protocols.dispatcher', PrivateFilter),
            ('trytond.protocols.rest', PrivateFilter),
            ('trytond.backend.sqlite.database', StatementFilter),
            ('trytond.backend.postgresql.database', StatementFilter),
            ('trytond.bus', StatementFilter),
            ('psycopg', StatementFilter),
            ]:
        logger = logging.getLogger(name)
        if not any(type(f) is Filter for f in logger.filters):
            logger.addFilter(Filter())
