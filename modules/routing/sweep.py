# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What nothing else would notice, looked for every morning.

A handler who left without a successor, an agency that ended without one, a
time limit that runs and is planned nowhere.  Driven by what is in the tables,
so that nothing depends on a call that was forgotten.
"""
from sql import Null
from sql.conditionals import Coalesce
from sql.operators import Exists

from trytond.model import Model
from trytond.modules.deadlines.clock import OPEN
from trytond.pool import Pool
from trytond.tools import grouped_slice
from trytond.transaction import Transaction, without_check_access

from .transfer import RECEIPT, RESULT

BATCH = 1000


class Sweep(Model):
    __name__ = 'routing.sweep'

    @classmethod
    def run(cls):
        "Look for what is about to fall silent; by trytond-cron"
        with without_check_access():
            Pool().get('routing.escalation.schedule').plan_rules()
            cls.start_transfers()
            cls.plan_forgotten()
            cls.find_gone()
            cls.find_ended()

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
        Schedule = pool.get('routing.escalation.schedule')
        clock, row = Clock.__table__(), Schedule.__table__()
        cursor = Transaction().connection.cursor()
        cursor.execute(*clock.join(row, 'LEFT', condition=(
                    row.clock == clock.id)).select(
                clock.id,
                where=clock.state.in_(OPEN) & (clock.due_on != Null)
                & (row.id == Null)))
        for ids in grouped_slice([id_ for id_, in cursor.fetchall()], BATCH):
            Schedule.plan(Clock.browse(list(ids)))

    @classmethod
    def find_gone(cls):
        "Find open letters and cases whose handler is no more, or away"
        pool = Pool()
        Schedule = pool.get('routing.escalation.schedule')
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
            & (membership.valid_from <= today)
            & (Coalesce(membership.valid_to, today) >= today))
        away = absence.select(
            absence.id,
            where=(absence.user == table.handler)
            & (absence.agency == table.agency)
            & (absence.delegate == Null)
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
        Schedule = pool.get('routing.escalation.schedule')
        for name in ['complaints.letter', 'complaints.case']:
            Model = pool.get(name)
            for record in Model.search([
                        ('agency.valid_to', '<', today),
                        ('state', 'not in', Model._closed())]):
                Schedule.happen('agency_ended', record)
