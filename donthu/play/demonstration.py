# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The last weeks of the demonstration, lived day by day.

Everything goes through the steps that a person would take, on the day on which
they would have taken it: so some letters are due, and some are late.  Here is
said what is done, and when; how, the player knows.  Before each step it is
asked what the law lets be done with the letter now: it may have gone another
way meanwhile (up to the superior, back to where it came from).  What the
application refuses all the same lies where it lay; that is counted, and the
tests want none of it.
"""
import datetime as dt
import random
from collections import defaultdict

from donthu import progress
from donthu.play import invented
from donthu.play.player import Player

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


def fill(site, letters, seed=2):
    """Fill the database; return the accounts and the refusals

    accounts -- login, name, place and password of each person
    refusals -- what the application did not let people do, as text
    """
    accounts = site.call(invented.create_users)
    life = Life(site, letters, seed)
    life.run()
    return accounts, life.player.refusals


class Life:
    "The last weeks, day by day"

    def __init__(self, site, count, seed):
        self.site = site
        self.count = count
        self.random = random.Random(seed)      # noqa: S311
        self.agenda = defaultdict(list)
        self.known = set()
        self.left = set()       # nobody answers for these
        self.player = Player()

    def run(self):
        from trytond.modules.deadlines import lawbook
        from trytond.modules.foundation import clock
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
        for agency in self.desks:
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
        with self.player.attempt(f'{day} {step} {letter}'):
            self.act(pool, step, letter, day)

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
            Agency.by_code(code) for code, _ in invented.PLACES)
        others = Agency.search([
                ('parent', '=', province.id), ('kind', '=', 'commune'),
                ('code', '!=', commune.code)],
            order=[('code', 'ASC')], limit=NEIGHBOURS)
        self.places = ([commune.id] * 24 + [province.id] * 6
            + [centre.id] * 3 + [a.id for a in others])
        self.fields = {f.code: f.id for f in Field.search([])}
        # where somebody works, who wants to find something to do
        self.desks = [commune.id, province.id, centre.id]

    # The day

    def morning(self, pool, day):
        "The jobs have run: leaders answer, clerks look at what came in"
        Letter = pool.get('complaints.letter')
        Escalation = pool.get('escalation.escalation')
        pool.get('escalation.schedule').run_due()
        for escalation in Escalation.search([
                    ('state', '=', 'open'), ('agency', 'in', self.desks)]):
            record = escalation.record
            if self.random.randrange(8) == 0 and not (
                    record.__name__ == 'complaints.letter'
                    and record.id in self.left):
                with self.player.attempt(f'{day} answer {escalation.id}'):
                    self.player.answer(
                        escalation,
                        "Hồ sơ phức tạp, sẽ hoàn thành trong tuần tới.")
        for letter in Letter.search([
                    ('state', '=', 'received'),
                    ('id', 'not in', list(self.known))]):
            self.known.add(letter.id)
            self.agenda[day].append(('register', letter.id))

    def act(self, pool, step, letter, day):
        "Do what is on the agenda of the day, and plan what follows"
        if step in DESKS:
            self.lay_on_desk(pool, step, letter, day)
            return
        if step == 'receive':
            letter = self.receive(
                pool, self.random.choice(self.places), day,
                self.random.choice(invented.KINDS)).id
            step = 'register'
        letter = pool.get('complaints.letter')(letter)
        of_letter = step in dict(LETTER_STEPS)
        record = letter if of_letter else letter.case
        if self.player.must_wait(record, step):
            self.plan(day, step, letter.id, 3)
            return
        lawful = self.player.may(record, self.named(record, step))
        if lawful:
            self.take(record, step)
        elif of_letter:
            return      # it has gone another way meanwhile
        following, delay = self.following(
            pool.get('complaints.letter')(letter.id), step)
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
    def named(record, step):
        "Return the step of the book: what comes of a letter was proposed"
        return record.proposal if step == 'outcome' else step

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

    # What is done

    def receive(self, pool, agency, day, kind):
        values = invented.invent_letter(self.random, self.fields, kind)
        letter = self.player.receive(
            pool.get('agencies.agency')(agency), **values, received_on=day,
            respondent_agency=agency)
        self.known.add(letter.id)
        return letter

    def lay_on_desk(self, pool, desk, agency, day):
        "Bring a letter to where somebody has to do something with it"
        kind, last, _ = DESKS[desk]
        letter = self.receive(pool, agency, day, kind)
        for step, _ in LETTER_STEPS:
            if step == 'propose':
                letter = self.player.take(letter, step, fields={
                        'proposal': 'accept', 'proposed_to': None})
            else:
                letter = self.take(letter, step)
            if step == last:
                break
        if desk == 'late':
            self.left.add(letter.id)
        elif desk == 'to open':
            self.ask_to_open(pool, letter)

    def ask_to_open(self, pool, letter):
        "Ask for an identity with a purpose to which the custodian consents"
        Opening = pool.get('complaints.opening')
        with self.player.acting(letter.agency, 'handler') as user:
            rule = next(
                r for r in Opening.rules_for(letter, user.id)
                if r.consent == 'custodian')
            Opening.ask(letter, rule, "Người tố cáo báo bị đe dọa.")

    def take(self, record, step):
        name = self.named(record, step)
        record = self.player.take(
            record, name, fields=self.filled_in(record, step))
        if step == 'classify':
            handler = self.player.holder(record.agency, 'handler')
            if handler:
                record = self.player.give(record, handler)
        return record

    def filled_in(self, record, step):
        "Return what these people write where the step asks for it"
        if step == 'propose' and (
                not record.proposal or self.random.randrange(6) == 0):
            return {
                'proposal': self.random.choice(['guide', 'file']),
                'proposed_to': None,
                'proposal_note':
                    "Không đủ điều kiện thụ lý theo quy định"}
        elif step == 'decide':
            return {
                'findings':
                    "Đã kiểm tra hồ sơ và làm việc với các bên.",
                'result': 'answered'
                if record.kind in {'petition', 'reflection'}
                else self.random.choice(['right', 'partly', 'wrong']),
                'decision_number': '{}/{}'.format(
                    self.random.randrange(10, 900),
                    'KL-UBND' if record.kind == 'denunciation'
                    else 'QĐ-UBND')}
        return {}
