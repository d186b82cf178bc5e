# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""`donthu install`: the files of a site, where Debian looks for them."""
import os
import sys
from pathlib import Path

from donthu import progress
from donthu.arguments import check_database, whole
from donthu.errors import CommandError
from donthu.files import read_text, reason, shipped
from donthu.site import new_password

# What is shipped, where it goes, and who may read it
FILES = [
    ('trytond.conf', 'etc/donthu/trytond.conf', 0o640),
    ('trytond.conf', 'etc/donthu/owner.conf', 0o600),
    ('environment.conf', 'etc/donthu/environment', 0o644),
    ('forbidden-passwords.txt', 'etc/donthu/forbidden-passwords.txt', 0o644),
    ('sysusers.conf', 'etc/sysusers.d/donthu.conf', 0o644),
    ('tmpfiles.conf', 'etc/tmpfiles.d/donthu.conf', 0o644),
    ('nginx.conf', 'etc/nginx/conf.d/donthu.conf', 0o644),
    *((f'systemd/{name}', f'etc/systemd/system/{name}', 0o644) for name in [
            'donthu.service', 'donthu-worker.service', 'donthu-cron.service',
            'donthu-doctor.service', 'donthu-doctor.timer']),
    ]
# What each file holds that a site changes
SERVED = 'donthu.example.vn'
PREFIX = '/opt/donthu'
URI = 'postgresql://donthu@localhost:5432/'


def add_parser(commands):
    parser = commands.add_parser(
        'install', help="write the files of a site: settings, services, proxy",
        description="Write the configurations of the services and of the "
        "owner, with passwords of their own for PostgreSQL, the units of "
        "systemd, the directories, and nginx's configuration, below "
        "DIRECTORY.  What is there already is never changed: where this "
        "release has another, it is written beside it as FILE.new.")
    parser.add_argument(
        'directory', metavar='DIRECTORY',
        help="/ for this machine; any other to look at them first")
    parser.add_argument(
        '--name', default=SERVED, metavar='HOST',
        help="the name that people call in the browser")
    parser.add_argument(
        '--port', type=whole(1, 65_535), default=443,
        help="where nginx listens (default: %(default)s)")
    parser.add_argument(
        '-d', '--database', default='donthu', metavar='NAME',
        help="the name of the database (default: %(default)s)")
    parser.set_defaults(run=run)


def run(options):
    check_database(options.database)
    if not options.directory:
        # of a variable that was not set: not where one happens to be
        raise CommandError("say in which directory", 2)
    directory = Path(options.directory)
    if not options.name or set(options.name) - set(
            'abcdefghijklmnopqrstuvwxyz0123456789.-'):
        raise CommandError(
            f"{options.name[:80]!a} is not the name of a host", 2)
    written, news = [], []
    for source, target, mode in FILES:
        path = directory / target
        text = filled(source, target, options)
        new = write(path, text, mode, source == 'trytond.conf')
        (news if new else written).append(new or path)
    for path in news:
        progress.say(f"Compare it with what you have: {path}")
    progress.say(f"{len(FILES)} files are in {directory}")
    return 0


def filled(source, target, options):
    "Return the text of a file as this site needs it"
    text = read_text(shipped('config', source))
    text = text.replace(f'{PREFIX}/bin', f'{sys.prefix}/bin')
    text = text.replace(SERVED, options.name)
    if source == 'nginx.conf' and options.port != 443:
        text = text.replace('listen 443 ssl', f'listen {options.port} ssl')
        text = text.replace(
            'https://$host$request_uri',
            f'https://$host:{options.port}$request_uri')
    if source == 'environment.conf':
        text = text.replace('NAMES=donthu', f'NAMES={options.database}')
    if source == 'trytond.conf':
        role = 'donthu_owner' if target.endswith('owner.conf') else 'donthu'
        assert URI in text
        text = text.replace(
            URI, URI.replace('donthu@', f'{role}:{new_password(24)}@'))
    return text


def write(path, text, mode, secret):
    """Write a file that is not there; return where it was written instead

    secret -- whether each site has its own: nobody is told that it differs"""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            if secret or path.read_text(encoding='utf-8') == text:
                return None
            path = path.with_name(f'{path.name}.new')
            path.unlink(missing_ok=True)
            _create(path, text, mode)
            return path
        # whole or not at all: who is killed here can run it again
        part = path.with_name(f'{path.name}.part')
        part.unlink(missing_ok=True)
        _create(part, text, mode)
        part.rename(path)
    except (OSError, UnicodeError) as error:
        raise reason(path, error)
    return None


def _create(path, text, mode):
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, 'w', encoding='utf-8') as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
        # whatever the umask
        os.fchmod(file.fileno(), mode)
