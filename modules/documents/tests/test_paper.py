# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The pure part: the forms, what they print, the PDF and the draft."""
import datetime as dt
import io
import re
from unittest import TestCase

from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from trytond.modules.documents import catalogue, layout, paper, pdf, word

from . import invented

D = dt.date
# What must not stand on a paper in place of a fact
RESIDUE = re.compile(r'…|\.{3}|\{|\}|None|Undefined|[\ue000-\uf8ff]|,\s*,|;;')


def names(form):
    return f"{form['code']} {form['valid_from']}"


def compose(form, **more):
    day = invented.day_of(form)
    return catalogue.compose(
        form, {**invented.values(form, day), **more})


def plain(text):
    "Return a text without what lines and hyphens make of it"
    return re.sub(r'\s+', '', text).replace('\u2011', '-')


def pdf_text(data):
    return ''.join(p.extract_text() for p in PdfReader(io.BytesIO(data)).pages)


def word_text(data):
    document = Document(io.BytesIO(data))
    parts = [p.text for p in document.paragraphs]
    for table in document.tables:
        for row in table.rows:
            parts += [cell.text for cell in row.cells]
    return '\n'.join(parts)


class FormsTestCase(TestCase):
    "Test the forms of the files"

    def test_check(self):
        "Test each form asks for what there is, and may ask for"
        for form in catalogue.forms():
            with self.subTest(names(form)):
                catalogue.check(form)
                self.assertIn(form['names_sender'], catalogue.NAMES)
                self.assertIn(form['certainty'], [
                        'verified', 'one transcription', 'memory',
                        'interpretation'])
                self.assertTrue(form['source'] and form['citation'])

    def test_check_refuses(self):
        "Test a form that asks for what is no field is refused by its name"
        form = {**catalogue.forms()[0], 'body': "{{ sendr }}"}
        with self.assertRaisesRegex(paper.FormError, 'sendr'):
            catalogue.check(form)

    def test_check_secret(self):
        "Test a form that may not name the sender can not ask for him"
        form = {**catalogue.form_on('06/TC', D(2026, 8, 5)),
            'about': "{{ sender_address }}"}
        with self.assertRaisesRegex(paper.FormError, 'sender_address'):
            catalogue.check(form)

    def test_periods(self):
        "Test of each form one is in force on each day"
        seen = {}
        for form in catalogue.forms():
            last = seen.get(form['code'])
            if last:
                self.assertEqual(
                    form['valid_from'] - last['valid_to'],
                    dt.timedelta(days=1), names(form))
            seen[form['code']] = form
        for form in seen.values():
            self.assertNotIn('valid_to', form)

    def test_every_field_is_asked(self):
        "Test no field stands in the file that no form asks for"
        used = set().union(*map(catalogue.asked, catalogue.forms()))
        self.assertEqual(
            catalogue.fields().keys() - used - {'number', 'due_on'}, set())

    def test_form_of_the_day(self):
        "Test the form and its grounds are those of the day of the paper"
        for day, words, law in [
                (D(2026, 6, 30), 'Số CMND/Hộ chiếu', False),
                (D(2026, 7, 1), 'Số căn cước/định danh', True)]:
            form = catalogue.form_on('03/KN', day)
            self.assertIn(words, form['body'])
            grounds = '\n'.join(catalogue.grounds_on('complaint', day))
            self.assertEqual('155/2026/NĐ-CP' in grounds, law)
        self.assertIsNone(catalogue.form_on('03/KN', D(2020, 12, 9)))
        self.assertIsNone(catalogue.form_on('14b/KN', D(2026, 6, 30)))


