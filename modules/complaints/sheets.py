# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.modules.deadlines.report import Sheet


class LetterSheet(Sheet):
    __name__ = 'complaints.letter.sheet'


class CaseSheet(Sheet):
    __name__ = 'complaints.case.sheet'
