# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What fails is called by its cause, whatever went on meanwhile."""
import errno
import sqlite3

import pytest
from trytond.convert import ParsingError
from trytond.exceptions import UserError

from donthu import errors

FULL = OSError(errno.ENOSPC, "No space left on device")
OUTAGES = [FULL, sqlite3.OperationalError('disk I/O error')]


def raised(*chain):
    "Return the first of the errors, each raised from the next"
    for error, cause in zip(chain, chain[1:], strict=False):
        error.__cause__ = cause
    return chain[0]


@pytest.mark.parametrize('cause', OUTAGES, ids=repr)
@pytest.mark.parametrize('wrapped', [0, 1, 2])
def test_cause(cause, wrapped):
    "Test a parser that loses the disk is not what is at fault"
    error = raised(
        *(ParsingError(f"in record {n}") for n in range(wrapped)), cause)
    assert errors.is_outage(error)
    known = errors.explain(error)
    assert known.status == errors.explain(cause).status == 1
    assert str(known) == str(errors.explain(cause))


@pytest.mark.parametrize('error', [
        ParsingError("in record x"), raised(
            ParsingError("in record x"), KeyError('group')),
        # a statement of ours is wrong: that is a fault
        raised(ParsingError("in record x"), sqlite3.ProgrammingError('x'))],
    ids=repr)
def test_fault(error):
    "Test a fault of the program stays one"
    assert not errors.is_outage(error)
    assert errors.explain(error) is None


def test_said():
    "Test what is said to a person is said, whatever it came of"
    error = raised(UserError("This row has no date"), FULL)
    assert not errors.is_outage(error)
    assert 'no date' in str(errors.explain(error))
