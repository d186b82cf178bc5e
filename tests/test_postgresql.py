# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What PostgreSQL does: init and upgrade, import, numbers under a crowd,
escalations by two jobs of which one is killed."""
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import on_postgresql
import pytest
from audit_scripts import CROWDED, SEALING, VIEWED, WRITER
from field_files import dump, line
from helpers import REGISTERS, donthu
from on_postgresql import PROLOGUE, URI, query, run

site = on_postgresql.site
pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(not URI, reason="there is no PostgreSQL cluster")]


def test_init(site):
    assert query('SELECT count(*) FROM agencies_agency')[0][0] > 100
    assert query("SELECT count(*) FROM ir_lang WHERE code = 'vi' "
        'AND translatable') == [(1,)]
    extensions = {row[0] for row in query('SELECT extname FROM pg_extension')}
    assert {'unaccent', 'pg_trgm'} <= extensions


def test_import(site, tmp_path):
    for accepted in ['300 accepted', '300 known already']:
        result = donthu(
            'import', 'letters', REGISTERS / 'so-tiep-cong-dan.xlsx',
            '-c', site, '-d', 'donthu_init', '--user', 'data_officer',
            '--report', tmp_path / 'report.csv')
        assert accepted in result.stdout
    assert query(
        'SELECT count(*) FROM complaints_letter WHERE import_source = %s',
        'so-tiep-cong-dan') == [(300,)]


def test_import_in_processes(site, tmp_path):
    "Test several processes take in a file, each agency in its order"
    register = tmp_path / 'so.csv'
    codes = [code for code, in query(
            "SELECT code FROM agencies_agency WHERE kind = 'commune' "
            "ORDER BY code LIMIT 7")]
    register.write_text(dump(*(
                line(f'P{n:03}', ma_xa=codes[n * n % 7], loai_don='Phản ánh',
                    noi_dung=f'Mương {n}', ngay_qd='', so_qd='', ket_qua='')
                for n in range(300))), encoding='utf-8')
    for accepted in ['300 accepted', '300 known already']:
        result = donthu(
            'import', 'letters', register, '-c', site, '-d', 'donthu_init',
            '--user', 'officer66', '--processes', '3', '--batch', '20',
            '--source', 'several', '--report', tmp_path / 'report.csv')
        assert accepted in result.stdout
    found = query(
        'SELECT agency, number, import_key FROM complaints_letter '
        "WHERE import_source = 'several' ORDER BY agency, number")
    assert len(found) == 300 and len({number for _, number, _ in found}) == 300
    for agency in {agency for agency, *_ in found}:
        keys = [key for of, _, key in found if of == agency]
        assert keys == sorted(keys)
    result = donthu(
        'import', 'letters', register, '-c', site, '-d', 'donthu_init',
        '--user', 'clerk', '--processes', '2', '--source', 'other',
        '--report', tmp_path / 'report.csv', check=False)
    assert result.returncode == 1 and 'phụ trách dữ liệu' in result.stderr


def test_audit_trigger(site):
    import psycopg
    for statement in [
            "UPDATE audit_entry SET summary = 'x'",
            'DELETE FROM audit_entry', 'TRUNCATE audit_entry']:
        with pytest.raises(psycopg.Error, match='append-only'):
            query(statement)


CROWD = """
def find(pool):
    User = pool.get('res.user')
    clerk, = User.search([('login', '=', 'clerk')])
    return clerk.id, clerk.memberships[0].agency.id

def register(pool, number):
    Letter = pool.get('complaints.letter')
    letter, = Letter.create([{
        'agency': agency, 'kind': 'petition', 'anonymous': True,
        'content': f'crowd {number}'}])
    Letter.register([letter])

clerk, agency = site.call(find)
from trytond import backend
for number in range(15):
    # a server tries again as often when the database says so
    for tries in range(6):
        try:
            site.call(register, number, user=clerk)
            break
        except backend.DatabaseOperationalError:
            if tries == 5:
                raise
