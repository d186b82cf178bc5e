# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

import polib
from lxml import etree

from trytond.model import ModelSQL, Workflow, fields
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
                self.assertIn(
                    model._transition_state, model._locked_always(),
                    msg=f'{name} does not lock its state')

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
