# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The manager's board: each figure is what its list holds."""
import datetime as dt
from unittest import TestCase

from trytond.modules.agencies.tests import work_as
from trytond.modules.complaints.tests.tools import (
    begin, open_case, propose, receive, take)
from trytond.modules.escalation.tests.tools import (
    create_country_of_two, run_jobs)
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.pyson import PYSONDecoder
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)
from trytond.transaction import Transaction

D = dt.date
MODELS = ['statistics.figure', 'statistics.trend', 'statistics.workload']


class BoardTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('statistics')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    def settle(self, office, day):
        letter = receive(office, day, content=f"Đơn {day}")
        propose(office, letter, 'guide')
        return take(office.clerk, letter, 'guide')

    @with_transaction()
    def test_board(self):
        "Each figure is what its list holds; each sees his own branch"
        pool = Pool()
        Figure = pool.get('statistics.figure')
        Trend = pool.get('statistics.trend')
        Workload = pool.get('statistics.workload')
        office, other = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(office, respondent_agency=office.agency.id)
            with work_as(office.leader):
                case.__class__.give_to([case], office.handler)
            take(other.clerk, receive(other, D(2026, 8, 3)), 'register')
            self.settle(office, D(2026, 8, 3))
        run_jobs(D(2026, 9, 7))
        for user, agencies in [
                (office.leader, {office.agency}),
                (office.supervisor, {office.agency, other.agency}),
                (office.central, {office.agency, other.agency})]:
            with self.subTest(user=user.login), \
                    clock.travel(D(2026, 9, 7)), work_as(user):
                figures = Figure.search([])
                self.assertEqual({f.agency for f in figures}, agencies)
                for figure in figures:
                    self.check_lists(figure)
                self.assertEqual(
                    {t.agency for t in Trend.search([])}, agencies)
        with clock.travel(D(2026, 9, 7)), work_as(office.supervisor):
            figure, = Figure.search([('agency', '=', office.agency.id)])
            self.assertEqual(
                (figure.cases, figure.overdue, figure.silent,
                    figure.letters), (1, 1, 1, 0))
            self.assertEqual(figure.escalations, 1)
            self.assertEqual(figure.rate, 1)
            load, = Workload.search([])
            self.assertEqual(
                (load.user, load.cases, load.overdue),
                (office.handler, 1, 1))
            months = {
                t.month: (t.received, t.escalated) for t in Trend.search(
                    [('agency', '=', office.agency.id)])}
            self.assertEqual(months, {
                    D(2026, 8, 1): (2, 0), D(2026, 9, 1): (0, 1)})

    def check_lists(self, figure):
        "The list behind each figure holds as many"
        pool = Pool()
        for name, wizard_name, state in [
                ('letters', 'statistics.figure.letters', 'open_'),
                ('cases', 'statistics.figure.cases', 'open_'),
                ('escalations', 'statistics.figure.escalations', 'open_')]:
            Wizard = pool.get(wizard_name, type='wizard')
            with Transaction().set_context(
                    active_model='statistics.figure', active_id=figure.id,
                    active_ids=[figure.id]):
                session_id, _, _ = Wizard.create()
                result = Wizard.execute(session_id, {}, state)
            action, _ = result['actions'][0]
            domain = PYSONDecoder().decode(action['pyson_domain'])
            Model = pool.get(action['res_model'])
            self.assertEqual(
                Model.search(domain, count=True), getattr(figure, name),
                (name, domain))

    def seen(self, user):
        "Return what a user finds and counts on the board"
        found = {}
        with work_as(user):
            for name in MODELS:
                Model = Pool().get(name)
                records = Model.search([])
                self.assertEqual(
                    len(records), Model.search([], count=True))
                found[name] = {r.id for r in records}
        return found

    @with_transaction()
    def test_head_denounced(self):
        "Test the head finds no trace of what denounces him"
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            before = self.seen(office.leader)
            letter = receive(
                office, D(2026, 8, 3), kind='denunciation',
                respondent="Chủ tịch xã", respondent_role='head',
                respondent_agency=office.agency.id)
            take(office.clerk, letter, 'register')
            self.assertEqual(self.seen(office.leader), before)
        run_jobs(D(2026, 8, 5))
        with clock.travel(D(2026, 8, 6)):
            self.assertEqual(self.seen(office.leader), before)

    @with_transaction()
    def test_accused_by_name(self):
        "Test a leader denounced by name finds it in no figure"
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(
                office, kind='denunciation', respondent="Ông B")
            begin(office, case)
            with work_as(office.leader):
                case.__class__.give_to([case], office.handler)
            letter, = case.letters
            # it turns out to be about the leader himself
            letter.__class__.write(
                [letter], {'respondent': f"Bà {office.leader.name}"})
        self.assertTrue(run_jobs(D(2026, 9, 7)))
        with clock.travel(D(2026, 9, 7)):
            self.assertEqual(
                set().union(*self.seen(office.leader).values()), set())
            # others see it
            self.assertTrue(
                self.seen(office.supervisor)['statistics.figure'])
