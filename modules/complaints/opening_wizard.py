# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.i18n import gettext
from trytond.model import ModelView, fields
from trytond.modules.foundation import clock as time
from trytond.modules.foundation.acting import acting_user, as_server
from trytond.modules.foundation.one_record import OneRecord
from trytond.modules.foundation.reading_wizard import ReadingWizard
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.transaction import Transaction
from trytond.wizard import Button, StateTransition, StateView, Wizard

from .identity import FIELDS


class OpenStart(ModelView):
    __name__ = 'complaints.opening.start'

    rules = fields.Many2Many(
        'complaints.opening.rule', None, None, "Purposes", readonly=True)
    rule = fields.Many2One(
        'complaints.opening.rule', "Purpose", required=True,
        domain=[('id', 'in', Eval('rules', []))])
    reason = fields.Text(
        "Reason", required=True, help="Why you need to know it, in words.")
    about = fields.Text("What Follows", readonly=True)

    @fields.depends('rule')
    def on_change_with_about(self):
        if not self.rule:
            return gettext('complaints.msg_opening_on_record')
        consent = dict(self.rule.fields_get(['consent'])['consent'][
                'selection'])[self.rule.consent]
        return gettext(
            'complaints.msg_opening_about', citation=self.rule.citation,
            hours=self.rule.hours, consent=consent)


class OpenShown(ModelView):
    "What is shown of an opened identity"
    __name__ = 'complaints.opening.shown'

    text = fields.Text("Identity", readonly=True)
    original = fields.Text("As it Was Written", readonly=True)
    until = fields.Char("Open until", readonly=True)


class OpenSaid(ModelView):
    __name__ = 'complaints.opening.said'

    text = fields.Text("Answer", readonly=True)


class Open(OneRecord, ReadingWizard, Wizard):
    "Ask for an identity, and see it where it is open"
    __name__ = 'complaints.opening.open'
    _readable = frozenset(['complaints.letter'])
    start_state = 'choose'

    choose = StateTransition()
    start = StateView('complaints.opening.start',
        'complaints.opening_start_view_form', [
            Button("Cancel", 'end', 'tryton-cancel'),
            Button("Ask", 'ask', 'tryton-ok', default=True),
            ])
    ask = StateTransition()
    shown = StateView('complaints.opening.shown',
        'complaints.opening_shown_view_form', [
            Button("Close", 'end', 'tryton-close', default=True),
            ])
    said = StateView('complaints.opening.said',
        'complaints.opening_said_view_form', [
            Button("Close", 'end', 'tryton-close', default=True),
            ])

    def transition_choose(self):
        Opening = Pool().get('complaints.opening')
        user = acting_user()
        if Opening.may_see(self.record, user):
            return 'shown'
        with as_server("one's own requests"):
            record = self.model(self.record.id)
            waiting = Opening.search([
                    ('requested_by', '=', user),
                    ('state', '=', 'requested'),
                    (Opening.place_field(record.__name__), '=', record.id)])
            rules = Opening.rules_for(record, user)
        if waiting:
            return 'said'
        if not rules:
            # not an error: what was tried stays on record
            Opening.ask(self.record, None, None)
            return 'said'
        return 'start'

    def default_start(self, fields):
        Opening = Pool().get('complaints.opening')
        with as_server("rules_for() says who may ask for what"):
            rules = Opening.rules_for(
                self.model(self.record.id), acting_user())
        return {
            'rules': [r.id for r in rules],
            # the first one asks for the least
            'rule': rules[0].id,
            }

    def transition_ask(self):
        Opening = Pool().get('complaints.opening')
        opening = Opening.ask(
            self.record, self.start.rule, self.start.reason)
        return 'shown' if opening.state == 'granted' else 'said'

    def default_shown(self, fields):
        pool = Pool()
        Identity = pool.get('complaints.identity')
        Opening = pool.get('complaints.opening')
        Original = pool.get('complaints.original')
        user = Transaction().user
        with as_server("disclose() and is_seen_by() say what is shown"):
            record = self.model(self.record.id)
            persons = list(record.persons)
            values = Identity.disclose(persons, FIELDS)
            opening = Opening.current([record], user).get(record.id)
            originals = Original.read_texts([str(record)]).get(
                str(record), {}) if record.is_seen_by(user) else {}
            Person = pool.get(record.__class__.persons.model_name)
            labels = Person.fields_get([*FIELDS, 'role'])
            roles = dict(labels['role']['selection'])
            lines = []
            for person in persons:
                lines.append(roles[person.role])
                lines += [
                    f"  {labels[name]['string']}: {self._said(name, value)}"
                    for name in FIELDS
                    if (value := values[name][person.id])]
        return {
            'text': '\n'.join(lines),
            'original': '\n\n'.join(originals.values()),
            'until': (
                opening.open_until.replace(tzinfo=time.dt.UTC).astimezone(
                    time.TIMEZONE).strftime('%d/%m/%Y %H:%M')
                if opening else None),
            }

    @staticmethod
    def _said(name, value):
        if name == 'subdivision':
            return Pool().get('country.subdivision')(value).rec_name
        return value

    def default_said(self, fields):
        Opening = Pool().get('complaints.opening')
        place = Opening.place_field(self.model.__name__)
        with as_server("one's own requests"):
            opening, = Opening.search([
                    ('requested_by', '=', acting_user()),
                    (place, '=', self.record.id),
                    ], order=[('id', 'DESC')], limit=1)
            return {'text': gettext(
                    f'complaints.msg_opening_is_{opening.state}',
                    number=self.record.rec_name,
                    agency=opening.decided_in.rec_name
                    if opening.decided_in else '–')}

    def end(self):
        return 'reload'
