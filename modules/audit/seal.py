# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Seals over what happened, each signed and holding the hash of the former."""
import datetime as dt
import logging
import re

import trytond.config as config
from sql import Literal, Null
from trytond import backend
from trytond.i18n import gettext
from trytond.model import Index, ModelSQL, ModelView, Unique, fields
from trytond.modules.foundation.acting import as_server
from trytond.modules.foundation.locked import Lock, LockedMixin
from trytond.pool import Pool
from trytond.transaction import Transaction

from . import canonical, verification
from .exceptions import AuditError
from .merkle import Tree
from .period import Period
from .rows import verify_rows
from .signing import public_key, sign

logger = logging.getLogger(__name__)
BATCH = 5000
_ANCHOR = re.compile(r'([1-9][0-9]*)\s+([0-9a-f]{64})(?:\s.*)?')
# what anchor.seal_text writes before and after it
_BESIDE = re.compile(r'Donthu \S+|[0-9]+ [0-9a-f]{128}')


class Refusing(LockedMixin, ModelSQL, ModelView):
    "A record that is made by the server and stays as it is"
    __slots__ = ()
    _log = False
    _lock = Lock(
        AuditError, 'audit.msg_entry_append_only', binds={'write', 'delete'})

    @classmethod
    def copy(cls, records, default=None):
        if not records:
            return []
        raise AuditError(gettext('audit.msg_entry_append_only'))


class PeriodEnd(ModelSQL):
    "When a period began, where it did not begin with the seal before it"
    __name__ = 'audit.period'
    _no_rpc = True
    _log = False

    number = fields.Integer("Number", required=True)
    begun_at = fields.DateTime("Begun at", required=True)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints.append((
                'number_unique', Unique(table, table.number),
                'audit.msg_seal_unique'))


