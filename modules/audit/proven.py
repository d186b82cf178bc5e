# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Rows that prove themselves: those that are written too often for entries.

A time limit is started, counted anew and ended by steps that are on record;
an entry for each of its days would double the audit.  Instead each row
carries a keyed hash of what it says, made where it is written.  Whoever
changes a day by SQL has no key; rows.verify_rows() finds the row.  What it
does not find is a row put back as a whole, with its former hash, from a
backup.
"""
import base64
import hashlib
import hmac

from sql import Column

from trytond.model import ModelStorage, fields
from trytond.pool import Pool
from trytond.tools import grouped_slice
from trytond.transaction import Transaction

BATCH = 1000


def prove(number, key, id_, values):
    """Return the proof of a row

    number, key -- of the key that makes it
    values -- in the order of the fields; nothing and an empty text are one

    >>> prove(1, b'key', 7, ['a', None]) == prove(1, b'key', 7, ['a', ''])
    True
    >>> prove(1, b'key', 7, ['a', 'b']) == prove(1, b'key', 7, ['ab', ''])
    False
    """
    text = '\0'.join(
        [str(id_), *('' if v is None else str(v) for v in values)])
    digest = hmac.new(key, text.encode('utf-8'), hashlib.sha256).digest()
    return f'{number}:' + base64.b64encode(digest[:16]).decode().rstrip('=')


class ProvenMixin(ModelStorage):
    "A model whose rows carry the proof of what `_proven` names"
    __slots__ = ()
    _proven = ()

    proof = fields.Char(
        "Proof", readonly=True, strip=False,
        help="A keyed hash of what the row says, by which it is known if the "
        "database was changed past the application.")

    @classmethod
    def __setup__(cls):
        cls.proof.search_unaccented = False
        super().__setup__()

    @classmethod
    def __register__(cls, module):
        is_new = not cls.__table_handler__(module).column_exist('proof')
        super().__register__(module)
        if is_new:
            # once: what comes without a proof later is a flaw
            last = -1
            while ids := cls._next_proven(last):
                cls.prove_rows(ids)
                last = ids[-1]

    @classmethod
    def _next_proven(cls, last):
        table = cls.__table__()
        cursor = Transaction().connection.cursor()
        cursor.execute(*table.select(
                table.id, where=table.id > last, order_by=[table.id.asc],
                limit=BATCH))
        return [id_ for id_, in cursor]

    @classmethod
    def create(cls, vlist):
        records = super().create(vlist)
        cls.prove_rows([r.id for r in records])
        return records

    @classmethod
    def write(cls, records, values, *args):
        super().write(records, values, *args)
        cls.prove_rows(list({
                    r.id for part in [records, *args[::2]] for r in part}))

    @classmethod
    def _put(cls, names, lines):
        # in sets: as the rows are in hand
        names, lines = cls._with_proofs(names, names[1:], lines)
        super()._put(names, lines)

    @classmethod
    def _change(cls, names, lines):
        if set(cls._proven) <= set(names):
            names, lines = cls._with_proofs(names, names, lines)
            super()._change(names, lines)
        else:
            super()._change(names, lines)
            cls.prove_rows([id_ for id_, *_ in lines])

    @classmethod
    def _with_proofs(cls, names, named, lines):
        "Return names and lines with the proof; a line begins with the id"
        number, key = Pool().get('audit.key').current('hash')
        places = {name: i for i, name in enumerate(named, 1)}
        order = [places.get(name) for name in cls._proven]
        return [*names, 'proof'], [
            [*line, prove(number, key, line[0], [
                        None if i is None else line[i] for i in order])]
            for line in lines]

    @classmethod
    def _proven_rows(cls, ids, *names):
        "Return [(id, the named, the values that are proven)]"
        table = cls.__table__()
        cursor = Transaction().connection.cursor()
        columns = [Column(table, n) for n in [*names, *cls._proven]]
        rows = []
        for part in grouped_slice(list(ids), BATCH):
            cursor.execute(*table.select(
                    table.id, *columns, where=table.id.in_(list(part))))
            rows += cursor.fetchall()
        return rows

    @classmethod
    def prove_rows(cls, ids):
        "Make the proofs of rows as they are in the database"
        if not ids:
            return
        number, key = Pool().get('audit.key').current('hash')
        table = cls.__table__()
        cursor = Transaction().connection.cursor()
        for id_, *values in cls._proven_rows(ids):
            cursor.execute(*table.update(
                    [table.proof], [prove(number, key, id_, values)],
                    where=table.id == id_))

    @classmethod
    def unproven(cls, progress=None):
        """Yield the ids of rows that are not as they were written

        progress -- called with the number of rows, as they are read"""
        Key, keys, last = Pool().get('audit.key'), {}, -1
        while ids := cls._next_proven(last):
            last = ids[-1]
            for id_, proof, *values in cls._proven_rows(ids, 'proof'):
                number = (proof or '').partition(':')[0]
                if not number.isdigit():
                    yield id_
                    continue
                if number not in keys:
                    keys[number] = Key.keyring().get('hash', int(number))
                key = keys[number]
                if not key or proof != prove(number, key, id_, values):
                    yield id_
            if progress:
                progress(len(ids))
