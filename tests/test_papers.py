# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What becomes of official papers where the rooms beside them do their work."""
import datetime as dt
from unittest import TestCase

from helpers import ROOMS
from trytond.modules.agencies.tests import work_as
from trytond.modules.complaints.tests import births
from trytond.modules.complaints.tests.tools import propose, receive, take
from trytond.modules.documents.exceptions import DocumentError
from trytond.modules.documents.tests.test_module import draft
from trytond.modules.foundation import clock
from trytond.modules.routing.tests.test_reorganisation import (
    DAY, reorganise, reorganise_due)
from trytond.modules.routing.tests.tools import create_country_of_two
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)
from trytond.transaction import Transaction

D = dt.date


def names(letter):
    "Return what the files of a letter are called"
    with Transaction().set_user(0):
        return sorted(f.name for f in Pool().get('ir.attachment').search([
                    ('resource', '=', str(letter))]))



class PapersTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module(ROOMS)

    @classmethod
    def tearDownClass(cls):
        drop_db()

    @with_transaction()
    def test_declared(self):
        "Test of all rooms something is said of what a letter could be given"
        for name, Model in Pool().iterobject():
            if not getattr(Model, '_birth', None):
                continue
            with self.subTest(model=name):
                self.assertEqual(births.undeclared(name), set())
                self.assertEqual(births.unknown(name), set())
                self.assertEqual(
                    births.below(name) - set(Model._birth.below), set())

    @with_transaction()
    def test_not_given(self):
        "Test who receives a letter gets what was sent, no draft or proposal"
        Document = Pool().get('documents.document')
        office, other = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 4), kind='petition')
            propose(office, letter, 'transfer', proposed_to=other.agency.id)
            inner = draft(office.clerk, letter, '04/XLĐ', D(2026, 8, 5))
            sent = draft(office.clerk, letter, '04/XLĐ', D(2026, 8, 5))
            with work_as(office.clerk):
                Document(sent.id).put_number(D(2026, 8, 5))
                Document.send([Document(sent.id)])
            self.assertIn(Document(inner.id).attachment.name, names(letter))
            letter = take(office.leader, letter, 'transfer')
        self.assertEqual(
            names(letter.transferred_to), [Document(sent.id).attachment.name])

    @with_transaction()
    def test_reorganised(self):
        "Test papers go with what is open, and keep who issued them"
        pool = Pool()
        Document = pool.get('documents.document')
        office, other = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            propose(office, letter, 'accept')
            signed = draft(office.clerk, letter, '03/KN', D(2026, 8, 5))
            with work_as(office.clerk):
                Document(signed.id).put_number(D(2026, 8, 5))
            left = draft(office.clerk, letter, '03/KN', D(2026, 8, 5))
        with clock.travel(D(2026, 9, 8)):
            _, moves = reorganise(
                office, 'merge', DAY, [office.agency, other.agency],
                [{'code': '22299', 'name': "UBND xã Sơn Hòa",
                        'type': 'commune'}])
        self.assertEqual(
            moves['22250', 'Official papers of what is open'], 2)
        with clock.travel(DAY):
            reorganise_due(DAY)
            new, = pool.get('agencies.agency').search([('code', '=', '22299')])
            for paper in [signed, left]:
                paper = Document(paper.id)
                self.assertEqual(paper.agency, new)
                self.assertEqual(paper.issuer, office.agency)
            with work_as(office.clerk):
                self.assertEqual(
                    set(Document.search([])),
                    {Document(signed.id), Document(left.id)})
                # with the head and the sign of who is no more
                with self.assertRaises(DocumentError):
                    Document(left.id).put_number(DAY)
                Document.send([Document(signed.id)])
                fresh = draft(office.clerk, letter, '03/KN', DAY)
                Document(fresh.id).put_number(DAY)
            self.assertEqual(Document(fresh.id).issuer, new)
            # the numbers of each register are its own
            self.assertEqual(
                [Document(p.id).number for p in [signed, fresh]],
                ['01/TB-UBND'] * 2)

    @with_transaction()
    def test_erased(self):
        "Test the file of a paper goes with the personal data"
        pool = Pool()
        Document = pool.get('documents.document')
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            propose(
                office, letter, 'file', proposal_note="Không đủ điều kiện")
            paper = draft(office.clerk, letter, 'lưu/XLĐ', D(2026, 8, 5))
            with work_as(office.clerk):
                Document(paper.id).put_number(D(2026, 8, 5))
            take(office.clerk, letter, 'file')
        with clock.travel(D(2037, 8, 20)):
            period = pool.get('retention.retention')(
                pool.get('ir.model.data').get_id(
                    'retention', 'retention_filed'))
            with work_as(office.leader):
                erasure, = pool.get('retention.erasure').create([{
                            'agency': office.agency.id, 'mode': period.mode,
                            'retention': period.id,
                            'reason': "Hết thời hạn"}])
            erasure = take(office.leader, erasure, 'fill')
            self.assertEqual([le.letter for le in erasure.letters], [letter])
            take(office.leader, erasure, 'apply', document="12/QĐ-UBND")
        self.assertEqual(names(letter), [])
        paper = Document(paper.id)
        self.assertIsNone(paper.attachment)
        # that there was one stays on record
        self.assertEqual(paper.state, 'signed')
        self.assertTrue(paper.digest)
