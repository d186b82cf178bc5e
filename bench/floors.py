# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The floor of what writes: the same rows, copied into clones of the tables.

The clones have the same columns and indexes, and no rows and no foreign keys.
"""
import time

import psycopg
from psycopg import sql

TABLES = [
    'complaints_letter', 'complaints_person', 'complaints_identity',
    'complaints_act', 'likeness_fingerprint', 'deadlines_clock',
    'escalation_schedule', 'escalation_escalation',
    'escalation_escalation-res_user', 'escalation_notice', 'audit_entry']


class Written:
    "What a work has written since, by table"

    def __init__(self, base, tables=TABLES):
        self.base = base
        self.columns = {}
        with self._connect() as connection:
            for table in tables:
                names = [name for name, in connection.execute(
                        'SELECT column_name FROM information_schema.columns '
                        "WHERE table_name = %s AND is_generated = 'NEVER' "
                        'ORDER BY ordinal_position', [table])]
                # what has no id can not be told from what was before
                if 'id' in names:
                    self.columns[table] = names
            self.before = {
                table: connection.execute(sql.SQL(
                        'SELECT coalesce(max(id), 0) FROM {}').format(
                        sql.Identifier(table))).fetchone()[0]
                for table in self.columns}

    def _connect(self):
        return psycopg.connect(self.base.uri)

    def rows(self):
        "Return {table: rows} of what was written since"
        with self._connect() as connection:
            return {
                table: connection.execute(sql.SQL(
                        'SELECT {} FROM {} WHERE id > %s ORDER BY id').format(
                        sql.SQL(', ').join(
                            map(sql.Identifier, self.columns[table])),
                        sql.Identifier(table)), [before]).fetchall()
                for table, before in self.before.items()}

    def again(self, commits=1):
        """Return the seconds that writing the same takes in bare SQL

        commits -- in so many transactions"""
        rows = self.rows()
        with self._connect() as connection:
            for table in rows:
                connection.execute(sql.SQL(
                        'CREATE TABLE {} (LIKE {} INCLUDING ALL)').format(
                        self._clone(table), sql.Identifier(table)))
            connection.commit()
            try:
                started = time.perf_counter()
                for number in range(commits):
                    for table, lines in rows.items():
                        part = lines[
                            len(lines) * number // commits:
                            len(lines) * (number + 1) // commits]
                        if part:
                            self._copy(connection, table, part)
                    connection.commit()
                return time.perf_counter() - started
            finally:
                connection.rollback()
                for table in rows:
                    connection.execute(sql.SQL('DROP TABLE {}').format(
                            self._clone(table)))
                # also where the writing failed
                connection.commit()

    @staticmethod
    def _clone(table):
        return sql.Identifier(f'bench_{table}')

    def _copy(self, connection, table, lines):
        copy = sql.SQL('COPY {} ({}) FROM STDIN').format(
            self._clone(table), sql.SQL(', ').join(
                map(sql.Identifier, self.columns[table])))
        with connection.cursor().copy(copy) as copying:
            for line in lines:
                copying.write_row(line)
