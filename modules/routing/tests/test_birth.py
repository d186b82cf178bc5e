# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What goes on to another agency, and what goes with it."""
import datetime as dt

from trytond.modules.complaints.tests import births
from trytond.modules.complaints.tests.test_birth import (
    PDF, attach, divide, files)
from trytond.modules.complaints.tests.tools import propose, receive, take
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import with_transaction

from .tools import RoutingTest, create_country_of_two

D = dt.date


class BirthTestCase(RoutingTest):
    "Test how letters are born in another register"

    @with_transaction()
    def test_declared(self):
        "Test something is said of each field and model that could be given"
        birth = Pool().get('complaints.letter')._birth
        self.assertEqual(births.undeclared('complaints.letter'), set())
        self.assertEqual(births.unknown('complaints.letter'), set())
        self.assertEqual(
            births.below('complaints.letter') - set(birth.below), set())

    @with_transaction()
    def test_transferred_part(self):
        "Test the receiver of a part gets the scan and the facts"
        office, other = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(
                office, D(2026, 8, 4), instance='2',
                known_on=D(2026, 7, 20), pages=4)
            attach(office, letter)
            take(office.clerk, letter, 'register')
            part, _ = divide(office.clerk, letter, 'complaint', 'petition')
            take(office.clerk, part, 'classify')
            take(office.clerk, part, 'propose', proposal='transfer',
                proposed_to=other.agency.id)
            take(office.leader, part, 'approve')
            part = take(office.leader, part, 'transfer')
        twin = part.transferred_to
        self.assertEqual(
            [(f.name, bytes(f.data)) for f in files(twin)],
            [('Đơn.pdf', PDF)])
        self.assertEqual(twin.instance, '2')
        self.assertEqual(twin.known_on, D(2026, 7, 20))
        self.assertEqual(twin.pages, 4)
        self.assertEqual(twin.received_on, D(2026, 8, 5))
        self.assertEqual(twin.forwarder, 'agency')
        self.assertIsNone(twin.part_of)
        self.assertIsNone(twin.proposal)

    @with_transaction()
    def test_note_stays(self):
        "Test the notes of an agency do not go on, even under seal"
        Original = Pool().get('complaints.original')
        office, other = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(
                office, D(2026, 8, 4), kind='denunciation',
                content="Nguyễn Văn An tố cáo ông Sáu",
                note="Nguyễn Văn An đã gọi điện")
            propose(office, letter, 'transfer',
                proposed_to=other.agency.id)
            letter = take(office.leader, letter, 'transfer')
        twin = letter.transferred_to
        self.assertEqual(twin.content, letter.content)
        self.assertNotIn('Nguyễn', twin.content)
        originals = Original.read_texts([str(letter), str(twin)])
        self.assertIn('note', originals[str(letter)])
        self.assertLessEqual(
            set(originals[str(twin)]), {'content', 'subject'})

    @with_transaction()
    def test_who_sent_it_on(self):
        "Test nothing is cut out of the name of the agency that sent it on"
        office, other = create_country_of_two()
        name = office.agency.rec_name
        with clock.travel(D(2026, 8, 5)):
            letter = receive(
                office, D(2026, 8, 4), kind='denunciation',
                content=f"Ở {name.removeprefix('UBND ')}, tố cáo ông Sáu")
            self.assertIn("[…]", letter.content)
            propose(office, letter, 'transfer',
                proposed_to=other.agency.id)
            letter = take(office.leader, letter, 'transfer')
        self.assertEqual(letter.transferred_to.forwarded_by, name)
