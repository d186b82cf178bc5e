# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Nobody becomes somebody else by administering.

Who sets the password of a leader, or the address to which a reset goes, is
that leader from then on.  Here what opens the login of somebody who holds a
role, and the groups of anybody, waits for a second person (proposal.py).  By
kind: what is not named as harmless waits, so also what another module adds.

Taking away waits for nobody: who is deactivated, or loses a group, is out at
once.
"""
from trytond.modules.foundation.acting import as_server
from trytond.modules.foundation.guards.stored import is_client
from trytond.pool import Pool, PoolMeta
from trytond.transaction import Transaction

from . import vacancy

# What of a user opens nothing.  Roles have a guard of their own.
HARMLESS = frozenset([
        'name', 'signature', 'language', 'menu', 'actions', 'agency',
        'notifications', 'notice_mail', 'warnings', 'avatar', 'avatars',
        'memberships'])


class User(metaclass=PoolMeta):
    __name__ = 'res.user'

    @classmethod
    def create(cls, vlist):
        groups = {}
        if is_client():
            # the first login of somebody new opens nothing yet
            vlist = [dict(values) for values in vlist]
            for number, values in enumerate(vlist):
                if values.get('groups'):
                    groups[number] = values.pop('groups')
        users = super().create(vlist)
        for number, value in groups.items():
            cls._propose(users[number], {'groups': value})
        return users

    @classmethod
    def write(cls, users, values, *args):
        if not is_client():
            super().write(users, values, *args)
            return
        FieldAccess = Pool().get('ir.model.field.access')
        actions = iter((users, values, *args))
        arguments, waiting = [], []
        for some, changes in zip(actions, actions, strict=True):
            FieldAccess.check(cls.__name__, list(changes), 'write')
            for user in some:
                wider = user._waiting(changes)
                arguments += [[user], {
                        n: v for n, v in changes.items() if n not in wider}]
                if wider:
                    waiting.append((user, wider))
        out = [
            user for part, changes in zip(
                arguments[::2], arguments[1::2], strict=True)
            for user in part if not changes.get('active', True)]
        if arguments:
            with vacancy.watched(cls._memberships_of(out)):
                # it checks the access also where nothing is left to write
                super().write(*arguments)
        for user, wider in waiting:
            cls._propose(user, wider)
        with as_server("who watches is told of whoever is out"):
            for user in cls.browse([u.id for part in arguments[::2]
                        for u in part]):
                if not user.active and any(
                        'active' in part for part in arguments[1::2]):
                    user._tell_deactivated()

    @classmethod
    @as_server("roles end with a login, whoever ends it")
    def _memberships_of(cls, users):
        return [
            m for user in cls.browse([u.id for u in users])
            for m in user.memberships]

    def _waiting(self, values):
        "Return the part of values that waits for a second person"
        with as_server("what waits is not for the user to judge"):
            user = self.__class__(self.id)
            if user.id == Transaction().user:
                guarded = {'groups'}
            elif user._holds_anything():
                guarded = values.keys() - HARMLESS
            else:
                guarded = {'groups'}
            return {
                name: value for name, value in values.items()
                if name in guarded and user._is_wider(name, value)}

    def _holds_anything(self):
        "Tell if who is this user has rights that others have not"
        today = Pool().get('ir.date').today()
        return bool(self.groups) or any(
            m.state != 'refused' and (not m.valid_to or m.valid_to >= today)
            for m in self.memberships)

    def _is_wider(self, name, value):
        "Tell if a value is another one, and takes nothing away"
        if name == 'active':
            return bool(value) and not self.active
        if name == 'password':
            return bool(value) and value != 'x' * 10
        if name == 'groups':
            return any(
                command[0] not in {'remove', 'delete'}
                and not (command[0] == 'add' and {
                        g.id for g in self.groups}.issuperset(command[1]))
                for command in value or [])
        field = self._fields[name]
        if field._type.endswith('2many'):
            return bool(value)
        held = getattr(self, name)
        return getattr(held, 'id', held) != value

    @classmethod
    def _propose(cls, user, values):
        values = dict(values)
        if 'password' in values:
            password = values.pop('password')
            cls.validate_password(password, [user])
            values['password_hash'] = cls.hash_password(password)
        with as_server("a proposal changes nothing until it is confirmed"):
            user = cls(user.id)
            agency = user.common_agency()
            Pool().get('agencies.proposal').propose([{
                        'kind': 'login', 'user': user.id,
                        'agency': agency.id if agency else None,
                        'values': values}])
            Pool().get('agencies.proposal').tell(
                [cls(Transaction().user)], user,
                'agencies.msg_told_waits', user=user.rec_name)

    def common_agency(self):
        "Return the lowest agency above all in which the user has a role"
        today = Pool().get('ir.date').today()
        chains = [
            [m.agency, *m.agency.superiors()] for m in self.memberships
            if m.state != 'refused'
            and (not m.valid_to or m.valid_to >= today)]
        if not chains:
            return None
        return next((
                agency for agency in chains[0]
                if all(agency in chain for chain in chains)), None)

    def _tell_deactivated(self):
        "Tell who watches that somebody is out"
        agency = self.common_agency()
        if agency and self._holds_anything():
            Pool().get('agencies.proposal').tell(
                agency.watchers(), self, 'agencies.msg_told_deactivated',
                user=self.rec_name)
