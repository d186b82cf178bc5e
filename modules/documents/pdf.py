# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A paper as the PDF of record: PDF/A-3a, tagged, with its record inside.

Pure functions, without Tryton.  WeasyPrint loads libraries of the system
(Pango) when it is first asked: where they are not there, what else Donthu does
goes on, and printing says what is missing.
"""
import datetime as dt
import io
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from . import layout
from .paper import Paper

FONTS = Path(__file__).parent / 'fonts'
# The name of the record within the file
RECORD = 'donthu.json'
_FACES = [
    ('Regular', 'normal', 'normal'), ('Bold', 'bold', 'normal'),
    ('Italic', 'normal', 'italic'), ('BoldItalic', 'bold', 'italic')]
# Fontconfig is shared by all threads
_lock = Lock()


class PrintingUnavailable(RuntimeError):
    "The libraries that draw a page are not there: the message says which"


@cache
def _engine() -> tuple[Any, Any, Any]:
    "Return WeasyPrint with the fonts and the style, loaded once"
    try:
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
    except (ImportError, OSError) as error:
        raise PrintingUnavailable(str(error)) from error
    fonts = FontConfiguration()
    faces = '\n'.join(
        '@font-face { font-family: Tinos; '
        f'src: url({(FONTS / f"Tinos-{name}.ttf").as_uri()}); '
        f'font-weight: {weight}; font-style: {style} }}'
        for name, weight, style in _FACES)
    style = weasyprint.CSS(string=faces + layout.STYLE, font_config=fonts)
    return weasyprint, fonts, style


def _nothing(url: str) -> Any:
    raise ValueError(f"A paper loads nothing: {url}")


def render(
        paper: Paper, record: Mapping[str, Any] | None = None,
        made: dt.datetime | None = None) -> bytes:
    """Return a paper as a PDF

    record -- what it says, to be read by machines: plain values
    made -- when

    Raises PrintingUnavailable."""
    with _lock:
        weasyprint, fonts, style = _engine()
        attachments = []
        if record is not None:
            attachments.append(weasyprint.Attachment(
                    string=json.dumps(
                        record, ensure_ascii=False, indent=1, sort_keys=True,
                        default=str),
                    name=RECORD, description="Dữ liệu của văn bản",
                    relationship='Source',
                    **({'created': made, 'modified': made} if made else {})))
        page = weasyprint.HTML(
            string=layout.page(paper, made), url_fetcher=_nothing)
        return page.write_pdf(
            stylesheets=[style], font_config=fonts,
            pdf_variant='pdf/a-3a', attachments=attachments)


def read_record(data: bytes) -> dict[str, Any]:
    "Return the record that a PDF carries, {} where it has none"
    from pypdf import PdfReader
    found = PdfReader(io.BytesIO(data)).attachments.get(RECORD)
    return json.loads(found[0]) if found else {}
