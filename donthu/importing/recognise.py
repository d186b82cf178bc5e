# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a file is, by what it holds and never by its name."""
import codecs
import re
from dataclasses import dataclass
from itertools import islice

from donthu.errors import CommandError
from donthu.importing import legacy

_ZIP, _OLE = b'PK\x03\x04', b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'
# sheets of Excel 2 to 4, without a container
_BIFF = (b'\x09\x00', b'\x09\x02', b'\x09\x04', b'\x09\x08')
_MARKS = [
    (codecs.BOM_UTF8, 'utf-8-sig'), (codecs.BOM_UTF16_LE, 'utf-16'),
    (codecs.BOM_UTF16_BE, 'utf-16')]
_START = 65536


@dataclass(frozen=True)
class Found:
    """What was recognised.

    kind -- 'sheet', 'html', 'xml' or 'text'
    encoding -- of the last three
    start -- the first characters of the last three
    """
    kind: str
    encoding: str = ''
    start: str = ''


def recognise(path):
    """Return the Found of a file; raise CommandError where it is none

    A workbook of any kind (xlsx, xlsm, xlsb, ods, xls) is a 'sheet', also
    when it is named otherwise; many systems write a web page and name it
    .xls."""
    try:
        with open(path, 'rb') as file:
            start = file.read(_START)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", 2)
    if not start:
        raise CommandError(f"{path} is empty", 2)
    if start.startswith((_ZIP, _OLE, *_BIFF)):
        return Found('sheet')
    encoding = encoding_of(path, start)
    text = start.decode(encoding, 'ignore').lstrip('\ufeff').lstrip()
    kind = 'text'
    if text.startswith('<'):
        page = re.match(
            r'(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|div'
            r'|meta|style)\b', text, re.IGNORECASE | re.DOTALL)
        kind = 'html' if page else 'xml'
    return Found(kind, encoding, text)


def encoding_of(path, start):
    "Return the name of the encoding of a text that starts with these bytes"
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    # without a mark: every other byte of Latin letters is zero
    for offset, encoding in [(1, 'utf-16-le'), (0, 'utf-16-be')]:
        half = start[offset:2000:2]
        if half and half.count(0) > len(half) * .4:
            return encoding
    if declared := re.match(
            rb'\s*<\?xml[^>]*encoding=["\']([A-Za-z0-9._-]+)', start):
        # the parser reads it itself, and says when it is not so
        return _known(declared[1].decode('ascii'))
    return 'utf-8-sig' if _is_utf8(path) else _one_byte(path)


def _known(name):
    try:
        return codecs.lookup(name).name
    except LookupError:
        return 'utf-8'


def _is_utf8(path):
    decoder = codecs.getincrementaldecoder('utf-8')()
    try:
        with open(path, 'rb') as file:
            while piece := file.read(2**20):
                decoder.decode(piece)
            decoder.decode(b'', True)
    except UnicodeDecodeError:
        return False
    return True


def _one_byte(path):
    """Return the encoding of a text of one byte a character

    That of Windows for Vietnamese, or that of the fonts of TCVN3 and VNI:
    whichever makes more of the words Vietnamese."""
    with open(path, 'rb') as file:
        lines = list(islice(file, 2000))

    def share(encoding):
        good = count = 0
        for line in lines:
            text = line.decode(encoding, 'replace')
            text = legacy.repair(text)[0] if encoding == 'latin-1' else text
            for word in legacy.words(text):
                if not word.isascii():
                    count += 1
                    good += legacy.is_syllable(word)
        return good / count if count else 0
    return max(['cp1258', 'latin-1'], key=share)
