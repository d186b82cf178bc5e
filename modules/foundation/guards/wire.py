# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What does not come in from the network.

* REST: who has a key there is the user, without limit of guesses, with a
  context of his own writing (his groups), on every model.  Off, unless
  [guards] rest = True; then with a client's context, on models for clients.
* Asking for a key, which needs no login: goes with it.
* Tryton's page to write HTML, which loads scripts from elsewhere: always off,
  no field of Donthu uses it.

It stands in front of the WSGI application, as Tryton's own middlewares do.
"""
import base64
import json
from urllib.parse import parse_qsl, urlencode

import trytond.config as config
from trytond.model import ModelView
from trytond.pool import Pool
from trytond.protocols.jsonrpc import JSONDecoder, JSONEncoder
from trytond.wsgi import app
from werkzeug.exceptions import (
    BadRequest, NotFound, RequestEntityTooLarge)

from .calls import public
from .limits import QuietUnavailable, checked_body, hide_error

_CONTEXT = 'HTTP_X_TRYTON_CONTEXT'


def rest_is_on():
    return config.getboolean('guards', 'rest', default=False)


class Door:
    "WSGI middleware: refuses routes, cleans contexts"

    def __init__(self, application):
        self.application = application

    def __call__(self, environ, start_response):
        # as Werkzeug's routes do: // is /
        path = [p for p in environ.get('PATH_INFO', '').split('/') if p]
        if not self._is_open(path):
            return NotFound()(environ, start_response)
        try:
            environ = checked_body(self._clean(environ))
        except (ValueError, AttributeError):
            return BadRequest()(environ, start_response)
        except RequestEntityTooLarge as error:
            return error(environ, start_response)
        return self.application(environ, start_response)

    @classmethod
    def _is_open(cls, path):
        match path:
            case [_, 'ir', 'html', *_]:
                return False
            case [_, 'user', 'application', *_]:
                return rest_is_on()
            case [database, 'rest', 'model', name, *_]:
                return rest_is_on() and cls._is_for_clients(database, name)
            case [_, 'rest', *_]:
                return rest_is_on()
        return True

    @staticmethod
    def _is_for_clients(database, name):
        "Tell if the model has methods for clients"
        if database not in Pool.database_list():
            # the first call of a client makes it known
            return False
        models = dict(Pool(database).iterobject())
        return name in models and issubclass(models[name], ModelView)

    @staticmethod
    def _clean(environ):
        environ = dict(environ)
        if environ.get(_CONTEXT):
            environ[_CONTEXT] = base64.urlsafe_b64encode(_public_json(
                    base64.urlsafe_b64decode(environ[_CONTEXT])).encode()
                ).decode()
        query = parse_qsl(
            environ.get('QUERY_STRING', ''), keep_blank_values=True)
        if any(name == 'c' for name, _ in query):
            environ['QUERY_STRING'] = urlencode([
                    (n, _public_json(v) if n == 'c' and v else v)
                    for n, v in query])
        return environ


def _public_json(text):
    return json.dumps(
        public(json.loads(text, object_hook=JSONDecoder())), cls=JSONEncoder)


def install():
    "Put the door in front of the application; once"
    if not isinstance(app.wsgi_app, Door):
        app.wsgi_app = Door(QuietUnavailable(app.wsgi_app))
        app.error_handler(hide_error)
