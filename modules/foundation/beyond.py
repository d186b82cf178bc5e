# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Links to what the user may not read: the form opens, and they say nothing.

The clients read with each link the name of its target.  Where a letter was
sent on, that is a letter of another agency: Tryton refuses the whole form (as
of 8.0).  Here the target is masked, and what is its own is shown.  A model
says in `_named_beyond` of which links both sides know the name of the target.
"""
from trytond.pool import Pool
from trytond.transaction import Transaction

from .acting import as_server

MASKED = '…'


def links(Model, names):
    """Return the links of which the names of the targets are asked for

    names -- of fields: a Many2One or a Reference followed by '.rec_name'"""
    return {
        link for link, dot, rest in (n.partition('.') for n in names)
        if rest == 'rec_name' and getattr(
            Model._fields.get(link), '_type', None) in {
                'many2one', 'one2one', 'reference'}}


def without(names, found):
    "Return the names of fields with links in the place of names of targets"
    return list(dict.fromkeys([
                *(n for n in names if n.removesuffix('.rec_name') not in found
                    or n in found), *found]))


def add_names(Model, rows, link):
    "Put into rows the name of what a link leads to, as ModelSQL.read does"
    targets = [_target(Model, link, row[link]) for row in rows]
    known = {}
    for model in {model for model, id_ in targets if id_ is not None}:
        known[model] = names_of(
            model, [id_ for other, id_ in targets if other == model],
            link in getattr(Model, '_named_beyond', ()))
    for row, (model, id_) in zip(rows, targets, strict=True):
        row[f'{link}.'] = None if id_ is None else {
            **(row.get(f'{link}.') or {}),
            'id': id_, 'rec_name': known[model][id_]}


def _target(Model, link, value):
    "Return the name of the model and the id that the value of a link says"
    if not value:
        return None, None
    field = Model._fields[link]
    if field._type != 'reference':
        return field.get_target().__name__, value
    model, id_ = value.split(',', 1)
    return model, int(id_) if id_.isdigit() else None


def names_of(model, ids, named=False):
    """Return {id: name} of targets: masked is what may not be read

    named -- whether the name is for both sides, as the number of a letter
        that was sent on is"""
    Target = Pool().get(model)
    with Transaction().set_context(active_test=False):
        seen = {r.id for r in Target.search([('id', 'in', ids)])}
    rows = Target.read(list(seen), ['rec_name'])
    if named:
        with as_server("both sides know the name of what was sent"):
            rows += Target.read(
                list(set(ids).difference(seen)), ['rec_name'])
    return {
        **dict.fromkeys(ids, MASKED),
        **{row['id']: row['rec_name'] for row in rows}}
