# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The door to a site by proteus: a server, or a database in process."""
import os
from pathlib import Path

from proteus import config as proteus_config

from donthu.errors import CommandError, explain
from donthu.files import read_text
from donthu.site import Site, _quiet


def add_arguments(parser):
    "Let a command ask where to, and as whom"
    door = parser.add_argument_group(
        "where to", "Either a server, with --url and --user, or a database "
        "in process, with --config and --database.")
    door.add_argument(
        '--url', help="the server and database, as "
        "https://host/database; the password comes from --password-file or "
        "$DONTHU_PASSWORD")
    door.add_argument(
        '--user', metavar='LOGIN', required=True,
        help="who imports: a data officer of the agency of the letters, or "
        "of one above it")
    door.add_argument('--password-file', type=Path, metavar='FILE')
    door.add_argument(
        '-c', '--config', default=os.environ.get('TRYTOND_CONFIG'),
        metavar='FILE')
    door.add_argument('-d', '--database', metavar='NAME')


class connect:
    "Work on a server, or on a database in process, as a user"

    def __init__(self, options):
        self.options = options
        self.session = None

    def __enter__(self):
        options = self.options
        password = self.password()
        with _quiet():
            if options.url:
                url = options.url.rstrip('/') + '/rpc/'
                self.session = proteus_config.set_xmlrpc_session(
                    url, options.user, password)
                try:
                    return self.session.__enter__()
                except Exception as error:
                    known = explain(error)
                    # of a host that can be none
                    if not known and not isinstance(error, ValueError):
                        raise
                    raise CommandError(
                        f"{options.url} does not let {options.user} in: "
                        f"{known or error}")
            if not (options.config and options.database):
                raise CommandError(
                    "say where to: --url, or --config and --database", 2)
            site = Site(options.config, options.database)
            if not site.call(find_user, options.user):
                raise CommandError(
                    f"{options.database} has no user {options.user}: say who "
                    "imports with --user LOGIN", 2)
            import trytond.config as trytond_config
            uri = trytond_config.get('database', 'uri')
            # proteus wants scheme://[host]/database
            separator = '/' if uri.endswith('://') else ''
            return proteus_config.set_trytond(
                uri + separator + options.database,
                user=options.user, config_file=options.config)

    def password(self):
        "Return the password; read where none is needed, too"
        if self.options.password_file is not None:
            return read_text(self.options.password_file).strip()
        password = os.environ.get('DONTHU_PASSWORD')
        if self.options.url and password is None:
            raise CommandError(
                "give the password in --password-file or $DONTHU_PASSWORD",
                2)
        return password

    def __exit__(self, *exc):
        if self.session:
            self.session.__exit__(*exc)


def find_user(pool, login):
    return pool.get('res.user').search([('login', '=', login)], limit=1)
