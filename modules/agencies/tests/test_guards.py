# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A clerk wants the password of the leader, and what goes with it.

Each attack is written as who attacks would, over the wire; then what people
do every day, which goes on to work.
"""
import json
import re
import string
from email import policy
from email.parser import BytesParser
from unittest.mock import patch

from trytond import backend
from trytond.modules.foundation.guards.calls import public
from trytond.modules.foundation.guards.credentials import CREDENTIALS
from trytond.modules.foundation.guards.wire import Door
from trytond.pool import Pool
from trytond.res.user import PASSWORD_HASH
from trytond.rpc import RPC
from trytond.tests.test_tryton import DB_NAME
from trytond.transaction import Transaction

from .guards_case import PASSWORDS, GuardsCase
from .wire import Wire, is_refused

ALPHABET = sorted(string.ascii_letters + string.digits)


class LoginsTestCase(GuardsCase):
    "Test nobody becomes another"

    def test_takeover(self):
        "Test a reset and sixty questions give nobody's password"
        self._set('reset_without_login', 'True')
        Wire().call('common.db.reset_password', 'leader', 'en')
        self.assertEqual(len(self.mails), 1)
        clerk = self.wire('clerk')
        guess, calls = '', 0
        for _ in range(8):
            low, high = 0, len(ALPHABET) - 1
            while low < high:
                middle = (low + high + 1) // 2
                calls += 1
                answer = clerk.count('res.user', [
                        ['login', '=', 'leader'],
                        ['password_reset', '>=', guess + ALPHABET[middle]]])
                if answer == 1:
                    low = middle
                else:
                    high = middle - 1
            guess += ALPHABET[low]
        self.assertLessEqual(calls, 60)
        self.assertFalse(Wire().log_in('leader', guess))
        for name in ['password_reset', 'password_hash']:
            answer = clerk.model(
                'res.user', 'read', [self.users['leader']], [name])
            self.assertTrue(is_refused(answer))
        # what one finds in the database opens nothing
        stored = self._stored('leader')
        self.assertTrue(stored.startswith('$'))
        self.assertFalse(Wire().log_in('leader', stored))
        # who got the mail gets in
        self.assertTrue(Wire().log_in('leader', self._mailed()))

    def _mailed(self):
        text = self.mails[-1].get_body(['html']).get_content()
        return re.search(
            r'password\s*<strong>([^<]+)</strong>', text).group(1)

    def test_no_name_takes_longer(self):
        "Test a login that fails costs the same hashes, whoever is asked for"
        with Transaction().start(DB_NAME, 0) as transaction:
            User = Pool().get('res.user')
            for login, values in [
                    ('nopassword', {}),
                    ('gone', {'password': "was here once", 'active': False}),
                    ('waiting', {'password': "waits for a mail"})]:
                user, = User.create([
                        {'name': login, 'login': login, **values}])
            User.reset_password([user])
            # who was tried too often is not looked at: the tests before
            Attempt = Pool().get('res.user.login.attempt')
            Attempt.delete(Attempt.search([]))
            transaction.commit()
        asked = [
            'clerk', 'nobody', 'nopassword', 'gone', 'waiting', 'Clerk', '',
            'x' * 600, "' OR 1=1 --"]
        if backend.name == 'sqlite':
            # PostgreSQL holds no such name, and says so at once
            asked.append('clerk\0')
        # the hash that no password opens is made once
        self.assertFalse(Wire().log_in('nobody', 'wrong'))
        costs = {}
        for login in asked:
            done = []

            def count(name, done=done):
                real = getattr(PASSWORD_HASH, name)

                def counted(password, *args, **kwargs):
                    result = real(password, *args, **kwargs)
                    # argon2 with its costs, of how many characters
                    done.append((name, len(password), *[
                            hash_.rsplit('$', 2)[0] for hash_ in args]))
                    return result
                return patch.object(PASSWORD_HASH, name, counted)
            with count('hash'), count('verify'), count('verify_and_update'):
                self.assertFalse(Wire().log_in(login, "a wrong one"), login)
            costs[login] = done
        self.assertEqual(
            len(costs['nobody']), 2, "the password, and that of a reset")
        for login in asked:
            self.assertEqual(costs[login], costs['nobody'], login)

    def test_reset_without_login(self):
        "Test nobody without a login resets anybody's password"
        before = self._stored('clerk')
        for login in ['clerk', 'nobody']:
            self.assertIsNone(
                Wire().call('common.db.reset_password', login, 'en'))
        self.assertEqual(self.mails, [])
        self.assertEqual(self._stored('clerk'), before)

    def test_reset_by_administrator(self):
        "Test an administrator resets by mail, a clerk does not"
        clerk = self.wire('clerk')
        self.assertTrue(is_refused(clerk.model(
                    'res.user', 'reset_password', [self.users['leader']])))
        self.assertEqual(self.mails, [])
        keeper = self.wire('keeper')
        answer = keeper.model(
            'res.user', 'reset_password', [self.users['clerk']])
        self.assertFalse(is_refused(answer), answer)
        mail, = self.mails
        self.assertEqual(str(mail['To']), 'clerk@example.com')
        parsed = BytesParser(policy=policy.default).parsebytes(bytes(mail))
        self.assertNotIn('$argon2', parsed.as_string())
        again = Wire()
        self.assertTrue(again.log_in('clerk', self._mailed()))
        answer = again.model('res.user', 'set_preferences', {
                'password': PASSWORDS['clerk']})
        self.assertFalse(is_refused(answer), answer)
        self.assertFalse(Wire().log_in('clerk', self._mailed()))
        self.wire('clerk')

    def test_reset_mail_for_nobody_else(self):
        "Test the mail of a reset is no report that one can ask for"
        for login in ['clerk', 'keeper']:
            answer = self.wire(login).call(
                'report.res.user.email_reset_password.execute',
                [self.users['leader']], {'model': 'res.user'},
                {'_reset_passwords': {}})
            self.assertTrue(is_refused(answer), answer)

    def test_resets_in_clear_are_dropped(self):
        "Test an update drops what older releases kept in clear"
        with Transaction().start(DB_NAME, 0):
            User = Pool().get('res.user')
            table = User.__table__()
            cursor = Transaction().connection.cursor()
            cursor.execute(*table.update(
                    [table.password_reset], ['Hanoi2026'],
                    where=table.id == self.users['keeper']))
            User.__register__('agencies')
            cursor.execute(*table.select(
                    table.password_reset,
                    where=table.id == self.users['keeper']))
            self.assertEqual(cursor.fetchone()[0], None)
            Transaction().rollback()

    def test_ways_around(self):
        "Test no spelling of a question tells a credential"
        clerk = self.wire('clerk')
        leader, key = self.users['leader'], self.keys['leader'][0]
        for model, domain in [
                ('res.user', [['password_hash', 'like', '$%']]),
                ('res.user', ['OR', [['password_hash', 'like', '$%']]]),
                ('res.user', [['create_uid.password_hash', '!=', None]]),
                ('res.user', [
                        ['create_uid', 'where', [
                                ['password_hash', '!=', 'x']]]]),
                ('res.user', [
                        ['memberships.user', 'where', [
                                ['password_hash', '!=', 'x']]]]),
                ('res.user', [
                        ['memberships', 'where', [
                                ['user', 'not where', [
                                        ['password_hash', '=', 'x']]]]]]),
                ('res.user', [
                        ['applications', 'where', [['key', 'like', '%']]]]),
                ('res.user', [['applications.key', 'like', key[:2] + '%']]),
                ('ir.attachment', [
                        ['resource.key', '!=', 'x', 'ir.session']]),
                ('ir.attachment', [
                        ['resource.create_uid', 'where', [
                                ['password_hash', '!=', 'x']],
                            'agencies.agency']]),
                ('agencies.agency', [
                        ['create_uid', 'child_of', ['x'], 'password_hash']]),
                ]:
            with self.subTest(domain=domain):
                self.assertTrue(is_refused(clerk.search(model, domain)))
                self.assertTrue(is_refused(clerk.count(model, domain)))
                self.assertTrue(is_refused(clerk.model(
                            model, 'export_data_domain', domain, ['id'])))
                self.assertNotEqual(
                    clerk.csv(model, ['id'], domain)[0], 200)
        for order in ['password_hash', 'create_uid.password_hash',
                'password_reset_expire']:
            self.assertTrue(is_refused(
                    clerk.search('res.user', [], [[order, 'ASC']])), order)
        for name in ['password_hash', 'create_uid.password_hash',
                'applications.key', 'password_hash:string']:
            answer = clerk.model('res.user', 'read', [leader], [name])
            self.assertTrue(is_refused(answer), (name, answer))
            self.assertTrue(is_refused(clerk.model(
                        'res.user', 'export_data', [leader],
                        [name.replace('.', '/')])), name)
        # a name that is a key
        for name, id_ in [
                ('res.user.application', self.keys['leader'][1]),
                ('ir.session', self._session('leader'))]:
            answer = str(clerk.model(
                    'ir.attachment', 'default_get', ['resource'], True,
                    default_resource=f'{name},{id_}'))
            for secret in [key, self._session('leader', 'key')]:
                self.assertNotIn(secret, answer)
        for operator in ['=', 'ilike']:
            found = clerk.count(
                'res.user.application', [['rec_name', operator, key]])
            self.assertEqual(found, clerk.count(
                    'res.user.application', [['rec_name', operator, 'x']]))

    def _session(self, login, name='id'):
        self.wire(login)
        with Transaction().start(DB_NAME, 0, readonly=True):
            session, *_ = Pool().get('ir.session').search([
                    ('create_uid', '=', self.users[login])])
            return getattr(session, name)

    def test_not_offered(self):
        "Test no view shows a credential, nor may it be written"
        for login in ['clerk', 'keeper']:
            wire = self.wire(login)
            view = str(wire.model('res.user', 'fields_view_get', None, 'form'))
            self.assertIn('login', view)
            for name in CREDENTIALS['res.user']:
                self.assertNotIn(f'"{name}"', view)
                self.assertTrue(is_refused(wire.model(
                            'res.user', 'write', [self.users['clerk']],
                            {name: None})))

    def test_preferences(self):
        "Test preferences open no other record"
        clerk = self.wire('clerk')
        leader = self.users['leader']
        mine, theirs = self.keys['clerk'][1], self.keys['leader'][1]
        with Transaction().start(DB_NAME, 0, readonly=True):
            action = Pool().get('ir.action').search([], limit=1)[0].id
        promote = ['write', [self.admins], {'users': [['add', [clerk.user]]]}]
        for values in [
                {'actions': [['write', [action], {'groups': [promote]}]]},
                {'actions': [['create', [{'name': 'x', 'type': 'x',
                                    'groups': [promote]}]]]},
                {'actions': [['delete', [action]]]},
                {'actions': [['copy', [action], {}]]},
                {'applications': [['write', [mine], {'user': leader}]]},
                {'applications': [['add', [theirs]]]},
                {'applications': [['delete', [theirs]]]},
                {'applications': [['remove', [theirs]]]},
                {'applications': [['create', [{
                                    'user': leader, 'application': 'rest'}]]]},
                {'groups': [['add', [self.admins]]]},
                {'memberships': [['create', [{
                                    'agency': self.agency,
                                    'role': 'leader'}]]]},
                {'login': 'root'},
                ]:
            with self.subTest(values=values):
                clerk.model('res.user', 'set_preferences', values)
                self.assertFalse(self.is_admin(clerk.user))
                with Transaction().start(DB_NAME, 0, readonly=True):
                    Application = Pool().get('res.user.application')
                    User = Pool().get('res.user')
                    for id_, login in [(mine, 'clerk'), (theirs, 'leader')]:
                        self.assertEqual(
                            Application(id_).user.id, self.users[login])
                    user = User(clerk.user)
                    self.assertEqual(
                        (user.login, [m.role for m in user.memberships]),
                        ('clerk', ['clerk']))
        answer = clerk.model('res.user', 'set_preferences', {
                'name': "Văn thư", 'actions': [['add', [action]]]})
        self.assertFalse(is_refused(answer), answer)
        answer = clerk.model('res.user', 'set_preferences', {
                'actions': [['remove', [action]]]})
        self.assertFalse(is_refused(answer), answer)
        answer = clerk.model('res.user', 'set_preferences', {
                'applications': [['create', [{'application': 'rest'}]]]})
        self.assertFalse(is_refused(answer), answer)

    def test_wizards(self):
        "Test no clerk uses the wizards of administrators, or another's"
        clerk, keeper = self.wire('clerk'), self.wire('keeper')
        for name in ['res.user.config', 'ir.translation.set',
                'ir.translation.clean', 'ir.module.config',
                'ir.module.config_wizard', 'ir.model.refresh_materialized']:
            self.assertTrue(is_refused(
                    clerk.call(f'wizard.{name}.create', {})), name)
        wizard = 'wizard.res.user.config'
        session, *_ = keeper.call(f'{wizard}.create', {})
        new = {'user': {
                'login': 'evil', 'name': 'evil', 'password': 'of the evil',
                'groups': [self.admins]}}
        self.assertTrue(is_refused(
                clerk.call(f'{wizard}.execute', session, new, 'add', {})))
        self.assertFalse(Wire().log_in('evil', 'of the evil'))
        # of a wizard that both may use
        show = 'wizard.ir.translation.set'
        session, state, _ = keeper.call(f'{show}.create', {})
        with patch.object(
                Pool(DB_NAME).get('ir.translation.set', type='wizard'),
                '_is_administrative', return_value=False):
            for method, arguments in [
                    ('execute', [session, {}, state]), ('delete', [session])]:
                self.assertTrue(is_refused(
                        clerk.call(f'{show}.{method}', *arguments, {})))
        self.assertFalse(is_refused(
                keeper.call(f'{show}.execute', session, {}, state, {})))

    def test_rest_is_off(self):
        "Test REST is not there, with a key or without"
        key, _ = self.keys['clerk']
        for path in ['model/res.user', f'model/res.user/{self.users["leader"]}',
                'model/ir.cron/run', 'report/x/1', '/model//res.user']:
            for method in ['GET', 'POST']:
                status, _ = Wire().rest(key, path, method, data={})
                self.assertEqual(status, 404, path)
        wire = Wire()
        for method in ['POST', 'DELETE']:
            response = wire.http.open(
                f'/{DB_NAME}/user/application/', method=method, json={
                    'user': 'leader', 'application': 'rest'})
            self.assertEqual(response.status_code, 404)
        response = self.wire('keeper').http.get(
            f'/{DB_NAME}/ir/html/res.user/1/signature')
        self.assertEqual(response.status_code, 404)
        with Transaction().start(DB_NAME, 0, readonly=True):
            Application = Pool().get('res.user.application')
            self.assertIsNone(Application.check(key, 'rest'))

    def test_rest(self):
        "Test where REST is on a key opens what its user may, and no more"
        self._set('rest', 'True')
        key, _ = self.keys['clerk']
        leader = self.users['leader']
        powers = {
            '_groups': [self.admins], '_check_access': False, '_user': 1,
            'user': leader, '_request': {'remote_addr': '127.0.0.1'},
            '_skip_warnings': True, '_datetime': None}
        for context in [None, powers]:
            for path, method, data in [
                    (f'model/res.user/{leader}', 'PUT',
                        {'password': "of the evil one"}),
                    ('model/res.user', 'POST', {'login': 'evil'}),
                    ('model/res.user-res.group', 'POST', {
                            'user': self.users['clerk'],
                            'group': self.admins}),
                    ('model/ir.session', 'GET', None),
                    ('model/ir.session', 'POST', {}),
                    ('model/agencies.membership', 'POST', {
                            'user': self.users['clerk'], 'role': 'leader',
                            'agency': self.agency,
                            'valid_from': '2011-01-01'}),
                    (f'model/res.user/{leader}/reset_password', 'POST', {}),
                    ]:
                status, text = Wire().rest(key, path, method, data, context)
                self.assertGreaterEqual(status, 400, (path, text))
            status, text = Wire().rest(
                key, f'model/res.user/{leader}?f=login&f=password_hash'
                '&f=password_reset&f=applications.key', context=context)
            self.assertIn('"leader"', text)
            self.assertNotIn('password', text)
            self.assertNotIn(self.keys['leader'][0], text)
        self.assertFalse(self.is_admin(self.users['clerk']))
        self.assertFalse(Wire().log_in('leader', "of the evil one"))
        self.assertEqual(Wire().rest(
                key, 'model/res.user', context='not a dictionary')[0], 400)
        # nobody becomes another through his own key
        wire = self.wire('clerk')
        for values in [{'user': leader}, {'key': 'x' * 32}]:
            self.assertTrue(is_refused(wire.model(
                        'res.user.application', 'write',
                        [self.keys['clerk'][1]], values)))
        # a cancelled one stays so
        self.assertFalse(is_refused(wire.model(
                    'res.user.application', 'cancel',
                    [self.keys['clerk'][1]])))
        self.assertEqual(Wire().rest(key, 'model/res.user')[0], 401)
        self.assertTrue(is_refused(wire.model(
                    'res.user.application', 'write',
                    [self.keys['clerk'][1]], {'state': 'validated'})))

    def test_contexts(self):
        "Test no door lets a private key of a context in"
        private = {
            '_check_access': False, '_groups': [self.admins], '_user': 1,
            '_datetime': None, '_request': {}, '_anything': 1}
        self.assertEqual(
            public({**private, 'language': 'vi', '_timestamp': {}}),
            {'language': 'vi', '_timestamp': {}})
        clerk = self.wire('clerk')
        clerk.context = private
        leader = self.users['leader']
        self.assertTrue(is_refused(clerk.model(
                    'res.user', 'write', [leader], {'name': 'x'})))
        self.assertTrue(is_refused(clerk.model(
                    'res.user', 'read', [leader], ['password_reset'])))
        status, text = clerk.csv(
            'res.user', ['password_hash'], c=json.dumps(private))
        self.assertNotEqual(status, 200, text)
        seen = []

        def convert(rpc, obj, *args, _original=RPC.convert, **kwargs):
            result = _original(rpc, obj, *args, **kwargs)
            seen.append(dict(result[2]))
            return result
        with patch.object(RPC, 'convert', convert):
            clerk.model('res.user', 'search', [], 0, 1, None)
            clerk.call('wizard.ir.module.config.create', private)
            clerk.call(
                'report.res.user.email_reset_password.execute', [1], {},
                private)
        self.assertEqual(len(seen), 3)
        for context in seen:
            self.assertEqual(
                {n for n in context if n.startswith('_')}, {'_check_access'})
            self.assertTrue(context['_check_access'])
        environ = Door._clean({'QUERY_STRING': 'c=' + json.dumps(private)})
        self.assertEqual(environ['QUERY_STRING'], 'c=%7B%7D')

    def test_every_day(self):
        "Test login, preferences, password, attachments, export"
        clerk = self.wire('clerk')
        for method, arguments in [
                ('get_preferences', [False]),
                ('get_preferences_fields_view', []),
                ('fields_view_get', [None, 'form']), ('fields_get', [])]:
            answer = clerk.model('res.user', method, *arguments)
            self.assertFalse(is_refused(answer), answer)
        other = "another of the commune"
        for before, after in [(PASSWORDS['clerk'], other),
                (other, PASSWORDS['clerk'])]:
            wire = Wire('clerk', before)
            self.assertFalse(is_refused(wire.model(
                        'res.user', 'set_preferences', {'password': after})))
            self.assertFalse(Wire().log_in('clerk', before))
            self.assertTrue(Wire().log_in('clerk', after))
        rows = self.wire('clerk').model(
            'agencies.agency', 'export_data_domain', [],
            ['code', 'rec_name', 'kind.translated', 'create_uid/login'],
            0, None, None, True)
        self.assertEqual(len(rows), 2, rows)

    def test_administrator_every_day(self):
        "Test an administrator makes, copies and changes users"
        keeper = self.wire('keeper')
        new, = keeper.model('res.user', 'create', [{
                    'name': "Mới", 'login': 'moi', 'email': 'moi@example.com',
                    'password': "of somebody new",
                    'groups': [['add', [self.admins]]]}])
        self.assertTrue(Wire().log_in('moi', "of somebody new"))
        for answer in [
                keeper.model('res.user', 'reset_password', [new]),
                keeper.model('res.user', 'write', [new], {
                        'password': "again of somebody"}),
                keeper.model('res.user', 'reset_password', [new]),
                keeper.model('res.user', 'copy', [new], {})]:
            self.assertFalse(is_refused(answer), answer)
        self.assertTrue(Wire().log_in('moi', "again of somebody"))
        self.assertIsNone(self._reset_of('moi (copy)'))

    def _reset_of(self, login):
        with Transaction().start(DB_NAME, 0, readonly=True):
            user, = Pool().get('res.user').search([('login', '=', login)])
            return user.password_reset
