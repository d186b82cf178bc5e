# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a clerk meets in a day: what may be put on record, and a way back."""
import datetime as dt
import unittest

from trytond.modules.agencies.tests.tools import work_as
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    activate_module, drop_db, with_transaction)
from trytond.transaction import Transaction

from ..exceptions import StepError
from .tools import (
    act, begin, clocks, create_office, hold_dialogue, open_case, receive,
    take)

D = dt.date
DAY = D(2026, 8, 5)


class ClerkTestCase(unittest.TestCase):
    "Test the steps that a clerk puts on record"

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('complaints')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    def offered(self, user, record, wizard='complaints.act.take'):
        "Return the names of what a wizard offers, and why not the rest"
        pool = Pool()
        Wizard = pool.get(wizard, type='wizard')
        Step = pool.get('complaints.procedure.step')
        with work_as(user), Transaction().set_context(
                active_model=record.__name__, active_id=record.id,
                active_ids=[record.id]):
            session, state, _ = Wizard.create()
            result = Wizard.execute(session, {}, state)['view']['defaults']
        return [s.name for s in Step.browse(result['steps'])], (
            result['missing'])

    @with_transaction()
    def test_offered(self):
        "Test all that is offered is lawful, nothing else, and why"
        office = create_office()
        with clock.travel(DAY):
            case = begin(office, open_case(office))
            steps, missing = self.offered(office.handler, case)
            # in the order of the procedure, without what the leader does
            self.assertEqual(steps, [
                    'plan', 'request', 'supplied', 'minutes', 'report',
                    'invite', 'sued', 'hand_over'])
            self.assertRegex(
                missing, "Đối thoại: .*Thông báo đối thoại.*Điều 30")
            self.assertRegex(missing, "Trưng cầu giám định: only by leader")
            self.assertRegex(missing, "Công khai.*: when the state is .*Sent")
            self.assertNotIn("alarm", missing)
        with clock.travel(D(2026, 8, 25)):
            hold_dialogue(office, case, D(2026, 8, 25))
            steps, missing = self.offered(office.handler, case)
            self.assertIn('dialogue', steps)

    @with_transaction()
    def test_offered_is_taken(self):
        "Test nothing is offered that is then refused"
        office = create_office()
        said = {'number': '1', 'text': "A", 'people': "B"}
        for kind in ['complaint', 'denunciation', 'petition']:
            with clock.travel(DAY):
                case = open_case(office, kind=kind)
                if kind == 'denunciation':
                    case = begin(office, case)
                for record in [case, case.letters[0]]:
                    for user in [office.clerk, office.handler, office.leader]:
                        self._take_each(user, record, said)

    def _take_each(self, user, record, said):
        steps, _ = self.offered(user, record)
        for name in steps:
            with self.subTest(name):
                if Pool().get(record.__name__)(record.id).state != (
                        record.state):
                    break
                # what another has put on record meanwhile is not offered
                if name in self.offered(user, record)[0]:
                    act(user, record, name,
                        meeting_on=D(2026, 9, 1), **said)

    @with_transaction()
    def test_find(self):
        "Test a step is found without accents, and what fits is chosen"
        office = create_office()
        pool = Pool()
        Start = pool.get('complaints.act.take.start')
        Step = pool.get('complaints.procedure.step')
        with clock.travel(DAY):
            case = begin(office, open_case(office))
            with work_as(office.handler):
                ids, _ = case.steps_to_record()
                # as the client asks, with what it sends and nothing else
                start = Start(**{
                        name: {'offered': ids, 'steps': ids,
                            'find': "doi thoai"}.get(name)
                        for name in Start.find.on_change})
                start.on_change_find()
                self.assertEqual(
                    start._changed_values()['step'], start.step.id)
                self.assertEqual(len(start.steps), 1)
                start = Start(
                    offered=Step.browse(ids), steps=Step.browse(ids),
                    step=None, find="doi thoai")
                start.on_change_find()
                self.assertEqual(start.step.name, 'invite')
                self.assertEqual(start.asks, ('number', 'people', 'meeting'))
                self.assertIn("Điều 30", start.about)
                start.find = "không có gì như vậy"
                start.on_change_find()
                self.assertEqual(len(start.steps), len(ids))

    @with_transaction()
    def test_back(self):
        "Test who proposed or classified by mistake goes back, and says why"
        office = create_office()
        with clock.travel(DAY):
            letter = receive(office, DAY)
            take(office.clerk, letter, 'register', 'classify')
            self.assertEqual(clocks(letter)['KN-01'][0], 'running')
            letter = take(
                office.clerk, letter, 'propose', proposal='file',
                proposal_note="Trùng")
            steps, missing = self.offered(
                office.clerk, letter, 'complaints.letter.back')
            self.assertEqual(steps, ['recall'])
            self.assertRegex(missing, "Phân loại lại: when .* Classified")
            with self.assertRaisesRegex(StepError, "Said"):
                act(office.clerk, letter, 'recall')
            letter = act(office.clerk, letter, 'recall', text="Nhầm đơn")
            self.assertEqual(letter.state, 'classified')
            letter = act(office.clerk, letter, 'reclassify', text="Tố cáo")
            self.assertEqual(
                (letter.state, letter.proposal, letter.proposal_note),
                ('registered', None, None))
            self.assertEqual(clocks(letter)['KN-01'][0], 'cancelled')
            self.assertEqual(clocks(letter)['XLD-02'][0], 'running')
            letter = take(
                office.clerk, letter, 'classify', kind='denunciation')
            self.assertEqual(clocks(letter)['TC-01'][0], 'running')
            self.assertEqual(
                [a.name for a in letter.acts], ['recall', 'reclassify'])

    @with_transaction()
    def test_not_back(self):
        "Test what a supplement has started is not counted from the receipt"
        office = create_office()
        with clock.travel(DAY):
            letter = receive(office, DAY)
            take(office.clerk, letter, 'register', 'classify')
            take(office.clerk, letter, 'propose', proposal='supplement')
            take(office.leader, letter, 'approve')
            take(office.clerk, letter, 'supplement', 'supplemented')
            with self.assertRaisesRegex(StepError, "not supplemented"):
                act(office.clerk, letter, 'reclassify', text="Nhầm")

    @with_transaction()
    def test_reasons_go(self):
        "Test the reasons of a proposal go with it"
        office = create_office()
        Ground = Pool().get('deadlines.ground')
        refusal = Ground.search([('kind', '=', 'refusal')], limit=1)
        with clock.travel(DAY):
            letter = receive(office, DAY)
            take(office.clerk, letter, 'register', 'classify')
            letter = take(
                office.clerk, letter, proposal='refuse',
                proposal_note="Hết thời hiệu",
                proposed_to=office.parent.id,
                grounds=[('add', [refusal[0].id])])
            self.assertEqual(letter.proposal_note, "Hết thời hiệu")
            letter = take(office.clerk, letter, proposal='refuse')
            self.assertEqual(letter.proposal_note, "Hết thời hiệu")
            letter = take(office.clerk, letter, proposal='transfer',
                proposed_to=office.parent.id)
            self.assertEqual(
                (letter.proposal_note, letter.grounds), (None, ()))
            self.assertEqual(letter.proposed_to, office.parent)
            letter = take(
                office.clerk, letter, proposal='file', proposal_note="Lưu")
            self.assertEqual(
                (letter.proposal_note, letter.proposed_to), ("Lưu", None))

    @with_transaction()
    def test_reasons_go_in_the_form(self):
        "Test the form takes the reasons of another proposal away at once"
        Letter = Pool().get('complaints.letter')
        letter = Letter(
            proposal='refuse', reason_of=None, proposal_note="Của tôi",
            proposed_to=None, grounds=[])
        letter.on_change_proposal()
        self.assertEqual(letter.proposal_note, "Của tôi")
        letter.proposal = 'transfer'
        letter.on_change_proposal()
        self.assertIsNone(letter.proposal_note)
