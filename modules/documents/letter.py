# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The papers of a letter are of the agency that made them."""
from trytond.modules.complaints.birth import HAPPENED, Birth, because
from trytond.pool import Pool, PoolMeta


class Letter(metaclass=PoolMeta):
    __name__ = 'complaints.letter'

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls._birth |= Birth(
            given={}, below=because(HAPPENED, 'documents.document'))

    @classmethod
    def _files_of(cls, source):
        "Leave out what has not left the agency: proposals, drafts"
        files = super()._files_of(source)
        inner = {
            paper.attachment.id
            for paper in Pool().get('documents.document').search([
                    ('attachment', 'in', [f.id for f in files]),
                    ('state', '!=', 'sent')])}
        return [f for f in files if f.id not in inner]
