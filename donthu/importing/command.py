# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""`donthu import`: take in the letters of an old register."""
from pathlib import Path

from donthu.arguments import whole
from donthu.errors import CommandError
from donthu.importing import door
from donthu.importing import mapping as mappings
from donthu.importing.importer import BATCH, Importer
from donthu.importing.proposal import propose
from donthu.importing.undo import undo


def add_parser(commands):
    parser = commands.add_parser(
        'import', help="take in data of other systems",
        description="Take in data of other systems.")
    kinds = parser.add_subparsers(
        dest='what', required=True, metavar='WHAT')
    _add_letters(kinds.add_parser(
            'letters', help="the letters of an old register",
            description="Take in the letters of an old register through a "
            "small mapping: a workbook (xlsx, xlsb, ods, xls), a text of "
            "columns in any usual encoding, a web page or XML, recognised by "
            "what it holds.  Each row is accepted or refused with its reason "
            "in a report; the rest goes in.  A row that is known is left as "
            "it is, so the command can be repeated, also after it was "
            "interrupted."))
    _add_undo(kinds.add_parser(
            'undo', help="take back an import on which nothing rests yet",
            description="Take back the letters that came in under a source, "
            "as far as nobody has worked on them and nothing rests on them. "
            "Each that goes is on record, with the reason; the others stay, "
            "and it is said why."))
    new = kinds.add_parser(
        'new-mapping', help="propose a mapping for a register",
        description="Propose a mapping for the table of a file, print it "
        "as TOML, and show its first ten rows as they would be understood.")
    new.add_argument('file', type=Path, metavar='FILE')
    new.add_argument(
        '--output', type=Path, metavar='FILE',
        help="where to write it (default: printed)")
    new.set_defaults(run=run_new_mapping)


def _add_letters(letters):
    letters.add_argument('file', type=Path, metavar='FILE')
    letters.add_argument(
        '--mapping', metavar='NAME', help="a shipped mapping or a TOML file; "
        "by default the one that fits the file. Shipped: " + ', '.join(
            sorted(p.stem for p in mappings.SHIPPED.glob('*.toml'))))
    letters.add_argument(
        '--agency', metavar='CODE', help="the code of the agency of rows "
        "that do not name one (default: the one that the first lines name)")
    letters.add_argument(
        '--year', type=whole(1900, 2999), metavar='YEAR',
        help="the year of the register, where serial numbers begin anew each "
        "year (default: the one that the first lines name, or else that in "
        "which each letter was received)")
    letters.add_argument(
        '--source', metavar='NAME', help="the name of the register: a key "
        "is unique within it (default: the mapping's)")
    letters.add_argument(
        '--key-by-sheet', action='store_true', help="serial numbers begin "
        "anew in each sheet of the workbook")
    letters.add_argument(
        '--dates', choices=['as-is', 'turned'], help="what the dates are "
        "that a spreadsheet may have turned round (6 January for 1 June): "
        "by default their rows are refused")
    _add_outcome(letters)
    door.add_arguments(letters)
    letters.set_defaults(run=run)


def _add_outcome(letters):
    letters.add_argument(
        '--report', type=Path, metavar='FILE', help="where to write what "
        "became of each row (default: FILE.report.csv)")
    letters.add_argument(
        '--scans', type=Path, metavar='FOLDER', help="attach the files of "
        "this folder to the letters whose numbers they carry, in their own "
        "name or in that of the folder they lie in")
    letters.add_argument(
        '--summary', type=Path, metavar='FILE', help="write a page (HTML) to "
        "print and sign: what came in by agency, kind and year, and what did "
        "not, by reason")
    letters.add_argument(
        '--dry-run', action='store_true',
        help="only report what would become of each row")
    letters.add_argument(
        '--yes', action='store_true', help="do not ask whether the agency "
        "and the year are right")
    letters.add_argument(
        '--batch', type=whole(1, 100_000), default=BATCH, metavar='N',
        help="rows in a transaction (default: %(default)s)")
    letters.add_argument(
        '--processes', type=whole(1, 64), default=1, metavar='N',
        help="how many processes send rows, split by agency so that the "
        "numbers of each follow one another (default: %(default)s)")


def _add_undo(undo):
    undo.add_argument(
        'source', metavar='SOURCE', help="the name of the register, as it "
        "was imported")
    undo.add_argument(
        '--reason', required=True, metavar='TEXT', help="why: it stands in "
        "the audit")
    door.add_arguments(undo)
    undo.set_defaults(run=run_undo)


def run(options):
    if not options.file.exists():
        raise CommandError(f"there is no file {options.file}", 2)
    if options.scans and not options.scans.is_dir():
        raise CommandError(f"there is no folder {options.scans}", 2)
    mapping = mappings.find(options.file, options.mapping)
    if options.source:
        mapping.source = options.source
    if options.key_by_sheet:
        mapping.key = '{file_sheet}/' + mapping.key
    with door.connect(options) as config:
        return Importer(options, mapping, config).run()


def run_undo(options):
    with door.connect(options) as config:
        return undo(config, options.source, options.reason)


def run_new_mapping(options):
    if not options.file.exists():
        raise CommandError(f"there is no file {options.file}", 2)
    propose(options.file, options.output)
    return 0