"""


def test_numbers_under_a_crowd(site):
    "Test four clerks at once get numbers without gaps and repeats"
    before = len(query(
            "SELECT id FROM complaints_letter WHERE content LIKE 'crowd%%'"))
    processes = [
        run(site, CROWD, wait=False, call=False) for _ in range(4)]
    for process in processes:
        _, errors = process.communicate()
        assert process.returncode == 0, errors
    assert len(query(
            "SELECT id FROM complaints_letter WHERE content LIKE 'crowd%%'"
            )) - before == 60
    serials = sorted(
        int(number.split('-')[3]) for number, in query(
            "SELECT number FROM complaints_letter WHERE number LIKE %s",
            '22250-D-%'))
    assert serials == list(range(1, len(serials) + 1))


LODGING = """
def find(pool):
    User = pool.get('res.user')
    clerk, = User.search([('login', '=', 'clerk')])
    return clerk.id, clerk.memberships[0].agency.id

def lodge(pool, number):
    Letter = pool.get('complaints.letter')
    # as the server calls it
    Letter.__rpc__['lodge'].decorate(Letter.lodge)([{
        'agency': agency, 'kind': 'petition', 'anonymous': True,
        'content': f'at once {number}'}])

clerk, agency = site.call(find)
from trytond.modules.complaints.counter import CounterBusy
def fix(self, extras):
    raise AssertionError("somebody begins anew")
CounterBusy.fix = fix
for number in range(15):
    site.call(lodge, number, user=clerk)
