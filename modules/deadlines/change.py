# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A change of the law, its calendar or its reading: previewed, then applied.

It is the only door to days off, versions of rules and interpretations.  What
an open clock was promised moves in one step, with an entry each; what has
ended keeps the explanation it ended with.
"""
import json
from itertools import groupby

from trytond.i18n import gettext
from trytond.model import ModelSQL, ModelView, Workflow, fields
from trytond.model.exceptions import AccessError
from trytond.modules.foundation.locked import ALL, Lock, LockedMixin
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.tools import grouped_slice

from . import counting, explain, lawbook, release
from .clock import BATCH, OPEN
from .exceptions import ChangeError
from .what_if import WhatIf

_DRAFT = {
    'readonly': Eval('state') != 'draft',
    }


class Change(LockedMixin, Workflow, ModelSQL, ModelView):
    __name__ = 'deadlines.change'

    name = fields.Char("Name", required=True, states=_DRAFT)
    document = fields.Char(
        "Source", required=True, states=_DRAFT,
        help="The law, the decree or the announcement that says so.")
    calendar = fields.Many2One(
        'deadlines.calendar', "Calendar", required=True, states=_DRAFT)
    announced = fields.Boolean(
        "Announced", states=_DRAFT,
        help="The days are official. Otherwise they are provisional, and each "
        "date that depends on them says so.")
    release = fields.Boolean(
        "From a Release", readonly=True,
        help="What a new release of Donthu says of the calendar.")
    year = fields.Integer(
        "Whole Year", readonly=True, states={
            'invisible': ~Eval('year'),
            },
        help="Once it is announced: days of this year that were provisional "
        "and do not stand here are taken back.")
    days = fields.One2Many(
        'deadlines.change.day', 'change', "Days", states=_DRAFT)
    versions = fields.One2Many(
        'deadlines.change.version', 'change', "Versions of Rules",
        states=_DRAFT)
    choices = fields.One2Many(
        'deadlines.change.choice', 'change', "Interpretations",
        states=_DRAFT)
    moves = fields.One2Many(
        'deadlines.change.move', 'change', "Time Limits that Move",
        readonly=True,
        states={
            'invisible': ~Eval('state').in_(['previewed', 'applied']),
            })
    moved = fields.Integer("Number of Moves", readonly=True, states={
            'invisible': ~Eval('state').in_(['previewed', 'applied']),
            })
    kept = fields.Integer(
        "Unchanged", readonly=True,
        states={
            'invisible': ~Eval('state').in_(['previewed', 'applied']),
            },
        help="Open time limits of the changed rules that keep the version "
        "under which they began.")
    applied_on = fields.Date("Applied on", readonly=True, states={
            'invisible': Eval('state') != 'applied',
            })
    state = fields.Selection([
            ('draft', "Draft"),
            ('previewed', "Previewed"),
            ('applied', "Applied"),
            ('cancelled', "Cancelled"),
            ], "State", required=True, readonly=True, sort=False)
    state_string = state.translated('state')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._order = [('id', 'DESC')]
        cls._transitions |= {
            ('draft', 'previewed'),
            ('previewed', 'draft'),
            ('previewed', 'applied'),
            ('draft', 'cancelled'),
            ('previewed', 'cancelled'),
            }
        cls._buttons.update({
                'cancel': {
                    'invisible': ~Eval('state').in_(['draft', 'previewed']),
                    'icon': 'tryton-cancel',
                    'depends': ['state'],
                    },
                'draft': {
                    'invisible': Eval('state') != 'previewed',
                    'icon': 'tryton-back',
                    'depends': ['state'],
                    },
                'preview': {
                    'invisible': Eval('state') != 'draft',
                    'icon': 'tryton-search',
                    'depends': ['state'],
                    },
                'apply': {
                    'invisible': Eval('state') != 'previewed',
                    'icon': 'tryton-ok',
                    'depends': ['state'],
                    },
                })

    @staticmethod
    def default_state():
        return 'draft'

    @staticmethod
    def default_announced():
        return True

    @staticmethod
    def default_calendar():
        calendar = Pool().get('deadlines.calendar').get_state_calendar()
        return calendar.id if calendar else None

    _lock = Lock(
        AccessError, 'deadlines.msg_change_locked',
        makes={'draft'}, removes={'draft'}, writes={'draft': ALL})

    @classmethod
    def _locked_always(cls):
        return {'state', 'moves', 'moved', 'kept', 'applied_on'}

    @classmethod
    @ModelView.button
    @Workflow.transition('cancelled')
    def cancel(cls, changes):
        pass

    @classmethod
    @ModelView.button
    @Workflow.transition('draft')
    def draft(cls, changes):
        cls._clear(changes)

    @classmethod
    @ModelView.button
    @Workflow.transition('previewed')
    def preview(cls, changes):
        for change in changes:
            change._take_back()
            change.check_content()
            change._foresee()

    @classmethod
    @ModelView.button
    @Workflow.transition('applied')
    def apply(cls, changes):
        "Foresee once more, then do it: days may have passed since"
        today = Pool().get('ir.date').today()
        cls.lock(changes)
        for change in changes:
            change.check_content()
            change._clear([change])
            change._freeze()
            moves = change._foresee()
            change._write_law()
            change._write_clocks(moves)
        cls.write(changes, {'applied_on': today})

    @classmethod
    def _clear(cls, changes):
        Move = Pool().get('deadlines.change.move')
        Move.delete([m for change in changes for m in change.moves])
        cls.write(changes, {'moved': None, 'kept': None})

    def _take_back(self):
        "Add what an announced year no longer has of its provisional days"
        Line = Pool().get('deadlines.change.day')
        if not (self.year and self.announced):
            return
        named = {line.date for line in self.days}
        Line.create([{
                    'change': self.id,
                    'date': day.date,
                    'kind': 'ordinary',
                    'name': release.TAKEN_BACK,
                    } for day in self.calendar.days
                if day.date.year == self.year and day.date not in named
                and day.state == 'provisional' and day.kind != 'ordinary'])

    def content(self):
        "Return the lines, in the order in which they are enacted"
        return [*self.days, *self.versions, *self.choices]

    def check_content(self):
        "Raise ChangeError if there is nothing in it, or a contradiction"
        if not self.content():
            raise ChangeError(gettext(
                    'deadlines.msg_change_empty', change=self.rec_name))
        for line in self.versions:
            line.check()

    # What would be

    def what_if(self):
        "Return the WhatIf of this change"
        Interpretation = Pool().get('deadlines.interpretation')
        choices = Interpretation.choices() | {
            line.interpretation.convention: line.choice
            for line in self.choices}
        days = {
            day.date: day.day_off() for day in self.calendar.days
            if day.kind != 'ordinary'} | {
            line.date: line.day_off() for line in self.days}
        days = [day for day in days.values() if day.kind != 'ordinary']
        versions = {}
        for line in self.versions:
            known = versions.get(line.rule.id) or [
                v for v in line.rule.lawbook_versions()]
            if line.replaces:
                known = [line.closed(v) for v in known]
            versions[line.rule.id] = [*known, line.lawbook()]
        return WhatIf(
            counting.Calendar(days, self.calendar.name, choices),
            lawbook.conventions(choices), versions,
            {
                line.rule.id: line.valid_from
                for line in self.versions if line.running},
            self.circumstances)

    def circumstances(self, clock):
        "Return the circumstances that an open clock would have"
        return clock.variant_names()

    def _clauses(self, open_):
        """Return domains of the clocks that the change could touch

        open_ -- those that run, or else those that have ended"""
        conventions = {
            line.interpretation.convention for line in self.choices}
        days_by_reading = {
            day.date: day.reading for day in self.calendar.days
            if day.reading in conventions}
        clauses = []
        for first, last in release.windows(
                [*days_by_reading, *(line.date for line in self.days)]):
            clauses.append([
                    ('calendar', '=', self.calendar.id),
                    ['OR',
                        # counted forward, and counted back from an event
                        [('started_on', '<=', last), ['OR',
                                ('due_on', '>=', first),
                                ('due_on', '=', None)]],
                        [('started_on', '>=', first),
                            ('due_on', '<=', last)],
                        ],
                    ])
        if self.versions and open_:
            clauses.append([
                    ('rule', 'in', [line.rule.id for line in self.versions])])
        if conventions & {'roll', 'roll_back'}:
            clauses.append([])
        elif conventions - set(days_by_reading.values()):
            clauses.append([('documented', '=', True)])
        if 'transition' in conventions:
            clauses.append([('rule.transition', '=', True)])
        return clauses

    def _candidates(self, open_):
        "Return the domain of all clocks that the change could touch"
        clauses = self._clauses(open_)
        state = ('state', 'in' if open_ else 'not in', OPEN)
        return [state, ['OR', *clauses]] if clauses else [('id', '<', 0)]

    def _clocks(self, open_):
        "Yield the clocks that the change could touch, in batches"
        Clock = Pool().get('deadlines.clock')
        last, domain = -1, self._candidates(open_)
        while clocks := Clock.search(
                [domain, ('id', '>', last)],
                order=[('id', 'ASC')], limit=BATCH):
            last = clocks[-1].id
            yield clocks

    def _foresee(self):
        """Store what would move, and return it

        as {clock id: (lawbook.Version, circumstances, last day)}"""
        Move = Pool().get('deadlines.change.move')
        what_if, moves, kept = self.what_if(), {}, 0
        for clocks in self._clocks(True):
            lines = []
            for clock in clocks:
                version, explanation = what_if.explain(clock)
                due_on = explanation.result.due_on
                changed = version.rule != str(clock.version.id)
                if clock.rule.id in what_if.versions and not changed:
                    kept += 1
                # a day off moves the warning alone, too
                warn_on = clock.warning(due_on, what_if.calendar)
                if (changed or due_on != clock.due_on
                        or warn_on != clock.warn_on):
                    moves[clock.id] = (
                        version, what_if.variants(clock), due_on)
                if due_on != clock.due_on:
                    lines.append({
                            'change': self.id,
                            'clock': clock.id,
                            'old_due_on': clock.due_on,
                            'new_due_on': due_on,
                            })
            Move.create(lines)
        self.__class__.write([self], {
                'moved': Move.search_count([('change', '=', self.id)]),
                'kept': kept,
                })
        return moves

    # What is done

    def _freeze(self):
        "Keep how the clocks that have ended were counted"
        Clock = Pool().get('deadlines.clock')
        what_if = self.what_if()
        for clocks in self._clocks(False):
            to_save = []
            for clock in clocks:
                if clock.frozen:
                    continue
                before = clock.explained()
                _, after = what_if.explain(clock, keep=True)
                if explain.freeze(before) != explain.freeze(after):
                    clock.frozen = json.dumps(
                        explain.freeze(before), ensure_ascii=False)
                    to_save.append(clock)
            Clock.save(to_save)

    def _write_law(self):
        for Line, lines in groupby(self.content(), key=type):
            Line.enact_all(list(lines))

    def _write_clocks(self, changed):
        "Bring the clocks that move up to date, with an entry each"
        pool = Pool()
        Clock = pool.get('deadlines.clock')
        Version = pool.get('deadlines.rule.version')
        new = {
            f'new-{line.id}': line.version.id for line in self.versions}
        reason = f'{self.name} – {self.document}'
        for ids in grouped_slice(sorted(changed), BATCH):
            moves = []
            for clock in Clock.browse(list(ids)):
                version, variants, due_on = changed[clock.id]
                clock.version = Version(
                    int(new.get(version.rule, version.rule)))
                clock.variants = ','.join(sorted(variants))
                moves.append((clock, clock.due_on, due_on))
            Clock._move(moves, reason)
