# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A government, a province and its communes."""
from unittest import TestCase

from trytond.modules.agencies.tests import create_agency, create_user
from trytond.modules.complaints.tests.tools import (
    create_office, create_superior)
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import activate_module, drop_db


class RoutingTest(TestCase):
    "A test in a database with the module"

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('routing')

    @classmethod
    def tearDownClass(cls):
        drop_db()


def create_country_of_two():
    "Return two communes of a province below a government, all with people"
    government = create_agency('CP', "Chính phủ", 'government')
    inspectorate = create_agency(
        'TTCP', "Thanh tra Chính phủ", 'inspectorate', government)
    central = create_user('central', inspectorate, 'supervisor')
    office = create_office(
        parent=create_agency('66', "UBND tỉnh Đắk Lắk", 'province',
            government))
    office.superior = create_superior(office)
    office.government, office.central = government, central
    other = create_office('22251', office.parent)
    return office, other


def reorganise_due(day):
    "Do the reorganisations of a day, as its morning does"
    with clock.travel(day):
        Pool().get('agencies.reorganisation').apply_due()
