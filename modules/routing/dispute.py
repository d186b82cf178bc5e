# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Who settles is not clear: the common superior decides.

Raised where the rules name several agencies or nobody, where a letter was
sent back twice, or by hand; it has a time limit of its own and goes up.
"""
from trytond.i18n import gettext
from trytond.model import Index, ModelSQL, ModelView, Workflow, fields
from trytond.modules.audit.audited import AuditedMixin
from trytond.modules.deadlines.clocked import ClockedMixin, urgency_visual
from trytond.modules.foundation.acting import SERVER, acting_user, as_server
from trytond.modules.foundation.locked import Lock, LockedMixin
from trytond.pool import Pool
from trytond.pyson import Eval

from .accused import is_denounced
from .exceptions import DisputeError

CLOCK = 'DV-03'


class Dispute(
        LockedMixin, ClockedMixin, AuditedMixin, Workflow, ModelSQL,
        ModelView):
    __name__ = 'routing.dispute'
    _audit_skip = frozenset(['due_on', 'warn_on', 'documented'])

    letter = fields.Many2One(
        'complaints.letter', "Letter", required=True, readonly=True,
        ondelete='RESTRICT')
    asked_by = fields.Many2One(
        'agencies.agency', "Asked by", required=True, readonly=True,
        ondelete='RESTRICT')
    agency = fields.Many2One(
        'agencies.agency', "Decided by", required=True, readonly=True,
        ondelete='RESTRICT', help="The common superior, who decides.")
    candidates = fields.Many2Many(
        'routing.dispute-agencies.agency', 'dispute', 'agency',
        "Candidates", readonly=True)
    reason = fields.Text("Reason", readonly=True)
    raised_on = fields.Date("Raised on", required=True, readonly=True)
    decision = fields.Many2One(
        'agencies.agency', "Who Settles", ondelete='RESTRICT', states={
            'readonly': Eval('state') != 'open',
            })
    decision_number = fields.Char("Document Number", states={
            'readonly': Eval('state') != 'open',
            })
    decision_note = fields.Text("Why", states={
            'readonly': Eval('state') != 'open',
            })
    decided_by = fields.Many2One(
        'res.user', "Decided by (Person)", readonly=True, ondelete='RESTRICT')
    decided_on = fields.Date("Decided on", readonly=True)
    state = fields.Selection([
            ('open', "Open"),
            ('decided', "Decided"),
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
                    (table.due_on, Index.Range()),
                    where=table.state == 'open'),
                Index(table, (table.letter, Index.Equality())),
                })
        cls._order = [('raised_on', 'DESC'), ('id', 'DESC')]
        cls._transitions |= {('open', 'decided'), ('open', 'withdrawn')}
        opened = {'invisible': Eval('state') != 'open', 'depends': ['state']}
        cls._buttons.update({
                'decide': {**opened, 'icon': 'tryton-ok'},
                'withdraw': {**opened, 'icon': 'tryton-cancel'},
                })

    @staticmethod
    def default_state():
        return 'open'

    def get_rec_name(self, name):
        return self.letter.rec_name

    @classmethod
    def search_rec_name(cls, name, clause):
        return [('letter.rec_name', *clause[1:])]

    @classmethod
    def view_attributes(cls):
        return super().view_attributes() + urgency_visual(
            Eval('state') != 'open')

    @property
    def number(self):
        return self.letter.number

    @property
    def kind(self):
        return self.letter.kind

    # Locks

    _lock = Lock(
        DisputeError, 'routing.msg_dispute_locked', asks='check_overseer',
        writes={'open': {'decision', 'decision_number', 'decision_note'}},
        binds={'delete'})

    def check_overseer(self):
        "Raise RoleError unless the user oversees who is to decide"
        Pool().get('res.user').check_overseer(self.agency)

    @classmethod
    def copy(cls, disputes, default=None):
        if not disputes:
            return []
        raise DisputeError(gettext('routing.msg_dispute_locked'))

    # How it goes

    @classmethod
    def raise_(cls, letter, candidates, reason):
        "Ask the common superior who settles; return the dispute that is open"
        Clock = Pool().get('deadlines.clock')
        today = Pool().get('ir.date').today()
        with as_server(
                "who settles is above all, where none of them works", SERVER):
            open_ = cls.search([
                    ('letter', '=', letter.id), ('state', '=', 'open')])
            if open_:
                return open_[0]
            superior = common_superior([letter.agency, *candidates])
            while superior and is_denounced(superior, letter):
                superior = superior.parent
            dispute, = cls.create([{
                        'letter': letter.id,
                        'asked_by': letter.agency.id,
                        'agency': (superior or letter.agency).id,
                        'candidates': [
                            ('add', [a.id for a in candidates])],
                        'reason': reason,
                        'raised_on': today,
                        }])
            Clock.start([(dispute, CLOCK, today)])
            dispute.agency.notify_role(
                ['supervisor', 'leader'], 'routing.msg_dispute_notice',
                letter, number=letter.number or '–',
                agency=letter.agency.rec_name)
        return dispute

    @classmethod
    @ModelView.button
    @Workflow.transition('decided')
    def decide(cls, disputes):
        pool = Pool()
        Clock = pool.get('deadlines.clock')
        today = pool.get('ir.date').today()
        for dispute in disputes:
            dispute.check_overseer()
            if not dispute.decision or not dispute.decision_number:
                raise DisputeError(gettext(
                        'routing.msg_dispute_decision',
                        letter=dispute.rec_name))
        with as_server("who may decide is checked above"):
            disputes = cls.browse([d.id for d in disputes])
            for dispute in disputes:
                dispute.decided_by = acting_user()
                dispute.decided_on = today
            cls.save(disputes)
            Clock.stop(disputes, None, today)
            for dispute in disputes:
                dispute._carry_out()

    def answer(self):
        "Return what was decided, in words; the number as others read it"
        return gettext(
            'routing.msg_dispute_decided',
            agency=self.agency.rec_name, decision=self.decision.rec_name,
            number=self.decision_number or '')

    def _carry_out(self):
        "Propose to the agency that asked what was decided"
        letter = self.letter
        if letter.state in {'registered', 'classified'}:
            own = self.decision == letter.agency
            letter.proposal = 'accept' if own else 'transfer'
            letter.proposed_to = None if own else self.decision
            letter.proposal_note = self.answer()
            letter.save()
        self.asked_by.notify_role(
            ['clerk'], 'routing.msg_dispute_answer', letter,
            number=letter.number or '–', agency=self.decision.rec_name)

    @classmethod
    @ModelView.button
    @Workflow.transition('withdrawn')
    def withdraw(cls, disputes):
        pool = Pool()
        today = pool.get('ir.date').today()
        for dispute in disputes:
            dispute.check_overseer()
        with as_server("check_overseer() says who may withdraw"):
            pool.get('deadlines.clock').stop(
                disputes, None, today, 'cancelled')


class DisputeCandidate(ModelSQL):
    "Dispute - Candidate"
    __name__ = 'routing.dispute-agencies.agency'

    dispute = fields.Many2One(
        'routing.dispute', "Dispute", required=True, ondelete='CASCADE')
    agency = fields.Many2One(
        'agencies.agency', "Agency", required=True, ondelete='RESTRICT')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add('dispute')


def common_superior(agencies):
    "Return the nearest agency above all of them, None where there is none"
    chains = [
        [a, *a.superiors()][1:] or [a] for a in agencies]
    for agency in chains[0]:
        if all(agency in chain for chain in chains[1:]):
            return agency
    return None
