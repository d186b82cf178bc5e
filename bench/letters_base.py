# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A country's register for the benches of lists and search, written in sets.

Every agency gets its share of letters; one in ten is open with a running
clock, one in fifty a denunciation whose sender is protected.  The people are
sealed as Donthu seals them, so that what a list shows is really opened.
"""
import json
import random
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / 'tests')]

from cluster import Cluster     # noqa: E402

SURNAMES = (
    'Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý '
    'Đinh Trịnh Mai Tô').split()
MIDDLE = (
    'Văn Thị Hữu Đức Ngọc Minh Thanh Quang Xuân Hồng Kim Thu Bá Công').split()
GIVEN = (
    'An Bình Cường Dung Hà Hải Hạnh Hòa Hùng Lan Linh Long Mai Nam Nga Phúc '
    'Quân Sơn Tâm Thảo Tiến Trang Tuấn Yến Thắm Khánh Loan Lực Mười Nhàn Oanh '
    'Phượng Quỳnh Sáu Thủy Uyên Vinh Xuyến').split()
WORDS = (
    'đường làng sạt lở mùa mưa cà phê rẫy nương hồ tiêu thửa đất ranh giới hộ '
    'liền kề bồi thường thu hồi giá cây trồng mương thoát nước ô nhiễm khói '
    'bụi lò gạch chợ xã trường học cầu treo điện kế giấy chứng nhận quyền sử '
    'dụng chậm trả lời cán bộ địa chính đo đạc sai lệch diện tích thừa kế '
    'tranh chấp lối đi chung bờ rào giếng khoan nghĩa trang trợ cấp hộ nghèo '
    'người có công bảo hiểm xây dựng trái phép lấn chiếm vỉa hè tiếng ồn'
    ).split()
PEOPLE, TEXTS = 20_000, 4_000

# ISO/IEC 7064, MOD 97,10, as modules/complaints/numbers.py
CHECKED = """
CREATE FUNCTION pg_temp.checked(number text) RETURNS text IMMUTABLE
LANGUAGE sql AS $$
    SELECT number || '-' || lpad((98 - (string_agg(lpad((strpos(
            '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-.', c) - 1)::text, 2, '0'),
        '' ORDER BY place) || '00')::numeric % 97)::text, 2, '0')
    FROM unnest(string_to_array(number, NULL)) WITH ORDINALITY
        AS u(c, place) $$
"""
LETTERS = """
INSERT INTO complaints_letter (create_uid, create_date, agency, kind,
    instance, received_on, channel, content, subject, people_count, number,
    contested_number, secrecy, state, due_on, warn_on)
SELECT 1, now(), a.id,
    CASE WHEN n %% 50 = 7 THEN 'denunciation'
        WHEN n / 7 %% 3 = 0 THEN 'complaint'
        ELSE 'petition' END, '1',
    current_date - (n %% 1400)::int, 'post',
    'Thửa đất số ' || n %% 9973 || '. ' || t.content, t.subject, 1 + (n %% 20 =
    0)::int, pg_temp.checked(upper(a.code) || '-D-' || 2020 + n %% 6 || '-'
    || lpad((n / 6)::text, 6, '0')),
    CASE WHEN n / 7 %% 3 = 0 THEN n %% 8999 || '/QĐ-UBND' END, n %% 50 = 7,
    CASE WHEN n %% 10 = 0 THEN 'registered' WHEN n %% 10 = 1 THEN 'accepted'
        ELSE 'guided' END,
    CASE WHEN n %% 10 = 0 THEN current_date + (n / 10 %% 41)::int - 10 END,
    CASE WHEN n %% 10 = 0 THEN current_date + (n / 10 %% 41)::int - 13 END
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
JOIN bench_agency AS a ON a.position = n %% %(agencies)s::bigint
JOIN bench_text AS t ON t.position = n * 7 %% %(texts)s::bigint
"""
PERSONS = """
WITH born AS (
    INSERT INTO complaints_identity (create_uid, create_date, token, wrapped,
        master, sealed, name_fold, number_key)
    SELECT 1, now(), p.token, p.wrapped, p.master, p.sealed,
        CASE WHEN le.secrecy THEN NULL ELSE p.name_fold END,
        CASE WHEN le.secrecy THEN NULL ELSE p.number_key END
    FROM complaints_letter AS le
    JOIN bench_person AS p ON p.position = le.id %% %(people)s::bigint
    WHERE le.id BETWEEN %(low)s::bigint AND %(high)s::bigint ORDER BY le.id
    RETURNING id),
