# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Which keys a dry run has met: nothing that it writes stays to tell."""
import sqlite3


class Keys:
    "Keys with the digest of their first row, however many, on disk"

    def __init__(self):
        # a temporary file of its own, which goes with the connection
        self.connection = sqlite3.connect('')
        self.connection.execute(
            'CREATE TABLE seen (key TEXT PRIMARY KEY, digest TEXT) '
            'WITHOUT ROWID')

    def seen(self, key, digest):
        "Return the digest of the row that had the key before, or None"
        new = self.connection.execute(
            'INSERT OR IGNORE INTO seen VALUES (?, ?)', [key, digest])
        if not new.rowcount:
            return self.connection.execute(
                'SELECT digest FROM seen WHERE key = ?', [key]).fetchone()[0]
