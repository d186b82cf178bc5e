# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from sql import Null
from trytond.i18n import gettext
from trytond.model import Index, ModelSQL, ModelView, Workflow, fields
from trytond.modules.audit.audited import AuditedMixin
from trytond.modules.deadlines.doubt import mark_field
from trytond.modules.foundation import clock as time
from trytond.modules.foundation.acting import acting_user, as_server
from trytond.modules.foundation.in_sets import InSetsMixin
from trytond.modules.foundation.locked import Lock, LockedMixin
from trytond.modules.routing.accused import letters_of
from trytond.pool import Pool
from trytond.pyson import Eval, If

from .exceptions import (
    AnswerMissingError, DemandError, EscalationAccessError, TakeOverError)
from .rights import UNANSWERED, EscalationRightsMixin

# The field for each model that can be late
_PLACES = {
    'complaints.letter': 'letter',
    'complaints.case': 'case',
    'reception.reception': 'reception',
    'routing.transfer': 'transfer',
    'routing.dispute': 'dispute',
    'escalation.demand': 'demand',
    }
GAPS = [
    (None, ""),
    ('no_superior', "The Agency Has no Superior"),
    ('no_supervisor', "No Supervisor There"),
    ('no_leader', "No Leader There"),
    ('no_handler', "No Handler There"),
    ('no_clerk', "No Clerk There"),
    ('absent', "Absent, and Nobody Acts for Them"),
    ('error', "The Step Failed"),
    ('no_clock', "No Time Limit Runs"),
    ]


