# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""When agencies are reorganised, what they have to answer goes with them."""
from trytond.pool import PoolMeta

# The models that follow, the fields that name the agency, and which are open
_FOLLOWING = [
    ('escalation.demand', 'agency', [('state', 'in', ['draft', 'sent'])]),
    # who asked closes it when it is answered
    ('escalation.demand', 'sender', [
            ('state', 'in', ['draft', 'sent', 'answered'])]),
    ('escalation.escalation', 'agency', [
            ('state', 'in', ['open', 'acknowledged'])]),
    ('escalation.escalation', 'superior', [
            ('state', 'in', ['open', 'acknowledged'])]),
    ]
_NAMES = {
    'escalation.demand': 'escalation.msg_moves_demands',
    'escalation.escalation': 'escalation.msg_moves_escalations',
    }


class Reorganisation(metaclass=PoolMeta):
    __name__ = 'agencies.reorganisation'

    @classmethod
    def following(cls):
        return super().following() + _FOLLOWING

    @classmethod
    def called(cls):
        return {**super().called(), **_NAMES}
