# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What nothing else would notice, looked for every morning.

A handler who left without a successor, an agency that ended without one, a
time limit that runs and is planned nowhere.  Driven by what is in the tables,
so that nothing depends on a call that was forgotten.
"""
import datetime as dt

from sql import Literal, Null
from sql.aggregate import Min
from sql.conditionals import Coalesce
from sql.operators import Exists
from trytond.model import Model
from trytond.modules.deadlines.clock import OPEN
from trytond.modules.foundation import clock
from trytond.modules.foundation.acting import as_server
from trytond.modules.routing.transfer import RECEIPT, RESULT
from trytond.pool import Pool
from trytond.tools import grouped_slice
from trytond.transaction import Transaction

BATCH = 1000
# What somebody waits for, and a time limit watches over
WATCHED = ['complaints.letter', 'complaints.case', 'reception.reception',
    'routing.transfer']
# States in which something else watches: the rules on drafts, and on what the
# sender was asked to supplement; the time limits of the superior, who has
# taken the case up, as nobody but his own act says
_ELSEWHERE = {
    'complaints.letter': {'received', 'supplementing'},
    'complaints.case': {'contested', 'taken'},
    }
# The states in which something is to be done, where it is not all the others
_OPEN = {
    'reception.reception': ['done', 'refused'],
    'routing.transfer': ['sent', 'received'],
    }


def states_open(Model):
    "Return the states in which a time limit has to run"
    over = _ELSEWHERE.get(Model.__name__, set())
    return _OPEN.get(Model.__name__) or [
        state for state, _ in Model.state.selection
        if state not in over and state not in Model._closed()]


def is_open(record):
    "Tell if something is to be done still"
    if record.__name__ == 'routing.transfer':
        return not (record.state == 'received' and record.result_on)
    if record.__name__ == 'reception.reception':
        return not record.answered_on and not record.letter
    return record.state in states_open(record.__class__)


class Sweep(Model):
    __name__ = 'escalation.sweep'

    @classmethod
    def run(cls):
        "Look for what is about to fall silent; by trytond-cron"
        with as_server("nothing may fall silent, wherever it is"):
            Pool().get('escalation.schedule').plan_rules()
            cls.start_transfers()
            cls.plan_forgotten()
            cls.find_gone()
            cls.find_ended()
            cls.find_drafts()
            cls.find_unsupplemented()
            cls.find_unclocked()

    @classmethod
    def start_transfers(cls):
        "Start the time limits of transfers that have none, as of old ones"
        pool = Pool()
        Clock = pool.get('deadlines.clock')
        Letter = pool.get('complaints.letter')
        Transfer = pool.get('routing.transfer')
        transfers = Transfer.search([
                ('due_on', '=', None),
                ['OR', ('state', '=', 'sent'), [
                        ('state', '=', 'received'),
                        ('result_on', '=', None)]]])
        Transfer.settled([
                t.twin for t in transfers
                if t.state == 'received'
                and t.twin.state in Letter._closed()])
        Clock.start([
                (t, RECEIPT, t.sent_on) if t.state == 'sent'
                else (t, RESULT, t.received_on)
                for t in Transfer.browse([t.id for t in transfers])
                if not t.result_on])

    @classmethod
    def plan_forgotten(cls):
        "Plan what runs and waits for nothing, whatever made it so"
        pool = Pool()
        Clock = pool.get('deadlines.clock')
        Schedule = pool.get('escalation.schedule')
        running, row = Clock.__table__(), Schedule.__table__()
        cursor = Transaction().connection.cursor()
        cursor.execute(*running.join(row, 'LEFT', condition=(
                    row.clock == running.id)).select(
                running.id,
                where=running.state.in_(OPEN) & (running.due_on != Null)
                & (row.id == Null)))
        for ids in grouped_slice([id_ for id_, in cursor.fetchall()], BATCH):
            Schedule.plan(Clock.browse(list(ids)))

    @classmethod
    def find_gone(cls):
        "Find open letters and cases whose handler is no more, or away"
        pool = Pool()
        Schedule = pool.get('escalation.schedule')
        for name in ['complaints.letter', 'complaints.case']:
            Model = pool.get(name)
            for ids in grouped_slice(cls._gone(Model), BATCH):
                for record in Model.browse(list(ids)):
                    Schedule.happen(
                        'handler_gone', record, mark=str(record.handler.id))

    @classmethod
    def _gone(cls, Model):
        "Return the ids of the open records whose handler is not there"
        pool = Pool()
        today = pool.get('ir.date').today()
        table = Model.__table__()
        user = pool.get('res.user').__table__()
        membership = pool.get('agencies.membership').__table__()
        absence = pool.get('agencies.absence').__table__()
        present = membership.select(
            membership.id,
            where=(membership.user == table.handler)
            & (membership.agency == table.agency)
            & membership.role.in_(['handler', 'leader', 'clerk'])
            & (membership.state == 'held')
            & (membership.valid_from <= today)
            & (Coalesce(membership.valid_to, today) >= today))
        away = absence.select(
            absence.id,
            where=(absence.user == table.handler)
            & (absence.agency == table.agency)
            & ((absence.delegate == Null)
                | (absence.delegate_confirmed == Literal(False)))
            & (absence.valid_from <= today) & (absence.valid_to >= today))
        cursor = Transaction().connection.cursor()
        cursor.execute(*table.join(
                user, condition=user.id == table.handler).select(
                table.id,
                where=~table.state.in_(Model._closed())
                & ((user.active == False)       # noqa: E712
                    | ~Exists(present) | Exists(away)),
                order_by=[table.id.asc]))
        return [id_ for id_, in cursor.fetchall()]

    @classmethod
    def find_ended(cls):
        "Find what is open at agencies that exist no more"
        pool = Pool()
        today = pool.get('ir.date').today()
        Schedule = pool.get('escalation.schedule')
        for name in ['complaints.letter', 'complaints.case']:
            Model = pool.get(name)
            for record in Model.search([
                        ('agency.valid_to', '<', today),
                        ('state', 'not in', Model._closed())]):
                Schedule.happen('agency_ended', record)

    @classmethod
    def find_drafts(cls):
        "Find letters that lie unregistered: nothing counts for them yet"
        pool = Pool()
        Letter = pool.get('complaints.letter')
        Schedule = pool.get('escalation.schedule')
        last = -1
        while letters := Letter.search([
                    ('id', '>', last), ('state', '=', 'received'),
                    ('transferred_from', '=', None),
                    ], order=[('id', 'ASC')], limit=BATCH):
            days = cls.draft_days(letters)
            for letter in letters:
                if days[letter] > 0:
                    Schedule.happen('draft', letter, times=days[letter])
            last = letters[-1].id

    @classmethod
    def find_unsupplemented(cls):
        "Find letters that wait for their senders: no time limit runs"
        pool = Pool()
        Letter = pool.get('complaints.letter')
        Schedule = pool.get('escalation.schedule')
        last = -1
        while letters := Letter.search([
                    ('id', '>', last), ('state', '=', 'supplementing'),
                    ], order=[('id', 'ASC')], limit=BATCH):
            for letter in letters:
                # it may be asked for a second time
                Schedule.happen(
                    'unsupplemented', letter, times=cls.quiet_days(letter),
                    mark=str(cls._asked_on(letter)))
            last = letters[-1].id

    @staticmethod
    def _asked_on(letter):
        "Return when the sender was asked: then the last time limit ended"
        return max(
            (c.ended_on for c in letter.clocks if c.ended_on),
            default=letter.received_on)

    @classmethod
    def draft_days(cls, letters):
        """Return for how many days each letter has lain here as a draft

        Since it was received, but at least since it was first written: whoever
        may change the day of receipt each morning makes no draft younger.
        When it was written the audit says, which nobody changes."""
        pool = Pool()
        today = pool.get('ir.date').today()
        entry = pool.get('audit.entry').__table__()
        cursor = Transaction().connection.cursor()
        written = {}
        for part in grouped_slice(list(letters), BATCH):
            cursor.execute(*entry.select(
                    entry.resource, Min(entry.at),
                    where=(entry.action == 'create')
                    & entry.resource.in_([str(le) for le in part]),
                    group_by=[entry.resource]))
            written.update(cursor)
        result = {}
        for letter in letters:
            since = letter.received_on
            if at := written.get(str(letter)):
                if isinstance(at, str):
                    at = dt.datetime.fromisoformat(at)
                since = min(since, clock.local_day(at))
            result[letter] = (today - since).days
        return result

    @classmethod
    def find_unclocked(cls):
        "Find what is open without a time limit, whatever made it so"
        Schedule = Pool().get('escalation.schedule')
        for name in WATCHED:
            Model = Pool().get(name)
            last = -1
            while ids := cls._open(Model, last):
                for record in Model.browse(sorted(
                            cls.without_clock(Model, ids))):
                    Schedule.happen(
                        'unclocked', record, times=cls.quiet_days(record),
                        mark=record.state)
                last = ids[-1]

    @classmethod
    def without_clock(cls, Model, ids):
        "Return which of the records are open, and no time limit runs"
        Clock = Pool().get('deadlines.clock')
        running, cursor = (
            Clock.__table__(), Transaction().connection.cursor())
        names = {f'{Model.__name__},{id_}': id_ for id_ in ids}
        cursor.execute(*running.select(
                running.resource, where=running.state.in_(OPEN)
                & running.resource.in_(list(names))))
        found = set(ids) - {names[resource] for resource, in cursor}
        return {r.id for r in Model.browse(sorted(found)) if is_open(r)}

    @classmethod
    def quiet_days(cls, record):
        """Return for how many days nothing was done about a record

        Of a case since its last act: the law has periods without a limit; of
        a letter that waits for its sender since he was asked."""
        pool = Pool()
        today = pool.get('ir.date').today()
        since = getattr(record, 'received_on', None) or getattr(
            record, 'day', None) or getattr(record, 'sent_on', None)
        if record.__name__ == 'complaints.case':
            acts = pool.get('complaints.act').search(
                [('case', '=', record.id)], order=[('day', 'DESC')], limit=1)
            since = acts[0].day if acts else record.accepted_on
        elif (record.__name__ == 'complaints.letter'
                and record.state == 'supplementing'):
            since = cls._asked_on(record)
        return max(1, (today - since).days) if since else 1

    @classmethod
    def _open(cls, Model, last):
        "Return the ids of the next records that may be open"
        return [r.id for r in Model.search([
                    ('id', '>', last), ('state', 'in', states_open(Model))],
                order=[('id', 'ASC')], limit=BATCH)]
