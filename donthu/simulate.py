# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""`donthu simulate`: a year of letters, each date checked by a second counter.

Letters come in and go through all procedures, straight and crooked, on a
travelling clock.  A ledger of its own, kept from what was done and not from
the database, says which time limits should be open and asks the naive counter
for their last days; each difference is an error.
"""
import datetime as dt
import random
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

from donthu import acting, demo_data, progress
from donthu.arguments import whole
from donthu.errors import CommandError
from donthu.naive import NaiveLaw
from donthu.site import Site, write_config

# What the law starts and ends, written down apart from procedures.toml
INTAKE = {
    ('complaint', '1'): 'KN-01', ('complaint', '2'): 'KN-09',
    ('denunciation', '1'): 'TC-01'}
SETTLEMENT = {
    ('complaint', '1'): 'KN-02', ('complaint', '2'): 'KN-10',
    ('denunciation', '1'): 'TC-06'}
AFTER = {
    ('complaint', '1'): ['KN-12'], ('complaint', '2'): ['KN-12'],
    ('denunciation', '1'): ['TC-10', 'TC-12']}
# Who is told of the decision, when they forwarded the letter
ANSWER = {
    ('complaint', 'deputy'): 'TCD-02', ('complaint', 'front'): 'KN-17',
    ('denunciation', 'deputy'): 'TCD-02'}
EFFECT = {('complaint', '1'): 'KN-13', ('complaint', '2'): 'KN-14'}
SENDING = {
    ('complaint', '1'): 'KN-07', ('complaint', '2'): 'KN-11',
    ('denunciation', '1'): 'TC-09'}
SUSPENSION = {'complaint': 'KN-05', 'denunciation': 'TC-07'}
TERMINATION = {'complaint': 'KN-05', 'denunciation': 'TC-08'}
GROUNDS = {
    ('suspend', 'complaint'): 'KN-11A-2',
    ('suspend', 'denunciation'): 'TC-34-1',
    ('terminate', 'complaint'): 'KN-10',
    ('terminate', 'denunciation'): 'TC-34-3A',
    ('withdraw', 'complaint'): 'KN-10-P',
    ('withdraw', 'denunciation'): 'TC-33-P',
    }
# Since when complaints know these acts (Luật 136/2025)
NEW_LAW = dt.date(2026, 7, 1)
PLACES = [
    ('complaint', '1')] * 5 + [('complaint', '2')] * 2 + [
    ('denunciation', '1')] * 4 + [('petition', '1'), ('reflection', '1')]


def add_parser(commands):
    parser = commands.add_parser(
        'simulate', help="check every due date of a simulated year",
        description="Run a year of letters through all procedures on a "
        "travelling clock, in a database of its own that is thrown away, and "
        "check every date against a second, naive counter.")
    parser.add_argument('--year', type=whole(2000, 2100), default=2026)
    parser.add_argument('--letters', type=whole(1, 100_000), default=200)
    parser.add_argument(
        '--seed', type=int, default=1,
        help="another seed is another year (default: %(default)s)")
    parser.set_defaults(run=run)


def run(options):
    with tempfile.TemporaryDirectory(prefix='donthu-') as directory:
        site = make_site(Path(directory))
        year = Year(site, options.year, options.letters, options.seed)
        year.run()
    print(
        f"{year.letters} letters, {sum(year.acts.values())} acts, "
        f"{sum(year.checked.values())} dates checked, "
        f"{len(year.errors)} wrong")
    for name, counts in [("acts", year.acts), ("rules", year.checked)]:
        print(f"{name}: " + ', '.join(
                f'{key} {n}' for key, n in sorted(counts.items())))
    if year.errors:
        raise CommandError('\n'.join(year.errors[:20]))


def make_site(directory):
    "Return a new site with one province, in a directory"
    from donthu import init
    write_config(directory / 'trytond.conf', {
            'database': {'uri': 'sqlite://', 'path': str(directory)},
            'secrets': {'key_file': str(directory / 'donthu.keys')},
            })
    site = Site(directory / 'trytond.conf', 'simulation')
    site.create()
    init.prepare(site, provinces=[demo_data.PROVINCE], succession=False)
    return site


class Matter:
    "A letter, then its case, as the ledger knows them"

    def __init__(self, kind, instance, received):
        self.kind = kind
        self.instance = instance
        self.received = received
        self.variants = set()
        self.letter = self.case = None
        self.state = 'received'
        self.effective = None
        self.forwarder = None
        self.waits = False      # for the day of a dialogue
        self.done = set()
        # {'letter' or 'case': {rule: Period}}
        self.periods = {'letter': {}, 'case': {}}

    def start(self, of, code, day):
        if code and code not in self.periods[of]:
            self.periods[of][code] = Period(code, day, self.variants)

    def stop(self, of, *codes):
        for code in codes:
            self.periods[of].pop(code, None)

    @property
    def key(self):
        return self.kind, self.instance


class Period:
    "A time limit that runs"

    def __init__(self, code, start, variants):
        self.code = code
        self.start = start
        self.variants = variants        # shared: it changes with the matter
        self.pauses = []
        self.more = 0
        self.extensions = 0

    def last_day(self, law):
        return law.last_day(
            self.code, self.start, self.variants, self.pauses, self.more)


class Year:
    "The days of a year, one after the other"

    def __init__(self, site, year, letters, seed):
        self.site = site
        self.year = year
        self.letters = letters
        self.random = random.Random(seed)       # noqa: S311
        self.law = NaiveLaw()
        self.agenda = defaultdict(list)
        self.matters = []
        self.acts, self.checked = Counter(), Counter()
        self.errors = []

    def run(self):
        from trytond.modules.agencies import clock
        first = dt.date(self.year, 1, 1)
        with clock.travel(first):
            self.site.call(demo_data.create_users)
            self.site.call(self._staff)
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

    def _staff(self, pool):
        User = pool.get('res.user')
        Agency = pool.get('agencies.agency')
        Ground = pool.get('deadlines.ground')
        self.agency = Agency.by_code(demo_data.COMMUNE).id
        self.users = {
            role: User.search([('login', '=', f'{login}.xa')])[0].id
            for role, login, _ in demo_data.ROLES}
        self.grounds = {g.code: g.id for g in Ground.search([])}

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

    # What is done

    def _take(self, pool, matter, act, day):
        if act == 'receive':
            matter = self._receive(pool, day)
            self.matters.append(matter)
            act = 'register'
        getattr(self, f'_{act}', self._plain)(pool, matter, act, day)
        matter.done.add(act)
        self._check(pool, matter, day)
        following = self._next(matter, act, day)
        if following:
            delay = self.random.choice([0, 1, 1, 2, 3, 5, 8, 13, 25])
            self.agenda[self._working(
                    day + dt.timedelta(days=1 + delay))].append(
                        (matter, following))

    def _next(self, matter, act, day):
        "Return the act that comes after this one"
        straight = {
            'register': 'classify', 'classify': 'propose',
            'propose': 'approve', 'approve': 'outcome', 'verify': 'decide',
            'decide': 'send', 'suspend': 'notify', 'publish': 'handle',
            'enforce': 'close', 'handle': 'close',
            'terminate': 'notify', 'correct': 'propose'}
        if act == 'decide' and matter.waits:
            return act
        if act == 'outcome':
            if not matter.case:
                return None
            # some are suspended, or more, before they are verified
            early = self.random.random() < .3 and self._crooked(matter, day)
            return early or 'verify'
        elif act == 'close':
            return None
        elif act == 'send':
            return 'publish' if matter.key in AFTER else 'close'
        elif act == 'publish' and matter.key in EFFECT:
            return 'take_effect'
        elif act == 'take_effect':
            return 'enforce' if day >= matter.effective else act
        elif act == 'notify':
            return 'resume' if matter.state == 'suspended' else 'close'
        elif act == 'classify' and self.random.random() < .15:
            return 'correct'
        elif matter.case and act in {
                'verify', 'resume', 'extend', 'exclude', 'withdraw',
                'reassess'}:
            return self._crooked(matter, day) or (
                'decide' if 'verify' in matter.done else 'verify')
        return straight[act]

    def _crooked(self, matter, day):
        "Return an act out of the straight way that the law allows, or None"
        code = SETTLEMENT.get(matter.key)
        period = matter.periods['case'].get(code)
        last = period and period.last_day(self.law)
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

    def _work(self, role):
        from trytond.modules.agencies.acting import as_user
        return as_user(self.users[role])

    def _receive(self, pool, day):
        Letter = pool.get('complaints.letter')
        kind, instance = self.random.choice(PLACES)
        received = day - dt.timedelta(days=self.random.choice([0, 0, 0, 1, 4]))
        matter = Matter(kind, instance, received)
        values = {
            'agency': self.agency, 'received_on': received, 'kind': kind,
            'instance': instance, 'channel': 'post',
            'content': self.random.choice(demo_data.CONTENTS[kind])[1],
            'respondent_agency': self.agency,
            'persons': [('create', [{
                            'name': demo_data.invent_name(self.random),
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
        with self._work('clerk'):
            letter, = Letter.create([values])
        matter.letter = letter.id
        matter.forwarder = values.get('forwarder')
        return matter

    def _plain(self, pool, matter, act, day):
        "A button of the letter or of the case, and what it starts and ends"
        of = 'case' if matter.case else 'letter'
        record = pool.get(f'complaints.{of}')(getattr(matter, of))
        role = {'send': 'clerk', 'notify': 'clerk'}.get(
            act, 'leader' if matter.case or act == 'approve' else 'clerk')
        acting.clear_way(self._work, record, act)
        if hasattr(record.__class__, act):
            with self._work(role):
                getattr(record.__class__, act)([
                        record.__class__(record.id)])
        else:
            acting.take(self._work, record, act)
        key = matter.key
        if act == 'register':
            matter.start('letter', 'XLD-02', matter.received)
            if matter.kind == 'denunciation' and matter.forwarder:
                matter.start('letter', 'TC-03', matter.received)
        elif act == 'classify':
            matter.start('letter', INTAKE.get(key), matter.received)
        elif act == 'verify':
            matter.stop('case', 'TC-05')
        elif act == 'send':
            matter.stop('case', SENDING.get(key))
        elif act == 'publish':
            matter.stop('case', 'KN-12', 'TC-12')
        elif act == 'handle':
            matter.stop('case', 'TC-10')
            matter.start('case', 'TC-11', day)
        elif act == 'enforce':
            matter.stop('case', 'KN-15')
        elif act == 'notify':
            matter.stop('case', 'KN-05', 'TC-07', 'TC-08')
        elif act == 'close':
            matter.periods['case'].clear()

    def _take_effect(self, pool, matter, act, day):
        "A decision is in force when the law says so, and not a day before"
        Case = pool.get('complaints.case')
        case = Case(matter.case)
        if case.effective_from != matter.effective:
            self.errors.append(
                f"{case.number}: in force {case.effective_from}, "
                f"not {matter.effective}")
        if day >= matter.effective:
            self._plain(pool, matter, act, day)
            matter.start('case', 'KN-15', matter.effective)

    def _propose(self, pool, matter, act, day):
        Letter = pool.get('complaints.letter')
        letter = Letter(matter.letter)
        with self._work('clerk'):
            letter.proposal = self.random.choice(
                ['accept'] * 5 + ['guide', 'file'])
            letter.proposal_note = "Theo quy định"
            letter.save()
            Letter.propose([letter])

    def _outcome(self, pool, matter, act, day):
        Letter = pool.get('complaints.letter')
        letter = Letter(matter.letter)
        acting.clear_way(self._work, letter, letter.proposal)
        with self._work('leader'):
            getattr(Letter, letter.proposal)([Letter(letter.id)])
        matter.stop('letter', 'XLD-02', INTAKE.get(matter.key))
        letter = Letter(matter.letter)
        if letter.proposal == 'accept':
            matter.case = letter.case.id
            matter.start('case', SETTLEMENT.get(matter.key), day)
            if matter.kind == 'denunciation':
                matter.start('case', 'TC-05', day)

    def _correct(self, pool, matter, act, day):
        Letter = pool.get('complaints.letter')
        received = matter.received - dt.timedelta(
            days=self.random.choice([1, 2, 6]))
        if received.year < self.year:
            return
        with self._work('leader'):
            Letter.correct_([Letter(matter.letter)], received, "Dấu đến")
        matter.received = received
        for period in matter.periods['letter'].values():
            period.start = received

    def _decide(self, pool, matter, act, day):
        Case = pool.get('complaints.case')
        case = Case(matter.case)
        matter.waits = acting.too_soon(case)
        if matter.waits:
            return
        with self._work('leader'):
            case.result = (
                'answered' if matter.kind in {'petition', 'reflection'}
                else 'partly')
            case.decision_number = f'{matter.case}/QĐ'
            case.save()
        acting.clear_way(self._work, case, 'decide')
        with self._work('leader'):
            Case.decide([Case(case.id)])
        if matter.key in EFFECT:
            matter.effective = self.law.last_day(
                EFFECT[matter.key], day, matter.variants, [], 0
                ) + dt.timedelta(days=1)
        for code in AFTER.get(matter.key, []):
            matter.start('case', code, day)
        matter.stop('case', SETTLEMENT.get(matter.key))
        matter.start('case', SENDING.get(matter.key), day)
        matter.start(
            'case', ANSWER.get((matter.kind, matter.forwarder)), day)

    def _case_act(self, pool, matter, act, *args):
        Case = pool.get('complaints.case')
        with self._work('leader'):
            getattr(Case, f'{act}_')([Case(matter.case)], *args)
        return matter.periods['case'].get(SETTLEMENT.get(matter.key))

    def _ground(self, pool, code):
        return pool.get('deadlines.ground')(self.grounds[code])

    def _suspend(self, pool, matter, act, day):
        period = self._case_act(
            pool, matter, act, day,
            self._ground(pool, GROUNDS[act, matter.kind]), '1/QĐ')
        period.pauses.append((day, None))
        matter.start('case', SUSPENSION[matter.kind], day)
        matter.state = 'suspended'

    def _resume(self, pool, matter, act, day):
        period = self._case_act(pool, matter, act, day, '2/QĐ')
        period.pauses[-1] = (period.pauses[-1][0], day)
        matter.state = 'verifying'

    def _exclude(self, pool, matter, act, day):
        start = day - dt.timedelta(days=self.random.randrange(3))
        period = matter.periods['case']['TC-06']
        start = max([
                start, period.start, *(last for _, last in period.pauses)])
        self._case_act(
            pool, matter, act, start, day, self._ground(pool, 'TC-15-4'),
            '3/GĐ')
        period.pauses.append((start, day))

    def _extend(self, pool, matter, act, day):
        from trytond.modules.deadlines.exceptions import ClockError
        period = matter.periods['case']['TC-06']
        allowed = (
            2 if 'especially_complex' in matter.variants
            else 1 if 'complex' in matter.variants else 0)
        length = self.random.choice([10, 30])
        try:
            self._case_act(
                pool, matter, act, length, day, self._ground(pool, 'TC-30'),
                '4/QĐ')
        except ClockError:
            if (period.extensions < allowed
                    and period.last_day(self.law) >= day):
                self.errors.append(f"{matter.case}: extension refused")
            return
        if period.extensions >= allowed:
            self.errors.append(f"{matter.case}: extended once too often")
        period.more += length
        period.extensions += 1

    def _withdraw(self, pool, matter, act, day):
        self._case_act(
            pool, matter, act, day,
            self._ground(pool, GROUNDS[act, matter.kind]), '5/BB')

    def _terminate(self, pool, matter, act, day):
        self._case_act(
            pool, matter, act, day,
            self._ground(pool, GROUNDS[act, matter.kind]), '6/QĐ')
        matter.stop('case', SETTLEMENT[matter.key])
        matter.start('case', TERMINATION[matter.kind], day)
        matter.state = 'terminated'

    def _reassess(self, pool, matter, act, day):
        from trytond.modules.deadlines.exceptions import ClockError
        remote = 'remote' in matter.variants
        before = {
            p: p.last_day(self.law) for p in matter.periods['case'].values()}
        try:
            self._case_act(
                pool, matter, act, day, True, False, remote, '7/BB')
        except ClockError:
            if all(last is None or last >= day for last in before.values()):
                self.errors.append(f"{matter.case}: complexity refused")
            return
        matter.variants -= {'especially_complex'}
        matter.variants |= {'complex'}

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
            expected = {
                code: period.last_day(self.law)
                for code, period in matter.periods[of].items()}
            self.checked.update(list(expected))
            ends = [last for last in expected.values() if last]
            if found != expected or record.due_on != min(ends, default=None):
                self.errors.append(
                    f'{day} {record.number}: {_show(found)} (first '
                    f'{record.due_on}), should be {_show(expected)}')


def _show(dates):
    return ' '.join(f'{code} {day}' for code, day in sorted(dates.items()))
