# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A button that is pressed on many: which of them it refuses, and why."""
from trytond.exceptions import UserError
from trytond.i18n import gettext

from .identity import MASK

# So many are named; a message is read on a screen
NAMED = 10


def for_each(records, function, pairs=None):
    """Return what a function returns of each record

    pairs -- of a record and what the function gets; by default itself

    Raises the error of the one record as it is.  Of many it raises one of
    the same kind that says of each what is wrong, and that nothing was done:
    all take a step together, or none."""
    pairs = pairs or [(record, record) for record in records]
    if len(pairs) == 1:
        return [function(pairs[0][1])]
    results, errors = [], []
    for record, argument in pairs:
        try:
            results.append(function(argument))
        except UserError as error:
            errors.append((record, error))
    if errors:
        raise type(errors[0][1])(told(errors, len(pairs)))
    return results


def told(errors, total):
    "Return what is said of the records that were refused"
    lines = [
        gettext('complaints.msg_bulk_line', record=named(record),
            why=error.message)
        for record, error in errors[:NAMED]]
    if len(errors) > NAMED:
        lines.append(gettext(
                'complaints.msg_bulk_more', count=len(errors) - NAMED))
    return '\n'.join([
            gettext('complaints.msg_bulk', count=len(errors), total=total),
            *lines,
            gettext('complaints.msg_bulk_others', count=total - len(errors))
            if total > len(errors) else gettext('complaints.msg_bulk_all')])


def named(record):
    "Return by what a person finds a letter or a case in a list"
    if record.__name__ == 'complaints.letter':
        return gettext(
            'complaints.msg_bulk_letter', number=record.rec_name,
            sender=MASK if record.is_secret else record.sender,
            day=_date(record.received_on))
    return gettext(
        'complaints.msg_bulk_case', number=record.rec_name,
        day=_date(record.accepted_on))


def _date(day):
    return day.strftime('%d/%m/%Y') if day else '–'
