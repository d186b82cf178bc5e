# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

import datetime as dt
import tempfile
import unittest
from pathlib import Path
from unittest.mock import patch

from trytond import backend
from trytond.model.exceptions import AccessError
from trytond.modules.foundation.tests.mixin import AgencyTestMixin
from trytond.pool import Pool
from trytond.tests.test_tryton import (
    ModuleTestCase, activate_module, drop_db, with_transaction)
from trytond.transaction import Transaction

from .. import anchor as anchor_module
from .. import key, keyring
from .. import seal as seal_module
from ..exceptions import AuditError, KeyMissingError
from ..keyed import keyed_hash
from ..period import Period


class AuditTestCase(AgencyTestMixin, ModuleTestCase):
    "Test Audit module"
    module = 'audit'

    def append(self):
        pool = Pool()
        Entry = pool.get('audit.entry')
        User = pool.get('res.user')
        Entry.append([{
                    'action': 'write',
                    'resource': User(1),
                    'changes': {'name': ["Old", "New"]},
                    }])
        entry, = Entry.search([], limit=1)
        return entry

    @with_transaction()
    def test_key_is_there(self):
        "Test who only looks finds the keys made: they could not write them"
        pool = Pool()
        Key = pool.get('audit.key')
        self.assertEqual(
            sorted(k.kind for k in Key.search([])),
            ['hash', 'master', 'sign'])
        with Transaction().new_transaction(readonly=True):
            self.assertTrue(pool.get('audit.key').hash("x"))

    @with_transaction()
    def test_append(self):
        "Test an entry says who did what to which record"
        pool = Pool()
        User = pool.get('res.user')
        entry = self.append()
        self.assertEqual(entry.user, User(Transaction().user))
        self.assertEqual(entry.action, 'write')
        self.assertEqual(entry.resource, User(1))
        self.assertEqual(entry.changes_text, "Name: Old → New")
        self.assertLess(
            abs(entry.at - dt.datetime.now()), dt.timedelta(minutes=5))

    @with_transaction()
    def test_refused_by_the_model(self):
        "Test the model refuses to create, change, delete and copy"
        Entry = Pool().get('audit.entry')
        entry = self.append()
        for refused in [
                lambda: Entry.write([entry], {'summary': "Other"}),
                lambda: Entry.delete([entry]),
                lambda: Entry.copy([entry]),
                lambda: Entry.create([{
                            'action': 'write', 'at': dt.datetime.now()}]),
                ]:
            with self.assertRaises(AccessError):
                refused()

    @with_transaction()
    def test_refused_by_the_database(self):
        "Test the database refuses to change and delete"
        Entry = Pool().get('audit.entry')
        self.append()
        table = Entry.__table__()
        queries = [
            tuple(table.update([table.summary], ["Other"])),
            tuple(table.delete()),
            ]
        if backend.name == 'postgresql':
            queries.append(('TRUNCATE audit_entry', ()))
        connection = Transaction().connection
        cursor = connection.cursor()
        for query in queries:
            cursor.execute('SAVEPOINT refused')
            with self.assertRaisesRegex(Exception, 'append-only'):
                cursor.execute(*query)
            cursor.execute('ROLLBACK TO SAVEPOINT refused')
        cursor.execute(*table.select(table.summary))
        self.assertEqual(len(cursor.fetchall()), 1)

    @with_transaction()
    def test_no_key_in_the_database(self):
        "Test who copies the database has no key"
        Key = Pool().get('audit.key')
        table = Key.__table__()
        cursor = Transaction().connection.cursor()
        cursor.execute(*table.select(table.check, table.public))
        text = str(cursor.fetchall())
        for kind in keyring.KINDS:
            self.assertNotIn(Key.current(kind)[1].hex(), text)

    @with_transaction()
    def test_lost_key(self):
        "Test a lost file of keys is told, and never made anew"
        Key = Pool().get('audit.key')
        with tempfile.TemporaryDirectory() as directory:
            file = Path(directory) / 'keys'
            with patch.object(key, 'key_file', lambda: file):
                with self.assertRaises(KeyMissingError):
                    Key.hash("x")
                with self.assertRaises(KeyMissingError):
                    Key.prepare()
                self.assertFalse(file.exists())
                # keys that are others
                keyring.save(file, keyring.parse(''.join(
                            f'{kind} 1 {"00" * 32}\n'
                            for kind in keyring.KINDS)))
                with self.assertRaises(KeyMissingError):
                    Key.prepare()

    @with_transaction()
    def test_key_is_kept(self):
        "Test the key stays the same"
        Key = Pool().get('audit.key')
        first = Key.hash("Nguyễn Văn An")
        keyring._loaded.clear()
        self.assertEqual(Key.hash("Nguyễn Văn An"), first)
        self.assertNotEqual(Key.hash("Nguyễn Văn Ân"), first)


