# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""One lock: what clients may change of a record, in which state, and who.

`readonly` in a view stops nobody who calls the server.  So each model with a
life of its own says in a table what is open, and all else is locked:

    _lock = Lock(
        LockedError, 'complaints.msg_fields_locked', asks='check_worker',
        makes={'draft'},
        writes={'draft': ALL, ELSE: {'note'}})

What belongs to a record is open while its list there is:

    _lock = Lock(
        LockedError, 'complaints.msg_fields_locked',
        place='letter', list='respondents')

What the server does is not asked, but where the lock binds it, too.  A test
writes each field of each such model in each state (tests/test_locks.py).
"""
from dataclasses import dataclass, field, replace

from trytond.i18n import gettext
from trytond.model import ModelStorage
from trytond.transaction import Transaction

from .guards.stored import is_client

# All fields that are not locked always; every other state
ALL = ELSE = '*'


@dataclass(frozen=True)
class Lock:
    """What clients may change of the records of a model

    error, message -- what is raised: an exception, and the id of its text,
        which may name %(record)s, %(state)s and %(fields)s
    says -- {mode: the id of another text}
    asks -- the name of the method, of the place, that raises where the user
        may not; where it depends on what is written, {field: name}
    makes, removes -- the states in which one may make, or delete, a record
    writes -- {state: names of the fields that are open}
    place -- the field of the record whose state counts; None: itself
    list -- the list of the place: with it the records are open
    binds -- what the server, too, does in these states only: 'create',
        'write', 'delete'
    """
    error: type
    message: str
    says: dict = field(default_factory=dict)
    asks: str | dict | None = None
    makes: frozenset = frozenset()
    removes: frozenset = frozenset()
    writes: dict = field(default_factory=dict)
    place: str | None = None
    list: str | None = None
    binds: frozenset = frozenset()

    def also(self, state, names):
        "Return the lock with more fields open in a state"
        known = self.writes.get(state, frozenset())
        if known == ALL:
            return self
        return replace(
            self, writes={**self.writes, state: frozenset(known | names)})

    def states(self, mode):
        "Return the states in which something may be made, written or deleted"
        return {
            'create': self.makes, 'write': self.writes, 'delete': self.removes,
            }[mode]

    def open_in(self, state):
        "Return the names of the fields that are open in a state, or ALL"
        return self.writes.get(state, self.writes.get(ELSE, frozenset()))


class LockedMixin(ModelStorage):
    "A model of whose records only what its _lock says is open to clients"
    __slots__ = ()
    _lock = None

    @classmethod
    def _locked_always(cls):
        "Return the fields that no client ever writes"
        return set()

    @classmethod
    def writable(cls, state):
        """Return the names of the fields that clients may write in a state

        state -- of the record, or of its place"""
        if not cls._lets('write', state):
            return frozenset()
        names = ALL if cls._lock.list else cls._lock.open_in(state)
        return frozenset(
            cls._fields if names == ALL else names) - cls._locked_always()

    @classmethod
    def _ever_open(cls):
        "Return the names of the fields that clients may write in some state"
        names = [cls._lock.writes[state] for state in cls._lock.writes]
        opened = cls._fields.keys() if cls._lock.list or ALL in names else (
            frozenset().union(*names))
        return opened - cls._locked_always()

    @classmethod
    def _lets(cls, mode, state):
        "Tell if something may be made, written or deleted in a state"
        lock = cls._lock
        if lock.list:
            Place = cls._fields[lock.place].get_target()
            return lock.list in Place.writable(state)
        states = lock.states(mode)
        return state in states or ELSE in states

    @classmethod
    def _never_given(cls):
        "Return the fields of which a client says nothing in a new record"
        return cls._locked_always() - {'state'}

    @classmethod
    def default_get(cls, fields_names=None, with_rec_name=True, **kwargs):
        values = super().default_get(
            fields_names=fields_names, with_rec_name=with_rec_name, **kwargs)
        context = Transaction().context
        if is_client():
            # nor by what its context says of new records
            for name in cls._never_given():
                if name in values and f'default_{name}' in context:
                    del values[name]
                    if name in cls._defaults:
                        values[name] = cls._defaults[name]()
        return values

    @classmethod
    def create(cls, vlist):
        vlist = list(vlist)
        if is_client():
            names = cls._never_given()
            given = {
                name for values in vlist for name in names & values.keys()
                if values[name] not in (None, False, (), [], '')}
            if given:
                raise cls._lock.error(gettext(
                        cls._lock.message, record=cls.__names__()['model'],
                        state='', fields=cls._labels(given)))
        return super().create(vlist)

    @classmethod
    def check_modification(cls, mode, records, values=None, external=False):
        super().check_modification(
            mode, records, values=values, external=external)
        if not external and mode not in cls._lock.binds:
            return
        for record in records:
            if external:
                record._check_lock(mode, values or {})
            else:
                record._check_bound(mode, values or {})

    def _check_lock(self, mode, values):
        "Raise an error unless the client may do this with the record now"
        lock, state = self._lock, self._lock_state()
        # never, whoever it is
        if not (lock.list or lock.states(mode)):
            self._refuse_locked(mode, values)
        if mode == 'write' and (never := values.keys() - self._ever_open()):
            self._refuse_locked(mode, never)
        if isinstance(lock.asks, str):
            getattr(self._lock_place(), lock.asks)()
        if not self._lets(mode, state):
            self._refuse_locked(mode, values)
        if mode == 'write':
            if locked := values.keys() - self.writable(state):
                self._refuse_locked(mode, locked)
            if isinstance(lock.asks, dict):
                for name in sorted({lock.asks[name] for name in values}):
                    getattr(self, name)()

    def _check_bound(self, mode, values):
        "Raise an error unless the server may do this with the record now"
        state = self._lock_state()
        if not self._lets(mode, state):
            self._refuse_locked(mode, values)
        names = ALL if self._lock.list else self._lock.open_in(state)
        if mode == 'write' and names != ALL and values.keys() - names:
            self._refuse_locked(mode, values.keys() - names)

    def _lock_place(self):
        "Return the record whose state says what is open"
        return getattr(self, self._lock.place) if self._lock.place else self

    def _lock_state(self):
        "Return the state that says what is open, None of what has none"
        return getattr(self._lock_place(), 'state', None)

    def _refuse_locked(self, mode, names):
        "Raise what the lock says"
        lock, place = self._lock, self._lock_place()
        if lock.list:
            words = place.__names__(lock.list)['field']
        else:
            words = self._labels(names or ())
        raise lock.error(gettext(
                lock.says.get(mode, lock.message), record=place.rec_name,
                state=getattr(place, 'state_string', None) or '',
                fields=words))

    @classmethod
    def _labels(cls, names):
        return ', '.join(sorted(
                cls.__names__(name)['field'] for name in names)
            ) or cls.__names__()['model']
