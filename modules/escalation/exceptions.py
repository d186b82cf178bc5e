# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.exceptions import UserError
from trytond.model.exceptions import AccessError


class EscalationAccessError(AccessError):
    "Escalations are made by the schedule and change by their buttons"


class AnswerMissingError(UserError):
    pass


class DemandError(UserError):
    pass


class TakeOverError(UserError):
    pass


class WatchError(UserError):
    pass
