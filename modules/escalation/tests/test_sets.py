# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Steps that are taken together: as each alone, and none holds up another."""
import datetime as dt
from contextlib import contextmanager
from unittest.mock import patch

from trytond import backend
from trytond.modules.agencies.tests.tools import check_covered
from trytond.modules.audit.savepoint import savepoint
from trytond.modules.complaints.tests.tools import propose, receive, take
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import with_transaction
from trytond.transaction import Transaction

from .generated import DAYS, World, everything
from .tools import EscalationTest, create_country_of_two, run_jobs

D = dt.date
# What a step of these does another one can see
SEEN = ['reassign', 'hand_over', 'dispute']


class Undo(Exception):
    pass


@contextmanager
def same_ids():
    "Take back the ids that are given meanwhile, which are not rolled back"
    transaction = Transaction()
    # on SQLite who writes in sets counts himself
    reserved = dict(transaction.__dict__.get('_ids_in_sets', {}))
    sequences = []
    if backend.name == 'postgresql':
        cursor = transaction.connection.cursor()
        cursor.execute('SELECT sequencename, last_value FROM pg_sequences')
        sequences = cursor.fetchall()
    yield
    transaction.__dict__['_ids_in_sets'] = reserved
    for name, last in sequences:
        cursor.execute('SELECT setval(%s::regclass, %s, %s)', [
                f'"{name}"', last or 1, last is not None])


