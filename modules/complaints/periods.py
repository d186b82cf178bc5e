# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The wizard of the acts on time limits: it shows first what would move."""

from trytond.exceptions import UserError
from trytond.i18n import gettext
from trytond.model import ModelView, fields
from trytond.modules.agencies.one_record import OneRecord
from trytond.pool import Pool
from trytond.pyson import Bool, Eval
from trytond.wizard import Button, StateTransition, StateView, Wizard

# What each act asks for, beside the day
_GROUNDS = {
    'suspend': ['suspension'],
    'exclude': ['exclusion'],
    'extend': ['extension'],
    'withdraw': ['withdrawal'],
    'terminate': ['termination'],
    }


def _only(*acts):
    return {
        'invisible': ~Eval('act').in_(list(acts)),
        }


class PeriodStart(ModelView):
    __name__ = 'complaints.period.start'

    act = fields.Selection([
            ('suspend', "Suspend"),
            ('resume', "Resume"),
            ('exclude', "Leave out Days"),
            ('extend', "Extend"),
            ('withdraw', "Withdraw a Part"),
            ('terminate', "Terminate"),
            ('reassess', "Change the Circumstances"),
            ('correct', "Correct the Day of Receipt"),
            ], "Act", readonly=True, required=True)
    record = fields.Reference("Record", selection=[
            ('complaints.letter', "Letter"),
            ('complaints.case', "Case"),
            ], readonly=True)
    day = fields.Date(
        "Decided on", required=True,
        states={
            'invisible': Eval('act') == 'correct',
            },
        help="The day of the decision.")
    end = fields.Date(
        "To", states={
            **_only('exclude'),
            'required': Eval('act') == 'exclude',
            })
    length = fields.Integer(
        "Length", states={
            **_only('extend'),
            'required': Eval('act') == 'extend',
            })
    received_on = fields.Date(
        "Received on", states={
            **_only('correct'),
            'required': Eval('act') == 'correct',
            })
    complex = fields.Boolean("Complex", states=_only('reassess'))
    especially_complex = fields.Boolean(
        "Especially Complex", states=_only('reassess'))
    remote = fields.Boolean("Remote Area", states=_only('reassess'))
    grounds = fields.Many2Many(
        'deadlines.ground', None, None, "Grounds", readonly=True)
    ground = fields.Many2One(
        'deadlines.ground', "Ground",
        domain=[('id', 'in', Eval('grounds', []))],
        states={
            **_only(*_GROUNDS),
            'required': Eval('act').in_(list(_GROUNDS)),
            },
        help="The reason that the law gives for it.")
    document = fields.Char(
        "Document Number",
        states={
            'invisible': Eval('act') == 'correct',
            'required': Bool(Eval('complex')) | Bool(
                Eval('especially_complex')),
            },
        help="The number of the decision.")
    reason = fields.Char("Reason", states={
            'required': Eval('act') == 'correct',
            'invisible': Eval('act').in_(['resume', 'reassess']),
            })
    candidates = fields.Many2Many(
        'complaints.person', None, None, "Who may Withdraw", readonly=True)
    people = fields.Many2Many(
        'complaints.person', None, None, "People who Withdraw",
        domain=[('id', 'in', Eval('candidates', []))],
        states={
            'invisible': (Eval('act') != 'withdraw') | ~Eval('candidates'),
            },
        help="Empty when all of them withdraw a part of the content.")
    preview = fields.Text("What Would Move", readonly=True)

    @fields.depends('act', 'record', 'day', 'grounds', 'ground')
    def on_change_day(self):
        self.grounds = self.ground = None
        if self.act in _GROUNDS and self.record and self.day:
            Ground = Pool().get('deadlines.ground')
            self.grounds = Ground.in_force(
                _GROUNDS[self.act], self.record.kind, self.day)
            if len(self.grounds) == 1:
                self.ground, = self.grounds
        self._foresee()

    @fields.depends(methods=['_foresee'])
    def on_change_ground(self):
        self._foresee()

    @fields.depends(methods=['_foresee'])
    def on_change_end(self):
        self._foresee()

    @fields.depends(methods=['_foresee'])
    def on_change_length(self):
        self._foresee()

    @fields.depends(methods=['_foresee'])
    def on_change_received_on(self):
        self._foresee()

    @fields.depends(methods=['_foresee'])
    def on_change_complex(self):
        self._foresee()

    @fields.depends(methods=['_foresee'])
    def on_change_especially_complex(self):
        self._foresee()

    @fields.depends(methods=['_foresee'])
    def on_change_remote(self):
        self._foresee()

    @fields.depends(
        'act', 'record', 'day', 'end', 'length', 'received_on', 'complex',
        'especially_complex', 'remote', 'ground', 'grounds')
    def _foresee(self):
        "Say for each open time limit when it would end"
        lines = []
        for clock in self.clocks():
            try:
                due_on = self._due_on(clock)
            except UserError as error:
                # why it is refused, before it is asked for
                lines.append(error.message)
                continue
            lines.append(gettext(
                    'complaints.msg_period_move', rule=clock.rule.rec_name,
                    old=_date(clock.due_on), new=_date(due_on)))
        self.preview = '\n'.join(lines) or gettext(
            'complaints.msg_period_no_move')

    def clocks(self):
        "Return the open clocks that the act moves"
        Clock = Pool().get('deadlines.clock')
        if not self.record or self.record.id < 0:
            return []
        if self.act == 'correct':
            return [
                c for c in Clock.open_of([self.record])
                if c.rule.trigger == 'receipt'
                and c.started_on == self.record.received_on]
        elif self.act == 'reassess':
            return Clock.open_of([self.record])
        return self.record.period_clocks(self.act)

    def _due_on(self, clock):
        "Return the last day that the clock would have, None if it stands"
        if self.act == 'correct':
            if not self.received_on:
                return clock.due_on
            return clock.foresee(start=self.received_on)[1].due_on
        elif self.act == 'reassess':
            return clock.foresee(variants=self.variants())[1].due_on
        elif self.act == 'terminate':
            return None
        args = self._act_args()
        if args is None:
            return clock.due_on
        course = clock.ask(
            getattr(clock.course(), self.act), *args)
        return clock.explained(course=course).result.due_on

    def _act_args(self):
        """Return what to ask the acts.Course with, None if too little is said

        The number of the document is asked for when it is done."""
        if not self.day or self.act not in {
                'suspend', 'resume', 'exclude', 'extend'}:
            return None
        if self.act == 'resume':
            return [self.day]
        ground = self.ground or next(iter(self.grounds or []), None)
        law = [ground and ground.lawbook(), True]
        if self.act == 'suspend':
            return [self.day, *law]
        elif self.act == 'exclude':
            return [self.day, self.end, *law] if self.end else None
        return [self.length, self.day, *law] if self.length else None

    def variants(self):
        "Return the circumstances that are chosen"
        variants = self.record.clock_variants() - {
            'complex', 'especially_complex', 'remote'}
        if self.complex or self.especially_complex:
            variants.add('complex')
        if self.especially_complex:
            variants.add('especially_complex')
        if self.remote or self.record.agency.remote:
            variants.add('remote')
        return variants


