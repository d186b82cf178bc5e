# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""`donthu client`: make the web client that a site serves, or renew it."""
from pathlib import Path

from donthu import progress, webclient
from donthu.errors import CommandError


def add_parser(commands):
    parser = commands.add_parser(
        'client', help="make the web client of a site",
        description="Make the web client of Tryton, from npm's packages, in "
        "the directory that `[web] root` of the configuration names.  One "
        "that is there already gets the language pack of this release.")
    parser.add_argument(
        'directory', type=Path, metavar='DIRECTORY',
        help="where to make it, or where it is")
    parser.set_defaults(run=run)


def run(options):
    target = options.directory
    try:
        if webclient.is_client(target):
            changed = webclient.localise(target)
            progress.say(f"The web client in {target} " + (
                    "was brought up to date" if changed
                    else "is up to date"))
            return 0
        if target.exists():
            raise CommandError(
                f"{target} exists already and holds no web client", 2)
        target.parent.mkdir(parents=True, exist_ok=True)
        # whether it can be written is known before the long work
        target.mkdir()
        target.rmdir()
        webclient.build(target)
    except OSError as error:
        raise CommandError(f"{target}: {error.strerror or error}", 2)
    progress.say(f"The web client is in {target}")
    return 0
