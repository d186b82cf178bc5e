# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Generated matters: a small country in which much is wrong.

Posts are vacant, people away, with and without somebody who acts for them;
heads are denounced, handlers complained of by name; letters, cases,
receptions, transfers, disputes and urging letters run late.  The same seed
makes the same country.
"""
import datetime as dt
import random
from types import SimpleNamespace

from trytond.modules.agencies.tests.tools import (
    create_agency, create_user, work_as)
from trytond.modules.complaints.tests.tools import (
    begin, propose, receive, take)
from trytond.modules.foundation import clock
from trytond.pool import Pool
from trytond.transaction import Transaction

D = dt.date
BEGIN = D(2026, 8, 3)
# What the jobs are run on: warnings, ends, levels that follow; a Saturday
DAYS = [D(2026, 8, 5), D(2026, 8, 10), D(2026, 8, 14), D(2026, 8, 20),
    D(2026, 9, 5), D(2026, 9, 7), D(2026, 9, 16), D(2026, 10, 8),
    D(2026, 11, 5)]
FAMILY = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng"]
GIVEN = ["An", "Bình", "Chi", "Dung", "Em", "Giang", "Hà", "Khôi"]
ROLES = ['clerk', 'handler', 'leader', 'supervisor', 'administrator']


class World:

    def __init__(self, seed, matters):
        self.random = random.Random(seed)
        self.offices = []
        with clock.travel(BEGIN):
            self.create_agencies()
            self.create_rules()
            configuration = Pool().get('escalation.configuration')(1)
            configuration.mail = True
            configuration.save()
        for number in range(matters):
            with clock.travel(BEGIN + dt.timedelta(days=number % 3)):
                self.create_matter(number)
        with clock.travel(BEGIN + dt.timedelta(days=3)):
            self.disturb()

    def chance(self, share):
        return self.random.random() < share

    def create_agencies(self):
        government = create_agency('CP', "Chính phủ", 'government')
        inspectorate = create_agency(
            'TTCP', "Thanh tra Chính phủ", 'inspectorate', government)
        create_user('central', inspectorate, 'supervisor', name="Vũ Thị Tâm")
        create_user(
            'administrator', government, 'administrator', name="Đỗ Văn Quản")
        for number in range(2):
            province = create_agency(
                f'6{number}', f"UBND tỉnh {number}", 'province', government)
            self.create_people(province, 2)
            for index in range(3):
                commune = create_agency(
                    f'6{number}{index}', f"UBND xã {number}.{index}",
                    'commune', province)
                self.create_people(commune, 1)
        lonely = create_agency('99', "Cơ quan khác", 'other')
        self.create_people(lonely, 1)

    def create_people(self, agency, most):
        people = {}
        for role in ROLES:
            # a matter needs who registers and who decides on it
            least = role in {'clerk', 'handler', 'leader'}
            for number in range(self.random.randint(least, most + 1)):
                name = (f'{self.random.choice(FAMILY)} Văn '
                    f'{self.random.choice(GIVEN)} {agency.code}{number}')
                user = create_user(
                    f'{role}{agency.code}{number}', agency, role, name=name)
                user.email = self.random.choice(
                    [None, f'{user.login}@example.com'])
                user.notice_mail = self.random.choice(
                    ['rule', 'digest', 'none'])
                user.save()
                people.setdefault(role, []).append(user)
        self.offices.append(SimpleNamespace(
                agency=agency, parent=agency.parent, people=people,
                **{r: people[r][0] for r in ['clerk', 'handler', 'leader']}))

    def create_rules(self):
        "Switch on rules of each action, to everybody, beside those there are"
        Rule = Pool().get('escalation.rule')
        for number in range(8):
            to = self.random.choice(['superior', 'own', 'sender', 'second'])
            matter = self.random.choice([
                    None, None, 'complaints.letter', 'complaints.case',
                    'routing.transfer'])
            action = [
                'escalate', 'notify', 'notify', 'urge', 'report', 'reassign',
                'hand_over', 'escalate'][number]
            if action == 'reassign':
                matter = 'complaints.case'
            elif to == 'sender':
                matter = 'routing.transfer'
            Rule.create([{
                        'name': f"Quy tắc {number}",
                        'trigger': 'time',
                        'base': self.random.choice(['due', 'start']),
                        'delay': self.random.randint(-4, 6),
                        'unit': self.random.choice(['working_day', 'day']),
                        'repeat': self.random.choice([None, 2, 5]),
                        'levels': self.random.randint(1, 3),
                        'action': action,
                        'to': to,
                        'role': self.random.choice(
                            ['supervisor', 'leader', 'handler', 'clerk']),
                        'urgent': self.chance(.3),
                        'digest': self.chance(.3),
                        'matter': matter,
                        'kind': self.random.choice([
                                None, None, 'complaint', 'denunciation']),
                        'valid_from': D(2011, 1, 1),
                        }])

    # Matters

    def respondent(self, office):
        "Return the values of whom a letter is about"
        other = self.random.choice([
                office, office, self.random.choice(self.offices)])
        people = [
            u for users in other.people.values() for u in users]
        return {
            'agency': self.random.choice([
                    None, other.agency.id, other.agency.id]),
            'role': self.random.choice([None, 'head', 'staff', 'body']),
            'name': self.random.choice([
                    None, "Ông X", self.random.choice(people).name,
                    f'ông {self.random.choice(people).name}, công chức']),
            }

    def create_matter(self, number):
        office = self.random.choice(self.offices)
        first, *others = (
            self.respondent(office)
            for _ in range(self.random.choice([1, 1, 1, 2])))
        day = clock.today()
        if self.chance(.15):
            self.create_reception(office, number)
            return
        course = self.random.choice([
                'received', 'registered', 'accepted', 'accepted', 'verified',
                'transferred', 'handled'])
        accused = {
            'respondent': first['name'], 'respondent_agency': first['agency'],
            'respondent_role': first['role'],
            'respondents': [('create', others)] if others else []}
        letter = receive(
            office, day,
            kind=self.random.choice([
                    'complaint', 'denunciation', 'denunciation', 'petition']),
            name=f"Người viết {number}", content=f"Việc số {number}",
            # who sends one of five has to name who speaks for them
            people_count=self.random.choice([1, 1, 5])
            if course in {'registered', 'handled'} else 1)
        record = getattr(self, f'_{course}')(office, letter)
        # it turned out later: who is accused would have done nothing
        letter = letter.__class__(letter.id)
        letter.__class__.write([letter], accused)
        if course in {'registered', 'handled'}:
            letter.__class__(letter.id).note_denounced()
        if record and course != 'registered' and self.chance(.5):
            self.hand(record, office)

    def _received(self, office, letter):
        pass

    def _registered(self, office, letter):
        return take(office.clerk, letter, 'register')

    _handled = _registered

    def _transferred(self, office, letter):
        other = self.random.choice([
                o for o in self.offices if o is not office])
        propose(office, letter, 'transfer', proposed_to=other.agency.id)
        take(office.clerk, letter, 'transfer', outcome_number='1/PC')

    def _accepted(self, office, letter):
        propose(office, letter, 'accept')
        return take(office.leader, letter, 'accept').case

    def _verified(self, office, letter):
        case = self._accepted(office, letter)
        return case and begin(office, case)

    def hand(self, record, office):
        "Make somebody its handler, whoever it turns out to be about"
        record = Pool().get(record.__name__)(record.id)
        record.handler = self.random.choice(office.people['handler'])
        record.save()

    def create_reception(self, office, number):
        Reception = Pool().get('reception.reception')
        with work_as(office.clerk):
            receptions = Reception.create([{
                        'agency': office.agency.id,
                        'day': clock.today(),
                        'host': "Lê Thị Tiếp",
                        'kind': 'complaint',
                        'content': f"Trình bày việc số {number}",
                        'result': 'explained',
                        'persons': [('create', [{'name': f"Ông {number}"}])],
                        }])
            Reception.finish(receptions)

    def disturb(self):
        "People leave, or are away"
        pool = Pool()
        Absence = pool.get('agencies.absence')
        Membership = pool.get('agencies.membership')
        for office in self.offices:
            colleagues = [u for users in office.people.values()
                for u in users]
            for role, users in office.people.items():
                for user in users:
                    fate = self.random.random()
                    if fate < .12:
                        Absence.create([{
                                    'user': user.id,
                                    'agency': office.agency.id,
                                    'valid_from': clock.today(),
                                    'valid_to': clock.today() + dt.timedelta(
                                        days=self.random.randint(5, 60)),
                                    'delegate': self.random.choice([
                                            None, *(u.id for u in colleagues
                                                if u != user
                                                and not self.is_admin(u))])}])
                    elif fate < .2:
                        user.active = False
                        user.save()
                    elif fate < .3:
                        Membership.write(Membership.search([
                                    ('user', '=', user.id),
                                    ('role', '=', role)]),
                            {'valid_to': clock.today()})

    @staticmethod
    def is_admin(user):
        return user.login.startswith('administrator')

    def answer(self, escalations):
        "Answer some of what went up, with a promise"
        for escalation in escalations:
            # whatever came before it
            dice = random.Random(
                f'{escalation.rule}/{escalation.record}/{escalation.level}')
            if escalation.state == 'open' and dice.random() < .2:
                with Transaction().set_user(0):
                    escalation.answer = "Đang xử lý"
                    if escalation.rule and (escalation.rule.promise or 0) > 4:
                        escalation.promised_on = (
                            clock.today() + dt.timedelta(days=4))
                    escalation.save()
                    escalation.__class__.send_answer([escalation])


def rows_of(name, fields, known, ids=None):
    """Return what a table holds, as sorted tuples of text

    known -- {name: {id: words}}: references to what may have another number
        are written in words"""
    table = Pool().get(name).__table__()
    cursor = Transaction().connection.cursor()
    cursor.execute(*table.select(
            table.id, *(getattr(table, f) for f in fields)))
    result = []
    for id_, *values in cursor.fetchall():
        if ids is None or id_ in ids:
            result.append(tuple(
                    in_words(value, field, known) for field, value in zip(
                        fields, values, strict=True)))
    return sorted(result)


def in_words(value, field, known):
    if isinstance(value, str) and ',' in value:
        model, _, id_ = value.partition(',')
        if model in known and id_.isdigit():
            return f'{model}: {known[model].get(int(id_), "?")}'
    if field in _REFERENCES and value:
        return str(known[_REFERENCES[field]].get(int(value), '?'))
    return str(value)


_REFERENCES = {'escalation': 'escalation.escalation'}
_ESCALATION = ['agency', 'superior', 'rule', 'letter', 'case', 'reception',
    'transfer', 'dispute', 'demand', 'clock', 'due_on', 'raised_at', 'level',
    'undelivered', 'offered', 'state', 'create_uid']


def everything():
    "Return what the jobs have left in the tables, {table: rows}"
    pool = Pool()
    cursor = Transaction().connection.cursor()
    table = pool.get('escalation.escalation').__table__()
    cursor.execute(*table.select(
            table.id, table.rule, table.level, table.clock, table.case,
            table.letter, table.reception, table.transfer, table.dispute,
            table.demand))
    known = {'escalation.escalation': {
            id_: '/'.join(map(str, values)) for id_, *values in cursor}}
    result = {
        name: rows_of(name, fields, known) for name, fields in [
            ('escalation.escalation', _ESCALATION),
            ('escalation.escalation-res.user', ['escalation', 'user']),
            ('escalation.schedule', ['clock', 'resource', 'event',
                    'mark', 'rule', 'step', 'counted_from', 'run_at',
                    'done_at', 'error']),
            ('escalation.demand', ['kind', 'letter', 'case', 'sender', 'agency',
                    'rule', 'text', 'drafted_on', 'state', 'due_on']),
            ('routing.dispute', ['letter', 'asked_by', 'agency', 'reason',
                    'raised_on', 'state']),
            ('routing.transfer', ['letter', 'twin', 'sender', 'agency',
                    'automatic', 'state']),
            ('complaints.letter', ['agency', 'kind', 'state', 'handler',
                    'due_on', 'proposal_note']),
            ('complaints.case', ['agency', 'kind', 'state', 'handler',
                    'due_on']),
            ('audit.entry', ['at', 'user', 'post', 'action', 'resource',
                    'about', 'agency', 'summary', 'changes']),
            ]}
    notices = pool.get('escalation.notice')
    table = notices.__table__()
    cursor.execute(*table.select(
            table.user, table.text, table.model, table.record, table.icon,
            table.made_at, table.not_before, table.digest, table.tell,
            table.mail))
    result['escalation.notice'] = sorted(
        str((*row[:2], in_words(f'{row[2]},{row[3]}', None, known),
                *row[4:])) for row in cursor)
    result['told'] = sorted(
        (n.user.login, n.label, n.icon, n.model, in_words(
                f'{n.model},{n.records.strip("[]")}', None, known))
        for n in Transaction().user_notifications)
    return result
