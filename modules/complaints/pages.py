# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""How many pages a scanned document has.

Pure functions, without Tryton.
"""
import io

from pypdf import PdfReader
from pypdf.errors import PyPdfError

_PICTURES = (b'\xff\xd8\xff', b'\x89PNG\r\n\x1a\n')


def count(data):
    """Return the number of pages of a document, None where it is not known

    data -- bytes: a PDF; a picture is one page; nothing else is looked into
    """
    if data.startswith(_PICTURES):
        return 1
    if not data.startswith(b'%PDF-'):
        return None
    try:
        return len(PdfReader(io.BytesIO(data)).pages) or None
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError,
            IndexError, RecursionError, OverflowError):
        # what is damaged, or only looks like a PDF, is counted by hand
        return None
