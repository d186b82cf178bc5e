# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The audit as plain files, for who does not trust our server.

    seals.jsonl             a seal a line, the oldest first, with its signature
    entries/NUMBER.jsonl    the entries of a seal, a line each
    keys.jsonl              the public keys
    README.txt

tools/verify_audit.py checks them with the standard library and `cryptography`.
"""
from pathlib import Path

from trytond.modules.foundation.acting import as_server

from . import canonical

ABOUT = """\
The audit of a Donthu database.

seals.jsonl holds a seal a line.  entries/N.jsonl are the entries of seal N:
the bytes of each line are a leaf of a Merkle tree as in RFC 6962, the root of
which stands in the seal.  Without its signature, a seal (JSON, keys in order,
no spaces, UTF-8) is what was signed (Ed25519); its SHA-256 stands in the seal
after it, and in the anchors that are kept elsewhere.

Check all of it with: python3 verify_audit.py DIRECTORY [--anchors FILE]
"""


@as_server("an export proves the whole record")
def export_files(pool, directory, progress=None):
    """Write seals and entries into an empty directory; return how many seals

    What no seal covers yet is left out: it can not be proved."""
    Seal, Key = pool.get('audit.seal'), pool.get('audit.key')
    directory = Path(directory)
    (directory / 'entries').mkdir()
    (directory / 'README.txt').write_text(ABOUT, encoding='utf-8')
    with open(directory / 'keys.jsonl', 'wb') as file:
        for key in Key.search([('kind', '=', 'sign')]):
            file.write(canonical.line(
                    {'number': key.number, 'public': key.public}) + b'\n')
    count = 0
    with open(directory / 'seals.jsonl', 'wb') as seals:
        for seal in Seal.all_plain():
            seals.write(canonical.line(seal) + b'\n')
            name = f"{seal['number']}.jsonl"
            with open(directory / 'entries' / name, 'wb') as file:
                for number, row in enumerate(Seal.rows(seal['number']), 1):
                    file.write(canonical.entry_line(row) + b'\n')
                    if progress and not number % 1000:
                        progress(1000)
            count += 1
    return count
