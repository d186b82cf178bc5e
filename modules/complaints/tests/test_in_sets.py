# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Letters that are born in sets, and the models that are written so."""
import datetime as dt
import json
from unittest import TestCase

from trytond.exceptions import ConcurrencyException
from trytond.model.exceptions import AccessError
from trytond.modules.agencies.exceptions import RoleError
from trytond.modules.agencies.tests.tools import check_covered, work_as
from trytond.modules.audit.rows import verify_rows
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)
from trytond.transaction import Transaction

from ..exceptions import LockedError, MaskedError, PersonError, StepError
from ..law import LawMixin
from .tools import CONTENT, act, create_office, receive, take

D = dt.date
DAY = D(2026, 8, 4)


def lodge(user, *letters):
    Letter = Pool().get('complaints.letter')
    with work_as(user):
        result = Letter.lodge([{
                    'kind': 'complaint', 'content': CONTENT,
                    'channel': 'post',
                    'persons': [{
                            'name': "Nguyễn Văn An",
                            'identity_number': '066150123456',
                            'address': "Thôn 3, xã Sơn Thành"}],
                    **values} for values in letters])
    return result, [Letter(r['id']) for r in result]


KINDS = ['complaint', 'disciplinary', 'denunciation', 'petition', 'reflection']
LETTERS = [
    *({'kind': kind} for kind in KINDS),
    {'kind': 'denunciation', 'channel': 'forwarded', 'forwarder': 'press',
        'content': "Tôi là Nguyễn Văn An ở Thôn 3", 'instance': 'overdue',
        'respondent': "Ông Bình", 'several_places': True},
    {'kind': 'petition', 'secrecy': True, 'subject': "Của Nguyễn Văn An"},
    {'kind': 'complaint', 'instance': '2', 'complex': True, 'remote': True,
        'contested_number': 'Số 12/QĐ-UBND', 'contested_on': D(2026, 7, 1),
        'known_on': D(2026, 7, 2), 'people_count': 12},
    {'kind': 'complaint', 'known_on': D(2026, 1, 2)},
    {'kind': 'reflection', 'anonymous': True},
    {'kind': 'petition', 'content': " Hai  dòng \n\nthứ hai ",
        'note': "Ghi  chú "},
    ]


def rows(model, letter, *names):
    return [
        tuple(getattr(r, n) for n in names)
        for r in Pool().get(model).search([('letter', '=', letter.id)])]


def born(letter):
    "Return what is in the tables of a letter, without its ids"
    return {
        'clocks': sorted(
            (c.rule.code, c.version, c.started_on, c.due_on, c.warn_on,
                c.variants, c.state, c.tolerance_on, bool(c.documented))
            for c in letter.clocks),
        'findings': rows(
            'complaints.letter.condition', letter, 'condition', 'finding',
            'by_system'),
        'persons': [
            (p.role, p.protected, p.identity.name_fold,
                p.identity.number_key, p.identity.open_values())
            for p in letter.persons],
        **{name: getattr(letter, name) for name in letter.stored_fields()
            if name not in {'number', 'repeat_of'}},
        }


