# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A form asked about what one may not read answers as about a new record."""
import datetime as dt
import unittest

from trytond.exceptions import UserError
from trytond.model.exceptions import AccessError
from trytond.modules.agencies.tests.tools import work_as
from trytond.modules.complaints.tests.tools import (
    open_case, receive, take)
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)

from .tools import create_country_of_two

DAY = dt.date(2026, 8, 4)
NOTE = "Đất mương Khe Sanh"


class AskedFormsTestCase(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('routing')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    @staticmethod
    def make():
        "Return two offices, and letters and a case of the first"
        office, other = create_country_of_two()
        case = open_case(
            office, DAY, note=NOTE, content=f"{NOTE} sạt lở mùa mưa.")
        Letter = Pool().get('complaints.letter')
        letter, = Letter.search([('case', '=', case.id)])
        # one of which the law says where it goes
        elsewhere = take(
            office.clerk, receive(
                office, DAY, respondent_agency=office.parent.id,
                respondent_role='head'), 'register')
        return office, other, [letter, case, elsewhere]

    @staticmethod
    def answers(Model, id_):
        """Yield (method, proposal, answer) of all a form may ask

        The answer is what is returned or changed; None where it is refused"""
        proposals = [None]
        if 'proposal' in Model._fields:
            proposals += [
                value for value, _ in Model._fields['proposal'].selection
                if value]
        for name in sorted(dir(Model)):
            if not name.startswith('on_change_'):
                continue
            method = getattr(Model, name)
            for proposal in proposals:
                values = {
                    field: None for field in getattr(method, 'depends', ())
                    if field in Model._fields and field != 'id'}
                if 'proposal' in values:
                    values['proposal'] = proposal
                record = Model(id_, **values)
                try:
                    said = method(record)
                except (AccessError, UserError):
                    yield name, proposal, None
                    continue
                except Exception as error:
                    # of a value that no client leaves out: the same for both
                    yield name, proposal, type(error).__name__
                    continue
                # beside what the client has said itself
                changed = sorted(
                    (n, v) for n, v in record._changed_values().items()
                    if v and n != 'id' and v != proposal)
                yield name, proposal, str((
                        None if said is record else said, changed))

    @with_transaction()
    def test_changes(self):
        "Test each answer of a form about another agency's letter or case"
        with clock.travel(DAY):
            office, other, records = self.make()
            for record in records:
                Model = record.__class__
                with work_as(other.clerk):
                    for names in [['number'], ['id']]:
                        with self.assertRaises(AccessError):
                            Model.read([record.id], names)
                    with self.assertRaises(AccessError):
                        Model.check_seen([record.id])
                    new = {
                        (name, proposal): answer for name, proposal, answer
                        in self.answers(Model, None)}
                    asked = list(self.answers(Model, record.id))
                self.assertTrue(asked)
                for name, proposal, answer in asked:
                    with self.subTest(Model.__name__, name=name,
                            proposal=proposal):
                        if answer is not None:
                            self.assertEqual(answer, new[name, proposal])
