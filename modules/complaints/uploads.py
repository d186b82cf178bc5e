# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Which files are taken in: by what they hold, not by what they are called.

Pure functions, without Tryton.
"""
import re
from pathlib import PurePath

import puremagic

# What may be attached: scans, recordings, documents; nothing that a browser or
# an office program would run.  {ending of the name: endings of what is in it}
_OFFICE = {'.zip', '.docx', '.xlsx', '.pptx', '.odt', '.ods'}
_OLE = {'.doc', '.xls', '.ppt', '.msg', '.ole'}
_SOUND = {'.mp3', '.m4a', '.mp4', '.wav', '.aac', '.3gp', '.amr', '.ogg',
    '.mov', '.webm'}
ALLOWED = {
    '.pdf': {'.pdf'},
    '.jpg': {'.jpg', '.jpeg', '.jfif'}, '.jpeg': {'.jpg', '.jpeg', '.jfif'},
    '.png': {'.png'}, '.gif': {'.gif'}, '.webp': {'.webp'},
    '.tif': {'.tif', '.tiff'}, '.tiff': {'.tif', '.tiff'},
    '.jfif': {'.jpg', '.jpeg', '.jfif'},
    '.heic': {'.heic', '.heif'}, '.heif': {'.heic', '.heif'},
    '.docx': _OFFICE, '.xlsx': _OFFICE, '.odt': _OFFICE, '.ods': _OFFICE,
    '.zip': {'.zip'},
    '.doc': _OLE | {'.rtf'}, '.xls': _OLE, '.rtf': {'.rtf'},
    '.msg': {'.msg', '.ole'}, '.eml': {'.eml'},
    **{ending: _SOUND for ending in _SOUND},
    # no signature: what is text
    '.txt': None, '.csv': None,
    }

# The brands of the first box of ISO media (ISO/IEC 14496-12), by what they are
_BRANDS = {
    '.heic': {'heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'},
    '.3gp': {'3gp', '3g2', '3ge', '3gg'},
    '.m4a': {'M4A ', 'M4B '}, '.mov': {'qt  '},
    '.mp4': {'iso', 'mp4', 'avc1', 'dash', 'M4V', 'MSNV', 'mmp4'},
    }
_HEADER = re.compile(
    rb'(?:[!-9;-~]+:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*)+')
_MAIL = re.compile(
    rb'^(?:from|to|subject|date|received|message-id|mime-version|return-path):',
    re.IGNORECASE | re.MULTILINE)


class UploadError(ValueError):
    """A file is not taken in

    The first argument says why: 'kind', 'content', 'size', 'empty'."""


def check(name, data, largest):
    """Raise UploadError unless a file may be attached.

    name -- as it was sent
    data -- its bytes
    largest -- how many bytes there may be

    >>> check('scan.pdf', b'%PDF-1.7', 100)
    """
    ending = PurePath(name).suffix.lower()
    if ending not in ALLOWED:
        raise UploadError('kind', ending or name)
    if len(data) > largest:
        raise UploadError('size', str(largest // 2**20))
    if not data:
        raise UploadError('empty', ending)
    wanted = ALLOWED[ending]
    if wanted is None:
        if not _is_text(data):
            raise UploadError('content', ending)
    elif not wanted & found_in(data):
        raise UploadError('content', ending)


def found_in(data):
    """Return the endings that go with what is in a file

    What scanners and telephones really write is told here: a PDF after a mark
    of the encoding, media by its brand, sound without a title."""
    own = set(_found_by_hand(data))
    if own:
        return own
    try:
        found = puremagic.magic_string(data[:64 * 1024])
    except (puremagic.PureError, ValueError):
        return set()
    # of several that begin the same the likeliest decide
    best = max((f.confidence for f in found), default=0)
    return {f.extension.lower() for f in found if f.confidence >= best * .5}


def _found_by_hand(data):
    # ISO 32000: the header may stand within the first 1,024 bytes; what is
    # before it must be nothing that something else would run
    before, found, _ = data[:1029].partition(b'%PDF-')
    if found and not before.strip(b'\xef\xbb\xbf\xff\xfe\r\n\t \0'):
        yield '.pdf'
    if data[:3] == b'\xff\xd8\xff':
        yield '.jpg'
    if data[4:8] == b'ftyp':
        brands = [data[8:12], *(
                data[n:n + 4] for n in range(
                    16, min(len(data), int.from_bytes(data[:4])), 4))]
        for ending, known in _BRANDS.items():
            if any(brand.decode('latin-1').startswith(tuple(known))
                    for brand in brands if len(brand) == 4):
                yield ending
    # a frame of MPEG sound: eleven bits set, a layer and a rate that exist
    if (data[:1] == b'\xff' and len(data) > 3 and data[1] & 0xe0 == 0xe0
            and data[1] & 0x06 and data[2] & 0xf0 not in {0, 0xf0}
            and data[2] & 0x0c != 0x0c):
        yield '.mp3'
    start = _HEADER.match(data[:8192].removeprefix(b'\xef\xbb\xbf'))
    if start and len(_MAIL.findall(start.group())) >= 2:
        yield '.eml'


def _is_text(data):
    encoding = (
        'utf-16' if data[:2] in {b'\xff\xfe', b'\xfe\xff'} else 'utf-8-sig')
    try:
        if '\0' in data.decode(encoding):
            return False
    except UnicodeDecodeError:
        return False
    # a page with a script, whatever it is called
    return b'<script' not in data[:4096].lower()
