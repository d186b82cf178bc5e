# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What the clients ask for to show a letter that leads to another agency."""
import datetime as dt

from trytond.model.exceptions import AccessError
from trytond.modules.agencies.tests import work_as
from trytond.modules.complaints.tests.tools import (
    create_office, propose, receive, take)
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import with_transaction

from .tools import RoutingTest

D = dt.date


def as_shown(Model):
    "Return what sao and the desktop client read to show the form of a model"
    view = Model.fields_view_get(view_type='form')
    names = ['rec_name', '_timestamp', '_write', '_delete']
    for name, definition in view['fields'].items():
        names.append(name)
        if definition['type'] in {'many2one', 'one2one', 'reference'}:
            names.append(f'{name}.rec_name')
        elif definition['type'] in {'selection', 'multiselection'}:
            names.append(f'{name}:string')
    return names


class SeenBeyondTestCase(RoutingTest):

    @with_transaction()
    def test_transfer(self):
        "Test both sides of a transfer open its letters, and the transfer"
        pool = Pool()
        Letter = pool.get('complaints.letter')
        Transfer = pool.get('routing.transfer')
        office = create_office()
        other = create_office('22251', office.parent)
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            propose(office, letter, 'transfer', proposed_to=other.agency.id)
            take(office.clerk, letter, 'transfer', outcome_number='15/PC')
            transfer, = Transfer.search([])
            twin = Letter(letter.id).transferred_to
            number = Letter(letter.id).number
            for user, seen in [
                    (office.clerk, letter.id), (other.clerk, twin.id)]:
                with self.subTest(user=user.login), work_as(user):
                    row, = Letter.read([seen], as_shown(Letter))
                    self.assertTrue(row['state'])
                    if seen == twin.id:
                        self.assertEqual(
                            row['transferred_from.']['rec_name'], number)
                        self.assertEqual(
                            row['transferred_from'], letter.id)
                    row, = Transfer.read([transfer.id], as_shown(Transfer))
                    self.assertTrue(row['state'])
                    self.assertEqual(row['letter.']['rec_name'], number)
                    # by its number, and no more
                    hidden = 'letter' if seen == twin.id else 'twin'
                    for name in ['subject', 'agency.rec_name']:
                        with self.assertRaises(AccessError):
                            Transfer.read(
                                [transfer.id], [f'{hidden}.{name}'])
