# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Keys, trees, seals: what has no Tryton in it."""
import datetime as dt
import hashlib
import os
import random
import stat
import tempfile
import unittest
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from .. import canonical, keyring, rows, signing, verification
from ..merkle import Tree, leaf_hash, node_hash

# The test vectors of Certificate Transparency for the trees of RFC 6962
LEAVES = [
    '', '00', '10', '2021', '3031', '40414243', '5051525354555657',
    '606162636465666768696a6b6c6d6e6f']
ROOTS = [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328']


def naive_root(leaves):
    "The definition of RFC 6962 as it stands there"
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(naive_root(leaves[:half]), naive_root(leaves[half:]))


class RowsTestCase(unittest.TestCase):

    def test_fold(self):
        "Test the last of what is on record counts, from the last creation on"
        for entries, expected in [
                ([], (False, {})),
                ([('write', '{"a": [1, 2]}')], (False, {'a': 2})),
                ([('create', '{"a": [null, 1], "b": [null, "x"]}'),
                    ('transition', None), ('write', '{"a": [1, null]}')],
                    (True, {'a': None, 'b': 'x'})),
                ([('create', '{"a": [null, 1]}'), ('delete', '{"a": [1, null]}'),
                    ('create', '{"b": [null, 2]}')], (True, {'b': 2})),
                ]:
            with self.subTest(entries=entries):
                self.assertEqual(rows.fold(entries), expected)

    def test_same(self):
        "Test a value is the same however a database writes it"
        for one, other, expected in [
                (None, '', True), (1, True, True), ('1.50', '1.5', True),
                ('2026-08-03', '2026-08-03', True), (None, False, False),
                ('2026-08-03', '2026-08-04', False), ('1', '2', False),
                ('a', None, False), ('1a', '1', False), (0, None, False)]:
            with self.subTest(one=one, other=other):
                self.assertEqual(rows.same(one, other), expected)
                self.assertEqual(rows.same(other, one), expected)


class MerkleTestCase(unittest.TestCase):

    def test_vectors(self):
        "Test the published roots"
        tree = Tree()
        self.assertEqual(tree.root().hex(), ROOTS[0])
        for leaf, root in zip(LEAVES, ROOTS[1:], strict=True):
            tree.add(bytes.fromhex(leaf))
            self.assertEqual(tree.root().hex(), root)

    @given(st.lists(st.binary(max_size=4), max_size=70))
    def test_definition(self, leaves):
        "Test leaf by leaf is the same as all at once"
        tree = Tree()
        for leaf in leaves:
            tree.add(leaf)
        self.assertEqual(tree.root(), naive_root(leaves))


class KeyringTestCase(unittest.TestCase):

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.path = Path(directory.name) / 'keys'

    def test_kept(self):
        "Test keys are kept, for their owner only, and read again"
        with keyring.changing(self.path) as keys:
            keys.add('master')
        first = keyring.load(self.path).current('master')
        with keyring.changing(self.path) as keys:
            keys.add('master')
        keys = keyring.load(self.path)
        self.assertEqual(keys.numbers('master'), [1, 2])
        self.assertEqual(keys.get('master', 1), first[1])
        self.assertEqual(keys.current('master')[0], 2)
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o600)

    @unittest.skipIf(os.geteuid(), "only root gives files away")
    def test_owner(self):
        "Test what root rotates stays readable for who serves, and for him only"
        os.chown(self.path.parent, 12345, 12346)
        for mode in [0o600, 0o640, 0o644]:
            with keyring.changing(self.path) as keys:
                keys.add('master')
            for path in [self.path, self.path.with_name('keys.lock')]:
                found = path.stat()
                self.assertEqual((found.st_uid, found.st_gid), (12345, 12346))
            self.assertFalse(stat.S_IMODE(self.path.stat().st_mode) & 0o137)
            os.chmod(self.path, mode)

    def test_removed(self):
        "Test only what is no longer in use can be removed"
        keys = keyring.Keyring({})
        keys.add('sign')
        with self.assertRaises(keyring.KeyringError):
            keys.remove('sign', 1)
        keys.add('sign')
        keys.remove('sign', 1)
        self.assertIsNone(keys.get('sign', 1))

    def test_refused(self):
        "Test what is no file of keys is refused, without telling a key"
        secret = 'ab' * 32
        for text in [
                f'master {secret}', f'master one {secret}', 'master 1 zz',
                f'other 1 {secret}', 'master 1 abcd',
                f'master 1 {secret}\nmaster 1 {secret}',
                f'master 1 {secret} {secret}']:
            with self.subTest(text=text), \
                    self.assertRaises(keyring.KeyringError) as caught:
                keyring.parse(text)
            self.assertNotIn(secret, str(caught.exception))
        with self.assertRaises(keyring.KeyringError):
            keyring.load(self.path)
        self.path.write_bytes(b'\xff\xfe')
        with self.assertRaises(keyring.KeyringError):
            keyring.load(self.path)

    def test_check(self):
        "Test a key is recognised by what tells nothing of it"
        self.assertNotEqual(
            keyring.check(b'a' * 32), keyring.check(b'b' * 32))
        self.assertEqual(len(keyring.check(b'a' * 32)), 16)


