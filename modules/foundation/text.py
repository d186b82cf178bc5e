# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Vietnamese text: one form to store, one form to compare."""
import re
import unicodedata

# What no text holds: controls but tab and line ends, halves of characters
_UNREADABLE = re.compile(
    '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]')
# How word processors end lines and pages
_LINES = str.maketrans('\x0b\x0c', '\n\n')
# What shows a text in another order than it has, to deceive who reads it
_TURNING = re.compile('[\u202a-\u202e\u2066-\u2069]')
_WORDS = re.compile(r'[^0-9a-z]+')
# What nobody sees, but every comparison does: no width, and a hyphen that
# shows only at the end of a line
_INVISIBLE = re.compile('[\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f'
    '\u2060-\u2064\ufe00-\ufe0f\ufeff]')
# The letter of Iceland that some keyboards give for that of Vietnam
_ETH = str.maketrans('\u00d0\u00f0', 'Đđ')
_ETHS = re.compile('[\u00d0\u00f0]')
# The accents and tones of Latin letters
_ACCENTS = re.compile('[\u0300-\u036f]+')


def clean(text: str | None) -> str:
    """Return text in composed form (NFC) with single spaces, stripped.

    The one normaliser of what people write: what is not seen goes, and Ð
    (U+00D0) becomes Đ.

    >>> clean(' Tố  cáo\\u00a0')
    'Tố cáo'
    >>> clean('\\u00d0ào\\u200b')
    'Đào'
    """
    return ' '.join(unicodedata.normalize('NFC', _seen(text)).split())


def _seen(text: str | None) -> str:
    "Return what one sees of a text, in letters of Vietnam"
    if not text or text.isascii():
        return text or ''
    text = _INVISIBLE.sub('', text)
    return text.translate(_ETH) if _ETHS.search(text) else text


def clean_lines(text: str | None) -> str:
    "Like clean, but keeps the line breaks"
    lines = (clean(line) for line in (text or '').splitlines())
    return '\n'.join(lines).strip()


def fold(text: str | None) -> str:
    """Return text without accents, case and punctuation, to compare.

    >>> fold("Đơn KHIẾU NẠI, Cư M'gar")
    'don khieu nai cu m gar'
    """
    text = unicodedata.normalize('NFD', _seen(text).lower())
    if not text.isascii():
        text = _ACCENTS.sub('', text).replace('đ', 'd')
    if not text.isascii():
        # of other scripts: they part words, their marks do not
        text = ''.join(c for c in text if not unicodedata.combining(c))
    return _WORDS.sub(' ', text).strip()


class UnreadableText(ValueError):
    "A text holds what is no character; the argument says what and where"


def safe(text: str) -> str:
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


def safe_cell(value: object) -> object:
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


def safe_file_name(name: str) -> str:
    """Return a name of a file that leads nowhere and shows what it is.

    >>> safe_file_name('../../etc/passwd')
    'passwd'
    """
    name = _TURNING.sub('', _UNREADABLE.sub('', name))
    name = re.split(r'[/\\]', name)[-1].strip().lstrip('.')
    name = clean(name) or '_'
    # cut in the middle: the ending says what it is
    stem, dot, ending = name.rpartition('.')
    if not stem or len(ending) > 10:
        return name[:200]
    return f'{stem[:199 - len(ending)]}{dot}{ending}'