class InSetsTestCase(TestCase):
    "Test what is written in sets"

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('complaints')
        super().setUpClass()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        drop_db()

    @with_transaction()
    def test_covered(self):
        "Test no module has a hook that what is written in sets would miss"
        check_covered(self)

    @with_transaction()
    def test_lodge(self):
        "Test a letter that is lodged is as one that is created, registered"
        office = create_office()
        with clock.travel(DAY):
            values = {'received_on': D(2026, 8, 3)}
            (result,), (letter,) = lodge(
                office.clerk, {**values, 'agency': office.agency.id})
            other = take(office.clerk, receive(office, **values), 'register')
            self.assertEqual(result, {
                    'id': letter.id, 'number': letter.number,
                    'state': 'registered', 'due_on': D(2026, 8, 13)})
            self.assertEqual(other.repeat_of, letter)
            with work_as(office.clerk):
                for name in ['name', 'identity_number', 'address']:
                    self.assertEqual(*[
                            getattr(le.persons[0], name)
                            for le in type(letter).browse([letter, other])])

    @with_transaction()
    def test_same_birth(self):
        "Test letters of each kind are born alike by both doors"
        office = create_office()
        for values in LETTERS:
            with self.subTest(values=values), clock.travel(DAY):
                values = {'received_on': D(2026, 8, 3), **values}
                _, (letter,) = lodge(
                    office.clerk, {'agency': office.agency.id, **values})
                other = take(office.clerk, receive(office, **{
                            **values, 'content': letter.original_text(
                                'content')}), 'register')
                self.assertEqual(*map(born, [letter, other]))
                self.assertEqual(
                    [letter.original_text(n) for n in letter._told],
                    [other.original_text(n) for n in letter._told])
        self.assertEqual(list(verify_rows()), [])

    @with_transaction()
    def test_together(self):
        "Test many letters that take a step together take it each"
        Letter = Pool().get('complaints.letter')
        office = create_office()
        with clock.travel(DAY):
            ids = [
                receive(office, D(2026, 8, 3), kind, content=f"Đơn {kind} {n}",
                    complex=bool(n % 2)).id
                for n in range(3) for kind in KINDS]
            for name in ['register', 'classify']:
                with work_as(office.clerk):
                    getattr(Letter, name)(Letter.browse(ids))
            letters = Letter.browse(ids)
            self.assertEqual({le.state for le in letters}, {'classified'})
            self.assertEqual(len({le.number for le in letters}), len(ids))
            for letter in letters:
                self.assertEqual(letter.due_on, min(
                        c.due_on for c in letter.clocks))
                self.assertEqual(letter.registered_by.id, office.clerk.id)
                self.assertTrue(letter.repeat_key)
            with work_as(office.clerk), self.assertRaises(StepError):
                # one of them can not: none does
                Letter.register(Letter.browse(ids))
        self.assertEqual(list(verify_rows()), [])

    @with_transaction()
    def test_law(self):
        "Test the law is made anew when one of its records changes"
        pool = Pool()
        Procedure = pool.get('complaints.procedure')
        book = Procedure.law()
        self.assertIs(Procedure.law(), book)
        for name, Model in pool.iterobject():
            if issubclass(Model, LawMixin):
                with self.subTest(model=name):
                    record, = Model.search([], limit=1) or [None]
                    if record:
                        Model.on_modification('write', [record], set())
                        self.assertIsNot(Procedure.law(), book)
                        book = Procedure.law()

    @with_transaction()
    def test_lodge_secret(self):
        "Test a denunciation that is lodged tells nobody who denounces"
        office = create_office()
        with clock.travel(DAY):
            text = "Tôi là Nguyễn Văn An, tố cáo ông Bình"
            _, (letter,) = lodge(office.clerk, {
                    'kind': 'denunciation', 'content': text,
                    'forwarder': 'press', 'forwarded_by': "Của Nguyễn Văn An"})
            self.assertTrue(letter.secrecy)
            self.assertNotIn("Nguyễn", letter.forwarded_by)
            self.assertEqual(
                letter.original_text('forwarded_by'), "Của Nguyễn Văn An")
            self.assertNotIn("An,", letter.content)
            self.assertNotIn("Nguyễn", letter.subject)
            self.assertEqual(letter.original_text('content'), text)
            person, = letter.persons
            self.assertTrue(person.protected)
            self.assertIsNone(person.identity.name_fold)

    @with_transaction()
    def test_secret_act(self):
        "Test what was said stands under seal, and the seal on record"
        pool = Pool()
        Entry, Original = pool.get('audit.entry'), pool.get(
            'complaints.original')
        office = create_office()
        with clock.travel(DAY):
            _, (letter,) = lodge(office.clerk, {'kind': 'denunciation'})
            take(office.clerk, letter, 'classify')
            act(office.clerk, letter, 'check_identity', text="Đúng ông An")
        done, = pool.get('complaints.act').search(
            [('letter', '=', letter.id)])
        original, = Original.search([('resource', '=', str(done))])
        self.assertEqual(original.open_values()['said'], "Đúng ông An")
        entry, = Entry.search([('resource', '=', str(done))])
        changes = json.loads(entry.changes)
        self.assertNotIn('said', changes)
        self.assertEqual(
            changes['original'], [None, Original.digest(original.sealed)])

    @with_transaction()
    def test_what_a_client_has_read(self):
        "Test a step on what has changed since is refused, another is not"
        office = create_office()
        with clock.travel(DAY):
            letter = receive(office, DAY)
            read, = letter.__class__.read([letter.id], ['_timestamp'])
            seen = {f'complaints.letter,{letter.id}': read['_timestamp']}
            transaction = Transaction()
            transaction.timestamp = dict(seen)
            take(office.clerk, letter, 'register')
            # of what the client read the first write decides
            self.assertFalse(transaction.timestamp)
            transaction.timestamp = {f'complaints.letter,{letter.id}': '1.0'}
            with self.assertRaises(ConcurrencyException):
                take(office.clerk, letter, 'classify')
            transaction.timestamp = {}

    @with_transaction()
    def test_lodge_refused(self):
        "Test what create() and register() refuse, lodge() refuses"
        office = create_office()
        far = create_office('22251')
        with clock.travel(DAY):
            for error, values in [
                    (RoleError, {'agency': far.agency.id}),
                    (PersonError, {'persons': []}),
                    (LockedError, {'number': '22250-D-2026-000017-14'}),
                    (LockedError, {'state': 'accepted'}),
                    (LockedError, {'repeat_of': 1}),
                    (MaskedError, {'persons': [{'identity': 1}]}),
                    ]:
                with self.subTest(values=values):
                    with self.assertRaises(error):
                        lodge(office.clerk, values)
            with self.assertRaises(AccessError):
                lodge(office.auditor, {})
