# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Hostile input: refused in words, nothing lost, nothing carried out."""
import datetime as dt
import io
import unicodedata
import zipfile
from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st
from trytond.exceptions import UserError
from trytond.modules.agencies.tests import work_as
from trytond.modules.audit.exceptions import UnreadableError
from trytond.modules.foundation import clock
from trytond.modules.foundation.text import (
    UnreadableText, safe, safe_cell, safe_file_name)
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)
from trytond.transaction import Transaction

from .. import redaction, uploads
from ..exceptions import UploadRefused
from ..identity import FIELDS
from .tools import create_office, receive, take

DAY = dt.date(2026, 8, 5)
BAD = ['\0', '\x01', '\x1b', '\ud800', '\udfff', '\uffff', '\x7f']
NASTY = st.text(
    st.one_of(
        st.sampled_from([
                *BAD, '\u202e', '\u2066', "'", '"', '<', '>', '&', '%', '\\',
                '=', '\n', '\t', '😀', 'đ', 'é', '́', '{', '}', '$']),
        st.characters()),
    max_size=60)
PNG = b'\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\x02\0\0\0\x90wS\xde'


class PureTestCase(TestCase):

    @given(NASTY)
    def test_safe(self, text):
        "Test a text is as it was, but for the marks that turn it, or refused"
        try:
            result = safe(text)
        except UnreadableText:
            self.assertTrue(any(
                    unicodedata.category(c) in {'Cc', 'Cs', 'Cn'}
                    for c in text))
            return
        result.encode('utf-8')
        self.assertNotIn('\0', result)
        turning = '\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069'
        self.assertEqual(
            ['\n' if c in '\v\f' else c for c in text if c not in turning],
            list(result))

    @given(NASTY)
    def test_cell(self, text):
        "Test no cell is a formula"
        cell = safe_cell(text)
        self.assertNotIn(cell.lstrip()[:1], {'=', '+', '-', '@'})

    @given(NASTY)
    def test_file_name(self, name):
        "Test a name of a file leads nowhere"
        result = safe_file_name(name)
        self.assertTrue(result)
        for part in ['/', '\\', '\0', '\u202e']:
            self.assertNotIn(part, result)
        self.assertFalse(result.startswith('.'))

    @given(NASTY, st.lists(NASTY, max_size=3))
    def test_redact(self, text, secrets):
        "Test cutting out is done whatever stands there"
        result = redaction.redact(text, secrets)
        self.assertIsInstance(result, str)

    def test_uploads(self):
        "Test what a file holds counts, not its name"
        for name, data in [
                ('a.pdf', b'%PDF-1.7 x'), ('a.png', PNG), ('a.txt', b'text'),
                ('a.txt', "Đơn".encode()), ('a.txt', "Đơn".encode('utf-16')),
                ('A.PDF', b'%PDF-1.4')]:
            uploads.check(name, data, 1000)
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, 'w') as file:
            file.writestr('[Content_Types].xml', '<Types/>')
            file.writestr('word/document.xml', '<w/>')
        uploads.check('a.docx', archive.getvalue(), 10000)
        for name, data, why in [
                ('a.exe', b'MZ', 'kind'), ('a.html', b'<html>', 'kind'),
                ('a.svg', b'<svg>', 'kind'), ('a', b'x', 'kind'),
                ('a.pdf.exe', b'%PDF-1.7', 'kind'),
                ('a.pdf', b'MZ\x90\0\3\0\0\0', 'content'),
                ('a.pdf', b'<html><script>', 'content'),
                ('a.png', b'%PDF-1.7', 'content'),
                ('a.docx', b'%PDF-1.7', 'content'),
                ('a.txt', b'\x7fELF\0\0', 'content'),
                ('a.txt', b'<html><SCRIPT>x', 'content'),
                ('a.pdf', b'%PDF-1.7' + b'x' * 2000, 'size')]:
            with self.subTest(name=name, data=data[:20]), \
                    self.assertRaises(uploads.UploadError) as caught:
                uploads.check(name, data, 1000)
            self.assertEqual(caught.exception.args[0], why)

    @given(st.sampled_from(sorted(uploads.ALLOWED)), st.binary(max_size=300))
    def test_any_file(self, ending, data):
        "Test whatever a file holds it is taken in or refused"
        try:
            uploads.check(f'a{ending}', data, 1000)
        except uploads.UploadError:
            pass


