# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Papers of what is open go with it; who issued them stays on them."""
from trytond.pool import Pool, PoolMeta

_DOCUMENT = 'documents.document'


class Reorganisation(metaclass=PoolMeta):
    __name__ = 'agencies.reorganisation'

    @classmethod
    def following(cls):
        pool = Pool()
        return [*super().following(), (_DOCUMENT, 'agency', [
                    'OR',
                    *([(name, '!=', None), (f'{name}.state', 'not in', sorted(
                                pool.get(f'complaints.{name}')._closed()))]
                        for name in ['letter', 'case'])])]

    @classmethod
    def called(cls):
        return {
            **super().called(), _DOCUMENT: 'documents.msg_moves_documents'}
