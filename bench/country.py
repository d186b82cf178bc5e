# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A country's register, for the lists and the search: a second base.

Every commune of the country gets its share of letters; one in ten is open with
a running clock, one in fifty a denunciation whose sender is protected.  The
people are sealed as Donthu seals them, so that what a list shows is really
opened, and the words of the texts are as uneven as in a language.
"""
import random

import psycopg

from donthu.init import prepare
from donthu.site import Site

from .frame import Base

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
    from trytond.modules.foundation.text import fold
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


class Country(Base):
    """The base of the lists and the search; made once for both

    users -- of a commune, for a province, for the country"""

    @classmethod
    def beside(cls, base):
        "Return the country's register in the cluster of a base"
        made = getattr(base, '_country', None)
        if made is None:
            site = Site(base.site.config_file, 'country')
            prepare(
                site, succession=False,
                # a smoke test needs no country
                provinces=None if base.letters >= 10_000 else ['66'])
            server = base.uri.removesuffix(base.site.database)
            made = base._country = cls(site, server, base.options)
        return made

    def _create_people(self, pool):
        from trytond.modules.agencies.tests.tools import create_user
        Agency = pool.get('agencies.agency')
        top, = Agency.search([('parent', '=', None)], limit=1)
        self.users = {
            login: create_user(f'bench.{login}', agency, role).id
            for login, agency, role in [
                ('clerk of a commune', Agency.by_code('22250'), 'clerk'),
                ('supervisor of a province', Agency.by_code('66'),
                    'supervisor'),
                ('supervisor of the country', top, 'supervisor')]}

    def _fill(self):
        self.call(fill, self.letters)
        with psycopg.connect(self.uri, autocommit=True) as connection:
            # as autovacuum does: statistics, and which pages all may see
            connection.execute('VACUUM ANALYZE')

    def visible(self, user):
        "Return the ids of the agencies whose letters a user sees"
        return self.call(
            lambda pool: list(pool.get('res.user').get_visible()), user=user)
