# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from trytond.pool import Pool
from trytond.report import Report
from trytond.transaction import Transaction

from . import sheet


class Sheet(Report):
    "Why is it due on this day?  A page to print for each time limit"
    __name__ = 'deadlines.sheet'

    @classmethod
    def _execute(cls, records, header, data, action):
        language = Transaction().language
        today = Pool().get('ir.date').today()
        explanations, titles = [], []
        for record in records:
            titles.append(record.rec_name)
            # of a clock itself, or of what has clocks
            clocks = getattr(record, 'clocks', [record])
            explanations += [
                c.explained() for c in clocks if c.state != 'cancelled']
        title = ', '.join(dict.fromkeys(titles))
        return 'html', sheet.page(
            explanations, title, language=language, today=today)
