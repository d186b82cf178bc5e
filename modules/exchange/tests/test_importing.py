# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What is taken in of an old register is as if it had been worked on here."""
import datetime as dt
from unittest import TestCase

from trytond.modules.agencies.tests.tools import check_covered, work_as
from trytond.modules.audit.rows import verify_rows
from trytond.modules.complaints.tests import births
from trytond.modules.complaints.tests.tools import CONTENT, create_office
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import activate_module, with_transaction

D = dt.date
DAY = D(2026, 8, 4)
KINDS = ['complaint', 'disciplinary', 'denunciation', 'petition', 'reflection']
HANDLINGS = [
    ('', {}), ('historical', {}), ('guide', {}), ('file', {}),
    ('transfer', {}),
    ('accept', {'accepted_on': '2020-03-09'}),
    ('accept', {'accepted_on': '2020-03-09', 'decided_on': '2020-04-20',
            'decision_number': '1/QĐ'})]


def schedule(letter):
    "Return when what is open of a letter moves up"
    return Pool().get('escalation.schedule').search([
            'OR', ('clock', 'in', [c.id for c in letter.clocks]),
            ('resource', '=', str(letter))])


class ImportingTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        activate_module(['exchange', 'escalation'])

    @with_transaction()
    def test_covered(self):
        "Test no module has a hook that what is written in sets would miss"
        check_covered(self)

    @with_transaction()
    def test_declared(self):
        "Test nothing of an old register is given to what is born of a letter"
        self.assertEqual(births.undeclared('complaints.letter'), set())
        self.assertEqual(births.unknown('complaints.letter'), set())

    @with_transaction()
    def test_old_register(self):
        "Test what is taken in of an old register is on record as it is"
        Letter = Pool().get('complaints.letter')
        office = create_office()
        rows = [{
                'row': n, 'key': str(n), 'received_on': '2020-03-02',
                'kind': kind, 'content': f"{CONTENT} {n}",
                'name': "Nguyễn Văn An", 'agency': '22250',
                'handling': handling, **more}
            for n, (kind, handling, more) in enumerate([
                    (kind, handling, more) for kind in KINDS
                    for handling, more in HANDLINGS])]
        with clock.travel(DAY):
            for _ in range(2):
                with work_as(office.data_officer):
                    results = Letter.import_rows(rows, 'x')
            self.assertEqual({r['status'] for r in results}, {'known'})
            letters = Letter.search([('import_source', '=', 'x')])
            self.assertEqual(len(letters), len(rows))
            states = {le.import_key: le.state for le in letters}
            for row in rows:
                self.assertEqual(states[row['key']], {
                        '': 'registered', 'guide': 'guided',
                        'file': 'filed', 'accept': 'accepted',
                        'transfer': 'transferred',
                        'historical': 'historical'}[row['handling']])
            numbers = sorted(
                (le.number, int(le.import_key)) for le in letters)
            self.assertEqual(
                [key for _, key in numbers], list(range(len(rows))))
        self.assertEqual(list(verify_rows()), [])

    @with_transaction()
    def test_schedule(self):
        "Test what still runs of an old register moves up, what ended not"
        Letter = Pool().get('complaints.letter')
        office = create_office()
        with clock.travel(DAY), work_as(office.data_officer):
            Letter.import_rows([{
                        'row': 1, 'key': handling or '-', 'kind': 'petition',
                        'received_on': '2026-08-03', 'content': CONTENT,
                        'name': "An", 'agency': '22250',
                        'handling': handling,
                        } for handling in ['', 'transfer', 'guide']], 'x')
        for letter in Letter.search([('import_source', '=', 'x')]):
            self.assertEqual(
                bool(schedule(letter)), letter.import_key == '-')

    @with_transaction()
    def test_late(self):
        "Test what comes in late goes up the next morning, and can go till then"
        pool = Pool()
        Letter = pool.get('complaints.letter')
        Schedule = pool.get('escalation.schedule')
        Escalation = pool.get('escalation.escalation')
        office = create_office()

        def take_in():
            with work_as(office.data_officer):
                Letter.import_rows([{
                            'row': 1, 'key': '1', 'kind': 'petition',
                            'received_on': '2026-03-02', 'content': CONTENT,
                            'name': "An", 'agency': '22250'}], 'late')
            letter, = Letter.search([('import_source', '=', 'late')])
            return letter
        with clock.travel(DAY):
            letter = take_in()
            self.assertTrue(schedule(letter))
            Schedule.run_due()
            self.assertFalse(Escalation.search([]))
            with work_as(office.data_officer):
                found = Letter.undo_import('late', "Nhầm sổ")
            self.assertFalse(found['kept'])
            letter = take_in()
        with clock.travel(DAY + dt.timedelta(days=7)):
            Schedule.run_due()
        self.assertIn(letter, [e.record for e in Escalation.search([])])
