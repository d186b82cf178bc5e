# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A commune with a clerk, a leader and who keeps the house, on the wire."""
import tempfile
from pathlib import Path
from unittest.mock import patch

import trytond.config as config
from trytond.pool import Pool
from trytond.tests.test_tryton import DB_NAME, RouteTestCase
from trytond.transaction import Transaction

from .tools import create_agency, create_user
from .wire import Wire

PASSWORDS = {
    'clerk': "clerk of the commune", 'leader': "leader of the commune",
    'keeper': "keeper of the house"}


class GuardsCase(RouteTestCase):
    module = 'agencies'

    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        cls.files = Path(directory.name) / 'files'
        cls.files.mkdir()
        cls.addClassCleanup(
            config.set, 'database', 'path', config.get('database', 'path'))
        config.set('database', 'path', str(cls.files))
        super().setUpClass()

    @classmethod
    def setUpDatabase(cls):
        pool = Pool()
        User = pool.get('res.user')
        ModelData = pool.get('ir.model.data')
        with Transaction().set_user(0):
            agency = create_agency('00001', "UBND xã Một")
            cls.agency = agency.id
            cls.users = {}
            for login, password in PASSWORDS.items():
                role = login if login != 'keeper' else 'administrator'
                user = create_user(login, agency, role)
                user.password = password
                user.email = f'{login}@example.com'
                user.save()
                cls.users[login] = user.id
            cls.admins = ModelData.get_id('res', 'group_admin')
            keeper = User(cls.users['keeper'])
            keeper.groups = [cls.admins]
            keeper.save()
            Application = pool.get('res.user.application')
            cls.keys = {}
            for login in ['clerk', 'leader']:
                application = Application(
                    user=cls.users[login], application='rest')
                application.save()
                cls.keys[login] = application.key, application.id

    def setUp(self):
        super().setUp()
        # trytond waits after wrong passwords
        self._patch('time.sleep')
        self.mails = []
        self._patch(
            'trytond.res.user.send_message_transactional',
            side_effect=self.mails.append)

    def _patch(self, *args, **kwargs):
        patcher = patch(*args, **kwargs)
        patcher.start()
        self.addCleanup(patcher.stop)

    def _set(self, option, value):
        if not config.has_section('guards'):
            config.add_section('guards')
        config.set('guards', option, value)
        self.addCleanup(config.set, 'guards', option, 'False')

    def wire(self, login):
        wire = Wire(login, PASSWORDS[login])
        self.assertTrue(wire.user, login)
        return wire

    def is_admin(self, user):
        with Transaction().start(DB_NAME, user, context={}):
            return self.admins in Pool().get('res.user').get_groups()

    def _stored(self, login):
        with Transaction().start(DB_NAME, 0, readonly=True):
            user = Pool().get('res.user')(self.users[login])
            return user.password_reset

    def _warning(self, wire):
        # something of the clerk's own to attach to
        wire.call('model.res.user.warning.skip', 'test', True, {})
        return wire.search('res.user.warning', [])[0]
