# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Marks of letters that are born in sets, and what the module declares."""
import datetime as dt
from unittest import TestCase
from unittest.mock import patch

from trytond.modules.agencies.tests.tools import check_covered
from trytond.modules.audit.rows import verify_rows
from trytond.modules.complaints.tests import births
from trytond.modules.complaints.tests import test_in_sets as sets
from trytond.modules.complaints.tests.tools import create_office, receive, take
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.tests.test_tryton import activate_module, with_transaction
from trytond.transaction import Transaction

D = dt.date
DAY = D(2026, 8, 4)


def marks(letter):
    table = Pool().get('likeness.fingerprint').__table__()
    cursor = Transaction().connection.cursor()
    cursor.execute(*table.select(
            table.mark, where=table.letter == letter.id,
            order_by=[table.mark.asc]))
    return cursor.fetchall()


class InSetsTestCase(TestCase):

    @classmethod
    def setUpClass(cls):
        activate_module('likeness')

    @with_transaction()
    def test_covered(self):
        "Test no module has a hook that what is written in sets would miss"
        check_covered(self)

    @with_transaction()
    def test_declared(self):
        "Test something is said of each field and model that could be given"
        birth = Pool().get('complaints.letter')._birth
        self.assertEqual(births.undeclared('complaints.letter'), set())
        self.assertEqual(births.unknown('complaints.letter'), set())
        self.assertEqual(
            births.below('complaints.letter') - set(birth.below), set())

    @with_transaction()
    def test_kinds(self):
        "Test a letter that is lodged has the marks of one that is registered"
        office = create_office()
        for values in sets.LETTERS:
            with self.subTest(values=values), clock.travel(DAY):
                values = {'received_on': D(2026, 8, 3), **values}
                _, (letter,) = sets.lodge(
                    office.clerk, {'agency': office.agency.id, **values})
                other = take(office.clerk, receive(office, **{
                            **values, 'content': letter.original_text(
                                'content')}), 'register')
                self.assertTrue(marks(letter))
                self.assertEqual(*map(marks, [letter, other]))
                self.assertIn(letter, [
                        like.match for like in type(other)(
                            other.id).likenesses])
        self.assertEqual(list(verify_rows()), [])

    @with_transaction()
    def test_together(self):
        "Test what is found of many letters is written at once, and on record"
        pool = Pool()
        Likeness = pool.get('likeness.likeness')
        Fingerprint = pool.get('likeness.fingerprint')
        Entry = pool.get('audit.entry')
        office = create_office()
        written = {'insert': [], 'add': []}

        def spy(Model, name):
            original = getattr(Model, name).__func__

            def called(cls, rows, *args, **kwargs):
                written[name].append(len(rows))
                return original(cls, rows, *args, **kwargs)
            return patch.object(Model, name, classmethod(called))
        with clock.travel(DAY):
            sets.lodge(office.clerk, {'agency': office.agency.id})
            with spy(Likeness, 'insert'), spy(Fingerprint, 'add'), \
                    patch.object(Fingerprint, 'store') as store:
                _, letters = sets.lodge(
                    office.clerk, *[{'agency': office.agency.id}] * 3)
        self.assertEqual(written, {'insert': [3], 'add': [3]})
        # nothing is taken away of what has nothing
        self.assertFalse(any(call.args[0] for call in store.call_args_list))
        likenesses = Likeness.search([('letter', 'in', letters)])
        self.assertEqual(len(likenesses), 3)
        entries = Entry.search([
                ('resource', 'in', list(map(str, likenesses)))])
        self.assertEqual(
            {(e.action, e.about, e.agency) for e in entries},
            {('create', letter, office.agency) for letter in letters})
