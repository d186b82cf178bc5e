# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""A year of letters, straight and crooked, on a travelling clock.

What is done is drawn by lot and entered in the ledger, which says of itself
which time limits should be open; each difference is an error.
"""
import datetime as dt
import random
from collections import Counter, defaultdict

from donthu import progress
from donthu.naive import NaiveLaw
from donthu.play import invented
from donthu.play.ledger import EFFECT, Matter
from donthu.play.player import Player

GROUNDS = {
    ('suspend', 'complaint'): 'KN-11A-2',
    ('suspend', 'denunciation'): 'TC-34-1',
    ('terminate', 'complaint'): 'KN-10',
    ('terminate', 'denunciation'): 'TC-34-3A',
    ('withdraw', 'complaint'): 'KN-10-P',
    ('withdraw', 'denunciation'): 'TC-33-P',
    ('exclude', 'denunciation'): 'TC-15-4',
    ('extend', 'denunciation'): 'TC-30',
    }
# Since when complaints know these acts (Luật 136/2025)
NEW_LAW = dt.date(2026, 7, 1)
PLACES = [
    ('complaint', '1')] * 5 + [('complaint', '2')] * 2 + [
    ('denunciation', '1')] * 4 + [('petition', '1'), ('reflection', '1')]
# What comes after what, where nothing else is drawn
STRAIGHT = {
    'register': 'classify', 'classify': 'propose', 'propose': 'approve',
    'approve': 'outcome', 'verify': 'decide', 'decide': 'send',
    'suspend': 'notify', 'publish': 'handle', 'enforce': 'close',
    'handle': 'close', 'terminate': 'notify', 'correct': 'propose'}


class Year:
    "The days of a year, one after the other"

    def __init__(self, site, year, letters, seed):
        self.site = site
        self.year = year
        self.letters = letters
        self.random = random.Random(seed)       # noqa: S311
        self.law = NaiveLaw()
        self.player = Player()
        self.agenda = defaultdict(list)
        self.matters = []
        self.acts, self.checked = Counter(), Counter()
        self.errors = []

    def run(self):
        from trytond.modules.foundation import clock
        first = dt.date(self.year, 1, 1)
        with clock.travel(first):
            self.site.call(invented.create_users)
        for _ in range(self.letters):
            day = self._working(
                first + dt.timedelta(days=self.random.randrange(350)))
            self.agenda[day].append((None, 'receive'))
        # a day off is decreed twice, some days ahead
        decrees = {
            self._working(first + dt.timedelta(days=n)) for n in (100, 230)}
        bar = progress.bar(365, "Days")
        day = first
        while day.year == self.year:
            with clock.travel(day):
                if day in decrees:
                    self.site.call(self._decree, day)
                for matter, act in self.agenda.pop(day, []):
                    self.site.call(self._take, matter, act, day)
                    self.acts[act] += 1
            day += dt.timedelta(days=1)
            bar.update()
        bar.close()

    def _working(self, day):
        while not self.law.works(day):
            day += dt.timedelta(days=1)
        return day

    def _decree(self, pool, day):
        "A working day in two weeks becomes one of rest"
        Change = pool.get('deadlines.change')
        off = self._working(day + dt.timedelta(days=14))
        change, = Change.create([{
                    'name': "Nghỉ đột xuất",
                    'document': "Công điện",
                    'days': [('create', [{
                                    'date': off, 'kind': 'swapped off',
                                    'name': "Nghỉ đột xuất"}])],
                    }])
        Change.preview([change])
        Change.apply([change])
        self.law.off(off)
        self.acts['decree'] += 1
        for matter in self.matters:
            self._check(pool, matter, day)

    # What is done, and when

    def _take(self, pool, matter, act, day):
        if act == 'receive':
            matter = self._receive(pool, day)
            self.matters.append(matter)
            act = 'register'
        waits = getattr(self, f'_{act}', self._plain)(pool, matter, act, day)
        matter.done.add(act)
        self._check(pool, matter, day)
        following = act if waits else self._next(matter, act, day)
        if following:
            delay = self.random.choice([0, 1, 1, 2, 3, 5, 8, 13, 25])
            self.agenda[self._working(
                    day + dt.timedelta(days=1 + delay))].append(
                        (matter, following))

    def _next(self, matter, act, day):
        "Return the act that comes after this one, None where none does"
        if act == 'outcome':
            if not matter.case:
                return None
            # some are suspended, or more, before they are verified
            early = self.random.random() < .3 and self._crooked(matter, day)
            return early or 'verify'
        elif act == 'close':
            return None
        elif act == 'send':
            return 'publish' if matter.is_published else 'close'
        elif act == 'publish' and matter.key in EFFECT:
            return 'take_effect'
        elif act == 'take_effect':
            return 'enforce'
        elif act == 'notify':
            return 'resume' if matter.state == 'suspended' else 'close'
        elif act == 'classify' and self.random.random() < .15:
            return 'correct'
        elif matter.case and act in {
                'verify', 'resume', 'extend', 'exclude', 'withdraw',
                'reassess'}:
            return self._crooked(matter, day) or (
                'decide' if 'verify' in matter.done else 'verify')
        return STRAIGHT[act]

    def _crooked(self, matter, day):
        "Return an act out of the straight way that the law allows, or None"
        last = matter.settlement and matter.settlement.last_day(self.law)
        # each period ends before the decision that prolongs it: then none
        if (not last or last < day + dt.timedelta(days=35)
                and self.random.random() < .4):
            return None
        acts = ['withdraw', 'terminate', 'suspend']
        if matter.kind == 'complaint' and day < NEW_LAW:
            acts = []
        acts += ['reassess']
        if matter.kind == 'denunciation':
            acts += ['exclude', 'extend']
        once = {'withdraw', 'reassess'} & matter.done
        return self.random.choice(
            [a for a in acts if a not in once] + [None])

    def _receive(self, pool, day):
        kind, instance = self.random.choice(PLACES)
        received = day - dt.timedelta(days=self.random.choice([0, 0, 0, 1, 4]))
        matter = Matter(self.law, kind, instance, received)
        agency = pool.get('agencies.agency').by_code(invented.COMMUNE)
        values = {
            'received_on': received, 'kind': kind,
            'instance': instance, 'channel': 'post',
            'content': self.random.choice(invented.CONTENTS[kind])[1],
            'respondent_agency': agency.id,
            'persons': [('create', [{
                            'name': invented.invent_name(self.random),
                            'address': "thôn 1"}])],
            }
        if self.random.random() < .3:
            values['channel'] = 'forwarded'
            values['forwarded_by'] = "Nơi chuyển đơn"
            values['forwarder'] = self.random.choice(
                ['deputy', 'front', 'press', 'agency'])
        choices = ['complex', 'remote']
        if kind == 'denunciation':
            choices += ['especially_complex', 'several_places']
        for name in choices:
            if self.random.random() < .2:
                values[name] = True
                matter.variants.add(name)
        if 'especially_complex' in matter.variants:
            values['complex'] = True
            matter.variants.add('complex')
        matter.letter = self.player.receive(agency, **values).id
        matter.forwarder = values.get('forwarder')
        return matter

    # Each returns whether it has to wait for another day

    @staticmethod
    def _record(pool, matter):
        of = 'case' if matter.case else 'letter'
        return pool.get(f'complaints.{of}')(getattr(matter, of))

    def _plain(self, pool, matter, act, day):
        self.player.take(self._record(pool, matter), act)
        matter.enter(act, day)

    def _propose(self, pool, matter, act, day):
        self.player.take(self._record(pool, matter), act, fields={
                'proposal': self.random.choice(
                    ['accept'] * 5 + ['guide', 'file']),
                'proposal_note': "Theo quy định"})

    def _outcome(self, pool, matter, act, day):
        letter = self._record(pool, matter)
        letter = self.player.take(letter, letter.proposal)
        matter.enter(act, day)
        if letter.proposal == 'accept':
            matter.case = letter.case.id
            matter.enter('accept', day)

    def _correct(self, pool, matter, act, day):
        received = matter.received - dt.timedelta(
            days=self.random.choice([1, 2, 6]))
        if received.year < self.year:
            return
        self.player.take(
            self._record(pool, matter), act, received_on=received,
            reason="Dấu đến")
        matter.enter(act, day, received=received)

    def _decide(self, pool, matter, act, day):
        case = self._record(pool, matter)
        if self.player.must_wait(case, act):
            return True
        self.player.take(case, act)
        matter.enter(act, day)

    def _take_effect(self, pool, matter, act, day):
        "A decision is in force when the law says so, and not a day before"
        case = self._record(pool, matter)
        if case.effective_from != matter.effective:
            self.errors.append(
                f"{case.number}: in force {case.effective_from}, "
                f"not {matter.effective}")
        if day < matter.effective:
            return True
        self._plain(pool, matter, act, day)

    # What moves the time of a case

    def _move(self, pool, matter, act, day, document, **said):
        ground = GROUNDS.get((act, matter.kind))
        if ground:
            said['ground'] = pool.get('deadlines.ground').search(
                [('code', '=', ground)], limit=1)[0].id
        self.player.take(
            self._record(pool, matter), act, day, document=document, **said)

    def _suspend(self, pool, matter, act, day):
        self._move(pool, matter, act, day, '1/QĐ')
        matter.enter(act, day)

    def _resume(self, pool, matter, act, day):
        self._move(pool, matter, act, day, '2/QĐ')
        matter.enter(act, day)

    def _exclude(self, pool, matter, act, day):
        start = day - dt.timedelta(days=self.random.randrange(3))
        period = matter.settlement
        start = max([
                start, period.start, *(last for _, last in period.pauses)])
        self._move(pool, matter, act, None, '3/GĐ', start=start, end=day)
        matter.enter(act, day, start=start)

    def _extend(self, pool, matter, act, day):
        from trytond.modules.deadlines.exceptions import ClockError
        period, allowed = matter.settlement, matter.extensions
        length = self.random.choice([10, 30])
        try:
            self._move(pool, matter, act, day, '4/QĐ', length=length)
        except ClockError:
            if (period.extensions < allowed
                    and period.last_day(self.law) >= day):
                self.errors.append(f"{matter.case}: extension refused")
            return
        if period.extensions >= allowed:
            self.errors.append(f"{matter.case}: extended once too often")
        matter.enter(act, day, length=length)

    def _withdraw(self, pool, matter, act, day):
        self._move(pool, matter, act, day, '5/BB')

    def _terminate(self, pool, matter, act, day):
        self._move(pool, matter, act, day, '6/QĐ')
        matter.enter(act, day)

    def _reassess(self, pool, matter, act, day):
        from trytond.modules.deadlines.exceptions import ClockError
        before = matter.last_days('case').values()
        try:
            self._move(
                pool, matter, act, day, '7/BB', complex=True,
                especially_complex=False, remote='remote' in matter.variants)
        except ClockError:
            if all(last is None or last >= day for last in before):
                self.errors.append(f"{matter.case}: complexity refused")
            return
        matter.enter(act, day)

    # What is checked

    def _check(self, pool, matter, day):
        "Compare the open clocks with the ledger"
        for of in ['letter', 'case']:
            id_ = getattr(matter, of)
            if not id_:
                continue
            record = pool.get(f'complaints.{of}')(id_)
            found = {
                clock.rule.code: clock.due_on for clock in record.clocks
                if clock.state in {'running', 'paused'}}
            expected = matter.last_days(of)
            self.checked.update(list(expected))
            ends = [last for last in expected.values() if last]
            if found != expected or record.due_on != min(ends, default=None):
                self.errors.append(
                    f'{day} {record.number}: {_show(found)} (first '
                    f'{record.due_on}), should be {_show(expected)}')


def _show(dates):
    return ' '.join(f'{code} {day}' for code, day in sorted(dates.items()))
