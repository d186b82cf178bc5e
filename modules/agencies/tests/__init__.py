# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.modules.foundation.tests.mixin import AgencyTestMixin

from .tools import create_agency, create_country, create_user, work_as

__all__ = [
    'AgencyTestMixin', 'create_agency', 'create_country', 'create_user',
    'work_as']
