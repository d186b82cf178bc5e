# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Envelope encryption: a key for each person, wrapped by a master key.

AES-256-GCM with a random nonce of 96 bits (NIST SP 800-38D).  What is sealed
is bound to what it belongs to: put elsewhere it does not open.

Pure functions, without Tryton.
"""
import base64
import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class EnvelopeError(Exception):
    "What is sealed was changed, or belongs to something else or another key"


def new_key() -> bytes:
    "Return a key for one person, or one document"
    return AESGCM.generate_key(256)


def seal(key: bytes, data: bytes, about: str) -> bytes:
    """Return data (bytes) sealed with key.

    about -- what it belongs to, as text; not kept, but needed to open it
    """
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, about.encode())


def open_(key: bytes, sealed: bytes, about: str) -> bytes:
    "Return what was sealed; raise EnvelopeError"
    try:
        return AESGCM(key).decrypt(
            sealed[:_NONCE], sealed[_NONCE:], about.encode())
    except (InvalidTag, ValueError):
        raise EnvelopeError(f"{about} does not open") from None


def wrap(number: int, master: bytes, key: bytes, about: str) -> str:
    """Return a key wrapped by the master key of that number, as text

    >>> key, master = new_key(), new_key()
    >>> unwrap({1: master}.get, wrap(1, master, key, 'x'), 'x') == key
    True
    """
    wrapped = seal(master, key, about)
    return f'{number}:{base64.b64encode(wrapped).decode()}'


def master_of(wrapped: str) -> int:
    "Return the number of the master key that wrapped a key"
    return int(wrapped.partition(':')[0])


def unwrap(
        master: Callable[[int], bytes], wrapped: str, about: str) -> bytes:
    """Return a key that was wrapped.

    master -- function of the number of a master key that returns it
    """
    number, _, text = wrapped.partition(':')
    return open_(master(int(number)), base64.b64decode(text), about)


def seal_values(key: bytes, values: Mapping[str, Any], about: str) -> bytes:
    "Return a dictionary sealed with key"
    return seal(
        key, json.dumps(values, ensure_ascii=False, sort_keys=True).encode(
            'utf-8', 'surrogatepass'), about)


def open_values(key: bytes, sealed: bytes, about: str) -> dict[str, Any]:
    "Return the dictionary that was sealed; raise EnvelopeError"
    values: dict[str, Any] = json.loads(
        open_(key, bytes(sealed), about).decode('utf-8', 'surrogatepass'))
    return values
