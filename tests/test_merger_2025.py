# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The merger of July 2025 on the real units: every old commune and district
finds who took over, in letters of old registers and as agencies."""
import csv
import datetime as dt
from pathlib import Path

import pytest
from helpers import ROOMS
from trytond import backend
from trytond.pool import Pool
from trytond.tests.test_tryton import activate_module, drop_db
from trytond.transaction import Transaction

DATA = (Path(__file__).parents[1] / 'modules' / 'agencies' / 'data'
    / 'succession.csv')
PROVINCE = '66'
DAY = dt.date(2025, 7, 1)

pytestmark = pytest.mark.skipif(
    backend.name != 'sqlite', reason="the same on PostgreSQL")


def old_communes():
    with DATA.open(encoding='utf-8', newline='') as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope='module')
def country():
    "The whole country with what its old communes became"
    drop_db()
    activate_module(ROOMS)
    with Transaction().start(':memory:', 1, context={'language': 'en'}):
        from trytond.modules.agencies.loader import load
        load()
        yield
        Transaction().rollback()
    drop_db()


def test_every_old_commune_finds_its_successor(country):
    "Test each of the old communes, by the words that a register has"
    pool = Pool()
    from trytond.modules.exchange.importing import _Import
    importing = _Import(pool.get('complaints.letter'), 'test', None, True)
    Agency = pool.get('agencies.agency')
    rows = old_communes()
    assert len(rows) > 10_000
    by_place = {}
    for row in rows:
        place = (row['old_name'], row['old_district'], row['old_province'])
        by_place.setdefault(place, []).append(row)
    clear = 0
    for place, found in by_place.items():
        agency, note = importing.successor(place)
        assert agency.valid_on(DAY), place
        assert note
        if len(found) == 1 and found[0]['candidates'] == '1':
            assert agency == Agency.by_code(found[0]['new_code']), place
            clear += 1
        else:
            # a person decides: until then the province has it
            assert agency.kind in {'province', 'commune'}
    assert clear > .9 * len(by_place)


def test_every_old_district_finds_its_province(country):
    "Test a letter that names an old district only"
    pool = Pool()
    from trytond.modules.exchange.importing import _Import
    importing = _Import(pool.get('complaints.letter'), 'test', None, True)
    Agency = pool.get('agencies.agency')
    districts, islands = {}, []
    for row in old_communes():
        if row['old_code'] == row['district']:
            # it had no communes, and is one now
            islands.append(row)
            continue
        districts.setdefault(
            (row['old_district'], row['old_province']), []).append(
                Agency.by_code(row['new_code']).parent)
    assert len(districts) > 600
    for (district, province), parents in districts.items():
        agency, note = importing.successor(('', district, province))
        assert agency.kind == 'province', district
        assert parents.count(agency) >= len(parents) / 2, (
            district, province)
    assert len(islands) == 5
    for row in islands:
        place = ('', row['old_district'], row['old_province'])
        agency, note = importing.successor(place)
        assert agency == Agency.by_code(row['new_code'])


def test_every_commune_knows_its_district(country):
    "Test the way up before July 2025 leads from each commune by a district"
    Agency = Pool().get('agencies.agency')
    last = DAY - dt.timedelta(days=1)
    for commune in Agency.search([('kind', '=', 'commune')]):
        assert [a.kind for a in commune.parents_on(DAY)] == ['province']
        districts = commune.parents_on(last)
        assert districts, commune.rec_name
        for district in districts:
            assert district.kind == 'district', commune.rec_name
            above, = district.parents_on(last)
            assert above.kind == 'province'
            assert above.successor_on(DAY) == commune.parent
            assert district.successor_on(DAY) in {commune, commune.parent}


def test_merger_by_the_wizard(country):
    """Test old communes of a province become a new one as it was decreed

    With an open letter in each: all of them arrive."""
    from trytond.modules.agencies.tests.tools import create_user, work_as
    from trytond.modules.foundation import clock
    pool = Pool()
    Agency = pool.get('agencies.agency')
    Letter = pool.get('complaints.letter')
    Reorganisation = pool.get('agencies.reorganisation')
    province = Agency.by_code(PROVINCE)
    communes = {
        a.code: a for a in Agency.search([
                ('parent', '=', province.id), ('kind', '=', 'commune')])}
    merged = {}
    for row in old_communes():
        if row['new_code'] in communes and row['candidates'] == '1':
            merged.setdefault(row['new_code'], []).append(row)
    codes = sorted(merged, key=lambda c: -len(merged[c]))[:5]
    letters, olds = {}, {}
    with clock.travel(dt.date(2025, 6, 2)):
        for code in codes:
            for row in merged[code]:
                old, = Agency.create([{
                            'code': f"cu.{row['old_code']}",
                            'name': f"UBND {row['old_name']}",
                            'kind': 'commune', 'parent': province.id,
                            'valid_from': dt.date(2011, 1, 1)}])
                clerk = create_user(f'clerk{old.code}', old, 'clerk')
                with work_as(clerk):
                    letter, = Letter.create([{
                                'agency': old.id, 'kind': 'petition',
                                'content': old.name, 'anonymous': True,
                                'received_on': dt.date(2025, 6, 2)}])
                    Letter.register([letter])
                letters[letter] = communes[code]
                olds.setdefault(code, []).append((old, clerk))
    with clock.travel(DAY):
        for code in codes:
            record, = Reorganisation.create([{
                        'kind': 'merge', 'day': DAY,
                        'legal_basis': 'Nghị quyết 1660/NQ-UBTVQH15',
                        'olds': [('create', [
                                    {'agency': old.id}
                                    for old, _ in olds[code]])],
                        'news': [('create', [
                                    {'agency': communes[code].id}])]}])
            Reorganisation.confirm([record])
            assert Reorganisation(record.id).state == 'done'
        for letter, commune in letters.items():
            letter = Letter(letter.id)
            assert letter.agency == commune
            assert letter.origin_agency.code.startswith('cu.')
            assert letter.due_on == dt.date(2025, 6, 12)
        User = pool.get('res.user')
        for code in codes:
            for old, clerk in olds[code]:
                old = Agency(old.id)
                assert old.successor_on(DAY) == communes[code]
                assert User.has_role(communes[code], 'clerk', user=clerk.id)
                assert not User.has_role(old, 'clerk', user=clerk.id)
        # the late ones go on going up, to the same superior
        pool.get('escalation.schedule').run_due()
        raised = {
            e.letter for e in pool.get('escalation.escalation').search([])}
        assert raised == set(letters)
