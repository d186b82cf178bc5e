# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.exceptions import UserError
from trytond.model.exceptions import AccessError, ValidationError


class AuditError(AccessError):
    "An entry of the audit can not be changed, removed or made by hand"


class KeyMissingError(UserError):
    "A key of this database is not in its file"


class UnreadableError(ValidationError):
    "A text holds what is no character"