class Audit:
    "An audit in memory that seals as audit.seal does"

    def __init__(self, seed, periods):
        self.keys = {1: hashlib.sha256(str(seed).encode()).digest()}
        self.entries = []
        self.seals = []
        self.due = None
        at = dt.datetime(2026, 7, 1)
        for number in range(1, periods + 1):
            for _ in range(random.Random(seed * 1000 + number).randint(1, 9)):
                at += dt.timedelta(hours=1)
                self.entries.append([
                        len(self.entries) + 1, number, at, 1, 'admin', None,
                        'write', 'res.user,1', None, None,
                        f'{{"n": {number}}}'])
            at += dt.timedelta(hours=1)
            self.seal(number, at)

    def seal(self, number, at):
        tree, rows = Tree(), [r for r in self.entries if r[1] == number]
        for row in rows:
            tree.add(canonical.entry_line(row))
        seal = {
            'number': number, 'entries': tree.size, 'first': rows[0][0],
            'last': rows[-1][0], 'root': tree.root().hex(),
            'previous': canonical.seal_hash(self.seals[-1])
            if self.seals else None,
            'at': at, 'key': max(self.keys), 'next_key': None}
        self.sign(seal)
        self.seals.append(seal)

    def sign(self, seal, key=None):
        seal['signature'] = signing.sign(
            key or self.keys[seal['key']], canonical.seal_line(seal))

    def anchor(self):
        return self.seals[-1]['number'], canonical.seal_hash(self.seals[-1])

    def verify(self, anchors=()):
        public = {n: signing.public_key(k) for n, k in self.keys.items()}
        last = self.seals[-1] if self.seals else None
        numbers = {s['number'] for s in self.seals}
        result = verification.verify(
            self.seals, lambda number: [
                r for r in sorted(self.entries) if r[1] == number],
            public, public, anchors)
        result.flaws.extend(verification.check_tail([
                    r for r in self.entries
                    if r[1] not in numbers], last, self.due))
        return result


def changed(audit, rnd):
    entry = rnd.choice(audit.entries)
    column = rnd.choice(range(2, 11))
    entry[column] = {
        2: entry[2] + dt.timedelta(seconds=1), 3: 2, 5: 7}.get(column, 'x')


def removed(audit, rnd):
    audit.entries.remove(rnd.choice(audit.entries))


def inserted(audit, rnd):
    entry = list(rnd.choice(audit.entries))
    entry[0] = len(audit.entries) + rnd.randint(1, 5)
    audit.entries.append(entry)


def reordered(audit, rnd):
    one, other = rnd.sample(audit.entries, 2)
    one[2:], other[2:] = other[2:], one[2:]


def backdated(audit, rnd):
    "Behind the last seal, with the day of an old one"
    audit.entries.append([
            len(audit.entries) + 1, audit.seals[-1]['number'] + 1,
            audit.entries[0][2], 1, 'admin', None, 'write', 'res.user,1',
            None, None, None])


def behind_all(audit, rnd):
    "In no period at all"
    audit.entries.append([
            len(audit.entries) + 1, rnd.choice([None, -3]),
            audit.seals[-1]['at'], 1, 'admin', None, 'write', None, None,
            None, None])


def unsealed(audit, rnd):
    "The sealing was stopped: what follows has no seal"
    audit.due = audit.seals[-1]['at'] + dt.timedelta(days=1)
    audit.entries.append([
            len(audit.entries) + 1, audit.seals[-1]['number'] + 1,
            audit.seals[-1]['at'], 1, 'admin', None, 'write', None, None,
            None, None])


