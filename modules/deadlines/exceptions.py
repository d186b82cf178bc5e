# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.exceptions import UserError
from trytond.model.exceptions import AccessError, ValidationError


class ClockError(UserError):
    "A clock can not do what was asked of it"


class ClockRuleError(UserError):
    "No rule answers for a clock"


class ClockAccessError(AccessError):
    "Clocks and their intervals change by the acts of a case only"


class IntervalError(ValidationError):
    pass


class RuleVersionError(ValidationError):
    pass


class DayError(ValidationError):
    "A day for which no rule counts anything"


class GroundError(UserError):
    "The law does not give this ground for what is done"


class ChangeError(UserError):
    "A change of the law can not be applied"
