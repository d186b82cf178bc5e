# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What is locked is locked for who writes it, not only in the table."""
import datetime as dt
from unittest import TestCase

from trytond.exceptions import UserError
from trytond.modules.agencies.tests.tools import work_as
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)
from trytond.transaction import Transaction

from ..exceptions import LockedError
from .tools import CONTENT, create_office, open_case, receive, take

DAY = dt.date(2026, 8, 3)


class LocksTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('complaints')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    def _write_each(self, user, record):
        "Write each field in each state, as it is"
        Model = Pool().get(record.__name__)
        table = Model.__table__()
        transaction = Transaction()
        cursor = transaction.connection.cursor()
        names = Model.stored_fields()
        row, = Model.read([record.id], list(names))
        for state, _ in Model.state.selection:
            cursor.execute(*table.update(
                    [table.state], [state], where=table.id == record.id))
            for cache in list(transaction.cache.values()):
                cache.clear()
            for name in names:
                with self.subTest(state=state, field=name):
                    try:
                        with work_as(user):
                            Model.write(
                                [Model(record.id)], {name: row[name]})
                        refused = False
                    except LockedError:
                        refused = True
                    except UserError:
                        # something else is wrong with the value now
                        refused = False
                    self.assertEqual(
                        refused, name not in Model.writable(state))

    @with_transaction()
    def test_letter(self):
        "Test a client writes of a letter only what is open in its state"
        office = create_office()
        with clock.travel(DAY):
            letter = receive(office, DAY, kind='petition')
            take(office.clerk, letter, 'register')
            self._write_each(office.clerk, letter)

    @with_transaction()
    def test_case(self):
        "Test a client writes of a case only what is open in its state"
        office = create_office()
        with clock.travel(DAY):
            case = open_case(office, DAY)
            self._write_each(office.handler, case)

    @with_transaction()
    def test_defaults_of_a_client(self):
        "Test the context of a client says nothing of what is locked"
        Letter = Pool().get('complaints.letter')
        office = create_office()
        values = {
            'agency': office.agency.id, 'kind': 'petition',
            'content': CONTENT, 'received_on': DAY,
            'persons': [('create', [{'name': "Nguyễn Văn An"}])]}
        with clock.travel(DAY):
            with work_as(office.clerk), Transaction().set_context(
                    default_number='X-1', default_due_on=DAY,
                    default_note="Của tôi"):
                letter, = Letter.create([values])
            letter = Letter(letter.id)
            self.assertEqual(
                (letter.number, letter.due_on, letter.note),
                (None, None, "Của tôi"))
            for name, value in [
                    ('number', 'X-1'), ('due_on', DAY),
                    ('handler', office.handler.id),
                    ('acts', [('create', [{}])])]:
                with self.subTest(field=name), work_as(office.clerk), \
                        self.assertRaises(LockedError) as raised:
                    Letter.create([{**values, name: value}])
                self.assertIn(
                    Letter.__names__(name)['field'],
                    raised.exception.message)
