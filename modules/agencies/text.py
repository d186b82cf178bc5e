# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Vietnamese text: one form to store, one form to compare."""
import re
import unicodedata

_SPACES = re.compile(r'\s+')
_WORDS = re.compile(r'[^0-9a-z]+')


def clean(text):
    """Return text in composed form (NFC) with single spaces, stripped.

    >>> clean(' Tố  cáo\\u00a0')
    'Tố cáo'
    """
    text = unicodedata.normalize('NFC', text or '')
    return _SPACES.sub(' ', text).strip()


def clean_lines(text):
    "Like clean, but keeps the line breaks"
    lines = (clean(line) for line in (text or '').splitlines())
    return '\n'.join(lines).strip()


def fold(text):
    """Return text without accents, case and punctuation, to compare.

    >>> fold("Đơn KHIẾU NẠI, Cư M'gar")
    'don khieu nai cu m gar'
    """
    text = unicodedata.normalize('NFD', (text or '').lower())
    text = ''.join(c for c in text if not unicodedata.combining(c))
    text = text.replace('đ', 'd')
    return _WORDS.sub(' ', text).strip()
