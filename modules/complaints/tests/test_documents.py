# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The official documents: complete, escaped, masked, and on record."""
import datetime as dt
import string
from unittest import TestCase

from trytond.modules.agencies.tests.tools import create_user, work_as
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)

from .. import document
from ..exceptions import StepError
from ..identity import MASK
from .tools import (
    create_office, open_case, open_identity, propose, receive, take)

D = dt.date


def names_of(form):
    "Return the names that the texts of a document ask for"
    texts = [form['title'], form.get('about', ''), form.get('to', '')]
    texts += form['text'] + form.get('closing', [])
    return {
        name for text in texts
        for _, name, _, _ in string.Formatter().parse(text) if name}


class DocumentTestCase(TestCase):

    def test_fill(self):
        self.assertEqual(
            document.fill("Ngày {day}", {'day': None}),
            f"Ngày {document.BLANK}")
        with self.assertRaises(KeyError):
            document.fill("{other}", {'day': None})

    def test_escape(self):
        form = {
            'title': "T", 'text': ["{content}"], 'signers': ["S"],
            'list': ["A"]}
        page = document.page(
            form, {'content': "<script>x</script>", 'agency': "A & B"},
            [["<b>"]])
        self.assertNotIn('<script>', page)
        self.assertNotIn('<td><b>', page)
        self.assertIn('A &amp; B', page)

    def test_citations(self):
        for form in document.documents().values():
            self.assertTrue(form['citation'])
            self.assertIn(form['certainty'], {
                    'verified', 'one transcription', 'memory',
                    'interpretation'})


class PrintTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('complaints')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    def print(self, user, report, record):
        Report = Pool().get(report, type='report')
        with work_as(user):
            extension, page, _, _ = Report.execute([record.id], {})
        self.assertEqual(extension, 'html')
        return page

    @with_transaction()
    def test_every_document(self):
        "Nothing that a document asks for is unknown to its report"
        pool = Pool()
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
        for of, record, report in [
                ('letter', letter, 'complaints.letter.document')]:
            Report = pool.get(report, type='report')
            known = Report.values(record).keys() | {
                'agency', 'superior', 'place'}
            for (kind, name), form in document.documents().items():
                if kind == of:
                    self.assertLessEqual(names_of(form), known, name)

    @with_transaction()
    def test_letter(self):
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = propose(
                office, receive(office, D(2026, 8, 3)), 'accept')
            draft = self.print(
                office.clerk, 'complaints.letter.document', letter)
            self.assertIn("ngày …… tháng …… năm", draft)
            take(office.leader, letter, 'accept')
            page = self.print(
                office.clerk, 'complaints.letter.document', letter)
            self.assertIn("ngày 05 tháng 08 năm 2026", page)
            self.assertIn("ỦY BAN NHÂN DÂN XÃ SƠN THÀNH", page)
            self.assertIn(f"về việc: {letter.subject}", page)
            self.assertIn("Nguyễn Văn An", page)
            filed = propose(
                office, receive(office, D(2026, 8, 3), kind='petition'),
                'file', proposal_note="Trùng")
            with self.assertRaises(StepError):
                self.print(
                    office.clerk, 'complaints.letter.document', filed)
        Entry = Pool().get('audit.entry')
        self.assertEqual(Entry.search([
                    ('action', '=', 'print'),
                    ('resource', '=', str(letter)),
                    ('user', '=', office.clerk.id)], count=True), 2)

    @with_transaction()
    def test_masked(self):
        "Only to whom it was opened prints the name of a denouncer"
        office = create_office()
        colleague = create_user('colleague', office.agency, 'clerk')
        with clock.travel(D(2026, 8, 5)):
            letter = propose(
                office, receive(office, D(2026, 8, 3), kind='denunciation'),
                'refuse', grounds=[('add', [
                            g.id for g in Pool().get(
                                'deadlines.ground').search(
                                [('code', '=', 'TC-29.D')])])])
            open_identity(office.clerk, letter)
            for user, named in [(office.clerk, True), (colleague, False)]:
                page = self.print(user, 'complaints.letter.document', letter)
                self.assertEqual("Nguyễn Văn An" in page, named)
                self.assertEqual(MASK in page, not named)

    @with_transaction()
    def test_annex(self):
        "Some of many withdraw; the list of the decision says so"
        Case = Pool().get('complaints.case')
        Ground = Pool().get('deadlines.ground')
        people = [{'name': name, 'address': "Thôn 3"} for name in [
                "Nguyễn Văn An", "Trần Thị Bình", "Lê Văn Cường"]]
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(
                office, people_count=3,
                persons=[('create', people)])
            other = open_case(office)
            an, binh, cuong = case.complainants()
            ground = Ground.in_force(
                ['withdrawal'], 'complaint', D(2026, 8, 5))[0]

            def withdraw(*who):
                with work_as(office.leader):
                    Case.withdraw_(
                        [Case(case.id)], D(2026, 8, 5), ground, '1/BB',
                        None, who)
            with self.assertRaisesRegex(StepError, "Nobody"):
                withdraw(an, binh, cuong)
            with self.assertRaisesRegex(StepError, "Only who"):
                withdraw(other.complainants()[0])
            withdraw(binh)
            self.assertEqual(
                [p.name for p in Case(case.id).complainants()],
                ["Nguyễn Văn An", "Lê Văn Cường"])
            page = self.print(office.leader, 'complaints.case.annex', case)
        for name in ["Nguyễn Văn An", "Trần Thị Bình", "Lê Văn Cường"]:
            self.assertIn(name, page)
        self.assertEqual(page.count("Withdrew on 05/08/2026"), 1)

    @with_transaction()
    def test_notice(self):
        "What is told of personal data is printed, and on record"
        Entry = Pool().get('audit.entry')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            Notice = Pool().get('complaints.letter.privacy', type='report')
            with work_as(office.clerk):
                _, content, _, _ = Notice.execute([letter.id], {})
            self.assertIn("Nguyễn Văn An", content)
            self.assertIn("giữ bí mật", content)
            self.assertEqual(Entry.search([
                        ('action', '=', 'print'),
                        ('resource', '=', str(letter))], count=True), 1)
