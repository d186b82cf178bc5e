# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""`donthu audit`: prove what happened, and give the proof to others."""
import os
import shutil
from pathlib import Path

from donthu import progress
from donthu.errors import CommandError
from donthu.files import read_text
from donthu.site import Site


def add_parser(commands):
    parser = commands.add_parser(
        'audit', help="seal, verify, export or anchor the audit",
        description="What happened is sealed by trytond-cron each minute. "
        "Verify it, write it to plain files that tools/verify_audit.py checks "
        "without Donthu, or get the hash that is to be kept elsewhere.")
    actions = parser.add_subparsers(
        dest='action', required=True, metavar='ACTION')
    for name, help, function in [
            ('seal', "seal now what has happened so far", seal),
            ('verify', "check every entry and every seal", verify),
            ('export', "write entries and seals to plain files", export),
            ('anchor', "print the newest seal, to be kept elsewhere",
                anchor)]:
        action = actions.add_parser(name, help=help)
        action.add_argument(
            '-c', '--config', default=os.environ.get('TRYTOND_CONFIG'),
            metavar='FILE', help="the configuration of Tryton "
            "(default: $TRYTOND_CONFIG)")
        action.add_argument(
            '-d', '--database', required=True, metavar='NAME')
        if name == 'verify':
            action.add_argument(
                '--anchors', metavar='FILE',
                help="anchors that were kept elsewhere: lines with the "
                "number of a seal and its hash")
            action.add_argument(
                '--rows', action='store_true',
                help="compare the records with what was last put on record "
                "of them, too")
        if name == 'export':
            action.add_argument(
                'directory', help="where to write; it must not exist")
        if name == 'anchor':
            action.add_argument(
                '--holder', metavar='WHO', help="put on record who keeps it")
        action.set_defaults(run=run, function=function)


def run(options):
    if not options.config:
        raise CommandError(
            "say which configuration to use: --config FILE", 2)
    site = Site(options.config, options.database)
    # before a module is imported: which database it is is asked for once
    site.load()
    return options.function(site, options)


def seal(site, options):
    count = site.call(lambda pool: pool.get('audit.seal').seal_due())
    progress.say(f"{count} sealed")
    return 0


def verify(site, options):
    """Print each flaw; return 1 if there is one.

    The entries are streamed: the memory does not grow with them."""
    anchors = []
    if options.anchors:
        from trytond.modules.audit.seal import read_anchors
        try:
            anchors = list(read_anchors(
                    read_text(options.anchors, 'ascii').splitlines()))
        except ValueError as error:
            raise CommandError(f"{options.anchors}: {error}", 2)

        if not anchors:
            raise CommandError(f"{options.anchors} has no anchors", 2)

    def check(pool):
        from trytond.modules.audit.anchor import lines_of
        result = pool.get('audit.seal').verify(
            anchors, bar.update, rows=options.rows)
        return result.flaws, lines_of(result)
    bar = progress.bar(
        None, "Entries and records" if options.rows else "Entries", "")
    flaws, lines = site.call(check)
    bar.close()
    print('\n'.join(lines))
    return 1 if flaws else 0


def export(site, options):
    directory = Path(options.directory)
    try:
        directory.mkdir(mode=0o700)
    except OSError as error:
        raise CommandError(f"{directory}: {error.strerror}", 2)

    def write(pool):
        from trytond.modules.audit.export import export_files
        pool.get('audit.entry').append([{
                    'action': 'export',
                    'summary': "donthu audit export",
                    }])
        return export_files(pool, directory, bar.update)
    bar = progress.bar(None, "Entries", "")
    try:
        seals = site.call(write)
    except BaseException:
        # half of it proves nothing, and would be in the way of the next try
        shutil.rmtree(directory, ignore_errors=True)
        raise
    finally:
        bar.close()
    progress.say(
        f"{seals} seals with their entries in {directory}: check them with "
        "tools/verify_audit.py")
    return 0


def anchor(site, options):
    def text(pool):
        from trytond.modules.audit.anchor import seal_text
        Seal = pool.get('audit.seal')
        seals = Seal.search([], order=[('number', 'DESC')], limit=1)
        if not seals:
            return None
        if options.holder:
            pool.get('audit.anchor').lodge(
                seals[0].number, seals[0].hash, options.holder, 'file')
        return seal_text(seals[0])
    text = site.call(text)
    if not text:
        raise CommandError("nothing is sealed yet")
    print(text)
    return 0
