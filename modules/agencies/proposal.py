# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What one person proposes and a second one confirms.

A role that decides, oversees or opens what is secret, who acts for its holder,
and what would let somebody become him: his password, his address, his groups.
Until it is confirmed it gives no right to anybody.
"""
import json

from sql import Null
from trytond.i18n import gettext
from trytond.model import Index, ModelSQL, ModelView, Workflow, fields
from trytond.modules.foundation import clock
from trytond.modules.foundation.acting import as_server
from trytond.modules.foundation.locked import Lock, LockedMixin
from trytond.pool import Pool
from trytond.protocols.jsonrpc import JSONDecoder, JSONEncoder
from trytond.pyson import Eval, If
from trytond.transaction import Transaction

from .exceptions import ProposalError
from .role import CONFIRMING


class Proposal(LockedMixin, Workflow, ModelSQL, ModelView):
    "A change of who may do what, that waits for a second person"
    __name__ = 'agencies.proposal'
    # the hash of a password that waits for a second person
    _credentials = frozenset(['values'])

    user = fields.Many2One(
        'res.user', "Person", required=True, readonly=True,
        ondelete='CASCADE', help="Who gets a right, or whose login changes.")
    agency = fields.Many2One(
        'agencies.agency', "Agency", readonly=True, ondelete='RESTRICT',
        help="Who leads or administers it, or an agency above, confirms.")
    kind = fields.Selection([
            ('role', "Role"),
            ('absence', "Acts for Somebody Absent"),
            ('login', "Login"),
            ], "Kind", required=True, readonly=True, sort=False)
    membership = fields.Many2One(
        'agencies.membership', "Role", readonly=True, ondelete='CASCADE')
    absence = fields.Many2One(
        'agencies.absence', "Absence", readonly=True, ondelete='CASCADE')
    values = fields.Text("Values", readonly=True)
    text = fields.Function(fields.Char("What"), 'get_text')
    proposed_by = fields.Many2One(
        'res.user', "Proposed by", readonly=True, ondelete='RESTRICT')
    proposed_at = fields.DateTime("Proposed at", readonly=True)
    decided_by = fields.Many2One(
        'res.user', "Decided by", readonly=True, ondelete='RESTRICT',
        help="Empty where the administrator of the machine has confirmed.")
    decided_at = fields.DateTime("Decided at", readonly=True)
    state = fields.Selection([
            ('proposed', "Waits for Confirmation"),
            ('confirmed', "Confirmed"),
            ('refused', "Refused"),
            ], "State", required=True, readonly=True, sort=False)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_indexes.update({
                Index(table, (table.user, Index.Equality())),
                Index(
                    table, (table.agency, Index.Equality()),
                    where=table.state == 'proposed'),
                Index(
                    table, (table.membership, Index.Equality()),
                    where=table.membership != Null),
                Index(
                    table, (table.absence, Index.Equality()),
                    where=table.absence != Null),
                })
        cls._order = [('id', 'DESC')]
        cls._transitions |= {
            ('proposed', 'confirmed'), ('proposed', 'refused')}
        for name, icon in [
                ('confirm', 'tryton-ok'), ('refuse', 'tryton-cancel')]:
            cls._buttons[name] = {
                'invisible': Eval('state') != 'proposed',
                'icon': icon,
                'depends': ['state'],
                }

    @staticmethod
    def default_state():
        return 'proposed'

    def get_rec_name(self, name):
        return f'{self.user.rec_name}: {self.text}'

    @classmethod
    def search_rec_name(cls, name, clause):
        return [('user.rec_name', *clause[1:])]

    def get_text(self, name):
        "Return what is proposed, in the words of who reads it"
        if self.membership:
            membership = self.membership
            return f'{membership.role_string}, {membership.agency.rec_name}'
        if self.absence:
            return gettext(
                'agencies.msg_proposal_absence',
                user=self.absence.user.rec_name,
                agency=self.absence.agency.rec_name)
        User = Pool().get('res.user')
        return ', '.join(
            User.__names__('password' if name == 'password_hash' else name)
            ['field'] + (
                f': {value}' if isinstance(value, str)
                and name != 'password_hash' else '')
            for name, value in self._changes().items())

    def _changes(self):
        return json.loads(self.values or '{}', object_hook=JSONDecoder())

    @classmethod
    def view_attributes(cls):
        return super().view_attributes() + [
            ('/tree', 'visual',
                If(Eval('state') == 'proposed', 'warning', 'muted')),
            ]

    # Locks

    # buttons write as the server, below
    _lock = Lock(ProposalError, 'agencies.msg_proposal_locked')

    @classmethod
    def copy(cls, proposals, default=None):
        if not proposals:
            return []
        raise ProposalError(gettext('agencies.msg_proposal_locked'))

    # Proposing

    @classmethod
    def propose(cls, vlist):
        """Keep what waits for a second person, and tell who can confirm it.

        vlist -- dictionaries with user, agency, kind and membership, absence,
            or values, the changes of a user"""
        if not vlist:
            return
        with as_server("a proposal changes nothing until it is confirmed"):
            proposals = cls.create([{
                        **v,
                        'values': json.dumps(
                            v['values'], cls=JSONEncoder, sort_keys=True)
                        if v.get('values') else None,
                        'proposed_by': Transaction().user or None,
                        'proposed_at': clock.utcnow(),
                        } for v in vlist])
            for proposal in proposals:
                for user in proposal.confirmers():
                    cls.tell([user], proposal, 'agencies.msg_told_proposed',
                        user=proposal.user.rec_name)

    def confirmers(self):
        "Return who may confirm it: of the nearest agency that has somebody"
        Membership = Pool().get('agencies.membership')
        today = Pool().get('ir.date').today()
        agencies = [self.agency, *self.agency.superiors()] if (
            self.agency) else []
        for agency in agencies:
            users = [
                m.user for m in Membership.search([
                        ('agency', '=', agency.id),
                        ('role', 'in', sorted(CONFIRMING)),
                        ('user.active', '=', True),
                        Membership.valid_domain(today)])
                if m.user not in {self.user, self.proposed_by}]
            if self.absence:
                users.insert(0, self.absence.user)
            if users:
                return list(dict.fromkeys(users))
        return []

    # Deciding

    def check_second(self):
        "Raise ProposalError unless the user is a second, entitled person"
        user = Transaction().user
        if not user:
            # the administrator of the machine, by the command line
            return
        if self.proposed_by and user == self.proposed_by.id:
            raise ProposalError(gettext(
                    'agencies.msg_proposal_own', proposal=self.rec_name))
        if user == self.user.id:
            raise ProposalError(gettext('agencies.msg_membership_own'))
        if self.absence and user == self.absence.user.id:
            return
        User = Pool().get('res.user')
        entitled = (self.agency.is_governed() if self.agency
            else User.is_site_administrator())
        if not entitled:
            raise ProposalError(gettext(
                    'agencies.msg_proposal_entitled',
                    proposal=self.rec_name))

    @classmethod
    @ModelView.button
    def confirm(cls, proposals):
        "Let what was proposed take effect"
        with as_server("check_second() says who may confirm"):
            proposals = cls.browse([p.id for p in proposals])
            for proposal in proposals:
                proposal.check_second()
            for proposal in proposals:
                if proposal.state == 'proposed':
                    proposal._apply()
                    cls.tell_about(
                        proposal.user, proposal.agency,
                        'agencies.msg_told_confirmed', proposal=proposal)
            cls._decide(proposals)
            cls._confirm(proposals)

    @classmethod
    @ModelView.button
    def refuse(cls, proposals):
        "Refuse what was proposed; who has proposed it takes it back"
        user = Transaction().user
        with as_server("who has proposed it, or check_second(), refuses"):
            proposals = cls.browse([p.id for p in proposals])
            for proposal in proposals:
                if not (proposal.proposed_by
                        and proposal.proposed_by.id == user):
                    proposal.check_second()
            Membership = Pool().get('agencies.membership')
            Membership.write(
                [p.membership for p in proposals
                    if p.membership and p.state == 'proposed'],
                {'state': 'refused'})
            cls._decide(proposals)
            cls._refuse(proposals)

    @classmethod
    def _decide(cls, proposals):
        cls.write([p for p in proposals if p.state == 'proposed'], {
                'decided_by': Transaction().user or None,
                'decided_at': clock.utcnow()})

    @classmethod
    @Workflow.transition('confirmed')
    def _confirm(cls, proposals):
        pass

    @classmethod
    @Workflow.transition('refused')
    def _refuse(cls, proposals):
        pass

    def _apply(self):
        pool = Pool()
        if self.membership:
            pool.get('agencies.membership').write(
                [self.membership], {'state': 'held'})
        elif self.absence:
            pool.get('agencies.absence').write(
                [self.absence], {'delegate_confirmed': True})
        else:
            pool.get('res.user').write([self.user], self._changes())

    # Telling

    @classmethod
    def tell(cls, users, record, message, **variables):
        "Tell users something of a record; a module with mail extends it"
        for user in users:
            with user.speaking():
                record.notify_user(
                    'tryton-warning', gettext(message, **variables),
                    user=user.id)

    @classmethod
    def tell_about(cls, user, agency, message, role=None, proposal=None):
        "Tell the person concerned, and who watches over the agency"
        with as_server("those concerned are told, whoever acts"):
            Agency = Pool().get('agencies.agency')
            watchers = agency.watchers() if agency else Agency.top_watchers()
            record = role or proposal
            if role:
                # it may be deleted
                record, role = role.agency, role.rec_name
            for told in dict.fromkeys([user, *watchers]):
                with told.speaking():
                    what = role or proposal.__class__(proposal.id).text
                cls.tell(
                    [told], record, message, user=user.rec_name, what=what)
