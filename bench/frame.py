# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What every measurement stands on: a base, its people, a server, a watch.

A work is a module of this folder with a function `measure(base)` that returns
results (see README.md).
"""
import base64
import datetime as dt
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [
    str(p) for p in [ROOT, ROOT / 'tests'] if str(p) not in sys.path]

from cluster import Cluster     # noqa: E402

from donthu.init import prepare     # noqa: E402
from donthu.site import Site, script        # noqa: E402

from . import filling       # noqa: E402

CONTENT = "Kiến nghị sửa chữa đoạn đường bị sạt lở, đi lại khó khăn. " * 10
PASSWORD = 'mat khau de do toc do 66'
COMMUNES = ['22250', '22255', '22258', '22261']


class Skip(Exception):
    "The work can not be measured here; the message says why"


def timed(function, times=1):
    "Return the median seconds of a call"
    return statistics.median(all_timed(function, times))


def all_timed(function, times):
    results = []
    for _ in range(times):
        started = time.perf_counter()
        function()
        results.append(time.perf_counter() - started)
    return results


def p95(seconds):
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * .95))]


def rate(count, ours, floor, work, goal=None, **more):
    "Return the result of a work of which more a second is better"
    return {
        'work': work, 'ours': round(count / ours, 1),
        'floor': round(count / floor, 1) if floor else None,
        'unit': '/s', 'goal': goal, 'better': 'more', **more}


def delay(ours, floor, work, goal=None, unit='ms', **more):
    "Return the result of a work of which less time is better, in seconds"
    factor = 1000 if unit == 'ms' else 1
    return {
        'work': work, 'ours': round(ours * factor, 2),
        'floor': round(floor * factor, 3) if floor else None,
        'unit': unit, 'goal': goal, 'better': 'less', **more}


class Base:
    """A database of so many letters, with people, for the works

    site -- the donthu.site.Site
    uri -- of the database, for SQL of one's own
    letters -- how many there are
    options -- of the command line
    pool -- the Pool"""

    def __init__(self, site, server_uri, options):
        self.site = site
        self.uri = server_uri + site.database
        self.options = options
        self.letters = options.letters
        self.pool = site.init_pool()
        from trytond.pool import Pool
        self.call(self._create_people)
        # the tools of the tests make Tryton validate what is computed too
        Pool.test = False
        started = time.perf_counter()
        self._fill()
        self.filled_in = time.perf_counter() - started

    def _fill(self):
        self.call(filling.fill, self.letters, CONTENT)

    def call(self, function, *args, user=None, **context):
        """Call function(pool, *args) in a transaction of its own

        user -- the key of one of the users: with his rights"""
        if user is not None:
            context.setdefault('_check_access', True)
        return self.site.call(
            function, *args, user=self.users[user] if user else 0, **context)

    @staticmethod
    def cursor():
        from trytond.transaction import Transaction
        return Transaction().connection.cursor()

    def sql(self, statement, args=(), fetch=True):
        "Run a statement in a transaction of its own"
        def run(pool):
            cursor = self.cursor()
            cursor.execute(statement, args)
            return cursor.fetchall() if fetch else cursor.rowcount
        return self.call(run)

    def _create_people(self, pool):
        from trytond.modules.agencies.tests.tools import create_user
        Agency = pool.get('agencies.agency')
        User = pool.get('res.user')
        province = Agency.by_code('66')
        self.path = province.path
        self.users, self.agencies = {}, {}
        places = [('province', province)]
        communes = Agency.search([
                ('parent', '=', province.id), ('kind', '=', 'commune')])
        first = [a for code in COMMUNES for a in communes if a.code == code]
        rest = [a for a in communes if a not in first]
        places += [
            (f'commune{n}', a) for n, a in enumerate([*first, *rest][:4])]
        for place, agency in places:
            self.agencies[place] = agency.id
            for role in ['clerk', 'handler', 'leader', 'supervisor',
                    'data_officer']:
                key = f'{role}.{place}'
                self.users[key] = create_user(
                    f'bench.{key}', agency, role).id
        for number, agency in enumerate([*first, *rest][4:]):
            create_user(f'bench.leader.{number}', agency, 'leader')
        self.users['central'] = create_user(
            'bench.central', Agency.by_code('TTCP'), 'supervisor').id
        User.write(User.browse(list(self.users.values())), {
                'password': PASSWORD})
        self.commune = self.agencies['commune0']

    # The real server

    @contextmanager
    def served(self, processes=4):
        "Start the server so often, and give the ports"
        ports = [free_port() for _ in range(processes)]
        started = []
        try:
            for port in ports:
                config = Path(self.site.config_file)
                own = config.with_name(f'port-{port}.conf')
                own.write_text(
                    config.read_text()
                    + f'\n[web]\nlisten = 127.0.0.1:{port}\n')
                started.append(subprocess.Popen(
                    [script('trytond'), '-c', str(own), '-d',
                        self.site.database],
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            for port in ports:
                wait_for(port)
            yield ports
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait()

    def client(self, port, user):
        "Return a Client of a user, logged in"
        return Client(port, self.site.database, f'bench.{user}')


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def wait_for(port, seconds=120):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            socket.create_connection(('127.0.0.1', port), 1).close()
            return
        except OSError:
            time.sleep(.2)
    raise Skip("the server did not start")


class Client:
    "JSON-RPC as the clients speak it"

    def __init__(self, port, database, login):
        self.connection = http.client.HTTPConnection(
            '127.0.0.1', port, timeout=120)
        self.path, self.headers = f'/{database}/rpc/', {}
        user, session, *_ = self(
            'common.db.login', login, {'password': PASSWORD}, 'vi')
        self.headers['Authorization'] = 'Session ' + base64.b64encode(
            f'{login}:{user}:{session}'.encode()).decode()
        self.context = self('model.res.user.get_preferences', True, {})

    def __call__(self, method, *params):
        self.connection.request(
            'POST', self.path, json.dumps({
                    'id': 1, 'method': method, 'params': params},
                default=_encode), {
                'Content-Type': 'application/json', **self.headers})
        response = self.connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise ConnectionError(f'{response.status}: {body[:200]!r}')
        answer = json.loads(body)
        if answer.get('error'):
            raise RuntimeError(f'{method}: {answer["error"]}')
        return answer.get('result')

    def model(self, name, method, *params, **context):
        "Call a method of a model"
        return self(
            f'model.{name}.{method}', *params, {**self.context, **context})

    def close(self):
        self('common.db.logout')
        self.connection.close()


def _encode(value):
    if isinstance(value, dt.date):
        return {'__class__': 'date', 'year': value.year,
            'month': value.month, 'day': value.day}
    raise TypeError(value)


def crowd(clients, work, seconds):
    """Let clients repeat work(client, number) for some seconds

    Returns how often it was done, in how many seconds, how long each took,
    and the errors."""
    taken, errors = [], []
    until = time.perf_counter() + seconds

    def run(client):
        number = 0
        while time.perf_counter() < until:
            started = time.perf_counter()
            try:
                work(client, number)
            except Exception as error:
                errors.append(f'{type(error).__name__}: {error}')
                if len(errors) > 20:
                    return
            else:
                taken.append(time.perf_counter() - started)
            number += 1
    threads = [
        threading.Thread(target=run, args=[client]) for client in clients]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors and not taken:
        raise Skip(f"refused: {errors[0][:200]}")
    return len(taken), time.perf_counter() - started, taken, errors


@contextmanager
def base_of(options):
    "Start a PostgreSQL cluster of its own and give a Base in it"
    with Cluster(durable=True) as server, \
            tempfile.TemporaryDirectory() as directory:
        config = Path(directory) / 'trytond.conf'
        config.write_text(textwrap.dedent(f"""\
                [database]
                uri = {server.uri}
                path = {directory}
                unaccent_function = f_unaccent
                [secrets]
                key_file = {directory}/donthu.keys
                [cache]
                class = donthu.cache.Cache
                """))
        os.environ['PYTHONWARNINGS'] = 'ignore'
        site = Site(config, 'bench')
        prepare(site, provinces=['66'], succession=False)
        yield Base(site, server.uri, options)
