# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Passwords are reset on somebody's order, and kept one-way.

Tryton resets the password of whoever is named by anybody who knows the name,
without a login; it keeps the new one in clear until it expires, and prints it
for whoever asks for the report of the mail.  Here

* an administrator resets; with [guards] reset_without_login = True a site that
  has mail lets who forgot his password ask for it;
* only a hash of it is kept, as of any password: who reads the database, a
  backup or a log has nothing to log in with;
* it is known while its mail is written, and to nobody else;
* a login that fails takes as long for whom there is not.
"""
import datetime as dt
import logging
import secrets

import trytond.config as config
from pwdlib.exceptions import UnknownHashError
from sql import Null
from trytond.i18n import gettext
from trytond.model import ModelView, dualmethod
from trytond.model.exceptions import AccessError
from trytond.pool import PoolMeta
from trytond.res.user import _send_email, gen_password
from trytond.transaction import Transaction

from ..acting import as_server

logger = logging.getLogger(__name__)
# {id of the user: password} while the mails are written
_CLEAR = '_reset_passwords'
_HASHES = {}


def is_stranger():
    "Tell if a client asks who has not logged in"
    transaction = Transaction()
    return not transaction.user and '_request' in transaction.context


class User(metaclass=PoolMeta):
    __name__ = 'res.user'

    @classmethod
    def __register__(cls, module_name):
        super().__register__(module_name)
        # Those that were made before are in clear: let them be asked again
        table = cls.__table__()
        Transaction().connection.cursor().execute(*table.update(
                [table.password_reset, table.password_reset_expire],
                [Null, Null],
                where=(table.password_reset != Null)
                & ~table.password_reset.like('$%')))

    @dualmethod
    @ModelView.button
    def reset_password(cls, users, length=8, from_=None):
        if is_stranger() and not config.getboolean(
                'guards', 'reset_without_login', default=False):
            # who asks learns nothing, not even this
            logger.info("Password reset without a login is off")
            return
        length = max(length, config.getint('password', 'length', default=0))
        expire = dt.datetime.now() + dt.timedelta(
            seconds=config.getint('password', 'reset_timeout'))
        clear = {}
        with as_server("a new password is the server's to write"):
            for user in cls.browse(users):
                clear[user.id] = gen_password(length=length)
                user.password_reset = cls.hash_password(clear[user.id])
                user.password_reset_expire = expire
                user.save()
            with Transaction().set_context({_CLEAR: clear}):
                _send_email(
                    from_, cls.browse(users), cls.get_email_reset_password)

    @classmethod
    def set_password(cls, users, name, value):
        # it writes what is for the server alone
        with as_server("the hash of a password is for the server alone"):
            super().set_password(users, name, value)

    @classmethod
    def copy(cls, users, default=None):
        default = {**(default or {}), 'password_reset_expire': None}
        return super().copy(users, default=default)

    @classmethod
    def _get_login(cls, login):
        # Tryton would compare what is kept with what is typed
        user, password, _ = super()._get_login(login)
        return user, password, None

    @classmethod
    def _login_password(cls, login, parameters):
        user = super()._login_password(login, parameters)
        if user:
            return user
        # As long for whom there is not: an answer that comes sooner would
        # say which users exist, and of whom a reset waits
        user, password, reset = super()._get_login(login)
        if not (user and password):
            cls.check_password(parameters['password'], cls._nobody_s_hash())
        try:
            valid, _ = cls.check_password(
                parameters['password'], reset or cls._nobody_s_hash())
        except UnknownHashError:
            return None
        return user if user and reset and valid else None

    @classmethod
    def _nobody_s_hash(cls):
        "Return a hash that no password opens, made as those of users"
        if 'nobody' not in _HASHES:
            _HASHES['nobody'] = cls.hash_password(secrets.token_hex())
        return _HASHES['nobody']


class EmailResetPassword(metaclass=PoolMeta):
    __name__ = 'res.user.email_reset_password'

    @classmethod
    def check_access(cls, action, model, ids):
        if _CLEAR not in Transaction().context:
            raise AccessError(gettext('foundation.msg_guard_report'))
        super().check_access(action, model, ids)

    @classmethod
    def get_context(cls, records, header, data):
        context = super().get_context(records, header, data)
        for user in records:
            user.password_reset = Transaction().context[_CLEAR][user.id]
        return context
