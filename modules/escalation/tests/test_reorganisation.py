# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What went up, and what was urged, goes with the agency that took over."""
import datetime as dt

from trytond.modules.agencies.tests import work_as
from trytond.modules.complaints.tests.tools import open_case
from trytond.modules.foundation import clock
from trytond.modules.routing.tests.test_reorganisation import reorganise
from trytond.pool import Pool
from trytond.tests.test_tryton import with_transaction

from .tools import EscalationTest, create_country_of_two, run_jobs

D = dt.date
DAY = D(2026, 9, 14)


class ReorganisationTestCase(EscalationTest):
    "Test reorganisations"

    @with_transaction()
    def test_merge(self):
        "Two communes become one: it has to answer for both"
        pool = Pool()
        Agency = pool.get('agencies.agency')
        Demand = pool.get('escalation.demand')
        office, other = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office, respondent_agency=office.agency.id)
            with work_as(office.supervisor):
                demand = Demand.draft(case, office.parent, 'urge')
        escalations = run_jobs(D(2026, 9, 7))
        self.assertTrue(escalations)
        with clock.travel(D(2026, 9, 8)):
            _, moves = reorganise(
                office, 'merge', DAY, [office.agency, other.agency],
                [{'code': '22299', 'name': "UBND xã Sơn Hòa",
                        'type': 'commune'}])
        self.assertEqual(
            moves['22250', 'Open urging letters and requests'], 1)
        self.assertGreaterEqual(
            moves['22250', 'Escalations that nobody has answered'], 1)
        run_jobs(DAY)
        new, = Agency.search([('code', '=', '22299')])
        self.assertEqual(Demand(demand.id).agency, new)
        for escalation in escalations:
            if escalation.case == case:
                self.assertEqual(
                    escalation.__class__(escalation.id).agency, new)
        # what is overdue goes on going up
        raised = run_jobs(D(2026, 9, 15))
        self.assertIn(case, [e.case for e in raised])
