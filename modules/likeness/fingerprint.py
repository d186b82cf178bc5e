# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from collections import defaultdict

from sql import Union
from trytond import backend
from trytond.cache import Cache
from trytond.model import Index, ModelSQL, fields
from trytond.modules.foundation.acting import as_server
from trytond.pool import Pool
from trytond.tools import grouped_slice
from trytond.transaction import Transaction

from . import similarity


_NEWEST = (
    'SELECT asked.mark, newest.letter '
    'FROM unnest(%s::bigint[]) AS asked (mark) CROSS JOIN LATERAL ('
    'SELECT letter FROM "{table}" WHERE mark = asked.mark '
    'ORDER BY mark DESC, letter DESC LIMIT %s) AS newest')


class Mark(fields.Integer):
    "Eight bytes: with four, strangers would share marks by chance"
    _sql_type = 'BIGINT'


class Fingerprint(ModelSQL):
    """A mark by which a letter is recognised, see similarity

    Only the server reads it; a mark can not be turned back into what it was
    made of without the key of the audit."""
    __name__ = 'likeness.fingerprint'
    # nothing that somebody has written about a letter
    _has_own_way = True
    _no_rpc = True
    _log = False
    _places_cache = Cache('likeness.fingerprint.wide_places', context=False)

    letter = fields.Many2One(
        'complaints.letter', "Letter", required=True, ondelete='CASCADE')
    mark = Mark("Mark", required=True)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_indexes.update({
                Index(
                    table, (table.mark, Index.Range()),
                    (table.letter, Index.Range())),
                # equal ones of a tree are kept once
                Index(table, (table.letter, Index.Range())),
                })

    @classmethod
    def __register__(cls, module):
        super().__register__(module)
        if backend.name == 'postgresql':
            # nobody asks for a mark by an id: the index of twenty a letter
            # would be a third of the table
            Transaction().connection.cursor().execute(
                f'ALTER TABLE "{cls._table}" '
                f'DROP CONSTRAINT IF EXISTS "{cls._table}_pkey"')

    @classmethod
    def marker(cls):
        "Return the function that makes marks in this database"
        return similarity.marker(Pool().get('audit.key').get_key())

    @classmethod
    def wide_places(cls):
        "Return the names of the provinces, folded"
        names = cls._places_cache.get('wide')
        if names is None:
            Subdivision = Pool().get('country.subdivision')
            names = set()
            for subdivision in Subdivision.search([('parent', '=', None)]):
                names |= similarity.places(subdivision.name)
            cls._places_cache.set('wide', names)
        return names

    @classmethod
    def store(cls, marks):
        """Keep the marks of letters, {letter id: marks}, in place of others

        There are some twenty for each letter: they are written as rows."""
        table = cls.__table__()
        cursor = Transaction().connection.cursor()
        for ids in grouped_slice(list(marks), 1000):
            cursor.execute(*table.delete(where=table.letter.in_(list(ids))))
        cls.add(marks)

    @classmethod
    def renew(cls, letters):
        "Make the marks of letters that have some anew, as they read by now"
        table = cls.__table__()
        cursor = Transaction().connection.cursor()
        with as_server("marks are of all that is said, and show nothing"):
            for ids in grouped_slice([le.id for le in letters], 1000):
                cursor.execute(*table.select(
                        table.letter, where=table.letter.in_(list(ids)),
                        group_by=[table.letter]))
                cls.store({
                        letter.id: letter.marks()
                        for letter in letters[0].__class__.browse(
                            [id_ for id_, in cursor.fetchall()])})

    @classmethod
    def add(cls, marks):
        "Keep the marks of letters that have none, {letter id: marks}"
        table = cls.__table__()
        cursor = Transaction().connection.cursor()
        # in the order in which they are looked for
        rows = sorted(
            (mark, letter) for letter, own in marks.items() for mark in own)
        if not rows:
            return
        if backend.name == 'postgresql':
            with cursor.copy(
                    f'COPY "{cls._table}" (mark, letter) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
            return
        columns = [table.mark, table.letter]
        for part in grouped_slice(rows, backend.MAX_QUERY_PARAMS // 2 - 1):
            cursor.execute(*table.insert(columns, list(map(list, part))))

    @classmethod
    def find(cls, marks):
        """Return the newest letters that have the marks, {mark: [letter ids]}

        Each mark costs one look into the index, however many have it."""
        found = defaultdict(list)
        cursor = Transaction().connection.cursor()
        if backend.name == 'postgresql':
            # the same, in words that are the same for all marks
            cursor.execute(
                _NEWEST.format(table=cls._table),
                [list(marks), similarity.COMMON])
            for mark, letter in cursor:
                found[mark].append(letter)
            return found
        for part in grouped_slice(list(marks), 100):
            queries = []
            for mark in part:
                table = cls.__table__()
                newest = table.select(
                    table.mark, table.letter, where=table.mark == mark,
                    order_by=[table.mark.desc, table.letter.desc],
                    limit=similarity.COMMON)
                queries.append(newest.select(newest.mark, newest.letter))
            query = Union(*queries, all_=True) if queries[1:] else queries[0]
            cursor.execute(*query)
            for mark, letter in cursor:
                found[mark].append(letter)
        return found
