# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A step of a procedure in words: its time limits and states by name."""
from trytond.i18n import gettext
from trytond.model import fields
from trytond.pool import Pool, PoolMeta

from . import procedure_book


class Step(metaclass=PoolMeta):
    __name__ = 'complaints.procedure.step'

    limits = fields.Function(
        fields.Text("Time Limits"), 'get_limits')
    states_said = fields.Function(
        fields.Char("From"), 'get_states_said')
    to_said = fields.Function(
        fields.Char("To"), 'get_states_said')

    @classmethod
    def get_limits(cls, steps, name):
        "Say which time limits start, end and move, each once by its name"
        Rule = Pool().get('deadlines.rule')
        lists = {
            step.id: [
                (what, list(dict.fromkeys(
                            procedure_book.Requirement.read(text).what
                            for text in cls.codes(getattr(step, what)))))
                for what in ['starts', 'meets', 'moves']]
            for step in steps}
        codes = {
            code for found in lists.values() for _, codes in found
            for code in codes}
        names = {
            rule.code: rule.name for rule in Rule.search([
                    ('code', 'in', sorted(codes))])}
        return {
            id_: '\n'.join(
                gettext(f'complaints.msg_step_{what}', limits='; '.join(
                        names.get(code, code) for code in codes))
                for what, codes in found if codes)
            for id_, found in lists.items()}

    @classmethod
    def get_states_said(cls, steps, name):
        "Say states as the records of the step show them"
        pool = Pool()
        labels = {
            model: dict(pool.get(model).fields_get(
                    ['state'])['state']['selection'])
            for model in {step.resource for step in steps}}
        source = {'states_said': 'states', 'to_said': 'to_state'}[name]
        return {
            step.id: ', '.join(
                labels[step.resource].get(state, state)
                for state in cls.codes(getattr(step, source)))
            for step in steps}
