# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The matrix of docs/access.md, through what opens other doors.

In the same world as test_access.py: buttons, reports, wizards, searches that
look through relations, and who may not be two people at once.
"""
import re
from types import SimpleNamespace

import pytest
import test_access
from test_access import (
    DAY, PAGE, PREFIXES, REFUSALS, SCOPED, SECRET, acting, agencies_of,
    agency_of, branch, changes, models, parents, read_page, undone, visible)
from trytond.model import ModelSQL, ModelView
from trytond.pool import Pool
from trytond.tools import is_instance_method
from trytond.transaction import Transaction

pytestmark = test_access.pytestmark
world = test_access.world


def test_buttons(world):
    """Test no button does anything for who only reads, or works elsewhere

    Nor for who has no role in the agency of the record."""
    by_id = parents(world)
    wrong, tried = [], 0
    outsiders = [
        (key, user) for key, user in world.users.items()
        if key[1] in {'auditor', 'data_officer', 'administrator', 'nobody'}
        or key[0] == 'P1' and key[1] not in {'supervisor', 'leader'}]
    for name, Model in models().items():
        if not Model._buttons or name.startswith('deadlines.change'):
            continue
        records = {}
        for record in Model.search([]):
            records.setdefault(by_id.get(agency_of(record)), record)
        for code, record in records.items():
            if code not in {'A', 'X'}:
                continue
            for (place, role), user in outsiders:
                if (name == 'agencies.proposal' and code in branch(place)
                        and role == 'administrator'):
                    # he is the second person
                    continue
                for button in Model._buttons:
                    tried += 1
                    with acting(user), undone():
                        before = changes(user)
                        try:
                            if is_instance_method(Model, button):
                                # of an open form: it fills, and saves nothing
                                getattr(Model(record.id), button)()
                            else:
                                getattr(Model, button)([Model(record.id)])
                        except REFUSALS:
                            pass
                        if changes(user) != before:
                            wrong.append((place, role, name, code, button))
    assert tried > 300
    assert not wrong, '\n'.join(map(str, wrong))


def reports():
    for name, Report in Pool().iterobject(type='report'):
        if name.startswith(PREFIXES):
            yield name, Report


def test_reports(world):
    "Test nobody prints what he does not see"
    Action = Pool().get('ir.action.report')
    by_id = parents(world)
    tried = 0
    for name, Report in reports():
        actions = Action.search([('report_name', '=', name)])
        if not actions or not actions[0].model:
            continue
        Model = Pool().get(actions[0].model)
        for record in Model.search([]):
            code = by_id.get(agency_of(record))
            if code is None:
                continue
            codes = {by_id.get(a) for a in agencies_of(record)}
            for (place, role), user in world.users.items():
                if codes & visible(place, role) and role not in {
                        'custodian', 'data_officer'}:
                    continue
                tried += 1
                with acting(user), undone():
                    try:
                        result = Report.execute(
                            [record.id], {'model': Model.__name__})
                    except REFUSALS:
                        continue
                    assert role == 'data_officer' and code == place, (
                        place, role, name, code, result[0])
    assert tried > 100


def test_wizards(world):
    "Test no wizard opens on what one does not see"
    Letter = Pool().get('complaints.letter')
    by_id = parents(world)
    records = {by_id[agency_of(le)]: le for le in Letter.search([])}
    keywords = Pool().get('ir.action.keyword').search([
            ('model', 'like', 'complaints.letter,%'),
            ('action.type', '=', 'ir.action.wizard')])
    names = {
        Pool().get('ir.action.wizard').search(
            [('action', '=', k.action.id)])[0].wiz_name for k in keywords}
    assert {'complaints.opening.open', 'routing.assign'} <= names
    for wizard in names:
        Wizard = Pool().get(wizard, type='wizard')
        for (place, role), user in world.users.items():
            for code, record in records.items():
                if code in visible(place, role) and role != 'custodian':
                    continue
                with acting(user), undone(), Transaction().set_context(
                        active_model='complaints.letter',
                        active_id=record.id, active_ids=[record.id]):
                    with pytest.raises(REFUSALS):
                        Wizard.create()


def test_searching_through_relations(world):
    "Test from what one may read nobody finds what one may not"
    Letter = Pool().get('complaints.letter')
    by_id = parents(world)
    foreign = {
        name: [r.id for r in Model.search([])
            if by_id.get(agency_of(r)) == 'X']
        for name, Model in models().items()
        if read_page()[name][0] in SCOPED - {'between'}
        and not callable(getattr(Model, 'table_query', None))}
    assert foreign['complaints.letter']
    found, tried = [], 0
    everything = [
        (name, Model) for name, Model in Pool().iterobject()
        if issubclass(Model, ModelSQL) and issubclass(Model, ModelView)]
    for key in [('A', 'clerk'), ('P1', 'auditor'), ('A', 'nobody')]:
        with acting(world.users[key]):
            for name, Model in everything:
                for field_name, field in Model._fields.items():
                    target = getattr(field, 'model_name', None) or (
                        hasattr(field, 'get_target')
                        and field.get_target().__name__)
                    if target not in foreign or not foreign[target]:
                        continue
                    tried += 1
                    with undone():
                        try:
                            ids = Model.search([
                                    (f'{field_name}.id', 'in',
                                        foreign[target])])
                            own = [
                                r for r in ids
                                if not _is_foreign(r, by_id)]
                        except REFUSALS:
                            continue
                        except NotImplementedError:
                            continue
                    if ids and len(own) != len(ids):
                        found.append((key, name, field_name))
    assert tried > 30
    assert not found
    assert Letter


def _is_foreign(record, by_id):
    with Transaction().set_context(_check_access=False):
        return by_id.get(agency_of(
                record.__class__(record.id))) == 'X'


def test_separation_of_duties(world):
    """Test who registers can not decide, who administers reads no case, who
    audits changes nothing"""
    from trytond.modules.complaints.tests.tools import receive, take
    from trytond.modules.foundation import clock
    policy = read_page()
    for name, (_, roles) in policy.items():
        assert set(roles['auditor']) <= {'r'}, name
        if name.startswith(SECRET) and policy[name][0] in {
                'own', 'visible'}:
            assert not roles['administrator'] and not roles['nobody'], name
    office = SimpleNamespace(
        agency=world.agencies['A'], clerk=world.users['A', 'clerk'])
    with clock.travel(DAY), undone():
        letter = receive(office, DAY, content="Một mình")
        take(office.clerk, letter, 'register', 'classify')
        take(office.clerk, letter, 'propose', proposal='accept')
        with pytest.raises(REFUSALS):
            take(office.clerk, letter, 'approve')


def test_models_outside(world):
    "Test the rooms that Tryton itself has are no way around"
    pool = Pool()
    from trytond.model import ChatMixin
    for name, Model in pool.iterobject():
        if name.startswith(PREFIXES):
            assert not issubclass(Model, ChatMixin), name
            assert not getattr(Model, '_history', False), name
    # on our models audit.entry takes the place of the log
    Log = pool.get('ir.model.log')
    assert not [
        log for log in Log.search([])
        if log.resource and log.resource.__name__.startswith(SECRET)]
    Attachment, Note = pool.get('ir.attachment'), pool.get('ir.note')
    by_id = parents(world)
    letter, = [
        le for le in pool.get('complaints.letter').search([
                ('kind', '=', 'denunciation')])
        if by_id[agency_of(le)] == 'X']
    attachment, = Attachment.create([{
                'name': "x.txt", 'data': b'x', 'resource': str(letter)}])
    note, = Note.create([{'message': "x", 'resource': str(letter)}])
    for (place, role), user in world.users.items():
        with acting(user):
            for record in [attachment, note]:
                Model = record.__class__
                try:
                    assert record.id not in [
                        r.id for r in Model.search([])], (place, role)
                except REFUSALS:
                    pass
                with pytest.raises(REFUSALS):
                    Model.read([record.id], ['create_date'])


def test_no_right_on_what_is_sealed():
    "Test what only the server reads is in no list of calls"
    names = re.findall(r"^    _no_rpc = True", '\n'.join(
            p.read_text() for p in (
                PAGE.parents[1] / 'modules').rglob('*.py')), re.M)
    assert len(names) >= 5
