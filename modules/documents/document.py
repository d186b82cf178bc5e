# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The official papers of a matter: drafted, signed and numbered, sent.

The words of a paper are in its file alone, an attachment of its matter: what
may name who denounces is sealed there as everything that is attached.  With
the PDF goes its record (pdf.RECORD), from which the draft in Word and the
paper with its number are drawn.  What was signed stays as it is.
"""
import datetime as dt
import hashlib
import re

from trytond.i18n import gettext
from trytond.model import Index, ModelSQL, ModelView, Workflow, fields
from trytond.model.exceptions import AccessError
from trytond.modules.audit.audited import AuditedMixin
from trytond.modules.foundation import clock
from trytond.modules.foundation.acting import SERVER, acting_user, as_server
from trytond.modules.foundation.locked import Lock, LockedMixin
from trytond.modules.foundation.text import fold
from trytond.pool import Pool
from trytond.pyson import Eval

from . import catalogue, pdf
from .exceptions import DocumentError
from .paper import FormError, MissingFacts

_DAY = re.compile(r'\d{4}-\d{2}-\d{2}')


class Document(
        LockedMixin, AuditedMixin, Workflow, ModelSQL, ModelView):
    "An official paper of a letter or a case (văn bản)"
    __name__ = 'documents.document'
    _rec_name = 'name'
    _lock = Lock(
        AccessError, 'documents.msg_document_fixed',
        asks='check_worker', removes={'draft'}, binds={'delete'})

    agency = fields.Many2One(
        'agencies.agency', "Agency", required=True, readonly=True,
        ondelete='RESTRICT')
    issuer = fields.Many2One(
        'agencies.agency', "Issued by", required=True, readonly=True,
        ondelete='RESTRICT',
        help="Whose paper it is, with a number of its register: the agency "
        "of then, where agencies were reorganised since.")
    letter = fields.Many2One(
        'complaints.letter', "Letter", readonly=True, ondelete='RESTRICT',
        states={'invisible': ~Eval('letter')})
    case = fields.Many2One(
        'complaints.case', "Case", readonly=True, ondelete='RESTRICT',
        states={'invisible': ~Eval('case')})
    form = fields.Many2One(
        'documents.form', "Form", required=True, readonly=True,
        ondelete='RESTRICT')
    name = fields.Char("Name", required=True, readonly=True)
    day = fields.Date("Day", required=True, readonly=True)
    number = fields.Char("Number", readonly=True)
    signer = fields.Many2One(
        'res.user', "Signer", readonly=True, ondelete='RESTRICT')
    drafted_by = fields.Many2One(
        'res.user', "Drafted by", readonly=True, ondelete='RESTRICT')
    signed_on = fields.Date("Signed on", readonly=True)
    sent_on = fields.Date("Sent on", readonly=True)
    attachment = fields.Many2One(
        'ir.attachment', "Attachment", readonly=True, ondelete='SET NULL')
    digest = fields.Char("Digest (SHA-256)", readonly=True)
    file = fields.Function(
        fields.Binary("File", filename='file_name'), 'get_file')
    file_name = fields.Function(fields.Char("File Name"), 'get_file_name')
    state = fields.Selection([
            ('draft', "Draft"),
            ('signed', "Signed"),
            ('sent', "Sent"),
            ], "State", required=True, readonly=True, sort=False)
    state_string = state.translated('state')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_indexes.update({
                Index(
                    table, (table.agency, Index.Equality()),
                    (table.day, Index.Range(order='DESC'))),
                Index(
                    table, (table.issuer, Index.Equality()),
                    (table.number, Index.Equality())),
                Index(table, (table.letter, Index.Equality())),
                Index(table, (table.case, Index.Equality())),
                Index(table, (table.attachment, Index.Equality())),
                })
        cls._order = [('day', 'DESC'), ('id', 'DESC')]
        cls._transitions |= {('draft', 'signed'), ('signed', 'sent')}
        cls._buttons['sign'] = {
            'invisible': Eval('state') != 'draft',
            'icon': 'tryton-ok', 'depends': ['state'],
            }
        cls._buttons['send'] = {
            'invisible': Eval('state') != 'signed',
            'icon': 'tryton-email', 'depends': ['state'],
            }

    @staticmethod
    def default_state():
        return 'draft'

    @classmethod
    def _locked_always(cls):
        return set(cls._fields) - {'id'}

    @property
    def matter(self):
        return self.case or self.letter

    def check_worker(self):
        self.matter.check_worker()

    # Its file

    def get_file(self, name):
        if not self.attachment:
            return None
        # as the user may see it: the attachment of another matter is none
        with_data, = Pool().get('ir.attachment').browse([self.attachment.id])
        return with_data.data

    def get_file_name(self, name):
        return f'{self.file_stem()}.pdf'

    def file_stem(self):
        "Return what the file is called: it names nobody"
        return re.sub(r'[^\w-]+', '-', '-'.join(filter(None, [
                        self.form.code, self.number or str(self.id)])))

    def record(self):
        """Return what the file says, to be read by machines

        Raises DocumentError where the user may not see it."""
        data = self.file
        if not data:
            raise DocumentError(gettext(
                    'documents.msg_document_closed', document=self.rec_name))
        return pdf.read_record(bytes(data))

    @classmethod
    def composed(cls, form, values, is_secret, **more):
        """Return the paper of a form, raise DocumentError

        values -- {field: text}"""
        values = {**_read_days(values), **more}
        try:
            return catalogue.compose(form.plain(), values, is_secret)
        except MissingFacts as missing:
            raise DocumentError(gettext(
                    'documents.msg_missing', form=form.rec_name,
                    fields='; '.join(map(catalogue.label, missing.names)))
                ) from None
        except FormError as error:
            raise DocumentError(gettext(
                    'documents.msg_form', form=form.rec_name,
                    error=str(error))) from None

    @classmethod
    def drawn(cls, form, values, is_secret, day, number=None):
        "Return the PDF of a paper, raise DocumentError"
        paper = cls.composed(form, values, is_secret, day=day, number=number)
        asked = catalogue.asked(form.plain())
        kept = {
            name: value for name, value in catalogue.allowed(
                form.plain(), values, is_secret).items()
            if name in asked or name == 'signs_for'}
        try:
            return pdf.render(paper, {
                    'form': form.code, 'valid_from': str(form.valid_from),
                    'values': {**kept, 'day': str(day), 'number': number}},
                clock.utcnow().replace(microsecond=0))
        except pdf.PrintingUnavailable as error:
            raise DocumentError(gettext(
                    'documents.msg_printing', error=str(error))) from None

    # Its life

    @classmethod
    def draft(cls, matter, form, values, day, signer=None):
        """Keep the draft of a paper, and return it

        matter -- a letter or a case
        values -- {field: text}

        Raises DocumentError, RoleError."""
        matter.check_worker()
        data = cls.drawn(form, values, matter.is_secret, day)
        place = matter.__name__.removeprefix('complaints.')
        with as_server("check_worker() says who may draft"):
            document, = cls.create([{
                        'agency': matter.agency.id,
                        'issuer': matter.agency_on(day).id,
                        place: matter.id,
                        'form': form.id,
                        'name': form.name,
                        'day': day,
                        'signer': signer.id if signer else None,
                        'drafted_by': acting_user(),
                        }])
            document.keep(data)
        return document

    def keep(self, data):
        "Let data be the file, in place of that of the draft"
        Attachment = Pool().get('ir.attachment')
        former = self.attachment
        matter = self.matter
        attachment, = Attachment.create([{
                    'name': f'{self.file_stem()}.pdf',
                    'resource': str(matter),
                    'data': data,
                    # what may name nobody is read by who works on it
                    'working_copy': not catalogue.may_name(
                        self.form.plain(), matter.is_secret),
                    }])
        self.__class__.write([self], {
                'attachment': attachment.id,
                'digest': hashlib.sha256(data).hexdigest()})
        if former:
            Attachment.delete([former])

    @classmethod
    def delete(cls, documents):
        attachments = [d.attachment for d in documents if d.attachment]
        super().delete(documents)
        if attachments:
            with as_server("who may delete a draft was asked before"):
                Attachment = Pool().get('ir.attachment')
                Attachment.delete(
                    Attachment.browse([a.id for a in attachments]))

    @classmethod
    @ModelView.button_action('documents.wizard_sign')
    def sign(cls, documents):
        pass

    def put_number(self, day, number=None):
        """Sign a draft: it gets its day, its number, and stays as it is

        number -- that of the register of the office; None: the next one

        Raises DocumentError, RoleError."""
        self.check_worker()
        if self.state != 'draft':
            raise DocumentError(gettext(
                    'documents.msg_not_draft', document=self.rec_name))
        self._check_signing(day)
        form = self.form.plain()
        with as_server("check_worker() says who may sign", SERVER):
            document = self.__class__(self.id)
            values = pdf.read_record(
                bytes(document.attachment.data))['values']
            sign = None
            if form.get('sign'):
                sign = document.composed(
                    document.form, values, document.matter.is_secret,
                    day=day, number='0').number.partition('/')[2]
                document.hold_numbers(sign, day)
                if number and document.is_taken(f'{number}/{sign}', day):
                    raise DocumentError(gettext(
                            'documents.msg_number_taken', number=number))
                number = number or document.next_serial(sign, day)
            data = document.drawn(
                document.form, values, document.matter.is_secret, day,
                number if sign else None)
            document.keep(data)
            self.__class__.write([document], {
                    'state': 'signed', 'day': day, 'signed_on': day,
                    'number': f'{number}/{sign}' if sign else None})

    def _check_signing(self, day):
        if self.matter.agency_on(day) != self.issuer:
            # its head and its sign are those of another agency
            raise DocumentError(gettext(
                    'documents.msg_other_agency', document=self.rec_name,
                    agency=self.issuer.rec_name))
        if not self.form.valid_on(day):
            raise DocumentError(gettext(
                    'documents.msg_form_day', form=self.form.rec_name,
                    day=day.strftime('%d/%m/%Y')))
        if day > Pool().get('ir.date').today():
            raise DocumentError(gettext(
                    'documents.msg_day_future',
                    day=day.strftime('%d/%m/%Y')))

    def _counter(self, sign, day):
        "Return the key of the counter of papers of this type"
        kind = 'V' + (fold(sign.partition('-')[0]).upper() if '-' in sign
            else 'CV')[:2]
        return self.issuer.id, kind, day.year

    def hold_numbers(self, sign, day):
        "Let nobody else give a number of this type until this one is given"
        Pool().get('complaints.counter').take_all(
            {self._counter(sign, day): 0},
            {self.issuer.id: self.issuer.code})

    def next_serial(self, sign, day):
        "Return the next number of papers of this type, of its agency and year"
        key = self._counter(sign, day)
        numbers = Pool().get('complaints.counter').take_all(
            {key: 1}, {self.issuer.id: self.issuer.code})
        serial = int(next(numbers[key]).rsplit('-', 2)[1])
        if self.is_taken(f'{serial:02}/{sign}', day):
            # the register of the office has given it
            return self.next_serial(sign, day)
        return f'{serial:02}'

    def is_taken(self, number, day):
        "Tell if a paper of its agency and year has the number"
        return bool(self.search([
                    ('issuer', '=', self.issuer.id), ('number', '=', number),
                    ('day', '>=', day.replace(month=1, day=1)),
                    ('day', '<=', day.replace(month=12, day=31))], limit=1))

    @classmethod
    @ModelView.button
    @Workflow.transition('sent')
    def send(cls, documents):
        for document in documents:
            document.check_worker()
        with as_server("check_worker() says who may send"):
            cls.write(documents, {'sent_on': Pool().get('ir.date').today()})


def _read_days(values):
    "Return the values with the days that JSON has made texts of"
    return {
        name: dt.date.fromisoformat(value)
        if isinstance(value, str) and _DAY.fullmatch(value) else value
        for name, value in values.items()}
