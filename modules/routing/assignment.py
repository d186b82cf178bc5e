# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.i18n import gettext
from trytond.model import Model, ModelView, fields
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.transaction import without_check_access
from trytond.wizard import Button, StateTransition, StateView, Wizard

from .exceptions import AssignError


class AssignableMixin(Model):
    "What can be given to a handler"
    __slots__ = ()

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
        there takes.  Raises RoleError or AssignError."""
        User = Pool().get('res.user')
        by_model = {}
        for record in records:
            User.check_role(record.agency, 'leader')
            if not User.has_role(
                    record.agency, 'handler', 'leader', user=user.id):
                raise AssignError(gettext(
                        'routing.msg_assign_role', user=user.rec_name,
                        agency=record.agency.rec_name))
            for other in record.assigned_records():
                by_model.setdefault(other.__class__, set()).add(other.id)
        # Nobody writes a handler by hand: the checks are the ones above.
        with without_check_access():
            for OtherModel, ids in by_model.items():
                OtherModel.write(
                    OtherModel.browse(sorted(ids)), {'handler': user.id})
        with user.speaking():
            for record in records:
                record.notify_user(
                    'tryton-forward',
                    gettext(
                        'routing.msg_assign_notice',
                        number=record.rec_name),
                    user=user.id)

    def after_act(self, step):
        super().after_act(step)
        if step.notifies:
            self.notify_role(
                step.notifies, 'routing.msg_act_notice', step=step.title,
                number=self.number)

    def notify_role(self, role, message, **variables):
        """Notify the holders of a role in the agency of the record.

        The text names the record by its number only: nothing secret goes
        into a notification.  Returns the users."""
        users = self.agency.users_with(role)
        for user in users:
            with user.speaking():
                self.notify_user(
                    'tryton-notification', gettext(message, **variables),
                    user=user.id)
        return users


class AssignStart(ModelView):
    __name__ = 'routing.assign.start'

    agency = fields.Many2One('agencies.agency', "Agency", readonly=True)
    handler = fields.Many2One(
        'res.user', "Handler", required=True,
        domain=[('id', 'in', Eval('candidates', []))])
    candidates = fields.Many2Many(
        'res.user', None, None, "Candidates", readonly=True)
    workload = fields.Text(
        "Open Work", readonly=True,
        help="How many open letters and cases each one has.")


class Assign(Wizard):
    "Give letters or cases to a handler"
    __name__ = 'routing.assign'

    start = StateView('routing.assign.start',
        'routing.assign_start_view_form', [
            Button("Cancel", 'end', 'tryton-cancel'),
            Button("Assign", 'assign', 'tryton-ok', default=True),
            ])
    assign = StateTransition()

    def default_start(self, fields):
        pool = Pool()
        Letter = pool.get('complaints.letter')
        Case = pool.get('complaints.case')
        agency = self.record.agency
        candidates = agency.users_with('handler')
        candidates += [
            u for u in agency.users_with('leader') if u not in candidates]
        lines = []
        for user in candidates:
            letters = Letter.search([
                    ('handler', '=', user.id),
                    ('state', 'not in', Letter._closed()),
                    ], count=True)
            cases = Case.search([
                    ('handler', '=', user.id),
                    ('state', 'not in', Case._closed()),
                    ], count=True)
            lines.append(gettext(
                    'routing.msg_workload', user=user.rec_name,
                    letters=letters, cases=cases))
        return {
            'agency': agency.id,
            'candidates': [u.id for u in candidates],
            'workload': '\n'.join(lines),
            }

    def transition_assign(self):
        self.model.give_to(self.records, self.start.handler)
        return 'end'
