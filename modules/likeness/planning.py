# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What steps ask for, and the rows of what they plan."""
from trytond.modules.complaints import matters, planning
from trytond.pool import Pool, PoolMeta
from trytond.tools import grouped_slice
from trytond.transaction import Transaction

from . import plan      # noqa: F401 it registers what it adds

for _step in ['register', 'historical', 'classify']:
    matters.need(_step, 'known')


class Procedure(metaclass=PoolMeta):
    __name__ = 'complaints.procedure'

    @classmethod
    def _law(cls):
        law = super()._law()
        law['rooms'] |= {'likeness'}
        return law


@planning.writer('likeness')
def look(writing):
    "Keep the marks of letters, and what looks like them"
    looked = [p for p in writing.plans if p.more.get('likeness')]
    if looked:
        writing.entries += Pool().get('complaints.letter').find_similar(
            [p.matter for p in looked],
            {p.matter.id for p in looked if p.new},
            {p.matter.id for p in looked
                if 'similar' not in p.more['likeness']})


@matters.loader('likeness')
def load_elsewhere(found, needs):
    "What somebody found to be the same as a letter of another agency"
    # of what is in no register yet nothing was found
    ids = [m.id for m in found.values() if m.of == 'letter' and m['number']]
    if 'conditions' not in needs or not ids:
        return
    like = Pool().get('likeness.likeness').__table__()
    cursor = Transaction().connection.cursor()
    for part in grouped_slice(ids, 1000):
        cursor.execute(*like.select(
                like.letter, like.agency,
                where=like.letter.in_(list(part))
                & (like.decision == 'repeated')))
        for letter, agency in cursor:
            if agency != found[letter].agency.id:
                found[letter].facts['elsewhere'] = True
