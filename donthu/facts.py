# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What is so at a site: read, and judged elsewhere (`donthu.health`).

With plain statements and without loading the modules: a monitor asks often,
and what is asked most is asked when little works.
"""
import datetime as dt
import os
import pwd
import shutil
import stat
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

from donthu import rights, unfinished, webclient
from donthu.errors import CommandError, explain

READERS = []
# whose year it is
PLACE = ZoneInfo('Asia/Ho_Chi_Minh')
MINUTELY = {'minutes'}


def reader(function):
    READERS.append(function)
    return function


def utcnow():
    "Return the time of this machine as the database keeps it"
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


class Reader:
    "A site with a connection to its database, as long as it is looked at"

    def __init__(self, site, connection):
        self.site = site
        self.connection = connection
        self.now = utcnow()
        self.tables = unfinished.tables(connection)

    def rows(self, statement, *params):
        cursor = self.connection.cursor()
        if not self.is_postgresql:
            statement = statement.replace('%s', '?')
        cursor.execute(statement, params)
        return cursor.fetchall()

    def row(self, statement, *params):
        return self.rows(statement, *params)[0]

    @property
    def is_postgresql(self):
        from trytond import backend
        return backend.name == 'postgresql'

    def option(self, section, name, default=None):
        import trytond.config as config
        return config.get(section, name, default=None) or default


def moment(value):
    "Return what a column holds as a datetime: SQLite keeps texts"
    if isinstance(value, str):
        return dt.datetime.fromisoformat(value)
    return value


def read(site, names=None):
    """Return the facts of a site, for `donthu.health.judge`

    names -- which ones, None for all
    """
    facts = {}
    try:
        site.load()
    except CommandError as error:
        return {'configuration': {'error': str(error)}}
    facts['configuration'] = {'file': site.config_file}
    try:
        with unfinished.connect(site) as connection:
            look = Reader(site, connection)
            facts['database'] = _database(look)
            if 'ir_module' not in look.tables:
                raise CommandError(
                    f"{site.database} is no database of Donthu")
            for function in READERS:
                name = function.__name__
                if names and name not in names:
                    continue
                try:
                    facts[name] = function(look)
                except Exception as error:
                    facts[name] = {'error': _said(error)}
                    # or PostgreSQL would refuse whatever is asked after it
                    connection.rollback()
    except Exception as error:
        facts['database'] = {
            'error': _said(error), 'todo':
            "is PostgreSQL running, and does [database] uri lead to it?"}
    return facts


def _said(error):
    known = explain(error)
    return str(known) if known else f"{type(error).__name__}: {error}"


def _database(look):
    version = None
    if look.is_postgresql:
        version = look.connection.info.server_version
    return {
        'name': look.site.database, 'version': version,
        'kind': 'postgresql' if look.is_postgresql else 'sqlite'}


@reader
def role(look):
    if not look.is_postgresql:
        return None
    row = rights.look(look.connection)
    return {'fault': rights.fault(row)} if row else None


@reader
def schema(look):
    from donthu.site import MODULES, release
    active = {name for name, in look.rows(
            "SELECT name FROM ir_module WHERE state = 'activated'")}
    return {
        'unfinished': unfinished.TABLE in look.tables,
        'missing': sorted(set(MODULES) - active),
        'release': unfinished.noted_release(look.connection, look.tables),
        'installed': release()}


@reader
def keys(look):
    from trytond.modules.audit import keyring
    path = key_file(look)
    known = {
        (kind, number): check for kind, number, check in look.rows(
            'SELECT kind, number, "check" FROM audit_key '
            'WHERE kind IS NOT NULL AND "check" IS NOT NULL')}
    lacking = keyring.lacking(keyring.load(path), known)
    return {
        'file': str(path), 'mode': stat.S_IMODE(path.stat().st_mode),
        'lacking': lacking}


def key_file(look):
    "Return where the keys are, as modules/audit/key.py does"
    if file := look.option('secrets', 'key_file'):
        return Path(file)
    if file := look.option('audit', 'key_file'):
        return Path(file).with_suffix('.keys')
    return Path(
        look.option('database', 'path')) / f'{look.site.database}.keys'


@reader
def files(look):
    path = look.option('database', 'path')
    names = [path, str(key_file(look)), look.option('audit', 'anchor_file')]
    owners = {}
    for name in filter(None, names):
        with suppress(FileNotFoundError, KeyError):
            owners[name] = pwd.getpwuid(os.stat(name).st_uid).pw_name
    return {
        'path': path, 'present': os.path.isdir(path),
        'writable': os.access(path, os.W_OK), 'owners': owners}


@reader
def anchors(look):
    file = look.option('audit', 'anchor_file')
    sealed, = look.row('SELECT max(number) FROM audit_seal')
    if not file:
        return {'file': None}
    path = Path(file)
    last = None
    with suppress(FileNotFoundError):
        last = _last_number(path)
    return {
        'file': file, 'last': last, 'sealed': sealed,
        'writable': os.access(
            path if path.exists() else path.parent, os.W_OK)}


def _last_number(path):
    "Return the number of the seal in the last line of the anchors"
    with open(path, 'rb') as file:
        file.seek(max(0, path.stat().st_size - 4096))
        lines = file.read().decode('ascii', 'replace').splitlines()
    words = lines[-1].split() if lines else []
    return int(words[0]) if words and words[0].isdigit() else None


@reader
def seals(look):
    last, at = look.row(
        'SELECT number, at FROM audit_seal ORDER BY number DESC LIMIT 1'
        ) if look.rows('SELECT 1 FROM audit_seal LIMIT 1') else (0, None)
    unsealed, oldest = look.row(
        'SELECT count(*), min(at) FROM audit_entry WHERE period > %s', last)
    within = int(look.option('audit', 'seal_within', 60))
    return {
        'now': look.now, 'last_at': moment(at), 'unsealed': unsealed,
        'oldest': moment(oldest), 'within': dt.timedelta(minutes=within)}


@reader
def scheduler(look):
    return {
        'now': look.now,
        'jobs': [
            (method, kind in MINUTELY, moment(following), moment(made))
            for method, kind, following, made in look.rows(
                'SELECT method, interval_type, next_call, create_date '
                'FROM ir_cron WHERE active')]}


@reader
def escalation(look):
    now = look.now.isoformat(' ', 'seconds')
    due, oldest = look.row(
        'SELECT count(*), min(run_at) FROM escalation_schedule '
        'WHERE done_at IS NULL AND run_at <= %s', now)
    failed, = look.row(
        'SELECT count(*) FROM escalation_schedule '
        "WHERE done_at IS NULL AND error <> ''")
    return {
        'now': look.now, 'due': due, 'oldest': moment(oldest),
        'failed': failed}


@reader
def queue(look):
    from donthu.health import STUCK
    now, then = (
        when.isoformat(' ', 'seconds')
        for when in [look.now, look.now - STUCK])
    waiting, oldest = look.row(
        'SELECT count(*), min(coalesce(scheduled_at, enqueued_at)) '
        'FROM ir_queue WHERE dequeued_at IS NULL '
        'AND coalesce(scheduled_at, enqueued_at) <= %s', now)
    stuck, = look.row(
        'SELECT count(*) FROM ir_queue WHERE finished_at IS NULL '
        'AND dequeued_at < %s', then)
    return {
        'now': look.now, 'waiting': waiting, 'oldest': moment(oldest),
        'stuck': stuck}


@reader
def errors(look):
    count, = look.row(
        "SELECT count(*) FROM ir_error WHERE state IN ('open', 'processing')")
    return {'open': count}


@reader
def disk(look):
    paths = [look.option('database', 'path')]
    if file := look.option('audit', 'anchor_file'):
        paths.append(str(Path(file).parent))
    found = {}
    for path in filter(None, paths):
        with suppress(OSError):
            usage = shutil.disk_usage(path)
            found.setdefault(
                os.stat(path).st_dev, (path, usage.free, usage.total))
    return list(found.values())


@reader
def mail(look):
    uri, sender = look.option('email', 'uri'), look.option('email', 'from')
    # what Tryton sets where nobody has
    return {
        'uri': uri if uri != 'smtp://localhost:25' else None,
        'sender': sender}


@reader
def calendar(look):
    today = look.now.replace(tzinfo=dt.UTC).astimezone(PLACE)
    found = look.rows(
        'SELECT d.date, d.state FROM deadlines_calendar_day AS d '
        'JOIN deadlines_calendar AS c ON c.id = d.calendar '
        'WHERE c.state_calendar AND c.active')
    years = {int(str(date)[:4]) for date, _ in found}
    return {
        'year': today.year, 'years': years,
        'open': {
            int(str(date)[:4]) for date, state in found
            if state == 'provisional'}}


@reader
def web_client(look):
    root = look.option('web', 'root')
    return {
        'root': root, 'present': bool(root and webclient.is_client(root))}


@reader
def clock(look):
    if not look.is_postgresql:
        return {'skew': dt.timedelta(0)}
    there, = look.row("SELECT clock_timestamp() AT TIME ZONE 'UTC'")
    return {'skew': utcnow() - there}
