# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""`donthu init`: prepare a database for real use, or bring one up to date."""
import os
import sys
from getpass import getpass
from pathlib import Path

from donthu import people, progress, rights, unfinished, webclient
from donthu.errors import CommandError, repeatable
from donthu.files import read_text
from donthu.site import (
    LANGUAGE, MODULES, Site, new_password, release)

AGAIN = (
    "what is done is kept; run the same command again and it goes on from "
    "there")


def add_parser(commands):
    parser = commands.add_parser(
        'init', help="prepare a database, or upgrade one",
        description="Prepare a PostgreSQL or SQLite database: the modules, "
        "the Vietnamese language, the country with its agencies, the rules, "
        "the first administrator, and the first people.  It can be repeated "
        "at any time: what exists is kept; after new code was installed it "
        "is the upgrade.")
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
    parser.add_argument(
        '--people', metavar='FILE', help="the people to add with their roles: "
        f"{people.FORM}.  Without it they are asked for where nobody works "
        "yet and somebody can be asked")
    people.add_passwords(parser)
    parser.set_defaults(run=run)


def run(options):
    if not options.config:
        raise CommandError(
            "say which configuration to use: --config FILE", 2)
    check_provinces(options.province or [])
    # what is wrong with the table is said before the long work
    first = people.read(options.people) if options.people else None
    people.check_passwords(options.passwords)
    site = Site(options.config, options.database)
    # read where it is not needed, too: what is named has to be there
    given = options.password_file and read_password(options.password_file)
    password, show = None, False
    if is_new(site):
        password, show = (given, False) if given else ask_password()

    def tell():
        if show:
            print(f"admin: {password}", flush=True)
    with repeatable(AGAIN):
        prepare(site, password, options.province, tell=tell)
    renew_client()
    status = people.settle(site, first, options.passwords)
    progress.say("Ready. Start the server with:")
    progress.say(f"  trytond -c {options.config} -d {options.database}")
    return status


def renew_client():
    "Give the web client that the configuration serves what this release has"
    import trytond.config as config
    root = config.get('web', 'root')
    if not root or not webclient.is_client(root):
        return
    try:
        if webclient.localise(root):
            progress.say(f"Brought the web client in {root} up to date.")
    except OSError as error:
        progress.say(
            f"The web client in {root} is of another release and can not be "
            f"written ({error.strerror}): run `donthu client {root}` as "
            "somebody who may.")


def check_provinces(codes):
    "Raise CommandError if there is no such province"
    from trytond.modules.agencies import loader
    known = {row['code'] for row in loader.read('units')}
    if unknown := [c for c in codes if len(c) != 2 or c not in known]:
        raise CommandError(
            f"no province has the code {', '.join(map(ascii, unknown))}", 2)


def is_new(site):
    "Create the database if needed; tell if it has to be filled"
    site.create()
    return unfinished.is_new(site)


def read_password(file):
    password = read_text(file).strip()
    if not password:
        raise CommandError(f"{file} is empty", 2)
    return password


def ask_password():
    "Return the password of the administrator, and whether to print it"
    if sys.stdin.isatty():
        while True:
            password = getpass("Password of the administrator: ")
            if password and password == getpass("Again: "):
                return password, False
            progress.say("The two passwords are empty or not the same.")
    return new_password(), True


def prepare(
        site, password=None, provinces=None, succession=True, tell=None):
    """Bring a database to the state that this version needs.

    It can be interrupted at any moment and called again.

    password -- of the user admin, when the database is new
    provinces -- codes of the provinces to load, None for all
    succession -- load the old communes as well
    tell -- called when the password is about to hold, to show it
    """
    password = password or new_password()
    new = is_new(site)
    serving = check_service(site)
    keys = check_key(site, new)
    if new:
        if unfinished.begin(site):
            progress.say("An earlier run was interrupted: going on with it.")
    elif _is_unsealed(site):
        unfinished.note(site, unfinished.UNSEALED)
    progress.say("Modules…")
    _update(site)
    if keys:
        progress.say(f"Made the keys of the database: keep a copy of {keys}")
    elif new:
        progress.say(
            "The keys were there before the database: keep a copy of "
            f"{key_path(site)}")
    if new:
        site.call(check_password, password)
    progress.say("Country, agencies and rules…")
    _load(site, provinces, succession)
    mark_letters(site)
    seal_former(site)
    site.call(take_up)
    if unfinished.is_noted(site, unfinished.UNSEALED):
        clean_up(site)
    if serving:
        site.call(give_rights, serving)
    site.call(finish, password if new else None, tell)


def check_service(site):
    """Return the role that serves a database of PostgreSQL, or None

    Raises CommandError, before the long work, if it is none."""
    import trytond.config as config
    from trytond import backend
    service = config.get('donthu', 'service_role', default=None)
    if backend.name != 'postgresql' or not service:
        return None
    with unfinished.connect(site) as connection:
        rights.check(connection, service)
    return service


def give_rights(pool, service):
    "Let the role that serves do what it needs, with what this release brings"
    from trytond.transaction import Transaction
    rights.give(Transaction().connection, service)


def check_password(pool, password):
    "Raise an error if the administrator can not have a password"
    User = pool.get('res.user')
    User.validate_password(password, User.search([('login', '=', 'admin')]))


