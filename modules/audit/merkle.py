# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Merkle trees with the leaves and nodes of RFC 6962, section 2.1.

Leaves come one after the other and are not kept: the memory grows with the
logarithm of their number.

Pure functions, without Tryton.
"""
import hashlib


def leaf_hash(data: bytes) -> bytes:
    "Return the hash of a leaf (bytes)"
    return hashlib.sha256(b'\0' + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b'\1' + left + right).digest()


class Tree:
    """The root of the leaves that were added.

    >>> Tree().root().hex() == hashlib.sha256().hexdigest()
    True
    """

    def __init__(self) -> None:
        self.size = 0
        # the complete subtrees from left to right, each higher than the next
        self._subtrees: list[tuple[int, bytes]] = []

    def add(self, data: bytes) -> None:
        height, hash_ = 0, leaf_hash(data)
        while self._subtrees and self._subtrees[-1][0] == height:
            _, left = self._subtrees.pop()
            height, hash_ = height + 1, node_hash(left, hash_)
        self._subtrees.append((height, hash_))
        self.size += 1

    def root(self) -> bytes:
        "Return the hash over all leaves (bytes)"
        if not self._subtrees:
            return hashlib.sha256().digest()
        *others, (_, hash_) = self._subtrees
        for _, left in reversed(others):
            hash_ = node_hash(left, hash_)
        return hash_
