# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.i18n import gettext
from trytond.model import Model, ModelView, fields
from trytond.modules.foundation.acting import as_server
from trytond.pool import Pool
from trytond.pyson import Bool, Eval
from trytond.wizard import Button, StateTransition, StateView, Wizard

from .chain import is_about
from .exceptions import AssignError


class AssignableMixin(Model):
    "What can be given to a unit, a handler, and a team"
    __slots__ = ()

    unit = fields.Many2One(
        'agencies.unit', "Unit", readonly=True, ondelete='RESTRICT',
        help="The part of the agency that works on it.")

    @classmethod
    @ModelView.button_action('routing.wizard_assign')
    def assign(cls, records):
        pass

    def assigned_records(self):
        "Return the records that go together with this one"
        return [self]

    @classmethod
    def give_to(cls, records, user):
        """Make user the handler of the records.

        Only a leader of the agency gives; only who is a handler or a leader
        there takes, and nobody what is about himself.  Raises RoleError or
        AssignError."""
        User = Pool().get('res.user')
        for record in records:
            User.check_role(record.agency, 'leader')
            if not User.has_role(
                    record.agency, 'handler', 'leader', user=user.id):
                raise AssignError(gettext(
                        'routing.msg_assign_role', user=user.rec_name,
                        agency=record.agency.rec_name))
            record.check_not_about(user)
        cls.give_to_checked(records, user)

    def check_not_about(self, user):
        "Raise AssignError if the matter is about the user"
        User = Pool().get('res.user')
        leads = User.has_role(self.agency, 'leader', user=user.id)
        with as_server("who is it about is asked to keep it from him"):
            record = self.__class__(self.id)
            if is_about(user, record, 'leader' if leads else 'handler'):
                raise AssignError(gettext(
                        'routing.msg_assign_conflict', user=user.rec_name,
                        record=record.rec_name))

    @classmethod
    def give_to_checked(cls, records, user):
        "Make user the handler, and tell him"
        Notice = Pool().get('routing.notice')
        by_model = {}
        # Nobody writes a handler by hand: the checks are those of give_to
        with as_server("give_to() says who may give it to whom"):
            for record in cls.browse([r.id for r in records]):
                for other in record.assigned_records():
                    by_model.setdefault(
                        other.__class__, set()).add(other.id)
            for OtherModel, ids in by_model.items():
                OtherModel.write(
                    OtherModel.browse(sorted(ids)), {'handler': user.id})
        for record in records:
            Notice.post(
                [user], record, 'routing.msg_assign_notice',
                icon='tryton-forward', number=record.rec_name)

    @classmethod
    def give_to_unit(cls, records, unit):
        "Let a unit work on the records: its people are told"
        pool = Pool()
        User = pool.get('res.user')
        Notice = pool.get('routing.notice')
        today = pool.get('ir.date').today()
        for record in records:
            User.check_role(record.agency, 'leader')
            if unit.agency != record.agency:
                raise AssignError(gettext(
                        'routing.msg_assign_unit', unit=unit.name,
                        agency=record.agency.rec_name))
        with as_server("who may give it to the unit is checked above"):
            cls.write(cls.browse([r.id for r in records]), {'unit': unit.id})
            for record in cls.browse([r.id for r in records]):
                Notice.post(
                    [u for u in unit.users(today)
                        if not is_about(u, record)],
                    record, 'routing.msg_assign_unit_notice',
                    number=record.rec_name, unit=unit.name)

    def notify_role(self, role, message, urgent=False, **variables):
        """Notify the holders of a role in the agency of the record.

        The text names the record by its number only: nothing secret goes
        into a notification.  Returns the users."""
        return self.agency.notify_role(
            [role], message, self, urgent=urgent, **variables)


class AssignStart(ModelView):
    __name__ = 'routing.assign.start'

    agency = fields.Many2One('agencies.agency', "Agency", readonly=True)
    unit = fields.Many2One(
        'agencies.unit', "Unit", domain=[('agency', '=', Eval('agency', -1))])
    handler = fields.Many2One(
        'res.user', "Handler", states={
            'required': ~Eval('unit') & ~Eval('team'),
            },
        domain=[('id', 'in', Eval('candidates', []))])
    candidates = fields.Many2Many(
        'res.user', None, None, "Candidates", readonly=True)
    with_team = fields.Boolean("With a Team", readonly=True)
    team = fields.Many2Many(
        'res.user', None, None, "Team that Verifies", states={
            'invisible': ~Eval('with_team', False),
            },
        domain=[('id', 'in', Eval('candidates', []))])
    team_head = fields.Many2One(
        'res.user', "Head of the Team", states={
            'invisible': ~Eval('with_team', False),
            'required': Bool(Eval('team')),
            },
        domain=[('id', 'in', Eval('team', []))])
    workload = fields.Text(
        "Open Work", readonly=True,
        help="How many open letters and cases each one has, how many of them "
        "are late, and who is away.")


