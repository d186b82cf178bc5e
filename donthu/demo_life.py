# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The last weeks of the demonstration, lived day by day.

Everything goes through the steps that a person would take, on the day on which
they would have taken it: so some letters are due, and some are late.  Before
each step they look at what the law lets them do with the letter now: it may
have gone another way meanwhile (up to the superior, back to where it came
from).  What the application refuses all the same they leave lying, as people
do; that is counted, and the tests want none of it.
"""
import datetime as dt
import random
from collections import defaultdict

from donthu import acting, demo_data, progress

NEIGHBOURS = 12
DAYS = 60
# One in so many steps is not followed by another: the letter is left lying.
DAWDLERS = 30

# (step, working days since the step before)
LETTER_STEPS = [
    ('register', 0), ('classify', 1), ('propose', 1), ('approve', 2),
    ('outcome', 1)]
# Each case takes those of its procedure
CASE_STEPS = [
    ('verify', 2), ('decide', 14), ('send', 2), ('publish', 3), ('handle', 1),
    ('take_effect', 20), ('enforce', 3), ('close', 3)]
# What lies on the desks of an agency: the kind of the letter, its last step,
# and how many working days ago
DESKS = {
    'late': ('petition', 'register', 18),
    'to classify': ('complaint', 'register', 0),
    'to sign': ('petition', 'propose', 0),
    'to verify': ('petition', 'outcome', 0),
    'to open': ('denunciation', 'register', 0),
    }
LED = {'approve', 'outcome', 'verify', 'decide', 'close'}


def fill(site, letters, seed=2):
    """Fill the database; return the accounts and the refusals

    accounts -- login, name, place and password of each person
    refusals -- what the application did not let people do, as text
    """
    accounts = site.call(demo_data.create_users)
    life = Life(site, letters, seed)
    life.run()
    return accounts, life.refusals


class Life:
    "The last weeks, day by day"

    def __init__(self, site, count, seed):
        self.site = site
        self.count = count
        self.random = random.Random(seed)      # noqa: S311
        self.agenda = defaultdict(list)
        self.known = set()
        self.left = set()       # nobody answers for these
        self.refusals = []

    def run(self):
        from trytond.modules.agencies import clock
        from trytond.modules.deadlines import lawbook
        self.calendar = lawbook.calendar()
        self.today, now = clock.today(), clock.now()
        self.site.call(self.prepare)
        for _ in range(self.count):
            received = self.working_day(
                self.day(0), self.random.randrange(DAYS * 5 // 7))
            self.agenda[min(received, self.today)].append(('receive', None))
        # whoever logs in finds something to do
        working = [
            d for d in map(self.day, range(DAYS + 1))
            if self.calendar.is_working(d)]
        for agency in self.staff:
            for desk, (_, _, ago) in DESKS.items():
                self.agenda[working[-1 - ago]].append((desk, agency))
        bar = progress.bar(DAYS + 1, "Letters", " days")
        for number in range(DAYS + 1):
            day = self.day(number)
            # nothing of today is later than now
            with clock.travel(min(clock.start_of(day, 9).replace(
                        tzinfo=dt.UTC), now)):
                self.site.call(self.live, day)
            bar.update()
        bar.close()

    def live(self, pool, day):
        "Live through a day"
        if self.calendar.is_working(day):
            self.morning(pool, day)
        for step, letter in self.agenda.pop(day, []):
            self.try_to(pool, step, letter, day)

    def try_to(self, pool, step, letter, day):
        from trytond.exceptions import UserError
        from trytond.modules.audit.savepoint import savepoint
        try:
            with savepoint():
                self.act(pool, step, letter, day)
        except UserError as error:
            # what was begun is undone: the letter lies where it lay
            self.refusals.append(f'{day} {step} {letter}: {error}')

    def day(self, number):
        "Return a day of those that are invented, the last one is today"
        return self.today + dt.timedelta(days=number - DAYS)

    def working_day(self, day, number):
        "Return the working day that comes `number` working days after day"
        day = self.calendar.next_working(day)
        for _ in range(number):
            day = self.calendar.next_working(day + dt.timedelta(days=1))
        return day

    def prepare(self, pool):
        Agency = pool.get('agencies.agency')
        Field = pool.get('complaints.field')
        commune, province, centre = (
            Agency.by_code(code) for code, _ in demo_data.PLACES)
        others = Agency.search([
                ('parent', '=', province.id), ('kind', '=', 'commune'),
                ('code', '!=', commune.code)],
            order=[('code', 'ASC')], limit=NEIGHBOURS)
        self.places = ([commune.id] * 24 + [province.id] * 6
            + [centre.id] * 3 + [a.id for a in others])
        self.fields = {f.code: f.id for f in Field.search([])}
        self.staff = {}
        for agency in [commune, province, centre]:
            self.staff[agency.id] = {
                m.role: m.user.id for m in agency.memberships}

    def work(self, agency, role):
        "Act as the holder of a role, or as the server where there is none"
        from trytond.modules.agencies.acting import as_user
        return as_user(self.staff.get(agency.id, {}).get(role, 0))

    # The day

    def morning(self, pool, day):
        "The jobs have run: leaders answer, clerks look at what came in"
        Letter = pool.get('complaints.letter')
        Escalation = pool.get('routing.escalation')
        pool.get('routing.escalation.schedule').run_due()
        for escalation in Escalation.search([
                    ('state', '=', 'open'),
                    ('agency', 'in', list(self.staff))]):
            record = escalation.record
            if self.random.randrange(8) == 0 and not (
                    record.__name__ == 'complaints.letter'
                    and record.id in self.left):
                self.answer(escalation)
        for letter in Letter.search([
                    ('state', '=', 'received'),
                    ('id', 'not in', list(self.known))]):
            self.known.add(letter.id)
            self.agenda[day].append(('register', letter.id))

    def answer(self, escalation):
        Escalation = escalation.__class__
        with self.work(escalation.agency, 'leader'):
            escalation = Escalation(escalation.id)
            escalation.answer = (
                "Hồ sơ phức tạp, sẽ hoàn thành trong tuần tới.")
            escalation.save()
            Escalation.send_answer([escalation])

    def act(self, pool, step, letter, day):
        "Do what is on the agenda of the day, and plan what follows"
        if step in DESKS:
            self.lay_on_desk(pool, step, letter, day)
            return
        if step == 'receive':
            letter = self.receive(
                pool, self.random.choice(self.places), day,
                self.random.choice(demo_data.KINDS))
            step = 'register'
        Letter = pool.get('complaints.letter')
        letter = Letter(letter)
        of_letter = step in dict(LETTER_STEPS)
        record = letter if of_letter else letter.case
        if self.is_waiting(record, step, day):
            self.plan(day, step, letter.id, 3)
            return
        name = record.proposal if step == 'outcome' else step
        lawful = name in record.lawful
        if lawful:
            self.take(record, step, name)
        elif of_letter:
            return      # it has gone another way meanwhile
        following, delay = self.following(Letter(letter.id), step)
        if not following:
            return
        if not lawful:
            # a procedure does not have each step of a case
            self.act(pool, following, letter.id, day)
        elif self.random.randrange(DAWDLERS):
            self.plan(
                day, following, letter.id,
                delay + self.random.choice([0, 0, 0, 1]))

    @staticmethod
    def following(letter, step):
        "Return the step after this one and its delay, None where none is"
        if step == 'outcome':
            return CASE_STEPS[0] if letter.case else (None, 0)
        steps = LETTER_STEPS if step in dict(LETTER_STEPS) else CASE_STEPS
        position = [name for name, _ in steps].index(step) + 1
        return steps[position] if position < len(steps) else (None, 0)

    def plan(self, day, step, letter, delay):
        when = self.working_day(day + dt.timedelta(days=1), max(delay - 1, 0))
        if when <= self.today:
            self.agenda[when].append((step, letter))

    def is_waiting(self, record, step, day):
        "Return if the law does not let the step be taken before another day"
        if step == 'take_effect':
            return bool(
                record.effective_from and record.effective_from > day)
        return step == 'decide' and acting.too_soon(record)

    # What is done

    def receive(self, pool, agency, day, kind):
        Letter = pool.get('complaints.letter')
        Agency = pool.get('agencies.agency')
        values = invent_letter(self.random, self.fields, kind)
        with self.work(Agency(agency), 'clerk'):
            letter, = Letter.create([{
                        **values, 'agency': agency, 'received_on': day,
                        'respondent_agency': agency}])
        self.known.add(letter.id)
        return letter.id

    def lay_on_desk(self, pool, desk, agency, day):
        "Bring a letter to where somebody has to do something with it"
        Letter = pool.get('complaints.letter')
        kind, last, _ = DESKS[desk]
        letter = Letter(self.receive(pool, agency, day, kind))
        for step, _ in LETTER_STEPS:
            letter = Letter(letter.id)
            if step == 'propose':
                with self.work(letter.agency, 'clerk'):
                    letter = Letter(letter.id)
                    letter.proposal, letter.proposed_to = 'accept', None
                    letter.save()
                    Letter.propose([letter])
            else:
                self.take(
                    letter, step,
                    letter.proposal if step == 'outcome' else step)
            if step == last:
                break
        if desk == 'late':
            self.left.add(letter.id)
        elif desk == 'to open':
            self.ask_to_open(pool, letter)

    def ask_to_open(self, pool, letter):
        "Ask for an identity with a purpose to which the custodian consents"
        Opening = pool.get('complaints.opening')
        Letter = letter.__class__
        with self.work(letter.agency, 'handler') as transaction:
            letter = Letter(letter.id)
            rule = next(
                r for r in Opening.rules_for(letter, transaction.user)
                if r.consent == 'custodian')
            Opening.ask(letter, rule, "Người tố cáo báo bị đe dọa.")

    def take(self, record, step, name):
        Model = record.__class__
        agency = record.agency

        def work(role):
            return self.work(agency, role)

        if not hasattr(Model, name):
            acting.take(work, record, name)
            return
        role = 'leader' if step in LED else 'clerk'
        with work(role):
            self.fill_in(Model(record.id), step)
        if step not in {'register', 'classify', 'propose', 'approve'}:
            acting.clear_way(work, record, name)
        with work(role):
            getattr(Model, name)([Model(record.id)])
        handler = self.staff.get(agency.id, {}).get('handler')
        if step == 'classify' and handler:
            self.assign(Model, record, handler)

    def fill_in(self, record, step):
        "Write what the step asks for"
        if step == 'propose' and (
                not record.proposal or self.random.randrange(6) == 0):
            record.proposal = self.random.choice(['guide', 'file'])
            record.proposed_to = None
            record.proposal_note = "Không đủ điều kiện thụ lý theo quy định"
            record.save()
        elif step == 'decide':
            record.findings = "Đã kiểm tra hồ sơ và làm việc với các bên."
            record.result = (
                'answered' if record.kind in {'petition', 'reflection'}
                else self.random.choice(['right', 'partly', 'wrong']))
            record.decision_number = '{}/{}'.format(
                self.random.randrange(10, 900),
                'KL-UBND' if record.kind == 'denunciation' else 'QĐ-UBND')
            record.save()

    def assign(self, Letter, letter, handler):
        from trytond.pool import Pool
        User = Pool().get('res.user')
        with self.work(letter.agency, 'leader'):
            Letter.give_to([Letter(letter.id)], User(handler))


def invent_letter(generator, fields, kind):
    "Return the values of a letter, less where and when it is received"
    field, text = generator.choice(demo_data.CONTENTS[kind])
    number = generator.randrange(20, 4000)
    people = generator.choice([1] * 9 + [2, 6, 14])
    hamlet = generator.choice(demo_data.HAMLETS)
    address = f'{hamlet}, tỉnh Đắk Lắk'
    persons = [{
            'name': demo_data.invent_name(generator),
            'identity_number': f'066{generator.randrange(10 ** 9):09d}',
            'address': address,
            }]
    if people >= 5:
        persons.append({
                'role': 'representative',
                'name': demo_data.invent_name(generator),
                'address': address,
                })
    return {
        'kind': kind,
        'channel': generator.choice(demo_data.CHANNELS),
        'content': text.format(n=number, m=number // 3 + 20),
        'field': fields[field],
        'people_count': people,
        'respondent_role': generator.choice(['head', 'staff', 'staff'])
        if kind == 'denunciation' else None,
        'persons': [('create', persons)],
        }
