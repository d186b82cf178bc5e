# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""How a paper is made: its form, what it says, how it looks, kept."""

from trytond.i18n import gettext
from trytond.model import ModelView, fields
from trytond.modules.foundation.acting import acting_user, as_server
from trytond.modules.foundation.one_record import OneRecord
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.wizard import (
    Button, StateAction, StateTransition, StateView, Wizard)

from . import catalogue, facts
from .exceptions import DocumentError

# What nobody is asked for
_GIVEN = frozenset(['day', 'number', 'agency', 'superior'])


class MakeStart(ModelView):
    __name__ = 'documents.make.start'

    record = fields.Reference("Record", selection=[
            ('complaints.letter', "Letter"),
            ('complaints.case', "Case"),
            ], readonly=True)
    day = fields.Date("Day", required=True)
    forms = fields.Many2Many(
        'documents.form', None, None, "Forms", readonly=True)
    form = fields.Many2One(
        'documents.form', "Form", required=True,
        domain=[('id', 'in', Eval('forms', []))])
    signers = fields.Many2Many(
        'res.user', None, None, "Signers", readonly=True)
    signer = fields.Many2One(
        'res.user', "Signer", domain=[('id', 'in', Eval('signers', []))])

    @fields.depends('record', 'day', 'form', 'forms')
    def on_change_day(self):
        if self.record and self.day:
            self.forms = Pool().get('documents.form').offered(
                self.record, self.day)
            if self.form not in self.forms:
                self.form = None


class MakeFacts(ModelView):
    __name__ = 'documents.make.facts'

    form = fields.Many2One('documents.form', "Form", readonly=True)
    facts = fields.One2Many('documents.make.fact', None, "What It Says")


class MakeFact(ModelView):
    __name__ = 'documents.make.fact'

    name = fields.Char("Code", readonly=True)
    label = fields.Char("Item", readonly=True)
    value = fields.Text("Text")


class MakePreview(ModelView):
    __name__ = 'documents.make.preview'

    file = fields.Binary("File", filename='file_name', readonly=True)
    file_name = fields.Char("File Name", readonly=True)


class Make(OneRecord, Wizard):
    "Make an official paper"
    __name__ = 'documents.make'

    start = StateView('documents.make.start',
        'documents.make_start_view_form', [
            Button("Cancel", 'end', 'tryton-cancel'),
            Button("Continue", 'facts', 'tryton-forward', default=True),
            ])
    facts = StateView('documents.make.facts',
        'documents.make_facts_view_form', [
            Button("Cancel", 'end', 'tryton-cancel'),
            Button("Back", 'start', 'tryton-back'),
            Button("Preview", 'preview', 'tryton-search', default=True),
            ])
    preview = StateView('documents.make.preview',
        'documents.make_preview_view_form', [
            Button("Cancel", 'end', 'tryton-cancel'),
            Button("Back", 'again', 'tryton-back'),
            Button("Keep", 'keep', 'tryton-save', default=True),
            ])
    again = StateTransition()
    keep = StateTransition()
    open_ = StateAction('documents.act_document_form')

    def default_start(self, fields):
        pool = Pool()
        record = self.record
        record.check_worker()
        day = pool.get('ir.date').today()
        forms = pool.get('documents.form').offered(record, day)
        if not forms:
            raise DocumentError(gettext(
                    'documents.msg_no_form', record=record.rec_name,
                    state=record.state_string))
        agency = record.agency_on(day)
        with as_server("who may sign stands on each paper"):
            signers = facts.leaders(agency, day)
        started = getattr(self.start, 'form', None)
        return {
            'record': str(record), 'day': day,
            'forms': [f.id for f in forms],
            'form': started.id if started in forms
            else forms[0].id if len(forms) == 1 else None,
            'signers': [u.id for u in signers],
            'signer': signers[0].id if signers else None,
            }

    def default_facts(self, fields):
        given, names = self._given(), self._asked()
        said = getattr(self.facts, 'facts', None) or []
        given.update({f.name: f.value for f in said})
        return {
            'form': self.start.form.id,
            'facts': [{
                    'name': name, 'label': catalogue.label(name),
                    'value': given.get(name)}
                for name in catalogue.fields() if name in names],
            }

    def _asked(self):
        "Return the names of the fields that somebody is asked for"
        form = self.start.form.plain()
        names = catalogue.asked(form) - _GIVEN
        if not catalogue.may_name(form, self.record.is_secret):
            names -= catalogue.secret_fields()
        return names

    def _check_start(self):
        "Raise DocumentError for what was not offered"
        start, record = self.start, self.record
        with as_server("who may sign stands on each paper"):
            signers = facts.leaders(record.agency_on(start.day), start.day)
        Form = Pool().get('documents.form')
        if (start.form not in Form.offered(record, start.day)
                or start.signer and start.signer not in signers):
            raise DocumentError(gettext(
                    'documents.msg_not_offered', form=start.form.rec_name,
                    record=record.rec_name))

    def _given(self):
        self._check_start()
        start, record = self.start, self.record
        values = facts.of_record(record, start.day)
        if start.signer:
            values.update(facts.of_signer(
                    start.signer, record.agency_on(start.day), start.day))
        return values

    def values(self):
        """Return {field: text} of what the paper says

        What somebody has written here is cut as everything he writes beside
        a secret matter."""
        record, form = self.record, self.start.form.plain()
        given = self._given()
        values = {n: given[n] for n in _GIVEN if given.get(n)}
        known = (
            record.known_persons(acting_user()) if record.is_secret
            and not catalogue.may_name(form, True) else [])
        Identity, names = Pool().get('complaints.identity'), self._asked()
        for fact in self.facts.facts:
            if fact.name not in names:
                continue
            value = (fact.value or '').strip()
            if known and value != given.get(fact.name):
                with as_server("what names people is cut out"):
                    value = Identity.redact(known, value)
            if catalogue.fields()[fact.name].get('list'):
                value = list(filter(None, map(str.strip, value.splitlines())))
            values[fact.name] = value
        return values

    def default_preview(self, fields):
        start = self.start
        data = Pool().get('documents.document').drawn(
            start.form, self.values(), self.record.is_secret, start.day)
        return {'file': data, 'file_name': 'xem-truoc.pdf'}

    def transition_again(self):
        return 'facts'

    def transition_keep(self):
        start = self.start
        self.document = Pool().get('documents.document').draft(
            self.record, start.form, self.values(), start.day, start.signer)
        return 'open_'

    def do_open_(self, action):
        # the paper itself, not the list of one
        action['views'].reverse()
        return action, {'res_id': [self.document.id]}


class SignStart(ModelView):
    __name__ = 'documents.sign.start'

    document = fields.Many2One(
        'documents.document', "Document", readonly=True)
    day = fields.Date("Day", required=True)
    number = fields.Char(
        "Number",
        help="As the register of the office has it; empty: the next number "
        "of this type of papers.")


class Sign(OneRecord, Wizard):
    "Sign and number a paper"
    __name__ = 'documents.sign'

    start = StateView('documents.sign.start',
        'documents.sign_start_view_form', [
            Button("Cancel", 'end', 'tryton-cancel'),
            Button("Sign and Number", 'sign', 'tryton-ok', default=True),
            ])
    sign = StateTransition()

    def default_start(self, fields):
        return {
            'document': self.record.id,
            'day': Pool().get('ir.date').today()}

    def transition_sign(self):
        self.record.put_number(
            self.start.day, (self.start.number or '').strip() or None)
        return 'end'

    def end(self):
        return 'reload'
