# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

import json

from trytond.i18n import gettext
from trytond.ir.resource import ResourceAccessMixin
from trytond.model import Index, ModelSQL, ModelView, fields
from trytond.modules.foundation.listed import stored
from trytond.modules.foundation.locked import Lock, LockedMixin
from trytond.pool import Pool
from trytond.pyson import Eval, If
from trytond.transaction import Transaction

from . import counting, explain
from .acts import OPEN
from .clocked import UrgencyMixin, urgency_visual
from .doubt import DoubtMixin
from .exceptions import ClockAccessError, IntervalError

BATCH = 1000


class Clock(
        LockedMixin, UrgencyMixin, DoubtMixin, ResourceAccessMixin, ModelSQL,
        ModelView):
    __name__ = 'deadlines.clock'
    _lock = Lock(ClockAccessError, 'deadlines.msg_clock_access')
    _getter_columns = {
        **UrgencyMixin._getter_columns, 'get_rec_name': ('rule',)}

    rule = fields.Many2One(
        'deadlines.rule', "Rule", required=True, ondelete='RESTRICT')
    version = fields.Many2One(
        'deadlines.rule.version', "Version of the Rule",
        required=True, ondelete='RESTRICT')
    calendar = fields.Many2One(
        'deadlines.calendar', "Calendar", required=True, ondelete='RESTRICT')
    started_on = fields.Date(
        "Started on", required=True,
        help="The day of the event: it is not counted itself.")
    variants = fields.Char(
        "Circumstances", help="The circumstances when the clock started.")
    due_on = fields.Date(
        "Due on", help="The last day of the period; "
        "none while the clock is paused.")
    warn_on = fields.Date(
        "Warning on", help="From this day the end is near.")
    ended_on = fields.Date("Ended on")
    tolerance_on = fields.Date(
        "Tolerated until", help="The last day by another text that gives "
        "more time; the due date follows the stricter one.")
    documented = fields.Boolean(
        "By Document",
        help="A decision has suspended or extended the period.")
    frozen = fields.Text(
        "Frozen Explanation", readonly=True,
        help="How it was counted when it ended, kept since the calendar or "
        "an interpretation has changed later.")
    intervals = fields.One2Many(
        'deadlines.clock.interval', 'clock', "Intervals")
    explanation = fields.Function(
        fields.Text("Explanation"), 'get_explanation')
    state = fields.Selection([
            ('running', "Running"),
            ('paused', "Paused"),
            ('met', "Met"),
            ('missed', "Missed"),
            ('cancelled', "Cancelled"),
            ], "State", required=True, sort=False)
    state_string = state.translated('state')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_indexes.update({
                Index(table, (table.resource, Index.Equality())),
                Index(
                    table, (table.due_on, Index.Range()),
                    where=table.state.in_(OPEN)),
                })
        cls._order.insert(0, ('due_on', 'ASC'))

    @staticmethod
    def default_state():
        return 'running'

    @classmethod
    def get_rec_name(cls, clocks, name):
        Rule = Pool().get('deadlines.rule')
        rules = stored(cls, [c.id for c in clocks], 'rule')
        names = {
            r.id: r.rec_name
            for r in Rule.browse({id_ for id_, in rules.values()})}
        return {id_: names[rule] for id_, (rule,) in rules.items()}

    @classmethod
    def view_attributes(cls):
        return super().view_attributes() + [
            ('/tree', 'visual',
                If(~Eval('state').in_(OPEN), 'muted', urgency_visual())),
            ]

    @classmethod
    def check_modification(cls, mode, clocks, values=None, external=False):
        super().check_modification(
            mode, clocks, values=values, external=external)
        if mode == 'delete' and Transaction().user:
            raise ClockAccessError(gettext('deadlines.msg_clock_access'))

    @classmethod
    def on_modification(cls, mode, clocks, field_names=None):
        super().on_modification(mode, clocks, field_names=field_names)
        if mode == 'create' or (field_names or set()) & {
                'due_on', 'warn_on', 'state'}:
            cls._update_resources(clocks)

    @classmethod
    def _update_resources(cls, clocks):
        "Bring the stored dates of what the clocks belong to up to date"
        by_model = {}
        for clock in clocks:
            if clock.resource:
                by_model.setdefault(
                    clock.resource.__class__, set()).add(clock.resource.id)
        for Model, ids in by_model.items():
            if hasattr(Model, 'update_due'):
                Model.update_due(Model.browse(sorted(ids)))

    # How a clock lives

    @classmethod
    def start(cls, starts):
        """Start clocks and return them.

        starts -- list of (record, rule code, day of the event); the record
            is a model with ClockedMixin and says its circumstances itself

        A rule that has no version on that day starts no clock: the law had
        no such limit then; nor does one that names a duty without a number,
        or one whose clock runs already.  Raises ClockRuleError for an
        unknown code.
        """
        pool = Pool()
        Rule = pool.get('deadlines.rule')
        Calendar = pool.get('deadlines.calendar')
        state_calendar = Calendar.get_state_calendar()
        running = {
            (str(c.resource), c.rule.code) for c in cls.search([
                    ('resource', 'in', [str(r) for r, _, _ in starts]),
                    ('state', 'in', OPEN),
                    ], order=[])}
        clocks = []
        for record, code, day in starts:
            if (str(record), code) in running:
                continue
            clock = cls._new(record, Rule.get(code), day, state_calendar)
            if clock:
                clock.compute()
                clocks.append(clock)
        cls.save(clocks)
        return clocks

    @classmethod
    def _new(cls, record, rule, day, state_calendar):
        variants = record.clock_variants()
        version = rule.version_on(day, variants)
        if version and version.lawbook().counts:
            return cls(
                resource=record, rule=rule, version=version,
                calendar=record.clock_calendar() or state_calendar,
                started_on=day, variants=','.join(sorted(variants)),
                state='running', intervals=[], documented=False,
                frozen=None)

    @classmethod
    def period_of(cls, record, code, day):
        """Return the counting.Result of a period that no clock measures

        None where the law has no such limit on that day."""
        pool = Pool()
        Rule = pool.get('deadlines.rule')
        Calendar = pool.get('deadlines.calendar')
        clock = cls._new(
            record, Rule.get(code), day, Calendar.get_state_calendar())
        return clock.result() if clock else None

    @classmethod
    def open_of(cls, records, codes=None):
        """Return the open clocks of the records

        codes -- of the rules, None for all of them"""
        domain = [
            ('resource', 'in', [str(r) for r in records]),
            ('state', 'in', OPEN),
            ]
        if codes is not None:
            domain.append(('rule.code', 'in', list(codes)))
        return cls.search(domain)

    @classmethod
    def stop(cls, records, codes, day, state=None):
        """End the open clocks of the records.

        codes -- of the rules that end, None for all of them
        day -- the day of the act that ends them
        state -- the state to leave them in; by default met or missed,
            whichever is true
        """
        clocks = cls.open_of(records, codes)
        for clock in clocks:
            clock.ended_on = day
            clock.state = state or (
                'missed' if clock.due_on and clock.ended_on > clock.due_on
                else 'met')
        cls.save(clocks)
        return clocks

    def variant_names(self):
        "Return the circumstances in which the clock runs"
        return set((self.variants or '').split(',')) - {''}

    @classmethod
    def _move(cls, moves, reason):
        """Store the new dates of clocks

        moves -- list of (clock, old last day, new last day)"""
        for clock, _, _ in moves:
            clock.compute()
        cls.save([clock for clock, _, _ in moves])
        cls.moved(
            [move for move in moves if move[1] != move[2]], reason)

    @classmethod
    def moved(cls, moves, reason):
        "Called with what has moved, as in _move; for other modules"

    @classmethod
    def refresh_warnings(cls):
        "Store anew from when on the end of each open period is near"
        last = -1
        while clocks := cls.search([
                    ('id', '>', last),
                    ('state', 'in', OPEN),
                    ('due_on', '!=', None),
                    ], order=[('id', 'ASC')], limit=BATCH):
            last = clocks[-1].id
            for clock in clocks:
                clock.warn_on = clock.warning(clock.due_on)
            cls.save(clocks)

    # How it is counted

    def explained(
            self, version=None, calendar=None, conventions=None,
            successor=None):
        """Return the explain.Explanation of the clock.

        The parameters take the place of what the clock has, to see what
        would be: a lawbook.Version, a counting.Calendar,
        counting.Conventions, and the lawbook.Version that follows.
        """
        Interpretation = Pool().get('deadlines.interpretation')
        what_if = version or calendar or conventions or successor
        version = version or self.version.lawbook()
        start = self.started_on
        if self.frozen and not what_if:
            return explain.thaw(
                json.loads(self.frozen), self.rule.code, self.rule.name,
                version, start)
        pauses, extensions = self._intervals()
        if self.rule.transition and not successor:
            successor = self.rule.successor(version)
        try:
            return explain.explain(
                self.rule.code, self.rule.name, version, start,
                calendar or self.calendar.counting(), pauses, extensions,
                conventions or Interpretation.conventions(),
                Interpretation.readings(), successor,
                self.rule.extension_on(start, self.variant_names())
                if self.state in OPEN else None)
        except counting.CountingError:
            raise IntervalError(gettext(
                    'deadlines.msg_interval_overlap', clock=self.rec_name))

    def _intervals(self):
        "Return the intervals as counting.Pause and counting.Extension"
        pauses, extensions = [], []
        for interval in self.intervals:
            if interval.kind == 'pause':
                pauses.append(counting.Pause(
                        interval.start, getattr(interval, 'end', None),
                        interval.note, interval.convention))
            elif interval.kind == 'extension':
                extensions.append(counting.Extension(
                        interval.length, interval.note))
        return pauses, extensions

    def result(self):
        "Return the counting.Result of the clock"
        return self.explained().result

    def warning(self, due_on, calendar=None):
        "Return from when on the end is near"
        Configuration = Pool().get('deadlines.configuration')
        if due_on:
            return counting.warning_date(
                self.started_on, due_on, calendar or self.calendar.counting(),
                **Configuration.warning())

    def compute(self):
        "Set the stored dates from the events"
        explanation = self.explained()
        self.due_on = explanation.result.due_on
        self.tolerance_on = (
            explanation.tolerance.due_on if explanation.tolerance else None)
        self.warn_on = self.warning(self.due_on)

    def get_explanation(self, name):
        return '\n'.join(self.explain(Transaction().language))

    def explain(self, language='vi'):
        "Return the sentences that explain the last day"
        return self.explained().lines(language)
