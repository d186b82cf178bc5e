# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A button pressed on many: what is said of those that it refuses."""
import datetime as dt
from unittest import TestCase

from trytond.modules.agencies.tests import work_as
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import activate_module, with_transaction
from trytond.transaction import Transaction

from ..bulk import NAMED
from ..exceptions import StepError
from ..identity import MASK
from .tools import create_office, open_case, receive, take

D = dt.date


class BulkTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        activate_module('complaints')

    def refusal(self, user, records, step, language='en'):
        "Return what is said when a button is refused"
        Model = Pool().get(records[0].__name__)
        with work_as(user), Transaction().set_context(language=language):
            with self.assertRaises(StepError) as raised:
                getattr(Model, step)(Model.browse([r.id for r in records]))
        return raised.exception.message

    @with_transaction()
    def test_letters(self):
        "Those that are refused are named, and nothing is done with others"
        Letter = Pool().get('complaints.letter')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            good = receive(office, D(2026, 8, 3), name="Trần Thị Tốt")
            done, secret = (
                take(office.clerk, receive(
                        office, D(2026, 8, 4), kind, name=name), 'register')
                for kind, name in [
                    ('complaint', "Lê Văn Xong"),
                    ('denunciation', "Phạm Thị Kín")])
            text = self.refusal(
                office.clerk, [good, done, secret], 'register')
            self.assertEqual(Letter(good.id).state, 'received')
            self.assertIn("2 of 3", text)
            self.assertIn(
                f"{done.number}, Lê Văn Xong, received on 04/08/2026", text)
            self.assertIn(f"{secret.number}, {MASK}", text)
            self.assertNotIn("Phạm Thị Kín", text)
            self.assertNotIn("Trần Thị Tốt", text)
            self.assertIn("other 1", text)
            # the others go when they are pressed alone
            take(office.clerk, good, 'register')

    @with_transaction()
    def test_one(self):
        "Of one letter it is said as it always was"
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = take(
                office.clerk, receive(office, D(2026, 8, 4)), 'register')
            text = self.refusal(office.clerk, [letter], 'register')
        self.assertNotIn(" of ", text.splitlines()[0][:10])
        self.assertNotIn("Nguyễn Văn An", text)

    @with_transaction()
    def test_many(self):
        "A message stays short"
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letters = [
                receive(office, D(2026, 8, 4), content=f"Đơn {n}")
                for n in range(NAMED + 3)]
            text = self.refusal(office.clerk, letters, 'classify')
        self.assertEqual(text.count("received on"), NAMED)
        self.assertIn("and 3 more", text)
        self.assertIn("Nothing was done with any of them", text)

    @with_transaction()
    def test_cases(self):
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            cases = [
                open_case(office, kind='petition', content=f"Kiến nghị {n}")
                for n in range(2)]
            text = self.refusal(office.leader, cases, 'decide')
        for case in cases:
            self.assertIn(f"{case.number}, accepted on 05/08/2026", text)
