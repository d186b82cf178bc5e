# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What is held on one person, for the person who asks.

Of what is secret only what is open to the user at that moment: who types a
name here must not learn whether somebody has denounced.
"""
import io
import json
import zipfile
from html import escape

from trytond.i18n import gettext
from trytond.model import ModelView, fields
from trytond.modules.audit.printed import PrintedMixin
from trytond.modules.complaints.diagram import STYLE
from trytond.modules.complaints.exceptions import PersonError
from trytond.modules.complaints.identity import FIELDS
from trytond.modules.foundation.acting import as_server
from trytond.pool import Pool
from trytond.transaction import Transaction, check_access
from trytond.wizard import Button, StateReport, StateView, Wizard

_LETTER = [
    'number', 'received_on', 'kind_string', 'subject', 'content',
    'state_string']


class PersonalDataStart(ModelView):
    __name__ = 'retention.personal_data.start'

    identity_number = fields.Char(
        "Identity Number", required=True,
        help="As it stands on the paper that the person has shown.")
    name = fields.Char("Full Name")
    reason = fields.Char(
        "Request", required=True,
        help="The request of the person: its number and its day.")


class PersonalData(Wizard):
    "Export what is held on one person"
    __name__ = 'retention.personal_data'

    start = StateView('retention.personal_data.start',
        'retention.personal_data_start_view_form', [
            Button("Cancel", 'end', 'tryton-cancel'),
            Button("Export", 'export', 'tryton-ok', default=True),
            ])
    export = StateReport('retention.personal_data.archive')

    def do_export(self, action):
        return action, {
            'identity_number': self.start.identity_number,
            'name': self.start.name,
            'reason': self.start.reason,
            }


def held_on(identity_number, name=None, beside=lambda domain: []):
    """Return what the user may tell a person of himself, a list of dicts

    beside -- a function of the domain of a person, which returns such dicts
        of what is no letter

    Raises PersonError where there is nothing."""
    pool = Pool()
    Person = pool.get('complaints.person')
    domain = [('identity_number', '=', identity_number)]
    if name:
        domain.append(('name', 'ilike', name))
    result = []
    with check_access():
        for person in Person.search(domain):
            result.append(_of_letter(person.letter, person))
        result += beside(domain)
        # what is secret is not found by a name or a number
        seen = {str(row['record']) for row in result}
        for letter in _opened_letters():
            if str(letter) not in seen:
                result += [
                    _of_letter(letter, p) for p in letter.persons
                    if p.identity_number == identity_number]
    if not result:
        raise PersonError(gettext('retention.msg_personal_data_none'))
    return result


def _opened_letters():
    pool = Pool()
    Opening = pool.get('complaints.opening')
    user = Transaction().user
    with as_server("one's own openings"):
        openings = Opening.search([
                ('requested_by', '=', user), ('state', '=', 'granted'),
                ('letter', '!=', None)])
        ids = list({o.letter.id for o in openings})
        letters = pool.get('complaints.letter').browse(ids)
        current = Opening.current(letters, user)
    return [le for le in letters if le.id in current]


def of_person(person):
    return {
        'person': {
            name: getattr(person, name) for name in FIELDS
            if name != 'subdivision' and getattr(person, name)},
        'role': person.role}


def _of_letter(letter, person):
    values = {name: getattr(letter, name) for name in _LETTER}
    values['received_on'] = letter.received_on.isoformat()
    return {
        'record': letter, **values, **of_person(person),
        'agency': letter.agency.rec_name,
        'case': letter.case.number if letter.case else None,
        'case_state': letter.case.state_string if letter.case else None}


class PersonalDataArchive(PrintedMixin):
    "A ZIP of a page to read and a file to process"
    __name__ = 'retention.personal_data.archive'

    @classmethod
    def execute(cls, ids, data):
        pool = Pool()
        pool.get('ir.model.access').check('complaints.letter', 'read')
        rows = held_on(
            data['identity_number'], data.get('name'), cls.held_beside)
        pool.get('audit.entry').append([{
                    'action': 'export',
                    'resource': row['record'],
                    'summary': f"{cls.__name__}: {data['reason']}",
                    } for row in rows])
        plain = [
            {k: v for k, v in row.items() if k != 'record'} for row in rows]
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, 'w', zipfile.ZIP_DEFLATED) as file:
            file.writestr('data.json', json.dumps(
                    plain, ensure_ascii=False, indent=1, default=str))
            file.writestr('index.html', page(plain))
        return (
            'zip', buffer.getvalue(), False,
            gettext('retention.msg_personal_data_title'))

    @classmethod
    def held_beside(cls, domain):
        "Return what is held beside letters, as held_on does"
        return []


def page(rows):
    "Return what is held on a person as a page"
    title = escape(gettext('retention.msg_personal_data_title'))
    parts = []
    for row in rows:
        lines = ''.join(
            f'<tr><td>{escape(str(name))}</td>'
            f'<td>{escape(str(value))}</td></tr>'
            for name, value in {**row, **row['person']}.items()
            if value and name != 'person')
        parts.append(f'<table>{lines}</table>')
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"/>'
        f'<title>{title}</title><style>{STYLE}</style></head><body>'
        f'<h1>{title}</h1>{"<hr/>".join(parts)}</body></html>')
