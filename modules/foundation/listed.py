# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a list costs: each thing once for all its lines.

A record that is asked for one column loads all of them, the whole content of
each letter among them, and the word of a selection is looked up anew for each
line.  Getters of what lists show ask here instead.
"""
from sql import Column
from trytond.model.exceptions import AccessError
from trytond.model.fields import SQL_OPERATORS
from trytond.transaction import Transaction

from . import beyond
from .guards.stored import is_client


def stored(Model, ids, *names):
    """Return {id: (value, …)} of columns of records, with one SELECT at most

    Without access: for getters, whose records were read as the client.  A
    Many2One comes as an id, a Reference as text.  What the transaction has
    read already is not asked for again; what is not there is left out."""
    ids = list(dict.fromkeys(ids))
    cache = Transaction().get_cache()[Model.__name__]
    result, missing = {}, []
    for id_ in ids:
        row = cache[id_] if id_ in cache else {}
        if all(name in row for name in names):
            result[id_] = tuple(row[name] for name in names)
        else:
            missing.append(id_)
    if missing:
        table = Model.__table__()
        cursor = Transaction().connection.cursor()
        cursor.execute(*table.select(
                table.id, *(Column(table, name) for name in names),
                where=SQL_OPERATORS['in'](table.id, missing)))
        result.update((id_, tuple(row)) for id_, *row in cursor)
    return result


def read_late(Model, *names):
    """Let long texts be read where they are asked for, not with the rest

    Called in __setup__.  Lists and forms of the clients say themselves what
    they read."""
    for name in names:
        getattr(Model, name).loading = 'lazy'
    Model._late = tuple(dict.fromkeys([*getattr(Model, '_late', ()), *names]))


def words(Model, name):
    "Return {value: word} of a selection, as the user reads it"
    selection = Model.fields_get([name])[name]['selection']
    if isinstance(selection, str):
        selection = getattr(Model, selection)()
    return dict(selection)


class ListedMixin:
    """In front of every model that a client lists

    What a model says of itself has no value here, which would hide it:
    _getter_columns -- {getter: the columns it asks stored() for}: they come
        with the others
    _ids_first -- its lists are long, and no class takes rows away from what
        was found, as those that belong to a resource do"""
    __slots__ = ()

    @classmethod
    def search(
            cls, domain, offset=0, limit=None, order=None, count=False,
            **kwargs):
        if (not getattr(cls, '_ids_first', False) or count
                or kwargs.get('query') or not is_client()):
            return super().search(
                domain, offset=offset, limit=limit, order=order, count=count,
                **kwargs)
        # A client wants to know which ones, and reads then what it shows
        cursor = Transaction().connection.cursor()
        cursor.execute(*super().search(
                domain, offset=offset, limit=limit, order=order, query=True))
        return cls.browse([id_ for id_, *_ in cursor])

    @classmethod
    def _validate(cls, records, field_names=None):
        late = [
            name for name in getattr(cls, '_late', ())
            if field_names is None or name in field_names]
        if late[1:]:
            # all are looked at: one statement for them, not one for each
            cache = Transaction().get_cache()[cls.__name__]
            for id_, values in stored(
                    cls, [r.id for r in records], *late).items():
                cache[id_]._update(**dict(zip(late, values, strict=True)))
        super()._validate(records, field_names=field_names)

    @classmethod
    def read(cls, ids, fields_names):
        named = {
            name: name.removesuffix(':string') for name in fields_names
            if name.endswith(':string')
            and _is_fixed(cls._fields.get(name.removesuffix(':string')))}
        asked = [name for name in fields_names if name not in named]
        added = {*named.values(), *cls._columns_for(asked)} - set(asked)
        if not named and not added:
            return cls._read_seen(ids, fields_names)
        rows = cls._read_seen(ids, [*asked, *added])
        for name, base in named.items():
            field, selection = cls._fields[base], words(cls, base)
            for row in rows:
                row[name] = field.get_selection_string(selection, row[base])
        for row in rows:
            for name in added:
                del row[name]
        return rows

    @classmethod
    def _read_seen(cls, ids, names):
        "Read records; of links to what may not be read say no more than that"
        try:
            return super().read(ids, names)
        except AccessError:
            links = beyond.links(cls, names)
            if not links:
                raise
        rows = super().read(ids, beyond.without(names, links))
        for link in links:
            beyond.add_names(cls, rows, link)
            if link not in names:
                for row in rows:
                    del row[link]
        return rows

    @classmethod
    def _columns_for(cls, names):
        "Return the columns that the getters of fields ask for"
        columns = getattr(cls, '_getter_columns', None)
        if not columns:
            return set()
        return {
            column for name in names
            for column in columns.get(
                getattr(cls._fields.get(name), 'getter', None), ())}


def _is_fixed(field):
    "Tell if a field is a selection that is the same for all records"
    return (field is not None and field._type == 'selection'
        and not isinstance(field.selection, str))
