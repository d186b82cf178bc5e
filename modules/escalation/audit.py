# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What is on record of an escalation or a demand is about its letter.

So it stands in the trail of the letter, and is hidden from whom that is about.
"""
from trytond.modules.routing.accused import letters_of
from trytond.pool import Pool, PoolMeta

_FIELDS = {
    'escalation.escalation': ['case', 'letter', 'reception'],
    'escalation.demand': ['case', 'letter'],
    'escalation.watch.item': ['case', 'letter'],
    }
# What a line of the trail says of them, and what is of no interest there
_FIRST = {
    'escalation.escalation': ('superior', 'undelivered'),
    'escalation.demand': ('agency', 'number', 'sent_on', 'answer_number'),
    }
_TITLES = {'escalation.escalation': 'rule'}
_NOT = {
    'escalation.escalation': {
        'agency', 'letter', 'case', 'reception', 'clock', 'raised_at',
        'offered'},
    'escalation.demand': {'letter', 'case'},
    'escalation.watch.item': {'letter', 'case'},
    }


class Entry(metaclass=PoolMeta):
    __name__ = 'audit.entry'

    @classmethod
    def told_first(cls):
        return {**super().told_first(), **_FIRST}

    @classmethod
    def told_titles(cls):
        return {**super().told_titles(), **_TITLES}

    @classmethod
    def told_not(cls):
        return {**super().told_not(), **_NOT}

    @classmethod
    def _matter_fields(cls):
        return {**super()._matter_fields(), **_FIELDS}

    @classmethod
    def _matters_of(cls, rows):
        matters = super()._matters_of(rows)
        for number, row in enumerate(rows):
            model, _, id_ = (row['resource'] or '').partition(',')
            if model == 'escalation.escalation' and not matters[number]:
                # about a transfer, a dispute, an urging letter
                record = Pool().get(model)(int(id_)).record
                letters = letters_of(record) if record else []
                if letters:
                    matters[number] = str(
                        getattr(record, 'case', None) or letters[0])
        return matters
