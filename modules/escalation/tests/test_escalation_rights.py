# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A button is shown to who may press it; the list opens on what is for one."""
import datetime as dt

from trytond.model.exceptions import AccessButtonError
from trytond.modules.agencies.tests import work_as
from trytond.modules.complaints.tests.tools import open_case, receive, take
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import with_transaction
from trytond.transaction import Transaction

from ..exceptions import DemandError
from .generated import World
from .tools import EscalationTest, create_country_of_two, rule, run_jobs

D = dt.date
RIGHTS = ['may_answer', 'may_oversee', 'may_urge', 'for_me']


class EscalationRightsTestCase(EscalationTest):
    "Test what is shown of escalations"

    def may(self, user, escalation):
        Escalation = Pool().get('escalation.escalation')
        with work_as(user):
            values, = Escalation.read([escalation.id], RIGHTS)
        return {name for name in RIGHTS if values[name]}

    @with_transaction()
    def test_of_somebody_below(self):
        "Test who answers answers, and who oversees looks after it and urges"
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            open_case(office, respondent_agency=office.agency.id)
        escalation, = [
            e for e in run_jobs(D(2026, 9, 7)) if e.rule == rule('overdue')]
        with clock.travel(D(2026, 9, 7)):
            for user, expected in [
                    (office.leader, {'may_answer', 'for_me'}),
                    (office.handler, {'may_answer', 'for_me'}),
                    (office.supervisor, {'may_oversee', 'may_urge', 'for_me'}),
                    (office.central, {'may_oversee', 'may_urge'}),
                    ]:
                with self.subTest(user=user.login):
                    self.assertEqual(self.may(user, escalation), expected)
            for user, button in [
                    (office.leader, 'acknowledge'), (office.leader, 'urge'),
                    (office.supervisor, 'send_answer')]:
                with self.subTest(user=user.login, button=button), \
                        self.assertRaises(AccessButtonError):
                    take(user, escalation, button)

    @with_transaction()
    def test_of_ones_own(self):
        "Test its own supervisor sees what a province is late with, no more"
        office, _ = create_country_of_two()
        province = office.superior
        province.agency, province.parent = office.parent, office.government
        with clock.travel(D(2026, 8, 5)):
            take(
                province.clerk, receive(province, D(2026, 8, 3)), 'register')
        escalation, = run_jobs(D(2026, 8, 14))
        self.assertEqual(escalation.superior, office.government)
        with clock.travel(D(2026, 8, 14)):
            self.assertEqual(
                self.may(office.supervisor, escalation), {'for_me'})
            self.assertEqual(
                self.may(office.central, escalation),
                {'may_oversee', 'may_urge', 'for_me'})
            with self.assertRaises(AccessButtonError):
                take(office.supervisor, escalation, 'acknowledge')

    @with_transaction()
    def test_urge_opens_the_draft(self):
        "Test the urging letter that was drafted opens"
        pool = Pool()
        Demand = pool.get('escalation.demand')
        Escalation = pool.get('escalation.escalation')
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            open_case(office, respondent_agency=office.agency.id)
        escalation, = [
            e for e in run_jobs(D(2026, 9, 7)) if e.rule == rule('overdue')]
        with clock.travel(D(2026, 9, 7)):
            for _ in range(2):
                # the second time the one that is open already
                with work_as(office.supervisor):
                    action = Escalation.urge([Escalation(escalation.id)])
                demand, = Demand.search([('kind', '=', 'urge')])
                self.assertEqual(action['res_model'], 'escalation.demand')
                self.assertEqual(action['res_id'], [demand.id])
            self.assertEqual(Escalation(escalation.id).demand, demand)
            # and where there is nobody to send it that is said
            with Transaction().set_user(0), self.assertRaises(DemandError):
                Escalation.urge([Escalation(escalation.id)])

    @with_transaction()
    def test_search_for_me(self):
        "Test what is found for somebody is what is shown as his, no more"
        pool = Pool()
        User = pool.get('res.user')
        Escalation = pool.get('escalation.escalation')
        World(3, 8)
        for day in [D(2026, 8, 14), D(2026, 8, 24)]:
            run_jobs(day)
        found = 0
        with clock.travel(D(2026, 8, 24)):
            closed, = Escalation.search([], limit=1)
            Escalation.write([closed], {'state': 'closed'})
            for user in User.search([('memberships', '!=', None)]):
                with self.subTest(user=user.login), work_as(user):
                    if not pool.get('ir.model.access').check(
                            'escalation.escalation', 'read',
                            raise_exception=False):
                        continue
                    shown = Escalation.search([])
                    mine = {e for e in shown if e.for_me}
                    found += len(mine)
                    self.assertNotIn(closed, mine)
                    for value, expected in [
                            (True, mine), (False, set(shown) - mine)]:
                        for operator in ['=', '!=']:
                            self.assertEqual(
                                set(Escalation.search(
                                        [('for_me', operator, value)])),
                                expected if operator == '='
                                else set(shown) - expected)
        self.assertGreater(found, 0)
