# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A country of two communes, with the jobs that escalate."""
from unittest import TestCase

from trytond.modules.foundation import clock
from trytond.modules.routing.tests.tools import create_country_of_two
from trytond.pool import Pool
from trytond.tests.test_tryton import activate_module, drop_db

__all__ = ['EscalationTest', 'create_country_of_two', 'rule', 'run_jobs']


class EscalationTest(TestCase):
    "A test in a database with the module"

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('escalation')

    @classmethod
    def tearDownClass(cls):
        drop_db()


def run_jobs(day):
    "Run the jobs of a day; return the escalations that came of it"
    pool = Pool()
    Schedule = pool.get('escalation.schedule')
    Escalation = pool.get('escalation.escalation')
    known = {e.id for e in Escalation.search([])}
    with clock.travel(day):
        pool.get('agencies.reorganisation').apply_due()
        pool.get('escalation.sweep').run()
        # where the queue takes the next batch there is another one to take
        while Schedule.run_due():
            pass
    return Escalation.search(
        [('id', 'not in', list(known))], order=[('id', 'ASC')])


def rule(name):
    "Return the escalation rule of this id in escalation.xml"
    pool = Pool()
    return pool.get('escalation.rule')(
        pool.get('ir.model.data').get_id(
            'escalation', f'escalation_rule_{name}'))
