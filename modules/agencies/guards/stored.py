# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The same access for exports, copies and searches as for what is read.

* An export reads the records of a client without access, and tests rules in
  Python, where a rule on a related record ("the agency of the letter") always
  holds.  Here it reads as the client.
* A CSV can be had of every model by its name, also of those that have no
  methods for clients (sessions).  Here only of those that have.
* A copy reads the original without access, also by a command inside of other
  values; the copy is the client's own.  Here who copies must read.
* The domain inside of a `where` is not checked.  Here it is.
* The id of a file comes with the values of a record.  Here only the server
  says which file a record shows; what it shows is what was given to it.
"""
from trytond.i18n import gettext
from trytond.model import ModelStorage, ModelView
from trytond.model.exceptions import AccessError
from trytond.model.modelstorage import is_leaf
from trytond.pool import Pool
from trytond.transaction import Transaction, without_check_access

from .credentials import file_fields

_COPIED = '_copied_files'


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


class StoredGuard:
    "In front of every model that stores"
    __slots__ = ()

    @classmethod
    def search(cls, domain, *args, **kwargs):
        if is_client():
            for Target, nested in nested_domains(domain, cls):
                # the part that checks, and nothing more
                ModelStorage.search.__func__(Target, nested)
        return super().search(domain, *args, **kwargs)

    @classmethod
    def export_data(cls, records, fields_names, header=False):
        if is_client():
            if not issubclass(cls, ModelView):
                raise AccessError(gettext(
                        'agencies.msg_guard_model', **cls.__names__()))
            for name in fields_names:
                for part in name.split('/'):
                    if '.' in part and not part.endswith('.translated'):
                        raise ValueError(part)
            records = cls.browse([r.id for r in records])
        return super().export_data(records, fields_names, header=header)

    @classmethod
    def copy(cls, records, default=None):
        ids = [r.id for r in records]
        if is_client():
            cls.read(ids, ['id'])
        names = file_fields(cls)
        if not names:
            return super().copy(records, default=default)
        with without_check_access():
            copied = {
                row[name] for row in cls.read(ids, list(names))
                for name in names if row[name]}
        copied |= Transaction().context.get(_COPIED, set())
        with Transaction().set_context({_COPIED: copied}):
            return super().copy(records, default=default)

    @classmethod
    def preprocess_values(cls, mode, values):
        values = super().preprocess_values(mode, values)
        for name in file_fields(cls) & values.keys():
            if values[name] and values[name] not in Transaction().context.get(
                    _COPIED, ()):
                raise AccessError(gettext(
                        'agencies.msg_guard_file', **cls.__names__(name)))
        return values
