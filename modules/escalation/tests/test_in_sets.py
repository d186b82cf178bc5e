# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What is written in sets moves up like what is written one by one."""
import datetime as dt
from unittest import TestCase

from trytond.modules.agencies.tests.tools import check_covered, work_as
from trytond.modules.complaints.tests.tools import (
    CONTENT, create_office, receive, take)
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)

D = dt.date
DAY = D(2026, 8, 4)
PERSON = {
    'name': "Nguyễn Văn An", 'identity_number': '066150123456',
    'address': "Thôn 3, xã Sơn Thành"}


class InSetsTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('escalation')
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        drop_db()

    @with_transaction()
    def test_covered(self):
        "Test no module has a hook that what is written in sets would miss"
        check_covered(self)

    def schedule(self, letter):
        Schedule = Pool().get('escalation.schedule')
        rows = Schedule.search([
                'OR', ('clock', 'in', [c.id for c in letter.clocks]),
                ('resource', '=', str(letter))])
        return sorted(
            (r.rule.id, r.clock.rule.code if r.clock else '', r.event or '',
                r.mark or '', r.step, str(r.counted_from), r.run_at)
            for r in rows)

    @with_transaction()
    def test_schedule(self):
        "Test a lodged letter moves up as one that was registered"
        Letter = Pool().get('complaints.letter')
        office = create_office()
        for values in [
                {'kind': 'complaint'}, {'kind': 'petition'},
                {'kind': 'petition', 'people_count': 30, 'persons': [
                        {**PERSON, 'role': role} for role in [
                            'sender', 'representative']]},
                {'kind': 'denunciation',
                    'respondent_agency': office.agency.id,
                    'respondent_role': 'head'},
                ]:
            with self.subTest(values=values), clock.travel(DAY):
                values = {
                    'persons': [PERSON], 'received_on': D(2026, 8, 3),
                    'channel': 'post', **values}
                with work_as(office.clerk):
                    lodged, = Letter.lodge([{
                                'agency': office.agency.id,
                                'content': f"{CONTENT} 1", **values}])
                one = Letter(lodged['id'])
                other = take(office.clerk, receive(office, **{
                            **values, 'content': f"{CONTENT} 2",
                            'persons': [('create', values['persons'])]}),
                    'register')
                self.assertTrue(self.schedule(one))
                self.assertEqual(*map(self.schedule, [one, other]))
