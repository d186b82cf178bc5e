# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Entries are collected in the transaction: none too few, none too many."""
import datetime as dt
import unittest
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from trytond.pool import Pool
from trytond.tests.test_tryton import (
    DB_NAME, activate_module, drop_db, with_transaction)
from trytond.transaction import Transaction

from .. import collected
from ..merging import merged

AT = dt.datetime(2026, 8, 3, 8)


def entry(action, changes=None, resource='r,1', summary=None, **values):
    return {
        'at': AT, 'user': 1, 'post': 'clerk', 'action': action,
        'resource': resource, 'summary': summary, 'changes': changes,
        **values}


def short(entries):
    return [(e['action'], e['summary'], e['changes']) for e in entries]


STEP = ('transition', 'state:b')
CASES = [
    ("a step and what it wrote",
        [entry('write', {'number': [None, 1]}),
            entry('write', {'state': ['a', 'b']}),
            entry('transition', summary='state:b')],
        [(*STEP, {'number': [None, 1], 'state': ['a', 'b']})]),
    ("made, then a step",
        [entry('create', {'state': [None, 'a']}),
            entry('write', {'state': ['a', 'b']}),
            entry('transition', summary='state:b')],
        [('create', None, {'state': [None, 'a']}),
            (*STEP, {'state': ['a', 'b']})]),
    ("made, and gone on with",
        [entry('create', {'a': [None, 1]}),
            entry('write', {'a': [1, 2], 'b': [None, 3]}),
            entry('write', {'c': [None, 4]})],
        [('create', None, {'a': [None, 2], 'b': [None, 3], 'c': [None, 4]})]),
    ("made, and emptied again",
        [entry('create', {'a': [None, 1]}), entry('write', {'a': [1, None]})],
        [('create', None, None)]),
    ("written to before it was put on record",
        [entry('write', {'a': [None, 1]}), entry('create', {'a': [None, 1]})],
        [('create', None, {'a': [None, 1]})]),
    ("two changes that are one",
        [entry('write', {'a': [1, 2]}), entry('write', {'a': [2, 3]})],
        [('write', None, {'a': [1, 3]})]),
    ("there and back: both stay",
        [entry('write', {'a': [1, 2]}), entry('write', {'a': [2, 1]})],
        [('write', None, {'a': [1, 2]}), ('write', None, {'a': [2, 1]})]),
    ("something wrote in between: both stay",
        [entry('write', {'a': [1, 2]}), entry('write', {'a': [5, 6]})],
        [('write', None, {'a': [1, 2]}), ('write', None, {'a': [5, 6]})]),
    ("a reason is never lost",
        [entry('write', {'a': [1, 2]}, summary="why"),
            entry('write', {'a': [2, 3]}),
            entry('write', {'a': [3, 4]}, summary="why else")],
        [('write', "why", {'a': [1, 2]}), ('write', None, {'a': [2, 3]}),
            ('write', "why else", {'a': [3, 4]})]),
    ("two people are two entries",
        [entry('write', {'a': [1, 2]}),
            entry('write', {'a': [2, 3]}, user=2)],
        [('write', None, {'a': [1, 2]}), ('write', None, {'a': [2, 3]})]),
    ("two days are two entries",
        [entry('write', {'a': [1, 2]}),
            entry('write', {'a': [2, 3]}, at=AT + dt.timedelta(days=1))],
        [('write', None, {'a': [1, 2]}), ('write', None, {'a': [2, 3]})]),
    ("what was looked at in between is told in its place",
        [entry('write', {'a': [1, 2]}), entry('reveal'),
            entry('write', {'a': [2, 3]})],
        [('write', None, {'a': [1, 2]}), ('reveal', None, None),
            ('write', None, {'a': [2, 3]})]),
    ("other records do not come between",
        [entry('write', {'a': [1, 2]}),
            entry('write', {'a': [1, 9]}, resource='r,2'),
            entry('write', {'a': [2, 3]})],
        [('write', None, {'a': [1, 9]}), ('write', None, {'a': [1, 3]})]),
    ("what is about no record is never joined",
        [entry('export', resource=None), entry('export', resource=None)],
        [('export', None, None)] * 2),
    ]


