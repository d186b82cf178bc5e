# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A domain, or an order, on a path passes no record that one may not read.

Tryton asks for the rules of a related record where SQL is made of the domain,
and there without access: no rule ever holds but those of the model that is
searched (8.0.12, fields/many2one.py, one2many.py, many2many.py).  Who reads a
transfer could spell out the letter of another agency that it leads to,
`letter.content like 'Tôi%'`, one question a letter.

Here each clause of a client that looks into a related record says, too, which
of these the client may read; where an order looks into one that he may not
read, it is by its id.  What only says which record it is stays as it was: it
is read with the record itself.
"""
from trytond.i18n import gettext
from trytond.ir.resource import ResourceAccessMixin
from trytond.model import ModelSQL, ModelStorage, ModelView, fields
from trytond.model.exceptions import AccessError
from trytond.model.modelstorage import is_leaf
from trytond.pool import Pool
from trytond.transaction import inactive_records

_RELATIONS = frozenset(['many2one', 'one2one', 'one2many', 'many2many'])


def guarded_domain(domain, Model):
    """Return a domain of a client that passes only what he may read

    domain -- as clients send it; one without such a path is returned as it is
    """
    if is_leaf(domain):
        return _guarded_clause(list(domain), Model)
    if not isinstance(domain, (list, tuple)):
        return domain
    guarded = [guarded_domain(part, Model) for part in domain]
    if all(new is old for new, old in zip(guarded, domain, strict=True)):
        return domain
    return guarded


def _guarded_clause(clause, Model):
    name, _, further = clause[0].partition('.')
    field = Model._fields[name]
    if field._type == 'reference':
        return _guarded_reference(clause, name, further) if further else clause
    if field._type not in _RELATIONS:
        return clause
    Target = field.get_target()
    if not issubclass(Target, ModelStorage):
        return clause
    _, operator, value, *rest = clause
    if operator.endswith(('child_of', 'parent_of')) and not further:
        return _guarded_tree(clause, Target)
    if isinstance(field, fields.Function):
        return _guarded_function(clause, Target, name, further)
    if ((further or operator.endswith('where'))
            and not issubclass(Target, ModelView)):
        # a model without methods for clients
        raise AccessError(gettext(
                'foundation.msg_guard_model', **Target.__names__()))
    many = field._type.endswith('2many')
    if (issubclass(Target, ResourceAccessMixin)
            and getattr(field, 'field', None) == 'resource'):
        # who reads the one reads the others
        return clause
    if operator.endswith('where'):
        return [name, operator, _inside(value, Target)]
    if not further:
        if not many and not isinstance(value, str):
            # which record it is can be read
            return clause
        if value is None:
            limits = _limits(Target)
            return [
                name, 'not where' if operator == '=' else 'where', limits
                ] if limits else clause
        further = 'rec_name' if isinstance(value, str) else 'id'
    inner = [further, operator, value, *rest]
    found = guarded_domain(inner, Target)
    limits = _limits(Target)
    if found is inner and not limits:
        return clause
    result = [name, 'where', [found, limits] if limits else found]
    if not _says_not(operator, value):
        return result
    return ['OR', result, [name, 'not where', limits] if many
        else [name, '=', None]]


def _says_not(operator, value):
    "Tell if a clause holds where there is no related record, as in Tryton"
    if operator.startswith('not'):
        return operator != 'not in' or None not in value
    return operator == '!=' and value is not None


def _limits(Target):
    "Return the domain of what the client may read of a model, [] of all"
    Rule = Pool().get('ir.rule')
    limits = Rule.domain_get(Target.__name__, mode='read')
    if not issubclass(Target, ResourceAccessMixin):
        return limits
    # who reads what it belongs to
    readable = ['OR', ('resource', '=', None)]
    for name, _ in Target.get_models():
        if not name:
            continue
        Resource = Pool().get(name)
        if issubclass(Resource, ModelSQL) and Rule.domain_get(name):
            with inactive_records():
                readable.append(('resource.id', 'in', Resource.search(
                            [], order=[], query=True), name))
        else:
            readable.append(('resource', 'like', f'{name},%'))
    return [limits, readable] if limits else [readable]


def _inside(domain, Target):
    "Return a domain on related records that one may read"
    limits = _limits(Target)
    domain = guarded_domain(domain, Target)
    return [domain, limits] if limits else domain


def _guarded_tree(clause, Target):
    name, operator, value, *rest = clause
    Named = Target
    if rest:
        along = Target._fields.get(rest[0])
        if along is None or along._type not in _RELATIONS:
            # no tree: the other guards, and Tryton, refuse it
            return clause
        Named = along.get_target()
    limits = _limits(Target)
    if isinstance(value, str):
        with inactive_records():
            value = [r.id for r in Named.search(
                    [('rec_name', 'ilike', value)], order=[])]
        clause = [name, operator, value, *rest]
    if not limits:
        return clause
    readable = [name, 'where', limits]
    if operator.startswith('not'):
        readable = ['OR', readable, [name, '=', None]]
    return [clause, readable]


def _guarded_function(clause, Target, name, further):
    "What a model looks up itself it is asked by the ids one may read"
    _, operator, value, *rest = clause
    if not _limits(Target) or not further and not isinstance(value, str):
        return clause
    with inactive_records():
        found = Target.search(
            [(further or 'rec_name', operator, value, *rest)], order=[])
    return [name, 'in', [r.id for r in found]]


def _guarded_reference(clause, name, further):
    _, operator, value, target, *rest = clause
    Target = Pool().get(target)
    inner = [further, operator, value, *rest]
    if guarded_domain(inner, Target) is inner and not _limits(Target):
        return clause
    with inactive_records():
        # the rules of some models are no part of a query
        found = Target.search([_inside(inner, Target)], order=[], query=True)
    result = [f'{name}.id', 'in', found, target]
    if _says_not(operator, value):
        return ['OR', result, [name, '=', None]]
    return result


# Orders

def guarded_order(domain, order, Model):
    """Return an order that tells nothing of what one may not read

    A part of it that leads through a record that somebody may not read is by
    the id of that record, if there is such a one in what is searched."""
    if not order:
        return order
    result = []
    for path, direction in order:
        name, _, further = path.partition('.')
        field = Model._fields[name]
        if (field._type == 'many2one'
                and not isinstance(field, fields.Function)
                and (further or not hasattr(Model, f'order_{name}'))):
            readable = _readable_along(field.get_target(), further)
            if readable and Model.search([
                        domain, (name, '!=', None),
                        (name, 'not where', readable)], limit=1, order=[]):
                path = f'{name}.id'
        result.append((path, direction))
    return result


def _readable_along(Target, path):
    "Return the domain of records that one may read, with those on a path"
    if not path:
        path = next((
                n for n in [Target._order_name, Target._rec_name]
                if n in Target._fields
                and Target._fields[n].sortable(Target)), 'id')
    name, _, further = path.partition('.')
    if name == 'id':
        return []
    result = _limits(Target)
    field = Target._fields[name]
    if (field._type == 'many2one' and not isinstance(field, fields.Function)
            and (further or not hasattr(Target, f'order_{name}'))):
        behind = _readable_along(field.get_target(), further)
        if behind:
            behind = ['OR', (name, '=', None), (name, 'where', behind)]
            result = [result, behind] if result else behind
    return result


