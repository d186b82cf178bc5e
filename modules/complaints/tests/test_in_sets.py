# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Letters that are born in sets, and the models that are written so."""
import datetime as dt

from trytond.model.exceptions import AccessError
from trytond.modules.agencies import clock
from trytond.modules.agencies.exceptions import RoleError
from trytond.modules.agencies.tests import AgencyTestMixin, work_as
from trytond.modules.agencies.tests.tools import check_covered
from trytond.pool import Pool
from trytond.tests.test_tryton import ModuleTestCase, with_transaction
from trytond.transaction import Transaction

from ..exceptions import LockedError, MaskedError, PersonError
from .tools import CONTENT, clocks, create_office, receive, take

D = dt.date
DAY = D(2026, 8, 4)


def lodge(user, *letters):
    Letter = Pool().get('complaints.letter')
    with work_as(user):
        result = Letter.lodge([{
                    'kind': 'complaint', 'content': CONTENT,
                    'channel': 'post',
                    'persons': [{
                            'name': "Nguyễn Văn An",
                            'identity_number': '066150123456',
                            'address': "Thôn 3, xã Sơn Thành"}],
                    **values} for values in letters])
    return result, [Letter(r['id']) for r in result]


class InSetsTestCase(AgencyTestMixin, ModuleTestCase):
    "Test what is written in sets"
    module = 'complaints'

    @with_transaction()
    def test_covered(self):
        "Test no module has a hook that what is written in sets would miss"
        check_covered(self)

    @with_transaction()
    def test_lodge(self):
        "Test a letter that is lodged is as one that is created, registered"
        office = create_office()
        with clock.travel(DAY):
            values = {'received_on': D(2026, 8, 3)}
            (result,), (letter,) = lodge(
                office.clerk, {**values, 'agency': office.agency.id})
            other = take(office.clerk, receive(office, **values), 'register')
            self.assertEqual(result, {
                    'id': letter.id, 'number': letter.number,
                    'state': 'registered', 'due_on': D(2026, 8, 13)})
            self.assertEqual(clocks(letter), clocks(other))
            self.assertEqual(other.repeat_of, letter)
            self.assertEqual(other.repeat_key, letter.repeat_key)
            for name in type(letter).stored_fields():
                if name not in {'number', 'repeat_of'}:
                    self.assertEqual(
                        getattr(letter, name), getattr(other, name), name)
            for name in ['name', 'identity_number', 'address']:
                with work_as(office.clerk):
                    self.assertEqual(
                        *[getattr(le.persons[0], name)
                            for le in type(letter).browse([letter, other])])
            self.assertEqual(
                *[[(c.condition, c.finding, c.by_system)
                        for c in le.conditions] for le in [letter, other]])
            mark = Pool().get('complaints.fingerprint').__table__()
            cursor = Transaction().connection.cursor()
            found = []
            for le in [letter, other]:
                cursor.execute(*mark.select(
                        mark.mark, where=mark.letter == le.id))
                found.append(sorted(cursor.fetchall()))
            self.assertEqual(*found)

    @with_transaction()
    def test_lodge_secret(self):
        "Test a denunciation that is lodged tells nobody who denounces"
        office = create_office()
        with clock.travel(DAY):
            text = "Tôi là Nguyễn Văn An, tố cáo ông Bình"
            _, (letter,) = lodge(office.clerk, {
                    'kind': 'denunciation', 'content': text})
            self.assertTrue(letter.secrecy)
            self.assertNotIn("An,", letter.content)
            self.assertNotIn("Nguyễn", letter.subject)
            self.assertEqual(letter.original_text('content'), text)
            person, = letter.persons
            self.assertTrue(person.protected)
            self.assertIsNone(person.identity.name_fold)

    @with_transaction()
    def test_lodge_refused(self):
        "Test what create() and register() refuse, lodge() refuses"
        office = create_office()
        far = create_office('22251')
        with clock.travel(DAY):
            for error, values in [
                    (RoleError, {'agency': far.agency.id}),
                    (PersonError, {'persons': []}),
                    (LockedError, {'number': '22250-D-2026-000017-14'}),
                    (LockedError, {'state': 'accepted'}),
                    (LockedError, {'repeat_of': 1}),
                    (MaskedError, {'persons': [{'identity': 1}]}),
                    ]:
                with self.subTest(values=values):
                    with self.assertRaises(error):
                        lodge(office.clerk, values)
            with self.assertRaises(AccessError):
                lodge(office.auditor, {})
