# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Load the country: its units, their agencies, and the old communes."""
import csv
import datetime as dt
from collections import defaultdict
from pathlib import Path

from trytond.modules.foundation.text import fold
from trytond.pool import Pool
from trytond.transaction import Transaction

DATA = Path(__file__).parent / 'data'
# Tryton compares each record of a batch with all of them
BATCH = 200

# How country.subdivision calls the Vietnamese types of units
TYPES = {
    'tỉnh': 'province',
    'thành phố': 'municipality',
    'xã': 'commune',
    'phường': 'ward',
    'đặc khu': 'special zone',
    }
# Units whose code differs between the sources: both are accepted.
ALIASES = {'06970': '06978'}


def read(name):
    with open(DATA / f'{name}.csv', encoding='utf-8', newline='') as file:
        return list(csv.DictReader(file))


def _date(text):
    return dt.date.fromisoformat(text) if text else None


def _unit_name(row):
    return f"{row['type']} {row['name']}"


def load(provinces=None, succession=True, progress=None):
    """Create what is missing of the country and return how many records.

    provinces -- codes of the provinces to load, all of them if None
    succession -- load the table of old communes as well
    progress -- called with the number of records done, as they are done

    What exists is left as it is, so it can be run again at any time.
    """
    progress = progress or (lambda count: None)
    units = defaultdict(list)
    for row in read('units'):
        if (provinces is None or row['code'] in provinces
                or row['province'] in provinces):
            units[row['code']].append(row)
    count = _load_subdivisions(units, progress)
    count += _load_agencies(units, progress)
    count += _load_ended(units, progress)
    if succession:
        count += _load_succession(progress)
        count += _load_districts(progress)
    return count


def _create(Model, values, progress):
    for start in range(0, len(values), BATCH):
        batch = values[start:start + BATCH]
        Model.create(batch)
        progress(len(batch))
    return len(values)


def _subdivisions():
    Subdivision = Pool().get('country.subdivision')
    return {
        s.code.removeprefix('VN-'): s.id
        for s in Subdivision.search([('country.code', '=', 'VN')])
        if s.code}


def _country():
    Country = Pool().get('country.country')
    countries = Country.search([('code', '=', 'VN')], limit=1)
    if countries:
        return countries[0]
    country, = Country.create([{
                'name': "Viet Nam", 'code': 'VN', 'code3': 'VNM',
                'code_numeric': '704'}])
    return country


def _load_subdivisions(units, progress):
    Subdivision = Pool().get('country.subdivision')
    country, done, count = _country(), _subdivisions(), 0
    # provinces first: the communes stand below them
    for level in [2, 5]:
        values = []
        for code, periods in units.items():
            if len(code) != level or code in done:
                continue
            last = periods[-1]
            values.append({
                    'country': country.id,
                    'code': f'VN-{code}',
                    'name': last['name'],
                    'type': TYPES[last['type']],
                    'parent': done.get(last['province']),
                    'periods': [('create', [{
                                    'name': row['name'],
                                    'type': row['type'],
                                    'valid_from': _date(row['valid_from']),
                                    'valid_to': _date(row['valid_to']),
                                    'legal_basis': row['legal_basis'],
                                    } for row in periods])],
                    })
        count += _create(Subdivision, values, progress)
        done = _subdivisions()
    return count


def _agencies():
    "Return {code: id} of all agencies, those that have ended too"
    # in SQL: there are thousands, and it is asked at each level
    table = Pool().get('agencies.agency').__table__()
    cursor = Transaction().connection.cursor()
    cursor.execute(*table.select(table.code, table.id))
    return dict(cursor.fetchall())


def _load_agencies(units, progress):
    Agency = Pool().get('agencies.agency')
    count, areas = 0, _subdivisions()

    def load_level(rows):
        done = _agencies()
        values = [
            {**row, 'parent': done.get(row['parent'])}
            for row in rows if row['code'] not in done]
        return _create(Agency, values, progress)

    central = read('central')
    for is_root in [True, False]:
        count += load_level([{
                        'code': row['code'],
                        'name': row['name'],
                        'kind': row['kind'],
                        'parent': row['parent'],
                        'legal_basis': row['legal_basis'],
                        'certainty': row['certainty'],
                        'valid_from': _date(row['valid_from']),
                        } for row in central
                    if bool(row['parent']) != is_root])
    count += load_level([
            _committee(periods, areas, 'province', 'CP')
            for code, periods in units.items() if len(code) == 2])
    count += load_level([
            _department(row, periods[-1], areas)
            for code, periods in units.items() if len(code) == 2
            for row in read('departments')])
    count += load_level([
            _committee(periods, areas, 'commune', periods[-1]['province'])
            for code, periods in units.items() if len(code) == 5])
    _load_aliases()
    return count


