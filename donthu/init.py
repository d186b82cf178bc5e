# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""`donthu init`: prepare a database for real use, or bring one up to date."""
import os
import sys
from getpass import getpass
from pathlib import Path

from donthu import progress
from donthu.errors import CommandError
from donthu.site import (
    LANGUAGE, MODULES, Site, new_password, write_secret)


def add_parser(commands):
    parser = commands.add_parser(
        'init', help="prepare a database, or upgrade one",
        description="Prepare a PostgreSQL or SQLite database: the modules, "
        "the Vietnamese language, the country with its agencies, the rules, "
        "and the first administrator.  It can be repeated at any time: what "
        "exists is kept; after new code was installed it is the upgrade.")
    parser.add_argument(
        '-c', '--config', default=os.environ.get('TRYTOND_CONFIG'),
        metavar='FILE', help="the configuration of Tryton "
        "(default: $TRYTOND_CONFIG)")
    parser.add_argument(
        '-d', '--database', required=True, metavar='NAME',
        help="the name of the database; it is created if it does not exist")
    parser.add_argument(
        '--password-file', metavar='FILE',
        help="a file with the password of the first administrator; without "
        "it the password is asked for, or made and printed when nobody can "
        "be asked")
    parser.add_argument(
        '--province', action='append', metavar='CODE',
        help="load only the communes of this province (can be repeated)")
    parser.set_defaults(run=run)


def run(options):
    if not options.config:
        raise CommandError(
            "say which configuration to use: --config FILE", 2)
    site = Site(options.config, options.database)
    password, show = None, False
    if is_new(site):
        password, show = get_password(options.password_file)
    prepare(site, password, options.province)
    if show:
        print(f"admin: {password}")
    progress.say("Ready. Start the server with:")
    progress.say(f"  trytond -c {options.config} -d {options.database}")
    return 0


def is_new(site):
    "Create the database if needed; tell if it has to be filled"
    site.create()
    from trytond import backend
    database = backend.Database(site.database)
    database.connect()
    return not database.test()


def get_password(file):
    "Return the password of the administrator, and whether to print it"
    if file:
        try:
            password = Path(file).read_text(encoding='utf-8').strip()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}", 2)
        if not password:
            raise CommandError(f"{file} is empty", 2)
        return password, False
    if sys.stdin.isatty():
        while True:
            password = getpass("Password of the administrator: ")
            if password and password == getpass("Again: "):
                return password, False
            progress.say("The two passwords are empty or not the same.")
    return new_password(), True


def prepare(site, password=None, provinces=None, succession=True):
    """Bring a database to the state that this version needs.

    password -- of the user admin, when the database is new
    provinces -- codes of the provinces to load, None for all
    succession -- load the old communes as well
    """
    new = is_new(site)
    check_key(new)
    progress.say("Modules…")
    if new:
        os.environ['TRYTONPASSFILE'] = _password_file(password)
        try:
            site.update(['ir', 'res', *MODULES], activate=True)
        finally:
            os.unlink(os.environ.pop('TRYTONPASSFILE'))
        progress.say("Vietnamese…")
        # in a second run, because the language did not exist in the first
        site.update(MODULES, [LANGUAGE])
    else:
        site.update(['ir', 'res', *MODULES], [LANGUAGE], activate=True)
    progress.say("Country, agencies and rules…")
    bar = progress.bar(14_500, "Country", " records")
    from trytond.modules.agencies import loader

    def load(pool):
        loader.load(
            set(provinces) if provinces else None, succession, bar.update)
        pool.get('deadlines.rule').load()
        if pool.get('deadlines.calendar').propose_missing():
            progress.say(
                "The calendar of this release differs: look at the change "
                "that is proposed under Time Limits, and apply it.")
        settle(pool)
    site.call(load)
    bar.close()
    mark_letters(site)


def mark_letters(site):
    "Mark the letters of an older release, so that they are recognised"
    last = 0
    while last is not None:
        last = site.call(
            lambda pool: pool.get('complaints.letter').mark_unmarked(
                last))  # noqa: B023


def check_key(new):
    """Make the key of the audit for a new database, if one is configured

    Raises CommandError where an older database has lost its key: with another
    one nothing that was hashed would be recognised."""
    import trytond.config as config
    file = config.get('audit', 'key_file', default=None)
    if not file or Path(file).exists():
        return
    if not new:
        raise CommandError(
            f"the key of the audit, {file}, is missing: bring it back from "
            "where it is kept")
    try:
        write_secret(file, os.urandom(32).hex())
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}")
    progress.say(f"Made the key of the audit: keep a copy of {file}.")


def _password_file(password):
    import tempfile
    descriptor, name = tempfile.mkstemp()
    with os.fdopen(descriptor, 'w') as file:
        file.write(password or new_password())
    return name


def settle(pool):
    "Leave nothing open that would ask the first user questions"
    Item = pool.get('ir.module.config_wizard.item')
    User = pool.get('res.user')
    Lang = pool.get('ir.lang')
    Item.write(Item.search([('state', '=', 'open')]), {'state': 'done'})
    language, = Lang.search([('code', '=', LANGUAGE)])
    admin, = User.search([('login', '=', 'admin')])
    if not admin.language:
        admin.language = language
        admin.save()
