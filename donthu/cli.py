# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The command line: one entry point, `--help` at each level.

Whatever happens ends here: in one sentence and a status that is not 0.

    1, 2    it can not be done, or was not asked rightly
    70      a fault of Donthu; the sentence says where its trace was written
    130     interrupted; 141 nobody reads the output any more
"""
import argparse
import os
import signal
import sys
import tempfile
import threading
import traceback

from donthu.arguments import text
from donthu.errors import CommandError, explain

FAULT = 70      # EX_SOFTWARE of sysexits.h


class Parser(argparse.ArgumentParser):
    "Says in a sentence what is wrong, and loses nothing of what it prints"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.register('type', None, text)

    def add_subparsers(self, **kwargs):
        action = super().add_subparsers(**kwargs)
        # it is given all that follows, paths too
        action.type = str
        return action

    def error(self, message):
        raise CommandError(f"{message} (see {self.prog} --help)", 2)

    def _print_message(self, message, file=None):
        # argparse would pass over a disk that is full
        if message:
            (file or sys.stderr).write(message)


def get_parser():
    # here, so that an interruption while they load ends in a sentence, too
    from donthu import (
        audit, client, deadline, demo, doctor, init, install, keys, people,
        procedures, roles, silence, simulate)
    from donthu.importing import command as importing
    parser = Parser(
        prog='donthu',
        description="Complaints, denunciations and petitions "
        "for the agencies of Việt Nam.")
    parser.add_argument(
        '--debug', action='store_true',
        default=bool(os.environ.get('DONTHU_DEBUG')),
        help="show where in the program an error arose (or set "
        "$DONTHU_DEBUG)")
    commands = parser.add_subparsers(
        dest='command', required=True, metavar='COMMAND')
    for module in [
            demo, install, roles, init, doctor, people, client, importing,
            deadline, simulate, silence, procedures, audit, keys]:
        module.add_parser(commands)
    return parser


def main(args=None):
    _open_streams()
    sys.unraisablehook = _come_again
    debug = bool(os.environ.get('DONTHU_DEBUG'))
    try:
        try:
            options = get_parser().parse_args(args)
            debug = options.debug
            status = options.run(options) or 0
        except SystemExit as end:
            # of --help and of wrong arguments
            status = end.code
        # what was not written yet may be refused only now
        sys.stdout.flush()
    except BrokenPipeError:
        # the reader of our output has gone: nothing to say to anybody
        status = 141
        _discard(sys.stdout)
    except KeyboardInterrupt:
        status = _say("interrupted", 130)
    except Exception as error:
        if debug:
            traceback.print_exc()
        known = explain(error)
        status = _say(known, known.status) if known else _fault(error)
    sys.exit(status)


def _come_again(unraisable):
    """Interrupt once more what could not be interrupted

    Where Python only cleans up it drops Ctrl-C, with a trace."""
    if unraisable.exc_type is KeyboardInterrupt:
        threading.Timer(
            .05, os.kill, [os.getpid(), signal.SIGINT]).start()
    else:
        sys.__unraisablehook__(unraisable)


def _open_streams():
    """Let every text be written, whatever the terminal understands.

    What it has no characters for is written as \\u1ea1: nothing is lost."""
    for name in ['stdout', 'stderr']:
        stream = getattr(sys, name)
        if stream is None:
            # closed by who called us
            setattr(sys, name, open(os.devnull, 'w'))
        elif hasattr(stream, 'reconfigure'):
            stream.reconfigure(errors='backslashreplace')


def _say(message, status):
    "Print the sentence that a command ends with; return its status"
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        # Python would try again at the end, and print a trace
        _discard(sys.stdout)
    try:
        print(f'donthu: {message}', file=sys.stderr, flush=True)
    except (OSError, ValueError):
        _discard(sys.stderr)
    return status


def _discard(stream):
    "Throw away what a stream could not write"
    try:
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, stream.fileno())
        os.close(descriptor)
    except (OSError, ValueError):
        pass


def _fault(error):
    "Say that the program is wrong, and keep what is needed to mend it"
    trace = ''.join(traceback.format_exception(error))
    try:
        descriptor, name = tempfile.mkstemp('.txt', 'donthu-fault-')
        with os.fdopen(
                descriptor, 'w', encoding='utf-8',
                errors='backslashreplace') as file:
            file.write(trace)
    except OSError:
        print(trace, file=sys.stderr)
        name = "above"
    else:
        name = f"in {name}"
    reason = str(error).strip().splitlines()
    return _say(
        f"this is a fault of Donthu ({type(error).__name__}"
        f"{': ' + reason[0] if reason else ''}): report it with what stands "
        f"{name}", FAULT)


__all__ = ['CommandError', 'get_parser', 'main']
