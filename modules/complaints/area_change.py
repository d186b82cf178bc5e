# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""An area becomes remote, or no longer: previewed like a change of the law."""

from trytond.cache import Cache
from trytond.i18n import gettext
from trytond.model import fields
from trytond.model.exceptions import AccessError
from trytond.modules.deadlines.change_lines import ChangeLine
from trytond.pool import PoolMeta
from trytond.pyson import Eval


class Change(metaclass=PoolMeta):
    __name__ = 'deadlines.change'

    areas = fields.One2Many(
        'complaints.change.area', 'change', "Remote Areas",
        states={
            'readonly': Eval('state') != 'draft',
            })

    def content(self):
        return [*super().content(), *self.areas]

    def _clauses(self, open_):
        clauses = super()._clauses(open_)
        agencies = [line.place.id for line in self.areas]
        if agencies and open_:
            clauses += [
                ('resource.agency', 'in', agencies, model)
                for model in ['complaints.letter', 'complaints.case']]
        return clauses

    def circumstances(self, clock):
        variants = super().circumstances(clock)
        record = clock.resource
        for line in self.areas:
            if getattr(record, 'agency', None) == line.place:
                variants.discard('remote')
                if record.remote or line.remote:
                    variants.add('remote')
        return variants


class ChangeArea(ChangeLine):
    __name__ = 'complaints.change.area'

    place = fields.Many2One(
        'agencies.agency', "Agency", required=True, ondelete='RESTRICT')
    remote = fields.Boolean(
        "Remote Area",
        help="A remote area that is hard to reach "
        "(vùng sâu, vùng xa đi lại khó khăn).")

    def enact(self):
        self.place.remote = self.remote
        self.place.save()


class Agency(metaclass=PoolMeta):
    __name__ = 'agencies.agency'
    # as plans know them: see matters.agencies_of
    _planned_cache = Cache('complaints.agency.planned', context=False)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.remote.states = {
            **cls.remote.states, 'readonly': Eval('id', -1) >= 0}

    @classmethod
    def check_modification(
            cls, mode, agencies, values=None, external=False):
        super().check_modification(
            mode, agencies, values=values, external=external)
        if external and mode == 'write' and 'remote' in values and any(
                bool(agency.remote) != bool(values['remote'])
                for agency in agencies):
            raise AccessError(gettext('deadlines.msg_law_by_change'))

    @classmethod
    def on_modification(cls, mode, agencies, field_names=None):
        super().on_modification(mode, agencies, field_names=field_names)
        # the name of an agency says what is above it
        cls._planned_cache.clear()
