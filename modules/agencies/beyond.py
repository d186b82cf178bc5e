# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Links to what the user may not read: the form opens, and they say nothing.

The clients read with each link the name of its target.  Where a letter was
sent on, that is a letter of another agency: Tryton refuses the whole form (as
of 8.0).  Here the target is masked, and what is its own is shown.  A model
says in `_named_beyond` of which links both sides know the name of the target.
"""
from trytond.pool import Pool
from trytond.transaction import Transaction, without_check_access

MASKED = '…'


def links(Model, names):
    """Return {link: what is asked for of its targets} of dotted names

    Of a Many2One or a Reference, the links that have one target."""
    result = {}
    for name in names:
        link, dot, rest = name.partition('.')
        if dot and rest and getattr(
                Model._fields.get(link), '_type', None) in {
                    'many2one', 'one2one', 'reference'}:
            result.setdefault(link, []).append(rest)
    return result


def without(names, found):
    "Return the names of fields without what is asked for through links"
    return list(dict.fromkeys([
                *(n for n in names if n.partition('.')[0] not in found
                    or '.' not in n), *found]))


def add_targets(Model, rows, link, names):
    "Put into rows what a link leads to, as ModelSQL.read does"
    known = {}
    for row in rows:
        model, id_ = _target(Model, link, row[link])
        if id_ is None:
            row[f'{link}.'] = None
            continue
        if model not in known:
            known[model] = _read(
                model, names, link in getattr(Model, '_named_beyond', ()), [
                    other for kind, other in (
                        _target(Model, link, r[link]) for r in rows)
                    if kind == model and other is not None])
        row[f'{link}.'] = known[model][id_]


def _target(Model, link, value):
    "Return the name of the model and the id that the value of a link says"
    if not value:
        return None, None
    field = Model._fields[link]
    if field._type != 'reference':
        return field.get_target().__name__, value
    model, id_ = value.split(',', 1)
    return model, int(id_) if id_.isdigit() else None


def _read(model, names, named, ids):
    """Return {id: row} of targets: masked is what may not be read

    named -- whether the name is for both sides, as the number of a letter
        that was sent on is"""
    Target = Pool().get(model)
    ids = list(dict.fromkeys(ids))
    with Transaction().set_context(active_test=False):
        seen = [r.id for r in Target.search([('id', 'in', ids)])]
    result = {row['id']: row for row in Target.read(seen, names)}
    hidden = [id_ for id_ in ids if id_ not in result]
    known = {}
    if named and hidden:
        with without_check_access():
            known = {
                row['id']: row['rec_name']
                for row in Target.read(hidden, ['rec_name'])}
    for id_ in hidden:
        result[id_] = {
            **dict.fromkeys(n for n in names if '.' not in n), 'id': id_,
            'rec_name': known.get(id_, MASKED)}
    return result
