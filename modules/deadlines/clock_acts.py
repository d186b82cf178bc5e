# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What is done to a clock: whether it is lawful is asked of acts.py."""
from trytond.i18n import gettext
from trytond.pool import Pool

from . import acts
from .exceptions import ClockError, GroundError, IntervalError

OPEN = ['running', 'paused']
# How what is not lawful is refused; all else with a ClockError
REFUSALS = {
    'interval_overlap': IntervalError,
    'ground_not_valid': GroundError,
    'ground_document': GroundError,
    'ground_missing': GroundError,
    'ground_none': GroundError,
    }


class ClockActsMixin:
    __slots__ = ()

    def course(self):
        "Return the acts.Course of the clock"
        pool = Pool()
        Ground = pool.get('deadlines.ground')
        pauses, extensions = self._intervals()
        return acts.Course(
            self.rule.code, self.rule.procedure, self.version.lawbook(),
            self.started_on,
            self.rule.extension_on(
                self.started_on, self.resource.clock_variants()),
            Ground.lawbook_all(), tuple(pauses), tuple(extensions),
            self.due_on, self.state, pool.get('ir.date').today())

    def ask(self, act, *args):
        """Return what a function of the module acts does

        Raises ClockError, GroundError, or IntervalError where it is not
        lawful."""
        try:
            return act(*args)
        except acts.ActError as error:
            values = error.written('%d/%m/%Y')
            if 'state' in values:
                values['state'] = self.state_string
            raise REFUSALS.get(error.reason, ClockError)(gettext(
                    f'deadlines.msg_{error.reason}', clock=self.rec_name,
                    **values))

    @classmethod
    def pause(cls, clocks, day, ground, document=None, reason=None):
        """Stop counting by a decision of day, until resume

        ground -- the deadlines.ground of the decision

        Raises ClockError, GroundError, or IntervalError."""
        law = ground and ground.lawbook()
        for clock in clocks:
            clock.ask(clock.course().suspend, day, law, document)
        cls._add(clocks, 'pause', day, ground, document, reason)
        for clock in clocks:
            clock.state = 'paused'
        cls._recompute(clocks, reason or ground.name)

    @classmethod
    def resume(cls, clocks, day, document=None):
        "Count again by a decision of day"
        for clock in clocks:
            clock.ask(clock.course().resume, day)
            intervals = list(clock.intervals)
            for interval in intervals:
                if interval.kind == 'pause' and not interval.end:
                    interval.end = day
                    interval.end_document = document
            clock.intervals = intervals
            clock.state = 'running'
        cls._recompute(clocks, document or '')

    @classmethod
    def exclude(cls, clocks, start, end, ground, document=None, reason=None):
        "Do not count the days after start up to end, which is no day to come"
        law = ground and ground.lawbook()
        for clock in clocks:
            clock.ask(clock.course().exclude, start, end, law, document)
        cls._add(clocks, 'pause', start, ground, document, reason, end=end)
        cls._recompute(clocks, reason or ground.name)

    @classmethod
    def extend(cls, clocks, length, day, ground, document=None, reason=None):
        """Add `length` units of the rule by a decision of `day`

        Raises ClockError when the period has ended by then, or the law does
        not allow it: not at all, so often, or so much."""
        law = ground and ground.lawbook()
        for clock in clocks:
            clock.ask(clock.course().extend, length, day, law, document)
        cls._add(
            clocks, 'extension', day, ground, document, reason, length=length)
        cls._recompute(clocks, reason or ground.name)

    @classmethod
    def withdraw(cls, clocks, day, ground, document=None, reason=None):
        "Put the withdrawal of a part on record: the period goes on"
        cls._decide(clocks, 'withdrawal', day, ground, document, reason)
        cls.save(clocks)

    @classmethod
    def terminate(cls, clocks, day, ground, document=None, reason=None):
        "End the clocks by a decision to terminate"
        cls._decide(clocks, 'termination', day, ground, document, reason)
        for clock in clocks:
            clock.ended_on, clock.state = day, 'cancelled'
        cls.save(clocks)

    @classmethod
    def _decide(cls, clocks, kind, day, ground, document, reason):
        "Add a decision that does not change how one counts"
        law = ground and ground.lawbook()
        for clock in clocks:
            course = clock.course()
            clock.ask(course.check_day, day, *OPEN)
            clock.ask(course.check_ground, law, [kind], day, document)
        cls._add(clocks, kind, day, ground, document, reason)

    @classmethod
    def _add(cls, clocks, kind, day, ground, document, reason, **values):
        "Add an interval to each clock"
        pool = Pool()
        Interval = pool.get('deadlines.clock.interval')
        today = pool.get('ir.date').today()
        for clock in clocks:
            clock.intervals = [*clock.intervals, Interval(
                    kind=kind, start=day, ground=ground, reason=reason,
                    document=document, entered_on=today, **values)]
            if kind in {'pause', 'extension'}:
                clock.documented = True
