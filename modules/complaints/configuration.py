# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.model import (
    DeactivableMixin, ModelSQL, ModelView, Unique, fields, sequence_ordered)
from trytond.modules.agencies.watched import SiteWideMixin
from trytond.modules.audit.audited import AuditedMixin


class Field(
        SiteWideMixin, sequence_ordered(), DeactivableMixin, AuditedMixin,
        ModelSQL, ModelView):
    "What a letter is about (lĩnh vực)"
    __name__ = 'complaints.field'

    code = fields.Char("Code", required=True)
    name = fields.Char("Name", required=True)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints += [
            ('code_unique', Unique(table, table.code),
                'complaints.msg_field_code_unique'),
            ]
