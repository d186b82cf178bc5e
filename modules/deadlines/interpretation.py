# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.cache import Cache
from trytond.model import ModelSQL, ModelView, Unique, fields
from trytond.model.exceptions import AccessError
from trytond.modules.foundation.locked import Lock, LockedMixin

from . import lawbook
from .loading import LoadedMixin


def choices_of(convention):
    "Return the selection of answers to an open question"
    known = lawbook.interpretations().get(convention)
    return list(known.choices.items()) if known else [(None, "")]


class Interpretation(LockedMixin, LoadedMixin, ModelSQL, ModelView):
    "A question that the law leaves open, and the answer that is in use"
    __name__ = 'deadlines.interpretation'
    _lock = Lock(AccessError, 'deadlines.msg_law_by_change')
    _rec_name = 'question'

    convention = fields.Char("Convention", required=True, readonly=True)
    question = fields.Char("Question", required=True, readonly=True)
    choice = fields.Selection(
        'get_choices', "Answer", required=True, readonly=True, sort=False,
        depends=['convention'],
        help="Changed by a change of the law, with a preview.")
    choice_string = choice.translated('choice')
    citation = fields.Char("Article", required=True, readonly=True)
    why = fields.Char("Why", readonly=True)

    _choices_cache = Cache('deadlines.interpretation.choices', context=False)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints += [
            ('convention_unique', Unique(table, table.convention),
                'deadlines.msg_interpretation_unique'),
            ]
        cls._order = [('id', 'ASC')]

    @classmethod
    def load(cls):
        records = {record.convention: record for record in cls.search([])}
        known = {name: record.choice for name, record in records.items()}
        cls.create([{
                    'convention': i.convention,
                    'question': i.question,
                    # a question that was split is answered as before
                    'choice': known.get(i.was, i.default),
                    'citation': i.citation,
                    'why': i.why,
                    } for i in lawbook.interpretations().values()
                if i.convention not in known])
        # Migration from the first release: a question that was split asks less
        for i in lawbook.interpretations().values():
            record = records.get(i.convention)
            if record and record.question != i.question:
                cls.write([record], {
                        'question': i.question, 'citation': i.citation,
                        'why': i.why})

    @fields.depends('convention')
    def get_choices(self):
        return choices_of(self.convention)

    @classmethod
    def choices(cls):
        "Return {convention: choice}"
        choices = cls._choices_cache.get(None)
        if choices is None:
            choices = {i.convention: i.choice for i in cls.search([])}
            cls._choices_cache.set(None, choices)
        return choices

    @classmethod
    def conventions(cls):
        "Return the counting.Conventions in use"
        return lawbook.conventions(cls.choices())

    @classmethod
    def readings(cls, choices=None):
        "Return {convention: (question, answer, citation)}"
        if choices is None:
            choices = cls.choices()
        return {
            name: (i.question, i.choices[choices.get(name, i.default)],
                i.citation)
            for name, i in lawbook.interpretations().items()}

    @classmethod
    def on_modification(cls, mode, records, field_names=None):
        super().on_modification(mode, records, field_names=field_names)
        cls._choices_cache.clear()


