# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""`donthu roles`: the two roles and the database of a site, by one command."""
import os
import pwd
from configparser import RawConfigParser
from contextlib import contextmanager

from donthu import progress, rights
from donthu.arguments import check_database
from donthu.errors import CommandError
from donthu.files import read_text
from donthu.site import check_config, check_uri, postgresql_params

SUPERUSER = 'postgres'


def add_parser(commands):
    parser = commands.add_parser(
        'roles', help="make the roles and the database in PostgreSQL",
        description="Make in PostgreSQL the role that owns the database, the "
        "one that serves, each with the name and the password that its "
        "configuration has, and the database; and give them their rights.  It "
        "can be repeated, and stops at the first error.  Run as root it asks "
        "as the user postgres of the machine; else, or with --superuser, as "
        "the variables of PostgreSQL ($PGHOST, $PGUSER …) say.")
    parser.add_argument(
        '-c', '--config', default=os.environ.get('TRYTOND_CONFIG'),
        metavar='FILE', help="the configuration of the services "
        "(default: $TRYTOND_CONFIG)")
    parser.add_argument(
        '--owner', required=True, metavar='FILE',
        help="the configuration that `donthu init` uses")
    parser.add_argument(
        '-d', '--database', required=True, metavar='NAME')
    parser.add_argument(
        '--superuser', metavar='URI',
        help="where and as whom to make them: postgresql://postgres@host/")
    parser.set_defaults(run=run)


def run(options):
    if not options.config:
        raise CommandError(
            "say which configuration to use: --config FILE", 2)
    name = check_database(options.database)
    service, owner = role(options.config), role(options.owner)
    if service['user'] == owner['user']:
        raise CommandError(
            f"{options.config} and {options.owner} both name {owner['user']}: "
            "who serves must not own the tables of the audit", 2)
    import psycopg
    try:
        with superuser(options.superuser, owner) as connect:
            with connect('postgres') as server:
                for params in [owner, service]:
                    make_role(server, params)
                make_database(server, name, owner['user'], service['user'])
            with connect(name) as connection:
                ready = give(connection, owner['user'], service['user'])
        for file, params in [
                (options.owner, owner), (options.config, service)]:
            try:
                psycopg.connect(**{**params, 'dbname': name}).close()
            except psycopg.Error as error:
                raise CommandError(f"with {file}: {_first(error)}")
    except psycopg.Error as error:
        raise CommandError(f"PostgreSQL refused: {_first(error)}")
    progress.say(
        f"{owner['user']} owns {name}, {service['user']} serves it." + (
            "" if ready else "  Now: donthu init"))
    return 0


def _first(error):
    return str(error).strip().splitlines()[0]


def role(file):
    "Return how a configuration connects to PostgreSQL, its role named"
    check_config(file)
    parser = RawConfigParser()
    parser.read_string(read_text(file))
    uri = parser.get('database', 'uri', fallback='')
    check_uri(uri)
    if not uri.startswith('postgresql:'):
        raise CommandError(f"{file}: only PostgreSQL has roles", 2)
    params = postgresql_params(uri)
    if not params.get('user'):
        raise CommandError(
            f"{file}: [database] uri names no role "
            "(postgresql://role:password@host:port/)", 2)
    return params


@contextmanager
def superuser(uri, owner):
    "Give a function that connects to a database as a superuser"
    import psycopg
    params = postgresql_params(uri) if uri else {}
    before = os.geteuid()
    local = not uri and 'PGUSER' not in os.environ and before == 0
    if local:
        try:
            account = pwd.getpwnam(SUPERUSER)
        except KeyError:
            raise CommandError(
                "there is no user postgres on this machine: say where the "
                "server is with --superuser")
        if 'PGPORT' not in os.environ and owner.get('port'):
            params['port'] = owner['port']
        params['user'] = SUPERUSER

    def connect(name):
        if local:
            # PostgreSQL looks at who opens its socket
            os.seteuid(account.pw_uid)
        try:
            return psycopg.connect(**{
                    'connect_timeout': 10, **params, 'dbname': name},
                autocommit=True)
        finally:
            os.seteuid(before)
    yield connect


def make_role(server, params):
    "Make a role that can log in and nothing else, or give it its password"
    import psycopg
    from psycopg.sql import SQL, Identifier, Literal
    name, password = params['user'], params.get('password')
    found = server.execute(
        'SELECT rolsuper FROM pg_roles WHERE rolname = %s', [name]).fetchone()
    if found and found[0]:
        raise CommandError(
            f"{name} is a superuser of PostgreSQL: name another role", 2)
    if password:
        # as it is kept: the log of the server never sees the password
        encrypted = server.pgconn.encrypt_password(
            password.encode(), name.encode(), b'scram-sha-256').decode()
        password = SQL(' PASSWORD {}').format(Literal(encrypted))
    statement = SQL('{} ROLE {} LOGIN NOCREATEDB NOCREATEROLE{}').format(
        SQL('ALTER' if found else 'CREATE'), Identifier(name),
        password or SQL(''))
    try:
        server.execute(statement)
    except psycopg.errors.DuplicateObject:
        # made meanwhile
        make_role(server, params)


def make_database(server, name, owner, service):
    "Make the database of an owner, that no other role opens"
    from psycopg.sql import SQL, Identifier
    found = server.execute(
        'SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s',
        [name]).fetchone()
    if found and found[0] != owner:
        raise CommandError(
            f"the database {name} belongs to {found[0]}, not to {owner}")
    if not found:
        server.execute(SQL(
                "CREATE DATABASE {} OWNER {} TEMPLATE template0 "
                "ENCODING 'UTF8'").format(
                Identifier(name), Identifier(owner)))
    for statement in [
            'REVOKE ALL ON DATABASE {} FROM PUBLIC',
            'GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}']:
        server.execute(SQL(statement).format(
                Identifier(name), Identifier(service)))


def give(connection, owner, service):
    "Give the rights where the tables are there; return whether they are"
    from psycopg.sql import SQL, Identifier
    with connection.transaction():
        if not rights.look(connection):
            return False
        connection.execute(
            SQL('SET LOCAL ROLE {}').format(Identifier(owner)))
        rights.give(connection, service)
    return True
