# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A government, a province and its communes, with the jobs that escalate."""
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


def run_jobs(day):
    "Run the jobs of a day; return the escalations that came of it"
    pool = Pool()
    Schedule = pool.get('routing.escalation.schedule')
    Escalation = pool.get('routing.escalation')
    known = {e.id for e in Escalation.search([])}
    with clock.travel(day):
        pool.get('agencies.reorganisation').apply_due()
        pool.get('routing.sweep').run()
        # where the queue takes the next batch there is another one to take
        while Schedule.run_due():
            pass
    return Escalation.search(
        [('id', 'not in', list(known))], order=[('id', 'ASC')])


def rule(name):
    "Return the escalation rule of this id in escalation.xml"
    pool = Pool()
    return pool.get('routing.escalation.rule')(
        pool.get('ir.model.data').get_id(
            'routing', f'escalation_rule_{name}'))
