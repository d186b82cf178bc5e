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
import logging
from collections import defaultdict
from itertools import count

from sql import Null
from sql.functions import CurrentTimestamp
from trytond import backend
from trytond.model import Index, ModelSQL, ModelView, Unique, fields
from trytond.modules.audit.savepoint import savepoint
from trytond.modules.deadlines.clock import OPEN
from trytond.modules.foundation import clock as time
from trytond.modules.foundation.in_sets import InSetsMixin
from trytond.pool import Pool
from trytond.tools import grouped_slice
from trytond.transaction import Transaction, TransactionError

from . import moves
from .actions import Step
from .due import DueMixin
from .matters import late_of, matters_of
from .rule import EVENTS

# How many time limits are planned together, and how often in a transaction
PLANNED, PARTS = 1000, 20
_NOTHING = moves.Matter('')
logger = logging.getLogger(__name__)


class Schedule(DueMixin, InSetsMixin, ModelSQL, ModelView):
    __name__ = 'escalation.schedule'
    _log = False
    _due_field = 'run_at'
    _due_order = ('run_at', 'id')
    _batch = 500

    clock = fields.Many2One(
        'deadlines.clock', "Time Limit", ondelete='CASCADE')
    resource = fields.Reference(
        "Record", selection='get_models',
        help="What the event has happened to.")
    event = fields.Selection(EVENTS, "Event", sort=False)
    mark = fields.Char(
        "Which Time", help="What tells this event from an earlier one.")
    rule = fields.Many2One(
        'escalation.rule', "Rule", required=True,
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
                'escalation.msg_schedule_unique'),
            ('resource_rule_step_unique',
                Unique(table, table.resource, table.rule, table.step),
                'escalation.msg_schedule_unique'),
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

    # Planning: what is to be done is decided in moves.py

    @classmethod
    def plan(cls, clocks, rules=None, new=False):
        """Plan the next step for clocks that run, forget it for the others

        rules -- only by these rules
        new -- they are: nothing is planned for them yet"""
        ids = sorted({c.id for c in clocks})
        Rule = Pool().get('escalation.rule')
        only = {r.id for r in rules} if rules is not None else None
        limits = cls.limits(ids)
        matters = matters_of(
            {resource for _, resource, _ in limits.values() if resource})
        known = {} if new else cls._known(ids)
        plain, calendars = Rule.plain(), Calendars()
        create, move, forget = [], [], []
        for id_, (limit, resource, calendar) in limits.items():
            changes = moves.replanned(
                plain, matters.get(resource, _NOTHING), limit,
                calendars[calendar], known.get(id_, ()), only)
            create += [(id_, row) for row in changes.create]
            move += changes.move
            forget += changes.forget
        if forget:
            cls.delete(cls.browse([row.id for row in forget]))
        cls._insert(create)
        cls.update([{
                    'id': row.id, 'counted_from': row.counted_from,
                    'run_at': row.run_at} for row in move])

    @staticmethod
    def limits(ids):
        "Return {id of a clock: (moves.Limit, resource, id of the calendar)}"
        table = Pool().get('deadlines.clock').__table__()
        cursor = Transaction().connection.cursor()
        result = {}
        for part in grouped_slice(ids, PLANNED):
            cursor.execute(*table.select(
                    table.id, table.rule, table.started_on, table.due_on,
                    table.state, table.resource, table.calendar,
                    where=table.id.in_(list(part)), order_by=[table.id.asc]))
            for id_, rule, started_on, due_on, state, *rest in cursor:
                result[id_] = (
                    moves.Limit(rule, started_on, due_on, state in OPEN),
                    *rest)
        return result

    @classmethod
    def _known(cls, ids):
        "Return {id of a clock: its moves.Row}"
        table = cls.__table__()
        cursor = Transaction().connection.cursor()
        result = defaultdict(list)
        for part in grouped_slice(ids, PLANNED):
            cursor.execute(*table.select(
                    table.clock, table.rule, table.step, table.counted_from,
                    table.run_at, table.id, table.done_at,
                    where=table.clock.in_(list(part)),
                    order_by=[table.id.asc]))
            for clock, *values, done_at in cursor:
                result[clock].append(
                    moves.Row(*values, done=done_at is not None))
        return result

    @classmethod
    def happen(cls, event, record, times=None, mark=None):
        """Plan what follows from an event, once for each record and rule

        times -- how many by now, for the rules that ask
        mark -- what tells this time from another one, if it can happen anew
        """
        pool = Pool()
        Rule = pool.get('escalation.rule')
        today = pool.get('ir.date').today()
        rules = [r for r in Rule.plain() if r.event == event]
        if not rules:
            return
        resource = str(record)
        matter = matters_of([resource])[resource]
        if not moves.for_event(rules, event, matter, today, times):
            return
        table = cls.__table__()
        cursor = Transaction().connection.cursor()
        cursor.execute(*table.select(
                table.rule, table.mark,
                where=(table.resource == resource)
                & table.rule.in_([r.id for r in rules])))
        cls.insert([{
                    'resource': resource, 'event': event, 'mark': mark,
                    'rule': row.rule, 'step': row.step, 'run_at': row.run_at,
                    } for row in moves.happened(
                        rules, event, matter, today, time.utcnow(), times,
                        mark, cursor.fetchall())], check=False)

    @classmethod
    def plan_rules(cls, rows=()):
        """Apply rules that are new or have changed to what runs already

        On PostgreSQL a part is one transaction: where it ended is kept, and
        the queue takes the next one, or the sweep of the next morning."""
        pool = Pool()
        Rule = pool.get('escalation.rule')
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
                'run_at': moves.morning_after(
                    day, 0, clock.calendar.counting())})

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
            if concurrent and len(rows) == cls._batch:
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
        except Exception as error:
            if len(rows) == 1:
                logger.exception("escalation %s failed", rows[0].id)
                cls._failed(rows[0].id, error)
                return
            # whichever it is must not hold up the others
            logger.exception("%s escalations, by halves", len(rows))
            ids = [r.id for r in rows]
            for part in grouped_slice(ids, (len(ids) + 1) // 2):
                cls.run(cls.browse(list(part)))

    @classmethod
    def _failed(cls, id_, error):
        row = cls(id_)
        cls.write([row], {
                'done_at': time.utcnow(),
                'error': f'{type(error).__name__}: {error}'[:250]})
        Pool().get('escalation.escalation').fail(row)

    @classmethod
    def _run(cls, rows):
        Action = Pool().get('escalation.action')
        now = time.utcnow()
        today = time.local_day(now)
        ids = [r.id for r in rows]
        cls._done(ids, now)
        taken = cls._steps(ids, today)
        calendars = Calendars()
        following = [
            (clock, moves.following(
                    step.rule, row, today, calendars[calendar]))
            for row, step, clock, calendar in taken if clock]
        # first: a step can end the time limit, and what waits for it
        cls._insert([(clock, row) for clock, row in following if row])
        Action.take([step for _, step, *_ in taken])

    @classmethod
    def _steps(cls, ids, today):
        """Return the steps to take, in the order of their rows

        Each as (moves.Row, actions.Step, id of the clock, of its calendar);
        without those whose time limit has ended, or whose record is gone."""
        pool = Pool()
        table = cls.__table__()
        cursor = Transaction().connection.cursor()
        rows = []
        for part in grouped_slice(ids, PLANNED):
            cursor.execute(*table.select(
                    table.rule, table.step, table.counted_from, table.run_at,
                    table.id, table.clock, table.resource,
                    where=table.id.in_(list(part))))
            rows += [(moves.Row(*values), clock, resource)
                for *values, clock, resource in cursor]
        place = {id_: n for n, id_ in enumerate(ids)}
        rows.sort(key=lambda r: place[r[0].id])
        limits = cls.limits(sorted({c for _, c, _ in rows if c}))
        late = late_of({
                limits[clock][1] if clock else resource
                for _, clock, resource in rows} - {None})
        rules = {r.id: r for r in pool.get('escalation.rule').browse(
                sorted({row.rule for row, _, _ in rows}))}
        result = []
        for row, clock, resource in rows:
            limit, of_clock, calendar = limits[clock] if clock else (
                None, None, None)
            about = late.get(of_clock if clock else resource)
            rule = rules[row.rule]
            if not about or limit and (
                    not limit.open
                    or moves.comes_too_late(rule, limit, today)):
                continue
            due_on = limit.due_on if limit else None
            result.append((row, Step(
                        rule, about, clock, due_on,
                        max(0, (today - due_on).days) if due_on else 0,
                        row.step), clock, calendar))
        return result

    # Rows are many, and nothing watches them: written in SQL, which also
    # leaves alone what Tryton has read.

    @classmethod
    def _done(cls, ids, now):
        table = cls.__table__()
        cursor = Transaction().connection.cursor()
        for part in grouped_slice(ids, PLANNED):
            cursor.execute(*table.update(
                    [table.done_at, table.write_date],
                    [now, CurrentTimestamp()],
                    where=table.id.in_(list(part))))
        cls.forget_read(ids)

    @classmethod
    def _insert(cls, rows):
        "Write rows, each a pair of the id of a clock and a moves.Row"
        cls.insert([{
                    'clock': clock, 'rule': row.rule, 'step': row.step,
                    'counted_from': row.counted_from, 'run_at': row.run_at,
                    } for clock, row in rows], check=False)


class Calendars(dict):
    "The counting.Calendar of each calendar, by id"

    def __missing__(self, id_):
        self[id_] = Pool().get('deadlines.calendar')(id_).counting()
        return self[id_]
