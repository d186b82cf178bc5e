# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.modules.audit.printed import PrintedMixin
from trytond.modules.deadlines.report import Sheet


class LetterSheet(PrintedMixin, Sheet):
    __name__ = 'complaints.letter.sheet'


class CaseSheet(PrintedMixin, Sheet):
    __name__ = 'complaints.case.sheet'