class Escalation(
        LockedMixin, EscalationRightsMixin, AuditedMixin, InSetsMixin,
        Workflow, ModelSQL, ModelView):
    "A delay or an event that moved up, until somebody answers for it"
    __name__ = 'escalation.escalation'
    # where steps are taken in sets: see raise_
    _covered = {
        'audit.audited.AuditedMixin.create': "_put_on_record",
        'audit.audited.AuditedMixin.write': "none is changed in sets",
        'audit.audited.AuditedMixin.delete': "none is deleted in sets",
        'audit.audited.AuditedMixin.preprocess_values':
            "nothing of it was typed",
        'escalation.escalation.Escalation.validate_fields':
            "nothing is promised when it goes up",
        }

    agency = fields.Many2One(
        'agencies.agency', "Agency", required=True, readonly=True,
        ondelete='RESTRICT', help="The agency that has to act.")
    superior = fields.Many2One(
        'agencies.agency', "Escalated to", readonly=True,
        ondelete='RESTRICT')
    rule = fields.Many2One(
        'escalation.rule', "Rule", readonly=True,
        ondelete='RESTRICT')
    letter = fields.Many2One(
        'complaints.letter', "Letter", readonly=True, ondelete='RESTRICT')
    case = fields.Many2One(
        'complaints.case', "Case", readonly=True, ondelete='RESTRICT')
    reception = fields.Many2One(
        'reception.reception', "Reception", readonly=True,
        ondelete='RESTRICT')
    transfer = fields.Many2One(
        'routing.transfer', "Transfer", readonly=True, ondelete='RESTRICT')
    dispute = fields.Many2One(
        'routing.dispute', "Dispute", readonly=True, ondelete='RESTRICT')
    demand = fields.Many2One(
        'escalation.demand', "Urging Letter or Request", readonly=True,
        ondelete='RESTRICT')
    number = fields.Function(
        fields.Char("Number"), 'get_rec_name', searcher='search_rec_name')
    subject = fields.Function(fields.Char("Summary"), 'get_subject')
    clock = fields.Many2One(
        'deadlines.clock', "Time Limit", readonly=True, ondelete='RESTRICT')
    due_on = fields.Date("Was Due on", readonly=True)
    due_mark = mark_field('get_due_mark')
    days_late = fields.Function(
        fields.Integer("Days Late"), 'get_days_late')
    raised_at = fields.DateTime("Raised at", required=True, readonly=True)
    level = fields.Integer("Level", required=True, readonly=True)
    recipients = fields.Many2Many(
        'escalation.escalation-res.user', 'escalation', 'user', "Notified",
        readonly=True)
    undelivered = fields.Selection(
        GAPS, "Could not Escalate", readonly=True, sort=False,
        states={
            'invisible': ~Eval('undelivered'),
            },
        help="What lacked, so that it did not reach whom it should.")
    offered = fields.Boolean(
        "Offered to the Superior", readonly=True, states={
            'invisible': ~Eval('offered', False),
            },
        help="The superior may take the matter over.")
    taken_as = fields.Many2One(
        'complaints.letter', "Taken over as", readonly=True,
        ondelete='RESTRICT', states={
            'invisible': ~Eval('taken_as'),
            })
    answer = fields.Text(
        "Answer",
        states={
            'readonly': ~Eval('state').in_(UNANSWERED),
            },
        help="Why it is late, and until when it will be done.")
    promised_on = fields.Date(
        "Promised by",
        states={
            'readonly': ~Eval('state').in_(UNANSWERED),
            },
        help="Until when it will be done.  Until then it does not move "
        "higher, where the rule allows that.")
    answered_by = fields.Many2One(
        'res.user', "Answered by", readonly=True, ondelete='RESTRICT')
    state = fields.Selection([
            ('open', "Open"),
            ('acknowledged', "Acknowledged"),
            ('answered', "Answered"),
            ('closed', "Closed"),
            ], "State", required=True, readonly=True, sort=False)
    state_string = state.translated('state')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_indexes.update({
                Index(
                    table, (table.agency, Index.Equality()),
                    (table.state, Index.Equality(cardinality='low')),
                    (table.raised_at, Index.Range())),
                Index(
                    table, (table.raised_at, Index.Range()),
                    where=table.state.in_(UNANSWERED)),
                Index(
                    table, (table.undelivered, Index.Equality()),
                    where=table.undelivered != Null),
                Index(table, (table.letter, Index.Equality())),
                Index(table, (table.case, Index.Equality())),
                Index(table, (table.clock, Index.Equality())),
                })
        cls._order = [('raised_at', 'DESC'), ('id', 'DESC')]
        cls._transitions |= {
            ('open', 'acknowledged'),
            ('open', 'answered'),
            ('acknowledged', 'answered'),
            ('answered', 'closed'),
            }
        unanswered = ~Eval('state').in_(UNANSWERED)
        for name, icon, right, invisible in [
                ('acknowledge', 'tryton-ok', 'may_oversee',
                    Eval('state') != 'open'),
                ('urge', 'tryton-email', 'may_urge', unanswered),
                ('send_answer', 'tryton-forward', 'may_answer', unanswered),
                ('take_over', 'tryton-import', 'may_take_over',
                    unanswered | ~Eval('offered', False)),
                ('close', 'tryton-archive', 'may_oversee',
                    Eval('state') != 'answered')]:
            cls._buttons[name] = {
                # nobody is shown what he would be refused
                'invisible': invisible | ~Eval(right, False),
                'icon': icon,
                'depends': ['state', 'offered', right],
                }
        for name in ['letter', 'case', 'reception', 'transfer', 'dispute',
                'demand', 'clock', 'due_on', 'days_late']:
            # each is about one of them
            getattr(cls, name).states = {'invisible': ~Eval(name)}

    @staticmethod
    def default_state():
        return 'open'

    def get_rec_name(self, name):
        record = self.record
        return record.rec_name if record else str(self.id)

    @classmethod
    def search_rec_name(cls, name, clause):
        _, operator, *rest = clause
        bool_op = 'AND' if operator.startswith(('!', 'not ')) else 'OR'
        return [bool_op,
            ('letter.number', operator, *rest),
            ('case.number', operator, *rest),
            ('reception.number', operator, *rest),
            ]

    @classmethod
    def view_attributes(cls):
        return super().view_attributes() + [
            ('/tree', 'visual', If(Eval('state') == 'closed', 'muted', '')),
            ('/tree/field[@name="days_late"]', 'visual',
                If(Eval('state').in_(['closed', 'answered']), '',
                    # a reminder is no delay
                    If(Eval('days_late', 0) > 0, 'danger', ''))),
            ]

    @classmethod
    def get_subject(cls, escalations, name):
        with as_server("who sees an escalation sees what it is about"):
            result = {}
            for escalation in cls.browse([e.id for e in escalations]):
                record = escalation.record
                if record and not hasattr(record, 'subject'):
                    letters = letters_of(record)
                    record = letters[0] if letters else None
                result[escalation.id] = record.subject if record else None
            return result

    @classmethod
    def get_days_late(cls, escalations, name):
        today = Pool().get('ir.date').today()
        result = {}
        with as_server("who sees an escalation sees how late it is"):
            for escalation in cls.browse([e.id for e in escalations]):
                days = None
                if escalation.clock and escalation.due_on:
                    end = escalation.clock.ended_on or today
                    days = max(0, (end - escalation.due_on).days)
                result[escalation.id] = days
        return result

    @classmethod
    def get_due_mark(cls, escalations, name):
        with as_server("who sees an escalation sees how late it is"):
            return {
                e.id: e.clock.due_mark if e.clock else ''
                for e in cls.browse([e.id for e in escalations])}

    # Locks

    _lock = Lock(
        EscalationAccessError, 'escalation.msg_escalation_access',
        asks='check_answer',
        writes=dict.fromkeys(UNANSWERED, {'answer', 'promised_on'}),
        binds={'delete'})

    @classmethod
    def validate_fields(cls, escalations, field_names):
        super().validate_fields(escalations, field_names)
        if 'promised_on' not in (field_names or set()):
            return
        today = Pool().get('ir.date').today()
        for escalation in escalations:
            if not escalation.promised_on:
                continue
            if escalation.promised_on < today:
                raise AnswerMissingError(gettext(
                        'escalation.msg_promise_past',
                        escalation=escalation.rec_name))
            # nobody keeps a late case quiet for long
            longest = escalation.rule and escalation.rule.promise
            if longest and (escalation.promised_on - today).days > longest:
                raise AnswerMissingError(gettext(
                        'escalation.msg_promise_long', days=longest,
                        escalation=escalation.rec_name))

    @property
    def record(self):
        "What is late, or what the event has happened to"
        return (self.transfer or self.dispute or self.case or self.letter
            or self.reception or self.demand)

    # How an escalation lives

    @classmethod
    def raise_(cls, pairs, people):
        """Create an escalation for each step, and tell

        pairs -- of an actions.Step and the chain.Reached of it
        people -- the people.People who know them

        The leaders of the agency that has to act are told as well.  Where
        somebody lacked on the way the escalation says so: it never fails
        silently."""
        now = time.utcnow()
        rows, recipients = [], []
        for step, reached in pairs:
            late = step.late
            leaders = people.without_accused(
                people.present(late.responsible, 'leader'), late.accused,
                'leader')
            rows.append({
                    'agency': late.responsible, 'superior': reached.agency,
                    'rule': step.rule.id, 'clock': step.clock,
                    'due_on': step.due_on, 'raised_at': now,
                    'level': step.level, 'state': 'open',
                    'undelivered': cls._gap(step, reached, leaders),
                    _PLACES[late.model]: late.id})
            recipients.append([
                    people.users[u] for u in dict.fromkeys(
                        [*leaders, *reached.users])])
        cls._complete(rows)
        ids = cls.insert(rows, check=False)
        Pool().get('escalation.escalation-res.user').insert([
                {'escalation': id_, 'user': user.id}
                for id_, users in zip(ids, recipients, strict=True)
                for user in users], check=False)
        cls._put_on_record(ids, rows, pairs, recipients)
        cls._notify(ids, pairs, recipients)
        return cls.browse(ids)

    @staticmethod
    def _gap(step, reached, leaders):
        "Return what lacked, so that nothing would move it further"
        if step.rule.event == 'unclocked':
            return 'no_clock'
        return reached.gap or (None if leaders else 'no_leader')

    @classmethod
    def _put_on_record(cls, ids, rows, pairs, recipients):
        "Put on record what was created, and who was told"
        entries = []
        names, formats = set(cls._audit_fields()), cls._formats()
        for id_, row, (step, _), users in zip(
                ids, rows, pairs, recipients, strict=True):
            base = {
                'resource': f'{cls.__name__},{id_}',
                'about': step.late.matter, 'agency': row['agency']}
            entries.append({
                    **base, 'action': 'create', 'changes': {
                        n: [None, formats[n](v)] for n, v in row.items()
                        if n in names and v not in (None, '')}})
            entries.append({
                    **base, 'action': 'notify',
                    'summary': ', '.join(u.login for u in users)})
        Pool().get('audit.entry').append(entries)

    @classmethod
    def fail(cls, row):
        "Put a step that failed on the list of what could not be escalated"
        record = row.record
        escalation = cls(
            agency=record.agency, rule=row.rule, clock=row.clock,
            raised_at=time.utcnow(), level=row.step, undelivered='error')
        setattr(escalation, _PLACES[record.__name__], record)
        escalation.save()
        return escalation

    @classmethod
    def _notify(cls, ids, pairs, recipients):
        pool = Pool()
        Notice = pool.get('escalation.notice')
        Agency = pool.get('agencies.agency')
        calm = pool.get('escalation.configuration').next_moment(time.utcnow())
        agencies = {
            a.id: a.rec_name for a in Agency.browse(sorted({
                        step.late.responsible for step, _ in pairs}))}
        waiting = []
        for id_, (step, _), users in zip(
                ids, pairs, recipients, strict=True):
            rule = step.rule
            waiting += Notice.prepare_for(
                users, cls.__name__, id_,
                'escalation.msg_escalation_notice' if step.days_late
                else 'escalation.msg_event_notice',
                icon='tryton-warning', calm=calm, urgent=bool(rule.urgent),
                digest=bool(rule.digest), number=step.late.name,
                agency=agencies[step.late.responsible], rule=rule.name)
        Notice.keep(waiting)

    @classmethod
    @ModelView.button
    @Workflow.transition('acknowledged')
    def acknowledge(cls, escalations):
        for escalation in escalations:
            escalation.check_supervisor()

    @classmethod
    @ModelView.button
    @Workflow.transition('answered')
    def send_answer(cls, escalations):
        pool = Pool()
        Schedule = pool.get('escalation.schedule')
        for escalation in escalations:
            escalation.check_answer()
            if not (escalation.answer or '').strip():
                raise AnswerMissingError(gettext(
                        'escalation.msg_answer_missing',
                        escalation=escalation.rec_name))
            escalation.answered_by = acting_user()
        cls.save(escalations)
        with as_server("the superior is told of the answer"):
            for escalation in cls.browse([e.id for e in escalations]):
                if escalation.superior:
                    escalation.superior.notify_role(
                        ['supervisor'], 'escalation.msg_answer_notice',
                        escalation.record, number=escalation.rec_name)
                rule = escalation.rule
                if (escalation.promised_on and escalation.clock
                        and rule and rule.promise):
                    Schedule.postpone(
                        escalation.clock, rule, escalation.promised_on)

    @classmethod
    @ModelView.button
    @Workflow.transition('closed')
    def close(cls, escalations):
        for escalation in escalations:
            escalation.check_supervisor()

    @classmethod
    @ModelView.button_action('escalation.act_escalation_demand')
    def urge(cls, escalations):
        "Draft an urging letter of the superior, and open it"
        Demand = Pool().get('escalation.demand')
        ids = []
        for escalation in escalations:
            escalation.check_supervisor()
            with as_server("check_supervisor() says who may urge"):
                escalation = cls(escalation.id)
                demand = Demand.draft(
                    escalation.record, Demand.sender_for(escalation.agency),
                    'urge', escalation.rule)
                if not demand:
                    raise DemandError(gettext(
                            'escalation.msg_urge_nobody',
                            escalation=escalation.rec_name,
                            agency=escalation.agency.rec_name))
                if not escalation.demand:
                    escalation.demand = demand
                    escalation.save()
                ids.append(demand.id)
        return {'res_id': ids}

    @classmethod
    @ModelView.button
    def take_over(cls, escalations):
        "Take the matter from the agency that is late, as the law lets one"
        User = Pool().get('res.user')
        for escalation in escalations:
            if not escalation.superior:
                raise TakeOverError(gettext(
                        'escalation.msg_take_over',
                        record=escalation.rec_name))
            User.check_role(escalation.superior, 'leader')
            with as_server("check_role() says who may take over"):
                escalation = cls(escalation.id)
                case = escalation.case or getattr(
                    escalation.demand, 'case', None)
                if (not escalation.offered or not case
                        or case.kind != 'denunciation'
                        or escalation.taken_as):
                    raise TakeOverError(gettext(
                            'escalation.msg_take_over',
                            record=escalation.rec_name))
                escalation.taken_as = case.letters[0].take_higher(
                    escalation.superior, case)
                escalation.save()

    @classmethod
    def copy(cls, escalations, default=None):
        if not escalations:
            return []
        raise EscalationAccessError(gettext(
                'escalation.msg_escalation_access'))


class EscalationUser(InSetsMixin, ModelSQL):
    __name__ = 'escalation.escalation-res.user'

    escalation = fields.Many2One(
        'escalation.escalation', "Escalation", required=True,
        ondelete='CASCADE')
    user = fields.Many2One(
        'res.user', "User", required=True, ondelete='RESTRICT')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add('escalation')
