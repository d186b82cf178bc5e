# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Who gets work: a unit, a handler, a team, and not whom it is about."""
import datetime as dt

from trytond.modules.agencies.exceptions import RoleError
from trytond.modules.agencies.tests import create_user, work_as
from trytond.modules.complaints.tests.tools import open_case
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import with_transaction
from trytond.transaction import Transaction

from ..exceptions import AssignError
from .tools import RoutingTest, create_country_of_two

D = dt.date


class AssignmentTestCase(RoutingTest):
    "Test who gets work"

    @with_transaction()
    def test_unit_and_team(self):
        "To a unit, a handler and a team, without whom it is about"
        pool = Pool()
        Assign = pool.get('routing.assign', type='wizard')
        Unit = pool.get('agencies.unit')
        Case = pool.get('complaints.case')
        office, other = create_country_of_two()
        second = create_user('second', office.agency, 'handler')
        unit, foreign = Unit.create([{
                    'name': "Tổ địa chính", 'agency': agency.id,
                    'valid_from': D(2020, 1, 1)}
                for agency in [office.agency, other.agency]])
        second.memberships[0].unit = unit
        second.memberships[0].save()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(
                office, respondent=f"Ông {second.name}")
            with work_as(office.leader), Transaction().set_context(
                    active_model='complaints.case', active_id=case.id,
                    active_ids=[case.id]):
                session_id, _, _ = Assign.create()
                view = Assign.execute(session_id, {}, 'start')['view']
                self.assertIn("0 letters, 0 cases", view['defaults'][
                        'workload'])
                Assign.execute(session_id, {'start': {
                            'unit': unit.id, 'handler': office.handler.id,
                            'team': [office.handler.id, office.leader.id],
                            'team_head': office.leader.id}}, 'assign')
                with self.assertRaises(AssignError):
                    Case.give_to_unit([case], foreign)
                with self.assertRaises(AssignError):
                    case.appoint([second], None)
            case = Case(case.id)
            self.assertEqual((case.unit, case.handler),
                (unit, office.handler))
            self.assertEqual(
                {(v.user, v.head) for v in case.team},
                {(office.handler, False), (office.leader, True)})
            with work_as(office.clerk), self.assertRaises(RoleError):
                Case.give_to_unit([case], unit)
