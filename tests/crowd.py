# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Two workers and a cron that escalate at once, and are killed at random.

Each is a process forked from one that has loaded the modules: it begins at
once, so that many kills fit into a short time.  A killed one is followed by
another.
"""
import logging
import os
import random
import signal
import time
from collections import Counter

JOB = 'escalation.schedule|run_due'


class Crowd:
    """Processes that escalate in a PostgreSQL database

    site -- a donthu.site.Site
    uri -- of its database, for the questions that are asked meanwhile"""

    def __init__(self, site, uri, seed=1):
        self.site = site
        self.uri = uri
        self.random = random.Random(seed)
        self.processes = {}
        self.kills = 0

    def run(self, kills, pause=(.02, .3), timeout=480):
        """Kill until all kills are done, then let them finish

        The rows that are due must outlast the kills: `kills` says how many
        there were while something was left to do."""
        self.site.init_pool()
        self.site.call(self._prepare)
        self._disconnect()
        for role in ['worker', 'worker', 'cron']:
            self._start(role)
        deadline = time.monotonic() + timeout
        try:
            while self._due():
                if time.monotonic() > deadline:
                    raise TimeoutError("the rows that are due do not end")
                time.sleep(self.random.uniform(*pause))
                if self.kills >= kills:
                    self._reap()
                    continue
                pid, role = self.random.choice(list(self.processes.items()))
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                del self.processes[pid]
                self.kills += 1
                self._start(role)
        finally:
            for pid in self.processes:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)

    @staticmethod
    def _prepare(pool):
        Cron = pool.get('ir.cron')
        # nothing else shall take the time of the cron
        Cron.write(Cron.search([('method', '!=', JOB)]), {'active': False})

    @staticmethod
    def _disconnect():
        "A forked process must not use the connections of its parent"
        from trytond import backend
        backend.Database._databases.clear()

    def _start(self, role):
        pid = os.fork()
        if pid:
            self.processes[pid] = role
            return
        try:
            logging.disable(logging.CRITICAL)
            import trytond.config as config
            if not config.has_section('queue'):
                config.add_section('queue')
            config.set('queue', 'worker', 'True')
            while True:
                getattr(self, f'_{role}')()
        finally:
            os._exit(1)

    def _reap(self):
        "Start anew who died by himself"
        for pid, role in list(self.processes.items()):
            if os.waitpid(pid, os.WNOHANG)[0]:
                del self.processes[pid]
                self._start(role)

    def _cron(self):
        from trytond.pool import Pool
        from trytond.transaction import Transaction
        with Transaction().start(self.site.database, 0) as transaction:
            table = Pool().get('ir.cron').__table__()
            transaction.connection.cursor().execute(
                *table.update([table.next_call], [None]))
            Cron = Pool().get('ir.cron')
        Cron.run(self.site.database)
        time.sleep(.02)

    def _worker(self):
        from trytond import backend
        from trytond.pool import Pool
        from trytond.transaction import Transaction
        from trytond.worker import run_task
        pool = Pool(self.site.database)
        Queue = pool.get('ir.queue')
        with Transaction().start(self.site.database, 0) as transaction:
            try:
                task, _ = Queue.pull(
                    transaction.database, transaction.connection)
            except backend.DatabaseOperationalError:
                transaction.rollback()
                return
            transaction.commit()
        if task:
            run_task(pool, task)
        else:
            time.sleep(.02)

    def _due(self):
        import psycopg
        with psycopg.connect(self.uri, autocommit=True) as connection:
            return connection.execute(
                'SELECT count(*) FROM escalation_schedule '
                "WHERE done_at IS NULL AND run_at <= now() AT TIME ZONE 'UTC'"
                ).fetchone()[0]

    def verify(self, rows):
        """Return what is wrong after all is done, a list of sentences

        rows -- {(clock, rule, step)} that were due before"""
        import psycopg
        with psycopg.connect(self.uri, autocommit=True) as connection:
            raised = Counter(connection.execute(
                    'SELECT clock, rule, level FROM escalation_escalation '
                    'WHERE clock IS NOT NULL').fetchall())
            audited = dict(connection.execute(
                    'SELECT e.id, count(a.id) FROM escalation_escalation AS e '
                    'LEFT JOIN audit_entry AS a ON a.resource = '
                    "'escalation.escalation,' || e.id AND a.action = 'notify' "
                    'GROUP BY e.id').fetchall())
        wrong = [
            f'{row}: {count} times'
            for row, count in raised.items() if count != 1]
        wrong += [f'{row}: lost' for row in rows if row not in raised]
        wrong += [
            f'escalation {id_}: {count} entries'
            for id_, count in audited.items() if count != 1]
        return wrong
