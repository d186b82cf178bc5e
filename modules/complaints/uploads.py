# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Which files are taken in: by what they hold, not by what they are called.

Pure functions, without Tryton.
"""
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
    '.heic': {'.heic', '.heif', '.mp4'},
    '.docx': _OFFICE, '.xlsx': _OFFICE, '.odt': _OFFICE, '.ods': _OFFICE,
    '.zip': {'.zip'},
    '.doc': _OLE | {'.rtf'}, '.xls': _OLE, '.rtf': {'.rtf'},
    **{ending: _SOUND for ending in _SOUND},
    # no signature: what is text
    '.txt': None, '.csv': None,
    }


class UploadError(ValueError):
    """A file is not taken in

    The first argument says why: 'kind', 'content', 'size'."""


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
        return
    wanted = ALLOWED[ending]
    if wanted is None:
        if not _is_text(data):
            raise UploadError('content', ending)
    elif not wanted & found_in(data):
        raise UploadError('content', ending)


def found_in(data):
    "Return the endings that go with what is in a file"
    try:
        found = puremagic.magic_string(data[:64 * 1024])
    except (puremagic.PureError, ValueError):
        return set()
    # of several that begin the same the likeliest decide
    best = max((f.confidence for f in found), default=0)
    return {f.extension.lower() for f in found if f.confidence >= best * .5}


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
