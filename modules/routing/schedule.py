# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""When what has to move up: a table, and the job that empties it.

The job takes what is due, so its cost grows with that and not with what
exists.  It works in the transaction of the cron: killed halfway it has done
nothing, and done it has done once (a row is unique per clock and step, and on
PostgreSQL rows are taken with FOR UPDATE SKIP LOCKED).
"""
import datetime as dt

from sql import For, Null

from trytond.model import Index, ModelSQL, ModelView, Unique, fields
from trytond.modules.agencies import clock as time
from trytond.modules.deadlines.clock import OPEN
from trytond.pool import Pool
from trytond.transaction import Transaction

BATCH = 200
HOUR = 7    # delays move up in the morning


class Schedule(ModelSQL, ModelView):
    __name__ = 'routing.escalation.schedule'
    _log = False

    clock = fields.Many2One(
        'deadlines.clock', "Time Limit", required=True, ondelete='CASCADE')
    rule = fields.Many2One(
        'routing.escalation.rule', "Rule", required=True,
        ondelete='RESTRICT')
    step = fields.Integer("Level", required=True)
    run_at = fields.DateTime("Run at", required=True)
    done_at = fields.DateTime("Done at")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints += [
            ('step_unique', Unique(table, table.clock, table.step),
                'routing.msg_schedule_unique'),
            ]
        cls._sql_indexes.add(Index(
                table, (table.run_at, Index.Range()),
                where=table.done_at == Null))
        cls._order.insert(0, ('run_at', 'ASC'))

    @classmethod
    def plan(cls, clocks):
        "Plan the first step for clocks that run, forget it for the others"
        Rule = Pool().get('routing.escalation.rule')
        waiting = {
            s.clock.id: s for s in cls.search([
                    ('clock', 'in', [c.id for c in clocks]),
                    ('done_at', '=', None),
                    ], order=[])}
        steps_done = {
            s.clock.id for s in cls.search([
                    ('clock', 'in', [c.id for c in clocks]),
                    ('done_at', '!=', None),
                    ], order=[])}
        to_create, to_write, to_delete = [], [], []
        for clock in clocks:
            row = waiting.get(clock.id)
            if clock.state not in OPEN or not clock.due_on:
                if row:
                    to_delete.append(row)
                continue
            rule = row.rule if row else Rule.find(clock, clock.due_on)
            if not rule:
                continue
            run_at = cls._after(clock, clock.due_on, rule.delay)
            if row and row.step == 1 and row.run_at != run_at:
                to_write.extend(([row], {'run_at': run_at}))
            elif not row and clock.id not in steps_done:
                to_create.append({
                        'clock': clock.id, 'rule': rule.id, 'step': 1,
                        'run_at': run_at})
        cls.delete(to_delete)
        cls.create(to_create)
        if to_write:
            cls.write(*to_write)

    @staticmethod
    def _after(clock, day, working_days):
        "Return the moment when a delay moves up"
        calendar = clock.calendar.counting()
        day += dt.timedelta(days=1)
        for _ in range(working_days):
            day = calendar.next_working(day) + dt.timedelta(days=1)
        return time.start_of(calendar.next_working(day), HOUR)

    @classmethod
    def run_due(cls):
        "Escalate what is due by now; return how many steps were taken"
        count = 0
        while rows := cls._take(time.utcnow()):
            cls.run(rows)
            count += len(rows)
        return count

    @classmethod
    def _take(cls, now):
        "Lock and return the next rows that are due"
        transaction = Transaction()
        table = cls.__table__()
        query = table.select(
            table.id,
            where=(table.done_at == Null) & (table.run_at <= now),
            order_by=[table.run_at.asc, table.id.asc],
            limit=BATCH)
        if transaction.database.has_select_for():
            query.for_ = For('UPDATE', skip_locked=True)
        cursor = transaction.connection.cursor()
        cursor.execute(*query)
        return cls.browse([id_ for id_, in cursor])

    @classmethod
    def run(cls, rows):
        "Take the steps of the rows and plan the next ones"
        Escalation = Pool().get('routing.escalation')
        now = time.utcnow()
        cls.write(list(rows), {'done_at': now})
        late = [r for r in rows if r.clock.state in OPEN]
        if not late:
            return
        Escalation.raise_(late)
        following = []
        for row in late:
            rule = row.rule
            if rule.repeat and row.step < rule.levels:
                following.append({
                        'clock': row.clock.id, 'rule': rule.id,
                        'step': row.step + 1,
                        'run_at': cls._after(
                            row.clock, time.local_day(now), rule.repeat)})
        cls.create(following)
