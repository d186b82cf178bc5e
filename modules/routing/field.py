# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Which ministry manages a field: it settles after a province."""
import csv
from pathlib import Path

from trytond.model import fields
from trytond.modules.foundation.dated import CERTAINTIES
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Bool, Eval

DATA = Path(__file__).parent / 'data' / 'ministries.csv'
MINISTERIAL = ['ministry', 'inspectorate', 'government_body']
_MANAGED = {'invisible': ~Bool(Eval('ministry'))}


class Field(metaclass=PoolMeta):
    __name__ = 'complaints.field'

    ministry = fields.Many2One(
        'agencies.agency', "Ministry", ondelete='RESTRICT',
        domain=[('kind', 'in', MINISTERIAL)],
        help="The ministry that manages the field: it settles the second "
        "complaint where a province has settled the first.")
    ministry_basis = fields.Char("Legal Basis", states=_MANAGED)
    ministry_certainty = fields.Selection(
        [(None, ""), *CERTAINTIES], "Certainty", sort=False,
        states=_MANAGED,
        help="How sure it is that the ministry manages the field.")
    ministry_certainty_string = ministry_certainty.translated(
        'ministry_certainty')
    ministry_loaded = fields.Boolean("Ministry Loaded", readonly=True)

    @fields.depends('ministry')
    def on_change_ministry(self):
        "Who chooses another one knows why"
        self.ministry_basis = self.ministry_certainty = None

    @classmethod
    def load_ministries(cls):
        """Name the ministries of data/ministries.csv, once for each field

        What somebody has chosen, or taken away again, stays.  A ministry that
        the database does not have yet is left for the next time.

        Returns how many fields got theirs."""
        Agency = Pool().get('agencies.agency')
        with DATA.open(encoding='utf-8', newline='') as file:
            rows = {row['field']: row for row in csv.DictReader(file)}
        to_write = []
        for field in cls.search([
                    ('code', 'in', list(rows)),
                    ('ministry', '=', None),
                    ('ministry_loaded', 'in', [False, None]),
                    ('active', 'in', [True, False]),
                    ]):
            row = rows[field.code]
            ministry = Agency.by_code(row['ministry'])
            if ministry:
                to_write.extend(([field], {
                            'ministry': ministry.id,
                            'ministry_basis': row['legal_basis'],
                            'ministry_certainty': row['certainty'],
                            'ministry_loaded': True,
                            }))
        if to_write:
            cls.write(*to_write)
        return len(to_write) // 2
