# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.modules.agencies.tests import AgencyTestMixin
from trytond.tests.test_tryton import ModuleTestCase


class RetentionModuleTestCase(AgencyTestMixin, ModuleTestCase):
    "Test Retention module"
    module = 'retention'
    extras = ['reception']


del ModuleTestCase
