# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The official documents of a reception: complete, and on record."""
import datetime as dt
from unittest import TestCase

from trytond.modules.agencies.tests.tools import work_as
from trytond.modules.complaints import document
from trytond.modules.complaints.exceptions import StepError
from trytond.modules.complaints.tests.test_documents import names_of
from trytond.modules.complaints.tests.tools import create_office, take
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)

D = dt.date


class ReceptionDocumentTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('reception')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    def print(self, user, report, record):
        Report = Pool().get(report, type='report')
        with work_as(user):
            extension, page, _, _ = Report.execute([record.id], {})
        self.assertEqual(extension, 'html')
        return page

    def reception(self, office, **values):
        Reception = Pool().get('reception.reception')
        with work_as(office.clerk):
            reception, = Reception.create([{
                        'agency': office.agency.id,
                        'kind': 'complaint',
                        'content': "Không đồng ý giá bồi thường",
                        'host': "Trần Thị Tiếp",
                        'papers': "Đơn, 2 tờ, rõ\nSổ đỏ, 1 tờ, bản sao",
                        'persons': [('create', [{
                                        'name': "Nguyễn Văn An",
                                        'identity_number': '066150123456',
                                        'address': "Thôn 3"}])],
                        **values}])
        return Reception(reception.id)

    @with_transaction()
    def test_every_document(self):
        "Nothing that a document asks for is unknown to its report"
        Report = Pool().get('reception.receipt', type='report')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            reception = self.reception(office, result='explained')
        known = Report.values(reception).keys() | {
            'agency', 'superior', 'place'}
        forms = {
            name: form for (of, name), form in document.documents().items()
            if of == 'reception'}
        self.assertTrue(forms)
        for name, form in forms.items():
            self.assertLessEqual(names_of(form), known, name)

    @with_transaction()
    def test_reception(self):
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            reception = self.reception(
                office, form='head', conclusion="Giao xã đo lại đất",
                result='explained')
            take(office.clerk, reception, 'finish')
            receipt = self.print(
                office.clerk, 'reception.receipt', reception)
            self.assertIn("<td>2</td><td>Sổ đỏ, 1 tờ, bản sao</td>", receipt)
            self.assertIn("GIẤY BIÊN NHẬN", receipt)
            conclusion = self.print(
                office.clerk, 'reception.conclusion', reception)
            self.assertIn("Giao xã đo lại đất", conclusion)
            with self.assertRaises(StepError):
                self.print(
                    office.clerk, 'reception.refusal', reception)
            Ground = Pool().get('deadlines.ground')
            ground = Ground.search([('kind', '=', 'reception')])[0]
            refused = self.reception(office, refusal=ground.id)
            page = self.print(
                office.clerk, 'reception.refusal', refused)
            self.assertIn(document.escape(ground.name), page)
            self.assertIn("066150123456", page)
