# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The official documents of letters and cases, filled in."""
from trytond.i18n import gettext
from trytond.modules.audit.printed import PrintedMixin
from trytond.modules.foundation import clock
from trytond.modules.foundation.acting import as_server
from trytond.pool import Pool
from trytond.transaction import Transaction

from . import document
from .exceptions import StepError


class OfficialDocument(PrintedMixin):
    "A document of data/documents.toml; its words are Vietnamese"
    _of = None

    @classmethod
    def _execute(cls, records, header, data, action):
        articles = []
        with Transaction().set_context(language='vi'):
            records = Pool().get(records[0].__name__).browse(
                [r.id for r in records])
            for record in records:
                form = document.documents()[cls._of, cls.form_of(record)]
                day = cls.day_of(record)
                agency = cls.agency_of(record, day)
                articles.append(document.page(
                        form, {**agency_values(agency, day),
                            **cls.values(record)}, cls.rows(record)))
        return 'html', document.html(form['title'], articles)

    @classmethod
    def form_of(cls, record):
        "Return the name of the document"
        raise NotImplementedError

    @classmethod
    def day_of(cls, record):
        "Return the day of the document: its names are those of that day"
        raise NotImplementedError

    @staticmethod
    def agency_of(record, day):
        return record.agency

    @classmethod
    def values(cls, record):
        "Return what is filled in"
        raise NotImplementedError

    @classmethod
    def rows(cls, record):
        "Return the rows of the list of the document"
        return []


class LetterDocument(OfficialDocument):
    "The notice, guidance or slip by which a letter is handled"
    __name__ = 'complaints.letter.document'
    _of = 'letter'

    @classmethod
    def form_of(cls, letter):
        if ('letter', letter.proposal) not in document.documents():
            raise StepError(gettext(
                    'complaints.msg_document_none', letter=letter.rec_name))
        return letter.proposal

    @classmethod
    def day_of(cls, letter):
        "The day on which it was done; today for what is still to be done"
        pool = Pool()
        if letter.case and letter.accepted_on:
            return letter.accepted_on
        with as_server("the day of a step is on record"):
            done = pool.get('audit.entry').search([
                    ('resource', '=', str(letter)),
                    ('action', '=', 'transition'),
                    ('summary', '=', f'state:{letter.state}'),
                    ], order=[('id', 'DESC')], limit=1)
        if done and letter.state in letter._closed():
            return clock.local_day(done[0].at)
        return pool.get('ir.date').today()

    @staticmethod
    def agency_of(letter, day):
        return letter.agency_on(day)

    @classmethod
    def values(cls, letter):
        case = letter.case
        return {
            **person_values([p for p in letter.persons if p.role == 'sender']),
            'number': letter.outcome_number,
            # the others are dated by hand, when they are signed
            'signed_on': letter.accepted_on if case else None,
            'received_on': _date(letter.received_on),
            'kind': letter.kind_string.lower(),
            'kind_title': letter.kind_string,
            'subject': letter.subject,
            'accepted_on': _date(letter.accepted_on),
            'case': case and case.number,
            'case_due_on': _date(case and case.due_on),
            'grounds': '; '.join(
                f'{g.name} ({g.citation})' for g in letter.grounds),
            'unmet': '; '.join(
                f'{c.name} ({c.citation})' for c in letter.unmet),
            'proposed_to': letter.proposed_to and _full(
                _named(letter.proposed_to, cls.day_of(letter))),
            'proposal_note': letter.proposal_note,
            }


class LetterPrivacy(LetterDocument):
    "What is told of the processing of personal data, and agreed to"
    __name__ = 'complaints.letter.privacy'

    @classmethod
    def form_of(cls, letter):
        return 'privacy'


class CaseAnnex(PrintedMixin):
    "The list of the people whom a decision settles (Điều 31.3 LKN)"
    __name__ = 'complaints.case.annex'

    @classmethod
    def _execute(cls, records, header, data, action):
        title = gettext('complaints.msg_annex_title')
        titles = [
            gettext(f'complaints.msg_annex_{name}') for name in [
                'serial', 'name', 'identity', 'address', 'letter', 'note']]
        articles = []
        for case in records:
            articles.append(
                f'<article><h1>{document.escape(title)}</h1>'
                '<p class="about">' + document.escape(gettext(
                        'complaints.msg_annex_of', case=case.rec_name,
                        number=case.decision_number or document.BLANK,
                        day=_date(case.decided_on) or document.BLANK))
                + '</p>' + document.table(titles, annex_rows(case))
                + '</article>')
        return 'html', document.html(title, articles)


def annex_rows(case):
    "Return the rows of the list of people: each sender of each letter"
    rows = []
    for letter in sorted(case.letters, key=lambda le: le.id):
        for person in letter.persons:
            if person.role == 'related':
                continue
            rows.append([
                    len(rows) + 1, person.name or '',
                    person.identity_number or '', person.address or '',
                    letter.number or '', gettext(
                        'complaints.msg_annex_withdrawn',
                        day=_date(person.withdrawn_on))
                    if person.withdrawn_on else ''])
    return rows


def _date(day):
    return day.strftime('%d/%m/%Y') if day else ''


def _full(name):
    return name.replace('UBND ', 'Ủy ban nhân dân ')


def _named(agency, day):
    "Return what one calls an agency on day, with its province"
    return agency.rec_name.replace(agency.name, agency.name_on(day), 1)


def agency_values(agency, day):
    "Return what every document of day says of the agency that writes it"
    return {
        'agency': _full(agency.name_on(day)),
        'superior': ', '.join(
            _full(a.name_on(day)) for a in agency.parents_on(day)),
        'place': agency.subdivision.name if agency.subdivision else '',
        }


def person_values(persons):
    "Return what the documents say of people, as the user may see it"
    def joined(name):
        return ', '.join(filter(None, (getattr(p, name) for p in persons)))

    return {
        'persons': joined('name'), 'identity': joined('identity_number'),
        'address': joined('address')}
