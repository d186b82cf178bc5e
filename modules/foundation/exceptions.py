# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.exceptions import UserError
from trytond.model.exceptions import AccessError


class FixedError(AccessError):
    "What comes with the modules, and what no client changes"


class ChosenError(UserError):
    "More records are chosen than one can work on at a time"
