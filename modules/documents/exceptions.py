# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.exceptions import UserError
from trytond.model.exceptions import AccessError


class DocumentError(UserError):
    "A paper that can not be made, or not now"


class DocumentFixedError(AccessError):
    "A paper that was signed never changes"
