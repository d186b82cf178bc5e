# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The search box: what is found, in which order, and by whom."""
import datetime as dt
from unittest import TestCase
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from sql import Literal
from trytond.modules.agencies.tests import work_as
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)
from trytond.transaction import Transaction

from .. import search_index, searched
from ..search_words import SYLLABLES, Query, near, stages, words_of
from .tools import create_office, open_case, receive, take

DAY = dt.date(2026, 8, 5)
NAME, NUMBER = "Hồ Thị Hồng Thắm", '066155667788'


def sender(name=NAME, **values):
    return [('create', [{'name': name, **values}])]


class WordsTestCase(TestCase):
    "What may have been meant, without a database"

    def test_syllables(self):
        "Test names and words of the country are syllables"
        for text in ["Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ",
                "Hồ Ngô Dương Lý Thị Thắm Quỳnh Nguyệt Khuyên Xuyến Oanh",
                "khiếu nại tố cáo quyết định bồi thường giấy chứng nhận",
                "nghiêng ngoằn khuya thuở gìn giữ yêu quý uống"]:
            for word in words_of(text):
                self.assertIn(word, SYLLABLES)

    @settings(max_examples=60, deadline=None)
    @given(st.sampled_from(sorted(SYLLABLES)), st.data())
    def test_one_error(self, word, data):
        "Test one typing error in a syllable leads back to it"
        place = data.draw(st.integers(0, len(word) - 1))
        letter = data.draw(st.sampled_from('abcdefghijklmnopqrstuvwxyz'))
        for typed in [
                word[:place] + letter + word[place + 1:],
                word[:place] + letter + word[place:],
                word[:place] + word[place + 1:],
                word[:place] + word[place + 1:place + 2] + word[place]
                + word[place + 2:]]:
            if typed != word and len(typed) > 2:
                self.assertIn(word, near(typed), typed)

    @settings(max_examples=60, deadline=None)
    @given(st.text(max_size=60))
    def test_any_text(self, text):
        "Test whatever is typed makes queries of plain words only"
        words = words_of(text)
        for query in stages(words) if words else ():
            self.assertRegex(query.tsquery(), r'^[0-9a-z &|():*<>-]+$')
            self.assertRegex(query.match(), r'^[0-9a-z "()*+ANDOR]+$')

    def test_one_query_written_twice(self):
        "Test a query says the same in each of its languages"
        query = Query((('ca',), ('phe', 'pha')))
        self.assertEqual(query.tsquery(), 'ca & (phe|pha)')
        self.assertEqual(query.match(), '"ca" AND ("phe" OR "pha")')
        self.assertEqual(query.likes(), [
                ['% ca %', '% phe %'], ['% ca %', '% pha %']])
        phrase = Query((('ca',), ('ph',)), phrase=True, prefix=True)
        self.assertEqual(phrase.tsquery(), 'ca <-> ph:*')
        self.assertEqual(phrase.match(), '"ca" + "ph"*')
        self.assertEqual(phrase.likes(), [['% ca ph%']])


class SearchTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('complaints')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    def find(self, user, *texts, model='complaints.letter', domain=(), **kw):
        "Return what a user finds who types texts, as ids"
        Model = Pool().get(model)
        with work_as(user):
            clauses = [('rec_name', 'ilike', f'%{text}%') for text in texts]
            found = [r.id for r in Model.search(
                    [list(domain), clauses], **kw)]
            if not kw:
                self.assertEqual(
                    Model.search([list(domain), clauses], count=True),
                    len(found))
            return found

    def letters(self, office, *contents, **values):
        letters = []
        for content in contents:
            letters.append(take(
                    office.clerk, receive(
                        office, DAY, content=content, kind='petition',
                        persons=sender(values.pop('name', "Lê Văn Tám")),
                        **values), 'register'))
        return letters

    @with_transaction()
    def test_words(self):
        "Test words are found without accents, with an error, or begun"
        office = create_office()
        with clock.travel(DAY):
            coffee, road = self.letters(
                office, "Rẫy cà phê bị thu hồi theo Quyết định số "
                "12/QĐ-UBND", "Con đường làng sạt lở, phê duyệt cả năm")
        for text in ["thu hoi", "thu hồ", "12/QĐ-UBND", "12/qd-ubnd",
                "ray ca phr", "ray ca", "rẫy cà phê"]:
            self.assertEqual(
                self.find(office.clerk, text), [coffee.id], text)
        # side by side fits better, though the other one is newer; a client
        # sends each word as a clause of its own
        for texts in [["ca phe"], ["cà phê"], ["CÀ PHÊ"], ["ca", "phe"]]:
            self.assertEqual(
                self.find(office.clerk, *texts), [coffee.id, road.id], texts)
        for text in ["xe máy", "zzz", "...", "ca phe zzz"]:
            self.assertEqual(self.find(office.clerk, text), [], text)

    @with_transaction()
    def test_persons(self):
        "Test a person is found by the whole name, a part, the identity paper"
        office = create_office()
        with clock.travel(DAY):
            letter = take(office.clerk, receive(
                    office, DAY, content="Xin hỏi", kind='petition',
                    persons=sender(identity_number=NUMBER)), 'register')
            self.letters(office, "Chuyện khác")
        for text in [NAME, "ho thi hong tham", "hong tham", "tham hong",
                "Hồng Thăm", "hong thma", NUMBER, "066 155 667 788"]:
            self.assertEqual(
                self.find(office.clerk, text), [letter.id], text)
        self.assertEqual(self.find(office.clerk, '066155667789'), [])

    @with_transaction()
    def test_protected(self):
        "Test who is protected is found by nobody, from no side"
        office = create_office()
        with clock.travel(DAY):
            letter = take(office.clerk, receive(
                    office, DAY, kind='denunciation',
                    content=f"Tôi là {NAME}, tố cáo việc nhận hối lộ",
                    persons=sender(
                        identity_number=NUMBER, phone='0987654321')),
                'register')
            plain = take(office.clerk, receive(
                    office, DAY, kind='petition', content="Xin hỏi",
                    persons=sender(identity_number=NUMBER)), 'register')
        for user in [office.clerk, office.leader]:
            for text in [NAME, "hong tham", NUMBER]:
                self.assertEqual(self.find(user, text), [plain.id], text)
            # the working copy is what everybody reads
            self.assertEqual(self.find(user, "nhan hoi lo"), [letter.id])
        # and so it is when it becomes a secret later
        with clock.travel(DAY), work_as(office.clerk):
            Letter = Pool().get('complaints.letter')
            Letter.write([Letter(plain.id)], {'secrecy': True})
        for text in [NAME, "hong tham", NUMBER]:
            self.assertEqual(self.find(office.clerk, text), [], text)

    @with_transaction()
    def test_rules(self):
        "Test nobody finds what he may not read, and none is cut off for it"
        office, other = create_office(), create_office('22251')
        with clock.travel(DAY):
            own, = self.letters(office, "Rẫy cà phê")
            foreign, = self.letters(other, "Rẫy cà phê")
        self.assertEqual(self.find(office.clerk, "ca phe"), [own.id])
        self.assertEqual(self.find(other.clerk, "ca phe"), [foreign.id])

    @with_transaction()
    def test_domain_and_order(self):
        "Test the tab, the order and the page hold for what is found too"
        office = create_office()
        with clock.travel(DAY):
            first, second = self.letters(office, "Cà phê một", "Cà phê hai")
            take(office.clerk, second, 'classify')
        tab = [('state', '=', 'registered')]
        self.assertEqual(
            self.find(office.clerk, "ca phe", domain=tab), [first.id])
        for order, expected in [
                (None, [second.id, first.id]),
                ([('id', 'ASC')], [first.id, second.id])]:
            self.assertEqual(
                self.find(office.clerk, "ca phe", order=order, limit=5),
                expected)
        self.assertEqual(
            self.find(office.clerk, "ca phe", offset=1, limit=1), [first.id])
        self.assertEqual(
            self.find(office.clerk, "ca phe", domain=[
                    'OR', ('id', '=', first.id), ('number', '=', 'x')]),
            [first.id])
        with work_as(office.clerk):
            Letter = Pool().get('complaints.letter')
            self.assertEqual([le.id for le in Letter.search([
                            ('rec_name', 'not ilike', '%phe mot%')])],
                [second.id])
            self.assertEqual([le.id for le in Letter.search(['OR',
                            ('rec_name', 'ilike', '%phe mot%'),
                            ('id', '=', -1)])], [first.id])

    @with_transaction()
    def test_case(self):
        "Test a case is found by its number, its letter, its sender, its words"
        office = create_office()
        with clock.travel(DAY):
            case = open_case(office, subject="Bồi thường rẫy cà phê",
                persons=sender(identity_number=NUMBER))
            letter, = case.letters
        for text in [case.number, letter.number, NAME, NUMBER, "ray ca phe"]:
            self.assertEqual(
                self.find(office.leader, text, model='complaints.case'),
                [case.id], text)
        # an accepted letter is found by its number, in the tab of all
        self.assertEqual(
            self.find(office.clerk, letter.number), [letter.id])

    @with_transaction()
    def test_written_in_sets(self):
        "Test what SQL writes, changes and removes is found as it is"
        office = create_office()
        with clock.travel(DAY):
            letter, = self.letters(office, "Rẫy cà phê")
        Letter = Pool().get('complaints.letter')
        table = Letter.__table__()
        cursor = Transaction().connection.cursor()
        names = ['agency', 'kind', 'instance', 'received_on', 'channel',
            'people_count', 'state']
        columns = [getattr(table, name) for name in names]
        cursor.execute(*table.insert(
                [*columns, table.content], table.select(
                    *columns, Literal("Vườn hồ tiêu ở Đắk Lắk"),
                    where=table.id == letter.id)))
        found = self.find(office.clerk, "ho tieu o dak lak")
        self.assertEqual(len(found), 1)
        cursor.execute(*table.update(
                [table.content], ["Vườn sầu riêng"],
                where=table.id == found[0]))
        self.assertEqual(self.find(office.clerk, "ho tieu"), [])
        self.assertEqual(self.find(office.clerk, "sau rieng"), found)
        cursor.execute(*table.delete(where=table.id == found[0]))
        self.assertEqual(self.find(office.clerk, "sau rieng"), [])

    @with_transaction()
    def test_upgrade(self):
        "Test what was there before the words were kept is found as well"
        office = create_office()
        with clock.travel(DAY):
            letter, = self.letters(office, "Rẫy cà phê")
        Letter = Pool().get('complaints.letter')
        for _ in range(2):
            Letter.__register__('complaints')
            self.assertEqual(self.find(office.clerk, "ca phe"), [letter.id])

    @with_transaction()
    def test_all_first(self):
        "Test all letters and all cases open on all of them"
        ModelData = Pool().get('ir.model.data')
        for name in ['act_letter_form', 'act_case_form']:
            action = Pool().get('ir.action.act_window')(
                ModelData.get_id('complaints', name))
            self.assertFalse(action.act_window_domains[0].domain)

    @with_transaction()
    def test_common_words(self):
        "Test of common words the newest are found, of others all"
        office = create_office()
        with clock.travel(DAY):
            letters = self.letters(office, *(
                    f"Rẫy cà phê số {i}" if i % 2 else "Đường làng sạt lở"
                    for i in range(12)))
        newest = [le.id for le in reversed(letters)]
        coffee = newest[::2]
        for sample, most, found in [
                # all of them are among the newest
                (100, 100, coffee),
                # enough of the newest have the words
                (6, 3, coffee[:3]),
                # an index is asked so far back as that may take
                (6, 5, coffee[:5]),
                # there are not so many
                (2, 100, coffee),
                ]:
            with patch.multiple(
                    searched, SAMPLE=sample, MOST=most, _COMMON=1,
                    _FEW=0), \
                    patch.object(search_index, 'at_most', return_value=1):
                self.assertEqual(
                    self.find(office.clerk, "ca phe"), found,
                    (sample, most))

    @with_transaction()
    def test_serial(self):
        "Test a letter is found by its serial alone, also with the year"
        office, other = create_office(), create_office('22251')
        with clock.travel(DAY):
            letters = self.letters(office, *["Đường làng sạt lở"] * 12)
            self.letters(other, *["Đường làng sạt lở"] * 12)
            road, = self.letters(office, "Thửa đất số 7 bị thu hồi")
        for text in ["7", "007", "000007", "7/2026", "7 2026"]:
            self.assertEqual(
                self.find(office.clerk, text)[0], letters[6].id, text)
        self.assertEqual(
            self.find(office.clerk, "7"), [letters[6].id, road.id])
        for text in ["7/2025", "14"]:
            self.assertEqual(self.find(office.clerk, text), [])
