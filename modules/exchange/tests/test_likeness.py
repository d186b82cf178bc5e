# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What looks alike goes with an import, until somebody has decided on it."""
import datetime as dt
from unittest import TestCase

from trytond.modules.agencies.tests import work_as
from trytond.modules.complaints.tests.tools import create_office, take
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import activate_module, with_transaction

DAY = dt.date(2026, 8, 5)
CONTENT = (
    "Gia đình tôi canh tác thửa đất số 214 tờ bản đồ 17 từ năm 1993, nay bị "
    "xã lấy làm bãi tập kết vật liệu mà không có quyết định thu hồi")


class LikenessTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        activate_module(['exchange', 'likeness'])

    @with_transaction()
    def test_undo(self):
        "Test who has decided on a likeness keeps the letters of it"
        pool = Pool()
        Letter = pool.get('complaints.letter')
        Likeness = pool.get('likeness.likeness')
        Fingerprint = pool.get('likeness.fingerprint')
        office = create_office()
        rows = [{
                'row': n, 'key': str(n), 'received_on': '2026-03-02',
                'kind': 'petition', 'content': CONTENT, 'name': name,
                'agency': '22250'} for n, name in enumerate([
                    "Nguyễn Văn An", "Lê Thị Hoa"])]

        def take_in(source):
            "Return two letters, and the likeness of one to the other"
            with work_as(office.data_officer):
                Letter.import_rows(rows, source)
            first, second = Letter.search(
                [('import_source', '=', source)], order=[('id', 'ASC')])
            # nobody goes through an old register letter by letter
            self.assertFalse(second.likenesses)
            take(office.clerk, second, 'compare')
            like, = Likeness.search([
                    ('letter', '=', second.id), ('match', '=', first.id)])
            return like

        def undo(source):
            with work_as(office.data_officer):
                found = Letter.undo_import(source, "Nhầm sổ")
            return len(found['removed']), len(found['kept'])
        with clock.travel(DAY):
            take_in('found')
            self.assertEqual(undo('found'), (2, 0))
            self.assertFalse(Likeness.search([]))
            self.assertFalse(Fingerprint.search([]))
            like = take_in('decided')
            with work_as(office.clerk):
                Likeness(like.id).settle('linked')
            self.assertEqual(undo('decided'), (0, 2))
        self.assertEqual(Likeness(like.id).decision, 'linked')
        self.assertTrue(Fingerprint.search([]))