class Assign(Wizard):
    "Give letters or cases to a unit, a handler, a team"
    __name__ = 'routing.assign'

    start = StateView('routing.assign.start',
        'routing.assign_start_view_form', [
            Button("Cancel", 'end', 'tryton-cancel'),
            Button("Assign", 'assign', 'tryton-ok', default=True),
            ])
    assign = StateTransition()

    def default_start(self, fields):
        agency = self.record.agency
        with as_server("who gives work sees who can take it"):
            candidates = candidates_of(agency)
            return {
                'agency': agency.id,
                'candidates': [u.id for u in candidates],
                'with_team': self.model.__name__ == 'complaints.case',
                'workload': workload_text(agency, candidates),
                }

    def transition_assign(self):
        if self.start.unit:
            self.model.give_to_unit(self.records, self.start.unit)
        if self.start.handler:
            self.model.give_to(self.records, self.start.handler)
        for case in self.records if self.start.team else []:
            case.appoint(self.start.team, self.start.team_head)
        return 'end'


def candidates_of(agency):
    "Return who can handle in an agency: its handlers, then its leaders"
    return list(dict.fromkeys(
            [*agency.users_with('handler'), *agency.users_with('leader')]))


def workload_text(agency, users):
    "Return a line for each user: what is open, what is late, who is away"
    pool = Pool()
    Workload = pool.get('routing.workload')
    Absence = pool.get('agencies.absence')
    today = pool.get('ir.date').today()
    loads = Workload.details(users)
    lines = []
    for user in users:
        letters, cases, late = loads[user.id]
        line = gettext(
            'routing.msg_workload', user=user.rec_name, letters=letters,
            cases=cases, late=late)
        if Absence.present([user], agency, today) != [user]:
            line += gettext('routing.msg_workload_away')
        lines.append(line)
    return '\n'.join(lines)


class ReassignStart(ModelView):
    __name__ = 'routing.reassign.start'

    agency = fields.Many2One(
        'agencies.agency', "Agency", required=True,
        domain=[('id', 'in', Eval('agencies', []))])
    agencies = fields.Many2Many(
        'agencies.agency', None, None, "Agencies", readonly=True)
    user = fields.Many2One(
        'res.user', "From", required=True,
        help="Whose open letters and cases are given to somebody else.")
    to = fields.Many2One(
        'res.user', "To", domain=[('id', 'in', Eval('candidates', []))],
        help="Empty: to those who have the least work, one after the other.")
    candidates = fields.Function(fields.Many2Many(
            'res.user', None, None, "Candidates"),
        'on_change_with_candidates')
    open_work = fields.Function(fields.Text(
            "Open Work"), 'on_change_with_open_work')

    @fields.depends('agency')
    def on_change_with_candidates(self, name=None):
        if not self.agency:
            return []
        with as_server("who gives work sees who can take it"):
            return [u.id for u in candidates_of(self.agency)]

    @fields.depends('agency', 'user')
    def on_change_with_open_work(self, name=None):
        if not self.agency:
            return None
        with as_server("who gives work sees who can take it"):
            users = candidates_of(self.agency)
            if self.user and self.user not in users:
                users.insert(0, self.user)
            return workload_text(self.agency, users)


class Reassign(Wizard):
    "Give all open work of somebody to others"
    __name__ = 'routing.reassign'

    start = StateView('routing.reassign.start',
        'routing.reassign_start_view_form', [
            Button("Cancel", 'end', 'tryton-cancel'),
            Button("Reassign", 'reassign', 'tryton-ok', default=True),
            ])
    reassign = StateTransition()

    def default_start(self, fields):
        User = Pool().get('res.user')
        agencies = sorted(a for a, r in User.get_roles() if r == 'leader')
        return {
            'agencies': agencies,
            'agency': agencies[0] if len(agencies) == 1 else None}

    def transition_reassign(self):
        reassign(self.start.agency, self.start.user, self.start.to)
        return 'end'


def reassign(agency, user, to=None):
    """Give the open letters and cases of a user in an agency to others

    to -- None: each to whom has the least work then.  Returns how many."""
    pool = Pool()
    User = pool.get('res.user')
    Action = pool.get('routing.escalation.action')
    User.check_role(agency, 'leader')
    count = 0
    # the case first: its letters go with it
    for name in ['complaints.case', 'complaints.letter']:
        Model = pool.get(name)
        with as_server("nothing that somebody leaves behind is left out"):
            records = Model.search([
                    ('agency', '=', agency.id), ('handler', '=', user.id),
                    ('state', 'not in', Model._closed())])
        for record in records:
            with as_server("whether it is still his is asked again"):
                if Model(record.id).handler != user:
                    continue
                taker = to or Action.least_loaded(record, without=user)
            if not taker:
                raise AssignError(gettext(
                        'routing.msg_reassign_nobody',
                        agency=agency.rec_name))
            if not User.has_role(
                    agency, 'handler', 'leader', user=taker.id):
                raise AssignError(gettext(
                        'routing.msg_assign_role', user=taker.rec_name,
                        agency=agency.rec_name))
            record.check_not_about(taker)
            Model.give_to_checked([record], taker)
            count += 1
    return count
