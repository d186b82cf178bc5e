# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A clerk wants the records and files of others."""
from trytond.model.exceptions import AccessError
from trytond.modules.foundation.guards.credentials import base_name
from trytond.modules.foundation.guards.stored import nested_domains
from trytond.pool import Pool
from trytond.tests.test_tryton import DB_NAME
from trytond.transaction import Transaction, without_check_access

from .guards_case import GuardsCase
from .wire import is_refused


class RecordsTestCase(GuardsCase):
    "Test nothing is shown around what may be read"

    def test_sessions_as_csv(self):
        "Test what has no methods for clients is not given as CSV either"
        self.wire('leader')
        for login in ['clerk', 'keeper']:
            wire = self.wire(login)
            for name, fields in [
                    ('ir.session', ['key']), ('ir.session', ['id']),
                    ('ir.session.wizard', ['data']),
                    ('ir.model.data', ['fs_id']),
                    ('res.user.device', ['cookie'])]:
                status, text = wire.csv(name, fields)
                self.assertNotEqual(status, 200, text)
        status, text = wire.csv('agencies.agency', ['code', 'rec_name'])
        self.assertEqual(status, 200)
        self.assertIn('00001', text)

    def test_files(self):
        "Test nobody says which file an attachment shows"
        secret = "the keys of the house"
        (self.files / 'house.keys').write_text(secret)
        clerk = self.wire('clerk')
        resource = f'agencies.agency,{self.agency}'
        keeper = self.wire('keeper')
        own, = keeper.model('ir.attachment', 'create', [{
                    'name': 'own.txt', 'type': 'data', 'data': b'of mine',
                    'resource': resource}])
        with Transaction().start(DB_NAME, 0, readonly=True):
            other = Pool().get('ir.attachment')(own).file_id
        self.assertTrue(other)
        for wire, place in [
                (clerk, f'res.user.warning,{self._warning(clerk)}'),
                (keeper, resource)]:
            for file_id in [
                    str(self.files / 'house.keys'), '/etc/passwd',
                    'abcd/../../../../house.keys', '../../house.keys', other]:
                self._try_file(wire, place, file_id, secret)
        for name in ['file_id', 'data:string', 'create_uid.password_hash']:
            self.assertTrue(is_refused(
                    keeper.model('ir.attachment', 'read', [own], [name])))
        self.assertTrue(is_refused(keeper.search(
                    'ir.attachment', [['file_id', 'like', other[:4] + '%']])))
        # what one has is shown, and copied with what it holds
        copied, = keeper.model('ir.attachment', 'copy', [own], {})
        for id_ in [own, copied]:
            row, = keeper.model('ir.attachment', 'read', [id_], ['data'])
            self.assertEqual(row['data'], b'of mine')

    def _try_file(self, wire, resource, file_id, secret):
        values = {
            'name': 'x', 'type': 'data', 'file_id': file_id,
            'resource': resource}
        mine = wire.model('ir.attachment', 'create', [{
                    'name': 'y', 'type': 'data', 'data': b'y',
                    'resource': resource}])
        if is_refused(mine):
            mine = []
        attempts = [
            ('create', [values]),
            ('import_data', list(values), [list(values.values())]),
            ('export_data', mine, ['file_id'])]
        if mine:
            attempts += [
                ('write', mine, {'file_id': file_id}),
                ('copy', mine, {'file_id': file_id})]
        for method, *arguments in attempts:
            answer = wire.model('ir.attachment', method, *arguments)
            self.assertTrue(
                is_refused(answer) or answer == [], (method, answer))
        for row in wire.model(
                'ir.attachment', 'search_read', [], 0, 99, None, ['data']):
            self.assertNotIn(secret.encode(), row['data'] or b'')
        # also where access is not checked
        with Transaction().start(DB_NAME, wire.user, readonly=True):
            Attachment = Pool().get('ir.attachment')
            with without_check_access(), self.assertRaises(AccessError):
                Attachment.create([values])
        status, text = wire.csv('ir.attachment', ['file_id'])
        self.assertTrue(status != 200 or len(text.splitlines()) < 2, text)

    def test_planted_files(self):
        "Test an update takes out files that were planted before"
        with Transaction().start(DB_NAME, 0):
            Attachment = Pool().get('ir.attachment')
            kept, planted = Attachment.create([{
                        'name': 'a.txt', 'type': 'data', 'data': b'mine',
                        'resource': f'agencies.agency,{self.agency}',
                        }] * 2)
            table = Attachment.__table__()
            Transaction().connection.cursor().execute(*table.update(
                    [table.file_id], ['abcd/../../../../house.keys'],
                    where=table.id == planted.id))
            with self.assertLogs('trytond.modules.foundation.guards.files'):
                Attachment.__register__('agencies')
            rows = {r['id']: r['data'] for r in Attachment.read(
                    [kept.id, planted.id], ['data'])}
            self.assertEqual(rows, {kept.id: b'mine', planted.id: None})
            Transaction().rollback()

    def test_copies(self):
        "Test what one can not read one can not copy"
        clerk = self.wire('clerk')
        warning = self._warning(self.wire('leader'))
        for wire, default in [(clerk, {}), (clerk, {'user': clerk.user})]:
            answer = wire.model(
                'res.user.warning', 'copy', [warning], default)
            self.assertTrue(is_refused(answer), answer)
        answer = clerk.model('res.user', 'set_preferences', {
                'warnings': [['copy', [warning], {}]]})
        self.assertTrue(is_refused(answer), answer)

    def test_worked_out(self):
        "Test nothing is worked out of a record that one can not read"
        clerk = self.wire('clerk')
        warning = self._warning(self.wire('leader'))
        for method in ['on_change_with', 'on_change', 'on_change_notify']:
            answer = clerk.model(
                'res.user.warning', method, {'id': warning},
                *([] if method == 'on_change_notify' else [[]]))
            self.assertTrue(is_refused(answer), method)
        own = self._warning(clerk)
        self.assertFalse(is_refused(clerk.model(
                    'res.user.warning', 'on_change_with', {'id': own}, [])))

    def test_defaults(self):
        "Test a default value tells no name of what one can not read"
        clerk = self.wire('clerk')
        theirs = self._warning(self.wire('leader'))
        own = self._warning(clerk)
        for id_, refused in [(theirs, True), (own, False)]:
            answer = clerk.model(
                'ir.attachment', 'default_get', ['resource'], True,
                default_resource=f'res.user.warning,{id_}')
            self.assertEqual(is_refused(answer), refused, answer)

    def test_mails(self):
        "Test nobody mails himself what he can not read"
        self._patch('trytond.ir.email_.send_message_transactional',
            side_effect=lambda mail, **_: self.mails.append(mail))
        keeper = self.wire('keeper')
        theirs = self._warning(self.wire('leader'))
        kept = []
        with Transaction().start(DB_NAME, 0) as transaction:
            for resource in [f'res.user.warning,{theirs}',
                    f'agencies.agency,{self.agency}']:
                attachment, = Pool().get('ir.attachment').create([{
                            'name': 'a.txt', 'type': 'data', 'data': b'told',
                            'resource': resource}])
                kept.append(attachment.id)
            transaction.commit()
        own = ['agencies.agency', self.agency]
        for record, attachment in [
                (own, kept[0]), (['res.user.warning', theirs], kept[1])]:
            answer = keeper.model(
                'ir.email', 'send', 'evil@example.com', '', '', "x", "x", [],
                record, [], [attachment])
            self.assertIn('refused', answer)
        self.assertEqual(self.mails, [])
        answer = keeper.model(
            'ir.email', 'send', 'friend@example.com', '', '', "x", "x", [],
            own, [], [kept[1]])
        self.assertFalse(is_refused(answer), answer)
        self.assertEqual(len(self.mails), 1)

    def test_mail_dialog(self):
        "Test the clients are told what can be mailed, as they ask for it"
        keeper = self.wire('keeper')
        resource = f'agencies.agency,{self.agency}'
        kept, linked = keeper.model('ir.attachment', 'create', [{
                    'name': 'mail.txt', 'type': 'data', 'data': b'x',
                    'resource': resource}, {
                    'name': 'mail.vn', 'type': 'link', 'link': 'https://a.vn',
                    'resource': resource}])
        mine = [['resource', '=', resource], ['id', 'in', [kept, linked]]]

        def ask(*clauses, method='search_read'):
            more = [['rec_name']] if method == 'search_read' else []
            return keeper.model(
                'ir.attachment', method, [mine, *clauses], 0, None, None,
                *more)
        # the words of sao and of the desktop
        self.assertEqual(ask(['OR', ['data', '!=', None], [
                        'file_id', '!=', None]]), [
                {'id': kept, 'rec_name': 'mail.txt'}])
        self.assertEqual(
            ask(['file_id', '=', None], method='search'), [linked])
        with Transaction().start(DB_NAME, 0, readonly=True):
            file_id = Pool().get('ir.attachment')(kept).file_id
        # and nothing else: which file it is stays with the server
        for clause in [
                ['file_id', '=', file_id], ['file_id', '!=', file_id],
                ['file_id', '!=', ''], ['file_id', 'in', [None, file_id]],
                ['file_id', 'not in', [None]], ['file_id', 'like', '%'],
                ['file_id', '>', None], ['file_id', '<', 'g'],
                ['file_id', '!=', None, 'x']]:
            self.assertTrue(is_refused(ask(clause)), clause)
        for wire, model, path in [
                (keeper, 'res.user', 'avatars.image_id'),
                (self.wire('clerk'), 'res.user', 'avatars.image_id')]:
            for domain in [
                    [[path, '!=', None]],
                    [['avatars', 'where', [['image_id', '!=', None]]]]]:
                self.assertTrue(is_refused(wire.search(model, domain)))
        self.assertTrue(is_refused(keeper.search(
                    'ir.attachment', mine, [['file_id', 'ASC']])))

    def test_names(self):
        for name, base in [
                ('password_hash', 'password_hash'), ('state:string', 'state'),
                ('user.password_hash', 'user'), ('a.b:string', 'a')]:
            self.assertEqual(base_name(name), base)

    def test_nested_domains(self):
        "Test each where is found, at any depth"
        User = Pool(DB_NAME).get('res.user')
        with Transaction().start(DB_NAME, 0, readonly=True):
            found = [
                (Model.__name__, domain) for Model, domain in nested_domains([
                        'OR', [['name', '=', 'x']], [
                            ['groups', 'where', [
                                    ['users', 'not where', [
                                            ['login', '=', 'y']]]]]]], User)]
        self.assertEqual(found, [
                ('res.group', [['users', 'not where', [['login', '=', 'y']]]]),
                ('res.user', [['login', '=', 'y']])])
