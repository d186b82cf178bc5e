# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A data officer learns nothing of the register of another agency."""
import datetime as dt
import hashlib
from unittest import TestCase

from trytond.modules.agencies.tests import work_as
from trytond.modules.complaints.tests.tools import create_office
from trytond.modules.foundation import clock
from trytond.modules.foundation.beyond import MASKED
from trytond.pool import Pool
from trytond.tests.test_tryton import activate_module, with_transaction

PDF = b'%PDF-1.4\n%%EOF\n'


class OtherRegistersTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        activate_module('exchange')

    def setUp(self):
        clock_ = clock.travel(dt.date(2026, 8, 5))
        clock_.__enter__()
        self.addCleanup(clock_.__exit__, None, None, None)

    def take_in(self):
        "Return two offices, and the letter that one of them has imported"
        Letter = Pool().get('complaints.letter')
        own, other = create_office('22250'), create_office('22255')
        with work_as(own.data_officer):
            Letter.import_rows([{
                        'row': 1, 'key': '1', 'received_on': '2026-03-02',
                        'kind': 'petition', 'content': "Đo đất",
                        'name': "Nguyễn Văn An", 'agency': '22250'}], 'so')
        letter, = Letter.search([('import_source', '=', 'so')])
        self.assertTrue(letter.number)
        return own, other, letter

    @with_transaction()
    def test_undo(self):
        "Test what is taken back by its own officer is masked for another"
        own, other, letter = self.take_in()
        Letter = Pool().get('complaints.letter')
        with work_as(other.data_officer):
            found = Letter.undo_import('so', "Nhầm sổ")
        self.assertEqual(found['removed'], [])
        self.assertEqual([number for number, _ in found['kept']], [MASKED])
        self.assertNotIn(letter.number, repr(found))
        number = letter.number
        with work_as(own.data_officer):
            found = Letter.undo_import('so', "Nhầm sổ")
        self.assertEqual(found['removed'], [number])

    @with_transaction()
    def test_scans(self):
        "Test a scan for another's letter is refused without its number"
        own, other, letter = self.take_in()
        Letter = Pool().get('complaints.letter')
        file = {
            'key': '1', 'name': '1.pdf', 'data': PDF,
            'digest': hashlib.sha256(PDF).hexdigest()}
        with work_as(other.data_officer):
            result, = Letter.attach_scans('so', [file])
        self.assertEqual(result['status'], 'refused')
        self.assertTrue(result['reason'])
        self.assertNotIn(letter.number, repr(result))
        with work_as(own.data_officer):
            result, = Letter.attach_scans('so', [file])
        self.assertEqual(
            (result['status'], result['number']), ('attached', letter.number))
