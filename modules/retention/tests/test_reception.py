# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Who came in person goes with the letter, and is told what is held."""
import datetime as dt

from trytond.modules.agencies.tests import work_as
from trytond.modules.complaints.exceptions import PersonError
from trytond.modules.complaints.identity import ERASED
from trytond.modules.complaints.tests.test_birth import attach, files
from trytond.modules.complaints.tests.tools import create_office, take
from trytond.modules.foundation import clock
from trytond.modules.reception.tests.tools import receive
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)

from . import test_privacy

D = dt.date
NAME = "Nguyễn Văn An"
NUMBER = '066150123456'


class ReceptionPrivacyTestCase(test_privacy.PrivacyTestCase):
    "Test the same where there are receptions, and what is theirs"

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module(['retention', 'reception'])

    def brought(self, office, kind):
        "Return a reception of which a letter was born, and filed"
        with clock.travel(D(2026, 8, 3)):
            reception = receive(
                office, kind=kind, content=f"{NAME} đòi lại đất",
                note=f"{NAME} hẹn quay lại", papers=f"Giấy của {NAME}")
            attach(office, reception, f'{NAME}.pdf')
            reception = take(office.clerk, reception, 'finish', 'answer')
            letter = test_privacy.propose(
                office, reception.letter, 'file', proposal_note="Trùng")
            take(office.leader, letter, 'file')
        return reception

    @with_transaction()
    def test_reception_erased(self):
        "Test nothing of who came is left when the letter is erased"
        pool = Pool()
        office = create_office()
        receptions = [
            self.brought(office, kind)
            for kind in ['complaint', 'denunciation']]
        with clock.travel(D(2027, 8, 20)):
            erasure = self.erasure(office.leader)
            take(office.leader, erasure, 'fill')
            take(office.leader, erasure, 'apply', document="12/QĐ-UBND")
        for reception in receptions:
            reception = pool.get('reception.reception')(reception.id)
            self.assertTrue(reception.number)
            self.assertEqual(reception.persons[0].name, ERASED)
            self.assertEqual(reception.content, ERASED)
            self.assertEqual(files(reception), [])
        text = self.everywhere()
        for word in [NAME, "nguyen van an", NUMBER]:
            self.assertNotIn(word, text)

    @with_transaction()
    def test_held_on_a_visitor(self):
        "Test who came is told of it, and of what is secret nobody else"
        Entry = Pool().get('audit.entry')
        office, other = create_office(), create_office('22251')
        with clock.travel(D(2026, 8, 3)):
            plain = take(
                office.clerk, receive(office, result='explained'), 'finish')
            take(office.clerk, receive(
                    office, kind='denunciation', result='explained'),
                'finish')
            row, = self.export(office.clerk, identity_number=NUMBER)
            self.assertEqual(row['number'], plain.number)
            self.assertEqual(row['person']['name'], NAME)
            exported = Entry.search([('action', '=', 'export')])
            self.assertEqual([e.resource for e in exported], [plain])
            with work_as(other.clerk), self.assertRaises(PersonError):
                self.export(other.clerk, identity_number=NUMBER)
