# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Papers of a letter and of a case: drafted, signed and numbered, sent."""
import datetime as dt
import hashlib
import io

from docx import Document as Word
from pypdf import PdfReader
from trytond.filestore import filestore
from trytond.model.exceptions import AccessError
from trytond.modules.agencies.exceptions import RoleError
from trytond.modules.agencies.tests import AgencyTestMixin, work_as
from trytond.modules.complaints.tests.tools import (
    appoint, create_office, open_case, open_identity, propose, receive)
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import ModuleTestCase, with_transaction
from trytond.transaction import Transaction

from .. import catalogue, facts, pdf
from ..exceptions import DocumentError

D = dt.date
# What a clerk adds to what is known, whatever the form asks for
ADDED = {
    'place': "Sơn Thành", 'signer_post': "CHỦ TỊCH",
    'proposed_by': "bộ phận tiếp công dân",
    'executors': "Chánh Văn phòng", 'limit': "30 ngày, kể từ ngày thụ lý",
    'days': "15", 'decision_ref': "Quyết định số 7/QĐ-UBND",
    'accused': "ông Lê Văn Em", 'complained_of': "ông Lê Văn Em",
    'legal_grounds': "Điều 81 Luật Đất đai", 'findings': "Có vi phạm",
    'conclusion': "Tố cáo đúng một phần", 'measures': "Kiểm điểm",
    'decision': "Giữ nguyên", 'related_decision': "Không có",
    'report': "Văn phòng", 'claims': "Đòi lại đất", 'dialogue': "Giữ ý kiến",
    'second_authority': "Chủ tịch tỉnh", 'reasons': "Ngoài thẩm quyền",
    'missing_conditions': "Thiếu chữ ký", 'destination': "Thanh tra tỉnh",
    'extended_from': "05/9/2026", 'appeal_days': "30",
    'accepted_on': "05/8/2026", 'members': "Ông A, Trưởng Đoàn",
    }
NAME, NUMBER, PLACE = "Nguyễn Văn An", '066150123456', "Thôn 3, xã Sơn Thành"


def form_of(code, day):
    Form = Pool().get('documents.form')
    form, = Form.search([('code', '=', code), Form.valid_domain(day)])
    return form


def draft(user, record, code, day, **more):
    "Let a user draft a paper as the wizard does; return it"
    pool = Pool()
    with work_as(user):
        record = pool.get(record.__name__)(record.id)
        form = form_of(code, day)
        asked = catalogue.asked(form.plain())
        values = {
            **{n: v for n, v in ADDED.items() if n in asked},
            **facts.of_record(record, day), **more}
        leader, *_ = facts.leaders(record.agency, day)
        values.update(facts.of_signer(leader, record.agency, day))
        return pool.get('documents.document').draft(
            record, form, values, day, leader)


def text_of(data):
    return ' '.join(' '.join(
            p.extract_text() for p in PdfReader(io.BytesIO(data)).pages
            ).split())


def kept(document):
    "Return the bytes of the file of a paper, as the server has them"
    with Transaction().set_user(0):
        Document = Pool().get('documents.document')
        return bytes(Document(document.id).attachment.data)


