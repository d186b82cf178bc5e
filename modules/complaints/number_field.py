# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Numbers where people type them: searched for, or entered in a field."""
from trytond.i18n import gettext
from trytond.model import fields
from trytond.modules.foundation.acting import as_server
from trytond.pool import Pool
from trytond.tools import is_full_text, strip_wildcard, unescape_wildcard
from trytond.transaction import Transaction, check_access

from .exceptions import NumberError
from .mistyped import agencies_of, did_you_mean, read_number, resembles
from .numbers import check_former, check_number

# so many are asked back about
_SHOWN = 5


class Number(fields.Char):
    "A number of ours: it is found by its index, and where it is mistyped"

    def convert_domain(self, domain, tables, Model):
        _, operator, value = domain
        column = self.sql_column(tables, Model)
        # Char would coalesce the column, and no index would serve it
        if operator == '=' and value and isinstance(value, str):
            return column == value
        if operator == 'in' and isinstance(value, (list, tuple)) and value \
                and all(isinstance(v, str) and v for v in value):
            return column.in_(list(value))
        expression = super().convert_domain(domain, tables, Model)
        if (operator not in {'like', 'ilike'} or not isinstance(value, str)
                or not is_full_text(value)):
            return expression
        text = unescape_wildcard(strip_wildcard(value)).strip()
        if check_number(text):
            return column == text
        numbers = did_you_mean(text, kinds())
        return expression | column.in_(numbers) if numbers else expression


def kinds():
    "Return the kinds of which there are numbers"
    return Pool().get('complaints.counter').kinds()


def settle_number(text, model, field):
    """Return the number that was typed, in the form in which it was given

    text -- what was typed; the number of another register stays as it is
    model -- the name of the model whose numbers are asked back about
    field -- the title of the field, for the message

    Raises NumberError for a number of ours that is mistyped, naming those of
    which the user may know.  If there is such a record is not told: a right
    number of one that he may not read, or that is not there, is returned all
    the same.
    """
    text = text.strip()
    if check_former(text.upper()):
        return text.upper()
    known = kinds()
    found = read_number(text, known)
    if len(found) == 1:
        return found[0]
    likeness = resembles(text, known)
    if not likeness or likeness == 'open' and not _of_agency(text, known):
        return text
    numbers = _readable(model, did_you_mean(text, known))
    if numbers:
        raise NumberError(gettext(
                'complaints.msg_number_meant', field=field, text=text,
                numbers=', '.join(numbers[:_SHOWN])))
    raise NumberError(gettext(
            'complaints.msg_number_wrong', field=field, text=text))


def _of_agency(text, known):
    "Tell if a number without check digits is of an agency that is known here"
    codes = agencies_of(text, known)
    with as_server("the codes of agencies are public"), \
            Transaction().set_context(active_test=False):
        return bool(Pool().get('agencies.agency').search([
                    ('code', 'in', [*codes, *map(str.lower, codes)]),
                    ], limit=1))


def _readable(model, numbers):
    "Return those numbers of which the user may read the record"
    Model = Pool().get(model)
    with check_access():
        found = {record.number for record in Model.search(
                [('number', 'in', numbers)], order=[])}
    return [number for number in numbers if number in found]