class MergingTestCase(unittest.TestCase):

    def test_cases(self):
        "Test what is one entry and what is not"
        for title, entries, expected in CASES:
            with self.subTest(title):
                self.assertEqual(short(merged(entries)), expected)

    @given(st.lists(st.tuples(
                st.sampled_from(['a', 'b']), st.integers(0, 2),
                st.sampled_from(['write', 'write', 'transition', 'view']),
                st.sampled_from(['r,1', 'r,2'])), max_size=12))
    def test_nothing_lost(self, events):
        "Test the trail leads from the same to the same, by the same steps"
        values, entries = {}, []
        for name, new, action, resource in events:
            changes = None
            if action == 'write':
                old = values.get((resource, name), 0)
                if old == new:
                    continue
                values[resource, name] = new
                changes = {name: [old, new]}
            entries.append(entry(action, changes, resource))
        result = merged(entries)
        walked = {}
        for e in result:
            for name, (old, new) in (e['changes'] or {}).items():
                place = e['resource'], name
                self.assertEqual(walked.get(place, 0), old)
                self.assertNotEqual(old, new)
                walked[place] = new
        self.assertEqual(walked, values)
        for resource in ['r,1', 'r,2']:
            self.assertEqual(*(
                    [e['action'] for e in part if e['resource'] == resource
                        and e['action'] != 'write']
                    for part in [entries, result]))


class CollectedTestCase(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('audit')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    def stored(self):
        "Return the summaries that this test has written into the table"
        cursor = Transaction().connection.cursor()
        cursor.execute(
            "SELECT summary FROM audit_entry WHERE summary LIKE 'c %' "
            "ORDER BY id")
        return [
            summary.split()[1] for summary, in cursor.fetchall()
            if summary.endswith(f' {self.id()}')]

    def append(self, *summaries):
        Pool(DB_NAME).get('audit.entry').append([
                {'action': 'view', 'summary': f'c {s} {self.id()}'}
                for s in summaries])

    @with_transaction()
    def test_written_once(self):
        "Test they wait for who looks, and are written in one statement"
        Entry = Pool().get('audit.entry')
        for number in range(3):
            self.append(number)
        self.assertEqual(self.stored(), [])
        with patch.object(
                Entry, '_insert', wraps=Entry._insert) as insert:
            self.assertEqual(Entry.search(
                    [('summary', 'like', f'c % {self.id()}')], count=True), 3)
            Entry.search([])
        self.assertEqual(insert.call_count, 1)
        self.assertEqual(self.stored(), ['0', '1', '2'])

    def test_committed_and_rolled_back(self):
        "Test what is committed is written before, the rest never"
        with Transaction().start(DB_NAME, 1) as transaction:
            self.append('kept')
            transaction.commit()
            self.append('gone')
            transaction.rollback()
            self.append('kept-too')
        with Transaction().start(DB_NAME, 1, readonly=True):
            self.assertEqual(self.stored(), ['kept', 'kept-too'])

    def test_not_written_not_committed(self):
        "Test nothing happens that can not be put on record"
        Group = Pool(DB_NAME).get('res.group')
        Entry = Pool(DB_NAME).get('audit.entry')
        with self.assertRaises(ZeroDivisionError), \
                patch.object(Entry, '_insert', side_effect=ZeroDivisionError):
            with Transaction().start(DB_NAME, 1):
                Group(name="Unrecorded").save()
                self.append('lost')
        with Transaction().start(DB_NAME, 1, readonly=True):
            self.assertFalse(Group.search([('name', '=', "Unrecorded")]))

    def test_only_reading(self):
        "Test who only reads is put on record at once, by its own transaction"
        with Transaction().start(DB_NAME, 1, readonly=True) as transaction:
            self.append('seen')
            transaction.rollback()
        with Transaction().start(DB_NAME, 1, readonly=True):
            self.assertIn('seen', self.stored())

    @with_transaction()
    def test_memory(self):
        "Test many are not kept until the end"
        with patch.object(collected, 'MANY', 10):
            self.append(*range(7))
            self.assertEqual(len(self.stored()), 0)
            self.append(*range(7))
            self.assertEqual(len(self.stored()), 14)

    @with_transaction()
    def test_waited_too_long(self):
        "Test an entry is not older than the seal before its own"
        Entry = Pool().get('audit.entry')
        later = Entry._now() + dt.timedelta(hours=1)
        self.append('early')
        with patch.object(collected.time, 'monotonic', lambda: 1e9), \
                patch.object(Entry, '_now', lambda: later):
            self.append('late')
            self.assertEqual(self.stored(), ['early'])
        early, late = Entry.search(
            [('summary', 'like', f'c % {self.id()}')], order=[('id', 'ASC')])
        self.assertEqual(
            (early.at, late.at), (later.replace(microsecond=0),) * 2)
