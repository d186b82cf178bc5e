# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The trail of a letter as it is told to who reads it."""
import datetime as dt
import re
from unittest import TestCase

from trytond.modules.agencies.tests.tools import create_user, work_as
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)
from trytond.transaction import Transaction

from .tools import create_office, open_case, open_identity, receive, take

DAY = dt.date(2026, 8, 5)
NAME = "Nguyễn Văn An"
# how code names things, and what stands for a secret
CODES = re.compile(
    r'#[0-9a-f]{8}|\b[a-z]+_[a-z]+\b|complaints\.|\b20[0-9]{2}-[01][0-9]-')


def trail(user, record):
    "Return [(who, told, details)] as the user reads it, the newest first"
    Model = Pool().get(record.__name__)
    Entry = Pool().get('audit.entry')
    with work_as(user):
        row, = Model.read([record.id], ['trail'])
        entries = {
            e['id']: e for e in Entry.read(
                row['trail'], ['at', 'who', 'told', 'details', 'rec_name'])}
        return [
            (e['who'], e['told'], e['details'])
            for e in map(entries.get, row['trail'])]


class ToldTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('complaints')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    @with_transaction()
    def test_story(self):
        "Test a case is told from its letter on, without a code"
        office = create_office()
        with clock.travel(DAY):
            case = open_case(office)
            letter, = case.letters
        told = trail(office.leader, letter)
        steps = [t for _, t, _ in reversed(told) if '→' in t]
        self.assertTrue(any(
                letter.number in step and "Registered" in step
                for step in steps), steps)
        self.assertTrue(any("Accepted" in step for step in steps), steps)
        # a step and its act are one line
        self.assertEqual(len(told), len(set(told)), told)
        people = {who for who, _, _ in told}
        self.assertIn(f"{office.leader.name} (Leader)", people)
        self.assertIn(f"{office.clerk.name} (Clerk)", people)
        for record in [letter, case]:
            for line in trail(office.leader, record):
                self.assertIsNone(CODES.search('\n'.join(line)), line)
        # of the case those of its letter, too
        self.assertGreater(len(trail(office.leader, case)), len(told))

    @with_transaction()
    def test_nobody_is_named(self):
        "Test who denounces is named to nobody, however it was opened"
        office = create_office()
        with clock.travel(DAY):
            letter = receive(office, DAY, kind='denunciation')
            take(office.clerk, letter, 'register')
            open_identity(office.clerk, letter)
            for user in [office.clerk, office.leader, office.auditor]:
                told = trail(user, letter)
                self.assertTrue(told)
                for line in told:
                    self.assertNotIn(NAME, '\n'.join(line))

    @with_transaction()
    def test_who_left(self):
        "Test who works here no more is named, and what is gone is not"
        pool = Pool()
        Entry = pool.get('audit.entry')
        office = create_office()
        with clock.travel(DAY):
            letter = receive(office, DAY)
            take(office.clerk, letter, 'register')
            pool.get('res.user').write([office.clerk], {'active': False})
            with Transaction().set_user(0):
                Entry.append([{
                            'action': 'write', 'resource': letter,
                            'changes': {
                                'case': [None, 999], 'gone': [None, 'code']},
                            }])
            told = trail(office.leader, letter)
        self.assertIn(
            f"{office.clerk.name} (Clerk)", {who for who, _, _ in told})
        self.assertEqual(told[0][1], "Changes complaints Letter: Case: …")
        self.assertEqual(told[0][0], "The System")

    @with_transaction()
    def test_for_whom(self):
        "Test who acted for somebody who was away is told so"
        pool = Pool()
        office = create_office()
        other = create_user('deputy', office.agency, 'handler')
        with clock.travel(DAY):
            pool.get('agencies.absence').create([{
                        'agency': office.agency.id,
                        'user': office.leader.id,
                        'delegate': other.id,
                        'delegate_confirmed': True,
                        'valid_from': DAY, 'valid_to': DAY}])
            letter = receive(office, DAY)
            take(office.clerk, letter, 'register', 'classify')
            take(office.clerk, letter, 'propose', proposal='guide')
            take(other, letter, 'approve')
            who = trail(office.leader, letter)[0][0]
            self.assertIn(f"for {office.leader.name}", who)
            self.assertNotIn(
                "for ", trail(office.leader, letter)[1][0])

    @with_transaction()
    def test_for_the_auditor(self):
        "Test the entry itself stays, with its hash, for who audits"
        Entry = Pool().get('audit.entry')
        office = create_office()
        with clock.travel(DAY):
            letter = receive(office, DAY)
        with work_as(office.auditor):
            entry, = Entry.search([
                    ('resource', '=', str(letter)), ('action', '=', 'create')])
            self.assertTrue(entry.for_auditor)
            self.assertIn("Kind: – → complaint", entry.changes_text)
            self.assertRegex(entry.changes_text, r'#[0-9a-f]{8}')
        with work_as(office.leader):
            self.assertFalse(Entry(entry.id).for_auditor)