class Seal(Refusing):
    """What closes a period: nothing of it can change any more unseen.

    See canonical.SEAL for what is hashed and signed.
    """
    __name__ = 'audit.seal'

    number = fields.Integer("Number", required=True)
    at = fields.DateTime(
        "At", required=True, help="When its period ended.")
    entries = fields.Integer(
        "Entries", required=True, help="How many entries it covers.")
    first = fields.Integer("First Entry")
    last = fields.Integer("Last Entry")
    root = fields.Char(
        "Root", required=True, help="The hash over its entries.")
    previous = fields.Char(
        "Hash of the Seal before", help="Empty for the first one.")
    key = fields.Integer(
        "Key", required=True, help="The number of the key that signed it.")
    next_key = fields.Char(
        "Next Key", help="The number and the public part of the key that "
        "signs the seals after this one.")
    signature = fields.Char("Signature", required=True)
    hash = fields.Function(fields.Char(
            "Hash", help="Kept elsewhere, it proves later that this seal and "
            "all before it are the same."), 'get_hash')

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints.append((
                'number_unique', Unique(table, table.number),
                'audit.msg_seal_unique'))
        cls._sql_indexes.add(Index(table, (table.number, Index.Range())))
        cls._order = [('number', 'DESC'), ('id', 'DESC')]

    def get_rec_name(self, name):
        return str(self.number)

    def get_hash(self, name):
        return canonical.seal_hash(self.plain())

    def plain(self):
        "Return the seal as a dictionary for canonical and verification"
        return {
            name: getattr(self, name)
            for name in (*canonical.SEAL, 'signature')}

    # Sealing

    @classmethod
    def seal_due(cls):
        """End the period, and seal each one in which nobody writes any more

        What is still being written is sealed by a later run.  Returns how
        many seals were made."""
        if not Period.lock_sealing():
            # another one is at it
            return 0
        with cls._fresh():
            last = cls.last_number()
            numbers = list(range(last + 1, cls._end_period() + 1))
            if last == 0 and cls._count(None):
                # what older releases have written
                numbers.insert(0, 0)
        count = 0
        for number in numbers:
            if not cls._is_over(number):
                break
            with cls._fresh():
                count += bool(cls.seal_period(number))
        return count

    @staticmethod
    def _fresh():
        "A transaction that sees all that the ended period holds"
        if backend.name == 'postgresql':
            return Transaction().new_transaction()
        # the only writer goes on
        return as_server("a seal covers all entries, whoever asks")

    @classmethod
    def _end_period(cls):
        "End the current period if there is something in it; return the last"
        current = Period.current()
        if not cls._count(current):
            return current - 1
        if backend.name == 'postgresql':
            pool = Pool()
            with Transaction().new_transaction():
                Period.end()
                pool.get('audit.period').create([{
                            'number': current + 1,
                            'begun_at': pool.get('audit.entry')._now(),
                            }])
        return current

    @classmethod
    def _is_over(cls, number):
        if backend.name != 'postgresql':
            return True
        with Transaction().new_transaction():
            return Period.is_over(number)

    @classmethod
    def _count(cls, number):
        "Tell if there is an entry in a period"
        table = Pool().get('audit.entry').__table__()
        cursor = Transaction().connection.cursor()
        cursor.execute(*table.select(
                table.id, where=table.period == (
                    Null if number is None else number), limit=1))
        return bool(cursor.fetchone())

    @classmethod
    def last_number(cls):
        seals = cls.search([], order=[('number', 'DESC')], limit=1)
        return seals[0].number if seals else 0

    @classmethod
    def seal_period(cls, number):
        "Seal a period in which nobody writes; return the seal"
        pool = Pool()
        tree, first, last = Tree(), None, None
        for row in cls.rows(number):
            tree.add(canonical.entry_line(row))
            first, last = first or row[0], row[0]
        previous = cls.search([], order=[('number', 'DESC')], limit=1)
        previous = previous[0].plain() if previous else None
        key, next_key = cls._signing_key(previous)
        values = {
            'number': number,
            'at': cls._ended_at(number),
            'entries': tree.size,
            'first': first,
            'last': last,
            'root': tree.root().hex(),
            'previous': previous and canonical.seal_hash(previous),
            'key': key,
            'next_key': next_key,
            }
        seal, = cls.create([{
                    **values,
                    'signature': sign(
                        pool.get('audit.key').get('sign', key),
                        canonical.seal_line(values)),
                    }])
        seal.keep_elsewhere()
        return seal

    @classmethod
    def _ended_at(cls, number):
        "Return when a period ended: no entry of the next one is older"
        pool = Pool()
        ends = pool.get('audit.period').search(
            [('number', '>', number)], order=[('number', 'ASC')], limit=1)
        now = pool.get('audit.entry')._now().replace(microsecond=0)
        return min(ends[0].begun_at, now) if ends else now

    @classmethod
    def _signing_key(cls, previous):
        "Return the number of the key that signs, and its successor or None"
        Key = Pool().get('audit.key')
        newest, value = Key.current('sign')
        if previous is None:
            return newest, None
        key = previous['key']
        if previous['next_key']:
            key = int(previous['next_key'].split()[0])
        if key == newest:
            return key, None
        # the old key says which one comes after it
        return key, f'{newest} {public_key(value)}'

    def keep_elsewhere(self):
        """Write the hash to the file where it is out of the database's reach

        When the seal is committed: the anchor of one that never came to be
        would accuse the one that takes its place."""
        file = config.get('audit', 'anchor_file', default=None)
        if file:
            Transaction().join(_Anchors(file)).lines.append(
                f'{self.number} {self.hash} {self.at:%Y-%m-%d}'
                f'T{self.at:%H:%M:%S}\n')

    # Reading

    @classmethod
    def rows(cls, number, after=0):
        """Yield the entries of a period as canonical.ENTRY, by id

        In batches: also what is larger than the memory can be read."""
        yield from _entries(
            lambda table: table.period == (number or Null), after)

    @classmethod
    def rows_unsealed(cls):
        "Yield the entries that no seal covers"
        numbers = [s.number for s in cls.search(
                [], order=[('number', 'ASC')], limit=1)]
        last, first = cls.last_number(), min(numbers, default=0)
        if not numbers:
            yield from _entries(lambda table: table.id > 0, 0)
            return
        yield from _entries(lambda table: table.period > last, 0)
        yield from _entries(lambda table: table.period < max(first, 1), 0)
        if first:
            yield from _entries(lambda table: table.period == Null, 0)

    @classmethod
    def all_plain(cls):
        "Yield all seals as dictionaries, by number"
        last = -1
        while seals := cls.search(
                [('number', '>', last)], order=[('number', 'ASC')],
                limit=1000):
            for seal in seals:
                yield seal.plain()
            last = seals[-1].number

    @classmethod
    def verify(cls, anchors=(), progress=None, rows=False):
        """Return the verification.Result of all seals and entries

        anchors -- more pairs (number, hash) than those that are on record
        progress -- called with how many were read, as they are
        rows -- whether the records are compared with their entries too"""
        pool = Pool()
        Period.look()
        Key = pool.get('audit.key')
        Anchor = pool.get('audit.anchor')
        with as_server("a proof covers all entries, whoever asks"):
            keyring = Key.keyring()
            trusted = {
                number: public_key(keyring.get('sign', number))
                for number in keyring.numbers('sign')}
            keys = {k.number: k.public for k in Key.search(
                    [('kind', '=', 'sign')])}
            result = verification.verify(
                cls.all_plain(), cls.rows, keys, trusted,
                [*anchors, *Anchor.pairs(), *anchors_of_file()], progress)
            last = None
            for seal in cls.search(
                    [], order=[('number', 'DESC')], limit=1):
                last = seal.plain()
            result.flaws.extend(verification.check_tail(
                    cls.rows_unsealed(), last, cls._seal_due_until()))
            if rows:
                result.flaws.extend(verify_rows(progress))
        return result

    @staticmethod
    def _seal_due_until():
        "Return the moment until which everything has to be sealed by now"
        minutes = config.getint('audit', 'seal_within', default=60)
        return (Pool().get('audit.entry')._now()
            - dt.timedelta(minutes=minutes))

    @classmethod
    def verify_nightly(cls):
        """Look at all seals, entries and records, and tell who audits

        By trytond-cron, once a day.  Nothing is told where nothing is found;
        the server's log says how many flaws there are, never of what."""
        pool = Pool()
        User = pool.get('res.user')
        result = cls.verify(rows=True)
        if not result.flaws:
            return
        logger.error("the audit has %s flaws", len(result.flaws))
        group = pool.get('ir.model.data').get_id('audit', 'group_audit')
        with as_server("who audits is told of what is wrong"):
            for user in User.search([('groups', '=', group)]):
                with Transaction().set_context(
                        language=user.language and user.language.code):
                    User.notify_user(
                        [user], 'tryton-warning', gettext(
                            'audit.msg_nightly_flaws',
                            flaws=len(result.flaws)), user=user.id)

    @classmethod
    def say(cls, flaw):
        "Return a verification.Flaw as a sentence"
        return gettext(
            f'audit.msg_flaw_{flaw.kind}', number=flaw.number,
            detail=flaw.detail)


