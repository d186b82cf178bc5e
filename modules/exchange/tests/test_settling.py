# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What an old register left open comes in open, stands on a list, is settled."""
import datetime as dt
import json
from unittest import TestCase

from trytond.model.exceptions import AccessError, ValidationError
from trytond.modules.agencies.exceptions import RoleError
from trytond.modules.agencies.tests import work_as
from trytond.modules.audit.rows import verify_rows
from trytond.modules.complaints.exceptions import LockedError, StepError
from trytond.modules.complaints.tests.tools import clocks, create_office
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import activate_module, with_transaction
from trytond.transaction import Transaction

D = dt.date
DAY = D(2026, 8, 5)
ROW = {
    'row': 1, 'key': '1', 'received_on': '2026-03-02', 'kind': 'complaint',
    'content': "Đo đất", 'name': "Nguyễn Văn An", 'agency': '22250',
    'handling': 'accept', 'accepted_on': '2026-03-09',
    }
DECIDED = {'decision_number': '5/QĐ-UBND', 'decided_on': '2026-04-01'}


def take_in(office, *rows, source='x', **options):
    "Import rows as the data officer, and return the letters and the results"
    Letter = Pool().get('complaints.letter')
    rows = [
        {**ROW, 'row': n, 'key': str(n), **row} for n, row in enumerate(rows)]
    with work_as(office.data_officer):
        results = Letter.import_rows(rows, source, **options)
    letters = Letter.search(
        [('import_source', '=', source)], order=[('id', 'ASC')])
    return letters, results


def listed(user):
    "Return what the list shows to a user"
    Letter = Pool().get('complaints.letter')
    with work_as(user):
        return [le.id for le in Letter.search([('to_settle', '!=', None)])]


def settle(user, letter, reason="Quyết định lưu trong hồ sơ", **values):
    "Settle a letter as the wizard does"
    pool = Pool()
    Wizard = pool.get('exchange.settle', type='wizard')
    Letter = pool.get('complaints.letter')
    with work_as(user), Transaction().set_context(
            active_model='complaints.letter', active_id=letter.id,
            active_ids=[letter.id]):
        session, *_ = Wizard.create()
        Wizard.execute(session, {}, 'start')
        Wizard.execute(session, {
                'start': {**values, 'reason': reason}}, 'settle')
        Wizard.delete(session)
    return Letter(letter.id)


class SettlingTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        activate_module('exchange')

    @with_transaction()
    def test_words(self):
        "Test what is not understood comes in open, with its words"
        office = create_office()
        with clock.travel(DAY):
            letters, results = take_in(
                office,
                {**DECIDED, 'result': 'wrong', 'instance': '2'},
                {**DECIDED, 'unreadable': {'result': "Không có cơ sở"}},
                DECIDED,
                {**DECIDED, 'result': 'right',
                    'unreadable': {'instance': "Lần ba"}},
                {'unreadable': {'instance': "3", 'result': "Chưa rõ"}},
                {**DECIDED, 'result': 'knowingly_false'},
                {**DECIDED, 'unreadable': {
                    'instance': "Lần ba", 'result': "Có lẽ đúng"}})
        self.assertEqual(
            [r['status'] for r in results], ['accepted'] * 7)
        self.assertEqual([le.to_settle for le in letters], [
                None, 'result', 'result', 'instance', 'instance', 'result',
                'both'])
        self.assertEqual([le.instance for le in letters], [
                '2', '1', '1', None, None, '1', None])
        self.assertEqual(
            [le.case.result for le in letters],
            ['wrong', None, None, 'right', None, None, None])
        self.assertIn("Không có cơ sở", letters[1].settle_words)
        self.assertIn("does not say", letters[2].settle_words)
        self.assertIn("Lần ba", letters[3].settle_words)
        # no case is decided there: it is to be decided, and nothing is open
        self.assertIn("Chưa rõ", letters[4].note)
        self.assertIn("Có lẽ đúng", letters[6].settle_words)
        self.assertIn("Không có cơ sở", results[1]['reason'])
        self.assertEqual(results[6]['field'], 'instance, result')
        self.assertEqual(list(verify_rows()), [])

    @with_transaction()
    def test_nothing_is_open(self):
        "Test of what has no instance and one result only nothing is open"
        office = create_office()
        with clock.travel(DAY):
            letters, _ = take_in(
                office,
                {**DECIDED, 'kind': 'petition', 'result': 'right',
                    'result_text': "Kiến nghị đúng"},
                {**DECIDED, 'kind': 'reflection',
                    'unreadable': {'instance': "3", 'result': "Đã xong"}},
                {'result': 'right', 'decision_number': '7/QĐ'})
        self.assertEqual([le.to_settle for le in letters], [None] * 3)
        self.assertEqual(
            [le.case.result for le in letters],
            ['answered', 'answered', None])
        self.assertIn("Kiến nghị đúng", letters[0].note)
        self.assertIn("Đã xong", letters[1].note)
        # of what is not decided every word is kept
        self.assertIn("is right", letters[2].note)
        self.assertIn("7/QĐ", letters[2].note)

    @with_transaction()
    def test_result(self):
        "Test a handler settles the result of a closed case, on record"
        pool = Pool()
        Entry = pool.get('audit.entry')
        office, other = create_office(), create_office('22251')
        with clock.travel(DAY):
            (letter,), _ = take_in(
                office, {**DECIDED, 'unreadable': {'result': "Sai hết"}})
            self.assertEqual(letter.case.state, 'closed')
            self.assertEqual(listed(office.handler), [letter.id])
            self.assertEqual(listed(office.supervisor), [letter.id])
            self.assertEqual(listed(other.leader), [])
            with self.assertRaises(LockedError), work_as(office.handler):
                pool.get('complaints.case').write(
                    [pool.get('complaints.case')(letter.case.id)],
                    {'result': 'wrong'})
            for user in [office.clerk, office.supervisor, other.leader,
                    office.data_officer]:
                with self.assertRaises((AccessError, RoleError)):
                    settle(user, letter, result='wrong')
            letter = settle(office.handler, letter, result='wrong')
        self.assertEqual(letter.case.result, 'wrong')
        self.assertEqual(letter.case.state, 'closed')
        self.assertEqual(
            [letter.to_settle, letter.settled_on, letter.settled_by,
                letter.settled_for],
            [None, DAY, office.handler, "Quyết định lưu trong hồ sơ"])
        # its words stay
        self.assertIn("Sai hết", letter.settle_words)
        self.assertEqual(listed(office.handler), [])
        entry, = Entry.search([
                ('resource', '=', str(letter.case)), ('action', '=', 'write')])
        self.assertEqual(entry.user, office.handler)
        self.assertEqual(
            json.loads(entry.changes)['result'], [None, 'wrong'])
        with clock.travel(DAY), self.assertRaises(StepError):
            settle(office.handler, letter, result='right')
        self.assertEqual(list(verify_rows()), [])

    @with_transaction()
    def test_both(self):
        "Test all that is open is said together, with its reason"
        office = create_office()
        with clock.travel(DAY):
            (letter,), _ = take_in(office, {**DECIDED, 'unreadable': {
                        'instance': "Lần ba", 'result': "Có lẽ"}})
            for values in [
                    {'result': 'right'}, {'instance': '2'},
                    {'result': 'right', 'instance': '2', 'reason': "  "},
                    {'result': 'answered', 'instance': '2'}]:
                with self.assertRaises((StepError, ValidationError)):
                    settle(office.leader, letter, **{
                            'instance': None, 'result': None, **values})
            letter = settle(
                office.leader, letter, result='partly', instance='2')
        self.assertEqual([letter.instance, letter.case.instance], ['2', '2'])
        self.assertEqual(letter.case.result, 'partly')

    @with_transaction()
    def test_clocks(self):
        "Test the time limits are those of the instance that is known now"
        office = create_office()
        with clock.travel(D(2026, 3, 20)):
            unknown, second = take_in(
                office, {'unreadable': {'instance': "Lần ba"}},
                {'instance': '2'})[0]
            self.assertEqual(unknown.case.state, 'accepted')
            before = clocks(unknown.case)
            unknown = settle(office.leader, unknown, instance='2')
        after = {
            code: clock for code, clock in clocks(unknown.case).items()
            if clock[0] != 'cancelled'}
        self.assertEqual(after, clocks(second.case))
        self.assertNotEqual(before, after)
        self.assertEqual(unknown.case.due_on, second.case.due_on)

    @with_transaction()
    def test_first(self):
        "Test where it was the first one, its time limits go on"
        office = create_office()
        with clock.travel(D(2026, 3, 20)):
            (letter,), _ = take_in(
                office, {'unreadable': {'instance': "?"}})
            before = clocks(letter.case)
            letter = settle(office.leader, letter, instance='1')
        self.assertEqual(clocks(letter.case), before)
        self.assertEqual(letter.instance, '1')

    @with_transaction()
    def test_secret(self):
        "Test the words of a denunciation do not tell who denounces"
        office = create_office()
        with clock.travel(DAY):
            (letter,), _ = take_in(office, {
                    **DECIDED, 'kind': 'denunciation',
                    'unreadable': {
                        'result': "Ông Nguyễn Văn An tố cáo đúng chỗ"}})
        self.assertEqual(letter.to_settle, 'result')
        self.assertNotIn("Nguyễn Văn An", letter.settle_words)
        self.assertIn("đúng chỗ", letter.settle_words)
