# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""`donthu demo`: the whole application with demonstration data, at once."""
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import platformdirs

from donthu import progress, unfinished, webclient
from donthu.arguments import whole
from donthu.errors import CommandError
from donthu.init import prepare
from donthu.site import (
    Site, new_password, release, script, write_config, write_secret)

DATABASE = 'donthu'
DAY = 24 * 60 * 60


def add_parser(commands):
    parser = commands.add_parser(
        'demo', help="run with demonstration data",
        description="Create or open a demonstration in an SQLite database "
        "under your data directory, start the server and the scheduler, and "
        "print the address and the users.  Ctrl-C ends all of it.")
    parser.add_argument(
        '--reset', action='store_true', help="start over with new data")
    parser.add_argument(
        '--port', type=whole(1, 65_535), default=8000,
        help="the port to listen on; the next free one is taken "
        "(default: %(default)s)")
    parser.add_argument(
        '--travel', type=whole(0, 36_500), default=0, metavar='DAYS',
        help="run as if it were DAYS days later, to see what becomes late")
    parser.add_argument(
        '--letters', type=whole(1, 100_000), default=120, metavar='N',
        help="how many letters to invent (default: %(default)s)")
    parser.add_argument(
        '--home', type=Path, metavar='DIR',
        default=os.environ.get('DONTHU_HOME')
        or platformdirs.user_data_path('donthu'),
        help="where to keep it (default: %(default)s)")
    parser.add_argument(
        '--prepare-only', action='store_true',
        help="create what is missing and do not start")
    parser.set_defaults(run=run)


def run(options):
    # Tryton finds no other than a whole path
    home = Path(os.path.abspath(options.home))
    demo = home / 'demo'
    demo.mkdir(parents=True, exist_ok=True)
    with open(demo / 'lock', 'a+', encoding='utf-8') as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            print(f"The demonstration runs already: {lock.read().strip()}")
            return 0
        os.set_inheritable(lock.fileno(), False)
        # The simulated present holds for what is created now, too.
        if options.travel:
            os.environ['DONTHU_CLOCK_OFFSET'] = str(options.travel * DAY)
        port = free_port(options.port)
        if options.reset:
            remove(demo)
        # npm has the other core meanwhile
        with ThreadPoolExecutor(1) as other:
            root = home / f'sao-{webclient.SERIES}'
            client = other.submit(build_client, root)
            create(demo, root, port, options.letters)
            client.result()
        if options.prepare_only:
            return 0
        address = f'http://localhost:{port}/#{DATABASE}'
        lock.truncate(0)
        lock.write(address)
        lock.flush()
        return serve(demo, address)


def build_client(root):
    "Make the web client once; what this release changes in it comes each time"
    if webclient.is_client(root):
        webclient.localise(root)
    else:
        progress.say("Web client…")
        webclient.build(root)
        progress.say("Web client: made.")


