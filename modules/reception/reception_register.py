# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The register of receptions of form 03/TCD, on paper and as a sheet."""
import io
from html import escape

from openpyxl import Workbook
from trytond.i18n import gettext
from trytond.modules.audit.printed import PrintedMixin
from trytond.modules.complaints.diagram import STYLE
from trytond.modules.complaints.identity import MASK
from trytond.modules.foundation.text import safe_cell


def show_date(day):
    return day.strftime('%d/%m/%Y') if day else ''


COLUMNS = 13


def register_rows(receptions):
    """Return the rows of the register of form 03/TCD: 13 columns each

    The names of who is protected stand as a mask for who may not see them.
    """
    rows = []
    for serial, r in enumerate(receptions, 1):
        who = [
            ', '.join(filter(None, [p.name, p.address])) for p in r.persons]
        numbers = [p.identity_number for p in r.persons if p.identity_number]
        letter = r.letter
        rows.append([
                serial, show_date(r.day), '; '.join(who) or MASK,
                '; '.join(numbers), r.content,
                r.kind_string, r.people_count, r.settled_by or '',
                'x' if r.result == 'letter' else '',
                ' '.join(filter(None, [r.directed_to, r.document_number]))
                if r.result == 'guided' else '',
                ' '.join(filter(None, [r.directed_to, r.document_number]))
                if r.result == 'transferred' else (
                    letter.agency.rec_name if letter else ''),
                letter.state_string if letter else '',
                ' '.join(filter(None, [
                            r.refusal.name if r.refusal else None, r.note])),
                ])
    return rows


def titles():
    return [
        gettext(f'reception.msg_register_{n}')
        for n in range(1, COLUMNS + 1)]


class RegisterPage(PrintedMixin):
    "The register of receptions (Sổ tiếp công dân, mẫu 03/TCD), printed"
    __name__ = 'reception.register'

    @classmethod
    def _execute(cls, records, header, data, action):
        def row(values, tag='td'):
            return '<tr>' + ''.join(
                f'<{tag}>{escape(str(v))}</{tag}>' for v in values) + '</tr>'

        records = sorted(records, key=lambda r: (r.day, r.id))
        title = gettext('reception.msg_register_title')
        return 'html', (
            '<!DOCTYPE html><html><head><meta charset="utf-8"/>'
            f'<title>{escape(title)}</title><style>{STYLE}\n@page {{ size: '
            'A4 landscape; }} td, th {{ font-size: 11px; }}'
            f'</style></head><body><h1>{escape(title)}</h1><table>'
            + row(titles(), 'th') + row(
                [f'({n})' for n in range(1, COLUMNS + 1)])
            + ''.join(row(values) for values in register_rows(records))
            + '</table></body></html>')


class RegisterSheet(PrintedMixin):
    "The register of receptions as a spreadsheet"
    __name__ = 'reception.register.sheet'

    @classmethod
    def _execute(cls, records, header, data, action):
        book = Workbook(write_only=True)
        sheet = book.create_sheet("03-TCD")
        sheet.append(titles())
        for values in register_rows(
                sorted(records, key=lambda r: (r.day, r.id))):
            sheet.append([safe_cell(v) for v in values])
        buffer = io.BytesIO()
        book.save(buffer)
        return 'xlsx', buffer.getvalue()
