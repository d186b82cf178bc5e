# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What opens at login: for each role the list of what it has to do.

It comes with the modules.  Who has chosen actions of his own, on the page
"Actions" of his preferences, gets those.
"""
from trytond.model import fields
from trytond.modules.foundation.acting import as_server
from trytond.pool import Pool, PoolMeta

from .role import ROLES, group_xml_id


class Group(metaclass=PoolMeta):
    __name__ = 'res.group'

    home = fields.Many2One(
        'ir.action.act_window', "Opened at Login", readonly=True,
        ondelete='SET NULL',
        help="What opens when somebody with this role logs in, who has chosen "
        "no actions of his own.")


class User(metaclass=PoolMeta):
    __name__ = 'res.user'

    @classmethod
    def _get_preferences(cls, user, context_only=False):
        preferences = super()._get_preferences(
            user, context_only=context_only)
        if not context_only and not preferences.get('actions'):
            preferences['actions'] = user.home_actions()
        return preferences

    def home_actions(self):
        "Return the ids of what opens for the roles, the first one in front"
        pool = Pool()
        Group = pool.get('res.group')
        ModelData = pool.get('ir.model.data')
        held = {role for _, role in self.get_roles(self.id)}
        with as_server("what opens for one's own roles"):
            groups = Group.browse([
                    ModelData.get_id(group_xml_id(role))
                    for role, _ in ROLES
                    if role in held])
            if not groups:
                groups = [g for g in Group.browse(self.groups) if g.home]
            return list(dict.fromkeys(
                    g.home.action.id for g in groups if g.home))
