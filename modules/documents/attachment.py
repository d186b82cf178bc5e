# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.i18n import gettext
from trytond.modules.foundation.acting import as_server
from trytond.pool import Pool, PoolMeta

from .exceptions import DocumentFixedError


class Attachment(metaclass=PoolMeta):
    __name__ = 'ir.attachment'

    @classmethod
    def check_modification(
            cls, mode, attachments, values=None, external=False):
        super().check_modification(
            mode, attachments, values=values, external=external)
        if external and mode in {'write', 'delete'}:
            cls._check_papers(attachments)

    @classmethod
    def _check_papers(cls, attachments):
        "Raise DocumentFixedError for the file of an official paper"
        Document = Pool().get('documents.document')
        with as_server("whether it is a paper decides who may change it"):
            found = Document.search([
                    ('attachment', 'in', [a.id for a in attachments])],
                limit=1)
            if found:
                raise DocumentFixedError(gettext(
                        'documents.msg_attachment_fixed',
                        document=found[0].rec_name))
