# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The official documents of receptions, filled in."""
from trytond.i18n import gettext
from trytond.modules.complaints.exceptions import StepError
from trytond.modules.complaints.forms import OfficialDocument, person_values

from .reception_register import show_date


class ReceptionDocument(OfficialDocument):
    _of = 'reception'
    # the field without which there is nothing to say
    _needs = None

    @classmethod
    def form_of(cls, reception):
        if cls._needs and not getattr(reception, cls._needs):
            raise StepError(gettext(
                    f'reception.msg_document_{cls._needs}',
                    reception=reception.rec_name))
        return cls.__name__.rpartition('.')[2]

    @classmethod
    def day_of(cls, reception):
        return reception.answered_on or reception.day

    @classmethod
    def values(cls, reception):
        refusal = reception.refusal
        return {
            **person_values(reception.persons),
            'number': reception.document_number,
            'signed_on': reception.answered_on,
            'day': show_date(reception.day),
            'host': reception.host,
            'kind': reception.kind_string.lower(),
            'content': reception.content,
            'ground': refusal and refusal.name,
            'ground_citation': refusal and refusal.citation,
            'conclusion': reception.conclusion,
            }


class ReceptionRefusal(ReceptionDocument):
    "The notice of a refusal to receive (mẫu 01/TCD)"
    __name__ = 'reception.refusal'
    _needs = 'refusal'


class ReceptionReceipt(ReceptionDocument):
    "The receipt for papers (mẫu 02/TCD)"
    __name__ = 'reception.receipt'

    @classmethod
    def rows(cls, reception):
        return [
            (serial, line) for serial, line in enumerate(
                filter(None, (reception.papers or '').splitlines()), 1)]


class ReceptionConclusion(ReceptionDocument):
    "The notice of what the head concluded"
    __name__ = 'reception.conclusion'
    _needs = 'conclusion'


class ReceptionPrivacy(ReceptionDocument):
    "What is told of the processing of personal data, and agreed to"
    __name__ = 'reception.privacy'
