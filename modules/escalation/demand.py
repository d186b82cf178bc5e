# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a superior asks of an agency that is late: to hurry, or to report.

Drafted by a rule or by hand, sent by a person, answered by the agency; each of
the two has a time limit of its own.
"""
from trytond.i18n import gettext
from trytond.model import Index, ModelSQL, ModelView, Workflow, fields
from trytond.modules.audit.audited import AuditedMixin
from trytond.modules.complaints.forms import (
    OfficialDocument, agency_values)
from trytond.modules.deadlines.clocked import ClockedMixin, urgency_visual
from trytond.modules.foundation.acting import SERVER, acting_user, as_server
from trytond.modules.foundation.locked import Lock, LockedMixin
from trytond.modules.foundation.reading_wizard import ReadingWizard
from trytond.modules.routing.accused import letters_of
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.transaction import Transaction
from trytond.wizard import Button, StateAction, StateView, Wizard

from .exceptions import DemandError

KINDS = [
    ('urge', "Urging Letter"),
    ('report', "Request for a Report"),
    ]
# The time limits: to send it, and to answer it
_TO_SEND = {'report': 'TC-14', 'urge': 'DV-04'}
_TO_ANSWER = {'report': 'TC-15', 'urge': 'DV-04'}
_DRAFT = {'readonly': Eval('state') != 'draft'}
_SENT = {
    'readonly': Eval('state') != 'sent',
    'invisible': Eval('state') == 'draft',
    }


class Demand(
        LockedMixin, ClockedMixin, AuditedMixin, Workflow, ModelSQL,
        ModelView):
    __name__ = 'escalation.demand'
    _audit_skip = frozenset(['due_on', 'warn_on', 'documented'])
    # what is said of a matter must be erasable, and an entry is not
    _audit_secret = frozenset(['text', 'answer'])

    kind = fields.Selection(
        KINDS, "Kind", required=True, sort=False, readonly=True)
    letter = fields.Many2One(
        'complaints.letter', "Letter", readonly=True, ondelete='RESTRICT')
    case = fields.Many2One(
        'complaints.case', "Case", readonly=True, ondelete='RESTRICT')
    sender = fields.Many2One(
        'agencies.agency', "From", required=True, readonly=True,
        ondelete='RESTRICT')
    agency = fields.Many2One(
        'agencies.agency', "To", required=True, readonly=True,
        ondelete='RESTRICT')
    rule = fields.Many2One(
        'escalation.rule', "Rule", readonly=True,
        ondelete='RESTRICT')
    number = fields.Char("Document Number", states=_DRAFT)
    text = fields.Text("Text", required=True, states=_DRAFT)
    drafted_on = fields.Date("Drafted on", required=True, readonly=True)
    sent_on = fields.Date("Sent on", readonly=True)
    sent_by = fields.Many2One(
        'res.user', "Sent by", readonly=True, ondelete='RESTRICT')
    answer_number = fields.Char("Number of the Answer", states=_SENT)
    answer = fields.Text("Answer", states=_SENT)
    answered_on = fields.Date("Answered on", readonly=True)
    answered_by = fields.Many2One(
        'res.user', "Answered by", readonly=True, ondelete='RESTRICT')
    state = fields.Selection([
            ('draft', "Draft"),
            ('sent', "Sent"),
            ('answered', "Answered"),
            ('closed', "Closed"),
            ('withdrawn', "Withdrawn"),
            ], "State", required=True, readonly=True, sort=False)
    state_string = state.translated('state')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_indexes.update({
                Index(
                    table, (table.agency, Index.Equality()),
                    (table.drafted_on, Index.Range(order='DESC'))),
                Index(
                    table, (table.sender, Index.Equality()),
                    (table.drafted_on, Index.Range(order='DESC'))),
                Index(table, (table.letter, Index.Equality())),
                Index(table, (table.case, Index.Equality())),
                })
        cls._order = [('drafted_on', 'DESC'), ('id', 'DESC')]
        cls._transitions |= {
            ('draft', 'sent'), ('draft', 'withdrawn'), ('sent', 'answered'),
            ('answered', 'closed'), ('sent', 'withdrawn')}
        for name, icon, states in [
                ('send', 'tryton-email', ['draft']),
                ('send_answer', 'tryton-forward', ['sent']),
                ('close', 'tryton-archive', ['answered']),
                ('withdraw', 'tryton-cancel', ['draft', 'sent'])]:
            cls._buttons[name] = {
                'invisible': ~Eval('state').in_(states),
                'icon': icon,
                'depends': ['state'],
                }

    @staticmethod
    def default_state():
        return 'draft'

    @classmethod
    def get_rec_name(cls, demands, name):
        with as_server("who sees a demand sees the number of its matter"):
            return {
                d.id: d.matter.rec_name
                for d in cls.browse([d.id for d in demands])}

    @classmethod
    def search_rec_name(cls, name, clause):
        return ['OR',
            ('letter.number', *clause[1:]), ('case.number', *clause[1:]),
            ('number', *clause[1:])]

    @classmethod
    def view_attributes(cls):
        return super().view_attributes() + urgency_visual(
            Eval('state').in_(['closed', 'withdrawn']))

    @property
    def matter(self):
        return self.case or self.letter

    @property
    def responsible(self):
        "Who has to act: to send the draft, or to answer what was sent"
        return self.sender if self.state == 'draft' else self.agency

    # Locks

    _lock = Lock(
        DemandError, 'escalation.msg_demand_locked',
        asks={
            'number': 'check_sender', 'text': 'check_sender',
            'answer': 'check_addressee', 'answer_number': 'check_addressee'},
        writes={
            'draft': {'number', 'text'},
            'sent': {'answer', 'answer_number'}},
        binds={'delete'})

    def check_sender(self):
        "Raise RoleError unless the user speaks for who demands"
        Pool().get('res.user').check_overseer(self.sender)

    def check_addressee(self):
        User = Pool().get('res.user')
        User.check_role(self.agency, 'leader', 'handler')

    @classmethod
    def copy(cls, demands, default=None):
        if not demands:
            return []
        raise DemandError(gettext('escalation.msg_demand_locked'))

    # How it goes

    @staticmethod
    def senders_for(agency):
        "Return the agencies above one in whose name the user may demand"
        User = Pool().get('res.user')
        return [a for a in agency.superiors() if User.oversees(a)]

    @classmethod
    def sender_for(cls, agency):
        "Return the nearest of them, None where there is none"
        return next(iter(cls.senders_for(agency)), None)

    @classmethod
    def draft(cls, record, sender, kind, rule=None):
        """Return a new draft about a record, or the one that is open already

        None for what is about no letter and no case."""
        return cls.draft_all([(record, sender, kind, rule)])[0]

    @classmethod
    def draft_all(cls, wanted):
        """Return for each a new draft, or the one that is open already

        wanted -- a list of (record, agency that sends it, kind, rule)

        None for what is about no letter and no case, and where there is
        nobody above to send it."""
        Clock = Pool().get('deadlines.clock')
        today = Pool().get('ir.date').today()
        with as_server(
                "a draft is nobody's until somebody signs it", SERVER):
            keys = [cls._key(record, sender, kind)
                for record, sender, kind, _ in wanted]
            known = cls._open({k for k in keys if k})
            rules = {}
            for key, (*_, rule) in zip(keys, wanted, strict=True):
                if key and key not in known:
                    rules.setdefault(key, rule)
            created = cls.create([
                    cls._drafted(*key, rule, today)
                    for key, rule in rules.items()])
            known.update(zip(rules, created, strict=True))
            Clock.start([(d, d._code(_TO_SEND), today) for d in created])
        return [
            known[key] if key else cls._itself(record)
            for key, (record, *_) in zip(keys, wanted, strict=True)]

    @classmethod
    def _itself(cls, record):
        "Return a record that is a demand, and waits for somebody"
        if record.__name__ == cls.__name__ and record.state in {
                'draft', 'sent'}:
            return record

    @classmethod
    def _key(cls, record, sender, kind):
        "Return what a demand is about, who sends it and its kind, or None"
        if record.__name__ == cls.__name__:
            return None
        place = 'case' if record.__name__ == 'complaints.case' else 'letter'
        matter = record
        if place == 'letter' and record.__name__ != 'complaints.letter':
            letters = letters_of(record)
            if not letters:
                return None
            matter = letters[0]
        if not sender or sender == matter.agency:
            return None
        return place, matter, sender, kind

    @classmethod
    def _open(cls, keys):
        "Return {key: the demand that is open already}"
        if not keys:
            return {}
        found = {}
        for demand in cls.search([
                    ('state', 'in', ['draft', 'sent']),
                    ['OR', *(
                            (place, 'in', [
                                    k[1].id for k in keys if k[0] == place])
                            for place in ['letter', 'case'])]]):
            for place in ['letter', 'case']:
                matter = getattr(demand, place)
                if matter:
                    found.setdefault(
                        (place, matter, demand.sender, demand.kind), demand)
        return {key: found[key] for key in keys if key in found}

    @classmethod
    def _drafted(cls, place, matter, sender, kind, rule, today):
        "Return the values of a new draft"
        with Transaction().set_context(language='vi'):
            text = gettext(
                f'escalation.msg_demand_{kind}', number=matter.rec_name,
                agency=matter.agency.rec_name,
                day=matter.due_on.strftime('%d/%m/%Y')
                if matter.due_on else '–')
        return {
            'kind': kind, place: matter.id, 'sender': sender.id,
            'agency': matter.agency.id, 'text': text,
            'rule': rule.id if rule else None, 'drafted_on': today}

    def _code(self, codes):
        "Return the time limit, that of a denunciation where it is one"
        denounces = any(
            le.kind == 'denunciation' for le in letters_of(self.matter))
        return codes[self.kind if denounces else 'urge']

    @classmethod
    @ModelView.button
    @Workflow.transition('sent')
    def send(cls, demands):
        Clock = Pool().get('deadlines.clock')
        today = Pool().get('ir.date').today()
        for demand in demands:
            demand.check_sender()
            if not demand.number:
                raise DemandError(gettext(
                        'escalation.msg_demand_number',
                        demand=demand.rec_name))
        with as_server("who may send it is checked above"):
            demands = cls.browse([d.id for d in demands])
            for demand in demands:
                demand.sent_on = today
                demand.sent_by = acting_user()
            cls.save(demands)
            Clock.stop(demands, None, today)
            Clock.start([
                    (d, d._code(_TO_ANSWER), today) for d in demands])
            for demand in demands:
                demand.agency.notify_role(
                    ['leader', 'handler'], 'escalation.msg_demand_notice',
                    demand.matter, number=demand.rec_name,
                    agency=demand.sender.rec_name)

    @classmethod
    @ModelView.button
    @Workflow.transition('answered')
    def send_answer(cls, demands):
        Clock = Pool().get('deadlines.clock')
        today = Pool().get('ir.date').today()
        for demand in demands:
            demand.check_addressee()
            if not (demand.answer or '').strip():
                raise DemandError(gettext(
                        'escalation.msg_answer_missing',
                        escalation=demand.rec_name))
        with as_server("who may answer is checked above"):
            demands = cls.browse([d.id for d in demands])
            for demand in demands:
                demand.answered_on = today
                demand.answered_by = acting_user()
            cls.save(demands)
            Clock.stop(demands, None, today)
            for demand in demands:
                demand.sender.notify_role(
                    ['supervisor', 'leader'], 'escalation.msg_answer_notice',
                    demand.matter, number=demand.rec_name)

    @classmethod
    @ModelView.button
    @Workflow.transition('closed')
    def close(cls, demands):
        for demand in demands:
            demand.check_sender()

    @classmethod
    @ModelView.button
    @Workflow.transition('withdrawn')
    def withdraw(cls, demands):
        Clock = Pool().get('deadlines.clock')
        today = Pool().get('ir.date').today()
        for demand in demands:
            demand.check_sender()
        with as_server("check_sender() says who may withdraw"):
            Clock.stop(demands, None, today, 'cancelled')


class DemandDocument(OfficialDocument):
    "The urging letter, or the request for a report, to print"
    __name__ = 'escalation.demand.document'
    _of = 'demand'

    @classmethod
    def form_of(cls, demand):
        return demand.kind

    @classmethod
    def day_of(cls, demand):
        return demand.sent_on or Pool().get('ir.date').today()

    @staticmethod
    def agency_of(demand, day):
        return demand.sender

    @classmethod
    def values(cls, demand):
        day = cls.day_of(demand)
        return {
            'number': demand.number,
            'signed_on': demand.sent_on,
            'addressee': agency_values(demand.agency, day)['agency'],
            'matter': demand.rec_name,
            'text': demand.text,
            'answer_by': (
                demand.due_on.strftime('%d/%m/%Y')
                if demand.state == 'sent' and demand.due_on else ''),
            }


class MakeStart(ModelView):
    __name__ = 'escalation.demand.make.start'

    kind = fields.Selection(KINDS, "Kind", required=True, sort=False)
    sender = fields.Many2One(
        'agencies.agency', "From", required=True,
        domain=[('id', 'in', Eval('senders', []))])
    senders = fields.Many2Many(
        'agencies.agency', None, None, "Agencies above", readonly=True)


class Make(ReadingWizard, Wizard):
    "Urge an agency, or ask it for a report"
    __name__ = 'escalation.demand.make'
    _readable = frozenset(['complaints.letter', 'complaints.case'])

    start = StateView('escalation.demand.make.start',
        'escalation.demand_make_start_view_form', [
            Button("Cancel", 'end', 'tryton-cancel'),
            Button("Draft", 'make', 'tryton-ok', default=True),
            ])
    make = StateAction('escalation.act_demand_form')

    def default_start(self, fields):
        Demand = Pool().get('escalation.demand')
        with as_server("who may demand something is above the user"):
            senders = [
                a.id for a in Demand.senders_for(self.record.agency)]
        return {
            'kind': 'urge', 'senders': senders,
            'sender': senders[0] if senders else None}

    def do_make(self, action):
        Demand = Pool().get('escalation.demand')
        ids = []
        for record in self.records:
            sender = self.start.sender
            with as_server("who may demand something is above the user"):
                lawful = sender in Demand.senders_for(record.agency)
            if not lawful:
                raise DemandError(gettext(
                        'escalation.msg_demand_superior',
                        record=record.rec_name, agency=sender.rec_name))
            demand = Demand.draft(record, sender, self.start.kind)
            ids.append(demand.id)
        return action, {'res_id': ids}
