# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The words of records, kept by the database itself.

Whoever writes a row, also in sets and by COPY, need not know of them: on
PostgreSQL they are a generated column (a tsvector of folded words), on SQLite
a table of FTS5 that triggers follow.  docs/search.md says what is in them.
"""
from dataclasses import replace

from sql import Column, Literal, Table
from sql.functions import Function
from sql.operators import And, BinaryOperator, Concat, Like, Or

from trytond import backend
from trytond.transaction import Transaction

COLUMN = 'search_words'
_CONFIGURATION = 'donthu_words'
# Words are what stands between these: PostgreSQL would take 12/QĐ-UBND for
# the name of a file, and 1,5 for one number
_APART = "/-.@:_'&,+"
# No tsvector holds more than a megabyte
_LONGEST = 100_000


class Matches(BinaryOperator):
    __slots__ = ()
    _operator = '@@'


class FullTextMatch(BinaryOperator):
    __slots__ = ()
    _operator = 'MATCH'


class ToTsquery(Function):
    __slots__ = ()
    _function = 'to_tsquery'


def install(Model, names):
    """Let the database keep the words of columns of a model

    Called by __register__, again and again: what is right already stays."""
    cursor = Transaction().connection.cursor()
    if backend.name == 'postgresql':
        _install_configuration(cursor)
        text = " || ' ' || ".join(f"coalesce({name}, '')" for name in names)
        _install_column(
            cursor, Model._table, ', '.join(names),
            f"to_tsvector('{_CONFIGURATION}', translate("
            f"left({text}, {_LONGEST}), {_quoted(_APART)}, "
            f"'{' ' * len(_APART)}'))")
    else:
        _install_sqlite(cursor, Model._table, names)


def install_names(Identity):
    "The same of the names of persons, which are folded already"
    if backend.name == 'postgresql':
        _install_column(
            Transaction().connection.cursor(), Identity._table, 'name_fold',
            "to_tsvector('simple', coalesce(name_fold, ''))")


def _quoted(text):
    return "'" + text.replace("'", "''") + "'"


def _install_configuration(cursor):
    "Make the words: without accents, else as they are"
    cursor.execute(
        'SELECT 1 FROM pg_ts_config WHERE cfgname = %s', [_CONFIGURATION])
    if cursor.fetchone():
        return
    # who owns a database may create it: it is a trusted extension
    cursor.execute('CREATE EXTENSION IF NOT EXISTS unaccent')
    cursor.execute(
        f'CREATE TEXT SEARCH CONFIGURATION {_CONFIGURATION} (COPY = simple)')
    cursor.execute(
        f'ALTER TEXT SEARCH CONFIGURATION {_CONFIGURATION} ALTER MAPPING FOR '
        'asciiword, word, numword, asciihword, hword, numhword, '
        'hword_asciipart, hword_part, hword_numpart WITH unaccent, simple')


def _install_column(cursor, table, holds, expression):
    "holds -- what the column is made of: it is made anew when that changes"
    note = f'donthu: {holds}'
    cursor.execute(
        'SELECT col_description(attrelid, attnum) FROM pg_attribute '
        'WHERE attrelid = to_regclass(%s) AND attname = %s '
        'AND NOT attisdropped', [f'"{table}"', COLUMN])
    found = cursor.fetchone()
    if found == (note,):
        return
    if found:
        cursor.execute(f'ALTER TABLE "{table}" DROP COLUMN {COLUMN}')
    cursor.execute(
        f'ALTER TABLE "{table}" ADD COLUMN {COLUMN} tsvector '
        f'GENERATED ALWAYS AS ({expression}) STORED')
    cursor.execute(
        f'COMMENT ON COLUMN "{table}".{COLUMN} IS {_quoted(note)}')
    # not idx_…: those trytond drops that it has not made
    cursor.execute(
        f'CREATE INDEX "{table}_{COLUMN}" ON "{table}" USING gin ({COLUMN})')


def _install_sqlite(cursor, table, names):
    words = f'{table}_words'
    columns = ', '.join(names)
    cursor.execute(
        'SELECT sql FROM sqlite_master WHERE name = ?', [words])
    found = cursor.fetchone()
    create = (
        f'CREATE VIRTUAL TABLE "{words}" USING fts5({columns}, '
        'tokenize = "unicode61 remove_diacritics 2")')
    if not found or found[0] != create:
        cursor.execute(f'DROP TABLE IF EXISTS "{words}"')
        cursor.execute(create)
        cursor.execute(' '.join([
                    f'INSERT INTO "{words}" (rowid, {columns}) SELECT id,',
                    _undashed('', names), f'FROM "{table}"']))
    insert = ' '.join([
            'INSERT', f'INTO "{words}" (rowid, {columns})',
            f'VALUES (new.id, {_undashed("new.", names)});'])
    delete = ' '.join(['DELETE', f'FROM "{words}" WHERE rowid = old.id;'])
    # a table that was changed has been made anew, without its triggers
    for name, event, actions in [
            ('insert', 'INSERT', insert),
            ('update', f'UPDATE OF {columns}', delete + insert),
            ('delete', 'DELETE', delete)]:
        cursor.execute(f'DROP TRIGGER IF EXISTS "{words}_{name}"')
        cursor.execute(
            f'CREATE TRIGGER "{words}_{name}" AFTER {event} ON "{table}" '
            f'BEGIN {actions} END')


def _undashed(prefix, names):
    "The dash of đ is no accent for SQLite"
    return ', '.join(
        f"replace(replace({prefix}{name}, 'đ', 'd'), 'Đ', 'D')"
        for name in names)


def found(Model, id_, query):
    """Return the condition that a record has the words of a Query

    id_ -- the column with the id of the record, in its own table"""
    if backend.name == 'postgresql':
        return _matches(Column(id_.table, COLUMN), query)
    words = Table(f'{Model._table}_words')
    return id_.in_(words.select(
            Column(words, 'rowid'), where=FullTextMatch(
                Column(words, f'{Model._table}_words'), query.match())))


def found_name(identity, query):
    "Return the condition that an identity has the words in its name"
    if backend.name == 'postgresql':
        return _matches(Column(identity, COLUMN), query)
    text = Concat(Concat(Literal(' '), identity.name_fold), Literal(' '))
    return Or([
            And([Like(text, pattern) for pattern in patterns])
            for patterns in query.likes()])


def at_most(Model, query):
    """Return how many records have the words of a Query at most

    As PostgreSQL estimates of the rarest of them, from how often each word
    is in a sample of the rows: words that go together are no rarer than
    each.  On SQLite, which nobody fills with a country, 0."""
    if backend.name != 'postgresql':
        return 0
    table = Model.__table__()
    cursor = Transaction().connection.cursor()
    estimates = []
    for place, words in enumerate(query.groups):
        one = replace(
            query, groups=(words,), phrase=False,
            prefix=query.prefix and place == len(query.groups) - 1)
        statement, parameters = table.select(
            Literal(1), where=_matches(Column(table, COLUMN), one))
        cursor.execute(f'EXPLAIN (FORMAT JSON) {statement}', parameters)
        (plan,), = cursor.fetchone()
        estimates.append(plan['Plan']['Plan Rows'])
    return min(estimates)


def _matches(column, query):
    return Matches(column, ToTsquery('simple', query.tsquery()))
