# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A client of the server as an attacker writes one.

What it sends goes through the whole of Tryton's WSGI application: protocols,
sessions, routes, access.
"""
import base64
import json
from urllib.parse import urlencode

from trytond.protocols.jsonrpc import JSONDecoder, JSONEncoder
from trytond.protocols.wrappers import Response
from trytond.tests.test_tryton import DB_NAME
from trytond.wsgi import app
from werkzeug.test import Client


class Wire:

    def __init__(self, login=None, password=None, database=DB_NAME):
        # without cookies: who sends is said in each request
        self.http = Client(app, Response, use_cookies=False)
        self.database = database
        self.session = self.user = None
        self.context = {}
        if login:
            self.log_in(login, password)

    def log_in(self, login, password):
        answer = self.call(
            'common.db.login', login, {'password': password}, 'en')
        if not isinstance(answer, list):
            return False
        self.user, token, _ = answer
        self.session = base64.b64encode(
            f'{login}:{self.user}:{token}'.encode()).decode()
        return True

    @property
    def headers(self):
        if self.session:
            return {'Authorization': f'Session {self.session}'}
        return {}

    def call(self, method, *params):
        "Return the result; of a refusal its words"
        response = self.http.post(
            f'/{self.database}/rpc/', headers=self.headers,
            content_type='application/json',
            data=json.dumps(
                {'id': 1, 'method': method, 'params': params},
                cls=JSONEncoder))
        if response.status_code != 200:
            return f'HTTP {response.status_code}'
        answer = json.loads(
            response.get_data(as_text=True), object_hook=JSONDecoder())
        if 'error' in answer:
            return f"refused {answer['error']}"
        return answer['result']

    def model(self, name, method, *params, **context):
        return self.call(
            f'model.{name}.{method}', *params, {**self.context, **context})

    def search(self, name, domain, order=None, **context):
        return self.model(name, 'search', domain, 0, None, order, **context)

    def count(self, name, domain, **context):
        return self.model(name, 'search_count', domain, 0, None, **context)

    def csv(self, name, fields, domain=(), **parameters):
        "Return the status and the text of what /data/ gives"
        response = self.http.get(
            f'/{self.database}/data/{name}?' + urlencode(
                [('f', f) for f in fields] + [('d', json.dumps(domain))]
                + list(parameters.items())),
            headers=self.headers)
        return response.status_code, response.get_data(as_text=True)

    def rest(self, key, path, method='GET', data=None, context=None):
        "Return the status and the text of what /rest/ gives"
        headers = {'Authorization': f'bearer {key}'}
        if context is not None:
            headers['X-Tryton-Context'] = base64.urlsafe_b64encode(
                json.dumps(context).encode()).decode()
        response = self.http.open(
            f'/{self.database}/rest/{path}', method=method, headers=headers,
            content_type='application/json' if data is not None else None,
            data=json.dumps(data) if data is not None else None)
        return response.status_code, response.get_data(as_text=True)


def is_refused(answer):
    return isinstance(answer, str) and answer.startswith(('refused', 'HTTP'))
