# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A paper once more: the file as it was kept, and the draft in Word."""
from trytond.i18n import gettext
from trytond.modules.audit.printed import PrintedMixin

from . import word
from .exceptions import DocumentError


class DocumentFile(PrintedMixin):
    "The file of a paper, unchanged"
    __name__ = 'documents.document.file'

    @classmethod
    def _execute(cls, records, header, data, action):
        document, = records
        if not document.file:
            raise DocumentError(gettext(
                    'documents.msg_document_closed',
                    document=document.rec_name))
        return 'pdf', bytes(document.file)


class DocumentDraft(PrintedMixin):
    "A draft for Word, drawn from what the file says"
    __name__ = 'documents.document.draft'

    @classmethod
    def _execute(cls, records, header, data, action):
        document, = records
        values = dict(document.record()['values'])
        day, number = document.day, values.pop('number', None)
        values.pop('day', None)
        return 'docx', word.render(document.composed(
                document.form, values, document.matter.is_secret, day=day,
                number=number))
