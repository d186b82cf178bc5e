# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.modules.foundation.acting import acting_user
from trytond.pool import Pool, PoolMeta


class Cron(metaclass=PoolMeta):
    __name__ = 'ir.cron'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.method.selection.append((
                'agencies.reorganisation|apply_due',
                "Reorganise Agencies on Their Day"))


class Rule(metaclass=PoolMeta):
    __name__ = 'ir.rule'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.domain.help += (
            '\n- "user_id" as the id of the user'
            '\n- "agencies" as list of ids where the user works today'
            '\n- "supervised" as list of ids whose whole branch the user '
            'supervises today'
            '\n- "visible" as list of ids of both, branches included'
            '\n- "governed" as list of ids whose whole branch the user leads '
            'or administers today, "governs_all" for the whole site')

    @classmethod
    def _get_cache_key(cls, model_names):
        User = Pool().get('res.user')
        key = super()._get_cache_key(model_names)
        return (
            *key, acting_user(), User.get_agencies(),
            User.get_supervised(), User.get_governed())

    @classmethod
    def _get_context(cls, model_name):
        User = Pool().get('res.user')
        context = super()._get_context(model_name)
        context['user_id'] = acting_user() or 0
        context['agencies'] = list(User.get_agencies())
        context['supervised'] = list(User.get_supervised())
        governed = User.get_governed()
        context['governed'] = list(governed or [])
        context['governs_all'] = governed is None
        context['visible'] = list(User.get_visible())
        return context
