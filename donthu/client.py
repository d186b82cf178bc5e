# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""`donthu client`: make the web client that a site serves."""
from pathlib import Path

from donthu import progress, webclient
from donthu.errors import CommandError


def add_parser(commands):
    parser = commands.add_parser(
        'client', help="make the web client of a site",
        description="Make the web client of Tryton, from npm's packages, in "
        "the directory that `[web] root` of the configuration names.")
    parser.add_argument(
        'directory', type=Path, metavar='DIRECTORY',
        help="where to make it; it must not exist")
    parser.set_defaults(run=run)


def run(options):
    target = options.directory
    try:
        if target.exists():
            raise CommandError(f"{target} exists already", 2)
        target.parent.mkdir(parents=True, exist_ok=True)
        # whether it can be written is known before the long work
        target.mkdir()
        target.rmdir()
        webclient.build(target)
    except OSError as error:
        raise CommandError(f"{target}: {error.strerror or error}", 2)
    progress.say(f"The web client is in {target}")
    return 0
