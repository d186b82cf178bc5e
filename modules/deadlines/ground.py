# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.i18n import gettext
from trytond.model import ModelSQL, ModelView, Unique, fields
from trytond.pyson import Eval, If

from . import lawbook
from .exceptions import GroundError
from .loading import LoadedMixin
from .rule import CERTAINTIES


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
        known = {ground.code for ground in cls.search([])}
        cls.create([{
                    **{name: getattr(ground, name) for name in [
                            'code', 'kind', 'name', 'citation', 'certainty',
                            'document', 'valid_from', 'valid_to']},
                    'procedures': ','.join(ground.procedures),
                    } for ground in lawbook.grounds().values()
                if ground.code not in known])

    @classmethod
    def in_force(cls, kinds, procedure, day):
        "Return the grounds of a procedure in force on day"
        grounds = cls.search([
                ('kind', 'in', kinds),
                ('valid_from', '<=', day),
                ['OR', ('valid_to', '=', None), ('valid_to', '>=', day)],
                ])
        return [g for g in grounds if procedure in g.procedures.split(',')]

    def check(self, kinds, procedure, day, document):
        """Raise GroundError unless it holds for this act

        kinds -- of grounds that the act can have
        procedure -- of the rule of the clock
        day -- of the decision
        document -- its number, asked for where the ground names a document
        """
        if (self.kind not in kinds
                or procedure not in self.procedures.split(',')
                or day < self.valid_from
                or self.valid_to and day > self.valid_to):
            raise GroundError(gettext(
                    'deadlines.msg_ground_not_valid', ground=self.name,
                    citation=self.citation, day=day.strftime('%d/%m/%Y')))
        if self.document and not document:
            raise GroundError(gettext(
                    'deadlines.msg_ground_document', ground=self.name,
                    citation=self.citation, document=self.document))
