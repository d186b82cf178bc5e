# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The file of a case: its story, and its documents in numbered pages."""
from trytond.i18n import gettext
from trytond.model import fields
from trytond.pool import Pool


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
                (act.day, 2, _act_line(act)) for act in letter.acts)
        lines.append((self.accepted_on, 1, gettext(
                    'complaints.msg_story_accepted', number=self.rec_name,
                    agency=self.agency.rec_name)))
        lines.extend((act.day, 2, _act_line(act)) for act in self.acts)
        for clock in self.clocks:
            lines.append((clock.started_on, 3, gettext(
                        'complaints.msg_story_clock',
                        rule=clock.rule.rec_name,
                        due_on=_date(clock.due_on))))
            if clock.ended_on:
                lines.append((clock.ended_on, 4, gettext(
                            'complaints.msg_story_clock_end',
                            rule=clock.rule.rec_name,
                            state=clock.state_string,
                            due_on=_date(clock.due_on))))
        return lines

    def get_story(self, name):
        return '\n'.join(
            f'{_date(day)}  {text}'
            for day, _, text in sorted(self.story_lines()))

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
            attached.setdefault(str(attachment.resource), []).append(
                attachment)
        result, page = [], 0
        rows.sort(key=lambda row: row[0])
        for serial, (day, title, number, pages, record) in enumerate(rows, 1):
            first, last = page + 1, page + (pages or 1)
            page = last
            result.append({
                    'serial': serial, 'day': day, 'title': title,
                    'number': number or '', 'first': first, 'last': last,
                    'counted': bool(pages),
                    'attachments': attached.get(str(record), []),
                    'text': getattr(record, 'text', None) or getattr(
                        record, 'content', None) or '',
                    })
        return result


def _act_line(act):
    return ' – '.join(filter(None, [
                act.title, act.number and gettext(
                    'complaints.msg_story_number', number=act.number),
                act.text and act.text.splitlines()[0]]))


def _document(act):
    return act.day, act.document or act.title, act.number, act.pages, act


def _date(day):
    return day.strftime('%d/%m/%Y') if day else '–'
