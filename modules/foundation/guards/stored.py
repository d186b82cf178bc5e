# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The same access for exports, copies and searches as for what is read.

* An export reads without access, and tests the rules in Python, where a rule
  on a related record ("the agency of the letter") always holds.  Here what is
  exported is read as the client first, step by step along each path.
* A CSV can be had of every model by its name, also of those that have no
  methods for clients (sessions).  Here only of those that have.
* A copy reads the original without access, also by a command inside of other
  values; the copy is the client's own.  Here who copies must read.
* The domain inside of a `where` is not checked.  Here it is.
* The id of a file comes with the values of a record.  Here only the server
  says which file a record shows; what it shows is what was given to it.
* The clients ask for attachments that have a file, `file_id != null`, when
  somebody writes a mail (sao 8.0, win_email).  That there is one is answered,
  of what is searched alone; which one it is stays unanswered on any path.
"""
from collections import defaultdict

from sql import Column, Null
from trytond.i18n import gettext
from trytond.model import ModelSQL, ModelStorage, ModelView
from trytond.model.exceptions import AccessError
from trytond.model.modelstorage import is_leaf
from trytond.modules.foundation.text import safe_cell
from trytond.pool import Pool
from trytond.transaction import Transaction

from ..acting import as_server
from .credentials import COPIED, base_name, credentials, file_fields
from .limits import check_texts
from .paths import guarded_domain, guarded_order

_RELATIONS = frozenset(
    ['many2one', 'one2one', 'one2many', 'many2many', 'reference'])


def is_client():
    "Tell if what is done now is what a client has asked for"
    transaction = Transaction()
    return bool(transaction.user and transaction.check_access)


def nested_domains(domain, Model):
    "Yield (model, domain) of each where in a domain on Model, at any depth"
    if is_leaf(domain):
        if not domain[1].endswith('where'):
            return
        Target = _target(Model, domain)
        yield Target, domain[2]
        yield from nested_domains(domain[2], Target)
    elif isinstance(domain, (list, tuple)):
        for part in domain:
            yield from nested_domains(part, Model)


def _target(Model, leaf):
    "Return the model at the end of the path of a clause"
    models = list(leaf[3:])
    for name in leaf[0].split('.'):
        field = Model._fields[name]
        if field._type == 'reference':
            Model = Pool().get(models.pop(0))
        else:
            Model = field.get_target()
    return Model


def with_presence(domain, Model):
    """Return a domain in which the ids of files are asked for by the server

    Of Model's own files, and only whether there is one: each other clause
    stays as it is, for the access to the fields to refuse."""
    names = file_fields(Model)
    if not names or not isinstance(domain, (list, tuple)):
        return domain
    if not is_leaf(domain):
        return [with_presence(part, Model) for part in domain]
    name, operator, value, *rest = domain
    if (name not in names or operator not in {'=', '!='}
            or value is not None or rest):
        return domain
    table = Model.__table__()
    column = Column(table, name)
    return ['id', 'in' if operator == '!=' else 'not in', table.select(
            table.id, where=(column != Null) & (column != ''))]


def read_along(Model, records, paths):
    """Read records, and what paths lead to, as the client; keep what one sees

    A relation with one record that may not be read is refused, in one with
    many the others are left: as when they are read."""
    for parts in paths:
        if '.' in parts[0] and not parts[0].endswith('.translated'):
            raise ValueError(parts[0])
    # also where no record is: refused is refused
    Pool().get('ir.model.field.access').check(
        Model.__name__, [first for first, *_ in paths])
    further = defaultdict(list)
    for first, *rest in paths:
        name = base_name(first)
        if Model._fields[name]._type in _RELATIONS:
            further[name].append(rest)
    rows = {
        row['id']: row for row in Model.read(
            list({r.id for r in records}), ['id', *further])}
    for name, rest in further.items():
        field = Model._fields[name]
        targets = defaultdict(dict)
        if field._type != 'reference':
            targets[field.get_target().__name__] = {}
        for record in records:
            value = tuple(
                targets[Target.__name__].setdefault(id_, Target(id_))
                for Target, id_ in related(field, rows[record.id][name]))
            if not field._type.endswith('2many'):
                value = value[0] if value else None
            # not by the field, which would write itself into the targets
            if record._values is None:
                record._values = record._record()
            record._values[name] = value
        for target, found in targets.items():
            read_along(
                Pool().get(target), list(found.values()),
                [r for r in rest if r])


def related(field, value):
    "Return [(model, id)] of the value of a field, as clients read it"
    # the id of the server's own user is 0
    if field._type not in _RELATIONS or value is None or value == '':
        return []
    if field._type == 'reference':
        name, _, id_ = str(value).partition(',')
        # a reference may hold only a model
        return [(Pool().get(name), int(id_))] if id_.isdigit() else []
    if not field._type.endswith('2many'):
        value = [value]
    return [(field.get_target(), id_) for id_ in value]


class WriteGuard:
    """What stands in front of create and write

    But not of those of a table made by a query: Tryton knows by them that
    nobody writes there, and lets those who only read it open what belongs to
    it."""
    __slots__ = ()

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if not callable(getattr(cls, 'table_query', None)):
            return
        for name in ['create', 'write']:
            method = next(
                c.__dict__[name] for c in cls.__mro__
                if name in c.__dict__ and WriteGuard not in c.__bases__)
            if method.__func__ is ModelSQL.__dict__[name].__func__:
                setattr(cls, name, method)


class StoredGuard(WriteGuard):
    "In front of every model that stores"
    __slots__ = ()

    @classmethod
    def search(
            cls, domain, offset=0, limit=None, order=None, count=False,
            **kwargs):
        if is_client():
            domain = with_presence(domain, cls)
            for Target, nested in nested_domains(domain, cls):
                # the part that checks, and nothing more
                ModelStorage.search.__func__(Target, nested)
            domain, order = cls._guard_paths(domain, order)
        return super().search(
            domain, offset=offset, limit=limit, order=order, count=count,
            **kwargs)

    @classmethod
    def _guard_paths(cls, domain, order):
        guarded = guarded_domain(domain, cls)
        if guarded is not domain or order:
            # the fields on the paths, before the paths are cut
            ModelStorage.search.__func__(cls, domain, order=order)
        return guarded, guarded_order(domain, order, cls)

    @classmethod
    def create(cls, vlist):
        if is_client():
            vlist = list(vlist)
            for values in vlist:
                check_texts(cls, values)
        return super().create(vlist)

    @classmethod
    def write(cls, records, values, *args):
        if is_client():
            for changes in [values, *args[1::2]]:
                check_texts(cls, changes)
        super().write(records, values, *args)

    @classmethod
    def fields_get(cls, fields_names=None, level=0):
        # a client that reads all it is told of, as proteus does, is not told
        definition = super().fields_get(
            fields_names=fields_names, level=level)
        if not fields_names:
            for name in credentials(cls):
                definition.pop(name, None)
        return definition

    @classmethod
    def export_data(cls, records, fields_names, header=False):
        if is_client():
            if not issubclass(cls, ModelView):
                raise AccessError(gettext(
                        'foundation.msg_guard_model', **cls.__names__()))
            records = cls.browse([r.id for r in records])
            read_along(cls, records, [n.split('/') for n in fields_names])
        # a spreadsheet runs what looks like a formula
        return [
            [safe_cell(value) for value in row] for row in super().export_data(
                records, fields_names, header=header)]

    @classmethod
    def copy(cls, records, default=None):
        ids = [r.id for r in records]
        if is_client():
            cls.read(ids, ['id'])
        names = file_fields(cls)
        if not names:
            return super().copy(records, default=default)
        with as_server("which files a copy shows is not the user's to say"):
            copied = {
                row[name] for row in cls.read(ids, list(names))
                for name in names if row[name]}
        copied |= Transaction().context.get(COPIED, set())
        with Transaction().set_context({COPIED: copied}):
            return super().copy(records, default=default)

    @classmethod
    def preprocess_values(cls, mode, values):
        values = super().preprocess_values(mode, values)
        for name in file_fields(cls) & values.keys():
            if values[name] and values[name] not in Transaction().context.get(
                    COPIED, ()):
                raise AccessError(gettext(
                        'foundation.msg_guard_file', **cls.__names__(name)))
        return values
