# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from sql import Column
from trytond.i18n import gettext
from trytond.model import ModelSingleton, ModelStorage, fields
from trytond.modules.foundation.text import UnreadableText, safe
from trytond.pool import Pool
from trytond.tools import grouped_slice
from trytond.transaction import Transaction

from .collected import Collected
from .exceptions import UnreadableError

# What the record itself says, not what happened to it
BATCH = 1000
_NEVER = {'id', 'create_uid', 'create_date', 'write_uid', 'write_date'}


def readable(Model, name, text):
    "Return a text as it can be kept; raise UnreadableError"
    try:
        return safe(text)
    except UnreadableText as error:
        code, place = error.args
        raise UnreadableError(gettext(
                'audit.msg_unreadable', field=Model.__names__(name)['field'],
                code=code, place=place)) from None


class AuditedMixin(ModelStorage):
    """A model of which everything that happens is on record.

    Creations, changes, deletions and transitions are appended to audit.entry
    in the same transaction.  `_audit_secret` names the fields of which only a
    keyed hash is kept, `_audit_skip` those that follow from others.  It takes
    the place of ir.model.log, so that nothing is written twice.
    """
    __slots__ = ()
    _audit_secret = frozenset()
    _audit_skip = frozenset()
    # not that of a model of which only what people change is on record
    _audit_made = True

    @classmethod
    def preprocess_values(cls, mode, values):
        values = super().preprocess_values(mode, values)
        for name, value in values.items():
            if isinstance(value, str) and isinstance(
                    cls._fields.get(name), fields.Char | fields.Text):
                values[name] = readable(cls, name, value)
        return values

    @classmethod
    def _audit_fields(cls):
        "Return the names of the stored fields that are on record"
        names = cls.__dict__.get('_audit_names')
        if names is None:
            names = [
                name for name, field in cls._fields.items()
                if field.sql_type()
                and not isinstance(field, fields.Function)
                and name not in _NEVER and name not in cls._audit_skip]
            # asked for at each change, and always the same
            cls._audit_names = names
        return names

    @classmethod
    def _audit_read(cls, ids, names):
        "Return the values of the records by id"
        result = {}
        table = cls.__table__()
        columns = [table.id, *(Column(table, name) for name in names)]
        cursor = Transaction().connection.cursor()
        for sub_ids in grouped_slice(list(ids), BATCH):
            # as it stands in the database: nothing is computed or checked
            cursor.execute(*table.select(
                    *columns, where=table.id.in_(list(sub_ids))))
            for id_, *row in cursor:
                result[id_] = {
                    name: cls._audit_value(name, value)
                    for name, value in zip(names, row, strict=True)}
        return result

    @classmethod
    def audit_values(cls, rows, action=None, summary=None):
        """Return what Entry.append() takes, for rows that are in hand

        For whoever writes rows without create(), write() or delete().

        rows -- triples of an id, the values before and the values after:
            dictionaries of fields, the former None where the row is new, the
            latter None where it is removed.  What only the server follows
            (`_audit_skip`) and what has not changed is left out; of what is
            secret only a hash is kept.
        action, summary -- of the entries; by default what was done
        """
        names = set(cls._audit_fields())
        result = []
        for id_, before, after in rows:
            old = cls._audit_plain(before or {}, names)
            new = cls._audit_plain(after or {}, names)
            touched = old if after is None else new
            changes = {
                name: [old.get(name), new.get(name)] for name in touched
                if not (old.get(name) == new.get(name)
                    or old.get(name) in (None, '')
                    and new.get(name) in (None, ''))}
            done = action or (
                'create' if before is None
                else 'delete' if after is None else 'write')
            if changes or done != 'write':
                result.append({
                        'action': done,
                        'resource': f'{cls.__name__},{id_}',
                        'summary': summary,
                        'changes': changes,
                        })
        return result

    @classmethod
    def _audit_plain(cls, values, names):
        "Return values as they are on record"
        result = {}
        for name in names.intersection(values):
            value = values[name]
            if value is not None and not isinstance(value, str | bytes):
                value = cls._fields[name].sql_format(value)
            result[name] = cls._audit_value(name, value)
        return result

    @classmethod
    def _audit_value(cls, name, value):
        "Return a value of the database as it is on record"
        if name in cls._audit_secret and value not in (None, ''):
            return Pool().get('audit.key').hash(str(value))
        if isinstance(value, bytes | bytearray | memoryview):
            return f'<{len(value)} bytes>'
        return value

    @classmethod
    def _audit_follows(cls, ids):
        """Return which fields of records do not say what follows from others

        Of `_audit_skip`: {id: [names]}; for rows.verify_rows()."""
        return {}

    @classmethod
    def create(cls, vlist):
        records = super().create(vlist)
        Pool().get('audit.entry').append_changes(
            cls, 'create', {r.id: None for r in records},
            cls._audit_fields())
        return records

    @classmethod
    def write(cls, records, values, *args):
        Entry = Pool().get('audit.entry')
        actions = iter((records, values, *args))
        written = [
            (r, v) for r, v in zip(actions, actions, strict=True)]
        known = set(cls._audit_fields())
        names = sorted(known.intersection(*[
                    set().union(*(v.keys() for _, v in written))]))
        ids = list(dict.fromkeys(r.id for rs, _ in written for r in rs))
        if issubclass(cls, ModelSingleton):
            # whatever a client calls it, there is one
            single = cls.get_singleton()
            ids = [single.id] if single else []
        if not names:
            super().write(records, values, *args)
            return
        before = cls._audit_before(ids, names)
        with Entry.append_changes(
                cls, 'write', {id_: before.get(id_) for id_ in ids}, names):
            super().write(records, values, *args)

    @classmethod
    def _audit_before(cls, ids, names):
        """Return the values of records that are going to change, by id

        It is what earlier changes in the transaction have led to."""
        collected = Collected.current()
        names = {*names, *collected.missing(cls.__name__, ids)}
        values = cls._audit_read(ids, sorted(names))
        collected.learn(cls.__name__, values)
        return values

    @classmethod
    def delete(cls, records):
        Entry = Pool().get('audit.entry')
        names = cls._audit_fields()
        values = cls._audit_before([r.id for r in records], names)
        entries = [{
                'action': 'delete',
                'resource': str(record),
                'changes': {
                    n: [values[record.id][n], None] for n in names
                    if values[record.id][n] not in (None, '')},
                } for record in records]
        super().delete(records)
        Entry.append(entries)

    @classmethod
    def export_data(cls, records, fields_names, header=False):
        result = super().export_data(records, fields_names, header=header)
        Pool().get('audit.entry').append([{
                    'action': 'export',
                    'resource': record,
                    'summary': ', '.join(fields_names),
                    } for record in records])
        return result

    @classmethod
    def log(cls, records, event, target=None, user=None, **extra):
        # Changes and deletions are on record with their values already;
        # what a workflow did has a name of its own.
        if event in {'transition', 'button', 'wizard'}:
            Pool().get('audit.entry').append([{
                        'action': 'transition',
                        'resource': record,
                        'summary': target,
                        } for record in records if event == 'transition'])
