# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Who changes his own preferences changes nothing else.

They are written without access, which is right for one's name and password.
But some are relations, and a command inside of these can write into the other
record, and from there into the next: an action's groups, a group's users.
Here relations of preferences take and drop what is there; what is one's own
(warnings, user applications) can be made, changed and deleted as well.
"""
from trytond.i18n import gettext
from trytond.model.exceptions import AccessError
from trytond.pool import PoolMeta
from trytond.transaction import Transaction

_LINKS = frozenset(['add', 'remove'])
_OWN = frozenset(['create', 'write', 'delete', 'remove'])


class User(metaclass=PoolMeta):
    __name__ = 'res.user'

    @classmethod
    def set_preferences(cls, values):
        user = cls(Transaction().user)
        allowed = cls._preferences_fields + cls._context_fields
        for name, value in values.items():
            if name in allowed and cls._fields[name]._type.endswith('2many'):
                for command in value or []:
                    user._check_preference(cls._fields[name], command)
        return super().set_preferences(values)

    def _check_preference(self, field, command):
        "Raise AccessError for a command that reaches beyond the user's own"
        action, *arguments = command
        if field._type == 'many2many':
            correct = action in _LINKS
        else:
            correct = action in _OWN and self._is_own(
                field, action, arguments)
        if not correct:
            raise AccessError(gettext(
                    'foundation.msg_guard_preference',
                    **self.__names__(field.name)))

    def _is_own(self, field, action, arguments):
        Target = field.get_target()
        if action == 'create':
            ids, changes = [], arguments[0]
        elif action == 'write':
            ids = [i for some in arguments[::2] for i in some]
            changes = arguments[1::2]
        else:
            ids, changes = arguments[0], []
        own = {record.id for record in getattr(self, field.name)}
        return own.issuperset(map(int, ids)) and not any(
            name == field.field and value not in {None, self.id}
            or Target._fields[name]._type.endswith('2many')
            for values in changes for name, value in values.items())
