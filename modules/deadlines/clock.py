# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.i18n import gettext
from trytond.ir.resource import ResourceAccessMixin
from trytond.model import Index, ModelSQL, ModelView, fields
from trytond.pool import Pool
from trytond.pyson import Eval, If
from trytond.transaction import Transaction

from . import counting, explain
from .clocked import UrgencyMixin, urgency_visual
from .exceptions import ClockAccessError, ClockError, IntervalError

OPEN = ['running', 'paused']


class Clock(UrgencyMixin, ResourceAccessMixin, ModelSQL, ModelView):
    __name__ = 'deadlines.clock'

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

    def get_rec_name(self, name):
        return self.rule.rec_name

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
        if external or mode == 'delete' and Transaction().user:
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
        no such limit then; nor does one whose clock runs already.  Raises
        ClockRuleError for an unknown code.
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
            rule = Rule.get(code)
            variants = record.clock_variants()
            version = rule.version_on(day, variants)
            if not version:
                continue
            clock = cls(
                resource=record, rule=rule, version=version,
                calendar=record.clock_calendar() or state_calendar,
                started_on=day, variants=','.join(sorted(variants)),
                state='running', intervals=[])
            clock.compute()
            clocks.append(clock)
        cls.save(clocks)
        return clocks

    @classmethod
    def stop(cls, records, codes, day, state=None):
        """End the open clocks of the records.

        codes -- of the rules that end, None for all of them
        day -- the day of the act that ends them, or {record: day}
        state -- the state to leave them in; by default met or missed,
            whichever is true
        """
        domain = [
            ('resource', 'in', [str(r) for r in records]),
            ('state', 'in', OPEN),
            ]
        if codes is not None:
            domain.append(('rule.code', 'in', list(codes)))
        clocks = cls.search(domain)
        days = {str(r): d for r, d in day.items()} if isinstance(
            day, dict) else {}
        for clock in clocks:
            clock.ended_on = days[str(clock.resource)] if days else day
            clock.state = state or (
                'missed' if clock.due_on and clock.ended_on > clock.due_on
                else 'met')
        cls.save(clocks)
        return clocks

    @classmethod
    def revise(cls, records):
        """Choose the versions anew after the circumstances have changed

        Only clocks that are open move; what has ended is not rewritten."""
        clocks = cls.search([
                ('resource', 'in', [str(r) for r in records]),
                ('state', 'in', OPEN),
                ])
        for clock in clocks:
            variants = clock.resource.clock_variants()
            version = clock.rule.version_on(clock.started_on, variants)
            if version:
                clock.version = version
                clock.variants = ','.join(sorted(variants))
        cls._recompute(clocks)

    @classmethod
    def pause(cls, clocks, day, reason, document=None):
        "Stop counting from the day after `day`, the day of the decision"
        for clock in clocks:
            clock._check_state('running', day)
            clock.intervals = [*clock.intervals, clock._interval(
                    'pause', start=day, reason=reason, document=document)]
            clock.state = 'paused'
        cls._recompute(clocks)

    @classmethod
    def resume(cls, clocks, day, document=None):
        "Count again from the day after `day`, the day of the decision"
        for clock in clocks:
            clock._check_state('paused', day)
            intervals = list(clock.intervals)
            for interval in intervals:
                if interval.kind == 'pause' and not interval.end:
                    interval.end = day
                    interval.end_document = document
            clock.intervals = intervals
            clock.state = 'running'
        cls._recompute(clocks)

    @classmethod
    def extend(cls, clocks, length, day, reason, document=None):
        """Add `length` units of the rule by a decision of `day`

        Raises ClockError when the period has ended by then."""
        for clock in clocks:
            clock._check_state('running', day)
            if clock.due_on < day:
                raise ClockError(gettext(
                        'deadlines.msg_extend_late', clock=clock.rec_name))
            clock.intervals = [*clock.intervals, clock._interval(
                    'extension', start=day, length=length, reason=reason,
                    document=document)]
        cls._recompute(clocks)

    def _check_state(self, state, day):
        if self.state != state or day < self.started_on:
            raise ClockError(gettext(
                    'deadlines.msg_clock_state', clock=self.rec_name,
                    state=self.state_string))

    def _interval(self, kind, **values):
        Interval = Pool().get('deadlines.clock.interval')
        return Interval(kind=kind, **values)

    @classmethod
    def _recompute(cls, clocks):
        for clock in clocks:
            clock.compute()
        cls.save(clocks)

    def result(self):
        "Return the counting.Result of the clock"
        length, pauses = self.version.length, []
        for interval in self.intervals:
            if interval.kind == 'pause':
                pauses.append(counting.Pause(
                        interval.start, getattr(interval, 'end', None),
                        interval.reason or ''))
            else:
                length += interval.length
        try:
            return counting.count(
                self.started_on, length, self.version.unit,
                self.calendar.counting(), pauses, self.version.before)
        except counting.CountingError:
            raise IntervalError(gettext(
                    'deadlines.msg_interval_overlap', clock=self.rec_name))

    def compute(self):
        "Set the stored dates from the events"
        self.due_on = self.result().due_on
        self.warn_on = None
        if self.due_on:
            self.warn_on = counting.warning_date(
                self.started_on, self.due_on, self.calendar.counting())

    def get_explanation(self, name):
        return '\n'.join(self.explain(Transaction().language))

    def explain(self, language='vi'):
        "Return the sentences that explain the last day"
        version = self.version
        return explain.lines(
            self.result(), self.started_on, self.rule.code,
            version.length, version.unit, version.citation,
            version.certainty, language=language)


class Interval(ModelSQL, ModelView):
    __name__ = 'deadlines.clock.interval'

    clock = fields.Many2One(
        'deadlines.clock', "Clock", required=True, ondelete='CASCADE')
    kind = fields.Selection([
            ('pause', "Pause"),
            ('extension', "Extension"),
            ], "Kind", required=True, sort=False)
    start = fields.Date("Decided on", required=True)
    end = fields.Date(
        "Resumed on",
        domain=[
            If(Eval('start') & Eval('end'),
                ('end', '>=', Eval('start')),
                ()),
            ],
        states={
            'invisible': Eval('kind') != 'pause',
            })
    length = fields.Integer(
        "Length",
        states={
            'invisible': Eval('kind') != 'extension',
            'required': Eval('kind') == 'extension',
            })
    reason = fields.Char("Reason", required=True)
    document = fields.Char("Document")
    end_document = fields.Char(
        "Document of the Resumption",
        states={
            'invisible': Eval('kind') != 'pause',
            })

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add('clock')
        cls._order.insert(0, ('start', 'ASC'))

    @classmethod
    def check_modification(cls, mode, intervals, values=None, external=False):
        super().check_modification(
            mode, intervals, values=values, external=external)
        if external:
            raise ClockAccessError(gettext('deadlines.msg_clock_access'))
