# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A step and what it wrote on one record are one entry.

An entry here is a dictionary with at, user, post, action, resource, summary
and changes ({field: [old, new]} or None), whatever else it holds.  Entries are
joined where that loses nothing: of the same person, at the same time, one
directly after the other on the same record, and never over a value that stood
in between and went away again.

Pure functions, without Tryton.
"""
import datetime as dt

# A step that takes longer is told in more than one entry
APART = dt.timedelta(minutes=1)


def merged(entries):
    """Return the entries, in their order, with those joined that belong so

    * changes become part of the change or the step that follows,
    * what follows a creation, of the creation."""
    result, made, changed = [], {}, {}
    for entry in entries:
        resource = entry['resource']
        if not resource:
            result.append(entry)
            continue
        index = changed.pop(resource, None)
        joined = None
        if index is not None:
            joined = _join(result[index], entry)
            if joined:
                result[index] = None
        result.append(joined or entry)
        last = len(result) - 1
        if entry['action'] == 'create':
            made[resource] = last
        elif _is_plain(entry):
            changed[resource] = last
            if index is not None and not joined:
                made.pop(resource, None)
        else:
            made.pop(resource, None)
    for resource, index in changed.items():
        created = made.get(resource)
        if created is None:
            continue
        joined = _join(result[created], result[index])
        if joined:
            result[created], result[index] = joined, None
    return [entry for entry in result if entry is not None]


def _is_plain(entry):
    "Tell if an entry is a change and nothing else is said of it"
    return entry['action'] == 'write' and not entry['summary']


def _join(first, second):
    "Return two entries on a record as one, or None where one is not enough"
    if any(first[name] != second[name] for name in ['user', 'post']):
        return None
    if abs(second['at'] - first['at']) > APART:
        return None
    before, after = first['changes'] or {}, second['changes'] or {}
    if second['action'] == 'create':
        # what it was made with is read when it is there
        return second
    if first['action'] == 'create':
        # a field that is empty is not among what it was made with
        before = {**{name: [None, old] for name, (old, _) in after.items()},
            **before}
    elif second['action'] not in {'write', 'transition'} or (
            second['action'] == 'write' and second['summary']):
        return None
    for name in before.keys() & after.keys():
        (old, between), (again, new) = before[name], after[name]
        if not _same(between, again) or (
                _same(old, new) and first['action'] != 'create'):
            return None
    changes = {
        **before, **{
            name: [before[name][0] if name in before else old, new]
            for name, (old, new) in after.items()}}
    if first['action'] == 'create':
        return {**first, 'changes': {
                name: values for name, values in changes.items()
                if values[1] not in (None, '')} or None}
    return {**second, 'changes': changes or None}


def _same(one, other):
    return one == other or (one in (None, '') and other in (None, ''))
