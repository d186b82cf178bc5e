# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What is alike tells nobody who has sent what is secret."""
import datetime as dt
from unittest import TestCase

from trytond.modules.agencies.tests.tools import work_as
from trytond.modules.complaints import matters
from trytond.modules.complaints.tests.tools import (
    create_office, open_identity, receive, take)
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import activate_module, with_transaction
from trytond.transaction import Transaction

DAY = dt.date(2026, 8, 3)
NAME = "Nguyễn Văn An"
TEXT = (
    f"Tôi là {NAME}, gia đình tôi canh tác thửa đất số 214 tờ bản đồ 17 từ năm "
    "1993, nay bị xã lấy làm bãi tập kết vật liệu mà không có quyết định")


class KnowingTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        activate_module('likeness')

    @with_transaction()
    def test_with_whom_it_lies(self):
        "That a secret letter lies with somebody tells him nothing of it"
        Letter = Pool().get('complaints.letter')
        office = create_office()
        with clock.travel(DAY):
            letter = receive(office, DAY, kind='denunciation')
            take(office.clerk, letter, 'register')
        with work_as(office.leader, check_access=False):
            Letter.write([Letter(letter.id)], {'handler': office.handler.id})
        with clock.travel(DAY):
            for user, knows in [
                    (office.handler, False), (office.leader, False),
                    (office.clerk, True)]:
                self.assertEqual(self.telling(user, letter), knows, user.login)
            open_identity(office.handler, letter)
            self.assertTrue(self.telling(office.handler, letter))

    @staticmethod
    def telling(user, letter):
        "Tell if similar letters say to a user that the senders are alike"
        Letter = Pool().get('complaints.letter')
        with work_as(user):
            return letter.id in Letter.telling([Letter(letter.id)])

    @with_transaction()
    def test_marks_of_what_became_secret(self):
        "The marks of a letter in clear are those of its working copy after"
        pool = Pool()
        Letter = pool.get('complaints.letter')
        table = pool.get('likeness.fingerprint').__table__()
        cursor = Transaction().connection.cursor()

        def marks(letter):
            cursor.execute(*table.select(
                    table.mark, where=table.letter == letter.id))
            return {mark for mark, in cursor}
        office = create_office()
        for values in [{'kind': 'denunciation'}, {'secrecy': True}]:
            with clock.travel(DAY):
                letter = receive(office, DAY, kind='petition', content=TEXT)
                take(office.clerk, letter, 'register')
                clear = marks(letter)
                with work_as(office.clerk):
                    Letter.write([Letter(letter.id)], values)
            letter = Letter(letter.id)
            self.assertNotIn(NAME, letter.content)
            self.assertEqual(marks(letter), set(letter.marks()))
            self.assertTrue(clear - marks(letter))
            # a draft has none, and gets none
            with clock.travel(DAY):
                draft = receive(office, DAY, kind='petition', content=TEXT)
                with work_as(office.clerk):
                    Letter.write([Letter(draft.id)], values)
            self.assertEqual(marks(draft), set())

    @with_transaction()
    def test_whose_entries(self):
        """What is on record of a part of a letter is for its own agency alone

        Not for the agency that the part names: of who is denounced, of a
        letter that is alike.  Of every model that has an agency of its own."""
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
            with work_as(there.clerk, check_access=False):
                Entry.append(pool.get('complaints.letter').find_similar(
                        matters.load('complaints.letter', [
                                letter.id, other.id], ['classify'])))
            found = Entry.search([])
            self.assertTrue({'likeness.likeness', 'complaints.letter'} <= {
                    e.resource.__name__ for e in found if e.resource})
            tried = 0
            for entry in found:
                if entry.about and entry.about in {letter, other}:
                    self.assertEqual(
                        entry.agency, entry.about.agency, entry.resource)
                    tried += 1
            self.assertGreater(tried, 8)
            with work_as(there.leader):
                self.assertFalse(
                    Entry.search([('about', '=', str(letter))]))

    @with_transaction()
    def test_erased(self):
        "Test by a letter that has been erased no other is found"
        pool = Pool()
        Letter = pool.get('complaints.letter')
        Fingerprint = pool.get('likeness.fingerprint')
        office = create_office()
        with clock.travel(DAY):
            letters = [
                take(office.clerk, receive(office, DAY, kind, content=TEXT),
                    'register')
                for kind in ['petition', 'denunciation', 'complaint']]
        *gone, kept = letters
        Letter.forget_traces(gone)
        self.assertEqual(
            {mark.letter for mark in Fingerprint.search([])}, {kept})
