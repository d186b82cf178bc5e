# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.model.exceptions import AccessError


class RetentionError(AccessError):
    "Personal data are destroyed by an ordered erasure only, at its time"