class DocumentsTestCase(AgencyTestMixin, ModuleTestCase):
    "Test Documents module"
    module = 'documents'

    @with_transaction()
    def test_forms(self):
        "Test the forms of the files are those of the database, once each"
        Form = Pool().get('documents.form')
        before = Form.search([], count=True)
        self.assertEqual(before, len(catalogue.forms()))
        form = form_of('03/KN', D(2026, 8, 5))
        shipped = catalogue.form_on('03/KN', D(2026, 8, 5))
        plain = form.plain()
        self.assertEqual(
            {n: plain[n] for n in shipped}, shipped)
        Form.write([form], {'words': '{}'})
        Form.load()
        self.assertEqual(Form(form.id).words, '{}')
        Form.write([form], {'revision': 0})
        Form.load()
        self.assertIn('body', Form(form.id).words)
        self.assertEqual(Form.search([], count=True), before)

    @with_transaction()
    def test_life(self):
        "Test a notice of acceptance is drafted, signed, numbered and sent"
        Document = Pool().get('documents.document')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            propose(office, letter, 'accept')
            paper = draft(office.clerk, letter, '03/KN', D(2026, 8, 5))
            self.assertEqual(paper.state, 'draft')
            self.assertIsNone(paper.number)
            text = text_of(kept(paper))
            for words in [NAME, PLACE, NUMBER, "DỰ THẢO", "03/8/2026",
                    "ỦY BAN NHÂN DÂN XÃ SƠN THÀNH"]:
                self.assertIn(words, text)
            with work_as(office.clerk):
                Document(paper.id).put_number(D(2026, 8, 5))
                paper = Document(paper.id)
                self.assertEqual(
                    (paper.state, paper.number, paper.signed_on),
                    ('signed', '01/TB-UBND', D(2026, 8, 5)))
                data = bytes(paper.file)
            self.assertEqual(paper.digest, hashlib.sha256(data).hexdigest())
            text = text_of(data)
            self.assertIn("Số: 01/TB-UBND", text)
            self.assertNotIn("DỰ THẢO", text)
            self.assertEqual(
                pdf.read_record(data)['values']['number'], '01')
            with work_as(office.clerk):
                with self.assertRaises(DocumentError):
                    Document(paper.id).put_number(D(2026, 8, 5))
                Document.send([Document(paper.id)])
            self.assertEqual(
                (Document(paper.id).state, Document(paper.id).sent_on),
                ('sent', D(2026, 8, 5)))

    @with_transaction()
    def test_numbers(self):
        "Test numbers follow each other without gaps, by type and year"
        Document = Pool().get('documents.document')
        office, numbers = create_office(), []
        for day, code in [
                (D(2026, 8, 5), '03/KN'), (D(2026, 8, 5), '03/KN'),
                (D(2027, 1, 4), '03/KN'), (D(2027, 1, 4), '04/KN')]:
            with clock.travel(day):
                letter = receive(office, day)
                propose(office, letter, 'accept')
                paper = draft(office.clerk, letter, code, day)
                with work_as(office.clerk):
                    Document(paper.id).put_number(day)
            numbers.append(Document(paper.id).number)
        self.assertEqual(numbers, [
                '01/TB-UBND', '02/TB-UBND', '01/TB-UBND', '02/TB-UBND'])

    @with_transaction()
    def test_number_by_hand(self):
        "Test a number of the office's own register is given once, and passed"
        Document = Pool().get('documents.document')
        office, numbers = create_office(), []
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            propose(office, letter, 'accept')
            for number in ['02', None, None, '02']:
                paper = draft(office.clerk, letter, '03/KN', D(2026, 8, 5))
                with work_as(office.clerk):
                    if numbers and number:
                        with self.assertRaisesRegex(DocumentError, '02'):
                            Document(paper.id).put_number(
                                D(2026, 8, 5), number)
                        continue
                    Document(paper.id).put_number(D(2026, 8, 5), number)
                numbers.append(Document(paper.id).number)
        self.assertEqual(
            numbers, ['02/TB-UBND', '01/TB-UBND', '03/TB-UBND'])

    @with_transaction()
    def test_fixed(self):
        "Test a paper is not changed, nor its file, and not removed once signed"
        pool = Pool()
        Document = pool.get('documents.document')
        Attachment = pool.get('ir.attachment')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            propose(office, letter, 'accept')
            paper = draft(office.clerk, letter, '03/KN', D(2026, 8, 5))
            other = draft(office.clerk, letter, '03/KN', D(2026, 8, 5))
            with work_as(office.clerk):
                with self.assertRaises(AccessError):
                    Document.create([{
                                'agency': office.agency.id,
                                'letter': letter.id,
                                'form': paper.form.id, 'name': "x",
                                'day': D(2026, 8, 5)}])
                for values in [{'name': "x"}, {'number': "9"},
                        {'attachment': None}, {'state': 'sent'}]:
                    with self.assertRaises(AccessError):
                        Document.write([Document(paper.id)], values)
                Document(paper.id).put_number(D(2026, 8, 5))
                attachment = Attachment(Document(paper.id).attachment.id)
                with self.assertRaises(AccessError):
                    Attachment.write([attachment], {'data': b'%PDF-'})
                with self.assertRaises(AccessError):
                    Attachment.delete([attachment])
                with self.assertRaises(AccessError):
                    Document.delete([Document(paper.id)])
                gone = other.attachment.id
                Document.delete([Document(other.id)])
            self.assertFalse(Attachment.search([('id', '=', gone)]))
            with self.assertRaises(AccessError):
                Document.delete([Document(paper.id)])

    @with_transaction()
    def test_form_of_the_day(self):
        "Test a draft of before the law changed is not signed after it"
        Document = Pool().get('documents.document')
        office = create_office()
        with clock.travel(D(2026, 6, 30)):
            letter = receive(office, D(2026, 6, 29))
            propose(office, letter, 'accept')
            paper = draft(office.clerk, letter, '03/KN', D(2026, 6, 30))
            self.assertIn("CMND", text_of(kept(paper)))
        with clock.travel(D(2026, 7, 1)), work_as(office.clerk):
            with self.assertRaisesRegex(DocumentError, '03/KN'):
                Document(paper.id).put_number(D(2026, 7, 1))
            Document(paper.id).put_number(D(2026, 6, 30))

    @with_transaction()
    def test_printed_again(self):
        "Test a paper is printed again as it was, whatever changed since"
        pool = Pool()
        Document = pool.get('documents.document')
        File = pool.get('documents.document.file', type='report')
        Draft = pool.get('documents.document.draft', type='report')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            propose(office, letter, 'accept')
            paper = draft(office.clerk, letter, '03/KN', D(2026, 8, 5))
            with work_as(office.clerk):
                Document(paper.id).put_number(D(2026, 8, 5))
            before = kept(paper)
            pool.get('agencies.agency').write(
                [office.agency], {'name': "UBND phường Sơn Thành"})
            with work_as(office.clerk):
                kind, data, _, _ = File.execute(
                    [paper.id], {'model': 'documents.document'})
                self.assertEqual((kind, bytes(data)), ('pdf', before))
                kind, data, _, _ = Draft.execute(
                    [paper.id], {'model': 'documents.document'})
            self.assertEqual(kind, 'docx')
            word = Word(io.BytesIO(data))
            self.assertIn(NAME, '\n'.join(p.text for p in word.paragraphs))

    @with_transaction()
    def test_missing(self):
        "Test what is missing is told in the words of the clerk"
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            propose(office, letter, 'accept')
            with self.assertRaisesRegex(DocumentError, "Nội dung vụ việc"):
                draft(office.clerk, letter, '03/KN', D(2026, 8, 5), matter='')

    @with_transaction()
    def test_rights(self):
        "Test who does not work here makes none, and who sees nothing reads none"
        pool = Pool()
        Document = pool.get('documents.document')
        office = create_office()
        elsewhere = create_office('22251')
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            propose(office, letter, 'accept')
            paper = draft(office.clerk, letter, '03/KN', D(2026, 8, 5))
            for user, seen in [
                    (office.clerk, True), (office.leader, True),
                    (office.auditor, True), (office.supervisor, True),
                    (elsewhere.clerk, False), (elsewhere.leader, False)]:
                with work_as(user):
                    self.assertEqual(
                        bool(Document.search([('id', '=', paper.id)])), seen)
            with work_as(office.auditor), self.assertRaises(RoleError):
                Document(paper.id).put_number(D(2026, 8, 5))

    @with_transaction()
    def test_wizard(self):
        "Test the wizard offers, asks, shows and keeps"
        pool = Pool()
        Wizard = pool.get('documents.make', type='wizard')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            propose(office, letter, 'accept')
            with work_as(office.clerk), Transaction().set_context(
                    active_model='complaints.letter', active_id=letter.id,
                    active_ids=[letter.id]):
                session, _, _ = Wizard.create()
                start = Wizard.execute(session, {}, 'start')['view'][
                    'defaults']
                forms = pool.get('documents.form').browse(start['forms'])
                self.assertEqual(
                    [f.code for f in forms], ['01/XLĐ', '03/KN'])
                start = {
                    **{n: start[n] for n in ['record', 'day', 'signer']},
                    'form': forms[1].id}
                asked = Wizard.execute(session, {'start': start}, 'facts')[
                    'view']['defaults']['facts']
                known = {f['name']: f['value'] for f in asked}
                self.assertEqual(known['sender'], NAME)
                self.assertIn("Quyết định thu hồi đất", known['matter'])
                self.assertNotIn('agency', known)
                for fact in asked:
                    fact['value'] = fact['value'] or ADDED.get(fact['name'])
                # what is no field of the form is not taken
                asked.append({'name': 'agency', 'value': "Cơ quan khác"})
                said = {'facts': {'facts': asked, 'form': forms[1].id}}
                other = {**start, 'form': form_of('04/KN', D(2026, 8, 5)).id}
                with self.assertRaises(DocumentError):
                    Wizard.execute(session, {'start': other}, 'facts')
                Wizard.execute(session, {'start': start}, 'facts')
                shown = Wizard.execute(session, said, 'preview')['view'][
                    'defaults']
                text = text_of(bytes(shown['file']))
                self.assertIn(NAME, text)
                self.assertNotIn("Cơ quan khác", text)
                Wizard.execute(session, {'preview': {}}, 'keep')
            paper, = pool.get('documents.document').search([])
            self.assertEqual(
                (paper.letter, paper.state, paper.drafted_by),
                (letter, 'draft', office.clerk))
            entry, *_ = pool.get('audit.entry').search([
                    ('resource', '=', str(paper)), ('action', '=', 'create')])
            self.assertEqual(entry.user, office.clerk)

    @with_transaction()
    def test_no_form(self):
        "Test it is said, at once, where no form is for what stands so"
        pool = Pool()
        Wizard = pool.get('documents.make', type='wizard')
        Start = pool.get('documents.make.start')
        office = create_office()
        letter = receive(office, D(2026, 8, 3))
        with work_as(office.clerk), Transaction().set_context(
                active_model='complaints.letter', active_id=letter.id,
                active_ids=[letter.id]):
            session, _, _ = Wizard.create()
            with self.assertRaisesRegex(DocumentError, letter.state_string):
                Wizard.execute(session, {}, 'start')
            # another day has other forms: what the form asks is answered
            start = Start(
                record=letter, day=D(2026, 8, 5), form=None, forms=[])
            start.on_change_day()
            self.assertEqual(list(start.forms), [])

    @with_transaction()
    def test_secret(self):
        "Test of a denunciation no paper but those to who denounces names him"
        pool = Pool()
        Attachment = pool.get('ir.attachment')
        Document = pool.get('documents.document')
        office, tried = create_office(), set()
        with clock.travel(D(2026, 8, 5)):
            told = f"{NAME}, {PLACE}, tố cáo ông Lê Văn Em nhận tiền"
            case = open_case(
                office, D(2026, 8, 3), kind='denunciation', content=told,
                respondent="ông Lê Văn Em")
            letter, = case.letters
            appoint(office, case, "Phạm Thị Dung", "Lê Văn Sáu")
            forms = pool.get('documents.form').search([
                    ('kinds', 'like', '%denunciation%'),
                    ('of', 'in', ['letter', 'case'])])
            for form in forms:
                if form.names_sender == 'always':
                    continue
                record = letter if form.of == 'letter' else case
                paper = draft(
                    office.handler, record, form.code, D(2026, 8, 5))
                with work_as(office.handler):
                    Document(paper.id).put_number(D(2026, 8, 5))
                tried.add(form.code)
                data = kept(paper)
                # the words, what is in the file, and what it is called
                reader = PdfReader(io.BytesIO(data))
                said = ' '.join(map(str, [
                            text_of(data), dict(reader.metadata),
                            pdf.read_record(data), paper.rec_name,
                            Attachment(Document(paper.id).attachment.id).name,
                            reader.xmp_metadata.stream.get_data().decode()]))
                for secret in [NAME, NUMBER, PLACE, "Thôn 3"]:
                    self.assertNotIn(secret, said, form.code)
        self.assertEqual(tried, {
                '01/XLĐ', '03/XLĐ', 'lưu/XLĐ', '01/TC', '04/TC', '06/TC',
                '07/TC', '12/TC'})

    @with_transaction()
    def test_secret_open(self):
        "Test the paper to who denounces is made and read by who may know him"
        pool = Pool()
        Document = pool.get('documents.document')
        Attachment = pool.get('ir.attachment')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(
                office, D(2026, 8, 3), kind='denunciation',
                respondent="ông Lê Văn Em")
            letter, = case.letters
            with self.assertRaisesRegex(DocumentError, "Người gửi đơn"):
                draft(office.leader, case, '05/TC', D(2026, 8, 5))
            open_identity(office.clerk, letter)
            paper = draft(office.clerk, case, '05/TC', D(2026, 8, 5))
            self.assertIn(NAME, text_of(kept(paper)))
            with work_as(office.leader):
                # it is signed without being read
                Document(paper.id).put_number(D(2026, 8, 5))
                self.assertFalse(Document(paper.id).file)
                with self.assertRaises(DocumentError):
                    Document(paper.id).record()
            with work_as(office.clerk):
                self.assertIn(
                    NAME, text_of(bytes(Document(paper.id).file)))
            # as it lies on the disk
            table = Attachment.__table__()
            cursor = Transaction().connection.cursor()
            cursor.execute(*table.select(table.data, table.file_id))
            (data, file_id), = cursor.fetchall()
            if file_id:
                data = filestore.get(
                    file_id, Transaction().database.name)
            self.assertGreater(len(data), 1000)
            self.assertFalse(bytes(data).startswith(b'%PDF'))

    @with_transaction()
    def test_secret_typed(self):
        "Test what somebody writes who knows the name is cut out of the paper"
        pool = Pool()
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(
                office, D(2026, 8, 3), kind='denunciation',
                respondent="ông Lê Văn Em")
            letter, = case.letters
            open_identity(office.clerk, letter)
            with work_as(office.clerk):
                Wizard = pool.get('documents.make', type='wizard')
                with Transaction().set_context(
                        active_model='complaints.case', active_id=case.id,
                        active_ids=[case.id]):
                    session, _, _ = Wizard.create()
                    start = Wizard.execute(session, {}, 'start')['view'][
                        'defaults']
                    form = form_of('06/TC', D(2026, 8, 5))
                    start = {
                        **{n: start[n] for n in ['record', 'day', 'signer']},
                        'form': form.id}
                    asked = Wizard.execute(
                        session, {'start': start}, 'facts')['view'][
                        'defaults']['facts']
                    self.assertNotIn('sender', {f['name'] for f in asked})
                    for fact in asked:
                        fact['value'] = fact['value'] or ADDED.get(
                            fact['name'])
                        if fact['name'] == 'matter':
                            fact['value'] = f"do {NAME} nêu"
                    said = {'facts': {'facts': asked, 'form': form.id}}
                    shown = Wizard.execute(session, said, 'preview')['view'][
                        'defaults']
            self.assertNotIn(NAME, text_of(bytes(shown['file'])))

    @with_transaction()
    def test_conflict(self):
        "Test who is denounced sees no paper of it"
        pool = Pool()
        Document = pool.get('documents.document')
        office = create_office()
        with clock.travel(D(2026, 8, 5)):
            case = open_case(
                office, D(2026, 8, 3), kind='denunciation',
                respondent="ông Lê Văn Em")
            paper = draft(office.handler, case, '06/TC', D(2026, 8, 5))
            pool.get('res.user').write(
                [office.auditor], {'name': "Lê Văn Em"})
            with work_as(office.auditor):
                self.assertFalse(Document.search([('id', '=', paper.id)]))



del ModuleTestCase
