#!/usr/bin/env python3
# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Check an exported audit, without Donthu, its database or trust in either.

    python3 tools/verify_audit.py DIRECTORY [--anchors FILE] [--public-key HEX]

Needs Python 3.9 or later and the package `cryptography`, nothing else.
Reads what `donthu audit export` writes.  Exit status: 0 nothing was changed,
1 something was, 2 the files can not be read.

Without anchors (lines "NUMBER HASH" that were kept elsewhere) nobody can tell
whether seals are missing at the end; without the public key, as it was known
before, nobody can tell whose signatures they are.
"""
import argparse
import hashlib
import json
import sys
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PublicKey)


def sha256(data):
    return hashlib.sha256(data).digest()


def root_of(lines):
    "RFC 6962, section 2.1: a leaf is H(0 | data), a node H(1 | left | right)"
    stack, count = [], 0
    for line in lines:
        size, node = 1, sha256(b'\0' + line)
        while stack and stack[-1][0] == size:
            node = sha256(b'\1' + stack.pop()[1] + node)
            size *= 2
        stack.append((size, node))
        count += 1
    if not stack:
        return sha256(b'').hex(), 0
    node = stack.pop()[1]
    while stack:
        node = sha256(b'\1' + stack.pop()[1] + node)
    return node.hex(), count


def is_signed(public, data, signature):
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(
            bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def entries(path, number, bounds, flaws):
    "Yield the lines of a file of entries, and note what they say wrongly"
    last = None
    with open(path, 'rb') as file:
        for line in file:
            line = line.rstrip(b'\n')
            entry = json.loads(line)
            if (entry['period'] or 0) != number or (
                    last is not None and entry['id'] <= last):
                flaws.append(f"seal {number}: entry {entry['id']} stands in "
                    "the wrong place")
            if bounds['after'] and datetime.fromisoformat(
                    entry['at']) < bounds['after'] - timedelta(minutes=10):
                flaws.append(f"seal {number}: entry {entry['id']} is "
                    "back-dated")
            bounds['first'] = bounds['first'] or entry['id']
            last = bounds['last'] = entry['id']
            yield line


def check(directory, anchors, trusted):
    "Return a list of flaws, and the number and hash of the last seal"
    flaws, previous, previous_hash, next_key = [], None, None, None
    keys, last_data = {}, None
    for line in (directory / 'keys.jsonl').read_bytes().splitlines():
        key = json.loads(line)
        keys[key['number']] = key['public']
    files = {p.name for p in (directory / 'entries').iterdir()}
    with open(directory / 'seals.jsonl', 'rb') as seals:
        for line in seals:
            seal = json.loads(line)
            signature = seal.pop('signature')
            data = json.dumps(
                seal, ensure_ascii=False, sort_keys=True,
                separators=(',', ':')).encode('utf-8', 'surrogatepass')
            hash_, number = sha256(data).hex(), seal['number']
            if number != (previous['number'] + 1 if previous
                    else min(number, 1)) or number < 0:
                flaws.append(f"a seal is missing before seal {number}")
            if seal['previous'] != previous_hash:
                flaws.append(f"seal {number} does not follow the one before")
            if next_key:
                keys[next_key[0]] = next_key[1]
            wanted = next_key[0] if next_key else (
                previous['key'] if previous else seal['key'])
            if seal['key'] != wanted or not is_signed(
                    keys.get(seal['key'], ''), data, signature):
                flaws.append(f"seal {number} has no valid signature")
            bounds = {
                'first': None, 'last': None,
                'after': previous and datetime.fromisoformat(
                    previous['at'])}
            name = f'{number}.jsonl'
            if name in files:
                files.remove(name)
                root, count = root_of(entries(
                        directory / 'entries' / name, number, bounds, flaws))
                if (root, count, bounds['first'], bounds['last']) != (
                        seal['root'], seal['entries'], seal['first'],
                        seal['last']):
                    flaws.append(
                        f"seal {number}: the entries are not those sealed")
            else:
                flaws.append(f"seal {number}: the entries are missing")
            for kept in anchors.pop(number, ()):
                if kept != hash_:
                    flaws.append(f"seal {number} is not the one anchored")
            next_key = None
            if seal['next_key']:
                key_number, _, public = seal['next_key'].partition(' ')
                next_key = (int(key_number), public)
            previous, previous_hash = seal, hash_
            last_data, last_signature = data, signature
    flaws += [f"seal {n} was anchored and is missing" for n in anchors]
    flaws += [f"entries/{n} belongs to no seal" for n in sorted(files)]
    if trusted and last_data and not is_signed(
            trusted, last_data, last_signature):
        flaws.append("the last seal was not signed with the public key given")
    return flaws, previous and previous['number'], previous_hash


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('directory', type=Path)
    parser.add_argument('--anchors', type=Path, metavar='FILE')
    parser.add_argument('--public-key', metavar='HEX')
    options = parser.parse_args()
    anchors = {}
    try:
        if options.anchors:
            for line in options.anchors.read_text('ascii').splitlines():
                if line.strip():
                    number, hash_ = line.split()[:2]
                    anchors.setdefault(int(number), []).append(hash_)
        flaws, number, hash_ = check(
            options.directory, anchors, options.public_key)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"the files can not be read: {error!r}", file=sys.stderr)
        return 2
    for flaw in flaws:
        print(flaw)
    print(f"last seal: {number} {hash_}")
    print("NOT as it was sealed" if flaws else "as it was sealed")
    return 1 if flaws else 0


if __name__ == '__main__':
    sys.exit(main())