class PaperTestCase(TestCase):
    "Test what is filled in"

    def test_forms(self):
        "Test every form says all it was given, and nothing else"
        for form in catalogue.forms():
            with self.subTest(names(form)):
                made = compose(form)
                texts = [
                    made.name, *made.to, *made.receives,
                    *(b.text for b in made.blocks),
                    *(line for s in made.signers for line in [
                            *s.lines, s.name or ''])]
                self.assertNotRegex('\n'.join(texts), RESIDUE)
                self.assertTrue(all(block.text for block in made.blocks))

    def test_missing(self):
        "Test what nobody has said is named, all of it at once"
        form = catalogue.form_on('03/KN', D(2026, 8, 5))
        with self.assertRaises(paper.MissingFacts) as raised:
            compose(form, sender_address=None, signer='', instance=None)
        self.assertEqual(
            raised.exception.names, ('instance', 'sender_address', 'signer'))
        made = compose(form, sender_identity=None, concerned=None)
        self.assertNotIn("căn cước", '\n'.join(b.text for b in made.blocks))
        self.assertEqual(len(made.receives), 3)

    def test_missing_each(self):
        "Test each field that a form prints is asked for, or left out whole"
        for form in catalogue.forms():
            for name in catalogue.asked(form):
                try:
                    made = compose(form, **{name: None} if name != 'day'
                        else {})
                except paper.MissingFacts as missing:
                    self.assertEqual(missing.names, (name,))
                else:
                    self.assertNotRegex(
                        '\n'.join(b.text for b in made.blocks), RESIDUE)

    def test_secret(self):
        "Test of a secret matter only what may name the sender does"
        for form in catalogue.forms():
            day = invented.day_of(form)
            if form['names_sender'] == 'always':
                continue
            with self.subTest(names(form)):
                made = catalogue.compose(
                    form, invented.values(form, day), is_secret=True)
                text = pdf_text(pdf.render(made)) + word_text(
                    word.render(made)) + layout.page(made)
                for value in set(invented.SENDER.values()):
                    self.assertNotIn(plain(value), plain(text))

    def test_grounds(self):
        "Test the grounds end as the decree wants"
        made = compose(catalogue.form_on('05/KN', D(2026, 8, 5)))
        grounds = [b.text for b in made.blocks if b.look == 'ground']
        self.assertEqual([g[-1] for g in grounds], [';', ';', ';', '.'])
        self.assertEqual(made.blocks[0].text,
            "CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ SƠN THÀNH")

    def test_draft(self):
        "Test a draft has room for its number, a paper its number"
        form = catalogue.form_on('03/KN', D(2026, 8, 5))
        draft, made = compose(form, number=None), compose(form)
        self.assertTrue(draft.is_draft)
        self.assertIn(layout.DRAFT, layout.page(draft))
        self.assertFalse(made.is_draft)
        self.assertNotIn(layout.DRAFT, layout.page(made))
        self.assertEqual(layout.number_line(made), "Số: 05/TB-UBND")

    def test_says_no_markup(self):
        "Test what somebody has written is words, whatever it looks like"
        form = catalogue.form_on('03/KN', D(2026, 8, 5))
        for text in [
                "**đậm** *nghiêng*", "# Tiêu đề", "| a | b",
                "{{ signer }} {% if x %}", "<b>&amp;</b>", "~ Căn cứ"]:
            made = compose(form, matter=f"x\n{text}")
            said = '\n'.join(b.text for b in made.blocks)
            self.assertIn(text, said)
            self.assertNotIn('<b>&amp;</b>', layout.page(made))
            self.assertTrue(all(b.look == 'paragraph' for b in made.blocks))

    def test_lines(self):
        "Test a value of several lines that stands alone is as many paragraphs"
        made = paper.blocks(paper.fill(
                "{{ findings }}", {'findings': "Một.\n# Hai.\n\nBa."}))
        self.assertEqual(
            [(b.look, b.text) for b in made], [
                ('paragraph', "Một."), ('paragraph', "# Hai."),
                ('paragraph', "Ba.")])

    @given(st.text(max_size=60))
    def test_any_words(self, text):
        "Test whatever somebody writes, it is printed or missing"
        form = {'code': 'x', 'body': "Về **{{ matter }}**.", 'signers': [],
            'dated': False}
        values = {'agency': "A", 'day': D(2026, 8, 5), 'matter': text}
        try:
            made = paper.compose(form, [], values)
        except paper.MissingFacts as missing:
            self.assertEqual((missing.names, text), (('matter',), ''))
            return
        said = ''.join(b.text for b in made.blocks)
        self.assertNotRegex(said, '[\ue000-\uf8ff]')
        self.assertTrue(said.startswith("Về"))

    def test_sandbox(self):
        "Test a form is no program"
        for text in [
                "{{ matter.__class__.__mro__ }}", "{{ ''.__class__ }}",
                "{% include 'x' %}", "{{ matter | attr('x') }}",
                "{{ matter.format(x=1).__init__ }}", "{{ range(9) }}"]:
            with self.assertRaises(
                    (paper.FormError, paper.MissingFacts), msg=text):
                paper.compose(
                    {'code': 'x', 'body': text, 'signers': []}, [],
                    {'agency': "A", 'place': "B", 'day': D(2026, 8, 5),
                        'matter': "x"})


