# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What opens at login, and who changed a field."""
from unittest import TestCase

from trytond.modules.agencies.tests.tools import create_user, work_as
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)

from .tools import create_office

# The supervisor's comes with the escalation
HOMES = {
    'clerk': 'complaints.wizard_home',
    'handler': 'complaints.wizard_home',
    'leader': 'complaints.wizard_home',
    'auditor': 'audit.act_entry_form',
    'data_officer': 'complaints.act_letter_form',
    }


def opened(user):
    User = Pool().get('res.user')
    with work_as(user):
        return User.get_preferences()['actions']


def action(xml_id):
    pool = Pool()
    Action = pool.get('ir.action.wizard' if 'wizard' in xml_id
        else 'ir.action.act_window')
    return Action(pool.get('ir.model.data').get_id(xml_id)).action


class HomeTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('complaints')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    @with_transaction()
    def test_home(self):
        "Test each role opens its page or list, and several roles one page"
        office = create_office()
        for role, xml_id in HOMES.items():
            with self.subTest(role=role):
                self.assertEqual(
                    opened(getattr(office, role)), [action(xml_id).id])
        both = create_user('both', office.agency, 'leader')
        Pool().get('agencies.membership').create([{
                    'user': both.id, 'agency': office.agency.id,
                    'role': 'clerk', 'valid_from': '2012-01-01'}])
        # one page for both, which shows what each has to do
        self.assertEqual(opened(both), [action(HOMES['clerk']).id])

    @with_transaction()
    def test_own_choice(self):
        "Test who has chosen in his preferences what opens gets that"
        User = Pool().get('res.user')
        # of another code: Tryton commits where it draws an avatar, which is
        # among the preferences
        office = create_office('22253')
        chosen = action('complaints.act_case_form')
        # as the clients do, which ask for no right to users
        with work_as(office.clerk, check_access=False):
            User.set_preferences({'actions': [('add', [chosen.id])]})
        self.assertEqual(opened(office.clerk), [chosen.id])
        with work_as(office.clerk, check_access=False):
            User.set_preferences({'actions': [('remove', [chosen.id])]})
        self.assertEqual(
            opened(office.clerk), [action(HOMES['clerk']).id])

    @with_transaction()
    def test_on_record(self):
        "Test it is on record who changed a field: it says who settles"
        pool = Pool()
        Field = pool.get('complaints.field')
        Entry = pool.get('audit.entry')
        field, = Field.create([{'code': 'new', 'name': "Lĩnh vực mới"}])

        def actions():
            return [e.action for e in Entry.search(
                    [('resource', '=', str(field))], order=[('id', 'ASC')])]
        self.assertEqual(actions(), ['create'])
        field.name = "Đất đai, nhà ở"
        field.save()
        self.assertEqual(actions(), ['create', 'write'])
