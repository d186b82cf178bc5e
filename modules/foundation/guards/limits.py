# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""How much one call may ask of the server, and what an error may tell.

* A domain of ten thousand clauses makes the database think for seconds.
* A line of ten megabytes travels in each list that shows it.
* Four hundred kilobytes of gzip become three gigabytes in memory.
* The words of an error of Python or of the database hold SQL, values, paths:
  they go into the log, a client gets the name of the error.
* A link of a scheme that runs a program is none.

Each limit can be set in the section [guards] of the configuration.
"""
import io
import re
import zlib

import trytond.config as config
from trytond.exceptions import TrytonException
from trytond.i18n import gettext
from trytond.model.exceptions import AccessError
from trytond.model.modelstorage import is_leaf
from trytond.pool import Pool
from werkzeug.exceptions import (
    HTTPException, RequestEntityTooLarge, ServiceUnavailable)

# {name in [guards]: what holds where nothing is set}
LIMITS = {
    # clauses of a domain, and how deep they may be nested
    'max_clauses': 500,
    'max_depth': 30,
    # characters of a line, and of a text of several lines
    'max_line': 10_000,
    'max_text': 1_000_000,
    # bytes of a request once it is unpacked
    'max_inflated': 64 * 2**20,
    }
_TEXTS = frozenset(['char', 'text', 'fulltext'])
# Where values are looked at as they are stored, or nothing is
_LOOKED_AT = frozenset([
    'create', 'write', 'read', 'search', 'search_count', 'search_read',
    'export_data', 'export_data_domain', 'fields_get', 'fields_view_get'])
_WORKED_OUT = ('on_change', 'default_')
_SEARCHES = frozenset([
    'search', 'search_count', 'search_read', 'export_data_domain'])
_PROGRAM = re.compile(
    r'[\x00-\x20]*(j\s*a\s*v\s*a|v\s*b)\s*s\s*c\s*r\s*i\s*p\s*t\s*:'
    r'|[\x00-\x20]*data:\s*text/html', re.IGNORECASE)
_BLOCK = 2**16


def limit(name):
    return config.getint('guards', name, default=LIMITS[name])


def check_domain(domain):
    "Raise AccessError for a domain that is too long, or nested too deep"
    most, deepest = limit('max_clauses'), limit('max_depth')
    count, todo = 0, [(domain, 1)]
    while todo:
        part, depth = todo.pop()
        if depth > deepest:
            raise AccessError(gettext(
                    'foundation.msg_guard_depth', most=deepest))
        if not isinstance(part, (list, tuple)):
            continue
        if is_leaf(part):
            count += 1
            if part[1].endswith('where'):
                todo.append((part[2], depth + 1))
        else:
            todo.extend((inner, depth + 1) for inner in part)
        if count > most:
            raise AccessError(
                gettext('foundation.msg_guard_clauses', most=most))


def check_call(method, arguments):
    "Raise AccessError for a search that asks for too much"
    if method in _SEARCHES and arguments:
        check_domain(arguments[0])


def check_texts(Model, values):
    "Raise AccessError for a text that is too long, or a link that is none"
    for name, value in values.items():
        if not isinstance(value, str):
            continue
        field = Model._fields.get(name) if Model else None
        # also where a function keeps it elsewhere, as sealed
        kind = field._type if field else 'text'
        if kind not in _TEXTS:
            continue
        most = limit('max_line' if kind == 'char' else 'max_text')
        if len(value) > most:
            raise AccessError(gettext(
                    'foundation.msg_guard_text', most=most,
                    **_names(Model, field, name)))
        if kind == 'char' and _PROGRAM.match(value):
            raise AccessError(gettext(
                    'foundation.msg_guard_link', **_names(Model, field, name)))


def _names(Model, field, name):
    if field:
        return Model.__names__(name)
    # what no model has, as a column of a register
    return {'field': str(name)[:80],
        'model': Model.__names__()['model'] if Model else ''}


def check_values(called, method, arguments):
    """Raise AccessError for texts in whatever else a method takes

    What is created and written by its name is looked at where it is stored;
    but what lodges, imports, or is filled into a wizard is stored by the
    server.

    called -- the model or wizard"""
    if method in _LOOKED_AT or (method or '').startswith(_WORKED_OUT):
        return
    todo = [(called if hasattr(called, '_fields') else None, arguments)]
    while todo:
        Model, part = todo.pop()
        if isinstance(part, (list, tuple)):
            todo.extend((Model, inner) for inner in part
                if isinstance(inner, (list, tuple, dict)))
        elif isinstance(part, dict):
            check_texts(Model, part)
            todo.extend(
                (_model_of(called, Model, name), inner)
                for name, inner in part.items()
                if isinstance(inner, (list, tuple, dict)))


def _model_of(called, Model, name):
    "Return the model of the values that are called so; None if it has none"
    if Model:
        field = Model._fields.get(name)
        target = getattr(field, 'get_target', None) if field else None
        return target() if target and field._type.endswith('many') else Model
    state = getattr(called, 'states', {}).get(name)
    model = getattr(state, 'model_name', None)
    return Pool().get(model) if model else None


def checked_body(environ):
    """Return the environment of a request whose body can be unpacked

    Its size is counted while it is unpacked a block at a time, and thrown
    away.  Raises RequestEntityTooLarge."""
    if environ.get('HTTP_CONTENT_ENCODING', '').strip().lower() != 'gzip':
        return environ
    most = limit('max_inflated')
    size = int(environ.get('CONTENT_LENGTH') or 0)
    if size > config.getint('request', 'max_size_authenticated'):
        raise RequestEntityTooLarge()
    body = environ['wsgi.input'].read(size)
    todo, inflated = body, 0
    while todo:
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        while todo and not unpacker.eof:
            try:
                inflated += len(unpacker.decompress(todo, _BLOCK))
            except zlib.error:
                # said where it is read
                todo = b''
                break
            todo = unpacker.unconsumed_tail
            if inflated > most:
                raise RequestEntityTooLarge()
        todo = unpacker.unused_data
    return {**environ, 'wsgi.input': io.BytesIO(body)}


class NamelessError(Exception):
    "An error of which a client learns the name alone"


def hide_error(app, request, error):
    "Return what a client learns of an error that is none of its own making"
    if isinstance(error, (TrytonException, HTTPException)):
        return None
    return app.make_response(request, NamelessError(type(error).__name__))


class QuietUnavailable:
    "WSGI middleware: that the database fails is said, its words are not"

    def __init__(self, application):
        self.application = application

    def __call__(self, environ, start_response):
        started = []

        def start(status, headers, exc_info=None):
            started[:] = [status, headers]
            if not status.startswith('503'):
                return start_response(status, headers, exc_info)
            return lambda data: None
        body = self.application(environ, start)
        if not started or not started[0].startswith('503'):
            return body
        if hasattr(body, 'close'):
            body.close()
        return ServiceUnavailable()(environ, start_response)