def truncated(audit, rnd):
    keep = rnd.randrange(len(audit.seals))
    numbers = {s['number'] for s in audit.seals[:keep]}
    audit.seals = audit.seals[:keep]
    audit.entries = [r for r in audit.entries if r[1] in numbers]


def cut_out(audit, rnd):
    "A whole period, with its seal"
    seal = rnd.choice(audit.seals[:-1] or audit.seals)
    audit.seals.remove(seal)
    audit.entries = [r for r in audit.entries if r[1] != seal['number']]


def resealed(audit, rnd, key=None):
    "The past is changed, and all seals from there on are made anew"
    entry = rnd.choice(audit.entries)
    entry[10] = 'other'
    seals, audit.seals = audit.seals, []
    keys, audit.keys = audit.keys, {1: key or bytes(32)}
    for seal in seals:
        audit.seal(seal['number'], seal['at'])
    audit.keys = keys


def replaced(audit, rnd):
    "A seal with other values, signed with a key of one's own"
    seal = rnd.choice(audit.seals)
    name = rnd.choice(['entries', 'first', 'last', 'at', 'root', 'previous'])
    seal[name] = {
        'at': seal['at'] + dt.timedelta(seconds=1), 'root': '00' * 32,
        'previous': '11' * 32}.get(name, 99999)
    audit.sign(seal, bytes(32))


def forged(audit, rnd):
    seal = rnd.choice(audit.seals)
    signature = bytearray.fromhex(seal['signature'])
    signature[rnd.randrange(64)] ^= 1 << rnd.randrange(8)
    seal['signature'] = signature.hex()


TAMPERING = [
    changed, removed, inserted, reordered, backdated, behind_all, unsealed,
    truncated, cut_out, resealed, replaced, forged]


class VerificationTestCase(unittest.TestCase):

    @settings(max_examples=60)
    @given(st.integers(0, 10**6), st.integers(1, 8))
    def test_untouched(self, seed, periods):
        "Test what nobody touched has no flaw"
        audit = Audit(seed, periods)
        result = audit.verify([audit.anchor()])
        self.assertEqual(result.flaws, [])
        self.assertEqual(result.entries, len(audit.entries))

    def test_tampering(self):
        "Test every kind of tampering is found, wherever it is"
        for tamper in TAMPERING:
            with self.subTest(tampering=tamper.__name__):
                self.tampering(tamper)

    def tampering(self, tamper):
        @settings(max_examples=80)
        @given(st.integers(0, 10**6), st.integers(2, 8))
        def run(seed, periods):
            audit = Audit(seed, periods)
            anchor = audit.anchor()
            before = [list(e) for e in audit.entries]
            seals = [dict(s) for s in audit.seals]
            tamper(audit, random.Random(seed))
            if audit.entries == before and audit.seals == seals:
                return
            self.assertTrue(audit.verify([anchor]).flaws)
        run()

    def test_tail_needs_an_anchor(self):
        "Test without an anchor a cut tail can not be seen: so there are some"
        audit = Audit(1, 4)
        anchor = audit.anchor()
        numbers = {s['number'] for s in audit.seals[:2]}
        audit.seals = audit.seals[:2]
        audit.entries = [r for r in audit.entries if r[1] in numbers]
        self.assertEqual(audit.verify().flaws, [])
        self.assertEqual(
            [f.kind for f in audit.verify([anchor]).flaws], ['missing'])

    def test_rotation(self):
        "Test a key is followed by the one that it named, and by no other"
        audit = Audit(1, 2)
        audit.keys[2] = b'2' * 32
        last = audit.seals[-1]
        last['next_key'] = f'2 {signing.public_key(audit.keys[2])}'
        audit.sign(last)
        audit.entries.append([
                99, 3, last['at'], 1, 'admin', None, 'write', None, None,
                None, None])
        audit.seal(3, last['at'] + dt.timedelta(hours=1))
        self.assertEqual(audit.verify().flaws, [])
        last['next_key'] = None
        audit.sign(last)
        self.assertTrue(audit.verify().flaws)

    def test_memory(self):
        "Test a tree over many leaves keeps a handful of hashes"
        tree = Tree()
        for number in range(5000):
            tree.add(b'%d' % number)
        self.assertLess(len(tree._subtrees), 14)
