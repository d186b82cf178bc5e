# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

from copy import copy

from sql import Column

from trytond.i18n import gettext
from trytond.model import ModelSingleton, ModelStorage, fields
from trytond.modules.agencies.text import UnreadableText, safe
from trytond.pool import Pool
from trytond.tools import grouped_slice
from trytond.transaction import Transaction

from .exceptions import UnreadableError

# What the record itself says, not what happened to it
BATCH = 1000
_NEVER = {'id', 'create_uid', 'create_date', 'write_uid', 'write_date'}


def put_on_record(Model, *methods):
    "Let a client's call of methods that only look write an entry"
    for method in methods:
        if method in Model.__rpc__:
            rpc = copy(Model.__rpc__[method])
            rpc.readonly = False
            Model.__rpc__[method] = rpc


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

    @classmethod
    def __setup__(cls):
        super().__setup__()
        put_on_record(cls, 'export_data')

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
        Key = Pool().get('audit.key')
        result = {}
        secret = cls._audit_secret.intersection(names)
        table = cls.__table__()
        columns = [table.id, *(Column(table, name) for name in names)]
        cursor = Transaction().connection.cursor()
        for sub_ids in grouped_slice(list(ids), BATCH):
            # as it stands in the database: nothing is computed or checked
            cursor.execute(*table.select(
                    *columns, where=table.id.in_(list(sub_ids))))
            for id_, *row in cursor:
                values = dict(zip(names, row, strict=True))
                for name in secret:
                    if values[name] not in (None, ''):
                        values[name] = Key.hash(str(values[name]))
                for name in names:
                    if isinstance(
                            values[name], bytes | bytearray | memoryview):
                        values[name] = f'<{len(values[name])} bytes>'
                result[id_] = values
        return result

    @classmethod
    def create(cls, vlist):
        records = super().create(vlist)
        Entry = Pool().get('audit.entry')
        names = cls._audit_fields()
        values = cls._audit_read([r.id for r in records], names)
        Entry.append([{
                    'action': 'create',
                    'resource': record,
                    'changes': {
                        n: [None, values[record.id][n]] for n in names
                        if values[record.id][n] not in (None, '')},
                    } for record in records])
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
        before = cls._audit_read(ids, names) if names else {}
        super().write(records, values, *args)
        if not names:
            return
        after = cls._audit_read(ids, names)
        entries = []
        for id_ in ids:
            changes = {
                n: [before[id_][n], after[id_][n]] for n in names
                if before[id_][n] != after[id_][n]}
            if changes:
                entries.append({
                        'action': 'write',
                        'resource': f'{cls.__name__},{id_}',
                        'changes': changes,
                        })
        Entry.append(entries)

    @classmethod
    def delete(cls, records):
        Entry = Pool().get('audit.entry')
        names = cls._audit_fields()
        values = cls._audit_read([r.id for r in records], names)
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
