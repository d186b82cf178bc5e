# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.modules.foundation.acting import as_server
from trytond.pool import Pool, PoolMeta

from .accused import is_about


class Agency(metaclass=PoolMeta):
    __name__ = 'agencies.agency'

    def notify_role(
            self, roles, message, record, urgent=False, **variables):
        """Tell who holds one of the roles here, and is there

        Where the agency has ended, in the one that took its matters over.
        Without those whom the matter is about.  Returns the users."""
        pool = Pool()
        User = pool.get('res.user')
        with as_server("the holders of a role are told, whoever acts"):
            agency = self.__class__(self.id)
            agency = agency.successor_on(
                pool.get('ir.date').today()) or agency
            users = list(dict.fromkeys(
                    u for role in roles for u in agency.users_present(role)
                    if not is_about(u, record, role)))
        User.tell(users, record, message, urgent=urgent, **variables)
        return users