numbered AS (SELECT id, row_number() OVER (ORDER BY id) AS place FROM born),
letters AS (
    SELECT id, secrecy, row_number() OVER (ORDER BY id) AS place
    FROM complaints_letter
    WHERE id BETWEEN %(low)s::bigint AND %(high)s::bigint)
INSERT INTO complaints_person (create_uid, create_date, letter, role,
    identity, protected)
SELECT 1, now(), le.id, 'sender', i.id, le.secrecy
FROM letters AS le JOIN numbered AS i ON i.place = le.place
"""
CLOCKS = """
INSERT INTO deadlines_clock (create_uid, create_date, resource, rule, version,
    calendar, started_on, due_on, warn_on, state)
SELECT 1, now(), 'complaints.letter,' || le.id, v.rule, v.id, c.id,
    le.received_on, le.due_on, le.warn_on, 'running'
FROM complaints_letter AS le
CROSS JOIN (SELECT v.id, v.rule FROM deadlines_rule_version AS v
    JOIN deadlines_rule AS r ON r.id = v.rule WHERE r.code = 'XLD-02'
    ORDER BY v.id DESC LIMIT 1) AS v
CROSS JOIN (SELECT id FROM deadlines_calendar ORDER BY id LIMIT 1) AS c
WHERE le.due_on IS NOT NULL
    AND le.id BETWEEN %(low)s::bigint AND %(high)s::bigint
