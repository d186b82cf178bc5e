# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""How the circular is read where it leaves it open, as it was chosen."""
from trytond.model import ModelSQL, ModelView, Unique, fields
from trytond.model.exceptions import AccessError
from trytond.modules.agencies.watched import SiteWideMixin
from trytond.modules.audit.audited import AuditedMixin
from trytond.modules.deadlines.loading import LoadedMixin
from trytond.modules.foundation.locked import ELSE, Lock, LockedMixin
from trytond.transaction import Transaction

from . import definitions


class Reading(
        LockedMixin, SiteWideMixin, AuditedMixin, LoadedMixin, ModelSQL,
        ModelView):
    "A question that a circular leaves open, and the answer in use"
    __name__ = 'statistics.reading'
    _rec_name = 'question'
    _lock = Lock(
        AccessError, 'statistics.msg_reading_fixed',
        writes={ELSE: {'choice'}})

    circular = fields.Char("Circular", required=True, readonly=True)
    key = fields.Char("Question Code", required=True, readonly=True)
    question = fields.Char("Question", required=True, readonly=True)
    choice = fields.Selection(
        'get_choices', "Answer", required=True, sort=False,
        help="The tables of all agencies are counted so, those of earlier "
        "periods too.")
    citation = fields.Char("Article", readonly=True)
    why = fields.Char("Why", readonly=True)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints.append((
                'key_unique', Unique(table, table.circular, table.key),
                'statistics.msg_reading_unique'))
        cls._order = [('id', 'ASC')]

    @fields.depends('circular', 'key')
    def get_choices(self):
        for circular in definitions.circulars():
            if circular.code == self.circular and (
                    self.key in circular.readings):
                return list(circular.readings[self.key].choices.items())
        return [(None, "")]

    @classmethod
    def load(cls):
        known = {(r.circular, r.key) for r in cls.search([])}
        cls.create([{
                    'circular': circular.code, 'key': r.key,
                    'question': r.question, 'choice': r.default,
                    'citation': r.citation, 'why': r.why}
                for circular in definitions.circulars()
                for r in circular.readings.values()
                if (circular.code, r.key) not in known])

    @classmethod
    def choices(cls, circular):
        "Return {key: choice} of a definitions.Circular"
        table = cls.__table__()
        cursor = Transaction().connection.cursor()
        cursor.execute(*table.select(
                table.key, table.choice,
                where=table.circular == circular.code))
        chosen = dict(cursor.fetchall())
        return {
            key: chosen.get(key, r.default)
            for key, r in circular.readings.items()}
