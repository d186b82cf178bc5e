# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""How an act is put on record: what one may take now, and why not the rest."""

from trytond.model import ModelView, fields
from trytond.modules.foundation.one_record import OneRecord
from trytond.modules.foundation.text import fold
from trytond.pool import Pool
from trytond.pyson import Eval
from trytond.wizard import Button, StateTransition, StateView, Wizard


class TakeStart(ModelView):
    __name__ = 'complaints.act.take.start'

    record = fields.Reference("Record", selection=[
            ('complaints.letter', "Letter"),
            ('complaints.case', "Case"),
            ], readonly=True)
    offered = fields.Many2Many(
        'complaints.procedure.step', None, None, "All Steps", readonly=True)
    steps = fields.Many2Many(
        'complaints.procedure.step', None, None, "Steps", readonly=True)
    find = fields.Char(
        "Find Quickly",
        help="Some letters of the step, with or without accents: "
        "what does not match is left out of the list.")
    step = fields.Many2One(
        'complaints.procedure.step', "Step", required=True,
        domain=[('id', 'in', Eval('steps', []))])
    missing = fields.Text(
        "What is not Offered, and Why", readonly=True,
        states={
            'invisible': ~Eval('missing'),
            })
    asks = fields.MultiSelection([
            ('number', "Document Number"),
            ('text', "What was Said and Found"),
            ('people', "People"),
            ('meeting', "Held on"),
            ], "Asks for", readonly=True)
    about = fields.Text("By the Law", readonly=True)
    day = fields.Date("Day", required=True)
    number = fields.Char(
        "Document Number",
        states={'required': Eval('asks', []).contains('number')})
    meeting_on = fields.Date(
        "Held on", states={
            'required': Eval('asks', []).contains('meeting'),
            'invisible': ~Eval('asks', []).contains('meeting'),
            })
    people = fields.Text(
        "People", states={
            'required': Eval('asks', []).contains('people'),
            'invisible': ~Eval('asks', []).contains('people'),
            },
        help="Who took part, who was told, who was absent and why.")
    text = fields.Text(
        "What was Said and Found",
        states={'required': Eval('asks', []).contains('text')})
    pages = fields.Integer("Pages")

    @fields.depends(
        'find', 'offered', 'steps', 'step', methods=['on_change_step'])
    def on_change_find(self):
        words = fold(self.find or '').split()
        found = [
            step for step in self.offered or []
            if all(word in fold(step.rec_name) for word in words)]
        self.steps = found or self.offered
        if len(found) == 1:
            self.step, = found
        elif self.step not in self.steps:
            self.step = None
        self.on_change_step()

    @fields.depends('step')
    def on_change_step(self):
        self.asks, self.about = [], None
        if self.step:
            self.asks = self.step.codes(self.step.asks)
            self.about = '\n'.join(filter(None, [
                        self.step.citation, self.step.document]))


class Take(OneRecord, Wizard):
    "Record a step of the procedure"
    __name__ = 'complaints.act.take'

    start = StateView('complaints.act.take.start',
        'complaints.act_take_start_view_form', [
            Button("Cancel", 'end', 'tryton-cancel'),
            Button("Put on Record", 'take', 'tryton-ok', default=True),
            ])
    take = StateTransition()

    def default_start(self, fields):
        steps, missing = self.offered()
        return {
            'record': str(self.record),
            'offered': steps,
            'steps': steps,
            'step': steps[0] if len(steps) == 1 else None,
            'missing': '\n'.join(missing),
            'day': Pool().get('ir.date').today(),
            }

    def offered(self):
        "Return what ProcedureMixin.steps_to_record does"
        return self.record.steps_to_record()

    def transition_take(self):
        start = self.start
        type(self.record).take_act(
            [self.record], start.step.name, start.day,
            **{name: getattr(start, name) for name in [
                    'number', 'text', 'people', 'meeting_on', 'pages']})
        return 'end'

    def end(self):
        return 'reload'


class Back(Take):
    "Take a letter a step back that was taken by mistake, with the reason"
    __name__ = 'complaints.letter.back'

    def offered(self):
        return self.record.steps_to_record(only=['recall', 'reclassify'])
