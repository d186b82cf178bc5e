# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.i18n import gettext
from trytond.model import ModelSQL, ModelView, Unique, fields
from trytond.modules.foundation.dated import CERTAINTIES
from trytond.pyson import Eval, If

from . import acts, lawbook
from .exceptions import GroundError
from .loading import LoadedMixin

# Those of lawbook.Ground, with what stands for none
_FIELDS = {
    'code': None, 'kind': None, 'name': None, 'citation': None,
    'certainty': None, 'document': '',
    'convention': lawbook.Ground.convention, 'valid_from': None,
    'valid_to': None}


class Ground(LoadedMixin, ModelSQL, ModelView):
    "A reason for which the law lets something happen to a time limit"
    __name__ = 'deadlines.ground'

    code = fields.Char("Code", required=True)
    kind = fields.Selection([
            ('suspension', "Suspension"),
            ('exclusion', "Days not Counted"),
            ('extension', "Extension"),
            ('withdrawal', "Withdrawal of a Part"),
            ('termination', "Termination"),
            ('obstacle', "Obstacle of the Citizen"),
            ], "Kind", required=True, sort=False)
    name = fields.Char("Name", required=True)
    procedures = fields.Char(
        "Procedures", required=True, help="Comma separated.")
    citation = fields.Char("Article", required=True)
    certainty = fields.Selection(
        CERTAINTIES, "Certainty", required=True, sort=False)
    document = fields.Char(
        "Document", help="The document that orders or proves it.")
    convention = fields.Char(
        "Convention", help="Which interpretation says whether the day of the "
        "decision counts.")
    valid_from = fields.Date("Valid from", required=True)
    valid_to = fields.Date(
        "Valid to",
        domain=[
            If(Eval('valid_from') & Eval('valid_to'),
                ('valid_to', '>=', Eval('valid_from')),
                ()),
            ])

    @classmethod
    def __setup__(cls):
        cls.code.search_unaccented = False
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints += [
            ('code_unique', Unique(table, table.code),
                'deadlines.msg_ground_code_unique'),
            ]
        cls._order.insert(0, ('kind', 'ASC'))
        cls._order.insert(1, ('code', 'ASC'))

    @staticmethod
    def default_certainty():
        return 'verified'

    @classmethod
    def load(cls):
        known = {ground.code: ground for ground in cls.search([])}
        cls.create([{
                    **{name: getattr(ground, name) for name in _FIELDS},
                    'procedures': ','.join(ground.procedures),
                    } for ground in lawbook.grounds().values()
                if ground.code not in known])
        # Migration from the first release: it had one convention for all
        for ground in lawbook.grounds().values():
            record = known.get(ground.code)
            if record and not record.convention:
                cls.write([record], {'convention': ground.convention})

    @classmethod
    def in_force(cls, kinds, procedure, day):
        "Return the grounds of a procedure in force on day"
        return [
            g for g in cls.search([('kind', 'in', kinds)])
            if acts.in_force([g.lawbook()], kinds, procedure, day)]

    def check(self, kinds, procedure, day, document):
        """Raise GroundError unless it holds for an act of day

        The parameters are those of acts.check_ground."""
        try:
            acts.check_ground(
                self.lawbook(), kinds, procedure, day, document)
        except acts.ActError as error:
            raise GroundError(gettext(
                    f'deadlines.msg_{error.reason}',
                    **error.written('%d/%m/%Y')))

    def lawbook(self):
        "Return the ground as lawbook.Ground"
        return lawbook.Ground(
            procedures=tuple(self.procedures.split(',')),
            **{name: getattr(self, name) or default
                for name, default in _FIELDS.items()})
