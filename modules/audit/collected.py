# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What is put on record is collected in the transaction, and written once.

It is written before the transaction is committed, and before anybody in it
looks at the entries; what is rolled back is forgotten.  What a record holds
after a change is read then too, for all records of a model at once; or
earlier, where the next change reads what was before it anyway.
"""
import time

from trytond.pool import Pool
from trytond.transaction import Transaction

from .merging import merged

# So many are written at once: the memory does not grow with an import
MANY = 5000
# So long (seconds) none waits where the next one comes
WAITING = 240
# What has waited longer nevertheless says when it was written: it would be
# older than the seal before its own, see verification.SKEW
TOO_LONG = 480


class Change:
    """What happened with a record, of which the new values are not read yet

    entry -- the entry, without changes
    model, id -- the record
    names -- the fields that may have changed
    before -- their values before, or None where the record was made
    """

    def __init__(self, entry, model, id_, names, before):
        self.entry = entry
        self.model = model
        self.id = id_
        self.names = set(names)
        self.before = before
        self.after = {}
        # the change is under way: what is read now may be too early
        self.open = False

    def copy(self):
        change = Change(
            self.entry, self.model, self.id, self.names, self.before)
        change.after = dict(self.after)
        change.open = self.open
        return change

    @property
    def missing(self):
        return self.names - self.after.keys()

    def learn(self, values):
        "Take the values that the record has now"
        for name in self.missing & values.keys():
            self.after[name] = values[name]

    def as_entry(self):
        "Return the entry with what has changed, or None if nothing has"
        if self.before is None:
            changes = {
                name: [None, self.after[name]] for name in self.names
                if self.after.get(name) not in (None, '')}
        else:
            changes = {
                name: [self.before[name], self.after.get(name)]
                for name in self.names
                if self.before[name] != self.after.get(name)}
            if not changes:
                return None
        return {**self.entry, 'changes': changes or None}


class Collected:
    "The entries of a transaction that are not written yet: a data manager"

    def __init__(self):
        self._items = []
        self._unread = {}
        self._since = None
        self._writing = False

    # the one of a transaction is found by join()
    def __eq__(self, other):
        return isinstance(other, Collected)

    __hash__ = None

    @classmethod
    def current(cls):
        "Return what is collected in the transaction"
        return Transaction().join(cls())

    @classmethod
    def write_pending(cls):
        "Write what the transaction has collected, if there is one"
        transaction = Transaction()
        if transaction.connection is not None and not transaction.readonly:
            cls.current().write()

    def add(self, entries):
        "Collect entries of which the changes are known"
        self._age()
        for entry in entries:
            if entry['changes']:
                # whoever has the values in hand knows what was before
                before = {
                    name: old for name, (old, _) in entry['changes'].items()}
                for change in self._unread.get(entry['resource'], ()):
                    change.learn(before)
            self._items.append(entry)
        self._limit()

    def add_changes(self, changes):
        "Collect changes of which the new values are to be read"
        self._age()
        for change in changes:
            self._items.append(change)
        self._index(changes)
        self._limit()

    def missing(self, model, ids):
        "Return the fields of records that are to be read before they change"
        return set().union(*(
                change.missing for id_ in ids
                for change in self._unread.get(f'{model},{id_}', ())))

    def learn(self, model, values):
        "Take the values of records, {id: {field: value}}, before they change"
        for id_, own in values.items():
            for change in self._unread.get(f'{model},{id_}', ()):
                change.learn(own)

    def mark(self):
        "Return what restore() needs to forget what comes from now on"
        return [
            item.copy() if isinstance(item, Change) else item
            for item in self._items]

    def restore(self, mark):
        "Forget what was collected since, written or not"
        self._items = mark
        self._unread = {}
        self._index(mark)

    def _index(self, items):
        for item in items:
            if isinstance(item, Change):
                self._unread.setdefault(
                    item.entry['resource'], []).append(item)

    def _age(self):
        now = time.monotonic()
        if self._items and now - self._since > WAITING:
            self.write()
        if not self._items:
            self._since = now

    def _limit(self):
        if len(self._items) >= MANY:
            self.write()

    def write(self):
        """Write the entries; of what is under way only what came before it

        An entry that has waited too long says when it was written."""
        if self._writing or not self._items:
            return
        ready = next(
            (number for number, item in enumerate(self._items)
                if isinstance(item, Change) and item.open),
            len(self._items))
        if not ready:
            return
        self._writing = True
        try:
            items = self._items[:ready]
            self._read([i for i in items if isinstance(i, Change)])
            entries = merged(filter(None, (
                        item.as_entry() if isinstance(item, Change) else item
                        for item in items)))
            Entry = Pool().get('audit.entry')
            if time.monotonic() - self._since > TOO_LONG:
                now = Entry._now().replace(microsecond=0)
                entries = [
                    {**entry, 'at': max(entry['at'], now)}
                    for entry in entries]
            Entry._insert(entries)
            del self._items[:ready]
            self._unread = {}
            self._index(self._items)
            self._since = time.monotonic()
        finally:
            self._writing = False

    @staticmethod
    def _read(changes):
        "Read the values that are missing, of all records of a model at once"
        by_model = {}
        for change in changes:
            if change.missing:
                by_model.setdefault(change.model, {}).setdefault(
                    frozenset(change.missing), []).append(change)
        for model, by_names in by_model.items():
            Model = Pool().get(model)
            for names, wanted in by_names.items():
                values = Model._audit_read(
                    {change.id for change in wanted}, sorted(names))
                for change in wanted:
                    # of what was removed behind the model nothing is known
                    change.learn(values.get(change.id, {}))

    def forget(self):
        self._items.clear()
        self._unread.clear()

    # As a data manager

    def tpc_begin(self, transaction):
        pass

    def commit(self, transaction):
        self.write()

    def tpc_vote(self, transaction):
        # what others have put on record meanwhile
        self.write()

    def tpc_finish(self, transaction):
        pass

    def tpc_abort(self, transaction):
        self.forget()
