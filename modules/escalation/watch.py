# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Lists of matters that somebody keeps an eye on, and how closely."""
from trytond.i18n import gettext
from trytond.model import (
    DeactivableMixin, Index, ModelSQL, ModelView, fields)
from trytond.modules.agencies.agency import current_agency
from trytond.modules.audit.audited import AuditedMixin
from trytond.modules.complaints.exceptions import LockedError
from trytond.modules.deadlines.doubt import mark_field
from trytond.modules.foundation.acting import as_server
from trytond.modules.foundation.dated import DatedMixin
from trytond.modules.foundation.locked import ALL, ELSE, Lock, LockedMixin
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Eval, If

from .exceptions import WatchError

LEVELS = [
    ('watched', "Watched"),
    ('attention', "Attention"),
    ('special', "Special Attention"),
    ]
_RANKS = {name: rank for rank, (name, _) in enumerate(LEVELS)}


class Watch(
        LockedMixin, DatedMixin, DeactivableMixin, AuditedMixin, ModelSQL,
        ModelView):
    "A watch list: a campaign, a plan of the inspectorate"
    __name__ = 'escalation.watch'
    # always open, to whose it is
    _lock = Lock(
        LockedError, 'complaints.msg_fields_locked', asks='check_owner',
        makes={ELSE}, removes={ELSE}, writes={ELSE: ALL})

    name = fields.Char("Name", required=True)
    agency = fields.Many2One(
        'agencies.agency', "Kept by", required=True, ondelete='RESTRICT')
    legal_basis = fields.Char(
        "Legal Basis", help="The plan, notice or decision that set it up.")
    items = fields.One2Many('escalation.watch.item', 'watch', "Matters")

    @classmethod
    def default_agency(cls):
        return current_agency()

    @classmethod
    def default_valid_from(cls):
        return Pool().get('ir.date').today()

    def check_owner(self):
        "Raise RoleError unless the user oversees the agency of the list"
        Pool().get('res.user').check_role(
            self.agency, 'supervisor', 'leader')


class WatchItem(AuditedMixin, ModelSQL, ModelView):
    __name__ = 'escalation.watch.item'

    watch = fields.Many2One(
        'escalation.watch', "Watch List", required=True, ondelete='CASCADE')
    letter = fields.Many2One(
        'complaints.letter', "Letter", ondelete='RESTRICT')
    case = fields.Many2One('complaints.case', "Case", ondelete='RESTRICT')
    level = fields.Selection(LEVELS, "Level", required=True, sort=False)
    note = fields.Char("Note")
    due_on = fields.Function(fields.Date("Due on"), 'get_matter')
    due_mark = mark_field('get_matter')
    matter_state = fields.Function(fields.Char("State"), 'get_matter')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add('watch')
        table = cls.__table__()
        cls._sql_indexes.update({
                Index(table, (table.letter, Index.Equality())),
                Index(table, (table.case, Index.Equality())),
                })

    @staticmethod
    def default_level():
        return 'watched'

    def get_rec_name(self, name):
        matter = self.case or self.letter
        return matter.rec_name if matter else ''

    @classmethod
    def get_matter(cls, items, names):
        result = {name: {} for name in names}
        for item in items:
            matter = item.case or item.letter
            for name in names:
                result[name][item.id] = matter and (
                    matter.state_string if name == 'matter_state'
                    else getattr(matter, name))
        return result

    @classmethod
    def validate_fields(cls, items, field_names):
        super().validate_fields(items, field_names)
        for item in items:
            if bool(item.letter) == bool(item.case):
                raise WatchError(gettext('escalation.msg_watch_one'))

    @classmethod
    def view_attributes(cls):
        return super().view_attributes() + [
            ('/tree/field[@name="level"]', 'visual',
                If(Eval('level') == 'special', 'danger',
                    If(Eval('level') == 'attention', 'warning', ''))),
            ]


class AttentionMixin:
    "What can stand on a watch list"
    __slots__ = ()

    attention = fields.Function(fields.Selection(
            [(None, ""), *LEVELS], "Attention", sort=False,
            help="The highest level of the watch lists it stands on."),
        'get_attention', searcher='search_attention')

    @classmethod
    def _watched(cls):
        return 'case' if cls.__name__ == 'complaints.case' else 'letter'

    @classmethod
    def get_attention(cls, records, name):
        Item = Pool().get('escalation.watch.item')
        today = Pool().get('ir.date').today()
        place = cls._watched()
        result = dict.fromkeys([r.id for r in records])
        with as_server("that it is watched is for all who see the matter"):
            for item in Item.search([
                        (place, 'in', [r.id for r in records]),
                        ('watch.active', '=', True),
                        ('watch.valid_from', '<=', today),
                        ['OR', ('watch.valid_to', '=', None),
                            ('watch.valid_to', '>=', today)]]):
                id_ = getattr(item, place).id
                if _RANKS[item.level] >= _RANKS.get(result[id_], -1):
                    result[id_] = item.level
        return result

    @classmethod
    def search_attention(cls, name, clause):
        Item = Pool().get('escalation.watch.item')
        place = cls._watched()
        _, operator, operand = clause[:3]
        values = operand if isinstance(operand, list | tuple) else [operand]
        negative = operator in {'!=', 'not in'}
        with as_server("the ids only narrow a search under the rules"):
            items = Item.search([
                    (place, '!=', None), ('watch.active', '=', True)])
            levels = cls.get_attention(
                [getattr(item, place) for item in items], name)
        found = [i for i, level in levels.items() if level in values]
        if None in values:
            watched = [i for i in levels if i not in found]
            return [('id', 'in' if negative else 'not in', watched)]
        return [('id', 'not in' if negative else 'in', found)]


class Letter(AttentionMixin, metaclass=PoolMeta):
    __name__ = 'complaints.letter'


class Case(AttentionMixin, metaclass=PoolMeta):
    __name__ = 'complaints.case'
