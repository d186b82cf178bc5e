# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a client sends along with a call.

* Keys of the context that begin with _ are the server's own: who the user is,
  of which groups, whether access is checked.  Of a client's context none is
  kept, whichever door it came through.
* What is worked out while one types (on_change and its kin) is of the record
  whose id the client sends, and Tryton reads it without access.  Here the
  client must be able to read that record.
* What a call names as "model,id", or as a model and an id, is looked up
  without access by what takes it (mails, chats).  Here the client must be able
  to read it.
* The default values in a context (default_letter: 5) are answered with the
  names of their records.  Here of those that the client can read.
"""
from itertools import pairwise

from trytond.model import ModelStorage
from trytond.pool import Pool
from trytond.rpc import RPC
from trytond.tools import is_instance_method
from trytond.transaction import Transaction

from .limits import check_call, check_values
from .stored import is_client, related

# Goes to the check of concurrent changes and never into the context
_KEPT = frozenset(['_timestamp'])
# They check the records themselves
_CHECKED = frozenset(['write', 'delete', 'copy', 'export_data'])


def public(context):
    "Return what of a client's context is for a client to say"
    return {
        name: value for name, value in context.items()
        if not name.startswith('_') or name in _KEPT}


class ClientRPC(RPC):
    "A method for clients whose records are read as the client first"
    __slots__ = ('check_records', 'method')

    @classmethod
    def of(cls, rpc, check_records, method=None):
        result = cls()
        for name in RPC.__slots__:
            setattr(result, name, getattr(rpc, name))
        result.check_records = check_records and rpc.check_access
        result.method = method
        return result

    def convert(self, obj, *args, **kwargs):
        if isinstance(kwargs.get('context'), dict):
            kwargs = {**kwargs, 'context': public(kwargs['context'])}
        elif args and isinstance(args[-1], dict):
            args = (*args[:-1], public(args[-1]))
        result = super().convert(obj, *args, **kwargs)
        arguments, _, context, _ = result
        with Transaction().set_context({**context, '_check_access': True}):
            check_call(self.method, arguments)
            check_values(obj, self.method, arguments)
            if self.method not in _CHECKED:
                self._check_named(arguments)
        if self.check_records:
            self._check_records(obj, arguments[self.instantiate], context)
        return result

    @staticmethod
    def _check_named(arguments):
        "Read what arguments name as 'model,id', or as a model and an id"
        pool = Pool()
        for first, second in pairwise([*arguments, None]):
            if not isinstance(first, str):
                continue
            name, _, id_ = first.partition(',')
            if not id_ and isinstance(second, int):
                id_ = str(second)
            if not id_.isdigit():
                continue
            try:
                Model = pool.get(name)
            except KeyError:
                # no model: any other text
                continue
            if issubclass(Model, ModelStorage):
                Model.read([int(id_)], ['id'])

    @staticmethod
    def _check_records(Model, records, context):
        if not isinstance(records, (list, tuple)):
            records = [records]
        ids = [r.id for r in records if r.id is not None and r.id >= 0]
        if ids:
            with Transaction().set_context(context):
                Model.read(list(dict.fromkeys(ids)), ['id'])


class DefaultGuard:
    "In front of every model"
    __slots__ = ()

    @classmethod
    def default_get(cls, fields_names=None, with_rec_name=True, **kwargs):
        if is_client() and with_rec_name:
            context = Transaction().context
            for name in fields_names or cls._fields:
                value = context.get(f'default_{name}')
                for Target, id_ in related(cls._fields[name], value):
                    if issubclass(Target, ModelStorage) and id_ >= 0:
                        Target.read([id_], ['id'])
        return super().default_get(
            fields_names=fields_names, with_rec_name=with_rec_name, **kwargs)


class CallGuard:
    "In front of everything that clients can call"
    __slots__ = ()

    def __init_subclass__(cls, **kwargs):
        # A pool adds its mixins when all is set up already
        super().__init_subclass__(**kwargs)
        rpcs = cls.__dict__.get('__rpc__', getattr(cls, '__rpc__', {}))
        cls.__rpc__ = {
            name: rpc if isinstance(rpc, ClientRPC)
            else ClientRPC.of(rpc, cls._guard_records(name, rpc), name)
            for name, rpc in rpcs.items()}

    @classmethod
    def _guard_records(cls, name, rpc):
        return (
            isinstance(rpc.instantiate, int)
            and issubclass(cls, ModelStorage)
            and name not in _CHECKED
            # other buttons read their records themselves
            and (name not in getattr(cls, '_buttons', {})
                or is_instance_method(cls, name)))
