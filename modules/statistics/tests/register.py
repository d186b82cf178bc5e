# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""An invented register, and how it comes into the database.

`invent` says in plain rows what happened; `play` does it by the steps of the
clerks.  naive.py counts the rows, and knows no database.
"""
import datetime as dt
import random

from trytond.modules.complaints.tests.tools import (
    act, create_office, create_superior, receive, take)
from trytond.modules.foundation import clock
from trytond.pool import Pool

START = dt.date(2026, 2, 2)
LAST = dt.date(2026, 11, 20)
FIELDS = ['land', 'policy', 'administration', 'justice', 'corruption',
    'other', None]
KINDS = ['complaint', 'disciplinary', 'denunciation', 'petition',
    'reflection']
FATES = ['open', 'supplement', 'approve', 'approve_refusal', 'approve_guide',
    'accept', 'accept', 'accept', 'accept', 'accept', 'refuse', 'join', 'transfer', 'guide',
    'file']
OUTCOMES = ['money_state', 'land_state', 'money_people', 'land_people',
    'organisations', 'people', 'sanctioned_bodies', 'sanctioned',
    'sanctioned_officials', 'prosecution_cases', 'prosecuted',
    'prosecuted_officials']


def invent(count=60, seed=6):
    "Return rows of a register: what came, and what became of it"
    dice = random.Random(seed)
    rows = []
    for serial in range(count):
        kind = dice.choice(KINDS)
        received = START + dt.timedelta(days=dice.randrange(240))
        approved = received + dt.timedelta(days=dice.randrange(12))
        ended = approved + dt.timedelta(days=dice.randrange(9))
        row = {
            'serial': serial, 'office': dice.randrange(2), 'kind': kind,
            'instance': dice.choice(['1', '1', '2']) if kind in {
                'complaint', 'disciplinary', 'denunciation'} else '1',
            'field': dice.choice(FIELDS), 'received': received,
            'fate': dice.choice(FATES), 'approved': approved, 'ended': ended,
            'case': None}
        if row['fate'] in {'refuse', 'approve_refusal'} and kind in {
                'petition', 'reflection'}:
            row['fate'] = 'guide'
        if row['fate'] == 'join':
            earlier = [
                r['case'] for r in rows if r['case']
                and r['office'] == row['office'] and r['kind'] == kind
                and r['case']['accepted'] <= received]
            if earlier:
                row['joins'] = dice.choice(earlier)
            else:
                row['fate'] = 'file'
        if row['fate'] == 'accept':
            row['case'] = _case(dice, row)
        rows.append(row)
    return rows


def _case(dice, row):
    case = {'accepted': row['ended'], 'serial': row['serial']}
    end = row['ended'] + dt.timedelta(days=10 + dice.randrange(40))
    fate = dice.choice(['open', 'decided', 'decided', 'closed', 'terminated'])
    if end > LAST or row['kind'] in {'petition', 'reflection'}:
        fate = 'open'
    if fate == 'terminated':
        case['terminated'] = end
    elif fate != 'open':
        results = ['right', 'partly', 'wrong'] + (
            ['knowingly_false'] if row['kind'] == 'denunciation' else [])
        case.update(
            decided=end, result=dice.choice(results), outcomes={
                name: (dice.randrange(1, 900) * 10 ** 6 // 8, dice.choice(
                        [None, end + dt.timedelta(days=dice.randrange(40))]))
                for name in dice.sample(OUTCOMES, 3)})
        if fate == 'closed':
            case['closed'] = end + dt.timedelta(days=dice.randrange(50))
    return case


def create_offices():
    "Return a commune and the province above it, with their people"
    commune = create_office()
    province = create_superior(commune)
    return [commune, province]


def play(rows, offices):
    "Let everything of the rows happen, by the steps where there are steps"
    Letter = Pool().get('complaints.letter')
    for row in sorted(rows, key=lambda r: (r['fate'] == 'join', r['serial'])):
        letter = _play_letter(row, offices[row['office']], offices)
        row['letter'] = letter.id
        if row['case']:
            row['case']['id'] = Letter(letter.id).case.id
            _play_case(row['case'])


def _play_letter(row, office, offices):
    pool = Pool()
    field = pool.get('complaints.field').search(
        [('code', '=', row['field'])])
    serial = row['serial']
    with clock.travel(row['received']):
        letter = receive(
            office, row['received'], row['kind'], f"Người thứ {serial}",
            instance=row['instance'], field=field[0].id if field else None,
            content=f"Nội dung riêng của đơn số {serial} {'x' * serial}")
        letter = take(office.clerk, letter, 'register')
    fate = row['fate']
    if fate == 'join':
        with clock.travel(row['ended']):
            return take(
                office.handler, letter, 'join', join_case=row['joins']['id'])
    if fate == 'open':
        return letter
    proposal = {
        'approve': 'accept', 'approve_refusal': 'refuse',
        'approve_guide': 'guide'}.get(fate, fate)
    with clock.travel(row['approved']):
        letter = take(office.clerk, letter, 'classify')
        if letter.kind == 'denunciation':
            act(office.clerk, letter, 'check_identity', text="Đúng người")
        letter = take(
            office.clerk, letter, 'propose', proposal=proposal,
            **_more(row, proposal, offices))
        letter = take(office.leader, letter, 'approve')
    if not fate.startswith('approve'):
        with clock.travel(row['ended']):
            letter = take(office.leader, letter, fate)
    return letter


def _more(row, proposal, offices):
    if proposal == 'transfer':
        return {'proposed_to': offices[1 - row['office']].agency.id}
    if proposal == 'file':
        return {'proposal_note': "Đơn không đủ điều kiện"}
    if proposal == 'refuse':
        Ground = Pool().get('deadlines.ground')
        ground = next(
            g for g in Ground.search([('kind', '=', 'refusal')])
            if row['kind'] in g.lawbook().procedures
            and g.valid_from <= row['received'])
        return {'grounds': [('add', [ground.id])]}
    return {}


def _play_case(values):
    "What a case comes to is written as an import would"
    pool = Pool()
    Case, Outcome = pool.get('complaints.case'), pool.get('complaints.outcome')
    case = Case(values['id'])
    with clock.travel(LAST.replace(year=2027)):
        if day := values.get('terminated'):
            Case.write([case], {'state': 'terminated', 'terminated_on': day})
        if day := values.get('decided'):
            closed = values.get('closed')
            Case.write([case], {
                    'state': 'closed' if closed else 'decided',
                    'decided_on': day, 'sent_on': day,
                    'result': values['result'], 'closed_on': closed})
            Outcome.create([{
                        'case': case.id, 'kind': name, 'recommended': amount,
                        'done': amount // 2 if done_on else None,
                        'done_on': done_on}
                    for name, (amount, done_on) in values[
                        'outcomes'].items()])


def invent_receptions(letters, count=30, seed=3):
    "Return who was received, and the days of the head"
    dice = random.Random(seed)
    rows = [{
            'office': (letter or {}).get('office', dice.randrange(2)),
            'day': START + dt.timedelta(days=dice.randrange(280)),
            'form': dice.choice(['ordinary', 'ordinary', 'head', 'delegated']),
            'people': dice.choice([1, 1, 2, 4, 5, 9]),
            'letter': letter, 'state': dice.choice(
                ['done', 'answered', 'done', 'draft', 'refused'])}
        for letter in dice.choices([None, *letters], k=count)]
    days = {
        (r['office'], r['day'], r['form']) for r in rows
        if r['form'] != 'ordinary'}
    return rows, sorted(days)


def play_receptions(rows, days, offices):
    pool = Pool()
    pool.get('reception.reception').create([{
                'agency': offices[r['office']].agency.id, 'day': r['day'],
                'form': r['form'], 'host': "Chủ tịch", 'kind': 'petition',
                'people_count': r['people'], 'content': "Trình bày",
                'state': r['state'],
                'letter': r['letter'] and r['letter']['letter']}
            for r in rows])
    pool.get('reception.day').create([{
                'agency': offices[office].agency.id, 'day': day,
                'form': form, 'host': "Chủ tịch"}
            for office, day, form in days])