class FilesTestCase(TestCase):
    "Test the PDF and the draft say what the paper says"

    def test_pdf(self):
        "Test each form as PDF: text, fonts, tags, record"
        for form in catalogue.forms():
            with self.subTest(names(form)):
                made = compose(form)
                data = pdf.render(made, {'form': form['code']})
                text = plain(pdf_text(data))
                for block in made.blocks:
                    for line in block.text.splitlines():
                        self.assertIn(plain(line), text)
                for line in [*made.to, *made.receives, layout.MOTTO]:
                    self.assertIn(plain(line).lower(), text.lower())
                self.assertEqual(
                    pdf.read_record(data), {'form': form['code']})
                reader = PdfReader(io.BytesIO(data))
                root = reader.trailer['/Root']
                self.assertEqual(root['/Lang'], 'vi')
                self.assertTrue(root['/MarkInfo']['/Marked'])
                self.assertEqual(reader.metadata.title, made.name)

    def test_word(self):
        "Test each form as a draft says the same"
        for form in catalogue.forms():
            with self.subTest(names(form)):
                made = compose(form)
                text = plain(word_text(word.render(made)))
                for block in made.blocks:
                    self.assertIn(plain(block.text), text)
                for signer in made.signers:
                    for line in [*signer.lines, signer.name or '']:
                        self.assertIn(plain(line), text)

    def test_fonts(self):
        "Test all letters of a paper are in the fonts that it carries"
        data = pdf.render(compose(catalogue.form_on('15/KN', D(2026, 8, 5))))
        fonts = set()
        for page in PdfReader(io.BytesIO(data)).pages:
            for font in page['/Resources']['/Font'].values():
                font = font.get_object()
                inner = font['/DescendantFonts'][0].get_object()
                fonts.add(font['/BaseFont'].split('+')[1])
                self.assertIn('/FontFile2', inner['/FontDescriptor'])
        self.assertEqual(
            {name.split('-')[0] for name in fonts}, {'Tinos'})

    def test_long(self):
        "Test a long paper numbers its pages and keeps its end together"
        form = catalogue.form_on('15/KN', D(2026, 8, 5))
        data = pdf.render(compose(form, findings="Kết quả xác minh.\n" * 90))
        pages = [
            p.extract_text() for p in PdfReader(io.BytesIO(data)).pages]
        self.assertGreater(len(pages), 2)
        self.assertIn('2', pages[1].splitlines())
        self.assertIn("chịu trách nhiệm thi hành", pages[-1])
        self.assertIn(invented.VALUES['signer'], pages[-1])

    def test_unavailable(self):
        "Test without the libraries of the system it is said what is missing"
        import sys
        from unittest.mock import patch
        pdf._engine.cache_clear()
        self.addCleanup(pdf._engine.cache_clear)
        with patch.dict(sys.modules, {'weasyprint': None}), \
                self.assertRaises(pdf.PrintingUnavailable):
            pdf.render(compose(catalogue.forms()[0]))
