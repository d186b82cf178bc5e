# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What opens a login, a session or a file: for the server alone.

A field that a client may not read, but search or sort by, is read all the
same, a letter at a time: `password_reset > 'M'`.  Tryton checks the access to
fields along each domain, order, export and dotted name in one place; here that
place refuses these fields to everybody, whatever the access rights say.

Nobody needs them: the password has a field of its own, a key of a user
application is given once, to the program that asked for it.
"""
from trytond.model import fields
from trytond.pool import Pool, PoolMeta
from trytond.transaction import Transaction

# In the context while the server copies: the ids of files that are copied
COPIED = '_copied_files'

# model: fields.  A model of ours says so itself, as its _credentials.
CREDENTIALS = {
    'res.user': {
        'password_hash', 'password_reset', 'password_reset_expire'},
    'res.user.application': {'key'},
    'res.user.device': {'cookie'},
    'res.user.login.attempt': {'device_cookie'},
    'ir.session': {'key'},
    'ir.session.wizard': {'data'},
    # Which file of the server a record shows.  Also where the files are in
    # the database today: that is one line of the configuration.
    'ir.attachment': {'file_id'},
    'ir.avatar': {'image_id'},
    'ir.avatar.cache': {'image_id'},
    'ir.filestore.queue': {'file_id', 'prefix'},
    }


def file_fields(Model):
    "Return the names of the fields that say which file the model shows"
    return {
        field.file_id for field in Model._fields.values()
        if isinstance(field, fields.Binary) and field.file_id}


def credentials(Model):
    "Return the names of the fields that no client reads or writes"
    return (CREDENTIALS.get(Model.__name__, set())
        | getattr(Model, '_credentials', frozenset()) | file_fields(Model))


def base_name(name):
    "Return the field of a name as clients write it: user.name, state:string"
    return name.split('.', 1)[0].split(':', 1)[0]


class FieldAccess(metaclass=PoolMeta):
    __name__ = 'ir.model.field.access'

    @classmethod
    def get_access(cls, models):
        pool = Pool()
        result = {}
        for model in models:
            # one at a time: Tryton mixes the fields of several
            access = dict(super().get_access([model])[model])
            for name in credentials(pool.get(model)):
                access[name] = {
                    'create': True, 'delete': True, **access.get(name, {}),
                    'read': False, 'write': False}
            result[model] = access
        return result

    @classmethod
    def check(cls, model_name, fields, mode='read', raise_exception=True):
        # the text of a selection, or what is behind a relation, is no more
        # open than the field
        names = dict.fromkeys(map(base_name, fields))
        if mode == 'write' and COPIED in Transaction().context:
            # what a copy writes is looked at by value
            for name in file_fields(Pool().get(model_name)):
                names.pop(name, None)
        return super().check(
            model_name, list(names), mode=mode,
            raise_exception=raise_exception)


class UnnamedMixin:
    "A model whose records Tryton names by their key"
    __slots__ = ()
    _rec_name = 'rec_name'

    def get_rec_name(self, name):
        return f'({self.id})'

    @classmethod
    def search_rec_name(cls, name, clause):
        return []


class Session(UnnamedMixin, metaclass=PoolMeta):
    __name__ = 'ir.session'
