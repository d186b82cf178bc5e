# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Files that people name: read whole or refused, written whole or not."""
import errno
import os
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path

from donthu.errors import CommandError, status_of

# of what is read at once: passwords, anchors, mappings, configurations
LIMIT = 16 * 1024 * 1024


def reason(path, error):
    "Return the CommandError that says which file it is"
    if isinstance(error, UnicodeError):
        # not the text: it may be a password
        text = f"it is not {getattr(error, 'encoding', 'text')}"
    else:
        text = error.strerror or str(error)
    return CommandError(
        f"{path}: {text}",
        2 if isinstance(error, UnicodeError) else status_of(error))


def read_text(path, encoding='utf-8', limit=LIMIT):
    "Return the text of a file; raise CommandError"
    try:
        with open(path, encoding=encoding) as file:
            text = file.read(limit + 1)
    except (OSError, UnicodeError) as error:
        raise reason(path, error)
    if len(text) > limit:
        raise CommandError(f"{path} is too long to be read", 2)
    return text


@contextmanager
def writing(path, encoding='utf-8', newline=None):
    """Give a file to write; raise CommandError.

    It gets its name when it is whole, and on the disk: one that stands there
    already is kept until then.  Pipes and devices are written to directly.
    """
    part = None
    try:
        # a link stays one
        target = Path(os.path.realpath(path))
        if target.is_symlink():
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        direct = target.exists() and not target.is_file()
        name = target if direct else target.with_name(target.name + '.part')
        with open(name, 'w', encoding=encoding, newline=newline) as file:
            if not direct:
                part = name
            yield file
            file.flush()
            if part:
                os.fsync(file.fileno())
        if part:
            if target.exists():
                shutil.copymode(target, part)
            os.replace(part, target)
    except OSError as error:
        if isinstance(error, ConnectionError):
            raise
        raise reason(path, error)
    finally:
        if part:
            with suppress(OSError):
                part.unlink()


def write_text(path, text):
    "Write a text file whole; raise CommandError"
    with writing(path) as file:
        file.write(text)


def shipped(*names):
    """Return the path of a file that is installed with Donthu

    names -- `config`, `docs` or `tools`, and what is below"""
    here = Path(__file__).parent
    # beside the package in a checkout, within it where it was installed
    for root in [here, here.parent]:
        path = root.joinpath(*names)
        if path.exists():
            return path
    raise CommandError(f"{'/'.join(names)} was not installed with Donthu")
