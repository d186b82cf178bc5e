# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The transitions of the Workflow are those of the plan, and no others."""
from trytond.modules.complaints.plan import transitions
from trytond.modules.complaints.plan.letter import TAKEN_UP
from trytond.pool import Pool
from trytond.tests.test_tryton import with_transaction

from .tools import RoutingTest

ROOMS = ['complaints', 'routing']


class TransitionsTestCase(RoutingTest):

    @with_transaction()
    def test_as_the_plan(self):
        "Test what the Workflow knows is what the book and the plan lead over"
        law = Pool().get('complaints.procedure').law()
        for of in ['letter', 'case']:
            book = {
                (state, step.to) for procedure in law.procedures.values()
                for step in procedure.steps if step.of == of and step.to
                for state in step.states}
            functions = set().union(*(transitions(of, r) for r in ROOMS))
            Model = Pool().get(f'complaints.{of}')
            self.assertEqual(Model._transitions, book | functions)
            states = {state for state, _ in Model.state.selection}
            self.assertLessEqual(
                {s for pair in Model._transitions for s in pair}, states)

    @with_transaction()
    def test_goes_up(self):
        "Test a rule lets a letter go up from each state that is not closed"
        Letter = Pool().get('complaints.letter')
        states = {state for state, _ in Letter.state.selection}
        self.assertEqual({
                state for state, to in transitions('letter', 'routing')
                if to == 'transferred'}, states - set(Letter._closed()))

    @with_transaction()
    def test_taken_up(self):
        "Test a case ends where the book says, from the states of the law"
        law = Pool().get('complaints.procedure').law()
        expected = set()
        for states, name in TAKEN_UP.values():
            to, = {
                step.to for procedure in law.procedures.values()
                for step in procedure.steps
                if (step.of, step.name) == ('case', name)}
            expected |= {(state, to) for state in states}
        self.assertEqual({
                pair for pair in transitions('case', 'complaints')
                if pair[1] in {'contested', 'taken'}}, expected)
