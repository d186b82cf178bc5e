# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Signatures of the seals: Ed25519, as in RFC 8032.

Pure functions, without Tryton.
"""
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey, Ed25519PublicKey)


def public_key(private: bytes) -> str:
    "Return the public key of 32 private bytes, in hexadecimal"
    return Ed25519PrivateKey.from_private_bytes(private).public_key(
        ).public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw).hex()


def sign(private: bytes, message: bytes) -> str:
    "Return the signature of a message (bytes), in hexadecimal"
    return Ed25519PrivateKey.from_private_bytes(private).sign(message).hex()


def is_signed(public: str, message: bytes, signature: str) -> bool:
    "Tell if a signature of a message was made with the private key"
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(
            bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True