def _date(day):
    return day.strftime('%d/%m/%Y') if day else '–'


class Period(OneRecord, Wizard):
    "Ask for what an act needs, show what moves, and do it"
    __slots__ = ()
    act = None

    start = StateView(
        'complaints.period.start', 'complaints.period_start_view_form', [
            Button("Cancel", 'end', 'tryton-cancel'),
            Button("Apply", 'decide', 'tryton-ok', default=True),
            ])
    decide = StateTransition()

    def default_start(self, fields):
        pool = Pool()
        Start = pool.get('complaints.period.start')
        record = self.record
        start = Start(
            act=self.act, record=record, day=pool.get('ir.date').today(),
            complex=record.complex, remote=record.remote,
            especially_complex=record.especially_complex, end=None,
            length=None, received_on=None)
        start.on_change_day()
        return {
            'act': self.act,
            'record': str(record),
            'day': start.day,
            'complex': start.complex,
            'especially_complex': start.especially_complex,
            'remote': start.remote,
            'grounds': [g.id for g in start.grounds or []],
            'ground': start.ground.id if start.ground else None,
            'preview': start.preview,
            **self.more_defaults(),
            }

    def more_defaults(self):
        "Return what the act shows besides"
        return {}

    def transition_decide(self):
        # the step checks the role; this checks that it may be seen at all
        self.model.read([r.id for r in self.records], ['id'])
        self.do(self.start)
        return 'end'

    def do(self, start):
        "Take the step; self.records holds the one record"
        step = getattr(self.model, f'{self.act}_')
        step(
            self.records, start.day, start.ground, start.document,
            start.reason)


class Suspend(Period):
    __name__ = 'complaints.case.suspend'
    act = 'suspend'


class Resume(Period):
    __name__ = 'complaints.case.resume'
    act = 'resume'

    def do(self, start):
        self.model.resume_(self.records, start.day, start.document)


class Exclude(Period):
    __name__ = 'complaints.case.exclude'
    act = 'exclude'

    def do(self, start):
        self.model.exclude_(
            self.records, start.day, start.end, start.ground, start.document,
            start.reason)


class Extend(Period):
    __name__ = 'complaints.case.extend'
    act = 'extend'

    def do(self, start):
        self.model.extend_(
            self.records, start.length, start.day, start.ground,
            start.document, start.reason)


class Withdraw(Period):
    __name__ = 'complaints.case.withdraw'
    act = 'withdraw'

    def more_defaults(self):
        return {'candidates': [p.id for p in self.record.complainants()]}

    def do(self, start):
        self.model.withdraw_(
            self.records, start.day, start.ground, start.document,
            start.reason, start.people)


class Terminate(Period):
    __name__ = 'complaints.case.terminate'
    act = 'terminate'


class Reassess(Period):
    __name__ = 'complaints.case.reassess'
    act = 'reassess'

    def do(self, start):
        self.model.reassess_(
            self.records, start.day, start.complex, start.especially_complex,
            start.remote, start.document)


class Correct(Period):
    __name__ = 'complaints.letter.correct'
    act = 'correct'

    def do(self, start):
        self.model.correct_(self.records, start.received_on, start.reason)