"""


def people(pool):
    "Return sealed people as rows: token, wrapped, master, sealed, keys"
    from trytond.modules.agencies.text import fold
    Identity = pool.get('complaints.identity')
    Key = pool.get('audit.key')
    r = random.Random(7)
    rows = []
    for position in range(PEOPLE):
        name = ' '.join(
            r.choice(part) for part in [SURNAMES, MIDDLE, MIDDLE, GIVEN])
        number = f'0660{r.randrange(10 ** 8):08}'
        sealed = Identity.seal_values({
                'name': name, 'identity_number': number,
                'address': f'thôn {position % 9 + 1}'})
        rows.append((
                position, sealed['token'], sealed['wrapped'],
                sealed['master'], sealed['sealed'], fold(name),
                Key.hash(f'number:{number}'), name, number))
    return rows


def texts():
    "Yield texts whose words are as uneven as in a language: a few are in most"
    from trytond.modules.complaints.search_words import SYLLABLES
    r = random.Random(11)
    rare = sorted(SYLLABLES)
    r.shuffle(rare)
    words = [*WORDS, *rare]
    weights = [1 / (rank + 10) for rank in range(len(words))]
    for position in range(TEXTS):
        chosen = r.choices(words, weights, k=110)
        yield position, ' '.join(chosen[:12]), ' '.join(chosen) + '.'


def fill(pool, letters, batch=50_000):
    "Write a register of so many letters, evenly over all agencies"
    from trytond.transaction import Transaction
    cursor = Transaction().connection.cursor()
    cursor.execute(
        'CREATE TEMPORARY TABLE bench_agency AS SELECT id, code, '
        'row_number() OVER (ORDER BY id) - 1 AS position '
        "FROM agencies_agency WHERE kind = 'commune'")
    cursor.execute('SELECT count(*) FROM bench_agency')
    agencies, = cursor.fetchone()
    cursor.execute(
        'CREATE TABLE IF NOT EXISTS bench_person (position integer PRIMARY '
        'KEY, token text, wrapped text, master integer, sealed bytea, '
        'name_fold text, number_key text, name text, number text)')
    cursor.execute('SELECT count(*) FROM bench_person')
    if not cursor.fetchone()[0]:
        cursor.executemany(
            f"INSERT INTO bench_person VALUES ({', '.join(['%s'] * 9)})",
            people(pool))
    cursor.execute(
        'CREATE TEMPORARY TABLE bench_text '
        '(position integer PRIMARY KEY, subject text, content text)')
    cursor.executemany(
        'INSERT INTO bench_text VALUES (%s, %s, %s)', list(texts()))
    cursor.execute(CHECKED)
    cursor.execute('SELECT count(*) FROM complaints_letter')
    start, = cursor.fetchone()
    for first in range(start, letters, batch):
        last = min(first + batch, letters) - 1
        cursor.execute('SELECT coalesce(max(id), 0) FROM complaints_letter')
        before, = cursor.fetchone()
        cursor.execute(LETTERS, {
                'first': first, 'last': last, 'agencies': agencies,
                'texts': TEXTS})
        cursor.execute('SELECT max(id) FROM complaints_letter')
        ids = {'low': before + 1, 'high': cursor.fetchone()[0],
            'people': PEOPLE}
        cursor.execute(PERSONS, ids)
        cursor.execute(CLOCKS, ids)
        Transaction().commit()
    cursor.execute('DROP TABLE bench_agency, bench_text')


def analyze(uri, database):
    "Bring statistics and visibility up to date, as autovacuum does"
    import psycopg
    with psycopg.connect(uri + database, autocommit=True) as connection:
        connection.execute('VACUUM ANALYZE')


@contextmanager
def base(options):
    "Yield a Site with so many letters, and the users of the benches in it"
    from donthu.init import prepare
    from donthu.site import Site
    if options.config:
        site = Site(options.config, options.database)
        site.call(add_users)
        yield site
        return
    with Cluster() as server, tempfile.TemporaryDirectory() as directory:
        config = Path(directory) / 'trytond.conf'
        config.write_text(
            f'[database]\nuri = {server.uri}\npath = {directory}\n'
            'unaccent_function = f_unaccent\n')
        site = Site(config, options.database)
        prepare(site, provinces=options.province, succession=False)
        site.call(fill, options.letters)
        analyze(server.uri, options.database)
        site.call(add_users)
        yield site


def add_options(parser):
    parser.add_argument('--letters', type=int, default=100_000)
    parser.add_argument('--times', type=int, default=40)
    parser.add_argument(
        '--province', action='append', metavar='CODE',
        help="load only these provinces (default: the whole country)")
    parser.add_argument(
        '--config', help="of a base that is filled already")
    parser.add_argument('--database', default='bench')


def add_users(pool):
    "Who asks: in a commune, for a province, for the country"
    from trytond.modules.agencies.tests.tools import create_user
    User = pool.get('res.user')
    Agency = pool.get('agencies.agency')
    if User.search([('login', '=', 'bench-clerk')]):
        return
    top, = Agency.search([('parent', '=', None)], limit=1)
    for login, agency, role in [
            ('bench-clerk', Agency.by_code('22250'), 'clerk'),
            ('bench-supervisor', Agency.by_code('66'), 'supervisor'),
            ('bench-national', top, 'supervisor')]:
        create_user(login, agency.id, role)


def user(site, login):
    return site.call(
        lambda pool: pool.get('res.user').search(
            [('login', '=', login)])[0].id)


def compare(work, ours, floor, times):
    """Print a line of JSON: ours beside the floor, by turns in the same run

    ours, floor -- functions of the number of the turn; cpu is what our own
    process has taken of the processor, which a busy machine does not change"""
    for turn in range(3):
        ours(turn), floor(turn)
    mine, theirs, cpu = [], [], []
    for turn in range(times):
        before = time.process_time()
        mine.append(_seconds(ours, turn))
        cpu.append(time.process_time() - before)
        theirs.append(_seconds(floor, turn))
    result = {
        'work': work,
        'ours_ms': _percentiles(mine), 'cpu_ms': _percentiles(cpu),
        'floor_ms': _percentiles(theirs),
        'ratio': round(
            statistics.median(mine) / statistics.median(theirs), 1)}
    print(json.dumps(result, ensure_ascii=False), flush=True)
    return result


def _seconds(function, turn):
    started = time.perf_counter()
    function(turn)
    return time.perf_counter() - started


def _percentiles(seconds):
    ordered = sorted(seconds)
    return {
        f'p{p}': round(1000 * ordered[min(
                    len(ordered) - 1, len(ordered) * p // 100)], 2)
        for p in [50, 95]}
