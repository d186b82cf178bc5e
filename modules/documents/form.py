# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The forms of the law, each since a day: which paper has which form."""
import datetime as dt
import json

from trytond.model import ModelSQL, ModelView, Unique, fields
from trytond.modules.deadlines.loading import LoadedMixin
from trytond.modules.foundation.dated import CERTAINTIES, DatedMixin

from . import catalogue

_LISTS = ('kinds', 'instances', 'states', 'proposals')
_PLAIN = ('code', 'number', 'name', 'of', 'step', 'names_sender',
    'valid_from', 'valid_to', 'citation', 'certainty', 'source', 'revision')


class Form(LoadedMixin, DatedMixin, ModelSQL, ModelView):
    "A form of an official paper (mẫu văn bản)"
    __name__ = 'documents.form'

    code = fields.Char("Code", required=True)
    number = fields.Char("Number in the Text", required=True)
    name = fields.Char("Name", required=True)
    of = fields.Selection([
            ('letter', "Letter"),
            ('case', "Case"),
            ('reception', "Reception"),
            ], "Of", required=True, sort=False)
    kinds = fields.Char("Kinds of Letters", required=True,
        help="Codes, separated by commas.")
    instances = fields.Char("Instances", help="Codes, separated by commas.")
    states = fields.Char("States",
        help="In which states it is offered: codes, separated by commas.")
    proposals = fields.Char("Proposals",
        help="For which proposals it is offered: codes, separated by commas.")
    step = fields.Char("Step", help="The step of the procedure it belongs to.")
    names_sender = fields.Selection([
            ('always', "Always"),
            ('unless secret', "Unless the Matter Is Secret"),
            ('never', "Never"),
            ], "May Name the Sender", required=True, sort=False)
    sign = fields.Char(
        "Reference Sign", help="What follows the number of the paper.")
    words = fields.Text("Words", required=True,
        help="What stands on the paper, as a template.")
    citation = fields.Char("Article", required=True)
    certainty = fields.Selection(
        CERTAINTIES, "Certainty", required=True, sort=False)
    source = fields.Char("Source")
    revision = fields.Integer(
        "Revision", required=True,
        help="How often a release has corrected the form.")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints += [
            ('code_unique', Unique(table, table.code, table.valid_from),
                'documents.msg_form_unique'),
            ]
        cls._order = [
            ('of', 'DESC'), ('code', 'ASC'), ('valid_from', 'ASC'),
            ('id', 'ASC')]

    @classmethod
    def load(cls):
        """Add the forms of the files that the database does not know

        What an older release knew of one is brought up to date once for each
        revision.  A paper that was made keeps what it says: it is a file."""
        known = {(f.code, f.valid_from): f for f in cls.search([])}
        to_create, to_write = [], []
        for form in catalogue.forms():
            values = cls._shipped(form)
            record = known.get((form['code'], form['valid_from']))
            if not record:
                to_create.append(values)
            elif record.revision < form['revision']:
                to_write += [[record], values]
        cls.create(to_create)
        if to_write:
            cls.write(*to_write)

    @staticmethod
    def _shipped(form):
        return {
            **{name: form.get(name) for name in _PLAIN},
            **{name: ','.join(form.get(name, [])) or None for name in _LISTS},
            'sign': form.get('sign'),
            'words': json.dumps(
                {n: form[n] for n in catalogue.WORDS if n in form},
                ensure_ascii=False, indent=1),
            }

    def get_rec_name(self, name):
        return f'{self.name} ({self.code})'

    @classmethod
    def search_rec_name(cls, name, clause):
        return ['OR', ('name', *clause[1:]), ('code', *clause[1:])]

    def plain(self):
        "Return the form as the catalogue has it"
        return {
            **{name: getattr(self, name) for name in _PLAIN},
            'valid_to': self.valid_to or dt.date.max,
            **{name: (getattr(self, name) or '').split(',')
                if getattr(self, name) else [] for name in _LISTS},
            **json.loads(self.words)}

    @classmethod
    def offered(cls, record, day):
        """Return the forms of which a paper can be made now

        record -- a letter or a case
        day -- of the paper"""
        of = record.__name__.removeprefix('complaints.')

        def fits(form):
            form = form.plain()
            return (record.kind in form['kinds']
                and (not form['instances']
                    or (record.instance or '1') in form['instances'])
                and record.state in form['states']
                and (not form['proposals']
                    or record.proposal in form['proposals']))
        return [
            form for form in cls.search([
                    ('of', '=', of), cls.valid_domain(day)])
            if fits(form)]
