# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Who may do what with an escalation: asked for the buttons and by them."""
from trytond.model import Model, fields
from trytond.modules.foundation.acting import as_server
from trytond.pool import Pool

UNANSWERED = ['open', 'acknowledged']


class EscalationRightsMixin(Model):
    __slots__ = ()

    for_me = fields.Function(
        fields.Boolean(
            "For Me", help="I can answer it, or look after it."),
        'get_may', searcher='search_for_me')
    may_answer = fields.Function(
        fields.Boolean("May Answer"), 'get_may')
    may_oversee = fields.Function(
        fields.Boolean("May Oversee"), 'get_may')
    may_urge = fields.Function(
        fields.Boolean("May Urge"), 'get_may')
    may_take_over = fields.Function(
        fields.Boolean("May Take over"), 'get_may')

    @classmethod
    def get_may(cls, escalations, names):
        "Return for each right whether the user has it now, by escalation"
        pool = Pool()
        User = pool.get('res.user')
        Demand = pool.get('escalation.demand')
        answering, overseeing = cls._places()
        result = {name: {} for name in names}
        with as_server("rights are looked up here, not used"):
            senders, supervising = {}, cls._supervising()
            for escalation in cls.browse([e.id for e in escalations]):
                agency, superior = escalation.agency, escalation.superior
                if 'may_urge' in names and agency not in senders:
                    senders[agency] = bool(Demand.sender_for(agency))
                oversees = escalation.is_overseen()
                may = {
                    'may_answer': agency.id in answering,
                    'may_oversee': oversees,
                    'may_urge': oversees and senders.get(agency, False),
                    'may_take_over': bool(superior) and User.has_role(
                        superior, 'leader'),
                    'for_me': (
                        agency.id in answering | supervising
                        and escalation.state in UNANSWERED
                        or bool(superior) and superior.id in overseeing
                        and escalation.state != 'closed'),
                    }
                for name in names:
                    result[name][escalation.id] = may[name]
        return result

    @staticmethod
    def _places():
        "Return where the user answers, and where he oversees: ids of agencies"
        User = Pool().get('res.user')
        roles = User.get_roles()
        return (
            {a for a, r in roles if r in {'leader', 'handler'}},
            {a for a, r in roles if r in {'leader', 'supervisor'}}
            | set(User.get_supervised()))

    @staticmethod
    def _supervising():
        "Return the ids of the agencies in which the user is a supervisor"
        return {
            a for a, role in Pool().get('res.user').get_roles()
            if role == 'supervisor'}

    def is_overseen(self):
        "Tell if the user oversees the agency that has to answer"
        User = Pool().get('res.user')
        supervised = set(User.get_supervised())
        return bool(
            supervised & {a.id for a in self.agency.superiors()}
        ) or User.has_role(
            self.superior or self.agency, 'supervisor', 'leader')

    @classmethod
    def search_for_me(cls, name, clause):
        """Look for what the user can answer, or looks after

        What went up to somebody else, further up, is for him; who supervises
        an agency sees what it has to answer."""
        _, operator, operand = clause[:3]
        answering, overseeing = cls._places()
        supervising = cls._supervising()
        mine = ['OR', [
                ('state', 'in', UNANSWERED),
                ('agency', 'in', sorted(answering | supervising))], [
                ('state', '!=', 'closed'),
                ('superior', 'in', sorted(overseeing))]]
        wanted = operand if operator.endswith('in') else [operand]
        positive = (True in wanted) != operator.startswith(('!', 'not'))
        if positive:
            return mine
        with as_server("the ids only narrow a search under the rules"):
            ids = [e.id for e in cls.search(mine, order=[])]
        return [('id', 'not in', ids)]

    def check_answer(self):
        "Raise RoleError if the user can not answer for the agency"
        User = Pool().get('res.user')
        User.check_role(self.agency, 'leader', 'handler')

    def check_supervisor(self):
        "Raise RoleError if the user does not oversee the agency"
        User = Pool().get('res.user')
        if not self.is_overseen():
            User.check_role(
                self.superior or self.agency, 'supervisor', 'leader')
