# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What may stand on the command line."""
import argparse
import unicodedata

from donthu.errors import CommandError

# PostgreSQL would cut it off
MAX_NAME = 63


def text(value):
    "The `type` of arguments that are neither a path nor anything else"
    try:
        value.encode('utf-8')
    except UnicodeEncodeError:
        raise argparse.ArgumentTypeError(f"{value[:40]!a} is not UTF-8")
    return value


def whole(least, most):
    "Return the `type` of an argument: a whole number within bounds"
    def read(text):
        try:
            number = int(text)
            if not least <= number <= most:
                raise ValueError
        except ValueError:
            raise argparse.ArgumentTypeError(
                f"{text[:40]!r} is not a whole number from {least} to {most}")
        return number
    return read


def check_database(name):
    "Return the name of a database; raise CommandError if it can be none"
    wrong = (
        not name or name.startswith('.') or '/' in name or ':' in name
        or any(unicodedata.category(c)[0] in 'CZ' for c in name))
    if wrong or len(name.encode('utf-8', 'surrogateescape')) > MAX_NAME:
        raise CommandError(
            f"{name[:80]!a} can not be the name of a database: letters, "
            f"digits, - and _ are; at most {MAX_NAME} of them", 2)
    return name
