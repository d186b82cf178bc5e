# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a rule would do, before it is switched on: over today's cases."""
import datetime as dt
from collections import Counter

from trytond.i18n import gettext
from trytond.model import ModelView, fields
from trytond.modules.deadlines.clock import OPEN
from trytond.modules.foundation import clock as time
from trytond.modules.foundation.acting import as_server
from trytond.modules.foundation.one_record import OneRecord
from trytond.modules.foundation.reading_wizard import ReadingWizard
from trytond.pool import Pool
from trytond.transaction import Transaction
from trytond.wizard import Button, StateTransition, StateView, Wizard

from . import events, moves
from .actions import Step, people_of
from .matters import late_of, matters_of
from .schedule import Calendars

LIMIT = 5000    # how many time limits are looked at
SHOWN = 200


class TryStart(ModelView):
    __name__ = 'escalation.try.start'

    rule = fields.Many2One(
        'escalation.rule', "Rule", required=True)
    days = fields.Integer(
        "Within (Days)", required=True, domain=[('days', '>=', 0)],
        help="What the rule would do by now, and in so many days.")

    @staticmethod
    def default_days():
        return 30


class TryLine(ModelView):
    __name__ = 'escalation.try.line'

    agency = fields.Many2One('agencies.agency', "Agency")
    number = fields.Char("Number")
    run_at = fields.DateTime("On")
    reached = fields.Many2One('agencies.agency', "Goes to")
    people = fields.Char("Notified")
    gap = fields.Char("What Would Lack")


class TryResult(ModelView):
    __name__ = 'escalation.try.result'

    summary = fields.Text("Summary", readonly=True)
    lines = fields.One2Many(
        'escalation.try.line', None, "Letters and Cases",
        readonly=True)


class Try(OneRecord, ReadingWizard, Wizard):
    "Try a rule against today's cases"
    __name__ = 'escalation.try'
    _readable = frozenset(['escalation.rule'])

    start = StateView('escalation.try.start',
        'escalation.escalation_try_start_view_form', [
            Button("Cancel", 'end', 'tryton-cancel'),
            Button("Try", 'ask', 'tryton-search', default=True),
            ])
    ask = StateTransition()
    result = StateView('escalation.try.result',
        'escalation.escalation_try_result_view_form', [
            Button("Try again", 'start', 'tryton-back'),
            Button("Close", 'end', 'tryton-close', default=True),
            ])

    def default_start(self, fields):
        return {'rule': self.record.id if self.record else None, 'days': 30}

    def transition_ask(self):
        return 'result'

    def default_result(self, fields):
        visible = set(Pool().get('res.user').get_visible())
        cut = Pool().get('res.user').get_cut()
        Agency = Pool().get('agencies.agency')
        with as_server("all is foreseen, and shown only what one sees"), \
                Transaction().set_context(active_test=False):
            steps, looked = foresee(self.start.rule, self.start.days)
            shown = [
                step for step in steps
                if step.late.agency in visible
                and not _is_cut(step.late, cut)][:SHOWN]
            people = people_of(shown)
            lines = [line(step, people) for step in shown]
            names = {a.id: a.rec_name for a in Agency.browse(
                    list({step.late.agency for step in steps}))}
        now = time.utcnow()
        by_agency = Counter(names[step.late.agency] for step in steps)
        summary = [gettext(
                'escalation.msg_try_summary', looked=looked, found=len(steps),
                now=len([s for s in steps if s.run_at <= now]))]
        summary += [
            f'{count} – {name}' for name, count in by_agency.most_common(50)]
        return {'summary': '\n'.join(summary), 'lines': lines}


def _is_cut(late, cut):
    letters, cases = cut
    return (late.model == 'complaints.letter' and late.id in letters
        or late.model == 'complaints.case' and late.id in cases)


def foresee(rule, days):
    """Return what a rule would do by some days from now, and how much was
    looked at

    A list of actions.Step, by their moments."""
    pool = Pool()
    Clock = pool.get('deadlines.clock')
    Schedule = pool.get('escalation.schedule')
    today = pool.get('ir.date').today()
    horizon = time.utcnow() + dt.timedelta(days=days)
    domain = [('state', 'in', OPEN), ('due_on', '!=', None)]
    if rule.trigger != 'time':
        return foresee_event(rule)
    if rule.base == 'due':
        # nothing that is due later can happen by then
        domain.append(('due_on', '<=', today + dt.timedelta(
                    days=days + max(0, -2 * rule.delay) + 7)))
    if rule.clock_rule:
        domain.append(('rule', '=', rule.clock_rule.id))
    clocks = Clock.search(domain, order=[('due_on', 'ASC')], limit=LIMIT)
    limits, calendars = Schedule.limits([c.id for c in clocks]), Calendars()
    matters = matters_of({resource for _, resource, _ in limits.values()})
    found = []
    for id_, (limit, resource, calendar) in limits.items():
        if not moves.fits(rule, matters[resource]):
            continue
        run_at = moves.moment(
            rule, moves.base(rule, limit), calendars[calendar])
        if run_at <= horizon:
            found.append((run_at, id_, limit, resource))
    late = late_of({resource for *_, resource in found})
    steps = [
        Step(rule, late[resource], id_, limit.due_on, run_at=run_at)
        for run_at, id_, limit, resource in found]
    return sorted(steps, key=lambda s: s.run_at), len(clocks)


def foresee_event(rule):
    "Return what a rule on an event would do to what is open today"
    pool = Pool()
    happened, looked = [], 0
    has_happened = getattr(events, rule.event)
    for name in ['complaints.letter', 'complaints.case']:
        Model = pool.get(name)
        records = Model.search(
            [('state', 'not in', Model._closed())],
            order=[('id', 'DESC')], limit=LIMIT)
        looked += len(records)
        matters = matters_of(map(str, records))
        happened += [
            str(record) for record in records
            if moves.fits(rule, matters[str(record)])
            and has_happened(record, rule.count or 1)]
    late, now = late_of(happened), time.utcnow()
    return [
        Step(rule, late[resource], run_at=now)
        for resource in happened], looked


def line(step, people):
    "Return the values of a line that says what a step would do"
    pool = Pool()
    Action = pool.get('escalation.action')
    Escalation = pool.get('escalation.escalation')
    reached = Action.reached(step, people)
    gaps = dict(Escalation.fields_get(
            ['undelivered'])['undelivered']['selection'])
    return {
        'agency': step.late.agency,
        'number': step.late.name,
        'run_at': step.run_at,
        'reached': reached.agency,
        'people': ', '.join(people.users[u].name for u in reached.users),
        'gap': gaps.get(reached.gap) if reached.gap else None,
        }
