# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What must be said of each field and model where a letter is born."""
from trytond.model import ModelSQL, fields
from trytond.modules.complaints.birth import Heirs
from trytond.modules.complaints.births import CHILDREN
from trytond.pool import Pool

_TECHNICAL = {
    'id', 'create_uid', 'create_date', 'write_uid', 'write_date'}
# Of ir and res only what people put on a record
_IR = {'ir.attachment', 'ir.note'}


def kept_fields(Model):
    "Return the fields of a model that hold something of their own"
    return {
        name for name, field in Model._fields.items()
        if name not in _TECHNICAL
        and not isinstance(field, (fields.Function, fields.MultiValue))}


def undeclared(name):
    "Return the fields of a source, and of its heirs, of which nothing is said"
    pool = Pool()
    Source = pool.get(name)
    birth = Source._birth
    missing = {
        (name, field)
        for field in kept_fields(Source) - birth.declared()}
    for model, heirs in birth.below.items():
        if isinstance(heirs, Heirs):
            said = {heirs.owner, *heirs.given, *heirs.kept}
            missing |= {
                (model, field)
                for field in kept_fields(pool.get(model)) - said}
    return missing


def unknown(name):
    "Return what is declared and is not there"
    pool = Pool()
    birth = pool.get(name)._birth
    known = set(pool.get(name)._fields)
    found = {(name, field) for field in birth.declared() - known}
    target = set(pool.get('complaints.letter')._fields)
    found |= {('complaints.letter', f) for f in set(birth.given) - target}
    for model, heirs in birth.below.items():
        if isinstance(heirs, Heirs):
            found |= {
                (model, field)
                for field in {heirs.owner, *heirs.given, *heirs.kept}
                - set(pool.get(model)._fields)}
    return found


def unwritten(name):
    "Return what is declared, and would not be written where one is born"
    birth = Pool().get(name)._birth
    Letter = Pool().get('complaints.letter')
    return (set(birth.given) - set(Letter.stored_fields())
        | birth.within() - CHILDREN.keys())


def check_declared(test, name):
    "Assert that something is said of each field and model of a source"
    birth = Pool().get(name)._birth
    test.assertEqual(undeclared(name), set())
    test.assertEqual(unknown(name), set())
    test.assertEqual(unwritten(name), set())
    test.assertEqual(below(name) - set(birth.below), set())


def check_once(test, name):
    "Assert that nothing of a source is given and kept at once"
    birth = Pool().get(name)._birth
    test.assertFalse(set(birth.given.values()) & set(birth.kept))
    test.assertLessEqual(
        birth.here | birth.kind | set(birth.follows), set(birth.given))


def below(name):
    "Return the models whose records hang on those of a model"
    found = set()
    for model, Model in Pool().iterobject():
        if (not issubclass(Model, ModelSQL) or Model.table_query
                or model.split('.')[0] in {'ir', 'res'}
                and model not in _IR):
            continue
        if any(_leads_to(Model, field, name)
                for field in Model._fields.values()):
            found.add(model)
    return found


def _leads_to(Model, field, name):
    if isinstance(field, fields.Many2One):
        return field.model_name == name
    if isinstance(field, fields.Reference):
        selection = field.selection
        if isinstance(selection, str):
            selection = getattr(Model, selection)()
        return name in dict(selection)
    # the name of any record
    return field.name == 'resource' and isinstance(field, fields.Char)
