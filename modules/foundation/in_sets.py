# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Models whose rows are written in sets, from values in hand.

`insert` and `update` send one statement a table (COPY on PostgreSQL from a
dozen rows on), read nothing back and call no hook: not create, not write, not
validate, not on_modification.  Whoever writes a model so has to do what these
would have done, and says it in `_covered`; a test fails where a module adds a
hook that is not named there (see agencies.tests.tools.check_covered).

What fields ask of their values is asked here: required, selection, size,
digits, domains; those that need other records ask for all of them together.
"""
from itertools import chain

from sql import Column, Table
from sql.functions import CurrentTimestamp
from trytond import backend
from trytond.model import ModelSQL, fields
from trytond.pool import Pool
from trytond.tools import grouped_slice
from trytond.transaction import Transaction

from .acting import as_server
from .guards.stored import file_fields
from .row_checks import RowChecks

# From so many rows on one copies
MANY = 12
_OWN = frozenset([
    'id', 'create_uid', 'create_date', 'write_uid', 'write_date'])
# They guard the ids of files, and the files
_OF_FILES = frozenset([
        'foundation.guards.stored', 'foundation.guards.removed'])
HOOKS = (
    'create', 'write', 'delete', 'validate', 'validate_fields', '_validate',
    'pre_validate', 'preprocess_values', 'check_modification',
    'on_modification', 'on_write', 'on_delete', 'compute_fields')
_UPDATE = (
    'UPDATE "{table}" AS old SET write_uid = %s, '
    'write_date = CURRENT_TIMESTAMP, {settings} FROM (VALUES {lines}) '
    'AS new ("id", {columns}) WHERE old.id = new.id')


class InSetsMixin(ModelSQL):
    __slots__ = ()
    # {hook of a module: by what it is covered where the model is written so}
    _covered = {}
    # the same of hooks that stand in front of every model; modules add to it
    covered_everywhere = {
        'foundation.guards.configuration.ConfigurationGuard.check_modification':
            "it looks at what clients change",
        'foundation.locked.LockedMixin.check_modification':
            "the plan says who may take a step, and in which state",
        'foundation.locked.LockedMixin.create':
            "it looks at what clients say",
        'foundation.listed.ListedMixin._validate':
            "it reads ahead of what is validated",
        }

    @classmethod
    def stored_fields(cls):
        "Return the names of the columns that have a value of their own"
        names = cls.__dict__.get('_stored_names')
        if names is None:
            names = cls._stored_names = tuple(
                name for name, field in cls._fields.items()
                if name not in _OWN and field.sql_type() and (
                    not hasattr(field, 'set')
                    or isinstance(field, fields.Binary)
                    and not field.file_id))
        return names

    @classmethod
    def hooks(cls):
        "Return the hooks of modules, as module.file.Class.hook"
        found = set()
        for klass in cls.__mro__:
            path = klass.__module__.removeprefix('trytond.modules.')
            if path == klass.__module__ or klass is InSetsMixin:
                continue
            if path in _OF_FILES and not file_fields(cls):
                continue
            found.update(
                f'{path}.{klass.__qualname__}.{hook}' for hook in HOOKS
                if hook in vars(klass))
        return found - InSetsMixin.covered_everywhere.keys()

    # Inserting

    @classmethod
    def next_ids(cls, count):
        "Return so many ids that no other record gets"
        transaction = Transaction()
        if not count:
            return []
        if backend.name != 'postgresql':
            return cls._count_on(count)
        cursor = transaction.connection.cursor()
        # Tryton's own nextid() looks for the sequence for each id
        cursor.execute(
            'SELECT nextval(known.name) FROM ('
            'SELECT pg_get_serial_sequence(%s, %s)::regclass AS name OFFSET 0'
            ') AS known CROSS JOIN generate_series(1, %s)',
            [f'"{cls._table}"', 'id', count])
        return [id_ for id_, in cursor]

    @classmethod
    def _count_on(cls, count):
        "On SQLite there is one writer at a time: he counts himself"
        transaction = Transaction()
        taken = transaction.__dict__.setdefault('_ids_in_sets', {})
        cursor = transaction.connection.cursor()
        sequence = Table('sqlite_sequence')
        cursor.execute(*sequence.select(
                sequence.seq, where=sequence.name == cls._table))
        row = cursor.fetchone()
        last = max(row[0] if row else 0, taken.get(cls._table, 0))
        taken[cls._table] = last + count
        return list(range(last + 1, last + count + 1))

    @classmethod
    def insert(cls, rows, check=True):
        """Write new rows and return their ids.

        rows -- dictionaries of values by field name, records as ids, with or
            without an id of next_ids
        check -- ask what the fields ask of their values

        Raises what Tryton raises for values that do not hold.
        """
        if not rows:
            return []
        rows = [dict(row) for row in rows]
        lacking = [row for row in rows if not row.get('id')]
        for row, id_ in zip(
                lacking, cls.next_ids(len(lacking)), strict=True):
            row['id'] = id_
        cls._complete(rows)
        if check:
            RowChecks.of(cls).check(rows)
        names = [
            n for n in cls.stored_fields()
            if any(row.get(n) is not None for row in rows)]
        formats = cls._formats()
        lines = [
            [row['id'], *(formats[n](row.get(n)) for n in names)]
            for row in rows]
        try:
            cls._put(['id', *names], lines)
        except (
                backend.DatabaseIntegrityError,
                backend.DatabaseDataError) as error:
            cls._explain(error, rows, names)
            raise
        cls._inserted([row['id'] for row in rows])
        return [row['id'] for row in rows]

    @classmethod
    def _complete(cls, rows):
        "Fill in the defaults of what the rows do not say"
        known = set().union(*rows)
        names = [
            n for n in cls.stored_fields()
            if n not in known or any(n not in row for row in rows)]
        defaults = cls._clean_defaults(
            cls.default_get(names, with_rec_name=False))
        for row in rows:
            for name, value in defaults.items():
                if name not in row:
                    row[name] = value

    @classmethod
    def _put(cls, names, lines):
        transaction = Transaction()
        cursor = transaction.connection.cursor()
        table = cls.__table__()
        if backend.name == 'postgresql' and len(lines) >= MANY:
            columns = ', '.join(
                f'"{n}"' for n in [*names, 'create_uid', 'create_date'])
            # as CurrentTimestamp: the moment of the transaction
            cursor.execute('SELECT CURRENT_TIMESTAMP::timestamp')
            moment, = cursor.fetchone()
            copy = f'COPY "{cls._table}" ({columns}) FROM STDIN'
            with cursor.copy(copy) as copying:
                for line in lines:
                    copying.write_row([*line, transaction.user, moment])
            return
        columns = [Column(table, n) for n in names]
        columns += [table.create_uid, table.create_date]
        size = max(1, backend.MAX_QUERY_PARAMS // (len(columns) + 1))
        for part in grouped_slice(lines, size):
            cursor.execute(*table.insert(columns, [
                        [*line, transaction.user, CurrentTimestamp()]
                        for line in part]))

    @classmethod
    def _inserted(cls, ids):
        "Let the transaction know of new records"
        transaction = Transaction()
        transaction.counter += 1
        transaction.create_records[cls.__name__].extend(ids)
        count = cls._count_cache.get(cls.__name__)
        if count is not None:
            cls._count_cache.set(cls.__name__, count + len(ids))
        cls._trigger(ids, 'create')

    @classmethod
    @as_server("triggers are the site's, not of who writes")
    def _trigger(cls, ids, mode):
        Trigger = Pool().get('ir.trigger')
        for trigger in Trigger.get_triggers(cls.__name__, mode):
            trigger.queue_trigger_action(cls.browse(ids))

    # Updating

    @classmethod
    def update(cls, rows, known=None):
        """Write values of rows that exist

        rows -- dictionaries with the id and what has changed
        known -- all values by id, to ask what the fields ask of them; None
            where nothing is asked
        """
        rows = [row for row in rows if len(row) > 1]
        if not rows:
            return
        # what a client has read must be what is there, and is looked at once:
        # after this it is another
        cls._ModelSQL__check_timestamp([row['id'] for row in rows])
        if known is not None:
            RowChecks.of(cls).check_changed(rows, known)
        groups = {}
        for row in rows:
            names = tuple(n for n in cls.stored_fields() if n in row)
            if not names:
                continue
            groups.setdefault(names, []).append(row)
        formats = cls._formats()
        for names, group in groups.items():
            lines = [
                [row['id'], *(formats[n](row[n]) for n in names)]
                for row in group]
            try:
                cls._change(names, lines)
            except (
                    backend.DatabaseIntegrityError,
                    backend.DatabaseDataError) as error:
                cls._explain(error, group, names)
                raise
        cls.forget_read([row['id'] for row in rows])
        cls._trigger_written([row['id'] for row in rows])

    @classmethod
    def _change(cls, names, lines):
        transaction = Transaction()
        cursor = transaction.connection.cursor()
        table = cls.__table__()
        if backend.name != 'postgresql' or len(lines) == 1:
            for id_, *values in lines:
                cursor.execute(*table.update(
                        [table.write_uid, table.write_date,
                            *(Column(table, n) for n in names)],
                        [transaction.user, CurrentTimestamp(), *values],
                        where=table.id == id_))
            return
        types = [cls._fields[n].sql_type().base for n in names]
        line = '(%s::INTEGER, ' + ', '.join(f'%s::{t}' for t in types) + ')'
        settings = ', '.join(f'"{n}" = new."{n}"' for n in names)
        columns = ', '.join(f'"{n}"' for n in names)
        size = max(1, backend.MAX_QUERY_PARAMS // (len(names) + 2))
        for part in grouped_slice(lines, size):
            part = list(part)
            cursor.execute(
                _UPDATE.format(
                    table=cls._table, settings=settings, columns=columns,
                    lines=', '.join([line] * len(part))),
                [transaction.user, *chain.from_iterable(part)])

    @classmethod
    def _trigger_written(cls, ids):
        Trigger = Pool().get('ir.trigger')
        if Trigger.get_triggers(cls.__name__, 'write'):
            cls._trigger(ids, 'write')

    @classmethod
    def forget_read(cls, ids):
        "Let what was read of records be read anew"
        transaction = Transaction()
        transaction.counter += 1
        for cache in transaction.cache.values():
            if cls.__name__ in cache:
                for id_ in ids:
                    cache[cls.__name__].pop(id_, None)

    # Values

    @classmethod
    def _formats(cls):
        "Return {name: function of a value as the database takes it}"
        formats = cls.__dict__.get('_formats_of')
        if formats is None:
            formats = cls._formats_of = {
                n: _format(cls._fields[n]) for n in cls.stored_fields()}
        return formats

    @classmethod
    def _explain(cls, error, rows, names):
        "Raise what Tryton says of an error of the database"
        transaction = Transaction()
        kind = (
            'integrity' if isinstance(error, backend.DatabaseIntegrityError)
            else 'data')
        explain = getattr(cls, f'_ModelSQL__raise_{kind}_error')
        with transaction.new_transaction():
            for row in rows:
                explain(error, row, list(names), transaction=transaction)


def _format(field):
    "Return the function that makes of a value what its column takes"
    if isinstance(field, fields.Boolean | fields.Many2One | fields.Integer):
        return lambda value: value
    if isinstance(field, fields.Char | fields.Text) and (
            getattr(field, 'strip', None) is True):
        return lambda value: value.strip() if value else value
    if isinstance(field, fields.Binary):
        return lambda value: value and bytes(value)
    return field.sql_format
