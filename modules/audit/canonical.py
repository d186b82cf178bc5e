# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The one text of an entry and of a seal, which is hashed and signed.

JSON in one line, keys in order, UTF-8: whoever has the values can make the
same bytes.

Pure functions, without Tryton.
"""
import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

ENTRY = (
    'id', 'period', 'at', 'user', 'post', 'agency', 'action', 'resource',
    'about', 'summary', 'changes')
SEAL = (
    'number', 'entries', 'first', 'last', 'root', 'previous', 'at', 'key',
    'next_key')


def line(values: Mapping[str, Any]) -> bytes:
    """Return a dictionary as the bytes of one line.

    >>> line({'b': 'Đ', 'a': None})
    b'{"a":null,"b":"\\xc4\\x90"}'
    """
    return json.dumps(
        values, ensure_ascii=False, sort_keys=True, separators=(',', ':'),
        default=_plain).encode('utf-8', 'surrogatepass')


def _plain(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.replace(microsecond=0).isoformat()
    raise TypeError(f"{type(value).__name__} has no place in the audit")


def entry_line(row: Sequence[Any]) -> bytes:
    "Return the bytes of an entry, a sequence of the values of ENTRY"
    return line(dict(zip(ENTRY, row, strict=True)))


def seal_line(seal: Mapping[str, Any]) -> bytes:
    "Return the bytes of a seal, a dictionary, without its signature"
    return line({name: seal[name] for name in SEAL})


def seal_hash(seal: Mapping[str, Any]) -> str:
    "Return the hash of a seal in hexadecimal: what an anchor holds"
    return hashlib.sha256(seal_line(seal)).hexdigest()
