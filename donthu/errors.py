# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a command can not do, said in one sentence.

`explain` is the one place that knows which exceptions are no fault of ours:
of a file, the disk, the database, the server, the configuration or what was
typed.  Everything else is a fault of the program and is never made to look
like something else.
"""
import configparser
import errno
import http.client
import os
import sqlite3
import sys
import xmlrpc.client
from contextlib import contextmanager
from xml.parsers.expat import ExpatError

# what SQLite says of a wrong statement: that is a fault of the program
_WRONG_STATEMENT = {'SQLITE_ERROR', 'SQLITE_MISUSE', 'SQLITE_RANGE'}
# what is wrong with a name that was given
_OF_NAMES = {
    errno.ENOENT, errno.EISDIR, errno.ENOTDIR, errno.EACCES, errno.EPERM,
    errno.ENAMETOOLONG, errno.ELOOP, errno.EROFS, errno.EEXIST, errno.EINVAL}


class CommandError(Exception):
    """What a command can not do, said to the person who called it.

    The text says what to do; the command ends with exit status `status`.
    """

    def __init__(self, message, status=1):
        super().__init__(message)
        self.status = status


def explain(error):
    """Return the CommandError of what is no fault of the program, or None"""
    if isinstance(error, CommandError):
        return error
    for kind in [_machine, _text, _database, _server, _configuration,
            _application]:
        if message := kind(error):
            return CommandError(_one_line(message), status_of(error))
    cause = error.__cause__
    if cause and is_outage(cause):
        # what was being read, written or parsed meanwhile is not to blame
        return explain(cause)
    return None


def status_of(error):
    "2 where another name would do"
    return 2 if getattr(error, 'errno', None) in _OF_NAMES else 1


def _one_line(text):
    return ' '.join(str(text).split())


def _machine(error):
    if isinstance(error, EOFError):
        return "the input has ended before it was answered"
    if not isinstance(error, OSError):
        return None
    reason = error.strerror or getattr(error, 'reason', None) or str(
        error) or type(error).__name__
    names = [
        os.fsdecode(name) for name in [error.filename, error.filename2]
        if isinstance(name, str | bytes)]
    return ': '.join([' → '.join(names), str(reason)] if names
        else [str(reason)])


def _text(error):
    if isinstance(error, UnicodeDecodeError):
        return (
            f"byte {error.start + 1} of a text is not {error.encoding}: "
            f"0x{error.object[error.start]:02x}")
    if isinstance(error, UnicodeEncodeError):
        # only the characters: what stands around them may be secret
        wrong = ascii(error.object[error.start:error.end])
        return f"{wrong} can not be written in {error.encoding}"
    if isinstance(error, UnicodeError):
        return f"a text is not in its encoding: {error}"
    return None


def _database(error):
    "Not what our statements say, but whether they can be carried out at all"
    if isinstance(error, sqlite3.OperationalError) or type(
            error) is sqlite3.DatabaseError:
        name = getattr(error, 'sqlite_errorname', None) or ''
        if name not in _WRONG_STATEMENT:
            return f"the database: {error}"
    psycopg = sys.modules.get('psycopg')
    if psycopg and isinstance(error, (
                psycopg.OperationalError,
                psycopg.errors.InsufficientPrivilege,
                psycopg.errors.ReadOnlySqlTransaction)):
        return f"PostgreSQL: {error}"
    return None


def _server(error):
    if isinstance(error, xmlrpc.client.ProtocolError):
        return f"the server answers {error.errcode} {error.errmsg}"
    if isinstance(error, xmlrpc.client.Fault):
        return f"the server says: {error.faultString}"
    if isinstance(error, (
                xmlrpc.client.ResponseError, http.client.HTTPException,
                ExpatError)):
        return f"the server gives no answer that can be read: {error!r}"
    return None


def _configuration(error):
    if isinstance(error, configparser.Error):
        return f"the configuration: {error}"
    if not isinstance(error, ValueError):
        return None
    # a number that is none: which one stands only in the frame that reads it
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    frame = trace and trace.tb_frame
    if frame and frame.f_code.co_filename == configparser.__file__:
        section, option = (
            frame.f_locals.get(name) for name in ['section', 'option'])
        return f"[{section}] {option} of the configuration: {error}"
    return None


def _application(error):
    "What Tryton and our modules say to a person"
    if exceptions := sys.modules.get('trytond.exceptions'):
        if isinstance(error, exceptions.TrytonException):
            message = getattr(error, 'message', None) or str(error)
            description = getattr(error, 'description', None)
            return f"{message} {description}" if description else message
    keyring = sys.modules.get('trytond.modules.audit.keyring')
    if keyring and isinstance(error, keyring.KeyringError):
        return f"the keys: {error}"
    lawbook = sys.modules.get('trytond.modules.deadlines.lawbook')
    if lawbook and isinstance(error, lawbook.LawbookError):
        return str(error)
    return None


def is_outage(error):
    "Tell if the machine, the database or the server fails, whatever is asked"
    if isinstance(error, xmlrpc.client.Fault):
        return False
    if any(kind(error) for kind in [_machine, _database, _server]):
        return True
    # what says itself what is wrong is no outage, whatever it came of
    return bool(
        error.__cause__ and not isinstance(error, CommandError)
        and not _application(error) and is_outage(error.__cause__))


def is_transient(error):
    "Tell if the database only had to do something else first"
    name = getattr(error, 'sqlite_errorname', None) or ''
    psycopg = sys.modules.get('psycopg')
    return name.startswith(('SQLITE_BUSY', 'SQLITE_LOCKED')) or bool(
        psycopg and isinstance(error, (
                psycopg.errors.SerializationFailure,
                psycopg.errors.DeadlockDetected,
                psycopg.errors.LockNotAvailable)))


@contextmanager
def repeatable(hint):
    """Say after what went wrong, and on Ctrl-C, how to go on.

    hint -- a sentence, or a function that returns one
    """
    def say(text, status):
        after = hint() if callable(hint) else hint
        return CommandError(f"{text}: {after}", status)
    try:
        yield
    except KeyboardInterrupt:
        raise say("interrupted", 130) from None
    except Exception as error:
        known = explain(error)
        if not known:
            raise
        raise say(str(known).rstrip('.:'), known.status) from error
