# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What the server says itself stays whole; what a person writes does not."""
import datetime as dt

from trytond.modules.agencies.tests import create_agency, work_as
from trytond.modules.complaints.tests.tools import act, receive, take
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import with_transaction

from .tools import RoutingTest, create_country_of_two

D = dt.date


class OwnWordsTestCase(RoutingTest):
    "Test the names of agencies in what the router says"

    def classified(self, office, accused, **values):
        "Return a denunciation by somebody who lives where it is sent to"
        place = accused.name.removeprefix('UBND ')
        letter = receive(
            office, D(2026, 8, 4), kind='denunciation',
            respondent="Ông Sáu", respondent_role='staff',
            respondent_agency=accused.id, **values,
            persons=[('create', [
                        {'name': "Nguyễn Văn An", 'address': place}])])
        letter = take(office.clerk, letter, 'register')
        self.assertTrue(letter.is_known_to(office.clerk.id))
        return take(office.clerk, letter, 'classify'), place

    @with_transaction()
    def test_router(self):
        "Test the sentence of the router names the agency, also on the slip"
        office, other = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            letter, place = self.classified(office, other.agency)
            self.assertEqual(letter.proposed_to, other.agency)
            self.assertIn(place, letter.proposal_note)
            said = letter.proposal_note
            # as a client that sends it back
            letter = take(office.clerk, letter, proposal_note=said)
            self.assertEqual(letter.proposal_note, said)
            act(office.clerk, letter, 'check_identity', text="Đúng")
            take(office.clerk, letter, 'propose')
            take(office.leader, letter, 'approve')
            letter = take(office.clerk, letter, 'transfer')
        transfer, = letter.transfers
        self.assertEqual(transfer.reason, said)

    @with_transaction()
    def test_typed(self):
        "Test what a person adds to it is cut as ever"
        office, other = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            letter, place = self.classified(office, other.agency)
            said = letter.proposal_note
            for typed in [
                    f"{said} {place}", said.replace('.', '') + '!',
                    f"Người gửi ở {place}", place]:
                letter = take(office.clerk, letter, proposal_note=typed)
                self.assertNotIn(place, letter.proposal_note, typed)
                self.assertIn("[…]", letter.proposal_note)

    @with_transaction()
    def test_other_agency(self):
        "Test the sentence about another agency is nobody's of this letter"
        office, other = create_country_of_two()
        far = create_agency('22252', "UBND xã Tân Lập", 'commune',
            office.parent)
        with clock.travel(D(2026, 8, 5)):
            letter, place = self.classified(office, other.agency)
            said = letter.proposal_note.replace(place, "xã Tân Lập")
            letter = take(
                office.clerk, letter, proposal_note=f"{said}; {place}")
            self.assertNotIn(place, letter.proposal_note)
            self.assertIn(
                far.name.removeprefix('UBND '), letter.proposal_note)

    @with_transaction()
    def test_dispute(self):
        "Test what the common superior decided names who settles"
        pool = Pool()
        Dispute = pool.get('routing.dispute')
        office, other = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            letter, place = self.classified(office, other.agency)
            dispute = Dispute.raise_(letter, [other.agency], "Không rõ")
            Dispute.write([dispute], {
                    'decision': other.agency.id,
                    'decision_number': '12/QĐ'})
            with work_as(office.supervisor):
                Dispute.decide([dispute])
            letter = letter.__class__(letter.id)
            said = letter.proposal_note
            self.assertIn(place, said)
            self.assertIn('12/QĐ', said)
            # also where who writes it knows who lives there
            letter = take(office.clerk, letter, proposal_note='')
            letter = take(office.clerk, letter, proposal_note=said)
            self.assertEqual(letter.proposal_note, said)
            letter = take(
                office.clerk, letter,
                proposal_note=said.replace('12/QĐ', place))
            self.assertNotIn(place, letter.proposal_note)