class SealTestCase(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        drop_db()
        activate_module('audit')

    @classmethod
    def tearDownClass(cls):
        drop_db()

    def sealed(self):
        pool = Pool()
        Seal = pool.get('audit.seal')
        number = Period.current()
        pool.get('audit.entry').append(
            [{'action': 'write', 'summary': str(n)} for n in range(5)])
        seal = Seal.seal_period(number)
        Period.end()
        return seal

    @with_transaction()
    def test_seal(self):
        "Test a seal covers what was written, and stays as it is"
        Seal = Pool().get('audit.seal')
        seal = self.sealed()
        self.assertGreaterEqual(seal.entries, 5)
        self.assertEqual(seal.root, seal.plain()['root'])
        for attempt in [
                lambda: Seal.write([seal], {'root': 'x'}),
                lambda: Seal.delete([seal]), lambda: Seal.copy([seal])]:
            with self.assertRaises(AccessError):
                attempt()

    @with_transaction()
    def test_nightly(self):
        "Test who audits is told of what the night finds, and only then"
        pool = Pool()
        Seal = pool.get('audit.seal')
        User, ModelData = pool.get('res.user'), pool.get('ir.model.data')
        auditor, = User.create([{
                    'name': "Auditor", 'login': 'nightly',
                    'groups': [('add', [ModelData.get_id(
                                    'audit', 'group_audit')])]}])
        if backend.name == 'postgresql':
            # the periods of the tests before were not rolled back
            Transaction().connection.cursor().execute(
                "SELECT setval('audit_period_seq', 1)")
        self.sealed()
        told = Transaction().user_notifications
        self.assertEqual(Seal.verify(rows=True).flaws, [])
        Seal.verify_nightly()
        self.assertEqual(told, [])
        late = pool.get('audit.entry')._now() + dt.timedelta(hours=2)
        pool.get('audit.entry').append([{'action': 'write'}])
        with patch.object(
                pool.get('audit.entry'), '_now', lambda: late), \
                self.assertLogs(seal_module.logger, 'ERROR') as logs:
            Seal.verify_nightly()
        self.assertEqual([n.user.id for n in told], [auditor.id])
        self.assertIn("1 flaws", told[0].label)
        self.assertEqual(len(logs.output), 1)

    @with_transaction()
    def test_file_of_anchors(self):
        "Test what is printed to be kept is read again, and nothing else"
        seal = self.sealed()
        with tempfile.TemporaryDirectory() as directory:
            file = Path(directory) / 'anchors'
            file.write_text(anchor_module.seal_text(seal) + '\n\n')
            with patch.object(
                    seal_module.config, 'get', lambda *a, **k: str(file)):
                self.assertEqual(
                    seal_module.anchors_of_file(), [(seal.number, seal.hash)])
                for line in [
                        'x', '1', f'{seal.number} {seal.hash[:-1]}',
                        f'{seal.hash} {seal.number}']:
                    file.write_text(f'{line}\n')
                    with self.subTest(line=line), self.assertRaisesRegex(
                            AuditError, 'line 1'):
                        seal_module.anchors_of_file()

    @with_transaction()
    def test_anchors(self):
        "Test what is kept elsewhere: mailed, printed, compared"
        pool = Pool()
        Anchor = pool.get('audit.anchor')
        Page = pool.get('audit.seal.page', type='report')
        Seal = pool.get('audit.seal')
        seal = self.sealed()
        sent = []
        with patch.object(
                anchor_module, 'send_message_transactional', sent.append), \
                patch.object(
                    anchor_module.config, 'get', lambda *a, **k: 'a@b.vn'):
            Anchor.mail_newest()
        message, = sent
        self.assertIn(seal.hash, message.get_content())
        self.assertEqual(message['To'], 'a@b.vn')
        self.assertEqual(Anchor.pairs(), [(seal.number, seal.hash)])
        User, ModelData = pool.get('res.user'), pool.get('ir.model.data')
        auditor, = User.create([{
                    'name': "Auditor", 'login': 'auditor',
                    'groups': [('add', [ModelData.get_id(
                                    'audit', 'group_audit')])]}])
        with Transaction().set_user(auditor.id):
            _, page, _, _ = Page.execute([seal.id], {})
        self.assertIn('<svg', page)
        self.assertIn(seal.hash[:8], page)

        def anchors():
            return [f for f in Seal.verify().flaws if f.kind == 'anchor']
        self.assertEqual(anchors(), [])
        # as it was typed from paper
        Anchor.lodge(
            seal.number, seal.hash.upper()[:32] + ' ' + seal.hash[32:],
            "Thanh tra", 'print')
        self.assertEqual(anchors(), [])
        Anchor.lodge(seal.number, '0' * 64, "Thanh tra", 'superior')
        self.assertEqual(len(anchors()), 1)


class KeyedTestCase(unittest.TestCase):

    def test_keyed_hash(self):
        "Test another key gives another hash"
        self.assertNotEqual(
            keyed_hash(b'first', "text"), keyed_hash(b'second', "text"))
        self.assertEqual(len(keyed_hash(b'first', "text")), 64)


del ModuleTestCase
