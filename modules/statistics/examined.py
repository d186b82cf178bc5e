# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""On which day the examination of a letter has ended: the tables ask for it.

Of the steps of a letter only the acceptance keeps its day; here they all do.
What is approved for acceptance, or for a refusal, has been examined by then.
"""
from sql import Literal, Null
from sql.aggregate import Max
from sql.operators import Concat

from trytond.model import Index, fields
from trytond.modules.complaints import plan
from trytond.modules.complaints.birth import HAPPENED, Birth, because
from trytond.pool import Pool, PoolMeta
from trytond.transaction import Transaction

# The steps after which a letter is handled, and the states they lead to
ENDS = {
    'accept': 'accepted', 'refuse': 'refused', 'join': 'joined',
    'transfer': 'transferred', 'guide': 'guided', 'file': 'filed',
    'send_back': 'returned'}
HANDLED = [*ENDS.values(), 'historical']
# The proposals of which the approval says whose matter it is
OWN = ['accept', 'refuse']
_DAYS = frozenset(['examined_on', 'refused_on'])


class Procedure(metaclass=PoolMeta):
    __name__ = 'complaints.procedure'

    @classmethod
    def _law(cls):
        law = super()._law()
        law['rooms'] |= {'statistics'}
        return law


@plan.after('letter', 'approve', 'statistics')
def note_approval(work):
    "What is approved for acceptance or refusal has been examined"
    # an old register tells no day of an approval
    if work.matter['proposal'] in OWN and not work.by.register:
        work.set(examined_on=work.day)


def note_end(work):
    "Keep the day of the step, or of the approval before it"
    letter, day = work.matter, None if work.act.undated else work.day
    known = [d for d in [letter['examined_on'], day] if d]
    work.set(examined_on=min(known, default=None))
    if work.act.step == 'refuse':
        work.set(refused_on=day)


def note_again(work):
    "It is examined anew"
    work.set(examined_on=None, refused_on=None)


for _name in ENDS:
    plan.after('letter', _name, 'statistics')(note_end)
for _name in ['come_back', 'reopen', 'supplement']:
    plan.after('letter', _name, 'statistics')(note_again)


class Letter(metaclass=PoolMeta):
    __name__ = 'complaints.letter'

    examined_on = fields.Date(
        "Examined on", readonly=True,
        states={'invisible': True},
        help="The day on which it was known what is done with the letter.")
    refused_on = fields.Date(
        "Refused on", readonly=True, states={'invisible': True})

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._birth |= Birth(given={}, kept=because(HAPPENED, *_DAYS))
        # they follow from the steps, which are on record
        cls._audit_skip = cls._audit_skip | _DAYS
        table = cls.__table__()
        cls._sql_indexes.update({
                Index(table, (table.received_on, Index.Range()),
                    include=[table.agency, table.examined_on]),
                Index(table, (table.examined_on, Index.Range()),
                    include=[table.agency, table.received_on],
                    where=table.examined_on != Null),
                })

    @classmethod
    def __register__(cls, module):
        new = not cls.__table_handler__(module).column_exist('examined_on')
        super().__register__(module)
        if new:
            cls._fill_days()

    @classmethod
    def _fill_days(cls):
        "Tell from the time limits when letters were handled before"
        pool = Pool()
        clock = pool.get('deadlines.clock').__table__()
        rule = pool.get('deadlines.rule').__table__()
        table = cls.__table__()
        cursor = Transaction().connection.cursor()
        # cancelled is what an old register did not date
        ended = clock.join(rule, condition=clock.rule == rule.id).select(
            Max(clock.ended_on),
            where=(clock.resource == Concat(f'{cls.__name__},', table.id))
            & (rule.code == 'XLD-02') & clock.state.in_(['met', 'missed']))
        cursor.execute(*table.update(
                [table.examined_on], [ended],
                where=table.state.in_(list(ENDS.values()))))
        cursor.execute(*table.update(
                [table.examined_on], [table.accepted_on],
                where=(table.state == 'accepted')
                & (table.accepted_on != Null)))
        cursor.execute(*table.update(
                [table.refused_on], [table.examined_on],
                where=table.state == Literal('refused')))

    @classmethod
    def _locked_always(cls):
        return super()._locked_always() | _DAYS


class Case(metaclass=PoolMeta):
    __name__ = 'complaints.case'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_indexes.add(Index(
                table, (table.decided_on, Index.Range()),
                include=[table.agency, table.kind],
                where=table.decided_on != Null))
