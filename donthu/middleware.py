# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What stands between the web server and trytond.

A configuration names them in the section [wsgi middleware], as `page =
donthu.middleware.FreshPage`.
"""
import csv
import mimetypes
import os
from io import StringIO
from pathlib import Path

from donthu import webclient

PAGE = {'', '/', '/index.html'}
# A year: what has another version has another address
FOREVER = 'public, max-age=31536000, immutable'


class FreshPage:
    """Send the web client small, and let browsers keep what may be kept.

    What the page names has an address with the version (`donthu.webclient`)
    and is kept; were the page kept as well, a new version would be seen half a
    day late.  Texts go out as they were compressed when the client was made.
    """

    def __init__(self, app, root=None):
        self.app = app
        if root is None:
            import trytond.config as config
            root = config.get('web', 'root')
        self.root = root and Path(root)

    def __call__(self, environ, start_response):
        path = environ.get('PATH_INFO') or '/'
        keep = None
        if path in PAGE:
            path, keep = '/index.html', 'no-cache'
        elif environ.get('QUERY_STRING', '').startswith('v='):
            keep = FOREVER
        copy = self._copy(environ, path)
        if not keep and not copy:
            return self.app(environ, start_response)
        gzipped = copy and 'gzip' in environ.get('HTTP_ACCEPT_ENCODING', '')
        if gzipped:
            environ = {**environ, 'PATH_INFO': f'{path}.gz'}

        def start(status, headers, exc_info=None):
            drop, add = set(), []
            if keep and (keep != FOREVER or status[:3] in {'200', '304'}):
                drop |= {'cache-control', 'expires'}
                add.append(('Cache-Control', keep))
            if copy:
                add.append(('Vary', 'Accept-Encoding'))
            if gzipped and status.startswith('200'):
                drop |= {'content-type', 'content-encoding'}
                add += [
                    ('Content-Type', mimetypes.guess_type(path)[0]
                        or 'application/octet-stream'),
                    ('Content-Encoding', 'gzip')]
            headers = [
                (name, value) for name, value in headers
                if name.lower() not in drop]
            return start_response(status, [*headers, *add], exc_info)
        return self.app(environ, start)

    def _copy(self, environ, path):
        "Return the compressed copy of a file of the web client, or None"
        if not self.root or environ.get('REQUEST_METHOD') not in {
                'GET', 'HEAD'} or path.endswith('.gz'):
            return None
        parts = path.split('/')
        if '..' in parts or '\0' in path or not parts[-1]:
            return None
        return webclient.packed(self.root.joinpath(*parts))


class LeastRight:
    """Serve no database as a role that could rewrite the audit.

    Who owns its tables switches its triggers off.  Raises CommandError, which
    keeps the server from starting, where the databases are named by
    $TRYTOND_DATABASE_NAMES; else the first call of a database is refused.
    """

    def __init__(self, app):
        self.app = app
        self.known = {}
        self.names = database_names()
        for name in self.names:
            if fault := self._fault(name):
                from donthu.errors import CommandError
                raise CommandError(fault)

    def __call__(self, environ, start_response):
        name = (environ.get('PATH_INFO') or '').partition('/')[2].partition(
            '/')[0]
        asked = name in self.names if self.names else bool(name)
        if asked and environ.get('REQUEST_METHOD') == 'POST' and self._fault(
                name):
            start_response(
                '503 Service Unavailable', [('Content-Type', 'text/plain')])
            return [b'The database is served as its owner: see the log.\n']
        return self.app(environ, start_response)

    def _fault(self, name):
        "Return what is wrong with the role, in a sentence; asked once"
        if name not in self.known:
            import logging

            import trytond.config as config
            uri = config.get('database', 'uri')
            if not uri.startswith('postgresql'):
                self.known[name] = None
                return None
            found = _look(uri, name)
            if found is False:
                # asked again: there may be one later
                return None
            self.known[name] = found
            if found:
                logging.getLogger(__name__).critical(found)
        return self.known[name]


def database_names():
    "Return the databases that the server was told to serve"
    names = os.environ.get('TRYTOND_DATABASE_NAMES')
    return next(csv.reader(StringIO(names))) if names else []


def _look(uri, name):
    "Return what is wrong with a role, None, or False if it can not be asked"
    import psycopg

    from donthu import rights
    from donthu.site import postgresql_params
    try:
        with psycopg.connect(**{
                    'connect_timeout': 10, **postgresql_params(uri),
                    'dbname': name}) as connection:
            row = rights.look(connection)
    except psycopg.Error:
        return False
    fault = row and rights.fault(row)
    return fault and (
        f"{name} is not served: {fault}, and could rewrite it; use the role "
        "that serves (donthu roles, docs/postgresql.md)") or (
        None if row else False)
