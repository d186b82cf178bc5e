# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What the attacks share: what a script finds out on a server that runs.

Models, methods and fields are those that the server itself tells of: one that
is born tomorrow is attacked tomorrow.
"""
import json
import sqlite3
from collections import defaultdict

RELATIONS = frozenset(
    ['many2one', 'one2one', 'one2many', 'many2many', 'reference'])
# Rows of them are for whoever asks: what they hold is tried in test_access.py
ROLES = [
    'vanthu.xa', 'xuly.xa', 'lanhdao.xa', 'giamsat.xa', 'thanhtra.xa',
    'baomat.xa', 'dulieu.xa', 'quantri.xa', 'vanthu.tinh', 'admin']


def result(answer):
    "Return the result of an answer, None of a refusal"
    if not answer.startswith('{'):
        return None
    return json.loads(answer).get('result')


def is_refused(answer):
    return not answer.startswith('{') or 'error' in json.loads(answer)


class Registry:
    "The models and methods that the server offers, with their fields"

    def __init__(self, client):
        self.client = client
        self.methods = defaultdict(set)
        for name in client.call('system.listMethods'):
            kind, _, name = name.partition('.')
            if kind == 'model':
                model, _, method = name.rpartition('.')
                self.methods[model].add(method)
        self._fields = {}

    @property
    def stored(self):
        "The names of the models whose records can be searched"
        return sorted(
            m for m, methods in self.methods.items() if 'search' in methods)

    def fields(self, model):
        if model not in self._fields:
            self._fields[model] = result(
                self.client.model(model, 'fields_get')) or {}
        return self._fields[model]

    def relations(self, model):
        "Yield (name, type, model) of the fields that lead to other records"
        for name, field in self.fields(model).items():
            if field['type'] not in RELATIONS or not field.get(
                    'searchable', True):
                continue
            if field['type'] != 'reference':
                yield name, field['type'], field['relation']
                continue
            targets = field['selection']
            if isinstance(targets, str):
                targets = result(self.client.model(model, targets)) or []
            for target, _ in targets:
                if target in self.methods:
                    yield name, 'reference', target


class Disk:
    "The database of the server, as who holds the machine reads it"

    def __init__(self, home):
        self.path = home / 'demo' / 'data' / 'donthu.sqlite'

    def __call__(self, query, *values):
        connection = sqlite3.connect(self.path)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def has_table(self, model):
        return bool(self(
                "SELECT 1 FROM sqlite_master WHERE type = 'table' "
                'AND name = ?', table_of(model)))

    def ids(self, model):
        return {i for i, in self(f'SELECT id FROM "{table_of(model)}"')}

    def dump(self):
        connection = sqlite3.connect(self.path)
        try:
            return '\n'.join(connection.iterdump())
        finally:
            connection.close()


def table_of(model):
    return model.replace('.', '_')


def own(client, model, domain=(), limit=None):
    "Return the ids that a client finds, None where he may not ask"
    return result(client.model(
            model, 'search', list(domain), 0, limit, [['id', 'ASC']],
            active_test=False))
