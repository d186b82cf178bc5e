# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Who counts as knowing who denounces: who has learnt it, and nobody else."""
import datetime as dt
from unittest import TestCase

from trytond.modules.agencies.tests.tools import create_user, work_as
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)
from trytond.transaction import Transaction

from ..identity import MASK
from ..opening import is_conflicted
from .tools import create_office, open_case, open_identity, receive, take

D = dt.date
DAY = D(2026, 8, 3)
NAME = "Nguyễn Văn An"
TEXT = (
    f"Tôi là {NAME}, gia đình tôi canh tác thửa đất số 214 tờ bản đồ 17 từ năm "
    "1993, nay bị xã lấy làm bãi tập kết vật liệu mà không có quyết định")


class KnowingTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('complaints')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    @with_transaction()
    def test_words_of_acts(self):
        "What was said at the verification: with an opening, on record"
        pool = Pool()
        Act, Entry = pool.get('complaints.act'), pool.get('audit.entry')
        office = create_office()
        with clock.travel(DAY):
            letter = open_case(office, kind='denunciation').letters[0]
            with work_as(office.leader, check_access=False):
                letter.__class__.write(
                    [letter], {'handler': office.handler.id})
            noted, = Act.search([('letter', '=', letter.id)], limit=1)
            self.assertEqual(noted.taken_by, office.clerk)

            def read(user):
                with work_as(user):
                    row, = Act.read([noted.id], ['text'])
                return row['text']
            self.assertEqual(read(office.handler), MASK)
            self.assertEqual(read(office.leader), "Đúng người viết")
            open_identity(office.handler, letter)
            before = self.reveals(Entry, letter)
            self.assertEqual(read(office.handler), "Đúng người viết")
            self.assertGreater(self.reveals(Entry, letter), before)
        with clock.travel(D(2026, 12, 1)):
            # it is over
            self.assertEqual(read(office.handler), MASK)

    @staticmethod
    def reveals(Entry, letter):
        return Entry.search([
                ('resource', '=', str(letter)), ('action', '=', 'reveal')],
            count=True)

    @with_transaction()
    def test_former_head(self):
        "Who led the denounced agency before is cut as who leads it now"
        pool = Pool()
        Letter = pool.get('complaints.letter')
        Membership = pool.get('agencies.membership')
        office = create_office()
        former = create_user('former', office.agency, 'leader')
        Membership.write(list(former.memberships), {
                'valid_from': D(2020, 1, 1), 'valid_to': D(2025, 12, 31)})
        again = create_user('again', office.agency, 'clerk')
        Membership.create([{
                    'user': former.id, 'agency': office.agency.id,
                    'role': 'handler', 'valid_from': D(2026, 1, 1)}])
        with clock.travel(DAY):
            letters = {}
            for role in ['head', 'body', 'staff']:
                letters[role] = receive(
                    office, DAY, kind='denunciation', respondent="Người khác",
                    respondent_agency=office.agency.id, respondent_role=role)
            more = receive(
                office, DAY, kind='denunciation', respondent="Ai đó",
                respondents=[('create', [{
                                'name': "Ai nữa", 'role': 'head',
                                'agency': office.agency.id}])])
            for user, cut in [
                    (former, True), (office.leader, True), (again, False)]:
                for letter, about in [
                        (letters['head'], cut), (letters['body'], cut),
                        (letters['staff'], False), (more, cut)]:
                    with work_as(user):
                        found = Letter.search([('id', '=', letter.id)])
                    self.assertEqual(bool(found), not about, user.login)
                    self.assertEqual(
                        is_conflicted(user.id, Letter(letter.id)), about)
            # a role that was never confirmed was none
            Membership.write(list(again.memberships), {'role': 'leader'})
            table = Membership.__table__()
            Transaction().connection.cursor().execute(*table.update(
                    [table.state], ['refused'],
                    where=table.user == again.id))
            pool.get('res.user').clear_role_caches()
            self.assertNotIn(
                office.agency.id, pool.get('res.user').get_led(again.id))

    @with_transaction()
    def test_whose_entries(self):
        """What is on record of a part of a letter is for its own agency alone

        Not for the agency that the part names: of who is denounced.  Of every
        model that has an agency of its own."""
        pool = Pool()
        Entry = pool.get('audit.entry')
        here, there = create_office(), create_office('22251')
        with clock.travel(DAY):
            letter = receive(here, DAY, kind='denunciation', content=TEXT)
            other = receive(there, DAY, kind='petition', content=TEXT)
            take(here.clerk, letter, 'register')
            take(there.clerk, other, 'register')
            with work_as(here.clerk):
                pool.get('complaints.respondent').create([{
                            'letter': letter.id, 'name': "Ông Bị Tố",
                            'role': 'head', 'agency': there.agency.id}])
            found = Entry.search([])
            self.assertTrue({'complaints.respondent', 'complaints.letter'} <= {
                    e.resource.__name__ for e in found if e.resource})
            tried = 0
            for entry in found:
                if entry.about and entry.about in {letter, other}:
                    self.assertEqual(
                        entry.agency, entry.about.agency, entry.resource)
                    tried += 1
            self.assertGreater(tried, 6)
            with work_as(there.leader):
                self.assertFalse(
                    Entry.search([('about', '=', str(letter))]))
