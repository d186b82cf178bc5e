# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.model.exceptions import AccessError, ValidationError


class AgencyPeriodError(ValidationError):
    pass


class AgencyCodeError(ValidationError):
    "A code that can not stand in a number"


class MembershipError(ValidationError):
    pass


class AbsenceError(ValidationError):
    pass


class ProposalError(AccessError):
    "What needs a second person, or another one"


class ReorganisationError(ValidationError):
    pass


class RoleError(AccessError):
    "The user does not hold the role that the act needs"