class _Anchors:
    "What is written to the file of anchors after the commit: a data manager"

    def __init__(self, file):
        self.file = file
        self.lines = []

    def __eq__(self, other):
        return isinstance(other, _Anchors) and other.file == self.file

    __hash__ = None

    def tpc_begin(self, transaction):
        # what can not be written to stops the sealing, not only the anchor
        with open(self.file, 'a', encoding='ascii'):
            pass

    def commit(self, transaction):
        pass

    def tpc_vote(self, transaction):
        pass

    def tpc_finish(self, transaction):
        with open(self.file, 'a', encoding='ascii') as anchors:
            anchors.writelines(self.lines)
        self.lines.clear()

    def tpc_abort(self, transaction):
        self.lines.clear()


def _entries(condition, after):
    Entry = Pool().get('audit.entry')
    table = Entry.__table__()
    columns = [
        getattr(table, name) if name in Entry._fields else Literal(None)
        for name in canonical.ENTRY]
    cursor = Transaction().connection.cursor()
    while True:
        cursor.execute(*table.select(
                *columns, where=condition(table) & (table.id > after),
                order_by=[table.id.asc], limit=BATCH))
        rows = cursor.fetchall()
        yield from rows
        if len(rows) < BATCH:
            return
        after = rows[-1][0]


def anchors_of_file():
    """Return the pairs (number, hash) of the file of anchors, if there is one

    Raises AuditError for a line that is none."""
    file = config.get('audit', 'anchor_file', default=None)
    if not file:
        return []
    try:
        with open(file, encoding='ascii') as lines:
            return list(read_anchors(lines))
    except FileNotFoundError:
        return []
    except ValueError as error:
        raise AuditError(gettext(
                'audit.msg_anchor_line', file=file, error=error))


def read_anchors(lines):
    """Yield (number, hash) of the lines of a file of anchors

    What an anchor says beside it (its title, its signature) is passed over.
    Raises ValueError for any other line, by its number."""
    for serial, line in enumerate(lines, 1):
        if found := _ANCHOR.fullmatch(line.strip()):
            yield int(found[1]), found[2]
        elif line.strip() and not _BESIDE.fullmatch(line.strip()):
            raise ValueError(f"line {serial} is no anchor")

