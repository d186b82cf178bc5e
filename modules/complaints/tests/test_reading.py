# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Who looked at what, and who looks more than usual."""
import datetime as dt
from unittest import TestCase

from trytond.modules.agencies.tests import create_user, work_as
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)
from trytond.transaction import Transaction

from .tools import (
    CanNotWrite, create_office, only_reading, open_case, open_identity,
    receive, take)

D = dt.date
DAY = D(2026, 8, 5)


class ReadingTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('complaints')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    def look(self, user, letter, *fields):
        Letter = Pool().get(letter.__name__)
        with work_as(user):
            values, = Letter.read([letter.id], [*fields, 'content'])
        return values

    def viewed(self):
        Entry = Pool().get('audit.entry')
        return [
            (e.user.login, str(e.resource)) for e in Entry.search(
                [('action', '=', 'view')], order=[('id', 'ASC')])]

    @with_transaction()
    def test_views(self):
        "Who opens a secret letter is on record, once an hour"
        office = create_office()
        with clock.travel(DAY):
            letter = receive(office, D(2026, 8, 3), kind='denunciation')
            self.look(office.clerk, letter)
            # who writes it down does not look at it
            self.assertEqual(self.viewed(), [])
            take(office.clerk, letter, 'register')
            before = len(self.viewed())
            self.look(office.leader, letter)
            self.look(office.leader, letter)
            self.assertEqual(
                self.viewed()[before:], [(office.leader.login, str(letter))])
            # a list is no look at the letter
            with work_as(office.supervisor):
                letter.__class__.read([letter.id], ['number', 'subject'])
            self.assertEqual(len(self.viewed()), before + 1)
            ordinary = receive(office, D(2026, 8, 3))
            self.look(office.leader, ordinary)
            self.assertEqual(len(self.viewed()), before + 1)
        with clock.travel(dt.datetime(
                    2026, 8, 5, 10, 30, tzinfo=clock.TIMEZONE)):
            self.look(office.leader, letter)
            self.assertEqual(len(self.viewed()), before + 2)

    @with_transaction()
    def test_case_is_viewed(self):
        "Who opens the case of a denunciation is on record too"
        Case = Pool().get('complaints.case')
        office = create_office()
        with clock.travel(DAY):
            case = open_case(office, kind='denunciation')
            with work_as(office.supervisor):
                Case.read([case.id], ['findings'])
            self.assertIn(
                (office.supervisor.login, str(case)), self.viewed())

    @with_transaction()
    def test_no_door_without_record(self):
        "Where nothing can be put on record, nothing secret is shown"
        office = create_office()
        with clock.travel(DAY):
            letter = receive(office, D(2026, 8, 3), kind='denunciation')
            take(office.clerk, letter, 'register')
            ordinary = receive(office, D(2026, 8, 3))
            before = self.viewed()
            with only_reading() as apart:
                with self.assertRaises(CanNotWrite):
                    self.look(office.leader, letter)
                with self.assertRaises(CanNotWrite), \
                        work_as(office.leader):
                    letter.__class__.search_count(
                        [('content', 'ilike', '%đất%')])
                # what is no secret needs no entry
                self.look(office.leader, ordinary)
            self.assertEqual(apart.call_count, 2)
            self.assertEqual(self.viewed(), before)

    @with_transaction()
    def test_searched(self):
        "Who searches what a secret letter says has looked at what he finds"
        pool = Pool()
        Letter, Person = (
            pool.get(f'complaints.{name}') for name in ['letter', 'person'])
        office = create_office()
        with clock.travel(DAY):
            letter = receive(office, D(2026, 8, 3), kind='denunciation')
            receive(office, D(2026, 8, 3))
            take(office.clerk, letter, 'register')
            content = ('content', 'ilike', '%thu hồi%')
            for user, look in [
                    (office.leader, lambda: Letter.search([content])),
                    (office.auditor, lambda: Letter.search_count(
                            ['OR', ('id', '<', 0), [content]])),
                    (office.supervisor, lambda: Person.search(
                            [('letter.content', *content[1:])])),
                    (office.handler, lambda: Letter.search(
                            [], order=[('content', 'ASC')])),
                    ]:
                with self.subTest(user=user.login):
                    before = len(self.viewed())
                    for _ in range(2):
                        with work_as(user):
                            self.assertTrue(look())
                    self.assertEqual(
                        self.viewed()[before:], [(user.login, str(letter))])
            before = len(self.viewed())
            other = create_user('other', office.agency, 'leader')
            with work_as(other):
                Letter.search([('content', 'ilike', '%nothing of it%')])
                self.assertTrue(Letter.search([('kind', '!=', None)]))
            self.assertEqual(len(self.viewed()), before)

    @with_transaction()
    def test_calls_are_on_record(self):
        "A call that shows or exports only reads: a replica can answer it"
        for name in ['letter', 'case', 'person', 'act', 'opening']:
            Model = Pool().get(f'complaints.{name}')
            self.assertTrue(Model.__rpc__['export_data'].readonly, name)
        for name in ['letter', 'case', 'person']:
            for method in ['read', 'search_read']:
                self.assertTrue(Pool().get(
                        f'complaints.{name}').__rpc__[method].readonly)

    @with_transaction()
    def test_trail(self):
        "Everything of a matter stands together, and can be filtered"
        Entry = Pool().get('audit.entry')
        office = create_office()
        with clock.travel(DAY):
            case = open_case(office, kind='denunciation')
            letter, = case.letters
            open_identity(office.clerk, letter)
            with work_as(office.supervisor):
                entries = Entry.search([('of_case', '=', case.id)])
                models = {e.resource.__name__ for e in entries}
                self.assertLessEqual({
                        'complaints.letter', 'complaints.case',
                        'complaints.person', 'complaints.act',
                        'complaints.opening'}, models)
                self.assertTrue(all(e.agency for e in entries))
                about = Entry.search([('about', '=', str(letter))])
                self.assertTrue(set(about) < set(entries))
                self.assertIn('clerk', {
                        e.post.split('(')[1].rstrip(')') for e in about
                        if e.user == office.clerk})
                # one can read what it says
                for entry in entries:
                    self.assertNotIn("Nguyễn Văn An", entry.changes_text)

    @with_transaction()
    def test_unusual(self):
        "Who reads a lot, at night or in vain stands out, and is told of"
        pool = Pool()
        Limits = pool.get('complaints.reading.limits')
        Reading = pool.get('complaints.reading')
        office = create_office()
        custodian = create_user('custodian', office.agency, 'custodian')
        colleague = create_user('colleague', office.agency, 'clerk')
        Limits.create([{'views': 2}])
        with clock.travel(DAY):
            letters = []
            for number in range(3):
                letter = receive(
                    office, D(2026, 8, 3), kind='denunciation',
                    content=f"Tố cáo {number}")
                letters.append(take(office.clerk, letter, 'register'))
            self.look(office.leader, letters[0])
            for letter in letters:
                self.look(office.handler, letter)
            open_identity(colleague, letters[0])
        night = dt.datetime(2026, 8, 5, 23, 0, tzinfo=clock.TIMEZONE)
        with clock.travel(night):
            self.look(office.auditor, letters[0])
        with clock.travel(D(2026, 8, 6)):
            with work_as(custodian):
                readings = {
                    r.user.login: r for r in Reading.search([])
                    if r.user != office.clerk}
                self.assertEqual({
                        login: (r.day, r.views, r.refusals, r.night,
                            bool(r.unusual)) for login, r in readings.items()
                        }, {
                        office.leader.login: (DAY, 1, 0, 0, False),
                        office.handler.login: (DAY, 3, 0, 0, True),
                        colleague.login: (DAY, 0, 1, 0, True),
                        office.auditor.login: (DAY, 1, 0, 1, True)})
                self.assertIn(
                    "3 secret letters",
                    readings[office.handler.login].reasons)
                self.assertEqual(
                    len(Reading.search([('unusual', '=', True)])), 3)
            with work_as(create_user('other', office.parent, 'clerk')):
                with self.assertRaises(Exception):  # noqa: B017
                    Reading.search([])
            notifications = len(Transaction().user_notifications)
            Reading.tell_unusual()
            told = Transaction().user_notifications[notifications:]
            self.assertEqual({n.user for n in told}, {custodian})
            self.assertEqual(len(told), 3)