def free_port(first):
    for port in range(first, min(first + 100, 65_536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(('localhost', port))
            except OSError:
                continue
            return port
    raise CommandError(f"no port is free from {first} on")


def remove(demo):
    for path in demo.iterdir():
        if path.name != 'lock':
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def put_aside(demo):
    "Keep what can not be brought up to date beside what is made anew"
    former = demo.with_name(f'{demo.name}-former')
    shutil.rmtree(former, ignore_errors=True)
    former.mkdir()
    for path in demo.iterdir():
        if path.name != 'lock':
            path.rename(former / path.name)
    progress.say(
        f"It is of a former release: made anew. It is kept in {former}")


def create(demo, root, port, letters):
    "Create what is missing of the demonstration"
    config = demo / 'trytond.conf'
    ready, users = demo / 'ready', demo / 'users.json'
    if not ready.exists():
        # an earlier start was interrupted: nothing of it is worth keeping
        remove(demo)
    former = demo / 'audit.key'
    write_config(config, {
            'database': {
                'uri': 'sqlite://', 'path': str(demo / 'data')},
            'web': {'listen': f'localhost:{port}', 'root': str(root)},
            'wsgi middleware': {'page': 'donthu.middleware.FreshPage'},
            'secrets': {'key_file': str(demo / 'donthu.keys')},
            'audit': {
                'anchor_file': str(demo / 'anchors.txt'),
                # of older releases
                **({'key_file': str(former)} if former.exists() else {}),
                },
            'attachment': {'filestore': 'True'},
            })
    if ready.exists():
        if ready.read_text() == release():
            return
        progress.say("Bringing the demonstration up to date…")
        try:
            prepare(Site(config, DATABASE))
        except unfinished.FormerError:
            put_aside(demo)
            create(demo, root, port, letters)
            return
        ready.write_text(release())
        return
    from donthu.play import demonstration
    started = time.monotonic()
    progress.say("Creating the demonstration; it takes about a minute…")
    password = new_password()
    site = Site(config, DATABASE)
    prepare(site, password)
    accounts, refusals = demonstration.fill(site, letters)
    write_secret(users, json.dumps(
            [["admin", "Quản trị hệ thống", "–", password], *accounts],
            ensure_ascii=False, indent=1))
    ready.write_text(release())
    progress.say(
        f"Created in {time.monotonic() - started:.0f} seconds: "
        f"{letters} letters of the last weeks.")
    if refusals:
        (demo / 'refused.txt').write_text('\n'.join(refusals))
        progress.say(
            f"{len(refusals)} steps were refused to the invented people; "
            f"see {demo / 'refused.txt'}")


def serve(demo, address):
    "Run the server and the scheduler until one ends or we are told to end"
    config = str(demo / 'trytond.conf')
    environment = {
        **os.environ,
        'TRYTOND_CONFIG': config,
        'TRYTOND_DATABASE_NAMES': DATABASE,
        'PYTHONWARNINGS': 'ignore',
        }
    # SQLite has no channel between processes: the server carries out its
    # queue itself, after each request; a worker starts with PostgreSQL only.
    commands = [
        [script('trytond'), '-c', config, '-d', DATABASE],
        [script('trytond-cron'), '-c', config, '-d', DATABASE, '-n', '1'],
        ]
    stop = []
    for number in [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]:
        signal.signal(number, lambda *_: stop.append(True))
    group = 0
    processes = []
    with open(demo / 'server.log', 'a', encoding='utf-8') as log:
        try:
            for command in commands:
                processes.append(subprocess.Popen(
                        command, env=environment, stdin=subprocess.DEVNULL,
                        stdout=log, stderr=log, process_group=group))
                group = group or processes[0].pid
            wait_for(address, processes, stop)
            if not stop:
                announce(demo, address)
            while not stop and all(p.poll() is None for p in processes):
                time.sleep(.2)
        finally:
            status = 0 if stop else 1
            end(group, processes)
    if status:
        raise CommandError(
            f"a process has ended; see {demo / 'server.log'}")
    progress.say("Ended.")
    return 0


def wait_for(address, processes, stop):
    url = address.split('#')[0]
    while not stop and all(p.poll() is None for p in processes):
        try:
            with urllib.request.urlopen(url, timeout=5):    # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(.2)


def end(group, processes):
    "End the whole group: the scheduler has processes of its own"
    for number, patience in [(signal.SIGTERM, 10), (signal.SIGKILL, 5)]:
        try:
            os.killpg(group, number)
        except (ProcessLookupError, PermissionError):
            break
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if all(p.poll() is not None for p in processes):
                break
            time.sleep(.1)


def announce(demo, address):
    with open(demo / 'users.json', encoding='utf-8') as file:
        accounts = json.load(file)
    print()
    print(f"  {address}")
    print()
    width = max(len(login) for login, *_ in accounts)
    for login, name, place, password in accounts:
        print(f"  {login:{width}}  {password}  {name} – {place}")
    print()
    print("  Ctrl-C ends it. The data stay; --reset starts over.")
    sys.stdout.flush()
