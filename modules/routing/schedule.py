# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""When what has to move up: a table, and the job that empties it.

The job takes what is due, so its cost grows with that and not with what
exists.  A step, what follows from it and the entry in the audit are one
transaction: killed halfway it has done nothing, and done it has done once (a
row is unique per time limit, rule and step, and on PostgreSQL rows are taken
with FOR UPDATE SKIP LOCKED).  A row that fails does not hold up the others: it
stands on the list of what could not be escalated.
"""
import datetime as dt
import logging
from itertools import count

from sql import Column, Null
from sql.functions import CurrentTimestamp

from trytond import backend
from trytond.model import Index, ModelSQL, ModelView, Unique, fields
from trytond.modules.agencies import clock as time
from trytond.modules.deadlines.clock import OPEN
from trytond.pool import Pool
from trytond.tools import grouped_slice
from trytond.transaction import Transaction, TransactionError

from .due import BATCH, DueMixin
from .escalation_rule import EVENTS
from trytond.modules.audit.savepoint import savepoint

HOUR = 7    # delays move up in the morning
# How many time limits are planned together, and how often in a transaction
PLANNED, PARTS = 1000, 20
_DAY = dt.timedelta(days=1)
logger = logging.getLogger(__name__)


class Schedule(DueMixin, ModelSQL, ModelView):
    __name__ = 'routing.escalation.schedule'
    _log = False
    _due_field = 'run_at'
    _due_order = ('run_at', 'id')

    clock = fields.Many2One(
        'deadlines.clock', "Time Limit", ondelete='CASCADE')
    resource = fields.Reference(
        "Record", selection='get_models',
        help="What the event has happened to.")
    event = fields.Selection(EVENTS, "Event", sort=False)
    mark = fields.Char(
        "Which Time", help="What tells this event from an earlier one.")
    rule = fields.Many2One(
        'routing.escalation.rule', "Rule", required=True,
        ondelete='RESTRICT')
    step = fields.Integer("Level", required=True)
    counted_from = fields.Date(
        "Counted from", help="The day from which the step was counted.")
    run_at = fields.DateTime("Run at", required=True)
    done_at = fields.DateTime("Done at")
    error = fields.Char("Error", help="Why the step failed.")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints += [
            ('clock_rule_step_unique',
                Unique(table, table.clock, table.rule, table.step),
                'routing.msg_schedule_unique'),
            ('resource_rule_step_unique',
                Unique(table, table.resource, table.rule, table.step),
                'routing.msg_schedule_unique'),
            ]
        cls._sql_indexes.add(Index(
                table, (table.run_at, Index.Range()),
                where=table.done_at == Null))
        cls._order.insert(0, ('run_at', 'ASC'))

    @classmethod
    def __register__(cls, module):
        table_h = cls.__table_handler__(module)
        older = not table_h.column_exist('counted_from')
        # once there was one rule for each time limit
        table_h.drop_constraint('step_unique')
        super().__register__(module)
        if older:
            # what waits, or was done, was counted from the date of then
            table = cls.__table__()
            clock = Pool().get('deadlines.clock').__table__()
            Transaction().connection.cursor().execute(*table.update(
                    [table.counted_from], [clock.select(
                            clock.due_on, where=clock.id == table.clock)]))

    @classmethod
    def get_models(cls):
        return [(None, '')] + Pool().get('ir.model').get_name_items()

    @property
    def record(self):
        return self.clock.resource if self.clock else self.resource

    # Planning

    @classmethod
    def plan(cls, clocks, rules=None):
        """Plan the next step for clocks that run, forget it for the others

        rules -- only by these rules"""
        Rule = Pool().get('routing.escalation.rule')
        only = {r.id for r in rules} if rules is not None else None
        waiting, done = cls._known(clocks)
        to_create, to_write, to_delete = [], [], []
        for clock in clocks:
            rows = waiting.get(clock.id, {})
            if clock.state not in OPEN or not clock.due_on:
                if only is None:
                    to_delete.extend(rows.values())
                continue
            fitting = [
                r for r in Rule.for_clock(clock)
                if only is None or r.id in only]
            for rule in fitting:
                base = clock.due_on if rule.base == 'due' else (
                    clock.started_on)
                row = rows.pop(rule.id, None)
                before = done.get((clock.id, rule.id))
                if row:
                    if row.counted_from != base:
                        to_write.extend(([row], {
                                    'counted_from': base,
                                    'run_at': cls._moment(
                                        clock, base, rule)}))
                elif not before or before.counted_from != base:
                    # moved since the last step: it can be late once more
                    to_create.append({
                            'clock': clock.id, 'rule': rule.id,
                            'step': before.step + 1 if before else 1,
                            'counted_from': base,
                            'run_at': cls._moment(clock, base, rule)})
            to_delete.extend(
                row for row in rows.values()
                if only is None or row.rule.id in only)
        cls.delete(to_delete)
        cls._insert(to_create)
        if to_write:
            cls.write(*to_write)

    @classmethod
    def _known(cls, clocks):
        "Return the rows that wait, and the last ones done, of clocks"
        waiting, done = {}, {}
        for row in cls.search([
                    ('clock', 'in', [c.id for c in clocks]),
                    ], order=[('step', 'ASC')]):
            if row.done_at is None:
                waiting.setdefault(row.clock.id, {})[row.rule.id] = row
            else:
                done[row.clock.id, row.rule.id] = row
        return waiting, done

    @classmethod
    def _moment(cls, clock, day, rule):
        "Return the morning on which the first step by a rule is taken"
        calendar = clock.calendar.counting()
        if rule.unit == 'day':
            day += rule.delay * _DAY
        elif rule.delay < 0:
            for _ in range(-rule.delay):
                day = calendar.previous_working(day - _DAY)
        if rule.delay < 0:
            return time.start_of(calendar.previous_working(day), HOUR)
        return cls._after(
            calendar, day, rule.delay if rule.unit == 'working_day' else 0)

    @staticmethod
    def _after(calendar, day, working_days):
        "Return the morning after a day and so many working days"
        day += _DAY
        for _ in range(working_days):
            day = calendar.next_working(day) + _DAY
        return time.start_of(calendar.next_working(day), HOUR)

    @classmethod
    def happen(cls, event, record, times=None, mark=None):
        """Plan what follows from an event, once for each record and rule

        times -- how many by now, for the rules that ask
        mark -- what tells this time from another one, if it can happen anew
        """
        Rule = Pool().get('routing.escalation.rule')
        rules = Rule.for_event(event, record, times)
        if not rules:
            return
        known = {}
        for row in cls.search([
                    ('resource', '=', str(record)),
                    ('rule', 'in', [r.id for r in rules])]):
            known.setdefault(row.rule.id, set()).add(row.mark)
        cls.create([{
                    'resource': str(record), 'event': event, 'mark': mark,
                    'rule': rule.id, 'step': len(known.get(rule.id, [])) + 1,
                    'run_at': time.utcnow(),
                    } for rule in rules
                if mark not in known.get(rule.id, [])])

    @classmethod
    def plan_rules(cls, rows=()):
        """Apply rules that are new or have changed to what runs already

        On PostgreSQL a part is one transaction: where it ended is kept, and
        the queue takes the next one, or the sweep of the next morning."""
        pool = Pool()
        Rule = pool.get('routing.escalation.rule')
        Clock = pool.get('deadlines.clock')
        rules = Rule.search([
                ('planned_upto', '!=', None),
                ('active', 'in', [True, False])])
        if not rules:
            return
        last = min(r.planned_upto for r in rules)
        concurrent = Transaction().database.has_select_for()
        for part in count(1):
            clocks = Clock.search([
                    ('id', '>', last), ('state', 'in', OPEN),
                    ('due_on', '!=', None),
                    ], order=[('id', 'ASC')], limit=PLANNED)
            if not clocks:
                Rule.write(rules, {'planned_upto': None})
                break
            last = clocks[-1].id
            cls.plan(clocks, rules=rules)
            if concurrent and part == PARTS:
                Rule.write(rules, {'planned_upto': last})
                cls.__queue__.plan_rules([])
                break

    @classmethod
    def postpone(cls, clock, rule, day):
        "Take the next step by a rule on the morning after a day"
        rows = cls.search([
                ('clock', '=', clock.id), ('rule', '=', rule.id),
                ('done_at', '=', None)])
        cls.write(rows, {
                'run_at': cls._after(clock.calendar.counting(), day, 0)})

    # Running

    @classmethod
    def run_due(cls, rows=()):
        """Take the steps that are due by now; return how many

        On PostgreSQL one batch is one transaction: the queue takes the next
        one, or the job of the next minute."""
        taken = 0
        concurrent = Transaction().database.has_select_for()
        while rows := cls.take(time.utcnow()):
            cls.run(rows)
            taken += len(rows)
            if concurrent and len(rows) == BATCH:
                cls.__queue__.run_due([])
                break
        return taken

    @classmethod
    def run(cls, rows):
        "Take the steps of rows, of each at least that it could not be taken"
        try:
            with savepoint():
                cls._run(rows)
        except (backend.DatabaseOperationalError, TransactionError):
            # somebody else was there first: the whole is tried again
            raise
        except Exception:
            logger.exception("escalations one by one")
            for row in cls.browse([r.id for r in rows]):
                cls._run_alone(row)

    @classmethod
    def _run_alone(cls, row):
        Escalation = Pool().get('routing.escalation')
        try:
            with savepoint():
                cls._run([row])
        except (backend.DatabaseOperationalError, TransactionError):
            raise
        except Exception as error:
            logger.exception("escalation %s failed", row.id)
            row = cls(row.id)
            cls.write([row], {
                    'done_at': time.utcnow(),
                    'error': f'{type(error).__name__}: {error}'[:250]})
            Escalation.fail(row)

    @classmethod
    def _run(cls, rows):
        Action = Pool().get('routing.escalation.action')
        now = time.utcnow()
        cls._done(rows, now)
        today = time.local_day(now)
        late = [
            r for r in rows
            if r.record and (not r.clock or r.clock.state in OPEN and not (
                    # a warning that comes too late is none
                    r.rule.delay < 0 and r.clock.due_on
                    and r.clock.due_on < today))]
        Action.take(late)
        following = []
        for row in late:
            rule = row.rule
            if row.clock and rule.repeat and row.step < rule.levels:
                following.append({
                        'clock': row.clock.id, 'rule': rule.id,
                        'step': row.step + 1,
                        'counted_from': row.counted_from,
                        'run_at': cls._after(
                            row.clock.calendar.counting(),
                            time.local_day(now), rule.repeat)})
        cls._insert(following)

    # Rows are many, and nothing watches them: written in SQL, which also
    # leaves alone what Tryton has read.

    @classmethod
    def _done(cls, rows, now):
        table = cls.__table__()
        cursor = Transaction().connection.cursor()
        for ids in grouped_slice([r.id for r in rows]):
            cursor.execute(*table.update(
                    [table.done_at, table.write_date],
                    [now, CurrentTimestamp()],
                    where=table.id.in_(list(ids))))

    @classmethod
    def _insert(cls, values):
        names = ['clock', 'rule', 'step', 'counted_from', 'run_at']
        table = cls.__table__()
        cursor = Transaction().connection.cursor()
        for part in grouped_slice(values):
            cursor.execute(*table.insert(
                    [table.create_uid, table.create_date,
                        *(Column(table, n) for n in names)],
                    [[Transaction().user, CurrentTimestamp(),
                            *(row[n] for n in names)] for row in part]))
