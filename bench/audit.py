# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What the audit costs: writing entries, sealing them, verifying all of them.

Writing is measured in turns, with and without the audit, because times drift;
verifying beside SHA-256 over the same bytes alone, with the largest memory
that the process has had.
"""
import hashlib
import itertools
import resource
import statistics
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from .frame import CONTENT, delay, rate, timed

PERIOD = 10_000
FILL = """
INSERT INTO audit_entry (at, "user", post, action, resource, changes, period)
SELECT now() AT TIME ZONE 'UTC' + n * interval '1 millisecond', 1,
    'clerk (clerk)',
    'write', 'complaints.letter,' || n %% 100000,
    '{"state": ["registered", "classified"], "due_on": ["2026-08-0' || n %% 9
    || '", "2026-09-01"], "note": [null, "' || md5(n::text) || '"]}',
    %s + n / %s
FROM generate_series(0, %s) AS n
"""


@contextmanager
def without_audit(pool):
    "Do the same work, and put nothing of it on record"
    from trytond.modules.audit.audited import AuditedMixin
    Entry = pool.get('audit.entry')
    with ExitStack() as stack:
        stack.enter_context(patch.object(
                Entry, 'append', classmethod(lambda cls, values: None)))
        for name in ['create', 'write', 'delete', 'log']:
            def plain(cls, *args, _name=name, **kwargs):
                if _name == 'log':
                    return None
                return getattr(super(AuditedMixin, cls), _name)(
                    *args, **kwargs)
            stack.enter_context(
                patch.object(AuditedMixin, name, classmethod(plain)))
        yield


_serial = itertools.count()


def measure(base):
    many = base.letters >= 10_000
    entries = base.options.entries or (1_000_000 if many else 20_000)
    return [
        _cost(base, "bulk import of 300 letters", _import),
        _cost(base, "10 letters to their acceptance", _lives),
        *_verify(base, entries)]


def _import(base, count=300):
    code, = base.sql(
        'SELECT code FROM agencies_agency WHERE id = %s', [base.commune])[0]

    def work(pool):
        pool.get('complaints.letter').import_rows([{
                    'row': n, 'key': f'b{next(_serial)}', 'kind': 'petition',
                    'received_on': '2026-08-03', 'content': CONTENT,
                    'name': f"Nguyễn Văn {n}", 'address': "Thôn 3",
                    'channel': 'post'} for n in range(count)],
            'bench audit', code, False)
    base.call(work, user='data_officer.commune0')


def _lives(base, count=10):
    for _ in range(count):
        id_ = base.call(_register, base.commune, user='clerk.commune0')
        base.call(_sign, id_, user='leader.commune0')


def _register(pool, commune):
    Letter = pool.get('complaints.letter')
    letter, = Letter.create([{
                'agency': commune, 'kind': 'petition',
                'content': CONTENT + str(next(_serial)),
                'persons': [('create', [{'name': "Nguyễn Văn An"}])]}])
    Letter.register([letter])
    Letter.classify([letter])
    Letter.write([letter], {'proposal': 'accept'})
    Letter.propose([letter])
    return letter.id


def _sign(pool, id_):
    Letter = pool.get('complaints.letter')
    Letter.approve([Letter(id_)])
    Letter.accept([Letter(id_)])


def _cost(base, title, work, turns=5):
    "Return which share of the time of a work the audit takes"
    work(base)
    with_, without = [], []
    for _ in range(turns if base.letters >= 10_000 else 1):
        with_.append(timed(lambda: work(base)))
        with without_audit(base.pool):
            without.append(timed(lambda: work(base)))
    ours, plain = statistics.median(with_), statistics.median(without)
    return delay(
        ours, plain, f"{title}, beside the same without audit", unit='s',
        share=round(100 * (ours - plain) / ours, 1))


def _verify(base, entries):
    from trytond.modules.audit.period import Period

    def fill(pool):
        pool.get('audit.seal').seal_due()
        first = Period.current()
        base.cursor().execute(FILL, (first, PERIOD, entries - 1))
        return first, first + entries // PERIOD
    numbers = base.call(fill)

    def seal(pool):
        for number in range(*numbers):
            pool.get('audit.seal').seal_period(number)
    sealing = timed(lambda: base.call(seal))
    base.sql("SELECT setval('audit_period_seq', %s)", [numbers[1]])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = []
    verifying = timed(lambda: result.append(base.call(
                lambda pool: pool.get('audit.seal').verify())))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert not result[0].flaws, result[0].flaws[:3]

    def hashing(pool):
        from trytond.modules.audit.canonical import entry_line
        line = next(pool.get('audit.seal').rows(numbers[0]))
        data = entry_line(line)
        for _ in range(result[0].entries):
            hashlib.sha256(data).digest()
    count = result[0].entries
    return [
        rate(entries, sealing, None, "audit entries sealed"),
        rate(
            count, verifying, timed(lambda: base.call(hashing)),
            "audit entries verified, beside SHA-256 alone",
            memory_mib=[before // 1024, after // 1024])]