def check_texts(test, user, record):
    "Assert that each text that the user may enter refuses what is no character"
    Model = Pool().get(record.__name__)
    tried = 0
    for name, field in Model._fields.items():
        if (field._type not in {'char', 'text'}
                or not field.sql_type() and name not in FIELDS):
            continue
        with work_as(user):
            for bad in ['a\0b', 'x\ud800']:
                with test.assertRaises(UserError, msg=(record, name)):
                    Model.write([Model(record.id)], {name: bad})
                tried += 1
    return tried


class HostileTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('complaints')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    @with_transaction()
    def test_every_text_field(self):
        "Test each text of what a clerk enters refuses what is no character"
        office = create_office()
        with clock.travel(DAY):
            letter = receive(office, DAY)
            take(office.clerk, letter, 'register')
            tried = sum(
                check_texts(self, office.clerk, record)
                for record in [letter, letter.persons[0]])
            self.assertGreater(tried, 20)

    @settings(max_examples=40)
    @given(st.data())
    def test_letters(self, data):
        "Test any text is kept as it is, or refused with the field"
        self.letters(data)

    @with_transaction()
    def letters(self, data):
        pool = Pool()
        Letter = pool.get('complaints.letter')
        office = create_office()
        texts = {
            name: data.draw(NASTY) for name in [
                'content', 'subject', 'respondent', 'note']}
        name = data.draw(NASTY)
        kind = data.draw(st.sampled_from(['complaint', 'denunciation']))
        with clock.travel(DAY), work_as(office.clerk):
            try:
                letter, = Letter.create([{
                            'agency': office.agency.id, 'kind': kind,
                            **texts, 'content': texts['content'] or "x",
                            'persons': [('create', [{'name': name}])]}])
                Letter.register([Letter(letter.id)])
            except UserError:
                return
            letter = Letter(letter.id)
            self.assertTrue(letter.number)
            # it is shown and exported without an accident
            Letter.export_data([letter], ['content', 'subject', 'sender'])

    @with_transaction()
    def test_said_where(self):
        "Test the refusal names the field and the place"
        office = create_office()
        with clock.travel(DAY), \
                self.assertRaises(UnreadableError) as caught:
            receive(office, DAY, content="Đơn\0 này")
        self.assertIn("Content", str(caught.exception))
        self.assertIn("U+0000", str(caught.exception))
        self.assertIn("4", str(caught.exception))

    @with_transaction()
    def test_formulas(self):
        "Test what somebody wrote is no formula in an export"
        Letter = Pool().get('complaints.letter')
        office = create_office()
        with clock.travel(DAY):
            letter = receive(
                office, DAY, content="=cmd|' /C calc'!A0",
                name="@SUM(A1)")
            with work_as(office.clerk):
                (content, sender), = Letter.export_data(
                    [Letter(letter.id)], ['content', 'sender'])
        self.assertEqual(content, "'=cmd|' /C calc'!A0")
        self.assertEqual(sender, "'@SUM(A1)")

    @with_transaction()
    def test_attachments(self):
        "Test no program is attached, whatever it is called"
        Attachment = Pool().get('ir.attachment')
        office = create_office()
        with clock.travel(DAY):
            letter = receive(office, DAY)
            with work_as(office.clerk):
                for name, data in [
                        ('virus.exe', b'MZ'), ('scan.pdf', b'MZ\x90\0\3'),
                        ('gpj\u202eexe.', b'MZ'),
                        ('big.txt', b'x' * (20 * 2**20 + 1))]:
                    with self.assertRaises(UploadRefused):
                        Attachment.create([{
                                    'name': name, 'data': data,
                                    'resource': str(letter)}])
                attachment, = Attachment.create([{
                            'name': '../../etc/pass\u202ewd.txt',
                            'data': b'text', 'resource': str(letter)}])
                self.assertEqual(attachment.name, 'passwd.txt')
                with self.assertRaises(UploadRefused):
                    Attachment.write(
                        [Attachment(attachment.id)], {'data': b'\0MZ'})
        self.assertTrue(Transaction().connection)
