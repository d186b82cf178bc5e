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

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class EnvelopeError(Exception):
    "What is sealed was changed, or belongs to something else or another key"


def new_key():
    "Return a key for one person, or one document"
    return AESGCM.generate_key(256)


def seal(key, data, about):
    """Return data (bytes) sealed with key.

    about -- what it belongs to, as text; not kept, but needed to open it
    """
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, about.encode())


def open_(key, sealed, about):
    "Return what was sealed; raise EnvelopeError"
    try:
        return AESGCM(key).decrypt(
            sealed[:_NONCE], sealed[_NONCE:], about.encode())
    except (InvalidTag, ValueError):
        raise EnvelopeError(f"{about} does not open") from None


def wrap(number, master, key, about):
    """Return a key wrapped by the master key of that number, as text

    >>> key, master = new_key(), new_key()
    >>> unwrap({1: master}.get, wrap(1, master, key, 'x'), 'x') == key
    True
    """
    wrapped = seal(master, key, about)
    return f'{number}:{base64.b64encode(wrapped).decode()}'


def master_of(wrapped):
    "Return the number of the master key that wrapped a key"
    return int(wrapped.partition(':')[0])


def unwrap(master, wrapped, about):
    """Return a key that was wrapped.

    master -- function of the number of a master key that returns it
    """
    number, _, text = wrapped.partition(':')
    return open_(master(int(number)), base64.b64decode(text), about)


def seal_values(key, values, about):
    "Return a dictionary sealed with key"
    return seal(
        key, json.dumps(values, ensure_ascii=False, sort_keys=True).encode(
            'utf-8', 'surrogatepass'), about)


def open_values(key, sealed, about):
    "Return the dictionary that was sealed; raise EnvelopeError"
    return json.loads(
        open_(key, bytes(sealed), about).decode('utf-8', 'surrogatepass'))
