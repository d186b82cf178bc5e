# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The command line: one entry point, `--help` at each level."""
import argparse
import sys

from donthu import (
    audit, client, deadline, demo, init, keys, people, procedures, silence,
    simulate)
from donthu.errors import CommandError
from donthu.importing import command as importing


def get_parser():
    parser = argparse.ArgumentParser(
        prog='donthu',
        description="Complaints, denunciations and petitions "
        "for the agencies of Việt Nam.")
    commands = parser.add_subparsers(
        dest='command', required=True, metavar='COMMAND')
    for module in [
            demo, init, people, client, importing, deadline, simulate, silence,
            procedures, audit, keys]:
        module.add_parser(commands)
    return parser


def main(args=None):
    options = get_parser().parse_args(args)
    try:
        status = options.run(options)
    except CommandError as error:
        print(f'donthu: {error}', file=sys.stderr)
        sys.exit(error.status)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # the reader of our output has gone: nothing to say to anybody
        sys.stderr.close()
        sys.exit(141)
    sys.exit(status or 0)
