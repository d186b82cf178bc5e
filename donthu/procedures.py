# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Draw the procedures of the law into a Markdown file with diagrams."""
import tomllib
from pathlib import Path

from donthu.files import write_text


def add_parser(commands):
    parser = commands.add_parser(
        'procedures', help="draw the procedures into a file")
    parser.add_argument('file', type=Path, help="a Markdown file")
    parser.set_defaults(run=run)


def text():
    "Return the document"
    from trytond.modules.complaints import diagram, procedure_book
    with procedure_book.DATA.open('rb') as file:
        labels = tomllib.load(file)['states']
    return diagram.document(labels)


def run(args):
    write_text(args.file, text())
    print(args.file)
