# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from sql import Null

from trytond.i18n import gettext
from trytond.model import Index, ModelSQL, ModelView, Workflow, fields
from trytond.modules.agencies import clock as time
from trytond.modules.audit.audited import AuditedMixin
from trytond.pool import Pool
from trytond.pyson import Eval, If
from trytond.transaction import without_check_access

from .exceptions import AnswerMissingError, EscalationAccessError


# The field for each model whose time limits can be late
_PLACES = {
    'complaints.letter': 'letter',
    'complaints.case': 'case',
    'complaints.reception': 'reception',
    }


class Escalation(AuditedMixin, Workflow, ModelSQL, ModelView):
    "A delay that was moved up, until somebody answers for it"
    __name__ = 'routing.escalation'

    agency = fields.Many2One(
        'agencies.agency', "Agency", required=True, readonly=True,
        ondelete='RESTRICT', help="The agency that is late.")
    superior = fields.Many2One(
        'agencies.agency', "Escalated to", readonly=True,
        ondelete='RESTRICT')
    letter = fields.Many2One(
        'complaints.letter', "Letter", readonly=True, ondelete='RESTRICT')
    case = fields.Many2One(
        'complaints.case', "Case", readonly=True, ondelete='RESTRICT')
    reception = fields.Many2One(
        'complaints.reception', "Reception", readonly=True,
        ondelete='RESTRICT')
    number = fields.Function(
        fields.Char("Number"), 'get_rec_name', searcher='search_rec_name')
    subject = fields.Function(fields.Char("Summary"), 'get_subject')
    clock = fields.Many2One(
        'deadlines.clock', "Time Limit", required=True, readonly=True,
        ondelete='RESTRICT')
    due_on = fields.Date("Was Due on", readonly=True)
    days_late = fields.Function(
        fields.Integer("Days Late"), 'get_days_late')
    raised_at = fields.DateTime("Raised at", required=True, readonly=True)
    level = fields.Integer("Level", required=True, readonly=True)
    recipients = fields.Many2Many(
        'routing.escalation-res.user', 'escalation', 'user', "Notified",
        readonly=True)
    undelivered = fields.Selection([
            (None, ""),
            ('no_superior', "The Agency Has no Superior"),
            ('no_supervisor', "No Superior Agency Has a Supervisor"),
            ('no_leader', "The Agency Has no Leader"),
            ], "Could not Escalate", readonly=True, sort=False,
        states={
            'invisible': ~Eval('undelivered'),
            },
        help="Why nobody above could be told.")
    answer = fields.Text(
        "Answer",
        states={
            'readonly': ~Eval('state').in_(['open', 'acknowledged']),
            },
        help="Why it is late, and until when it will be done.")
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
                    where=table.state.in_(['open', 'acknowledged'])),
                Index(
                    table, (table.undelivered, Index.Equality()),
                    where=table.undelivered != Null),
                })
        cls._order = [('raised_at', 'DESC'), ('id', 'DESC')]
        cls._transitions |= {
            ('open', 'acknowledged'),
            ('open', 'answered'),
            ('acknowledged', 'answered'),
            ('answered', 'closed'),
            }
        cls._buttons.update({
                'acknowledge': {
                    'invisible': Eval('state') != 'open',
                    'icon': 'tryton-ok',
                    'depends': ['state'],
                    },
                'send_answer': {
                    'invisible': ~Eval('state').in_(
                        ['open', 'acknowledged']),
                    'icon': 'tryton-forward',
                    'depends': ['state'],
                    },
                'close': {
                    'invisible': Eval('state') != 'answered',
                    'icon': 'tryton-archive',
                    'depends': ['state'],
                    },
                })

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
            ('/tree', 'visual',
                If(Eval('state') == 'closed', 'muted',
                    If(Eval('state') == 'answered', '', 'danger'))),
            ]

    def get_subject(self, name):
        with without_check_access():
            record = self.record
            return record.subject if record else None

    @classmethod
    def get_days_late(cls, escalations, name):
        today = Pool().get('ir.date').today()
        result = {}
        with without_check_access():
            for escalation in cls.browse([e.id for e in escalations]):
                end = escalation.clock.ended_on or today
                result[escalation.id] = max(
                    0, (end - escalation.due_on).days)
        return result

    # Locks

    @classmethod
    def _locked_always(cls):
        return cls._fields.keys() - {'answer'}

    @classmethod
    def check_modification(
            cls, mode, escalations, values=None, external=False):
        super().check_modification(
            mode, escalations, values=values, external=external)
        if mode == 'delete' or external and (
                mode == 'create'
                or values.keys() & cls._locked_always()):
            raise EscalationAccessError(
                gettext('routing.msg_escalation_access'))
        if external:
            for escalation in escalations:
                escalation.check_answer()
                if escalation.state not in {'open', 'acknowledged'}:
                    raise EscalationAccessError(
                        gettext('routing.msg_escalation_access'))

    def check_answer(self):
        "Raise RoleError if the user can not answer for the agency"
        User = Pool().get('res.user')
        User.check_role(self.agency, 'leader', 'handler')

    def check_supervisor(self):
        "Raise RoleError if the user does not oversee the agency"
        User = Pool().get('res.user')
        supervised = set(User.get_supervised())
        if supervised & {a.id for a in self.agency.superiors()}:
            return
        User.check_role(self.superior or self.agency, 'supervisor')

    @property
    def record(self):
        "The letter, the case or the reception that is late"
        return self.case or self.letter or self.reception

    # How an escalation lives

    @classmethod
    def raise_(cls, rows):
        """Create an escalation for each row of the schedule, and tell.

        The leaders of the late agency and the supervisors above it are
        notified.  Where nobody above can be told the escalation says so: it
        never fails silently.
        """
        now = time.utcnow()
        to_save = []
        for row in rows:
            record = row.clock.resource
            agency = record.agency
            superior, users = cls._recipients(agency, row.step)
            leaders = agency.users_with('leader')
            escalation = cls(
                agency=agency, superior=superior, clock=row.clock,
                due_on=row.clock.due_on, raised_at=now, level=row.step,
                recipients=list(dict.fromkeys([*leaders, *users])))
            setattr(escalation, _PLACES[record.__name__], record)
            if not users:
                escalation.undelivered = (
                    'no_supervisor' if superior else 'no_superior')
            elif not leaders:
                escalation.undelivered = 'no_leader'
            to_save.append(escalation)
        cls.save(to_save)
        for escalation in to_save:
            escalation._notify()
        return to_save

    @classmethod
    def _recipients(cls, agency, level):
        """Return the superior at this level and its supervisors

        Where it has none, the next one above that has some."""
        superiors = agency.superiors()
        for superior in superiors[level - 1:]:
            if users := superior.users_with('supervisor'):
                return superior, users
        if superiors:
            return superiors[min(level, len(superiors)) - 1], []
        return None, []

    def _notify(self):
        Entry = Pool().get('audit.entry')
        for user in self.recipients:
            with user.speaking():
                self.notify_user(
                    'tryton-warning',
                    gettext(
                        'routing.msg_escalation_notice',
                        number=self.rec_name, agency=self.agency.rec_name),
                    user=user.id)
        Entry.append([{
                    'action': 'notify',
                    'resource': self,
                    'summary': ', '.join(u.login for u in self.recipients),
                    }])

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
        User = Pool().get('res.user')
        for escalation in escalations:
            escalation.check_answer()
            if not (escalation.answer or '').strip():
                raise AnswerMissingError(gettext(
                        'routing.msg_answer_missing',
                        escalation=escalation.rec_name))
            escalation.answered_by = User._acting_user() or None
            if escalation.superior:
                for user in escalation.superior.users_with('supervisor'):
                    with user.speaking():
                        escalation.notify_user(
                            'tryton-info', gettext(
                                'routing.msg_answer_notice',
                                number=escalation.rec_name), user=user.id)
        cls.save(escalations)

    @classmethod
    @ModelView.button
    @Workflow.transition('closed')
    def close(cls, escalations):
        for escalation in escalations:
            escalation.check_supervisor()

    @classmethod
    def copy(cls, escalations, default=None):
        if not escalations:
            return []
        raise EscalationAccessError(gettext('routing.msg_escalation_access'))


class EscalationUser(ModelSQL):
    __name__ = 'routing.escalation-res.user'

    escalation = fields.Many2One(
        'routing.escalation', "Escalation", required=True,
        ondelete='CASCADE')
    user = fields.Many2One(
        'res.user', "User", required=True, ondelete='RESTRICT')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add('escalation')
