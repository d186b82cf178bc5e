# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

import ast
import inspect
import textwrap
from contextlib import ExitStack
from unittest.mock import patch

import polib
from lxml import etree
from trytond.exceptions import UserError
from trytond.model import ModelSQL, Workflow, fields
from trytond.modules.foundation.locked import ALL, ELSE, LockedMixin
from trytond.pool import Pool, isregisteredby
from trytond.tests.test_tryton import with_transaction
from trytond.tools import file_open


class AgencyTestMixin:
    "What must hold in each module of Donthu"

    # models with an agency that are reference data, or seen through a parent
    _skip_agency_rule = {
        'agencies.membership', 'agencies.agency.period',
        'agencies.agency.identifier', 'res.user', 'agencies.unit',
        'agencies.reorganisation.old', 'agencies.reorganisation.new',
        'agencies.reorganisation.preview'}

    def _models(self):
        for name, model in Pool().iterobject():
            if isregisteredby(model, self.module):
                yield name, model

    @with_transaction()
    def test_agency_rule(self):
        "Test each model with an agency has a rule on agencies"
        Rule = Pool().get('ir.rule')
        for name, model in self._models():
            if (not issubclass(model, ModelSQL)
                    or name in self._skip_agency_rule
                    or getattr(model, '_no_rpc', False)
                    or not isinstance(
                        model._fields.get('agency'), fields.Many2One)
                    or model.agency.model_name != 'agencies.agency'
                    or 'letter' in model.__access__
                    or 'case' in model.__access__):
                continue
            rules = Rule.search([
                    ('rule_group.model', '=', name),
                    ('rule_group.global_p', '=', True),
                    ])
            self.assertTrue(
                any(
                    word in r.domain for r in rules
                    for word in ['visible', 'agencies', 'governed']),
                msg=f'{name} has no rule on agencies')

    @with_transaction()
    def test_on_change_of_lists(self):
        "Test a list that a form changes is asked of it, too: Tryton wants both"
        for name, model in self._models():
            for field_name, field in getattr(model, '_fields', {}).items():
                method = getattr(model, f'on_change_{field_name}', None)
                if not method:
                    continue
                source = textwrap.dedent(inspect.getsource(method))
                changed = {
                    node.attr for node in ast.walk(ast.parse(source))
                    if isinstance(node, ast.Attribute)
                    and isinstance(node.ctx, ast.Store)
                    and model._fields.get(node.attr) is not None
                    and model._fields[node.attr]._type.endswith('2many')}
                self.assertLessEqual(
                    changed, field.on_change, msg=f'{name}, {field_name}')

    @with_transaction()
    def test_model_access_exists(self):
        "Test each stored model of the module has access rights"
        Access = Pool().get('ir.model.access')
        for name, model in self._models():
            if (not issubclass(model, ModelSQL) or model.__access__
                    or getattr(model, '_no_rpc', False)
                    or name.startswith(('ir.', 'res.', 'country.'))):
                continue
            self.assertTrue(
                Access.search([('model', '=', name), ('group', '=', None)]),
                msg=f'{name} has no default access right')

    @with_transaction()
    def test_workflow_locked(self):
        "Test no workflow lets a client write its state"
        for name, model in self._models():
            if issubclass(model, Workflow) and issubclass(model, ModelSQL):
                field = model._transition_state
                if not issubclass(model, LockedMixin):
                    # Tryton's own, guarded by its transitions
                    self.assertIn(field, model._locked_always(), msg=name)
                    continue
                for state, _ in model._fields[field].selection:
                    self.assertNotIn(
                        field, model.writable(state),
                        msg=f'{name} does not lock its state')

    @with_transaction()
    def test_lock_tables(self):
        "Test each lock does with each field in each state what it says"
        for name, model in self._models():
            if not issubclass(model, LockedMixin):
                continue
            for state in self._states_of_lock(model):
                for mode in ['create', 'delete']:
                    with self.subTest(model=name, state=state, mode=mode):
                        self.assertEqual(
                            self._lets(model, state, mode),
                            self._is_open(model, state, mode))
                for field in model._fields:
                    with self.subTest(model=name, state=state, field=field):
                        open_ = self._is_open(model, state, 'write', field)
                        self.assertEqual(
                            self._lets(model, state, 'write', field), open_)
                        if open_ and model._lock.asks:
                            self.assertFalse(self._lets(
                                    model, state, 'write', field,
                                    refused=UserError("Not You")))

    @staticmethod
    def _place_of_lock(model):
        "Return the name of the field of whose target the state counts"
        place = model._lock.place
        # an act is of a letter or of a case
        return place if not place or place in model._fields else 'letter'

    def _states_of_lock(self, model):
        place = self._place_of_lock(model)
        Place = model._fields[place].get_target() if place else model
        if 'state' not in Place._fields:
            return [None]
        return [state for state, _ in Place._fields['state'].selection]

    def _is_open(self, model, state, mode, field=None):
        "Tell if the table says that a client may"
        lock = model._lock
        if lock.list:
            Place = model._fields[lock.place].get_target()
            return self._is_open(Place, state, 'write', lock.list) and (
                field not in model._locked_always())
        table = {
            'create': lock.makes, 'write': lock.writes, 'delete': lock.removes,
            }[mode]
        if state not in table and ELSE not in table:
            return False
        if mode != 'write':
            return True
        opened = table.get(state, table.get(ELSE))
        return (opened == ALL or field in opened) and (
            field not in model._locked_always())

    def _lets(self, model, state, mode, field=None, refused=None):
        """Tell if a client may, who may all that the lock asks for

        refused -- what is raised to whom may not"""
        lock, name = model._lock, self._place_of_lock(model)
        record = place = model()
        if name:
            place = model._fields[name].get_target()()
            setattr(record, name, place)
        place.rec_name = "Record"
        if state is not None:
            place.state = state
        asked = lock.asks.values() if isinstance(lock.asks, dict) else [
            lock.asks] if lock.asks else []
        with ExitStack() as stack:
            for method in asked:
                stack.enter_context(patch.object(
                        type(place), method, side_effect=refused))
            if 'protected' in model._fields:
                # whom it is about is another question
                record.protected = False
            try:
                model.check_modification(
                    mode, [record], {field: True} if field else None,
                    external=True)
            except UserError:
                return False
        return True

    @with_transaction()
    def test_tree_datetime(self):
        "Test lists show moments as a date and a time, as the client wants"
        View = Pool().get('ir.ui.view')
        for view in View.search([
                    ('module', '=', self.module), ('type', '=', 'tree')]):
            model = Pool().get(view.model)
            for element in etree.fromstring(view.arch.encode()).iter('field'):
                field = model._fields[element.get('name')]
                if field._type in {'datetime', 'timestamp'}:
                    self.assertIn(
                        element.get('widget'), {'date', 'time'},
                        msg=f'{view.name} {element.get("name")}')

    @with_transaction()
    def test_due_mark(self):
        "Test lists say beside a due date that its calendar is provisional"
        View = Pool().get('ir.ui.view')
        for view in View.search([
                    ('module', '=', self.module), ('type', '=', 'tree')]):
            if 'due_mark' not in Pool().get(view.model)._fields:
                continue
            for element in etree.fromstring(view.arch.encode()).xpath(
                    '//field[@name="due_on"]'):
                self.assertEqual(
                    [e.get('name') for e in element.iter('suffix')],
                    ['due_mark'], msg=view.name)
                # the client cuts the date, not the mark, where it lacks room
                self.assertGreaterEqual(
                    int(element.get('width', 0)), 200, msg=view.name)

    @with_transaction()
    def test_translations(self):
        "Test the Vietnamese translation is complete"
        Translation = Pool().get('ir.translation')
        with file_open(f'{self.module}/locale/vi.po', 'rb') as file:
            catalogue = polib.pofile(file.read().decode('utf-8'))
        self.assertEqual([
                f'{entry.msgctxt} {entry.msgid}' for entry in catalogue
                if not entry.msgstr or entry.fuzzy], [])
        translated = {entry.msgid for entry in catalogue}
        sources = {
            t.src for t in Translation.search([
                    ('module', '=', self.module),
                    ('lang', '=', 'en'),
                    ('src', '!=', None),
                    ])
            if t.src and (t.type != 'model' or t.name.startswith((
                        'ir.message,', 'ir.model.button,', 'ir.ui.menu,',
                        'ir.action,', 'res.group,', 'ir.rule.group,')))}
        self.assertEqual(sources - translated, set())
