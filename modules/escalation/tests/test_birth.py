# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a letter that goes on, or up, takes along of what watches it."""
import datetime as dt

from trytond.modules.agencies.tests import create_agency, work_as
from trytond.modules.complaints.tests import births
from trytond.modules.complaints.tests.test_birth import divide
from trytond.modules.complaints.tests.tools import propose, receive, take
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import with_transaction

from .tools import EscalationTest, create_country_of_two, run_jobs

D = dt.date


def watch(agency, letter, level='special'):
    Pool().get('escalation.watch').create([{
                'name': "Vụ việc đông người", 'agency': agency.id,
                'valid_from': D(2026, 1, 1),
                'items': [('create', [
                            {'letter': letter.id, 'level': level}])]}])


class BirthTestCase(EscalationTest):
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
    def test_part_about_the_head(self):
        "Test both parts of what denounces the head go up, unseen by him"
        Letter = Pool().get('complaints.letter')
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(
                office, D(2026, 8, 4), kind='denunciation',
                respondent="Chủ tịch xã", respondent_role='head',
                respondent_agency=office.agency.id)
            take(office.clerk, letter, 'register')
            parts = divide(
                office.clerk, letter, 'denunciation', 'petition')
        run_jobs(D(2026, 8, 5))
        for part in parts:
            part = Letter(part.id)
            self.assertEqual(part.state, 'transferred', part.kind)
            self.assertEqual(part.transferred_to.agency, office.parent)
        with work_as(office.leader):
            self.assertEqual(Letter.search([]), [])

    @with_transaction()
    def test_watched(self):
        "Test who watches a letter watches its parts, and it where he may"
        Item = Pool().get('escalation.watch.item')
        office, other = create_country_of_two()
        far = create_agency('68', "UBND tỉnh Lâm Đồng", 'province')
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 4))
            watch(office.parent, letter)
            take(office.clerk, letter, 'register')
            parts = divide(office.clerk, letter, 'complaint', 'petition')
            moved = receive(office, D(2026, 8, 4), name="Lê Thị Bình")
            watch(office.parent, moved, 'attention')
            propose(office, moved, 'transfer', proposed_to=far.id)
            moved = take(office.leader, moved, 'transfer')
        for part in parts:
            item, = Item.search([('letter', '=', part.id)])
            self.assertEqual(item.level, 'special')
        self.assertEqual(
            Item.search([('letter', '=', moved.transferred_to.id)]), [])