"""


def test_lodging_under_a_crowd(site):
    "Test four clients at once wait for their numbers, and none begins anew"
    processes = [
        run(site, LODGING, wait=False, call=False) for _ in range(4)]
    for process in processes:
        _, errors = process.communicate()
        assert process.returncode == 0, errors
    serials = sorted(
        int(number.split('-')[3]) for number, in query(
            "SELECT number FROM complaints_letter WHERE number LIKE %s",
            '22250-D-%'))
    assert len(serials) >= 60
    assert serials == list(range(1, len(serials) + 1))


CROWD_KILLED = """
import sys
sys.path.insert(0, {tests!r})
from crowd import Crowd
crowd = Crowd(site, {uri!r})
crowd.run(12, (.05, .3))
print(crowd.kills, *crowd.verify({due!r}), sep=chr(10))
"""


def test_escalations_killed(site):
    "Test two workers and a cron that are killed take each step once"
    run(site, """
        import datetime as dt
        from trytond.modules.foundation import clock
        # long ago, so that all of it is due by now
        with clock.travel(clock.today() - dt.timedelta(days=60)):
            Letter = pool.get('complaints.letter')
            agency = pool.get('agencies.agency').by_code('22250')
            for part in range(8):
                letters = Letter.create([{
                        'agency': agency.id, 'kind': 'petition',
                        'anonymous': True, 'content': f'killed {part} {n}',
                        'received_on': clock.today()} for n in range(100)])
                Letter.register(letters)
        """)
    due = query(
        'SELECT s.clock, s.rule, s.step FROM routing_escalation_schedule AS s '
        'JOIN routing_escalation_rule AS r ON r.id = s.rule '
        "WHERE s.done_at IS NULL AND r.action = 'escalate' "
        "AND s.run_at <= now() AT TIME ZONE 'UTC'")
    assert len(due) > 800
    # in a process of its own: it forks
    process = subprocess.run(
        [sys.executable, '-W', 'ignore', '-c',
            PROLOGUE.format(config=str(site)) + CROWD_KILLED.format(
                tests=str(Path(__file__).parent), uri=URI + 'donthu_init',
                due=sorted(due))],
        capture_output=True, text=True)
    assert process.returncode == 0, process.stderr
    kills, *wrong = process.stdout.splitlines()
    assert not wrong
    assert int(kills) >= 5
    assert query(
        'SELECT count(*) FROM routing_escalation_schedule '
        "WHERE done_at IS NULL AND run_at <= now() AT TIME ZONE 'UTC'"
        ) == [(0,)]


SEAL = """
    print(pool.get('audit.seal').seal_due(), flush=True)
    """


def verified(site):
    return donthu(
        'audit', 'verify', '-c', site, '-d', 'donthu_init', check=False)


def test_seal_waits_for_who_still_writes(site):
    "Test a seal covers what a long transaction wrote, and never misses it"
    run(site, SEAL)
    writer = subprocess.Popen(
        [sys.executable, '-W', 'ignore', '-c',
            PROLOGUE.format(config=str(site)) + WRITER],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True)
    assert writer.stdout.readline() == 'written\n'
    period = query('SELECT last_value FROM audit_period_seq')[0][0]
    run(site, "pool.get('audit.entry').append("
        "[{'action': 'write', 'summary': 'short'}])")
    # the period ends, but is not sealed; others write on meanwhile
    run(site, SEAL)
    run(site, SEAL)
    assert query(
        'SELECT count(*) FROM audit_seal WHERE number = %s', period
        ) == [(0,)]
    run(site, "pool.get('audit.entry').append("
        "[{'action': 'write', 'summary': 'meanwhile'}])")
    writer.communicate('\n')
    assert writer.returncode == 0
    run(site, SEAL)
    periods = dict(query(
            "SELECT summary, period FROM audit_entry WHERE summary IN "
            "('long', 'late', 'short', 'meanwhile')"))
    assert periods['long'] == periods['short'] == period
    assert periods['meanwhile'] > period
    # what the long one wrote at last belongs to the period of that moment
    assert periods['late'] > period
    sealed = dict(query('SELECT number, entries FROM audit_seal'))
    counted = dict(query(
            'SELECT period, count(*) FROM audit_entry WHERE period <= '
            '(SELECT max(number) FROM audit_seal) GROUP BY period'))
    assert sealed == counted
    result = verified(site)
    assert result.returncode == 0, result.stdout + result.stderr


def test_seals_under_a_crowd(site):
    "Test writers, sealers, and a sealer that is killed: no flaw"
    processes = [
        run(site, CROWDED, wait=False, call=False) for _ in range(3)]
    sealers = [run(site, SEALING, wait=False, call=False) for _ in range(2)]
    time.sleep(5)
    sealers[0].send_signal(signal.SIGKILL)
    for process in [*processes, sealers[1]]:
        _, errors = process.communicate()
        assert process.returncode == 0, errors
    sealers[0].communicate()
    run(site, SEAL)
    assert query("SELECT count(*) FROM audit_entry WHERE summary = 'crowded' "
        'AND period > (SELECT max(number) FROM audit_seal)') == [(0,)]
    result = verified(site)
    assert result.returncode == 0, result.stdout + result.stderr


def test_only_reading(site):
    "Test a secret is shown by who only reads, when that is on record"
    import psycopg

    def look(expected):
        process = subprocess.run(
            [sys.executable, '-W', 'ignore', '-c',
                PROLOGUE.format(config=str(site)) + VIEWED],
            capture_output=True, text=True)
        assert (process.returncode == 0) == expected, process.stderr
        return process.stdout
    shown = look(True).splitlines()
    id_, content = shown[0].split(maxsplit=1)
    assert content == 'seen by the replica' and len(shown) == 2
    assert query(
        "SELECT count(*) FROM audit_entry WHERE action = 'view' "
        'AND resource = %s', f'complaints.letter,{id_}') == [(1,)]
    with psycopg.connect(URI + 'donthu_init', autocommit=True) as server:
        server.execute(
            'CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql '
            "AS $$ BEGIN IF NEW.action = 'view' THEN "
            "RAISE EXCEPTION 'no space'; END IF; RETURN NEW; END $$")
        server.execute(
            'CREATE TRIGGER full_disk BEFORE INSERT ON audit_entry '
            'FOR EACH ROW EXECUTE FUNCTION full_disk()')
        try:
            assert 'seen' not in look(False)
        finally:
            server.execute('DROP TRIGGER full_disk ON audit_entry')


def test_anchors(site, tmp_path):
    "Test what was kept elsewhere is compared, and a cut tail found by it"
    import psycopg
    run(site, SEAL)
    kept = tmp_path / 'kept'
    kept.write_text(donthu(
            'audit', 'anchor', '-c', site, '-d', 'donthu_init').stdout)

    def check():
        return donthu(
            'audit', 'verify', '-c', site, '-d', 'donthu_init', '--rows',
            '--anchors', kept, check=False)
    result = check()
    assert result.returncode == 0, result.stdout + result.stderr
    number = int(kept.read_text().splitlines()[1].split()[0])
    with psycopg.connect(URI + 'donthu_init', autocommit=True) as server:
        with server.transaction():
            server.execute('CREATE TABLE cut AS SELECT * FROM audit_seal '
                'WHERE number = %s', [number])
            server.execute(
                'DELETE FROM audit_seal WHERE number = %s', [number])
        result = check()
        server.execute('INSERT INTO audit_seal SELECT * FROM cut')
        server.execute('DROP TABLE cut')
    assert result.returncode == 1
    assert f"{number}" in result.stdout
    kept.write_text(f"{number} {'0' * 64}\n")
    assert check().returncode == 1


def test_rows(site):
    "Test what a superuser changes in the records themselves is found"
    import psycopg
    with psycopg.connect(URI + 'donthu_init', autocommit=True) as server:
        def letter(row):
            return f'complaints.letter,{row[0]}'
        for change, back, said in [
                ('UPDATE complaints_letter SET received_on = received_on - 9 '
                    'WHERE id = (SELECT max(id) FROM complaints_letter) '
                    'RETURNING id',
                    'UPDATE complaints_letter SET received_on = '
                    'received_on + 9 WHERE id = %s', 'received_on'),
                ("UPDATE complaints_letter SET due_on = due_on + 9 WHERE id "
                    '= (SELECT max(id) FROM complaints_letter WHERE due_on '
                    'IS NOT NULL) RETURNING id',
                    'UPDATE complaints_letter SET due_on = due_on - 9 '
                    'WHERE id = %s', 'due_on')]:
            row = server.execute(change).fetchone()
            result = donthu(
                'audit', 'verify', '-c', site, '-d', 'donthu_init', '--rows',
                check=False)
            server.execute(back, row)
            assert result.returncode == 1
            assert f'{letter(row)}: {said}' in result.stdout


def test_superuser(site):
    "Test what a superuser of the database does behind the triggers is found"
    import psycopg
    with psycopg.connect(URI + 'donthu_init', autocommit=True) as server:
        server.execute('ALTER TABLE audit_entry DISABLE TRIGGER ALL')
        for change in [
                "UPDATE audit_entry SET summary = 'x' WHERE id = "
                '(SELECT min(id) FROM audit_entry)',
                'DELETE FROM audit_entry WHERE id = '
                '(SELECT min(id) + 3 FROM audit_entry)',
                ]:
            with server.transaction(force_rollback=False):
                server.execute('CREATE TABLE kept AS TABLE audit_entry')
                server.execute(change)
            assert verified(site).returncode == 1, change
            with server.transaction():
                server.execute('DELETE FROM audit_entry')
                server.execute('INSERT INTO audit_entry TABLE kept')
                server.execute('DROP TABLE kept')
        server.execute('ALTER TABLE audit_entry ENABLE TRIGGER ALL')
        server.execute(
            'ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_rows')
        server.execute(
            'ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_table')
    assert verified(site).returncode == 0


ROLES = Path(__file__).parents[1] / 'config' / 'roles.sql'
SERVICE_WORK = """
    Letter = pool.get('complaints.letter')
    Seal = pool.get('audit.seal')
    letter, = Letter.create([{
        'agency': pool.get('agencies.agency').by_code('22250').id,
        'kind': 'denunciation', 'content': 'of the service',
        'persons': [('create', [{'name': "Lê Văn Dịch Vụ"}])]}])
    Letter.register([letter])
    """


def test_least_privilege(site, tmp_path):
    "Test the role that serves works, and can not touch the audit"
    import psycopg
    with psycopg.connect(URI + 'donthu_init', autocommit=True) as server:
        if not server.execute(
                "SELECT 1 FROM pg_roles WHERE rolname = 'service'"
                ).fetchone():
            server.execute('CREATE ROLE service LOGIN')
    psql = shutil.which('psql') or str(cluster_psql())
    for _ in range(2):
        subprocess.run(
            [psql, '-q', '-v', 'ON_ERROR_STOP=1', '-v', 'owner=tryton', '-v',
                'service=service', '-f', str(ROLES), URI + 'donthu_init'],
            check=True)
    config = tmp_path / 'trytond.conf'
    config.write_text(site.read_text().replace('tryton@', 'service@'))
    run(config, SERVICE_WORK)
    run(config, SEAL)
    uri = (URI + 'donthu_init').replace('tryton@', 'service@')
    with psycopg.connect(uri, autocommit=True) as service:
        for statement in [
                "UPDATE audit_entry SET summary = 'x'",
                'DELETE FROM audit_entry', 'TRUNCATE audit_entry',
                'DROP TRIGGER audit_entry_rows ON audit_entry',
                'ALTER TABLE audit_entry DISABLE TRIGGER ALL',
                "SET session_replication_role = 'replica'",
                'CREATE OR REPLACE FUNCTION audit_entry_refuse() RETURNS '
                "trigger AS 'BEGIN RETURN NEW; END' LANGUAGE plpgsql",
                'DROP TABLE audit_entry', 'DELETE FROM audit_seal',
                "UPDATE audit_seal SET root = 'x'",
                "SELECT setval('audit_period_seq', 1)",
                "SELECT setval('audit_entry_id_seq', 1)",
                'DELETE FROM complaints_opening', 'DELETE FROM audit_key',
                'CREATE TABLE mine (a integer)']:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                service.execute(statement)


def cluster_psql():
    import cluster
    return cluster.binaries() / 'psql'


def test_thief_of_the_database(site):
    "Test a dump of the database holds nothing of who denounces"
    run(site, """
        Letter = pool.get('complaints.letter')
        letter, = Letter.create([{
            'agency': pool.get('agencies.agency').by_code('22250').id,
            'kind': 'denunciation',
            'content': "Tôi là Lò Thị Kín Đáo, điện thoại 0987 654 321",
            'persons': [('create', [{
                'name': "Lò Thị Kín Đáo", 'phone': '0987654321',
                'identity_number': '066155667788',
                'address': "Buôn Hố Sâu 7"}])]}])
        Letter.register([letter])
        pool.get('ir.attachment').create([{
            'name': "Lò Thị Kín Đáo.txt", 'data': "Lò Thị Kín Đáo".encode(),
            'resource': str(letter)}])
        """)
    binary = shutil.which('pg_dump') or cluster_psql().with_name('pg_dump')
    dump = subprocess.run(
        [str(binary), URI + 'donthu_init'], capture_output=True,
        check=True).stdout.decode()
    files = b''.join(
        path.read_bytes()
        for path in (site.parent / 'files').rglob('*') if path.is_file())
    keys = [
        line.split()[2] for line in (
            site.parent / 'donthu.keys').read_text().splitlines()
        if not line.startswith('#')]
    assert len(keys) >= 3
    for secret in ["Lò Thị Kín Đáo", "lo thi kin dao", "0987654321",
            "0987 654 321", "066155667788", "Buôn Hố Sâu", *keys]:
        assert secret not in dump, secret
        assert secret.encode() not in files, secret
    assert "[…]" in dump
