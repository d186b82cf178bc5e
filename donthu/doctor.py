# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""`donthu doctor`: what is well at a site, and what is to be done."""
import json
import os

from donthu import facts, health
from donthu.errors import CommandError
from donthu.middleware import database_names
from donthu.site import Site

MARKS = {health.WELL: 'well   ', health.WARNING: 'WARNING',
    health.WRONG: 'WRONG  '}
# As the plugins of monitors end
STATUS = {health.WELL: 0, health.WARNING: 1, health.WRONG: 2}
# What keeps the services from starting: the rest is told, and goes on
START = ['role', 'schema', 'keys']


def add_parser(commands):
    parser = commands.add_parser(
        'doctor', help="look whether a site is well",
        description="Look whether a site is well.  Each line says what is "
        "well, or what is wrong and what to do.  It changes nothing, and "
        "prints no personal data.  It ends with 0 if all is well, 1 with "
        "warnings, 2 if something is wrong, as monitors expect.")
    parser.add_argument(
        '-c', '--config', default=os.environ.get('TRYTOND_CONFIG'),
        metavar='FILE', help="the configuration of the services "
        "(default: $TRYTOND_CONFIG)")
    parser.add_argument(
        '-d', '--database', metavar='NAME',
        help="the database (default: the first of $TRYTOND_DATABASE_NAMES)")
    parser.add_argument(
        '--json', action='store_true', help="print it for a program")
    parser.add_argument(
        '--start', action='store_true', help="before the services start: "
        "look only at what they must not run without")
    parser.set_defaults(run=run)


def run(options):
    if not options.config:
        raise CommandError(
            "say which configuration to use: --config FILE", 2)
    name = options.database or next(iter(database_names()), None)
    if not name:
        raise CommandError("say which database: --database NAME", 2)
    site = Site(options.config, name)
    read = facts.read(site, START if options.start else None)
    if error := read['configuration'].get('error'):
        raise CommandError(error, 2)
    found = health.judge(read)
    if options.start:
        # a warning keeps nothing from starting
        found = [f for f in found if f.state == health.WRONG]
    if options.json:
        print(json.dumps({
                    'state': health.worst(found),
                    'findings': [vars(f) for f in found],
                    }, ensure_ascii=False, indent=1))
    else:
        for finding in found:
            print(f'{MARKS[finding.state]} {finding.name}: {finding.said}' + (
                    f' → {finding.todo}' if finding.todo else ''))
    if wrong := [f.name for f in found if f.state == health.WRONG]:
        raise CommandError(
            f"{options.config}, {name}: {', '.join(wrong)} not as it should "
            "be", STATUS[health.WRONG])
    return STATUS[health.worst(found)]
