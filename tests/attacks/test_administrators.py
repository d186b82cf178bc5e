# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""An administrator wants to read a denunciation.

He has the login `admin`, or the role in a commune, and the network.  He tries
to become a leader, to make one, to take over one, to let the server run what
he writes, and to switch off who would notice.  What he does not try here:
the machine, the database and the file of the keys (docs/threats.md).
"""
import datetime as dt
from collections import Counter

import pytest
from helpers import ROOMS
from trytond.model import ModelStorage, ModelView
from trytond.model.exceptions import AccessError
from trytond.modules.agencies.tests.tools import create_agency, create_user
from trytond.modules.agencies.tests.wire import Wire, is_refused
from trytond.pool import Pool
from trytond.tests.test_tryton import DB_NAME, activate_module, drop_db
from trytond.transaction import Transaction

PASSWORD = "một mật khẩu dài"
OTHER = "một mật khẩu khác"
DAY = dt.date(2026, 1, 5)


@pytest.fixture(scope='module')
def world():
    "A province with two communes; who does what logs in with its name"
    drop_db()
    activate_module(ROOMS)
    with Transaction().start(DB_NAME, 0) as transaction:
        pool = Pool()
        province = create_agency('P', "UBND tỉnh P", 'province')
        here = create_agency('A', "UBND xã A", parent=province)
        there = create_agency('B', "UBND xã B", parent=province)
        ids = {'P': province.id, 'A': here.id, 'B': there.id}
        for login, agency, roles in [
                ('keeper', here, ['administrator']),
                ('above', province, ['administrator']),
                ('leader', here, ['leader']),
                ('deputy', here, ['leader']),
                ('elsewhere', there, ['leader']),
                ('overseer', province, ['supervisor']),
                ('custodian', here, ['custodian']),
                ('clerk', here, ['clerk']),
                ('puppet', None, [])]:
            user = create_user(login, agency, *roles)
            user.password = PASSWORD
            user.email = f'{login}@example.vn'
            user.save()
            ids[login] = user.id
        admin, = pool.get('res.user').search([('login', '=', 'admin')])
        admin.password = PASSWORD
        admin.save()
        ids['admin'] = admin.id
        transaction.commit()
    yield ids
    drop_db()


def wire(login, password=PASSWORD):
    return Wire(login, password)


def look(function):
    with Transaction().start(DB_NAME, 0, readonly=True):
        return function(Pool())


def waiting(user):
    "Return the newest proposal about a user that waits"
    return look(lambda pool: [
            p.id for p in pool.get('agencies.proposal').search([
                    ('user', '=', user), ('state', '=', 'proposed')])])


def told(login, world):
    return look(lambda pool: [
            n.label for n in pool.get('res.notification').search([
                    ('user', '=', world[login])])])


def role(user, agency, role, **values):
    return {'user': user, 'agency': agency, 'role': role,
        'valid_from': DAY, **values}


def roles_of(user):
    return look(lambda pool: pool.get('res.user').get_roles(user))


def give(client, *arguments, **values):
    return client.model(
        'agencies.membership', 'create', [role(*arguments, **values)])


def test_no_role_outside_the_branch(world):
    keeper = wire('keeper')
    for agency in ['B', 'P']:
        for name in ['clerk', 'leader', 'administrator']:
            answer = give(keeper, world['puppet'], world[agency], name)
            assert is_refused(answer) and 'branch' in answer, answer
    # nor by moving what is below him to where he is
    for model, id_, values in [
            ('agencies.agency', world['B'], {'parent': world['A']}),
            ('agencies.agency', world['A'], {'parent': None}),
            ('agencies.agency', world['A'], {'kind': 'inspectorate'}),
            ('agencies.agency', world['P'], {'name': "X"})]:
        answer = keeper.model(model, 'write', [id_], values)
        assert is_refused(answer), (values, answer)
    # nor by a reorganisation
    made = keeper.model('agencies.reorganisation', 'create', [{
                'kind': 'merge', 'day': dt.date(2020, 1, 1),
                'legal_basis': "x",
                'olds': [['create', [{'agency': world['B']}]]],
                'news': [['create', [{'agency': world['A'], 'main': True}]]],
                }])
    answer = keeper.model('agencies.reorganisation', 'confirm', made)
    assert is_refused(answer), answer
    assert roles_of(world['puppet']) == ()


def test_no_role_that_decides_by_one_person(world):
    "What one proposes gives no right until a second one confirms"
    keeper, puppet = wire('keeper'), world['puppet']
    for name in ['leader', 'custodian', 'supervisor', 'auditor',
            'data_officer', 'administrator']:
        answer = give(
            keeper, puppet, world['A'], name, state='held')
        assert not is_refused(answer), answer
        assert roles_of(puppet) == (), name
        assert is_refused(keeper.model(
                'agencies.membership', 'write', answer, {'state': 'held'}))
        proposal = waiting(puppet)[0]
        for login in ['keeper', 'puppet', 'clerk', 'elsewhere']:
            assert is_refused(wire(login).model(
                    'agencies.proposal', 'confirm', [proposal])), login
        for method, values in [
                ('write', [[proposal], {'state': 'confirmed'}]),
                ('write', [[proposal], {'user': world['clerk']}]),
                ('copy', [[proposal], {}]), ('delete', [[proposal]])]:
            assert is_refused(keeper.model(
                    'agencies.proposal', method, *values)), method
        assert roles_of(puppet) == ()
        if name == 'leader':
            confirmed = wire('leader').model(
                'agencies.proposal', 'confirm', [proposal])
            assert not is_refused(confirmed), confirmed
            assert roles_of(puppet) == ((world['A'], 'leader'),)
            ended = keeper.model(
                'agencies.membership', 'write', answer,
                {'valid_to': dt.date(2026, 1, 6)})
            assert not is_refused(ended), ended
            # and is not given again by a stroke
            assert is_refused(keeper.model(
                    'agencies.membership', 'write', answer,
                    {'valid_to': None}))
        else:
            refused = wire('leader').model(
                'agencies.proposal', 'refuse', [proposal])
            assert not is_refused(refused), refused
        assert roles_of(puppet) == ()


def test_who_is_told(world):
    "The person, the custodian and who oversees are told of a new leader"
    for login, word in [
            ('leader', "waits for your confirmation"),
            ('puppet', "Confirmed for"), ('custodian', "Confirmed for"),
            ('overseer', "Confirmed for"), ('overseer', "ended or shortened")]:
        assert any(word in label for label in told(login, world)), login
    entries = look(lambda pool: pool.get('audit.entry').search([
                ('resource', 'like', 'agencies.proposal,%')], count=True))
    assert entries >= 12


def test_no_role_turned_into_another(world):
    keeper = wire('keeper')
    made = give(keeper, world['puppet'], world['A'], 'clerk')
    # a clerk decides nothing: one person is enough
    assert roles_of(world['puppet']) == ((world['A'], 'clerk'),)
    for values in [{'role': 'leader'}, {'user': world['clerk']},
            {'agency': world['B']}]:
        assert is_refused(keeper.model(
                'agencies.membership', 'write', made, values)), values
    assert not is_refused(keeper.model(
            'agencies.membership', 'delete', made))


def test_nobody_becomes_another(world):
    "Password, address, login and groups of who holds a role wait"
    admin, leader = wire('admin'), world['leader']
    for values in [{'password': OTHER}, {'email': 'me@example.vn'},
            {'login': 'mine'}]:
        answer = admin.model('res.user', 'write', [leader], values)
        assert not is_refused(answer), answer
    assert wire('leader', OTHER).user is None
    assert wire('leader').user == leader
    assert look(lambda pool: pool.get('res.user')(leader).email
        ) == 'leader@example.vn'
    found = waiting(leader)
    assert len(found) == 3
    shown = str(admin.model(
            'agencies.proposal', 'read', found, ['text', 'state']))
    assert OTHER not in shown and '$' not in shown
    assert is_refused(admin.model(
            'agencies.proposal', 'read', found, ['values']))
    assert is_refused(admin.model('agencies.proposal', 'confirm', found))
    # the one concerned does not confirm either: he has preferences
    assert is_refused(wire('leader').model(
            'agencies.proposal', 'confirm', found))
    assert not is_refused(wire('deputy').model(
            'agencies.proposal', 'refuse', found[:2]))
    password = found[2]
    assert not is_refused(wire('deputy').model(
            'agencies.proposal', 'confirm', [password]))
    assert wire('leader', OTHER).user == leader
    # who changes his own needs nobody
    assert not is_refused(wire('leader', OTHER).model(
            'res.user', 'set_preferences', {'password': PASSWORD}))
    assert wire('leader').user == leader


def test_no_groups_by_one_person(world):
    admin = wire('admin')
    groups = look(lambda pool: {
            g.name: g.id for g in pool.get('res.group').search([])})
    made = admin.model('res.user', 'create', [{
                'name': "Rối", 'login': 'rối', 'password': PASSWORD,
                'groups': [['add', list(groups.values())]],
                'memberships': [['create', [{
                                'agency': world['A'], 'role': 'leader',
                                'valid_from': DAY}]]]}])
    assert isinstance(made, list), made
    assert roles_of(made[0]) == ()
    for user in [made[0], world['admin'], world['clerk']]:
        admin.model('res.user', 'write', [user], {
                'groups': [['add', list(groups.values())]]})
    for group in groups.values():
        assert is_refused(admin.model('res.group', 'write', [group], {
                    'users': [['add', made]]}))
        assert is_refused(admin.model('res.group', 'write', [group], {
                    'parent': groups["Donthu / Leader"]}))
    assert look(lambda pool: [
            list(map(int, pool.get('res.user')(u).groups))
            for u in [made[0], world['clerk']]]) == [[], []]
    # what is taken away is taken at once
    copy = admin.model('res.user', 'copy', [world['leader']], {
            'login': 'copied'})
    assert is_refused(copy) or roles_of(copy[0]) == ()


def test_no_login_brought_back(world):
    admin = wire('admin')
    admin.model('res.user', 'write', [world['clerk']], {'active': False})
    assert wire('clerk').user is None
    admin.model('res.user', 'write', [world['clerk']], {'active': True})
    assert wire('clerk').user is None
    assert any("deactivated" in label for label in told('overseer', world))
    proposal, = waiting(world['clerk'])[:1]
    assert not is_refused(wire('leader').model(
            'agencies.proposal', 'confirm', [proposal]))
    assert wire('clerk').user == world['clerk']


def test_nobody_acts_for_another_by_one_person(world):
    "A leader lets a clerk act for another leader: that one is asked"
    leader = wire('leader')
    made = leader.model('agencies.absence', 'create', [{
                'agency': world['A'], 'user': world['deputy'],
                'delegate': world['clerk'], 'delegate_confirmed': True,
                'valid_from': dt.date(2020, 1, 1),
                'valid_to': dt.date(2099, 1, 1)}])
    assert not is_refused(made), made
    assert roles_of(world['clerk']) == ((world['A'], 'clerk'),)
    assert is_refused(leader.model('agencies.absence', 'write', made, {
                'delegate_confirmed': True}))
    proposal = waiting(world['clerk'])[0]
    for login in ['leader', 'clerk', 'elsewhere']:
        assert is_refused(wire(login).model(
                'agencies.proposal', 'confirm', [proposal])), login
    assert not is_refused(wire('deputy').model(
            'agencies.proposal', 'confirm', [proposal]))
    assert (world['A'], 'leader') in roles_of(world['clerk'])


def test_nothing_that_runs_comes_from_the_database(world):
    "Templates, triggers, actions, views, rights are as the modules ship them"
    admin = wire('admin')
    first = look(lambda pool: {
            name: [r.id for r in pool.get(name).search([], limit=1)]
            for name in [
                'ir.action.report', 'ir.action.wizard', 'ir.ui.view',
                'ir.model.access', 'ir.rule', 'ir.rule.group', 'ir.cron',
                'ir.translation', 'ir.model.button', 'res.group']})
    attack = b'<py:with vars="x=open(\'/etc/passwd\').read()"/>'
    for name, values in [
            ('ir.action.report', {'report_content': attack}),
            ('ir.action.report', {'report_content_custom': attack}),
            ('ir.action.report', {'report': '../../../etc/passwd'}),
            ('ir.action.report', {'report_name': 'res.user'}),
            ('ir.action.wizard', {'wiz_name': 'res.user.config'}),
            ('ir.ui.view', {'data': '<form/>'}),
            ('ir.model.access', {'perm_read': True}),
            ('ir.rule', {'domain': '[]'}),
            ('ir.rule.group', {'global_p': False}),
            ('ir.translation', {'value': "x"}),
            ('ir.cron', {'method': 'ir.queue|clean'}),
            ('res.group', {'name': "x"})]:
        answer = admin.model(name, 'write', first[name], values)
        assert is_refused(answer), (name, values, answer)
        answer = admin.model(name, 'delete', first[name])
        assert is_refused(answer), (name, answer)
    model = look(lambda pool: pool.get('ir.model').search([
                ('name', '=', 'res.user')])[0].id)
    for name, values in [
            ('ir.email.template', {
                    'model': model, 'name': "x", 'subject': "x",
                    'body': attack.decode()}),
            ('ir.trigger', {
                    'name': "x", 'model': model, 'on_create_': True,
                    'condition': 'true', 'action': 'res.user|write'}),
            ('ir.action.report', {
                    'name': "x", 'model': 'res.user',
                    'report_name': 'x', 'report_content': attack}),
            ('ir.cron', {
                    'method': 'ir.queue|clean', 'interval_number': 1,
                    'interval_type': 'minutes'}),
            ('ir.rule.group', {'name': "x", 'model': 'complaints.letter'})]:
        assert is_refused(admin.model(name, 'create', [values])), name


def test_what_is_planted_does_not_run(world):
    "A template that came into the database another way is not used"
    with Transaction().start(DB_NAME, 0) as transaction:
        Report = Pool().get('ir.action.report')
        report = Report.search([('report', '!=', None)], limit=1)[0]
        table = Report.__table__()
        transaction.connection.cursor().execute(*table.update(
                [table.report_content_custom], [b'planted'],
                where=table.id == report.id))
        assert Report(report.id).report_content != b'planted'
        Template = Pool().get('ir.email.template')
        model, = Pool().get('ir.model').search([('name', '=', 'res.user')])
        template, = Template.create([{
                    'model': model.id, 'name': "x", 'body': "<p/>"}])
        assert not Template.search([('id', '=', template.id)])
        with pytest.raises(Exception, match="as the modules"):
            template.get(Pool().get('res.user')(world['clerk']))
        transaction.rollback()


# What the administrator of a commune writes, of his own branch: guarded there
BRANCH = {
    'agencies.agency', 'agencies.agency.identifier', 'agencies.agency.period',
    'agencies.membership', 'agencies.unit', 'agencies.reorganisation',
    'agencies.reorganisation.old', 'agencies.reorganisation.new',
    'agencies.reorganisation.preview'}


def test_no_setting_of_others(world):
    """A commune's administrator changes nothing that holds for every agency

    A purpose of opening that needs nobody's consent would open the denouncers
    of the whole country.  Of every model that he may write."""
    tried, wrong = set(), []
    with Transaction().start(
            DB_NAME, world['keeper'], context={'_check_access': True},
            readonly=True) as transaction:
        pool = Pool()
        Access = pool.get('ir.model.access')
        for name, Model in pool.iterobject():
            if (not issubclass(Model, ModelStorage)
                    or not issubclass(Model, ModelView)
                    or name in BRANCH
                    or name.startswith(('ir.', 'res.', 'country.'))
                    or not any(
                        Access.check(name, mode, raise_exception=False)
                        for mode in ['write', 'create', 'delete'])):
                continue
            tried.add(name)
            for mode in ['create', 'write', 'delete']:
                for user, refused in [
                        ('keeper', True), ('above', False), ('admin', False)]:
                    with transaction.set_user(world[user]):
                        try:
                            Model.check_modification(
                                mode, [], {}, external=True)
                        except AccessError as error:
                            right = refused and 'every agency' in str(error)
                        else:
                            right = not refused
                        if not right:
                            wrong.append((name, mode, user))
    assert not wrong, wrong
    assert {'complaints.opening.rule', 'escalation.rule',
        'complaints.procedure.step', 'complaints.reading.limits'} <= tried
    keeper = wire('keeper')
    answer = keeper.model('complaints.opening.rule', 'create', [{
                'name': "Muốn biết", 'asker': 'worker', 'consent': 'none',
                'hours': 9999, 'citation': "x", 'certainty': 'verified',
                'valid_from': DAY}])
    assert is_refused(answer) and 'every agency' in answer
    rule = look(lambda pool: pool.get('complaints.opening.rule').search(
            [])[0].id)
    for values in [{'consent': 'none'}, {'asker': 'worker'}, {'hours': 9999}]:
        assert is_refused(keeper.model(
                'complaints.opening.rule', 'write', [rule], values)), values


def test_switching_off_is_seen(world):
    "A job stopped, a rule switched off, a delay of years: those above know"
    admin = wire('admin')
    seal, rule = look(lambda pool: (
            pool.get('ir.cron').search([
                    ('method', '=', 'audit.seal|seal_due')])[0].id,
            pool.get('escalation.rule').search(
                [('trigger', '=', 'time')], limit=1)[0].id))
    before = len(told('overseer', world))
    assert is_refused(admin.model('ir.cron', 'write', [seal], {
                'next_call': dt.datetime(2999, 1, 1)}))
    for model, id_, values in [
            ('ir.cron', seal, {'active': False}),
            ('ir.cron', seal, {'active': True, 'interval_number': 9999}),
            ('escalation.rule', rule, {'active': False}),
            ('escalation.rule', rule, {
                    'active': True, 'delay': 9999})]:
        keeper = wire('above') if model.startswith('escalation') else admin
        answer = keeper.model(model, 'write', [id_], values)
        assert not is_refused(answer), answer
    for login in ['overseer', 'custodian']:
        labels = [
            label for label in told(login, world) if "a setting" in label]
        assert len(labels) == 4, (login, labels)
    assert len(told('overseer', world)) == before + 4
    assert look(lambda pool: pool.get('audit.entry').search([
                ('resource', 'in', [
                        f'ir.cron,{seal}',
                        f'escalation.rule,{rule}']),
                ('action', '=', 'write')], count=True)) == 4


def test_an_agency_is_not_emptied_unseen(world):
    """All roles away, all logins shut: those above know at once, on record

    The custodian of the commune is told, too, though her role goes first."""
    keeper, admin = wire('keeper'), wire('admin')
    held = look(lambda pool: {
            m.id: m.role for m in pool.get('agencies.membership').search([
                    ('agency', '=', world['A']), ('state', '=', 'held'),
                    ('valid_to', '=', None), ('role', '!=', 'administrator')])
            })
    today = look(lambda pool: pool.get('ir.date').today())
    assert {'custodian', 'leader', 'clerk'} <= set(held.values())
    for role in ['custodian', 'clerk', 'leader']:
        before = Counter(told('overseer', world))
        some = [id_ for id_, its in held.items() if its == role]
        if role == 'clerk':
            # by the logins
            users = look(lambda pool, some=some: [
                    m.user.id for m in pool.get(
                        'agencies.membership').browse(some)])
            answer = admin.model('res.user', 'write', users, {
                    'active': False})
        elif role == 'leader':
            # from tomorrow on: nobody has noticed today
            answer = keeper.model('agencies.membership', 'write', some, {
                    'valid_to': today})
        else:
            answer = keeper.model('agencies.membership', 'delete', some)
        assert not is_refused(answer), answer
        labels = Counter(told('overseer', world)) - before
        assert any("Nobody" in label for label in labels), (role, labels)
    assert any("take in or settle" in label
        for label in told('overseer', world))
    assert any("Nobody holds" in label for label in told('custodian', world))
    entries = look(lambda pool: [
            e.summary for e in pool.get('audit.entry').search([
                    ('resource', '=', f"agencies.agency,{world['A']}"),
                    ('action', '=', 'notify')], order=[('id', 'ASC')])])[-3:]
    assert [e.split(':')[0] for e in entries] == [
        'custodian', 'clerk', 'leader']
    assert all('overseer' in summary for summary in entries)