def _committee(periods, areas, kind, parent):
    "Return the values of the People's Committee of a unit"
    last, earlier = periods[-1], periods[:-1]
    return {
        'code': last['code'],
        'name': f'UBND {_unit_name(last)}',
        'kind': kind,
        'parent': parent,
        'subdivision': areas[last['code']],
        'legal_basis': last['legal_basis'],
        'certainty': 'verified',
        'valid_from': _date(periods[0]['valid_from']),
        'periods': [('create', [{
                        'name': f'UBND {_unit_name(row)}',
                        'valid_from': _date(row['valid_from']),
                        'valid_to': _date(row['valid_to']),
                        'legal_basis': row['legal_basis'],
                        } for row in earlier])],
        }


def _department(row, province, areas):
    return {
        'code': f"{province['code']}.{row['code']}",
        'name': f"{row['name']} {_unit_name(province)}",
        'kind': row['kind'],
        'parent': province['code'],
        'subdivision': areas[province['code']],
        'legal_basis': row['legal_basis'],
        'certainty': row['certainty'],
        'valid_from': _date(row['valid_from']),
        }


def _load_ended(units, progress):
    """Create the provinces and districts that ended with June 2025

    Who took over is created with them, once: what somebody changed stays."""
    pool = Pool()
    Agency = pool.get('agencies.agency')
    Succession = pool.get('agencies.succession')
    rows = [r for r in read('ended') if r['successor'] in units]
    known, created = _agencies(), []
    # the provinces first: the districts stood below them
    for kind in ['province', 'district']:
        done = _agencies()
        level = [
            r for r in rows if r['kind'] == kind and r['code'] not in known]
        _create(Agency, [_ended(row, done) for row in level], progress)
        created += level
    done = _agencies()
    _create(Succession, [{
                'predecessor': done[row['code']],
                'successor': done[row['successor']],
                'since': _date(row['valid_to']) + dt.timedelta(days=1),
                'legal_basis': row['legal_basis'],
                'certainty': row['certainty'],
                } for row in created], progress)
    return 2 * len(created)


def _ended(row, agencies):
    "Return the values of an agency that has ended"
    return {
        'code': row['code'],
        'name': row['name'],
        'kind': row['kind'],
        'parent': agencies.get(row['parent']),
        'legal_basis': row['legal_basis'],
        'certainty': row['certainty'],
        'valid_from': _date(row['valid_from']),
        'valid_to': _date(row['valid_to']),
        'identifiers': [('create', [
                    {'kind': 'old', 'code': row['old_code']}])]
        if row['old_code'] else [],
        }


def _load_aliases():
    Identifier = Pool().get('agencies.agency.identifier')
    done = {i.code for i in Identifier.search([('kind', '=', 'unit')])}
    agencies = _agencies()
    Identifier.create([{
                'agency': agencies[code], 'kind': 'unit', 'code': alias,
                } for alias, code in ALIASES.items()
            if code in agencies and alias not in done])


def succession_key(province, district, commune):
    "Return how an old commune is looked up: without accents and types"
    return '/'.join(fold(part) for part in (province, district, commune))


def _load_succession(progress):
    Succession = Pool().get('country.subdivision.succession')
    areas, agencies = _subdivisions(), _agencies()
    done = {(s.old_code, s.subdivision.id) for s in Succession.search([])}
    values = []
    for row in read('succession'):
        # the sources do not agree on each code
        code = ALIASES.get(row['new_code'], row['new_code'])
        if code not in areas or (row['old_code'], areas[code]) in done:
            continue
        values.append({
                'old_code': row['old_code'],
                'old_name': row['old_name'],
                'old_district': row['old_district'],
                'old_province': row['old_province'],
                'key': succession_key(
                    row['old_province'], row['old_district'],
                    row['old_name']),
                'district': agencies.get(row['district']),
                'subdivision': areas[code],
                'candidates': int(row['candidates']),
                'legal_basis': 'Quyết định 19/2025/QĐ-TTg',
                })
    return _create(Succession, values, progress)


def _load_districts(progress):
    "Tell the old communes of an older release in which district they lay"
    Succession = Pool().get('country.subdivision.succession')
    unknown = Succession.search([('district', '=', None)])
    if not unknown:
        return 0
    agencies = _agencies()
    codes = {row['old_code']: row['district'] for row in read('succession')}
    by_district = defaultdict(list)
    for area in unknown:
        district = agencies.get(codes.get(area.old_code))
        if district:
            by_district[district].append(area)
    to_write = []
    for district, areas in by_district.items():
        to_write.extend((areas, {'district': district}))
    if to_write:
        Succession.write(*to_write)
    count = sum(map(len, to_write[::2]))
    progress(count)
    return count
