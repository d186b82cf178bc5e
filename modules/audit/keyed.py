# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Keyed hashes: recognise a secret without keeping it.

Pure functions, without Tryton.
"""
import hashlib
import hmac


def keyed_hash(key, text):
    """Return the HMAC-SHA256 of text under key (bytes), in hexadecimal.

    >>> keyed_hash(b'key', 'text') == keyed_hash(b'key', 'text')
    True
    """
    return hmac.new(key, text.encode('utf-8'), hashlib.sha256).hexdigest()
