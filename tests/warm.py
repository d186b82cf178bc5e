# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The law as a server has it in hand when a request comes.

Tryton's tests empty all caches after each test, since what it wrote is rolled
back: each one then read the law of the whole country anew.  What was made of
the database before any test wrote in it is as true for the next test, which
begins where this one began.  A test that changes the law begins with one in
hand, so that a change which does not drop it shows.
"""
# Plain values: no record, nothing of a pool
KEPT = ['complaints.procedure.law', 'deadlines.calendar.days']


def install(tests):
    "Let Tryton's tests begin with the law in hand"
    if isinstance(tests.Cache, Warm):
        return
    warm = tests.Cache = Warm(tests)
    activate = tests.activate_module

    def activate_module(modules, lang='en'):
        # in one that others have used stands what they left
        clean = not tests.db_exist(tests.DB_NAME)
        activate(modules, lang=lang)
        warm.begin((str(modules), lang) if clean else None)
    activate_module.is_ours = getattr(activate, 'is_ours', False)
    tests.activate_module = activate_module


class Warm:
    "Stands in for Cache in Tryton's tests"

    def __init__(self, tests):
        self.tests, self.cache = tests, tests.Cache
        self.known = {}
        self.begun = self.pool = None

    def __getattr__(self, name):
        return getattr(self.cache, name)

    def begin(self, content):
        """Have the law in hand from here on

        content -- what tells the database with which the tests begin from
            others, None where somebody has written in it"""
        self.begun = None
        if content is None:
            return
        if content not in self.known:
            self.known[content] = self._make()
        self.begun, self.pool = self.known[content], self._pool()
        self.drop(self.tests.DB_NAME)

    def _pool(self):
        return self.tests.Pool._pools.get(self.tests.DB_NAME)

    def _make(self):
        name, pool = self.tests.DB_NAME, self.tests.Pool(self.tests.DB_NAME)
        try:
            Procedure = pool.get('complaints.procedure')
        except KeyError:
            return {}
        # hears first that there is a database, then what has changed there
        for _ in range(2):
            with self.tests.Transaction().start(name, 0, readonly=True):
                pass
        with self.tests.Transaction().start(name, 0, readonly=True):
            Procedure.law()
        return {
            kept: (instance._timestamp.get(name),
                dict(instance._database_cache[name]))
            for kept, instance in self._instances()}

    def _instances(self):
        for kept in KEPT:
            instance = self.cache._instances.get(kept)
            if instance:
                yield kept, instance

    def drop(self, name):
        "Empty the caches of a database, but for the law it began with"
        begun = name == self.tests.DB_NAME and self.begun
        # another database of the same name, or one where the law has changed
        # for good
        if begun and (self.pool is not self._pool() or any(
                    instance._timestamp.get(name) not in {
                        None, begun[kept][0]}
                    for kept, instance in self._instances() if kept in begun)):
            begun = self.begun = None
        self.cache.drop(name)
        if begun:
            for kept, instance in self._instances():
                if kept in begun:
                    timestamp, entries = begun[kept]
                    instance._timestamp[name] = timestamp
                    instance._database_cache[name].update(entries)
