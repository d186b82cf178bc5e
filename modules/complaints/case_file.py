# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The file of a case: its story, and its documents in numbered pages.

Printed as a table of contents, or put into one archive for a court: what
the reader may not see, the archive does not hold.
"""
import hashlib
import io
import re
import zipfile
from html import escape
from operator import itemgetter

from trytond.i18n import gettext
from trytond.model import fields
from trytond.modules.audit.printed import PrintedMixin
from trytond.pool import Pool
from trytond.report import Report

from . import diagram, pages


class CaseFileMixin:
    __slots__ = ()

    story = fields.Function(fields.Text("Story"), 'get_story')

    def story_lines(self):
        "Return a list of (day, order, text) of all that happened"
        lines = []
        for letter in self.letters:
            lines.append((letter.received_on, 0, gettext(
                        'complaints.msg_story_letter',
                        number=letter.rec_name, sender=letter.sender,
                        subject=letter.subject or '')))
            lines.extend(
                (act.day, 3, _act_line(act)) for act in letter.acts)
        lines.append((self.accepted_on, 1, gettext(
                    'complaints.msg_story_accepted', number=self.rec_name,
                    agency=self.agency.rec_name)))
        lines.extend((act.day, 3, _act_line(act)) for act in self.acts)
        for clock in self.clocks:
            due_on = _date(clock.due_on)
            if clock.due_mark:
                due_on += f' ({clock.due_mark})'
            lines.append((clock.started_on, 2, gettext(
                        'complaints.msg_story_clock',
                        rule=clock.rule.rec_name, due_on=due_on)))
            if clock.ended_on:
                lines.append((clock.ended_on, 4, gettext(
                            'complaints.msg_story_clock_end',
                            rule=clock.rule.rec_name,
                            state=clock.state_string, due_on=due_on)))
        return lines

    def get_story(self, name):
        return '\n'.join(
            f'{_date(day)}  {text}'
            for day, _, text in sorted(
                self.story_lines(), key=itemgetter(0, 1)))

    def contents(self):
        """Return the documents of the file, oldest first, as a list of

        (number, day, title, document number, first page, last page, pages
        are known)"""
        Attachment = Pool().get('ir.attachment')
        rows = []
        for letter in self.letters:
            rows.append((letter.received_on, gettext(
                        'complaints.msg_file_letter', number=letter.rec_name),
                    None, letter.pages, letter))
            rows.extend(_document(act) for act in letter.acts)
        rows.extend(_document(act) for act in self.acts)
        resources = {str(row[4]): row for row in rows}
        attached = {}
        for attachment in Attachment.search([
                    ('resource', 'in', [*resources, str(self)]),
                    ], order=[('id', 'ASC')]):
            if attachment.token and not attachment.data:
                # the hand of a denouncer, which the reader may not see
                continue
            attached.setdefault(str(attachment.resource), []).append(
                attachment)
        result, page = [], 0
        rows.sort(key=lambda row: row[0])
        for serial, row in enumerate(rows, 1):
            day, title, number, counted, record = row
            # counted by hand, else in what is attached
            counted = counted or _attached_pages(attached.get(str(record), []))
            first, last = page + 1, page + (counted or 1)
            page = last
            result.append({
                    'serial': serial, 'day': day, 'title': title,
                    'number': number or '', 'first': first, 'last': last,
                    'counted': bool(counted),
                    'attachments': attached.get(str(record), []),
                    'text': getattr(record, 'text', None) or getattr(
                        record, 'content', None) or '',
                    })
        return result


def _attached_pages(attachments):
    "Return how many pages attachments have together, None if one is unknown"
    counts = [pages.count(bytes(a.data or b'')) for a in attachments]
    return sum(counts) if counts and all(counts) else None


def _act_line(act):
    return ' – '.join(filter(None, [
                act.title, act.number and gettext(
                    'complaints.msg_story_number', number=act.number),
                act.text and act.text.splitlines()[0],
                act.annulled_on and gettext(
                    'complaints.msg_story_annulled',
                    day=_date(act.annulled_on), reason=act.annulled_for)]))


def _document(act):
    return act.day, act.document or act.title, act.number, act.pages, act


def _date(day):
    return day.strftime('%d/%m/%Y') if day else '–'


def contents_page(case):
    "Return the table of contents and the story of a case as an HTML page"
    def cells(*values, tag='td'):
        return ''.join(f'<{tag}>{escape(str(v))}</{tag}>' for v in values)

    rows = [
        '<tr>' + cells(
            row['serial'], _date(row['day']), row['title'], row['number'],
            '{}–{}{}'.format(
                row['first'], row['last'], '' if row['counted'] else ' *'),
            ', '.join(a.name for a in row['attachments'])) + '</tr>'
        for row in case.contents()]
    head = cells(*(
            gettext(f'complaints.msg_file_{name}') for name in [
                'serial', 'day', 'title', 'number', 'pages', 'attached']),
        tag='th')
    title = gettext('complaints.msg_file_of', number=case.rec_name)
    story = ''.join(
        f'<li>{escape(line)}</li>' for line in case.story.splitlines())
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"/>'
        f'<title>{escape(title)}</title><style>{diagram.STYLE}</style></head><body>'
        f'<h1>{escape(title)}</h1><p>{escape(case.subject)}</p>'
        f'<table><tr>{head}</tr>{"".join(rows)}</table>'
        f'<p>* {escape(gettext("complaints.msg_file_uncounted"))}</p>'
        f'<h2>{escape(gettext("complaints.msg_file_story"))}</h2>'
        f'<ol>{story}</ol></body></html>')


def _file_name(text):
    "Return a text as a name of a file, which can lead nowhere else"
    text = re.sub(r'[^\w. -]', '_', text)
    return re.sub(r'\.{2,}', '.', text).strip('. _')[:80] or '_'


def archive(case):
    """Return the file of a case as the bytes of a ZIP

    It holds the table of contents, a text for each document, what is
    attached to them, and the SHA-256 of each in MANIFEST.
    """
    files = {'index.html': contents_page(case).encode()}
    for row in case.contents():
        name = '{:03}-{}'.format(row['serial'], _file_name(row['title']))
        text = '\n'.join(filter(None, [
                    _date(row['day']), row['title'], row['number'],
                    row['text']]))
        files[f'{name}.txt'] = text.encode()
        for attachment in row['attachments']:
            if attachment.data:
                files[f'{name}/{_file_name(attachment.name)}'] = bytes(
                    attachment.data)
    files['MANIFEST'] = ''.join(
        f'{hashlib.sha256(data).hexdigest()}  {name}\n'
        for name, data in files.items()).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, 'w', zipfile.ZIP_DEFLATED) as target:
        for name, data in files.items():
            target.writestr(name, data)
    return buffer.getvalue()


class CaseContents(PrintedMixin):
    "The table of contents and the story of a case"
    __name__ = 'complaints.case.contents'

    @classmethod
    def _execute(cls, records, header, data, action):
        return 'html', '\n'.join(contents_page(case) for case in records)


class CaseArchive(PrintedMixin):
    "The file of a case, for a court"
    __name__ = 'complaints.case.archive'

    @classmethod
    def _execute(cls, records, header, data, action):
        case, = records
        return 'zip', archive(case)


class ProcedureDiagram(Report):
    "A procedure of the law as a picture, and its steps"
    __name__ = 'complaints.procedure.diagram'

    @classmethod
    def _execute(cls, records, header, data, action):
        pool = Pool()
        labels = {
            of: dict(pool.get(f'complaints.{of}').fields_get(['state'])[
                    'state']['selection']) for of in ['letter', 'case']}
        Step = pool.get('complaints.procedure.step')
        words = {
            name: gettext(f'complaints.msg_diagram_{name}') for name in [
                'letter', 'case', 'number', 'step', 'from', 'to', 'roles',
                'document', 'clocks', 'requires', 'citation']}
        words.update(Step.fields_get(['roles'])['roles']['selection'])
        return 'html', '\n'.join(
            diagram.page(
                procedure.name, procedure.citation,
                [step.plain() for step in sorted(
                        procedure.steps, key=lambda s: s.order)],
                labels, words)
            for procedure in records)
