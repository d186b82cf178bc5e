# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What is on record of a paper is about its matter, and told in its trail."""
from trytond.pool import PoolMeta

_DOCUMENT = 'documents.document'


class Entry(metaclass=PoolMeta):
    __name__ = 'audit.entry'

    @classmethod
    def _matter_fields(cls):
        return {**super()._matter_fields(), _DOCUMENT: ['case', 'letter']}

    @classmethod
    def told_first(cls):
        return {**super().told_first(), _DOCUMENT: (
                'number', 'day', 'signer', 'state', 'sent_on')}

    @classmethod
    def told_titles(cls):
        return {**super().told_titles(), _DOCUMENT: 'name'}

    @classmethod
    def told_not(cls):
        return {**super().told_not(), _DOCUMENT: {
                'letter', 'case', 'agency', 'issuer', 'form', 'name',
                'attachment', 'digest', 'drafted_by'}}
