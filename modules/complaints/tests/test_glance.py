# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What is said first of a letter or case, and what is no button for whom."""
import datetime as dt
import re
import unittest

from lxml import etree
from trytond.modules.agencies.tests.tools import work_as
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)
from trytond.transaction import Transaction

from ..outlook import next_look
from .tools import (
    act, begin, create_office, hold_dialogue, open_case, receive, take)

D = dt.date
DAY = D(2026, 8, 5)


def next_of(record):
    "Return the name of the step that is next, None where there is none"
    look = next_look(Pool().get(record.__name__)(record.id).work())
    return look.step.name if look else None


def glance(user, record):
    with work_as(user):
        html = Pool().get(record.__name__)(record.id).glance
    return re.sub('<[^>]*>', '|', html)


def buttons(user, model, view_type):
    with work_as(user):
        Transaction().set_context(_check_access=True)
        view = Pool().get(model).fields_view_get(view_type=view_type)
    return {
        b.get('name') for b in etree.fromstring(view['arch']).iter('button')}


class GlanceTestCase(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('complaints')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    @with_transaction()
    def test_letter(self):
        "Test a letter says its next step in each state, until it is a case"
        office = create_office()
        with clock.travel(DAY):
            letter = receive(office, DAY)
            for state, name, user, step in [
                    ('received', 'register', office.clerk, 'register'),
                    ('registered', 'classify', office.clerk, 'classify'),
                    ('classified', 'propose', office.clerk, None),
                    ]:
                self.assertEqual(letter.state, state)
                self.assertEqual(next_of(letter), name)
                self.assertIn('you', glance(user, letter))
                if step:
                    take(user, letter, step)
                letter = Pool().get('complaints.letter')(letter.id)
            take(office.clerk, letter, 'propose', proposal='accept')
            self.assertEqual(next_of(letter), 'approve')
            # it is the leader's, and says so to the clerk
            self.assertIn('leader', glance(office.clerk, letter))
            self.assertIn('you', glance(office.leader, letter))
            take(office.leader, letter, 'approve')
            # what was approved, not what else the state allows
            self.assertEqual(next_of(letter), 'accept')
            take(office.leader, letter, 'accept')
            letter = Pool().get('complaints.letter')(letter.id)
            said = glance(office.clerk, letter)
            self.assertIn(letter.case.number, said)
            self.assertIn(
                letter.case.due_on.strftime('%d/%m/%Y'), said)
            self.assertEqual(letter.case_due_on, letter.case.due_on)

    @with_transaction()
    def test_late(self):
        "Test it says by when, and for how long it is late"
        office = create_office()
        with clock.travel(DAY):
            letter = receive(office, DAY)
            take(office.clerk, letter, 'register')
            letter = Pool().get('complaints.letter')(letter.id)
            self.assertIn('days left', glance(office.clerk, letter))
        with clock.travel(letter.due_on):
            self.assertIn('Due today', glance(office.clerk, letter))
        with clock.travel(letter.due_on + dt.timedelta(3)):
            self.assertIn('3 days late', glance(office.clerk, letter))

    @with_transaction()
    def test_case(self):
        "Test what a decision lacks comes before it, then what is due first"
        office = create_office()
        with clock.travel(DAY):
            case = open_case(office)
            self.assertEqual(next_of(case), 'verify')
            case = begin(office, case)
            self.assertIn(next_of(case), {'decide', 'report', 'invite'})
        with clock.travel(D(2026, 8, 25)):
            hold_dialogue(office, case, D(2026, 8, 25))
            if next_of(case) == 'report':
                act(office.handler, case, 'report', text="A", number='1')
            self.assertEqual(next_of(case), 'decide')
            take(office.leader, case, 'decide', result='right',
                decision_number='1/QĐ')
            self.assertEqual(next_of(case), 'send')
            take(office.clerk, case, 'send')
            self.assertEqual(next_of(case), 'publish')
            act(office.clerk, case, 'publish', text="Niêm yết")
            self.assertEqual(next_of(case), 'take_effect')

    @with_transaction()
    def test_no_dead_button(self):
        "Test a view has no button that the user may never press"
        office = create_office()
        clerk = buttons(office.clerk, 'complaints.letter', 'form')
        self.assertLessEqual({'register', 'classify', 'propose'}, clerk)
        self.assertFalse({'approve', 'revise', 'correct'} & clerk)
        leader = buttons(office.leader, 'complaints.letter', 'form')
        self.assertLessEqual({'approve', 'revise'}, leader)
        self.assertNotIn('register', leader)

    @with_transaction()
    def test_rest_is_met(self):
        "Test one button fills what is blank, and leaves what was found"
        Letter = Pool().get('complaints.letter')
        office = create_office()
        with clock.travel(DAY):
            letter = receive(office, DAY)
            take(office.clerk, letter, 'register')
            take(office.clerk, letter, 'classify')
            letter = Letter(letter.id)
            blank = [f for f in letter.conditions if not f.finding]
            self.assertGreater(len(blank), 1)
            self.assertEqual(letter.on_change_notify()[0][0], 'warning')
            self.assertIn(str(len(blank)), letter.findings_count)
            letter.conditions[0].finding = 'unmet'
            letter.meet_rest()
            self.assertEqual(
                [f.finding for f in letter.conditions],
                ['unmet'] + ['met'] * (len(letter.conditions) - 1))
            self.assertFalse(letter.on_change_notify())

    @with_transaction()
    def test_first_sender(self):
        "Test the counter has a sender to type in, and none stays empty"
        Letter = Pool().get('complaints.letter')
        office = create_office()
        with clock.travel(DAY), work_as(office.clerk), \
                Transaction().set_context(first_sender=True):
            self.assertEqual(
                Letter.default_get(['persons'])['persons'],
                [{'role': 'sender'}])
            letters = Letter.create([{
                        'kind': 'petition', 'content': "Xin sửa đường",
                        'persons': [('create', [{'role': 'sender', **who}])],
                        } for who in [{}, {'name': "Lê Văn Tám"}]])
            self.assertEqual([len(le.persons) for le in letters], [0, 1])

    @with_transaction()
    def test_home(self):
        "Test the page of the day is one's own, with what is due first"
        Home = Pool().get('complaints.home')
        office = create_office()
        with clock.travel(DAY):
            letter = receive(office, DAY)
            take(office.clerk, letter, 'register')
            with work_as(office.clerk):
                home, = Home.search([])
                self.assertEqual(home.id, office.clerk.id)
                self.assertIn(office.clerk.name, home.greeting)
                self.assertEqual(list(home.letters), [letter])
            with work_as(office.leader):
                self.assertEqual(
                    [h.id for h in Home.search([])], [office.leader.id])

    @with_transaction()
    def test_icons(self):
        "Test no two entries beside each other have the same icon or place"
        pool = Pool()
        menu = pool.get('ir.model.data').get_id(
            'complaints', 'menu_complaints')
        entries = pool.get('ir.ui.menu').search([('parent', '=', menu)])
        self.assertGreater(len(entries), 15)
        for name in ['icon', 'sequence']:
            values = [getattr(e, name) for e in entries]
            self.assertEqual(
                sorted(values), sorted(set(values)), msg=name)

    @with_transaction()
    def test_step_in_words(self):
        "Test a step says its time limits and states by name, no code"
        Step = Pool().get('complaints.procedure.step')
        steps = Step.search([])
        rules = Pool().get('deadlines.rule').search([])
        codes = {rule.code for rule in rules}
        said = [s.limits for s in steps if s.limits]
        self.assertTrue(said)
        for text in said:
            self.assertFalse(codes & set(re.findall(r'[\w-]+', text)), text)
        register, = Step.search([
                ('name', '=', 'register'),
                ('procedure.kind', '=', 'complaint'),
                ('procedure.instance', '=', '1')])
        self.assertEqual(register.states_said, "Received")
        self.assertEqual(register.to_said, "Registered")