def finish(pool, password, tell):
    "Give a new database its administrator; nothing is left to do then"
    from trytond import __series__
    from trytond.transaction import Transaction
    if password:
        Configuration = pool.get('ir.configuration')
        configuration = Configuration(1)
        configuration.series = __series__
        configuration.language = Configuration.default_language()
        configuration.save()
        admin, = pool.get('res.user').search([('login', '=', 'admin')])
        admin.password = password
        admin.save()
        if tell:
            # before it holds: who was interrupted here gets another one
            tell()
    unfinished.note_release(Transaction().connection, release())
    unfinished.forget(Transaction().connection)


def _is_unsealed(site):
    "Tell if an older release has written identities in clear"
    from trytond import backend
    from trytond.transaction import Transaction
    with Transaction().start(site.database, 0, readonly=True) as transaction:
        cursor = transaction.connection.cursor()
        if backend.name == 'postgresql':
            cursor.execute(
                'SELECT 1 FROM information_schema.columns WHERE '
                "table_name = 'complaints_identity' "
                "AND column_name = 'name'")
        else:
            cursor.execute(
                "SELECT 1 FROM pragma_table_info('complaints_identity') "
                "WHERE name = 'name'")
        return bool(cursor.fetchone())


def _update(site):
    with progress.following('trytond.modules', "Modules"):
        site.update(['ir', 'res', *MODULES], [LANGUAGE], activate=True)


def _load(site, provinces, succession):
    bar = progress.bar(14_500, "Country", " records")
    from trytond.modules.agencies import loader

    def load(pool):
        loader.load(
            set(provinces) if provinces else None, succession, bar.update)
        pool.get('complaints.field').load_ministries()
        pool.get('deadlines.rule').load()
        if pool.get('deadlines.calendar').propose_missing():
            progress.say(
                "The calendar of this release differs: look at the change "
                "that is proposed under Time Limits, and apply it.")
        settle(pool)
    site.call(load)
    bar.close()


def mark_letters(site):
    "Mark the letters of an older release, so that they are recognised"
    last = 0
    while last is not None:
        last = site.call(
            lambda pool: pool.get('complaints.letter').mark_unmarked(
                last))  # noqa: B023


def key_path(site):
    "Return where the keys of the database are"
    from trytond.modules.audit.key import key_file
    from trytond.transaction import Transaction
    with Transaction().start(site.database, 0, readonly=True):
        return key_file()


def check_key(site, new):
    """Raise CommandError where an older database has lost its keys

    With others nothing that is sealed would open, and nothing that was hashed
    be recognised.  Return the file if it is still to be made."""
    import trytond.config as config
    path = key_path(site)
    former = config.get('audit', 'key_file', default=None)
    if path.exists():
        check_keys(site, path)
        return None
    if former and not new and not Path(former).exists():
        raise CommandError(
            f"the keys of the database, {path}, are missing: bring them back "
            "from where they are kept")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"{path.parent}: {error.strerror}")
    return path


def check_keys(site, path):
    """Raise CommandError if a key that the database knows is not in the file

    Before the modules are loaded: they would ask for it halfway."""
    from sql import Null, Table

    from trytond import backend
    from trytond.modules.audit import keyring
    from trytond.transaction import Transaction
    keys, known = keyring.load(path), {}
    with Transaction().start(site.database, 0, readonly=True) as transaction:
        if backend.TableHandler.table_exist('audit_key'):
            table = Table('audit_key')
            cursor = transaction.connection.cursor()
            cursor.execute(*table.select(
                    table.kind, table.number, table.check,
                    where=(table.kind != Null) & (table.check != Null)))
            known = {(kind, number): check for kind, number, check in cursor}
    if missing := keyring.lacking(keys, known):
        kind, number = missing
        raise CommandError(
            f'the key "{kind} {number}" of the database is not in {path}: '
            "bring the file back from where it is kept")


def seal_former(site):
    "Seal what older releases have written of denunciations in clear"
    for model in ['complaints.letter', 'reception.reception']:
        count = total = site.call(make_secret, model)
        while count:
            count = site.call(make_secret, model)
            total += count
        if total:
            progress.say(f"{total} × {model} made secret.")
    count = site.call(lambda pool: pool.get('ir.attachment').seal_all())
    if count:
        progress.say(f"{count} attachments sealed.")


def take_up(pool):
    "Put on record what was loaded before its model was on record"
    from trytond.modules.audit import rows
    rows.take_up()


def make_secret(pool, model, limit=200):
    "Seal the words of a batch of denunciations; return how many"
    Model = pool.get(model)
    records = Model.search([
            ('kind', '=', 'denunciation'),
            ['OR', ('secrecy', '=', None), ('secrecy', '=', False)],
            ], limit=limit, order=[('id', 'ASC')])
    Model.make_secret(records)
    cases = list({
            r.case for r in records if getattr(r, 'case', None)})
    pool.get('complaints.case').cut_texts(cases)
    return len(records)


def clean_up(site):
    """Leave nothing in the files of the database of what was removed

    An upgrade may have sealed what stood there in clear."""
    from trytond import backend
    database = backend.Database(site.database).connect()
    connection = database.get_connection(autocommit=True)
    try:
        cursor = connection.cursor()
        if backend.name == 'postgresql':
            for table in ['complaints_identity', 'complaints_act',
                    'audit_key']:
                cursor.execute(f'VACUUM FULL {table}')
        else:
            cursor.execute('VACUUM')
    finally:
        database.put_connection(connection)


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
