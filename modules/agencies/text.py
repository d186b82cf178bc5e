# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Vietnamese text: one form to store, one form to compare."""
import re
import unicodedata

_SPACES = re.compile(r'\s+')
# What no text holds: controls but tab and line ends, halves of characters
_UNREADABLE = re.compile(
    '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]')
# How word processors end lines and pages
_LINES = str.maketrans('\x0b\x0c', '\n\n')
# What shows a text in another order than it has, to deceive who reads it
_TURNING = re.compile('[\u202a-\u202e\u2066-\u2069]')
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


class UnreadableText(ValueError):
    "A text holds what is no character; the argument says what and where"


def safe(text):
    """Return text without the marks that turn its direction.

    The ends of lines of word processors become those of texts.

    Raises UnreadableText for what can not be kept as text: NUL and other
    controls, halves of characters.

    >>> safe('an\u202egpj.exe')
    'angpj.exe'
    """
    text = text.translate(_LINES)
    found = _UNREADABLE.search(text)
    if found:
        raise UnreadableText(
            f'U+{ord(found.group()):04X}', found.start() + 1)
    return _TURNING.sub('', text)


def safe_cell(value):
    """Return a value that no spreadsheet takes for a formula.

    >>> safe_cell("=cmd|' /C calc'!A0")
    "'=cmd|' /C calc'!A0"
    """
    if not isinstance(value, str):
        return value
    # what no cell can hold
    value = _UNREADABLE.sub('', value)
    if value.lstrip()[:1] in {'=', '+', '-', '@'} or value[:1] in {
            '\t', '\r', '\n'}:
        value = "'" + value
    return value


def safe_file_name(name):
    """Return a name of a file that leads nowhere and shows what it is.

    >>> safe_file_name('../../etc/passwd')
    'passwd'
    """
    name = _TURNING.sub('', _UNREADABLE.sub('', name))
    name = re.split(r'[/\\]', name)[-1].strip().lstrip('.')
    return clean(name)[:200] or '_'