class SetsTestCase(EscalationTest):
    "Test what is done for many at once"

    @with_transaction()
    def test_covered(self):
        "Test no module has a hook that what is written in sets would miss"
        check_covered(self)

    def done(self, batch):
        "Return what the jobs of the days leave, so many steps at once"
        Schedule = Pool().get('escalation.schedule')
        Transaction().user_notifications.clear()
        with patch.object(Schedule, '_batch', batch):
            for day in DAYS:
                run_jobs(day)
        return everything()

    @with_transaction()
    def test_together_as_alone(self):
        "Test generated matters go up together as each would alone"
        Rule = Pool().get('escalation.rule')
        self.add_rule(action='urge', to='superior')
        World(7, 12)
        Rule.write(Rule.search([('action', 'in', SEEN)]), {'active': False})
        with same_ids(), self.assertRaises(Undo), savepoint('alone'):
            alone = self.done(1)
            raise Undo
        together = self.done(500)
        self.assertGreater(len(together['escalation.escalation']), 20)
        self.assertGreater(len(together['escalation.demand']), 0)
        for name in alone:
            with self.subTest(table=name):
                self.assertEqual(together[name], alone[name])

    @with_transaction()
    def test_one_of_many_fails(self):
        "Test which ones fail is found, and all others go up, once"
        pool = Pool()
        Escalation = pool.get('escalation.escalation')
        Schedule = pool.get('escalation.schedule')
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            letters = [
                take(office.clerk, receive(
                        office, D(2026, 8, 3), content=f"Việc {n}"),
                    'register') for n in range(7)]
        bad = {letters[2].id, letters[6].id}
        Action = pool.get('escalation.action')
        reached = Action.reached.__func__

        def failing(cls, step, people):
            if step.late.id in bad and step.rule.action == 'escalate':
                raise ValueError(f"broken {step.late.id}")
            return reached(cls, step, people)
        with patch.object(Action, 'reached', classmethod(failing)), \
                self.assertLogs('trytond.modules.escalation', 'ERROR'):
            raised = run_jobs(D(2026, 8, 20))
        self.assertEqual(
            {e.letter.id for e in raised if e.undelivered == 'error'}, bad)
        self.assertEqual(
            sorted(e.letter.id for e in raised if not e.undelivered),
            sorted(le.id for le in letters if le.id not in bad))
        failed = Schedule.search([('error', '!=', None)])
        self.assertEqual(
            {f.error for f in failed},
            {f'ValueError: broken {id_}' for id_ in bad})
        self.assertEqual(Escalation.search([], count=True), len(raised))

    def add_rule(self, **values):
        Rule = Pool().get('escalation.rule')
        rule, = Rule.create([{
                    'name': "Quy tắc", 'trigger': 'time', 'base': 'due',
                    'delay': 0, 'levels': 1, 'role': 'leader',
                    'valid_from': D(2011, 1, 1), **values}])
        return rule

    @with_transaction()
    def test_nobody_has_sent_it(self):
        "Test what no agency has sent goes to its own where the sender is told"
        office, _ = create_country_of_two()
        rule = self.add_rule(action='escalate', to='sender')
        with clock.travel(D(2026, 8, 5)):
            take(office.clerk, receive(office, D(2026, 8, 3)), 'register')
        raised, = [
            e for e in run_jobs(D(2026, 8, 14)) if e.rule == rule]
        self.assertIsNone(raised.undelivered)
        self.assertEqual(raised.superior, office.agency)

    @with_transaction()
    def test_nobody_handles_it(self):
        "Test what has no handler goes up where it should get another one"
        office, other = create_country_of_two()
        rule = self.add_rule(
            action='reassign', to='own', matter='routing.transfer')
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
            propose(
                office, letter, 'transfer', proposed_to=other.agency.id)
            take(office.clerk, letter, 'transfer', outcome_number='1/PC')
        raised, = [
            e for e in run_jobs(D(2026, 8, 14)) if e.rule == rule]
        self.assertIsNone(raised.undelivered)
        self.assertEqual(raised.transfer.letter, letter)

    @with_transaction()
    def test_notifications(self):
        "Test what is told in the client is stored as it was, to be read"
        Notification = Pool().get('res.notification')
        office, _ = create_country_of_two()
        with clock.travel(D(2026, 8, 5)):
            letter = receive(office, D(2026, 8, 3))
        Transaction().user_notifications.clear()
        for label in ["Một", "Hai"]:
            letter.notify_user('tryton-warning', label, user=office.clerk.id)
        Notification.save(list(Transaction().user_notifications))
        found = Notification.search([('user', '=', office.clerk.id)])
        self.assertEqual(
            {(n.label, n.icon, n.unread, n.model, n.records) for n in found},
            {(label, 'tryton-warning', True, 'complaints.letter',
                    f'[{letter.id}]') for label in ["Một", "Hai"]})
        with Transaction().set_user(office.clerk.id):
            self.assertEqual(Notification.get_count(), 2)
        # and one that is there already is changed
        found[0].unread = False
        Notification.save(found)
        with Transaction().set_user(office.clerk.id):
            self.assertEqual(Notification.get_count(), 1)

    def statements(self, day):
        "Return how many statements a pass takes, and how many steps it took"
        Schedule = Pool().get('escalation.schedule')
        Cursor = type(Transaction().connection.cursor())
        execute, seen = Cursor.execute, []

        def counting(cursor, *args, **kwargs):
            seen.append(args[0])
            return execute(cursor, *args, **kwargs)
        with clock.travel(day), patch.object(Cursor, 'execute', counting):
            taken = Schedule.run_due()
        return len(seen), taken

    @with_transaction()
    def test_statements_do_not_grow(self):
        "Test many steps take as many statements as a few"
        Schedule = Pool().get('escalation.schedule')
        office, other = create_country_of_two()
        counts = []
        for week, many in enumerate([1, 1, 6]):
            day = D(2026, 8, 3) + dt.timedelta(days=28 * week)
            Schedule.delete(Schedule.search([('done_at', '=', None)]))
            with clock.travel(day):
                for number in range(many):
                    for place in [office, other]:
                        take(place.clerk, receive(
                                place, day, content=f"Việc {week} {number}"),
                            'register')
            # the warnings, then what is late
            counts.append([
                self.statements(day + dt.timedelta(days=days))
                for days in [9, 15]])
        _, few, much = counts
        self.assertEqual(
            [taken for _, taken in much],
            [6 * taken for _, taken in few])
        for (of_few, _), (of_many, _) in zip(few, much, strict=True):
            self.assertLessEqual(of_many, of_few + 2)
