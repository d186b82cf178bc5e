# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.pool import Pool
from trytond.report import Report
from trytond.rpc import RPC


class PrintedMixin(Report):
    """Put on record who printed what

    Mixin of the reports of whatever is on record.
    """

    @classmethod
    def __setup__(cls):
        super().__setup__()
        # an entry is written
        cls.__rpc__['execute'] = RPC(readonly=False)

    @classmethod
    def _get_records(cls, ids, model, data):
        Pool().get('audit.entry').append([{
                    'action': 'print',
                    'resource': f'{model},{id_}',
                    'summary': cls.__name__,
                    } for id_ in ids])
        return super()._get_records(ids, model, data)
