# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The citizen's own time limits: a finding at intake, never a refusal."""
from trytond.i18n import gettext
from trytond.model import ModelSQL, ModelView, fields
from trytond.modules.audit.audited import AuditedMixin
from trytond.modules.deadlines import acts, counting, lawbook
from trytond.modules.foundation.locked import Lock, LockedMixin
from trytond.pool import Pool
from trytond.pyson import Eval, If

from .exceptions import LockedError
from .procedure import COMPLAINTS


class CitizenLimitsMixin:
    __slots__ = ()

    known_on = fields.Date(
        "Decision Known on",
        states={
            'readonly': ~Eval('state').in_(['received', 'registered']),
            'invisible': ~Eval('kind').in_(COMPLAINTS),
            },
        help="The day on which the complainant received the decision or knew "
        "of it; of a second complaint: the first decision.")
    obstacles = fields.One2Many(
        'complaints.obstacle', 'letter', "Obstacles",
        states={
            'readonly': ~Eval('state').in_(['received', 'registered']),
            'invisible': ~Eval('kind').in_(COMPLAINTS),
            },
        help="Time in which the complainant could not act: it is not "
        "counted.")
    time_finding = fields.Function(
        fields.Text(
            "Citizen's Time Limits",
            states={
                'invisible': ~Eval('time_finding'),
                }),
        'on_change_with_time_finding')

    @fields.depends(
        'kind', 'instance', 'known_on', 'received_on', 'obstacles', 'remote',
        'agency')
    def on_change_with_time_finding(self, name=None):
        return '\n'.join(
            self._time_finding(rule, version)
            for rule, version in self._citizen_limits())

    def _citizen_limits(self):
        "Return the limits that hold for the sender, as (rule, version)"
        if (self.kind not in COMPLAINTS or not self.known_on
                or not self.received_on):
            return []
        Rule = Pool().get('deadlines.rule')
        variants = self._citizen_variants()
        versions = [
            (rule, rule.version_on(self.known_on, variants))
            for rule in Rule.intake_of(self.kind, self.instance or '1')]
        return [(rule, v.lawbook()) for rule, v in versions if v]

    def _citizen_variants(self):
        remote = self.remote or self.agency and self.agency.remote
        return {'remote'} if remote else set()

    def _citizen_due_on(self, version):
        "Return the last day of one of the citizen's limits, None without"
        Calendar = Pool().get('deadlines.calendar')
        pauses = []
        if version.unit in {'day', 'working_day'}:
            # the days of an obstacle, the first one and the last one included
            pauses = [
                acts.hindrance(o.start, o.end)
                for o in self.obstacles or []
                if getattr(o, 'start', None) and (
                    getattr(o, 'end', None) or o.start) >= o.start]
        return lawbook.period(
            version, self.known_on,
            Calendar.get_state_calendar().counting(), pauses).due_on

    def _time_finding(self, rule, version):
        "Return a sentence about one of the citizen's limits"
        try:
            due_on = self._citizen_due_on(version)
        except counting.CountingError:
            return gettext(
                'complaints.msg_obstacles_overlap', rule=rule.rec_name)
        if due_on is None:
            return gettext(
                'complaints.msg_limit_stands', rule=rule.rec_name,
                citation=version.citation)
        late = (self.received_on - due_on).days
        return gettext(
            'complaints.msg_limit_late' if late > 0
            else 'complaints.msg_limit_kept',
            rule=rule.rec_name, citation=version.citation, days=late,
            due_on=due_on.strftime('%d/%m/%Y'))


class Obstacle(LockedMixin, AuditedMixin, ModelSQL, ModelView):
    "Time in which a complainant could not act"
    __name__ = 'complaints.obstacle'
    _lock = Lock(
        LockedError, 'complaints.msg_fields_locked',
        place='letter', list='obstacles', asks='check_worker')

    letter = fields.Many2One(
        'complaints.letter', "Letter", required=True, ondelete='CASCADE')
    ground = fields.Many2One(
        'deadlines.ground', "Obstacle", required=True, ondelete='RESTRICT',
        domain=[('kind', '=', 'obstacle')])
    start = fields.Date("From", required=True)
    end = fields.Date(
        "To",
        domain=[
            If(Eval('start') & Eval('end'), ('end', '>=', Eval('start')), ()),
            ])

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add('letter')
        cls._order.insert(0, ('start', 'ASC'))
