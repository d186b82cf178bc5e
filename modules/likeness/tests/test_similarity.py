# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The pure part: what makes two letters alike."""
import datetime as dt
import random
from collections import defaultdict
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st
from trytond.modules.foundation.text import fold
from trytond.modules.likeness import similarity

MARK = similarity.marker(b'secret')
SYLLABLES = (
    "đất nhà ruộng cây tiền bồi thường thu hồi đơn quyết định xã huyện cán "
    "bộ người dân đường nước điện trường học rừng suối cầu ranh giới lấn "
    "chiếm xây dựng trái phép gia đình năm canh tác ở đây không được giải "
    "quyết thỏa đáng công trình vi phạm biên bản chữ ký giả mạo").split()
STOCK = [
    "Cộng hòa xã hội chủ nghĩa Việt Nam độc lập tự do hạnh phúc",
    "Kính gửi Ủy ban nhân dân tỉnh và các cơ quan chức năng có thẩm quyền",
    "Kính mong quý cơ quan xem xét giải quyết cho gia đình chúng tôi",
    "Tôi xin cam đoan nội dung trên là đúng sự thật và chịu trách nhiệm",
    "Chúng tôi xin chân thành cảm ơn quý cơ quan đã quan tâm giúp đỡ",
    ]


class Corpus:
    "Letters that share stock sentences, and their marks"

    def __init__(self, count, seed=7):
        self.random = random.Random(seed)
        self.letters = [self.write() for _ in range(count)]
        self.index = defaultdict(list)
        for number, letter in enumerate(self.letters):
            for mark in similarity.of_text('. '.join(letter), MARK):
                self.index[mark].append(number)

    def write(self):
        own = [
            ' '.join(self.random.choices(
                    SYLLABLES, k=self.random.randint(8, 18)))
            + f' thửa {self.random.randint(1, 900)}'
            for _ in range(self.random.randint(4, 9))]
        return STOCK[:2] + own + STOCK[2:]

    def find(self, text):
        marks = similarity.of_text(text, MARK)
        found = {
            mark: self.index[mark][-similarity.COMMON:]
            for mark in marks if mark in self.index}
        return {
            number for number, _ in similarity.best(
                similarity.compare(marks, found), 10)}


class SimilarityTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        cls.corpus = Corpus(1500)

    def copies(self, change, count=60):
        "Return how many changed copies are recognised"
        corpus = self.corpus
        numbers = corpus.random.sample(range(len(corpus.letters)), count)
        return sum(
            number in corpus.find(change(corpus.letters[number]))
            for number in numbers)

    def test_copies(self):
        random_ = self.corpus.random

        def mistyped(letter):
            return ' '.join(
                word if random_.random() > .05 else random_.choice(SYLLABLES)
                for word in '. '.join(letter).split())
        changes = {
            'as it is': '. '.join,
            'without accents': lambda le: fold('. '.join(le)),
            'new header': lambda le: '. '.join(
                ["Tôi tên là Trần Thị Mới, trú tại buôn Ea"] + le[2:]),
            'shuffled': lambda le: '. '.join(
                random_.sample(le, len(le) - 1)),
            'mistyped': mistyped,
            }
        for name, change in changes.items():
            with self.subTest(change=name):
                self.assertGreaterEqual(self.copies(change), 57)

    def test_strangers(self):
        "Letters about other things share only their stock sentences"
        false = sum(
            bool(self.corpus.find('. '.join(self.corpus.write())))
            for _ in range(200))
        self.assertLessEqual(false, 4)

    def test_stock_text_alone(self):
        self.assertFalse(self.corpus.find(
                '. '.join(STOCK) + ". Đề nghị cấp nước sạch cho thôn Hạ"))

    def test_same_template(self):
        "A text that hundreds send is recognised, though it is common"
        marks = similarity.of_text(
            "Đề nghị dừng dự án sân golf lấy đất ruộng của thôn", MARK)
        found = {mark: list(range(100, 164)) for mark in marks}
        self.assertEqual(
            similarity.compare(marks, found)[120].score, 100)

    def test_persons(self):
        base = {
            'name': "Nguyễn Văn An", 'identity_number': "066150123456",
            'address': "Thôn 3, xã Sơn Thành, tỉnh Đắk Lắk",
            'phone': "0905 123 456"}
        for other, facts in [
                ({'identity_number': "066 150 123 456"}, ('number',)),
                ({'phone': "0905.123.456"}, ()),
                ({'phone': "0905-123-456"}, ('contact',)),
                ({'name': "NGUYEN VAN AN", 'address': "Xã Sơn Thành"},
                    ('name',)),
                ({'name': "Nguyễn Văn An", 'address': "Đắk Lắk"}, ()),
                ({'name': "Nguyễn Văn Ân", 'address': "Sơn Thành"},
                    ('name',)),
                ({'name': "Nguyễn Văn Bình", 'address': "Sơn Thành"}, ()),
                ({'name': "Nguyễn Văn An"}, ()),
                ]:
            with self.subTest(other=other):
                marks = similarity.of_person(base, MARK, {'dak lak'})
                found = {m: [1] for m in similarity.of_person(
                        other, MARK, {'dak lak'}) if m in marks}
                likeness = similarity.compare(marks, found).get(1)
                self.assertEqual(likeness.facts if likeness else (), facts)

    def test_many_namesakes(self):
        marks = similarity.of_person(
            {'name': "Nguyễn Văn An", 'address': "Hà Nội"}, MARK)
        self.assertFalse(similarity.compare(
                marks, {m: list(range(similarity.COMMON)) for m in marks}))

    def test_decisions(self):
        day = dt.date(2026, 8, 3)
        base = similarity.of_decision("12/QĐ-UBND", day, [7], MARK)
        for number, on, agency, same in [
                ("Quyết định số 12/QĐ-UBND", day, 8, True),
                ("số 12/qd-ubnd", None, 7, True),
                ("12/QĐ-UBND", dt.date(2025, 8, 3), 8, False),
                ("12/QĐ-UBND", None, 8, False),
                ("13/QĐ-UBND", day, 7, False),
                ("", day, 7, False),
                ]:
            with self.subTest(number=number, on=on, agency=agency):
                self.assertEqual(bool(
                        base.keys() & similarity.of_decision(
                            number, on, [agency], MARK).keys()), same)

    def test_secret(self):
        "Without the key nobody can try out names"
        other = similarity.marker(b'other')
        self.assertFalse(
            similarity.of_text("thu hồi đất", MARK).keys()
            & similarity.of_text("thu hồi đất", other).keys())

    @given(st.text(max_size=300), st.text(max_size=300))
    def test_any_text(self, text, other):
        marks = similarity.of_text(text, MARK)
        self.assertLessEqual(len(marks), similarity.SKETCH)
        for mark in marks:
            self.assertTrue(-2 ** 63 <= mark < 2 ** 63)
        both = similarity.of_text(other, MARK)
        likeness = similarity.compare(
            marks, {m: [1] for m in both if m in marks}).get(1)
        if likeness:
            self.assertTrue(similarity.LEAST <= likeness.score <= 100)
        if marks and marks == both:
            self.assertEqual(likeness.score, 100)
