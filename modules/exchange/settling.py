# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What an old register says of legal effect and nobody has understood yet.

No result and no instance is invented: such a letter comes in with the value
open and its words kept, stands on a list, and a person settles it.
"""
from sql import Null
from trytond.backend import TableHandler
from trytond.i18n import gettext
from trytond.model import Index, ModelView, fields
from trytond.modules.complaints import planning
from trytond.modules.complaints.exceptions import StepError
from trytond.modules.complaints.plan import Act
from trytond.modules.complaints.procedure import INSTANCED, INSTANCES
from trytond.modules.foundation.acting import SERVER, as_server
from trytond.modules.foundation.listed import read_late
from trytond.modules.foundation.one_record import OneRecord
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Bool, Eval
from trytond.transaction import Transaction
from trytond.wizard import Button, StateTransition, StateView, Wizard


OPEN = [
    (None, ""),
    ('result', "Result"),
    ('instance', "Instance"),
    ('both', "Instance and Result"),
    ]
_TOLD = frozenset(['settle_words', 'settled_for'])


class Letter(metaclass=PoolMeta):
    __name__ = 'complaints.letter'

    to_settle = fields.Selection(
        OPEN, "To Settle", readonly=True, sort=False, states={
            'invisible': ~Eval('to_settle'),
            },
        help="What the old register did not say so that it is understood.")
    settle_words = fields.Text(
        "Words of the Register", readonly=True, states={
            'invisible': ~Eval('settle_words'),
            })
    settled_on = fields.Date("Settled on", readonly=True, states={
            'invisible': ~Eval('settled_on'),
            })
    settled_by = fields.Many2One(
        'res.user', "Settled by", readonly=True, ondelete='RESTRICT',
        states={
            'invisible': ~Eval('settled_on'),
            })
    settled_for = fields.Char("Reason of the Value", readonly=True, states={
            'invisible': ~Eval('settled_on'),
            })

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._told |= _TOLD
        cls._audit_secret |= _TOLD
        read_late(cls, 'settle_words')
        # of an old register it may be open
        cls.instance.states = {
            **cls.instance.states,
            'required': ~Eval('to_settle').in_(['instance', 'both'])}
        table = cls.__table__()
        open_ = table.to_settle != Null
        cls._sql_indexes.update({
                Index(
                    table, (table.agency, Index.Equality()),
                    (table.received_on, Index.Range(order='DESC')),
                    where=open_),
                # the same for a branch, see LetterListedMixin
                Index(
                    table, (table.received_on, Index.Range(order='DESC')),
                    (table.id, Index.Range(order='DESC')),
                    include=[table.agency], where=open_),
                })
        cls._buttons['settle'] = {
            'invisible': ~Eval('to_settle'),
            'icon': 'tryton-ok',
            'depends': ['to_settle'],
            }

    @classmethod
    def __register__(cls, module):
        handler = cls.__table_handler__(module)
        fill = not handler.column_exist('to_settle')
        super().__register__(module)
        if fill and TableHandler.table_exist('complaints_case'):
            cls._list_open_results()

    @classmethod
    def _list_open_results(cls):
        "Put on the list what older releases took in without a result"
        table = cls.__table__()
        case = Pool().get('complaints.case').__table__()
        cursor = Transaction().connection.cursor()
        cursor.execute(*table.update(
                [table.to_settle], ['result'],
                where=(table.import_source != Null) & table.case.in_(
                    case.select(case.id, where=(case.decided_on != Null)
                        & (case.result == Null)))))

    @classmethod
    def _locked_always(cls):
        return super()._locked_always() | {
            'to_settle', 'settle_words', 'settled_on', 'settled_by',
            'settled_for'}

    @property
    def open_values(self):
        "The names of the values that are to be settled"
        return {
            'both': ('instance', 'result'), None: ()}.get(
                self.to_settle, (self.to_settle,))

    @classmethod
    @ModelView.button_action('exchange.wizard_letter_settle')
    def settle(cls, letters):
        pass

    @classmethod
    def settle_(cls, letters, values, reason):
        """Give letters the values that an old register left open

        values -- {'result': …, 'instance': …}, what is open and nothing else
        reason -- from what one knows it: it is kept, and stands in the audit

        The time limits that depend on the instance follow.  Raises RoleError
        for who is neither a handler nor a leader of the agency, StepError
        where nothing is open, or not all of it is said."""
        pool = Pool()
        User = pool.get('res.user')
        Case = pool.get('complaints.case')
        by = planning.acting()
        for letter in letters:
            User.check_role(letter.agency, 'handler', 'leader')
            with as_server("check_role() says who may settle"):
                letter = cls(letter.id)
                letter.check_settling(values, reason)
                if letter.case:
                    Case.write([letter.case], dict(values))
                cls.write([letter], {
                        **{n: v for n, v in values.items()
                            if n == 'instance'},
                        'to_settle': None,
                        'settled_on': by.today,
                        'settled_by': by.user,
                        'settled_for': reason.strip()})
                if 'instance' in values:
                    cls(letter.id).follow_instance()

    def check_settling(self, values, reason):
        why = None
        if not self.to_settle:
            why = 'nothing'
        elif values.keys() != set(self.open_values) or not all(
                values.values()):
            why = 'values'
        elif not (reason or '').strip():
            why = 'reason'
        if why:
            raise StepError(gettext(
                    f'exchange.msg_settle_{why}', letter=self.rec_name))

    def follow_instance(self):
        """Let the time limits be those of the instance that is known now

        They ran as those of the first one, which are the shorter."""
        for record in filter(None, [self, self.case]):
            with as_server("the time limits follow the instance", SERVER):
                type(record).take_steps([record], Act(
                        'instance', follows=True,
                        of=record.__name__.removeprefix('complaints.')))


class SettleStart(ModelView):
    __name__ = 'exchange.settle.start'

    letter = fields.Many2One('complaints.letter', "Letter", readonly=True)
    case = fields.Many2One('complaints.case', "Case", readonly=True, states={
            'invisible': ~Eval('case'),
            })
    words = fields.Text("Words of the Register", readonly=True)
    kind = fields.Char("Kind")
    ask_instance = fields.Boolean("Ask for the Instance")
    ask_result = fields.Boolean("Ask for the Result")
    instance = fields.Selection(
        'get_instances', "Instance", sort=False, states={
            'required': Bool(Eval('ask_instance')),
            'invisible': ~Eval('ask_instance'),
            })
    result = fields.Selection(
        'get_results', "Result", sort=False, states={
            'required': Bool(Eval('ask_result')),
            'invisible': ~Eval('ask_result'),
            })
    reason = fields.Char(
        "Reason", required=True,
        help="From what it is known: the decision, the file, who was asked.")

    @fields.depends('kind')
    def get_results(self):
        # as of the case
        return Pool().get('complaints.case')(kind=self.kind).get_results()

    @fields.depends('kind')
    def get_instances(self):
        labels = dict(
            Pool().get('complaints.letter').fields_get(
                ['instance'])['instance']['selection'])
        return [(None, "")] + [
            (name, labels[name]) for name, _ in INSTANCES
            if name != 'overdue' or self.kind == 'denunciation'
            if name == '1' or self.kind in INSTANCED]


class Settle(OneRecord, Wizard):
    "Settle what an old register left open"
    __name__ = 'exchange.settle'

    start = StateView('exchange.settle.start',
        'exchange.settle_start_view_form', [
            Button("Cancel", 'end', 'tryton-cancel'),
            Button("Settle", 'settle', 'tryton-ok', default=True),
            ])
    settle = StateTransition()

    def default_start(self, fields):
        letter = self.record
        return {
            'letter': letter.id,
            'case': letter.case.id if letter.case else None,
            'words': letter.settle_words,
            'kind': letter.kind,
            'ask_instance': 'instance' in letter.open_values,
            'ask_result': 'result' in letter.open_values,
            }

    def transition_settle(self):
        # the step checks the role; this checks that it may be seen at all
        self.model.read([self.record.id], ['id'])
        self.model.settle_([self.record], {
                name: getattr(self.start, name)
                for name in self.record.open_values}, self.start.reason)
        return 'end'

    def end(self):
        return 'reload'
