# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""How many pages a document has."""
import io
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter

from ..pages import count


def pdf(pages):
    "Return a PDF of so many pages"
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(210, 297)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


class PagesTestCase(TestCase):

    def test_count(self):
        for data, pages in [
                (pdf(1), 1),
                (pdf(12), 12),
                (b'\xff\xd8\xff\xe0 a photograph', 1),
                (b'\x89PNG\r\n\x1a\n a scan', 1),
                (b'', None),
                (b'text', None),
                (pdf(3)[:200], None),
                (b'%PDF-1.7 nothing else', None),
                ]:
            with self.subTest(data=data[:20]):
                self.assertEqual(count(data), pages)

    @given(st.binary(max_size=300))
    def test_any_bytes(self, data):
        for start in [b'', b'%PDF-1.4\n']:
            self.assertIn(type(count(start + data)), {int, type(None)})

    @given(st.data())
    def test_damaged(self, data):
        "A damaged file is counted, or not, but stops nothing"
        whole = bytearray(pdf(2))
        for _ in range(5):
            place = data.draw(st.integers(0, len(whole) - 1))
            whole[place] = data.draw(st.integers(0, 255))
        self.assertIn(type(count(bytes(whole))), {int, type(None)})
