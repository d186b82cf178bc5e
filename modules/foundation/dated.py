# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What holds from a day, and how sure we are of it.

Whatever the law says is a dated record: the version that holds is chosen by
the day, never by what was written last.
"""
from trytond.model import fields
from trytond.pyson import Eval, If

# How sure we are of what the law says
CERTAINTIES = [
    ('verified', "Verified"),
    ('one transcription', "One Transcription"),
    ('memory', "From Memory"),
    ('interpretation', "Interpretation"),
    ]


def period_domain():
    "Return the domains that keep valid_from before valid_to"
    return [
        If(Eval('valid_from') & Eval('valid_to'),
            ('valid_to', '>=', Eval('valid_from')),
            ()),
        ]


class DatedMixin:
    "What exists from a day, maybe until a day (both included)"
    __slots__ = ()

    valid_from = fields.Date("Valid from", required=True)
    valid_to = fields.Date("Valid to", domain=period_domain())

    def valid_on(self, day):
        return (self.valid_from <= day
            and (self.valid_to is None or day <= self.valid_to))

    @staticmethod
    def valid_domain(day):
        "Return the domain of what is valid on day"
        return [
            ('valid_from', '<=', day),
            ['OR', ('valid_to', '=', None), ('valid_to', '>=', day)],
            ]
