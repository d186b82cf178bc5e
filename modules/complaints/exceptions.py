# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.exceptions import UserWarning
from trytond.model.exceptions import AccessError, ValidationError


class LockedError(AccessError):
    "A field can not be changed by hand, or not any more"


class StepError(AccessError):
    "The procedure does not allow this step, or not now"


class DateError(ValidationError):
    "A date contradicts another one"


class PersonError(ValidationError):
    pass


class IdentityNumberError(ValidationError):
    pass


class NumberError(ValidationError):
    "What was typed is not a number"


class MaskedError(AccessError):
    "A masked identity can not be changed by who does not see it"


class RepeatWarning(UserWarning):
    pass


class OpeningError(AccessError):
    "An identity is opened by its steps only, by whom the rule says"


class UploadRefused(ValidationError):
    "A file that is not taken in"
