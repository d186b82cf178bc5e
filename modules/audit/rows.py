# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Are the records what was last put on record of them?

The seals prove what the entries say; this proves that the tables say the same.
Whoever changes a date, a state or a role by SQL, removes a letter or slips one
in, leaves a record that differs from its entries.

Read in sets along the key of each table and of the entries: the memory does
not grow with them.
"""
import json
from decimal import Decimal, InvalidOperation

from sql import Cast, Literal, Null
from sql.aggregate import Min
from sql.functions import Function
from trytond.modules.foundation.acting import as_server
from trytond.pool import Pool
from trytond.tools import grouped_slice
from trytond.transaction import Transaction

from .audited import AuditedMixin
from .proven import ProvenMixin
from .verification import Flaw

BATCH = 1000
# What says something of the values of a record
_TELLING = ['create', 'write', 'transition', 'delete']


class _SplitPart(Function):
    __slots__ = ()
    _function = 'split_part'


def audited_models():
    "Return the models of which everything is on record, by name"
    return [
        Model for _, Model in Pool().iterobject()
        if issubclass(Model, AuditedMixin) and not Model._is_table_query()]


def fold(entries):
    """Return the last values on record of a record

    entries -- pairs (action, changes as JSON), in their order

    A pair: if its creation is on record, and {field: value}."""
    made, values = False, {}
    for action, changes in entries:
        if action == 'create':
            # an id that is used again begins anew
            made, values = True, {}
        for name, (_, value) in json.loads(changes or '{}').items():
            values[name] = value
    return made, values


def same(recorded, stored):
    """Tell if a value on record is that of the table

    >>> same('2026-08-03', '2026-08-03') and same(None, '') and same(1, True)
    True
    >>> same('1.50', '1.5') and same(0.1, '0.10')
    True
    >>> same(None, False) or same('1', '2') or same('1a', '1')
    False
    """
    if recorded == stored:
        return True
    empty = (None, '')
    if recorded in empty or stored in empty:
        return recorded in empty and stored in empty
    try:
        return Decimal(str(recorded)) == Decimal(str(stored))
    except InvalidOperation:
        return False


def verify_rows(progress=None):
    """Yield a verification.Flaw for what is not as it is on record.

    progress -- called with the number of records, as they are read
    """
    models = audited_models()
    first = _first_recorded()
    for Model in models:
        yield from _check_model(Model, first.get(Model.__name__), progress)
    for name, Model in Pool().iterobject():
        if issubclass(Model, ProvenMixin):
            for id_ in Model.unproven(progress):
                told = ', '.join(
                    n for n in Model._proven if n.endswith(('_on', 'state')))
                yield Flaw('row_changed', 0, f'{name},{id_}: {told}')
    yield from _check_removed({Model.__name__: Model for Model in models})


@as_server("all that was there before is put on record")
def take_up():
    """Put on record what was there before Donthu put its model on record.

    What comes with a module is loaded before the modules above it; from here
    on it is compared like everything else.  A record that is newer than the
    first one on record is left alone: it is a flaw.

    Returns how many there were."""
    Entry = Pool().get('audit.entry')
    first = _first_recorded()
    count = 0
    for Model in audited_models():
        if not Model._audit_made:
            continue
        names, last = Model._audit_fields(), None
        before = first.get(Model.__name__)
        while ids := _next_ids(Model, last, before):
            last = ids[-1]
            values = Model._audit_read(ids, names)
            Entry.append([{
                        'action': 'create',
                        'resource': f'{Model.__name__},{id_}',
                        'summary': "donthu init",
                        'changes': {
                            name: [None, value]
                            for name, value in values[id_].items()
                            if value not in (None, '')},
                        } for id_ in ids])
            count += len(ids)
    return count


def _check_model(Model, first, progress):
    names = Model._audit_fields()
    last = None
    while ids := _next_ids(Model, last):
        last = ids[-1]
        stored = Model._audit_read(ids, names)
        recorded = _recorded(Model.__name__, ids)
        follows = Model._audit_follows(ids)
        for id_ in ids:
            made, values = fold(recorded.get(id_, ()))
            record = f'{Model.__name__},{id_}'
            if (Model._audit_made and not made
                    and first is not None and id_ > first):
                yield Flaw('row_inserted', 0, record)
                continue
            wrong = [
                name for name in names
                if (made or name in values) and not same(
                    values.get(name), _plain(stored[id_][name]))]
            wrong += follows.get(id_, [])
            if wrong:
                yield Flaw('row_changed', 0, f"{record}: {', '.join(wrong)}")
        if progress:
            progress(len(ids))


def _plain(value):
    "Return a value of the database as it comes back from JSON"
    if value is None or isinstance(value, str | int | float):
        return value
    return json.loads(json.dumps(value, default=str))


def _next_ids(Model, last, before=None):
    table = Model.__table__()
    where = Literal(True)
    if last is not None:
        where &= table.id > last
    if before is not None:
        where &= table.id < before
    cursor = Transaction().connection.cursor()
    cursor.execute(*table.select(
            table.id, where=where, order_by=[table.id.asc], limit=BATCH))
    return [id_ for id_, in cursor.fetchall()]


def _first_recorded():
    """Return by model the lowest id of which the creation is on record

    What is older was there before Donthu put it on record."""
    entry = Pool().get('audit.entry').__table__()
    # the parts first: they are grouped by
    made = entry.select(
        _SplitPart(entry.resource, ',', 1).as_('model'),
        Cast(_SplitPart(entry.resource, ',', 2), 'INTEGER').as_('record'),
        where=(entry.action == 'create') & (entry.resource != Null))
    cursor = Transaction().connection.cursor()
    cursor.execute(*made.select(
            made.model, Min(made.record), group_by=[made.model]))
    return dict(cursor.fetchall())


def _recorded(model, ids):
    "Return the entries that tell of records, {id: [(action, changes)]}"
    entry = Pool().get('audit.entry').__table__()
    cursor = Transaction().connection.cursor()
    cursor.execute(*entry.select(
            entry.resource, entry.action, entry.changes,
            where=entry.resource.in_([f'{model},{id_}' for id_ in ids])
            & entry.action.in_(_TELLING),
            order_by=[entry.id.asc]))
    result = {}
    for resource, action, changes in cursor.fetchall():
        result.setdefault(
            int(resource.partition(',')[2]), []).append((action, changes))
    return result


def _check_removed(models):
    """Yield the records of which only the creation is on record

    What belonged to a matter may have gone with it: that is on record."""
    entry = Pool().get('audit.entry').__table__()
    cursor = Transaction().connection.cursor()
    last = 0
    while True:
        cursor.execute(*entry.select(
                entry.id, entry.resource, entry.about,
                where=(entry.id > last) & (entry.action == 'create'),
                order_by=[entry.id.asc], limit=BATCH * 5))
        rows = cursor.fetchall()
        if not rows:
            return
        last = rows[-1][0]
        by_model, matters = {}, {}
        for _, resource, about in rows:
            model, _, id_ = (resource or '').partition(',')
            if model in models:
                by_model.setdefault(model, set()).add(int(id_))
                matters[model, int(id_)] = about
        for model, ids in by_model.items():
            missing = ids - _existing(models[model], ids)
            missing -= _deleted(model, missing)
            gone = _deleted_matters({matters[model, id_] for id_ in missing})
            for id_ in sorted(missing):
                if matters[model, id_] not in gone:
                    yield Flaw('row_removed', 0, f'{model},{id_}')


def _deleted_matters(abouts):
    "Return which of some references are to what was deleted, on record"
    by_model = {}
    for about in abouts:
        model, _, id_ = (about or '').partition(',')
        if id_:
            by_model.setdefault(model, set()).add(int(id_))
    return {
        f'{model},{id_}' for model, ids in by_model.items()
        for id_ in _deleted(model, ids)}


def _existing(Model, ids):
    table = Model.__table__()
    cursor = Transaction().connection.cursor()
    result = set()
    for sub_ids in grouped_slice(sorted(ids), BATCH):
        cursor.execute(*table.select(
                table.id, where=table.id.in_(list(sub_ids))))
        result.update(id_ for id_, in cursor.fetchall())
    return result


def _deleted(model, ids):
    "Return the ids of records that were deleted last, as it is on record"
    result = set()
    for sub_ids in grouped_slice(sorted(ids), BATCH):
        result.update(
            id_ for id_, entries in _recorded(model, list(sub_ids)).items()
            if entries[-1][0] == 'delete')
    return result
