# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The keys of a database, in one file outside of it.

A line for each key: its kind, its number and its bytes in hexadecimal.  The
last of a kind is the one in use; earlier ones open what they have closed.

Pure functions, without Tryton.
"""
import fcntl
import glob
import hashlib
import hmac
import os
import secrets
import stat
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path

# What each kind is for; all of them are 32 random bytes
KINDS = {
    'hash': "recognises a secret without keeping it",
    'master': "wraps the key of each person",
    'sign': "signs the seals of the audit (Ed25519)",
    }
SIZE = 32
HEAD = """\
# The keys of a Donthu database.  Without them nothing that is sealed can be
# read: keep a copy, apart from the database and from its backups.
"""


class KeyringError(Exception):
    "The file is missing, can not be read, or says something else than keys"


class Keyring:
    """The keys of a file.

    >>> Keyring({}).current('hash') is None
    True
    """

    def __init__(self, keys):
        self._keys = defaultdict(dict)
        for kind, numbers in keys.items():
            self._keys[kind].update(numbers)

    def current(self, kind):
        "Return (number, bytes) of the key in use, or None"
        numbers = self._keys[kind]
        if not numbers:
            return None
        number = max(numbers)
        return number, numbers[number]

    def get(self, kind, number):
        "Return the bytes of a key, or None"
        return self._keys[kind].get(number)

    def numbers(self, kind):
        "Return the numbers of the keys of a kind, the oldest first"
        return sorted(self._keys[kind])

    def add(self, kind, value=None):
        "Put a key, a random one by default, in use; return its number"
        if kind not in KINDS:
            raise KeyringError(f"{kind} is no kind of key")
        number = max(self._keys[kind], default=0) + 1
        self._keys[kind][number] = value or secrets.token_bytes(SIZE)
        return number

    def remove(self, kind, number):
        "Forget a key that is no longer in use"
        if self.current(kind)[0] == number:
            raise KeyringError(f"{kind} {number} is in use")
        del self._keys[kind][number]

    def lines(self):
        return [
            f'{kind} {number} {value.hex()}'
            for kind in KINDS
            for number, value in sorted(self._keys[kind].items())]


def check(value):
    """Return what can be told of a key without telling the key.

    It shows in a database whether the file holds the right keys.
    """
    return hmac.new(value, b'donthu key', hashlib.sha256).hexdigest()[:16]


def lacking(keyring, known):
    """Return (kind, number) of the first key that is not in a keyring, or None

    known -- {(kind, number): check} of the keys that a database has used
    """
    for (kind, number), expected in known.items():
        value = keyring.get(kind, number)
        if not value or check(value) != expected:
            return kind, number
    return None


def parse(text):
    """Return the Keyring of the text of a file.

    Raises KeyringError with the number of the line that is no key.
    """
    keys = defaultdict(dict)
    for serial, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith('#'):
            continue
        try:
            kind, number, value = line.split()
            number, value = int(number), bytes.fromhex(value)
        except ValueError:
            # never the line itself: it may hold a key
            raise KeyringError(
                f"line {serial} is not 'KIND NUMBER HEXADECIMAL'") from None
        if kind not in KINDS or number in keys[kind] or len(value) < 16:
            raise KeyringError(f"line {serial} is not a key of its own")
        keys[kind][number] = value
    return Keyring(keys)


_loaded = {}


def load(path):
    """Return the Keyring of a file, read again when the file has changed.

    Raises KeyringError where there is none.
    """
    path = Path(path)
    try:
        stat = path.stat()
        state = (stat.st_mtime_ns, stat.st_ino, stat.st_size)
        known = _loaded.get(path)
        if known and known[0] == state:
            return known[1]
        keyring = parse(path.read_text(encoding='ascii'))
    except (OSError, UnicodeDecodeError) as error:
        raise KeyringError(
            f"{path}: {getattr(error, 'strerror', error)}") from None
    except KeyringError as error:
        raise KeyringError(f"{path}: {error}") from None
    _loaded[path] = (state, keyring)
    return keyring


def save(path, keyring):
    "Write a Keyring: the file is whole at every moment, and its owner's only"
    path = Path(path)
    new = path.with_name(f'{path.name}.{os.getpid()}.new')
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, 'w', encoding='ascii') as file:
            file.write(HEAD + '\n'.join(keyring.lines()) + '\n')
            _belong(file.fileno(), path)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    _loaded.pop(path, None)


def _belong(descriptor, path):
    """Let a file that takes the place of another be its owner's

    Who rotates keys may be root; who serves must read them all the same.  The
    first file belongs to whom its directory does."""
    there = (path if path.exists() else path.parent).stat()
    if os.geteuid() == 0:
        os.fchown(descriptor, there.st_uid, there.st_gid)
    if path.exists():
        # what others could read they need no longer
        os.fchmod(descriptor, stat.S_IMODE(there.st_mode) & 0o770)


@contextmanager
def changing(path):
    """Lock the file, give its Keyring to change, and write it.

    Raises KeyringError where the file can not be read or written.
    """
    path = Path(path)
    try:
        with open(path.with_name(path.name + '.lock'), 'a') as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if os.geteuid() == 0:
                there = path.parent.stat()
                os.fchown(lock.fileno(), there.st_uid, there.st_gid)
            # of who was killed while writing: nobody else writes now
            for left in path.parent.glob(f'{glob.escape(path.name)}.*.new'):
                left.unlink()
            keyring = load(path) if path.exists() else Keyring({})
            before = keyring.lines()
            yield keyring
            if keyring.lines() != before:
                save(path, keyring)
    except OSError as error:
        raise KeyringError(f"{path}: {error.strerror}") from None
