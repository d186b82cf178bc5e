# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A place where Donthu runs: a configuration, a database, a web client."""
import hashlib
import os
import secrets
import string
import sys
import sysconfig
from configparser import Error, RawConfigParser
from importlib import import_module
from pathlib import Path

from donthu.arguments import check_database
from donthu.errors import CommandError
from donthu.files import read_text

MODULES = [
    'language_vi', 'agencies', 'deadlines', 'audit', 'complaints',
    'documents', 'likeness', 'reception', 'retention', 'routing',
    'escalation', 'exchange', 'statistics']
LANGUAGE = 'vi'
# Letters that are not taken for another when read aloud or copied
_ALPHABET = ''.join(
    c for c in string.ascii_letters + string.digits if c not in 'lIO01')


def new_password(length=14):
    "Return a random password that a person can copy"
    return ''.join(secrets.choice(_ALPHABET) for _ in range(length))


def write_secret(path, text):
    "Write a file that only its owner can read"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, 'w', encoding='utf-8') as file:
        file.write(text)


def write_config(path, sections):
    "Write a configuration file of Tryton, for a database in SQLite"
    config = RawConfigParser()
    config.read_dict({'cache': {'class': 'donthu.cache.Cache'}})
    config.read_dict(sections)
    with open(path, 'w', encoding='utf-8') as file:
        config.write(file)


def script(name):
    "Return the path of a script that is installed beside Donthu"
    for directory in [
            Path(sys.executable).parent, Path(sysconfig.get_path('scripts'))]:
        path = directory / name
        if path.exists():
            return str(path)
    raise CommandError(f"{name} is not installed beside Donthu")


def check_config(path):
    "Raise CommandError if a file is no configuration of Tryton"
    parser = RawConfigParser()
    try:
        parser.read_string(read_text(path), str(path))
    except Error as error:
        # never the line itself: it may hold a password
        lines = getattr(error, 'errors', None) or [[error.lineno]]
        raise CommandError(
            f"{path}, line {lines[0][0]}: this is no configuration "
            "([section] and option = value)", 2)
    if not parser.has_section('database') and not any(
            name.startswith('TRYTOND_DATABASE') for name in os.environ):
        raise CommandError(
            f"{path} does not say where the databases are: [database] uri", 2)


def check_uri(uri):
    "Raise CommandError if [database] uri leads to no database"
    scheme = uri.partition(':')[0]
    if scheme == 'postgresql':
        try:
            import psycopg      # noqa: F401
        except ImportError:
            raise CommandError(
                "PostgreSQL needs psycopg: install donthu[postgresql]")
    if scheme not in {'sqlite', 'postgresql'} or (
            scheme == 'postgresql' and postgresql_params(uri) is None):
        # without what may be a password
        raise CommandError(
            "[database] uri of the configuration is not sqlite:// or "
            "postgresql://user@host:port/ (in a password @ is written %40, "
            "/ %2F, : %3A and % %25)", 2)


def release():
    "Return what changes with the modules that are installed"
    import tryton_vi
    digest = hashlib.sha256(
        tryton_vi.digest(*tryton_vi.MODULES.values()).encode())
    for name in MODULES:
        directory = Path(import_module(f'trytond.modules.{name}').__path__[0])
        for path in sorted(directory.rglob('*')):
            if path.suffix in {'.py', '.xml', '.cfg', '.toml', '.po'}:
                digest.update(path.read_bytes())
    return digest.hexdigest()


