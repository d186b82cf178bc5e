# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The checklist of a letter: what fills itself, what a person says."""
import datetime as dt
from unittest import TestCase

from trytond.model.exceptions import AccessError
from trytond.modules.agencies.tests.tools import work_as
from trytond.modules.complaints.exceptions import LockedError, StepError
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)

from .tools import act, create_office, receive, take

MAY = dt.date(2026, 8, 3)


class ConditionsTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('complaints')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    def findings(self, letter):
        letter = Pool().get('complaints.letter')(letter.id)
        return {f.condition.code: f.finding for f in letter.conditions}

    def find(self, user, letter, code, finding, note=None):
        "Let a user put a finding into the form of the letter"
        row, = [
            f for f in Pool().get('complaints.letter')(letter.id).conditions
            if f.condition.code == code]
        return take(user, letter, conditions=[
                ('write', [row.id], {'finding': finding, 'note': note})])

    @with_transaction()
    def test_fills_itself(self):
        office = create_office()
        for values, code, finding in [
                ({}, 'XLD-3', 'met'),
                ({'persons': [('create', [{'name': "An"}])]}, 'XLD-3', None),
                ({'persons': [], 'anonymous': True}, 'XLD-3', 'unmet'),
                ({'assumed_name': True}, 'XLD-3', 'unmet'),
                ({}, 'XLD-4', None),
                ({}, 'XLD-5', None),
                ({'respondent': "Chủ tịch xã"}, 'XLD-5', 'met'),
                ({'kind': 'denunciation'}, 'XLD-9', 'met'),
                ({'kind': 'denunciation', 'persons': [
                            ('create', [{'name': "An"}])]}, 'XLD-9', None),
                ({}, 'XLD-11', 'met'),
                ({}, 'KN-6', None),
                ({'known_on': dt.date(2026, 7, 1)}, 'KN-6', 'met'),
                ({'known_on': dt.date(2025, 1, 1)}, 'KN-6', None),
                ({'kind': 'petition'}, 'KN-6', 'absent'),
                ({'received_on': dt.date(2020, 1, 2)}, 'XLD-3', 'absent'),
                ]:
            with self.subTest(values=values, code=code):
                letter = receive(office, **{'received_on': MAY, **values})
                take(office.clerk, letter, 'register')
                self.assertEqual(
                    self.findings(letter).get(code, 'absent'), finding)

    @with_transaction()
    def test_acceptance(self):
        "What does not satisfy a condition is not accepted, with the article"
        office = create_office()
        letter = receive(office, MAY)
        take(office.clerk, letter, 'register')
        self.find(office.clerk, letter, 'XLD-4', 'unmet')
        take(office.clerk, letter, 'classify')
        with self.assertRaisesRegex(StepError, r"chữ ký.*Điều 6\.2"):
            take(office.clerk, letter, 'propose', proposal='accept')
        letter = take(office.clerk, letter, 'propose', proposal='refuse')
        self.assertEqual([g.code for g in letter.grounds], ['KN-11.5'])
        self.assertEqual(letter.state, 'proposed')

    @with_transaction()
    def test_anonymous_denunciation(self):
        office = create_office()
        letter = receive(
            office, MAY, kind='denunciation', persons=[], anonymous=True,
            respondent="Trần Văn Bị")
        take(office.clerk, letter, 'register', 'classify')
        letter = take(office.clerk, letter, 'propose', proposal='file')
        self.assertEqual([g.code for g in letter.grounds], ['XLD-24.3'])

    @with_transaction()
    def test_person_finds_otherwise(self):
        "What a person finds is kept, and on record"
        office = create_office()
        letter = receive(
            office, MAY, kind='denunciation', persons=[], anonymous=True)
        take(office.clerk, letter, 'register')
        self.find(
            office.clerk, letter, 'XLD-3', 'met', "Tên ghi ở trang sau")
        take(office.clerk, letter, 'classify')
        self.assertEqual(self.findings(letter)['XLD-3'], 'met')
        Entry = Pool().get('audit.entry')
        entries = Entry.search([
                ('resource', 'like', 'complaints.letter.condition,%')])
        self.assertEqual(len([
                    e for e in entries if 'trang sau' in e.changes]), 1)

    @with_transaction()
    def test_kind_changes(self):
        office = create_office()
        letter = receive(office, MAY, kind='petition')
        take(office.clerk, letter, 'register')
        self.assertNotIn('KN-2', self.findings(letter))
        take(office.clerk, letter, 'classify', kind='complaint')
        self.assertIn('KN-2', self.findings(letter))

    @with_transaction()
    def test_locked(self):
        office = create_office()
        letter = receive(office, MAY)
        take(office.clerk, letter, 'register', 'classify')
        Condition = Pool().get('complaints.letter.condition')
        row = Pool().get('complaints.letter')(letter.id).conditions[0]
        with work_as(office.clerk):
            with self.assertRaises((LockedError, AccessError)):
                Condition.write([row], {'condition': row.condition.id})
            other, = Pool().get('complaints.condition').search(
                [('code', '=', 'TC-2')])
            for change in [
                    ('delete', [row.id]),
                    ('remove', [row.id]),
                    ('create', [{'condition': other.id}])]:
                with self.assertRaises((LockedError, AccessError)):
                    take(office.clerk, letter, conditions=[change])
        take(office.clerk, letter, 'propose', proposal='accept')
        with self.assertRaises(LockedError):
            self.find(office.clerk, letter, 'XLD-4', 'unmet')

    @with_transaction()
    def test_guided_before(self):
        "A letter that was guided once already does not satisfy the conditions"
        office = create_office()
        first = receive(office, MAY, kind='petition')
        take(office.clerk, first, 'register', 'classify')
        take(office.clerk, first, 'propose', proposal='guide')
        take(office.leader, first, 'approve', 'guide')
        again = receive(office, MAY, kind='petition')
        take(office.clerk, again, 'register', 'classify')
        self.assertEqual(self.findings(again)['XLD-11'], 'unmet')

    @with_transaction()
    def test_alarm_needs_no_condition(self):
        "What is urgent is reported whatever the letter lacks"
        office = create_office()
        letter = receive(office, MAY, persons=[], anonymous=True)
        take(office.clerk, letter, 'register')
        act(office.clerk, letter, 'alarm', text="Đê sắp vỡ")
        self.assertTrue(letter.acts_of('alarm'))
