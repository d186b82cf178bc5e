# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The wizard of the acts on time limits: it shows first what would move."""

from dataclasses import replace

from trytond.exceptions import UserError
from trytond.i18n import gettext
from trytond.model import ModelView, fields
from trytond.modules.foundation.one_record import OneRecord
from trytond.pool import Pool
from trytond.pyson import Bool, Eval
from trytond.wizard import Button, StateTransition, StateView, Wizard

from .plan import Act

# What each act asks for, beside the day
_GROUNDS = {
    'suspend': ['suspension'],
    'exclude': ['exclusion'],
    'extend': ['extension'],
    'withdraw': ['withdrawal'],
    'terminate': ['termination'],
    }
# What is said beside the day, the ground, the document and the reason
_SAID = {
    'exclude': ['end'],
    'extend': ['length'],
    'reassess': ['complex', 'especially_complex', 'remote'],
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
        "Say for each open time limit when it would end, or why not"
        self.preview = None
        if not self.record or self.record.id < 0:
            return
        act = self.plan_act()
        said = dict(act.said)
        # the number is asked for when it is done
        said['document'] = said.get('document') or '…'
        if not said.get('ground') and self.grounds:
            said['ground'] = self.grounds[0].id
        try:
            moves = self.record.foresee(replace(act, said=said))
        except UserError as error:
            # why it is refused, before it is asked for
            self.preview = error.message
            return
        Rule = Pool().get('deadlines.rule')
        self.preview = '\n'.join(
            gettext('complaints.msg_period_move', rule=Rule(new.rule).rec_name,
                old=_date(old.due_on),
                new=_date(new.due_on if new.is_open else None))
            for old, new in moves) or gettext(
                'complaints.msg_period_no_move')

    def plan_act(self):
        "Return the plan.Act as it is said here"
        def said(*names):
            return {name: getattr(self, name, None) for name in names}

        if self.act == 'correct':
            return Act('correct', said=said('received_on', 'reason'))
        ground = getattr(self, 'ground', None)
        values = {
            **said('document', *_SAID.get(self.act, ())),
            'ground': ground and ground.id}
        if self.act not in {'resume', 'reassess'}:
            values.update(said('reason'))
        if self.act == 'withdraw':
            values['persons'] = tuple(
                p.id for p in getattr(self, 'people', None) or ())
        if self.act == 'exclude':
            return Act('exclude', None, {**values, 'start': self.day}, 'case')
        return Act(self.act, self.day, values, 'case')


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
        self.model.take_steps(self.records, self.start.plan_act())
        return 'end'


class Suspend(Period):
    __name__ = 'complaints.case.suspend'
    act = 'suspend'


class Resume(Period):
    __name__ = 'complaints.case.resume'
    act = 'resume'


class Exclude(Period):
    __name__ = 'complaints.case.exclude'
    act = 'exclude'


class Extend(Period):
    __name__ = 'complaints.case.extend'
    act = 'extend'


class Withdraw(Period):
    __name__ = 'complaints.case.withdraw'
    act = 'withdraw'

    def more_defaults(self):
        return {'candidates': [p.id for p in self.record.complainants()]}


class Terminate(Period):
    __name__ = 'complaints.case.terminate'
    act = 'terminate'


class Reassess(Period):
    __name__ = 'complaints.case.reassess'
    act = 'reassess'


class Correct(Period):
    __name__ = 'complaints.letter.correct'
    act = 'correct'