class Site:
    """A configuration file and the name of a database.

    Only one site can be worked on in a process: Tryton's configuration is
    global.
    """

    def __init__(self, config_file, database):
        self.config_file = str(config_file)
        self.database = check_database(database)
        self._loaded = False

    def load(self):
        "Make this site the one that the process works on"
        if self._loaded:
            return
        # Tryton passes over a file that it can not read
        check_config(self.config_file)
        import trytond.config as config
        config.update_etc(self.config_file)
        check_uri(config.get('database', 'uri'))
        if (config.get('database', 'uri').startswith('sqlite')
                and not config.get('cache', 'class')):
            # with Tryton's own, half of what fails would stay: see there
            config.set('cache', 'class', 'donthu.cache.Cache')
        path = config.get('database', 'path')
        if path and not os.path.isabs(path):
            # Tryton finds no other
            raise CommandError(
                f"[database] path of {self.config_file} has to be a whole "
                f"path, not {path}", 2)
        self._loaded = True

    def create(self):
        "Create the database if there is none; return if it was created"
        self.load()
        from trytond import backend
        if backend.name == 'sqlite':
            file = self.sqlite_file()
            file.parent.mkdir(parents=True, exist_ok=True)
            if file.exists():
                return False
            file.touch(mode=0o600)
            return True
        return self._create_postgresql()

    def sqlite_file(self):
        "Return the path of an SQLite database"
        import trytond.config as config
        return Path(config.get('database', 'path')) / f'{self.database}.sqlite'

    def postgresql_params(self):
        "Return how to connect to the server, without a database"
        import trytond.config as config
        return postgresql_params(config.get('database', 'uri'))

    def _create_postgresql(self):
        import psycopg
        params = self.postgresql_params()
        created = False
        try:
            with psycopg.connect(
                    **params, dbname='template1', autocommit=True) as server:
                if not server.execute(
                        'SELECT 1 FROM pg_database WHERE datname = %s',
                        [self.database]).fetchone():
                    name = psycopg.sql.Identifier(self.database)
                    server.execute(psycopg.sql.SQL(
                            "CREATE DATABASE {} TEMPLATE template0 "
                            "ENCODING 'UTF8'").format(name))
                    created = True
            with psycopg.connect(
                    **params, dbname=self.database,
                    autocommit=True) as connection:
                for statement in _postgresql_script():
                    connection.execute(statement)
        except psycopg.Error as error:
            raise CommandError(
                "PostgreSQL refused: " + str(error).strip().splitlines()[0])
        return created

    def update(self, modules, languages=(), activate=False):
        """Activate or update modules, as `trytond-admin -u` does"""
        self.load()
        from argparse import Namespace

        from trytond.admin import run
        with _quiet():
            run(Namespace(
                    database_names=[self.database], update=list(modules),
                    languages=list(languages), activatedeps=activate,
                    indexes=None, update_modules_list=False, email=None,
                    password=False, reset_password=False, test_email=None,
                    hostname=None, export_translations=False, validate=None,
                    validate_percentage=100))

    def init_pool(self):
        "Load the modules that the database has activated"
        from trytond.pool import Pool
        from trytond.transaction import Transaction

        from donthu import unfinished
        self.load()
        if self.database not in Pool.database_list():
            unfinished.check(self)
            with _quiet(), Transaction().start(
                    self.database, 0, readonly=True):
                Pool(self.database).init()
        return Pool(self.database)

    def call(self, function, *args, user=0, **context):
        """Call function(pool, *args) in a transaction of its own

        As a request would, it is started anew when a lock was missing."""
        from trytond.transaction import Transaction, TransactionError
        pool = self.init_pool()
        extras = {}
        while True:
            with Transaction().start(
                    self.database, user,
                    context={'language': LANGUAGE, **context},
                    **extras) as transaction:
                try:
                    result = function(pool, *args)
                    transaction.commit()
                    return result
                except TransactionError as error:
                    transaction.rollback()
                    error.fix(extras)


def postgresql_params(uri):
    "Return what libpq reads in an address, as Tryton has it read; or None"
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict
    try:
        params = conninfo_to_dict(uri)
        ports = str(params.get('port') or 1).split(',')
        if not all(0 < int(port or 1) < 65_536 for port in ports):
            return None
        if '@' in params.get('host', ''):
            # of a password that is not written as an address needs it
            return None
    except (ProgrammingError, ValueError):
        return None
    # Tryton names the database itself
    params.pop('dbname', None)
    return params


def _postgresql_script():
    "Return the statements that make Vietnamese searchable"
    return [
        'CREATE EXTENSION IF NOT EXISTS unaccent',
        'CREATE EXTENSION IF NOT EXISTS pg_trgm',
        'CREATE EXTENSION IF NOT EXISTS btree_gist',
        """CREATE OR REPLACE FUNCTION f_unaccent(text) RETURNS text
            LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
            AS $$ SELECT public.unaccent('public.unaccent', $1) $$""",
        ]


class _quiet:
    "Keep warnings of the libraries away from who runs a command"

    def __enter__(self):
        import warnings
        self._catch = warnings.catch_warnings()
        self._catch.__enter__()
        warnings.simplefilter('ignore')

    def __exit__(self, *exc):
        self._catch.__exit__(*exc)
